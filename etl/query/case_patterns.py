"""What demands are about and when they come (诉求的事项与时间): raw and merged counts, classes, months, hour of the week.

All of them count the cases of `case_per_1000hh`: of the period, void ones left out, the page's filters applied. Classes, channels
and the clock are counted without their own filter, so that what is not chosen can still be seen and chosen.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from etl.model.indicators import BY_ID
from etl.model.indicators.terms import Terms
from etl.model.levels import BY_ID as LEVELS
from etl.model.taxonomy import BY_CODE, OTHER
from etl.model.text import Text
from etl.query.first_days import first_day_of
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.run import rows_of, written
from etl.query.scope import Scope
from etl.query.sensitive import WITHHELD, of_class
from etl.query.series import add_months, effective_end
from etl.query.shared import shared
from etl.query.suppress import hidden_units, is_limited, keeps_back
from etl.query.units import units
from etl.query.warehouse import Build

INDICATOR = "case_per_1000hh"  # whose cases these are
MONTHS = 12
WORDS_SHOWN = 12
MERGE_STEPS: dict[str, tuple[Text, Text]] = {  # from raw cases to merged ones, and what a unit is called that has some
    "raw": (Text("原始件数", "Raw cases"), Text("有诉求", "With cases")), "urges": (Text("其中催办", "Of them urges"), Text("有催办", "With urges")),
    "repeats": (Text("其中重复", "Of them repeats"), Text("有重复", "With repeats")), "merged": (Text("合并后件数", "Merged"), Text("有合并后诉求", "With merged cases")),
}  # fmt: skip
_found: Once[tuple, object] = Once(capacity=96)


FLAGS = ("raw", "merged", "repeats", "urges", "fallback", "nowhere")


@dataclass(frozen=True, slots=True)
class Patterns:
    """`raw` cases, of them `repeats` (after the first was closed) and `urges` (before); `merged` = without both. `fallback`: at a
    geocoder's fallback point, so placed by their text or nowhere; `nowhere`: known only to lie in the city.

    `classes`: code4, n (merged), earlier (the same days a year before; NaN when the data do not reach back), repeats; most frequent first,
    n and repeats NaN where a class may not be told here. `clock`: 7 × 24 raw cases by weekday (Monday first) and hour reported;
    `timeless` are those reported without a time of day. `months`: month, n (merged), earlier (NaN before the data begin), is_partial.
    `sources`: raw cases by channel, most frequent first, "" where none is given.
    `unmapped`: the sources' own words of the cases that fit no class (merged), the most frequent `WORDS_SHOWN`.
    """

    raw: int
    merged: int
    repeats: int
    urges: int
    fallback: int
    nowhere: int
    classes: pd.DataFrame
    clock: np.ndarray
    timeless: int
    months: pd.DataFrame
    sources: tuple[tuple[str, int], ...]
    unmapped: tuple[tuple[str, int], ...]


def case_patterns(build: Build, reader: Reader, scope: Scope, under: int) -> Patterns | None:
    """The patterns of a unit and what lies below, as far as the reader sees; None when cases are not connected, or the filter picks
    withheld classes, of which only the number is told, and only to the community."""
    if "case" not in build.feeds or keeps_back(reader, scope):
        return None
    terms = terms_of(build, reader, scope, under)
    key = (build.key, scope, terms.first_no, terms.last_no, reader.role, reader.first_no, reader.last_no, under)
    return _found.get(key, lambda: _patterns(build, reader, scope, terms, under))  # type: ignore[return-value]


@shared
def merge_counts(build: Build, reader: Reader, scope: Scope, under: int) -> dict[str, int]:
    """The cases of each of `MERGE_STEPS`, as `case_patterns` has them; without any where it tells nothing."""
    if keeps_back(reader, scope):
        return {}
    found = _counted(build, terms_of(build, reader, scope, under))
    return {name: found[name] for name in MERGE_STEPS}


@shared
def merge_units(build: Build, reader: Reader, scope: Scope, under: int, value: str) -> frozenset[int]:
    """Where cases of the step `value` of `MERGE_STEPS` lie."""
    return frozenset() if keeps_back(reader, scope) else frozenset(no for (no,) in rows_of(build, _flagged, terms_of(build, reader, scope, under), value))


def terms_of(build: Build, reader: Reader, scope: Scope, under: int) -> Terms:
    """The terms of a scope, limited to `under` and to what the reader sees."""
    last = int(units(build).last_no[under - 1])
    return Terms(scope.date_from, scope.date_to, scope.as_of, scope.where, max(under, reader.first_no), min(last, reader.last_no), build.rules, scope.chosen, build.silent)


def _patterns(build: Build, reader: Reader, scope: Scope, terms: Terms, under: int) -> Patterns:
    counts = _counted(build, terms)
    first = first_day_of(build, "case")
    clock, timeless = _clock(build, _but(terms, "hour", "weekday"))
    sources = tuple(sorted(build.rows(written(_by_source, _but(terms, "source"))), key=lambda row: (-row[1], row[0])))
    unmapped = tuple(build.rows(written(_own_words, terms)))
    return Patterns(**counts, sources=sources, unmapped=unmapped, classes=_classes(build, reader, _but(terms, "category"), first, under), clock=clock, timeless=timeless, months=_months(build, scope, terms, first))


def _counted(build: Build, terms: Terms) -> dict[str, int]:
    return dict(zip(FLAGS, (int(n or 0) for n in build.rows(written(_counts, terms))[0]), strict=True))


def _counts(terms: Terms) -> ir.Table:
    cases = terms.cases()
    flags = _flags(cases)
    return cases.agg(**{name: _count(flags[name]) for name in FLAGS})


def _flagged(terms: Terms, flag: str) -> ir.Table:
    cases = terms.cases()
    return cases.filter(_flags(cases)[flag]).select("unit_no").distinct()


def _flags(cases: ir.Table) -> dict[str, ir.BooleanValue]:
    return {
        "raw": cases.case_no.notnull(), "merged": cases.repeat_of.isnull(), "repeats": cases.repeat_kind == "repeat", "urges": cases.repeat_kind == "urge",
        "fallback": cases.is_placeholder_point, "nowhere": cases.placed_by == "none",
    }  # fmt: skip


def _by_source(terms: Terms) -> ir.Table:
    cases = terms.cases()
    return cases.group_by(source=ibis.coalesce(cases["source"], "")).agg(n=cases.count())


def _own_words(terms: Terms) -> ir.Table:
    cases = terms.cases()
    own = cases.filter(cases.code4 == OTHER, cases.repeat_of.isnull(), cases.raw_category.notnull())
    return own.group_by("raw_category").agg(n=own.count()).order_by(ibis.desc("n"), "raw_category").limit(WORDS_SHOWN)


def _but(terms: Terms, *fields: str) -> Terms:
    """The terms without some filters: the classes stay to choose from when one of them is chosen, and so do hours and channels."""
    return replace(terms, where=tuple(pair for pair in terms.where if pair[0] not in fields))


def _count(flag: ir.BooleanValue) -> ir.IntegerScalar:
    return ibis.ifelse(ibis.coalesce(flag, False), 1, 0).sum()


def _classes(build: Build, reader: Reader, terms: Terms, first: date | None, under: int) -> pd.DataFrame:
    earlier = replace(terms, date_from=add_months(terms.date_from, -12), date_to=add_months(terms.date_to, -12), as_of=add_months(terms.as_of, -12))
    now, then = _by_class(build, terms), _by_class(build, earlier)
    table = now.join(then[["n"]].rename(columns={"n": "earlier"}), how="outer").fillna(0.0)
    if first is None or earlier.date_from < first:
        table["earlier"] = np.nan
    if is_limited(reader) and reader.role != "steward":
        table = table.reindex(table.index.union(list(WITHHELD)), fill_value=0.0)  # that a class is kept back must not tell that it is there
        for code in WITHHELD:
            table.loc[code, "repeats"] = np.nan  # part of the count, so small where it is not
            if _is_kept(build, reader, earlier, code, under):
                table.loc[code, "earlier"] = np.nan
            if _is_kept(build, reader, terms, code, under):
                table.loc[code] = np.nan
        table = table[(table["n"] != 0) | (table["repeats"] > 0)]
    else:
        table = table[(table["n"] > 0) | (table["repeats"] > 0)]
        table.loc[_hidden(build, reader, table, under, bool(terms.chosen))] = np.nan
    return table.rename_axis("code4").reset_index().sort_values(["n", "code4"], ascending=[False, True]).reset_index(drop=True)


def _is_kept(build: Build, reader: Reader, terms: Terms, code: str, under: int) -> bool:
    """Whether the number of a withheld class is kept from the reader: as the figure with this class for a filter is. In a drawn area,
    which may be a single grid, always."""
    scope = of_class(Scope(terms.date_from, terms.date_to, terms.as_of, terms.where), code)
    return bool(terms.chosen) or bool(hidden_units(build, reader, BY_ID[INDICATOR], scope)[under - 1])


def _by_class(build: Build, terms: Terms) -> pd.DataFrame:
    return pd.DataFrame(build.rows(written(_class_counts, terms)), columns=["code4", "n", "repeats"]).set_index("code4").astype("float64")


def _class_counts(terms: Terms) -> ir.Table:
    cases = terms.cases()
    return cases.group_by("code4").agg(n=_count(cases.repeat_of.isnull()), repeats=_count(cases.repeat_kind == "repeat"))


def _hidden(build: Build, reader: Reader, table: pd.DataFrame, under: int, is_picked: bool) -> pd.Series:
    """For the handler and whoever sees everything: ★ classes never below the community, and small counts nowhere (E6)."""
    is_sensitive = pd.Series([code in BY_CODE and BY_CODE[code].is_sensitive for code in table.index], index=table.index, dtype=bool)
    is_deep = is_picked or int(units(build).level[under - 1]) > LEVELS["community"].rank  # a drawn area may be a single grid
    return is_sensitive & (is_deep | (table["n"] < build.rules.privacy.vulnerable_k) | (reader.role == "public"))


def _clock(build: Build, terms: Terms) -> tuple[np.ndarray, int]:
    table, timeless = np.zeros((7, 24)), 0
    for day, hour, is_timed, n in build.rows(written(_by_hour, terms)):
        if is_timed:
            table[int(day), int(hour)] += n
        else:
            timeless += int(n)
    return table, timeless


def _by_hour(terms: Terms) -> ir.Table:
    cases = terms.cases()
    at = cases.reported_at
    has_time = (at.hour() + at.minute() + at.second()) > 0
    return cases.group_by(day=at.day_of_week.index(), hour=at.hour(), has_time=has_time).agg(n=cases.count())


def _by_month(terms: Terms) -> ir.Table:
    cases = terms.cases()
    cases = cases.filter(cases.repeat_of.isnull())
    return cases.group_by(month=cases.counted_at.truncate("M").date()).agg(n=cases.count())


def _months(build: Build, scope: Scope, terms: Terms, first: date | None) -> pd.DataFrame:
    end = effective_end(build, scope)
    this = end.replace(day=1)
    start = add_months(this, 1 - 2 * MONTHS)
    found = dict(build.rows(written(_by_month, replace(terms, date_from=start, date_to=end))))
    rows = []
    for back in range(MONTHS - 1, -1, -1):
        month = add_months(this, -back)
        before = add_months(month, -12)
        has_earlier = first is not None and before >= first.replace(day=1)
        if first is not None and month >= first.replace(day=1):
            is_partial = month == this and end < add_months(this, 1) - timedelta(days=1)
            rows.append((month, float(found.get(month, 0)), float(found.get(before, 0)) if has_earlier else np.nan, is_partial))
    return pd.DataFrame(rows, columns=["month", "n", "earlier", "is_partial"])
