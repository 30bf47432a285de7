"""From values of single units to totals of every unit (逐级汇总), by the numbering alone.

All arrays are indexed by `unit_no - 1`. A unit's descendants are the numbers up to its `last_no`, so a total is a
difference of two prefix sums; no level needs a query of its own.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_trees: deque[tuple[Ints, list[Ints]]] = deque(maxlen=4)


def spread(unit_no: NDArray, values: NDArray, n: int) -> Floats:
    """One value per unit of a build of `n` units: the sum of `values` by `unit_no`, 0 where there is none."""
    total = np.full(n, 0.0)  # written at once: each page of np.zeros or np.bincount is mapped twice, and every core is told
    np.add.at(total, np.asarray(unit_no, dtype=np.int64) - 1, np.asarray(values, dtype=np.float64))
    return total


def roll_sum(values: Floats, last_no: Ints, parent_no: Ints) -> Floats:
    """Total of every unit and everything below it.

    Whole numbers go by prefix sums (exact up to 2^53). Fractions are added child by child instead: a difference of two
    long prefix sums would leave 1e-10 where there is nothing.
    """
    if np.all(values == np.rint(values)):
        prefix = np.empty(len(values) + 1)
        prefix[0] = 0.0
        np.cumsum(values, out=prefix[1:])
        inside = prefix[last_no]
        inside -= prefix[:-1]
        return inside
    total = values.copy()
    for level in _levels_from_below(parent_no):
        np.add.at(total, parent_no[level] - 1, total[level])
    return total


def roll_replace(own: Floats, parent_no: Ints, counts: NDArray[np.bool_], inside: Floats | None = None) -> Floats:
    """A unit's own figure where it has one (not NaN), else what lies `inside` it (buildings) and the sum of its children's;
    0 when nothing is known below.

    Only children with `counts` (in force on the day) are added.
    """
    total = np.where(np.isnan(own), 0.0 if inside is None else inside, own)
    has_own = ~np.isnan(own)
    for level in _levels_from_below(parent_no):
        added = level[counts[level] & ~has_own[parent_no[level] - 1]]
        np.add.at(total, parent_no[added] - 1, total[added])
    return total


def depths(parent_no: Ints) -> Ints:
    """Steps from the root, 0 for it. Parents have smaller numbers than their children, so few passes settle all."""
    depth = np.where(parent_no > 0, 1, 0).astype(np.int64)
    above = parent_no.copy()
    while np.any(above > 0):
        above = np.where(above > 0, parent_no[np.maximum(above, 1) - 1], 0)
        depth += above > 0
    return depth


def _levels_from_below(parent_no: Ints) -> list[Ints]:
    """Positions of the units of each depth, deepest first, without the root. Those of the trees asked about last are kept."""
    for known, levels in list(_trees):
        if known is parent_no:
            return levels
    depth = depths(parent_no)
    order = np.argsort(-depth, kind="stable")
    cuts = np.flatnonzero(np.diff(depth[order])) + 1
    levels = [group for group in np.split(order, cuts) if depth[group[0]] > 0] if len(order) else []
    if not parent_no.flags.writeable:  # what may change is not remembered
        _trees.append((parent_no, levels))
    return levels
