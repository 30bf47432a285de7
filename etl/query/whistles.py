"""Whistles by department, and who sends work back (吹哨报到、退单与推诿).

Rates come from the indicators' own `figures_by_lead`; what is added here are counts and times that no indicator has.
"""

from datetime import datetime, time, timedelta
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from etl.model.indicators.case_flow import steps
from etl.model.indicators.terms import Terms
from etl.query.case_patterns import terms_of
from etl.query.figures import figures_by_lead
from etl.query.picked_rows import picked_rows
from etl.query.ranking import band_of
from etl.query.reader import Reader
from etl.query.run import written
from etl.query.scope import Scope
from etl.query.shared import shared
from etl.query.suppress import keeps_back
from etl.query.units import units
from etl.query.warehouse import Build

PARTS = "→"  # the two offices of a pair in one word
CALL_STATES = ("on_time", "late", "refused", "absent", "waiting")
_CALLS = """
SELECT *, CASE WHEN is_refused THEN 'refused' WHEN arrived_at <= due_arrive_at THEN 'on_time' WHEN arrived_at < $until THEN 'late'
  WHEN due_arrive_at > $until THEN 'waiting' ELSE 'absent' END AS state,
  CASE WHEN arrived_at < $until AND NOT coalesce(is_refused, false) THEN date_diff('second', blown_at, arrived_at) / 60 END AS minutes
FROM whistle WHERE blown_at >= $start AND blown_at < $end AND {ours}
"""


@shared
def by_department(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame | None:
    """One row per department called in the period: dept, calls, on_time, late, refused, absent, waiting (not yet due), minutes
    (median from the whistle to the arrival), score (mean given by streets), done, numerator, denominator, value and state of
    `whistle_arrive_rate`, band. Ordered by band (those below standard first) and name. None when whistles are not connected."""
    if "whistle" not in build.feeds:
        return None
    sums = ", ".join(f"count(*) FILTER (state = '{state}') AS {state}" for state in CALL_STATES)
    sql = f"SELECT coalesce(dept, '') AS code, count(*) AS calls, {sums}, median(minutes) AS minutes, avg(score) AS score, count(done_at) AS done FROM ({_calls(scope)}) GROUP BY 1"
    columns = ["code", "calls", *CALL_STATES, "minutes", "score", "done"]
    table = pd.DataFrame(build.rows(sql, _range(build, reader, scope, under)), columns=columns)
    rates = figures_by_lead(build, reader, "whistle_arrive_rate", scope, under)[["code", "numerator", "denominator", "value", "state"]]
    table = table.merge(rates.rename(columns={"state": "rate_state"}), on="code", how="left").rename(columns={"code": "dept"})
    table["band"] = [
        band_of(build, "whistle_arrive_rate", value) or "" if state == "ok" else "" for value, state in zip(table["value"], table["rate_state"], strict=True)
    ]
    order = table["band"].map({"red": 0, "amber": 1, "green": 2}).fillna(3)
    return table.assign(order=order).sort_values(["order", "dept"]).drop(columns="order").reset_index(drop=True)


@shared
def by_kind(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame | None:
    """kind (hard, enforce, emergency), whistles (one that calls several departments counts once), calls, due, on_time. None without whistles."""
    if "whistle" not in build.feeds:
        return None
    sql = f"SELECT kind, count(DISTINCT whistle_id), count(*), count(*) FILTER (due_arrive_at <= $until), count(*) FILTER (due_arrive_at <= $until AND state = 'on_time') FROM ({_calls(scope)}) GROUP BY 1 ORDER BY 2 DESC"
    return pd.DataFrame(build.rows(sql, _range(build, reader, scope, under)), columns=["kind", "whistles", "calls", "due", "on_time"])


@shared
def amiss(build: Build, reader: Reader, scope: Scope, under: int, limit: int = 30) -> pd.DataFrame | None:
    """The newest calls refused, late or never answered: whistle_id, unit_no, street, kind, dept, is_lead, blown_at, due_arrive_at, arrived_at, state."""
    if "whistle" not in build.feeds:
        return None
    columns = ["whistle_id", "unit_no", "kind", "dept", "is_lead", "blown_at", "due_arrive_at", "arrived_at", "state"]
    sql = f"SELECT {', '.join(columns)} FROM ({_calls(scope)}) WHERE state IN ('refused', 'late', 'absent') ORDER BY blown_at DESC, dept LIMIT {int(limit)}"
    table = pd.DataFrame(build.rows(sql, _range(build, reader, scope, under)), columns=columns)
    table.insert(2, "street", units(build).name[table["unit_no"].to_numpy(dtype=np.int64) - 1])
    return table


def _calls(scope: Scope) -> str:
    """Calls of the period in the units asked for; used with `_range`."""
    return _CALLS.format(ours=picked_rows(scope, "whistle"))


def _range(build: Build, reader: Reader, scope: Scope, under: int) -> dict[str, Any]:
    first, last = max(under, reader.first_no), min(int(units(build).last_no[under - 1]), reader.last_no)
    start, end = (datetime.combine(day, time.min) for day in (scope.date_from, scope.date_to + timedelta(days=1)))
    return {"first": first, "last": last, "start": start, "end": end, "until": datetime.combine(scope.as_of + timedelta(days=1), time.min)}


@shared
def sent_back(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame | None:
    """One row per unit that returned or received cases, most returns first: unit, returns, dispatches, value and state of
    `return_rate`, wait_hours (median from a dispatch to the next signing, charged to the unit that held the case). None without the feeds."""
    if not build.feeds.issuperset(("case", "case_event")):
        return None
    table = figures_by_lead(build, reader, "return_rate", scope, under).rename(columns={"code": "unit", "numerator": "returns", "denominator": "dispatches"})
    terms = terms_of(build, reader, scope, under)
    found = written(_steps, terms, "dispatch", "sign")
    sql = f"""
    WITH steps AS ({found}),
    waits AS (SELECT "type", step_to AS unit, "at", lead("type") OVER next AS then_type, lead("at") OVER next AS then_at FROM steps
      WINDOW next AS (PARTITION BY case_no, source_system ORDER BY "at", step_seq, step_file, step_row))
    SELECT unit, median(date_diff('second', "at", then_at) / 3600) FROM waits WHERE "type" = 'dispatch' AND then_type = 'sign' AND unit IS NOT NULL GROUP BY 1"""
    waits = pd.DataFrame(build.rows(sql), columns=["unit", "wait_hours"])
    moved = (table["returns"] > 0) | (table["dispatches"] > 0)  # who was only named in a case neither received nor returned one
    table = table[(table["unit"] != "") & moved].merge(waits, on="unit", how="left")
    return table.sort_values(["returns", "unit"], ascending=[False, True]).reset_index(drop=True)


def _steps(terms: Terms, *types: str) -> ir.Table:
    return steps(terms, terms.cases(), *types)


@shared
def there_and_back(build: Build, reader: Reader, scope: Scope, under: int, limit: int = 12) -> pd.DataFrame | None:
    """A→B→A: `sender` gave a case to `receiver`, whose next move was to give it back. n times, of `cases` different cases;
    `again` times it was then given to the same receiver once more. Most frequent first. None without the feeds."""
    if not build.feeds.issuperset(("case", "case_event")):
        return None
    sql = f"""
    SELECT a, b, count(*) AS n, count(DISTINCT case_no || ' ' || source_system) AS cases, count(*) FILTER (a3 = a AND b3 = b) AS again
    FROM ({_returned(terms_of(build, reader, scope, under))}) GROUP BY 1, 2 ORDER BY n DESC, a, b LIMIT {int(limit)}"""
    rows = [] if keeps_back(reader, scope) else build.rows(sql)
    return pd.DataFrame(rows, columns=["sender", "receiver", "n", "cases", "again"])


@shared
def pair_units(build: Build, reader: Reader, scope: Scope, under: int, value: str) -> frozenset[int]:
    """Where cases went there and back between the two offices that `pair_value` calls `value`."""
    pair = read_pair(value)
    if pair is None or keeps_back(reader, scope):
        return frozenset()
    sql = f"SELECT DISTINCT unit_no FROM ({_returned(terms_of(build, reader, scope, under))}) WHERE a = $sender AND b = $receiver"
    return frozenset(no for (no,) in build.rows(sql, {"sender": pair[0], "receiver": pair[1]}))


def pair_value(sender: str, receiver: str) -> str:
    """Two offices as one word, whatever signs their names hold."""
    return PARTS.join(name.replace("~", "~0").replace(PARTS, "~1") for name in (sender, receiver))


def read_pair(value: str) -> tuple[str, str] | None:
    """The two offices of such a word; None when `pair_value` would not have written it so."""
    names = [name.replace("~1", PARTS).replace("~0", "~") for name in value.split(PARTS)]
    return (names[0], names[1]) if len(names) == 2 and pair_value(*names) == value else None


def _returned(terms: Terms) -> str:
    """Dispatches from `a` to `b` whose next move was the way back, with the move after that (`a3`, `b3`)."""
    return f"""
    WITH moves AS ({written(_steps, terms, "dispatch", "return")}),
    ordered AS (SELECT unit_no, case_no, source_system, step_from AS a, step_to AS b, lead("type") OVER next AS type2, lead(step_from) OVER next AS a2,
      lead(step_to) OVER next AS b2, lead(step_from, 2) OVER next AS a3, lead(step_to, 2) OVER next AS b3 FROM moves
      WINDOW next AS (PARTITION BY case_no, source_system ORDER BY "at", step_seq, step_file, step_row))
    SELECT * FROM ordered WHERE a <> b AND type2 = 'return' AND a2 = b AND b2 = a"""
