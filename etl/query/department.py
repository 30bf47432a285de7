"""A department's side (部门工作台): its whistles, what was dispatched to it and what it sent back, its cases by their limit.

Rates are the indicators' own by unit in charge; here are the lists behind them. Everything is limited to the reader's range, so a
street sees a department's work in that street only.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import pandas as pd

from etl.model.indicators import BY_ID
from etl.model.indicators.record import CASE_FILTERS
from etl.query.case_patterns import terms_of
from etl.query.figures import figures_by_lead
from etl.query.masking import mask_place, mask_text, visible_cases
from etl.query.reader import Reader
from etl.query.run import sql_of
from etl.query.scope import Scope
from etl.query.selection import in_range
from etl.query.sensitive import WITHHELD
from etl.query.steward import SOON
from etl.query.suppress import is_limited, keeps_back
from etl.query.units import units
from etl.query.warehouse import Build

RATES = ("ontime_close_rate", "close_rate", "solve_rate", "satisfy_rate", "return_rate", "whistle_arrive_rate", "overdue_open_n")
STATES = ("absent", "waiting", "late", "refused", "on_time")  # of a call: what still needs somebody first
CALL_COLUMNS = ["whistle_id", "unit_no", "kind", "code4", "is_lead", "blown_at", "due_arrive_at", "arrived_at", "done_at", "score", "state"]
CASE_COLUMNS = ["case_no", "source_system", "urgency", "limit_at", "counted_at", "code4", "status", "unit_no", "place", "title"]
RETURN_COLUMNS = ["case_no", "source_system", "at", "to_unit", "reason", "code4", "unit_no", "again"]


@dataclass(frozen=True, slots=True)
class Department:
    """One that may be chosen: `calls` whistles and `cases` in charge of, in the period and the reader's range."""

    name: str
    kind: str
    calls: int
    cases: int


@dataclass(frozen=True, slots=True)
class Rate:
    """One indicator for one department; `value` None where there is nothing to divide by, state as everywhere."""

    indicator_id: str
    numerator: float | None
    denominator: float | None
    value: float | None
    state: str


def departments(build: Build, reader: Reader, scope: Scope, under: int) -> list[Department]:
    """Everybody called by a whistle or in charge of a case of the period, most work first. Communities and streets too: they are
    called departments of nobody, but the work reaches them by the same ways. Of withheld classes nobody is told who has them."""
    if keeps_back(reader, scope):
        return []
    span = _span(build, reader, scope, under)
    calls = dict(build.rows(f"SELECT dept, count(*) FROM whistle WHERE dept IS NOT NULL AND {_called(scope)} GROUP BY 1", span)) if "whistle" in build.feeds else {}
    cases = {}
    if "case" in build.feeds:
        cases = dict(build.rows(f"SELECT lead_unit, count(*) FROM ({_cases(build, reader, scope, under)}) WHERE lead_unit IS NOT NULL GROUP BY 1"))
    kinds = dict(build.rows("SELECT name, any_value(kind) FROM org GROUP BY 1")) if "org" in build.feeds else {}
    found = [Department(name, kinds.get(name) or "", int(calls.get(name, 0)), int(cases.get(name, 0))) for name in calls.keys() | cases.keys()]
    return sorted(found, key=lambda one: (one.kind != "department", -one.calls, -one.cases, one.name))


def rates(build: Build, reader: Reader, scope: Scope, under: int, name: str) -> list[Rate]:
    """The department's own figures, each from the function that every other page uses; indicators whose feed is absent say so."""
    found = []
    for indicator_id in RATES:
        asked = replace(scope, where=tuple(pair for pair in scope.where if pair[0] in BY_ID[indicator_id].filters))
        table = figures_by_lead(build, reader, indicator_id, asked, under)
        row = table[table["code"] == name]
        if len(row):
            one = row.iloc[0]
            found.append(Rate(indicator_id, _number(one.numerator), _number(one.denominator), _number(one.value), str(one.state)))
        else:
            found.append(Rate(indicator_id, None, None, None, "no_data" if _is_fed(build, indicator_id) else "no_feed"))
    return found


def _is_fed(build: Build, indicator_id: str) -> bool:
    needs = {"return_rate": ("case", "case_event"), "whistle_arrive_rate": ("whistle",)}
    return build.feeds.issuperset(needs.get(indicator_id, ("case",)))


def _number(value: float | None) -> float | None:
    return None if value is None or value != value else float(value)


def calls(build: Build, reader: Reader, scope: Scope, under: int, name: str, limit: int = 100) -> pd.DataFrame | None:
    """The department's whistles of the period: those nobody answered and those waited for first, then the newest. `state` of a call as
    in the arrival rate: in time, late, refused, absent (due and not there), waiting (not yet due). None without whistles. Withheld classes
    (E6) go without their class, and asked for by it they are not listed."""
    if "whistle" not in build.feeds:
        return None
    sql = f"""SELECT {', '.join(CALL_COLUMNS)} FROM (SELECT *, CASE WHEN is_refused THEN 'refused' WHEN arrived_at <= due_arrive_at THEN 'on_time'
        WHEN arrived_at < $until THEN 'late' WHEN due_arrive_at > $until THEN 'waiting' ELSE 'absent' END AS state
      FROM whistle WHERE dept = $name AND {_called(scope)})
      ORDER BY list_position({list(STATES)}, state) > 2, list_position({list(STATES)}, state) * (state IN ('absent', 'waiting'))::INT, blown_at DESC, whistle_id
      LIMIT {int(limit)}"""
    until = {"until": datetime.combine(scope.as_of + timedelta(days=1), time.min)}
    rows = [] if keeps_back(reader, scope) else build.rows(sql, {**_span(build, reader, scope, under), **until, "name": name})
    table = pd.DataFrame(rows, columns=CALL_COLUMNS)
    if is_limited(reader) and reader.role != "steward":
        table["code4"] = table["code4"].mask(table["code4"].isin(WITHHELD), None)
    return table


def open_cases(build: Build, reader: Reader, scope: Scope, under: int, name: str, limit: int = 100) -> pd.DataFrame | None:
    """Cases of the period that the department has and has not closed, overdue ones first, then by limit. Complaints about conduct that
    are with the unit complained of are not among them (E12). None without cases."""
    if "case" not in build.feeds:
        return None
    until = datetime.combine(scope.as_of + timedelta(days=1), time.min)
    sql = f"""SELECT {', '.join(CASE_COLUMNS)} FROM (SELECT *, CASE WHEN limit_at IS NULL THEN 'unlimited' WHEN limit_at < $until - INTERVAL 1 MICROSECOND THEN 'overdue'
        WHEN limit_at < $until + INTERVAL {int(SOON.total_seconds())} SECOND THEN 'soon' ELSE 'later' END AS urgency
      FROM ({_cases(build, reader, scope, under)}) c WHERE lead_unit = $name AND status IS DISTINCT FROM 'suspended'
        AND coalesce(closed_at >= $until, status IS DISTINCT FROM 'closed') AND {visible_cases(build, reader, 'c', name)})
      ORDER BY urgency <> 'overdue', limit_at NULLS LAST, counted_at, case_no LIMIT {int(limit)}"""
    table = pd.DataFrame(build.rows(sql, {"until": until, "name": name}), columns=CASE_COLUMNS)
    return table.assign(place=[mask_place(place if isinstance(place, str) else None) for place in table["place"]], title=[mask_text(title if isinstance(title, str) else None) for title in table["title"]])


def returns(build: Build, reader: Reader, scope: Scope, under: int, name: str, limit: int = 60) -> pd.DataFrame | None:
    """What the department sent back, newest first, of cases of the period: to whom, why, and whether the case came to it `again` later.
    None without cases and their steps."""
    if not build.feeds.issuperset(("case", "case_event")):
        return None
    sql = f"""WITH mine AS (SELECT case_no, coalesce(source_system, '') AS system, code4, unit_no FROM ({_cases(build, reader, scope, under)}) c
        WHERE {visible_cases(build, reader, 'c', name)})
      SELECT r.case_no, m.system, r."at", r.to_unit, r.reason, m.code4, m.unit_no,
        EXISTS (SELECT 1 FROM case_event d WHERE d.case_no = r.case_no AND coalesce(d.source_system, '') = m.system AND d."type" = 'dispatch'
          AND d.to_unit = $name AND d."at" > r."at" AND d."at" < $until) AS again
      FROM case_event r JOIN mine m ON r.case_no = m.case_no AND coalesce(r.source_system, '') = m.system
      WHERE r."type" = 'return' AND r.from_unit = $name AND r."at" < $until ORDER BY r."at" DESC, r.case_no LIMIT {int(limit)}"""
    until = {"until": datetime.combine(scope.as_of + timedelta(days=1), time.min)}
    found = pd.DataFrame(build.rows(sql, {**until, "name": name}), columns=RETURN_COLUMNS)
    return found.assign(reason=[mask_text(reason if isinstance(reason, str) else None) for reason in found["reason"]])


def _called(scope: Scope) -> str:
    """Whistles of the period, the classes and the units asked for; used with `_span`. The other filters are of cases, not of calls."""
    asked = [value for field, value in scope.where if field == "category"]
    classes = " OR ".join(f"starts_with(code4, '{int(value):0{len(value)}d}')" for value in asked)
    return f"blown_at >= $start AND blown_at < $end AND {in_range(scope)}" + (f" AND ({classes})" if classes else "")


def _cases(build: Build, reader: Reader, scope: Scope, under: int) -> str:
    """The cases that the figures of the period count, with all filters."""
    of_cases = tuple(pair for pair in scope.where if pair[0] in CASE_FILTERS)
    return sql_of(terms_of(build, reader, replace(scope, where=of_cases), under).cases())


def _span(build: Build, reader: Reader, scope: Scope, under: int) -> dict[str, object]:
    first, last = max(under, reader.first_no), min(int(units(build).last_no[under - 1]), reader.last_no)
    return {
        "first": first, "last": last, "start": datetime.combine(scope.date_from, time.min), "end": datetime.combine(scope.date_to + timedelta(days=1), time.min),
    }  # fmt: skip
