"""How fast an order reaches the door (动员到户), and what mediation achieves (调解)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import pandas as pd

from etl.query.picked_rows import picked_rows
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.selection import in_range
from etl.query.shared import shared
from etl.query.units import units
from etl.query.warehouse import Build

EDGES = (5, 15, 30, 60, 120)  # minutes: the best case told of, the indicator's two thresholds, one and two hours
_ORDERS = """
SELECT *, CASE WHEN first_hh_at < $until THEN date_diff('second', issued_at, first_hh_at) / 60 END AS minutes,
  done_at < $until AND done_at <= issued_at + to_seconds($limit) AS is_in_time
FROM mobilisation WHERE issued_at >= $start AND issued_at < $end AND {ours}
"""
COLUMNS = ("mob_id", "issued_at", "targets", "reached", "fastest", "median", "p90", "in_time", "hh_target", "hh_done")


@dataclass(frozen=True, slots=True)
class Mobilised:
    """`orders`: one row per order, newest first (`COLUMNS`; minutes from the order to the first household). `fastest`, `median`, `p90`
    over all micro-grids that reached a household; `spread`: how many did so within 5, 15, 30, 60, 120 minutes and later, then not at all."""

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
    steps = [f"count(*) FILTER (minutes {'>' if low else '>='} {low} {f'AND minutes <= {high}' if high else ''})" for low, high in zip((0, *EDGES), (*EDGES, None), strict=True)]
    fastest, median, p90, reached, total = build.rows(f"SELECT {stats}, count(minutes), count(*) FROM ({rows})", values)[0]
    spread = build.rows(f"SELECT {', '.join(steps)} FROM ({rows})", values)[0]
    return Mobilised(orders, fastest, median, p90, (*spread, total - reached))


@shared
def mediation(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame | None:
    """One row per kind of dispute, most frequent first: type, accepted, success, failed, open; share = success ÷ (success + failed),
    NaN when none is decided. None when mediation is not connected."""
    if "mediation" not in build.feeds:
        return None
    values = _range(build, reader, scope, under)
    sql = f"""
    SELECT coalesce("type", ''), count(*), count(*) FILTER (result = 'success'), count(*) FILTER (result = 'failed'), count(*) FILTER (result = 'open' OR result IS NULL)
    FROM mediation WHERE accepted_on >= $start AND accepted_on < $end AND {picked_rows(scope, 'mediation')} GROUP BY 1 ORDER BY 2 DESC, 1"""
    used = {name: values[name] for name in ("start", "end", "first", "last")}
    table = pd.DataFrame(build.rows(sql, used), columns=["type", "accepted", "success", "failed", "open"])
    decided = table["success"] + table["failed"]
    table["share"] = (table["success"] / decided.where(decided > 0)).astype("float64")
    return table


def _range(build: Build, reader: Reader, scope: Scope, under: int) -> dict[str, Any]:
    first, last = max(under, reader.first_no), min(int(units(build).last_no[under - 1]), reader.last_no)
    start, end, until = (datetime.combine(day, time.min) for day in (scope.date_from, scope.date_to + timedelta(days=1), scope.as_of + timedelta(days=1)))
    return {"first": first, "last": last, "start": start, "end": end, "until": until, "limit": build.rules.mobilisation.hours * 3600}
