"""Hotspots among the compound grids (诉求热点): smoothed rates by month, new, lasting and cooling ones, and neighbourhoods that stand out.

The cells, months and totals are those of the indicator `hotspot_n`, so that map, list and card cannot differ. A cell is judged
against the whole city, whoever asks; the reader then sees the cells of the own range. Cases placed nowhere (a geocoder's
fallback point is no place) lie in no cell and make no hotspot.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.model.indicators import BY_ID
from etl.model.indicators.hotspots import months_back
from etl.model.rules import Rules
from etl.query.figures import plan_for
from etl.query.formulas import hot_cells
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.rollup_kinds import rolled
from etl.query.run import part_tables
from etl.query.scope import Scope
from etl.query.selection import touching
from etl.query.suppress import keeps_back
from etl.query.units import units
from etl.query.vector import quotient
from etl.query.warehouse import Build

CELL = "compound"
STATES = ("lasting", "new", "again", "cooling", "none")
COLUMNS = ("unit_no", "code", "name", "state", "hot_months", "is_hot", "cases", "households", "rate", "normal", "pattern")

Bools = NDArray[np.bool_]
_cells: Once[tuple, pd.DataFrame] = Once(capacity=24)


@dataclass(frozen=True, slots=True)
class Hotspots:
    """`cells` (one row per compound grid in force, see `COLUMNS`), the months looked at (oldest first) and the city's own rate.

    `rate` and `normal` are smoothed cases per 1,000 households and month: the newest month, and the mean of the months before.
    `pattern` has one mark per month, oldest first: 1 hot, 0 not.
    """

    cells: pd.DataFrame
    months: tuple[tuple[date, date], ...]
    city_rate: float

    def counts(self) -> dict[str, int]:
        """Cells by state."""
        found = self.cells["state"].value_counts()
        return {state: int(found.get(state, 0)) for state in STATES}


def hotspots(build: Build, reader: Reader, scope: Scope, under: int) -> Hotspots | None:
    """The cells below `under` (and itself) as far as the reader sees. None when a feed is missing, the city has no compound grids, or the filter
    picks withheld classes, which no compound grid is told of."""
    if not build.feeds.issuperset(BY_ID["hotspot_n"].feeds) or keeps_back(reader, scope):
        return None
    table = _cells.get((build.key, scope), lambda: _all_cells(build, scope))
    if not len(table):
        return None
    first, last = max(under, reader.first_no), min(int(units(build).last_no[under - 1]), reader.last_no)
    months = tuple(reversed(months_back(min(scope.date_to, scope.as_of), build.rules.hotspot.months)))
    homes = table["households"].sum()
    city = float(table["cases"].sum() / homes * 1000) if homes else float("nan")
    seen = table[table["unit_no"].between(first, last)]
    seen = seen[seen["unit_no"].isin(touching(units(build), seen["unit_no"].to_numpy(), scope.chosen))]
    return Hotspots(seen.reset_index(drop=True), months, city)


def _all_cells(build: Build, scope: Scope) -> pd.DataFrame:
    frame = units(build)
    plan = plan_for(build, Reader("admin", 1, len(frame)), "hotspot_n", scope)
    in_force = frame.valid(scope.as_of)
    totals = [rolled(part, rows, frame.last_no, frame.parent_no, in_force) for part, rows in zip(plan.parts.all, part_tables(build, plan), strict=True)]
    numbers = frame.at_level(CELL, scope.as_of)
    at = numbers - 1
    *newest_first, homes = (total[at] for total in totals)
    months = newest_first[::-1]
    hot = np.array([hot_cells(cases, homes, build.rules) for cases in months], dtype=bool).reshape(len(months), len(at))
    rates = np.array([smoothed(cases, homes, build.rules) for cases in months]).reshape(len(months), len(at))
    return pd.DataFrame(
        {
            "unit_no": numbers, "code": frame.code[at], "name": frame.name[at], "state": states(hot, build.rules), "hot_months": hot.sum(axis=0),
            "is_hot": hot[-1], "cases": months[-1], "households": homes, "rate": rates[-1], "normal": rates[:-1].mean(axis=0) if len(rates) > 1 else np.nan,
            "pattern": ["".join("1" if one else "0" for one in column) for column in hot.T],
        },
        columns=list(COLUMNS),
    )  # fmt: skip


def smoothed(cases: NDArray[np.float64], homes: NDArray[np.float64], rules: Rules) -> NDArray[np.float64]:
    """Empirical Bayes (domain A6.5): cases per 1,000 households, drawn towards the city's mean the fewer households a cell has."""
    prior, mean = rules.hotspot.prior_households, cases.sum() / homes.sum() if homes.sum() else 0.0
    return quotient(cases + prior * mean, homes + prior, 1000)


def states(hot: Bools, rules: Rules) -> NDArray[np.object_]:
    """One state per cell from its months (oldest first): lasting — hot in enough of them; new — hot now and never before in them;
    again — hot now and once before; cooling — hot before, not now; else none."""
    if not hot.shape[1]:
        return np.empty(0, dtype=object)
    months, now = hot.sum(axis=0), hot[-1]
    before = months - now
    return np.select(
        [months >= rules.hotspot.hot_months, now & (before == 0), now, before > 0], ["lasting", "new", "again", "cooling"], "none"
    ).astype(object)
