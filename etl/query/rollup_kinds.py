"""Totals that do not simply add up (不可加的汇总): medians, numbers of different things, figures that replace those below.

Arrays are indexed by `unit_no - 1`, as in `etl.query.rollup`.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.model.indicators.record import Part
from etl.query.rollup import Floats, Ints, depths, roll_replace, roll_sum, spread


def rolled(part: Part, table: dict[str, Any], last_no: Ints, parent_no: Ints, counts: NDArray[np.bool_]) -> Floats:
    """The total of `part` for every unit from its grouped rows; `counts` are the units in force. A median's total is its number of rows."""
    n = len(last_no)
    unit_no = np.asarray(np.ma.getdata(table["unit_no"]), dtype=np.int64)
    if part.roll == "distinct":
        total = distinct(unit_no, np.asarray(np.ma.getdata(table[part.column])), last_no, parent_no)
    elif part.roll == "replace":
        total = _replaced(part, table, unit_no, parent_no, counts)
    elif part.roll == "median":
        total = roll_sum(spread(unit_no, np.ones(len(unit_no)), n), last_no, parent_no)
    elif part.roll == "own":
        total = spread(unit_no, numbers(table[part.column]), n)
    else:
        total = roll_sum(spread(unit_no, numbers(table[part.column]), n), last_no, parent_no)
    total = total / part.per if part.per != 1 else total
    return total if part.at_least is None else np.maximum(total, part.at_least)


def numbers(column: Any) -> Floats:
    """A column of the database as floats, 0 where empty."""
    return np.ma.filled(np.ma.asarray(column).astype(np.float64, copy=False), 0.0)


def medians(unit_no: NDArray, values: Floats, parent_no: Ints) -> Floats:
    """Median of the values of every unit and everything below it, NaN without any; `unit_no` and `values` row by row.

    A city's year is millions of rows: what is not needed any more is let go, and every level sorts in place.
    """
    found, n = np.full(len(parent_no), np.nan), max(len(values), 1)
    order = np.argsort(values)
    at, values = (unit_no[order] - 1).astype(np.int32), values[order]
    del order
    depth, above = depths(parent_no), np.arange(len(parent_no))
    for level in range(int(depth.max(initial=0)), -1, -1):
        above = np.where(depth[above] > level, parent_no[above] - 1, above)
        of_row = np.where(depth[above] == level, above, -1).astype(np.int32)[at]
        # unit and place among the values in one whole number: plain numbers sort twenty times faster than their positions
        place = np.flatnonzero(of_row >= 0)
        place += of_row[place] * np.int64(n)
        del of_row
        place.sort()
        unit = np.flatnonzero(depth == level)
        start, end = np.searchsorted(place, unit * n), np.searchsorted(place, (unit + 1) * n)
        unit, start, size = unit[end > start], start[end > start], (end - start)[end > start]
        low, high = place[start + (size - 1) // 2] - unit * n, place[start + size // 2] - unit * n
        found[unit] = (values[low] + values[high]) / 2
    return found


def distinct(unit_no: Ints, keys: NDArray, last_no: Ints, parent_no: Ints) -> Floats:
    """How many different keys lie in every unit and below it.

    Each row adds one where it lies; where two neighbouring rows of a key meet in a unit above, one is taken off again.
    """
    code, _ = pd.factorize(keys)
    order = np.lexsort((unit_no, code))
    at, code = unit_no[order], code[order]
    meet, other = at[:-1][code[1:] == code[:-1]], at[1:][code[1:] == code[:-1]]
    while np.any(apart := last_no[meet - 1] < other):
        meet = np.where(apart, parent_no[meet - 1], meet)
    values = np.bincount(at - 1, minlength=len(last_no)) - np.bincount(meet - 1, minlength=len(last_no))
    return roll_sum(values.astype(np.float64), last_no, parent_no)


def _replaced(part: Part, table: dict[str, Any], unit_no: Ints, parent_no: Ints, counts: NDArray[np.bool_]) -> Floats:
    n, values = len(parent_no), numbers(table[part.column])
    is_own = np.ma.filled(table[part.own], False).astype(bool) if part.own else np.ones(len(values), dtype=bool)
    kinds = np.zeros(len(values), dtype=np.int64)
    for column in part.by:
        code, _ = pd.factorize(np.ma.filled(np.ma.asarray(table[column]), ""), sort=True)
        kinds = kinds * (len(values) + 1) + code
    total = np.zeros(n)
    for kind in np.unique(kinds):
        mine, inside = (kinds == kind) & is_own, (kinds == kind) & ~is_own
        own = np.full(n, np.nan)
        own[unit_no[mine] - 1] = spread(unit_no[mine], values[mine], n)[unit_no[mine] - 1]
        total += roll_replace(own, parent_no, counts, spread(unit_no[inside], values[inside], n))
    return total
