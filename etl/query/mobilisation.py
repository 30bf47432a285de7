"""How fast an order reaches the door (动员到户), and what mediation achieves (调解)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from etl.model.text import Text
from etl.query.picked_rows import picked_rows
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.selection import in_range
from etl.query.sensitive import asks_dispute, goes_together, handles_cases
from etl.query.shared import shared
from etl.query.units import units
from etl.query.warehouse import Build

EDGES = (5, 15, 30, 60, 120)  # minutes: the best case told of, the indicator's two thresholds, one and two hours
_ORDERS = """
SELECT *, CASE WHEN first_hh_at < $until THEN date_diff('second', issued_at, first_hh_at) / 60 END AS minutes,
  done_at < $until AND done_at <= issued_at + to_seconds($limit) AS is_in_time
FROM mobilisation WHERE issued_at >= $start AND issued_at < $end AND {ours}
"""
_REACHED = [  # the times to the first household, and micro-grids that reached none
    (f"0-{EDGES[0]}", Text(f"{EDGES[0]} 分钟内", f"Within {EDGES[0]} min"), f"minutes >= 0 AND minutes <= {EDGES[0]}"),
    *((f"{low}-{high}", Text(f"{low}–{high} 分钟", f"{low}–{high} min"), f"minutes > {low} AND minutes <= {high}") for low, high in pairwise(EDGES)),
    (f"{EDGES[-1]}-", Text(f"超过 {EDGES[-1]} 分钟", f"Over {EDGES[-1]} min"), f"minutes > {EDGES[-1]}"),
    ("never", Text("未到户", "Not reached"), "minutes IS NULL"),
]
SPREAD: dict[str, tuple[Text, str]] = {name: (text, condition) for name, text, condition in _REACHED}
TOGETHER = "*"  # the type of mediations told together
COLUMNS = ("mob_id", "issued_at", "targets", "reached", "fastest", "median", "p90", "in_time", "hh_target", "hh_done")


@dataclass(frozen=True, slots=True)
class Mobilised:
    """`orders`: one row per order, newest first (`COLUMNS`; minutes from the order to the first household). `fastest`, `median`, `p90`
    over all micro-grids that reached a household; `spread`: how many did so in each of the times of `SPREAD`."""

    orders: pd.DataFrame
    fastest: float | None
    median: float | None
    p90: float | None
    spread: tuple[int, ...]


@shared
def mobilised(build: Build, reader: Reader, scope: Scope, under: int) -> Mobilised | None:
    """The orders of the period in a unit and below; None when receipts are not connected."""
    if "mobilisation" not in build.feeds:
        return None
    values = _range(build, reader, scope, under)
    rows = _ORDERS.format(ours=in_range(scope))
    stats = "min(minutes), median(minutes), quantile_cont(minutes, 0.9)"
    sql = (
        f"SELECT mob_id, min(issued_at), count(*), count(minutes), {stats}, count(*) FILTER (is_in_time), sum(hh_target)::BIGINT, sum(hh_done)::BIGINT "
        f"FROM ({rows}) GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    orders = pd.DataFrame(build.rows(sql, values), columns=list(COLUMNS))
    steps = ", ".join(f"count(*) FILTER ({condition})" for _, condition in SPREAD.values())
    fastest, median, p90, *spread = build.rows(f"SELECT {stats}, {steps} FROM ({rows})", values)[0]
    return Mobilised(orders, fastest, median, p90, tuple(spread))


@shared
def minutes_units(build: Build, reader: Reader, scope: Scope, under: int, value: str) -> frozenset[int]:
    """Where the first household was reached in the time `value` of `SPREAD`, by one order of the period or another."""
    rows = build.rows(f"SELECT DISTINCT unit_no FROM ({_ORDERS.format(ours=in_range(scope))}) WHERE {SPREAD[value][1]}", _range(build, reader, scope, under))
    return frozenset(no for (no,) in rows)


@shared
def order_units(build: Build, reader: Reader, scope: Scope, under: int, value: str) -> frozenset[int]:
    """Whom the order `value` of the period went to."""
    rows = build.rows(f"SELECT DISTINCT unit_no FROM ({_ORDERS.format(ours=in_range(scope))}) WHERE mob_id = $order", _range(build, reader, scope, under) | {"order": value})
    return frozenset(no for (no,) in rows)


@shared
def mediation(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame | None:
    """One row per kind of dispute, most frequent first: type, accepted, success, failed, open; share = success ÷ (success + failed),
    NaN when none is decided. None when mediation is not connected. Who does not handle cases is told of families, neighbours and unknown
    kinds in one row of the type `TOGETHER`, and of none of them by a filter (domain rule E6)."""
    if "mediation" not in build.feeds:
        return None
    values = _range(build, reader, scope, under)
    sql = f"""
    SELECT coalesce("type", ''), count(*), count(*) FILTER (result = 'success'), count(*) FILTER (result = 'failed'), count(*) FILTER (result = 'open' OR result IS NULL)
    FROM mediation WHERE accepted_on >= $start AND accepted_on < $end AND {picked_rows(scope, 'mediation')} GROUP BY 1 ORDER BY 2 DESC, 1"""
    used = {name: values[name] for name in ("start", "end", "first", "last")}
    rows = build.rows(sql, used) if handles_cases(reader) or not asks_dispute(scope) else []
    table = pd.DataFrame(rows, columns=["type", "accepted", "success", "failed", "open"])
    if not handles_cases(reader):
        table["type"] = [TOGETHER if goes_together(kind) else kind for kind in table["type"]]
        table = table.groupby("type", as_index=False).sum().sort_values(["accepted", "type"], ascending=[False, True], ignore_index=True)
    decided = table["success"] + table["failed"]
    table["share"] = (table["success"] / decided.where(decided > 0)).astype("float64")
    return table


def _range(build: Build, reader: Reader, scope: Scope, under: int) -> dict[str, Any]:
    first, last = max(under, reader.first_no), min(int(units(build).last_no[under - 1]), reader.last_no)
    start, end, until = (datetime.combine(day, time.min) for day in (scope.date_from, scope.date_to + timedelta(days=1), scope.as_of + timedelta(days=1)))
    return {"first": first, "last": last, "start": start, "end": end, "until": until, "limit": build.rules.mobilisation.hours * 3600}
