"""Where a figure comes from (口径与依据): definition, both parts, feeds, files and dates, how cases were placed, the SQL that ran."""

from dataclasses import dataclass
from datetime import date, datetime

from etl.model.text import Text
from etl.query.case_patterns import terms_of
from etl.query.figures import Figure, figure, indicator_of, is_connected, plan_for
from etl.query.reader import Reader
from etl.query.run import sql_of
from etl.query.scope import Scope
from etl.query.suppress import keeps_back
from etl.query.warehouse import Build

FILES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class FeedSource:
    """One feed behind a figure: its newest date, rows loaded, how many files it came in and the first of their names."""

    feed: str
    is_connected: bool
    newest: datetime | None
    rows: int
    files_n: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything a sceptical reader asks about one figure. `located` is the share of the period's cases with a grid, None without
    cases; `placed` counts them by way of placing, most frequent first, empty where that may not be told."""

    figure: Figure
    definition: Text
    top: Text
    bottom: Text | None
    scope: Scope
    data_date: date
    sources: tuple[FeedSource, ...]
    located: float | None
    placed: tuple[tuple[str, int], ...]
    sql: tuple[str, ...]


def evidence(build: Build, reader: Reader, indicator_id: str, scope: Scope, unit_no: int) -> Evidence:
    """The evidence of one unit's figure. CallError when the reader may not see the unit."""
    indicator = indicator_of(indicator_id)
    found = figure(build, reader, indicator_id, scope, unit_no)
    has_cases = "case" in indicator.feeds and "case" in build.feeds
    located = figure(build, reader, "geo_match_rate", scope, unit_no).value if "case" in indicator.feeds else None
    sql = evidence_sql(build, reader, indicator_id, scope, unit_no) if is_connected(build, indicator) else ()
    return Evidence(
        found, indicator.definition, indicator.top, indicator.bottom, scope, build.data_date, tuple(feed_source(build, feed) for feed in indicator.feeds), located,
        placed(build, reader, scope, unit_no) if has_cases else (), sql,
    )  # fmt: skip


def evidence_sql(build: Build, reader: Reader, indicator_id: str, scope: Scope, unit_no: int | None = None) -> tuple[str, ...]:
    """The DuckDB statements behind the figure, one per pass over the data, cut down to `unit_no` and below."""
    return tuple(sql for sql, _ in plan_for(build, reader, indicator_id, scope, unit_no).queries)


def feed_source(build: Build, feed: str) -> FeedSource:
    """What was loaded of a feed."""
    if feed not in build.feeds:
        return FeedSource(feed, False, None, 0, 0, ())
    loaded = build.rows("SELECT coalesce(rows_loaded, 0), coalesce(files, 0) FROM meta_feed WHERE feed = $feed", {"feed": feed})
    rows, count = loaded[0] if loaded else (0, 0)
    names = build.rows("SELECT name FROM meta_file WHERE feed = $feed ORDER BY name LIMIT $n", {"feed": feed, "n": FILES_SHOWN})
    return FeedSource(feed, True, build.newest.get(feed), int(rows), int(count), tuple(name for (name,) in names))


def placed(build: Build, reader: Reader, scope: Scope, unit_no: int) -> tuple[tuple[str, int], ...]:
    """Cases of the scope by way of placing (point, code, compound …). Of few persons in hardship nothing is told to who is limited."""
    if keeps_back(reader, scope):
        return ()
    cases = terms_of(build, reader, scope, unit_no).cases()
    query = cases.group_by("placed_by").agg(n=cases.count())
    return tuple(sorted(((str(way), int(n)) for way, n in build.rows(sql_of(query))), key=lambda pair: (-pair[1], pair[0])))
