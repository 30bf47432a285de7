"""Where a figure comes from (口径与依据): definition, both parts, feeds and their dates, share located, the SQL that ran."""

from dataclasses import dataclass
from datetime import date, datetime

from etl.model.text import Text
from etl.query.figures import Figure, figure, indicator_of, is_connected, parts_of
from etl.query.reader import Reader
from etl.query.run import sql_of, unit_queries
from etl.query.scope import Scope
from etl.query.warehouse import Build


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything a sceptical reader asks about one figure. `located` is the share of the period's cases with a grid, None without cases."""

    figure: Figure
    definition: Text
    top: Text
    bottom: Text | None
    scope: Scope
    data_date: date
    feeds: tuple[tuple[str, datetime | None, bool], ...]
    located: float | None
    sql: tuple[str, ...]


def evidence(build: Build, reader: Reader, indicator_id: str, scope: Scope, unit_no: int) -> Evidence:
    """The evidence of one unit's figure; `feeds` are (feed, newest date, connected). CallError when the reader may not see the unit."""
    indicator = indicator_of(indicator_id)
    found = figure(build, reader, indicator_id, scope, unit_no)
    located = figure(build, reader, "geo_match_rate", scope, unit_no).value if "case" in indicator.feeds else None
    feeds = tuple((feed, build.newest.get(feed), feed in build.feeds) for feed in indicator.feeds)
    sql = evidence_sql(build, reader, indicator_id, scope, unit_no) if is_connected(build, indicator) else ()
    return Evidence(found, indicator.definition, indicator.top, indicator.bottom, scope, build.data_date, feeds, located, sql)


def evidence_sql(build: Build, reader: Reader, indicator_id: str, scope: Scope, unit_no: int | None = None) -> tuple[str, ...]:
    """The DuckDB statements behind the figure, one per pass over the data, cut down to `unit_no` and below."""
    parts = parts_of(build, reader, indicator_id, scope, unit_no)
    return tuple(sql_of(query) for query, _ in unit_queries(parts))
