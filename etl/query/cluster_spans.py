"""Where clusters begin and end among many cases (聚集时段): arrays in, positions out.

Grain: one row a case, of groups (one compound grid and class) numbered from 0. A window over five million rows in SQL takes over a
minute, since it counts callers for each row anew; here only the rows are looked at from which on there are enough cases.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DAY_MS = 86_400_000
FIRST_LOOK = 64  # cases of a window that nearly always hold enough callers
CHUNK = 4_000_000  # cases of windows laid out at a time

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Spans:
    """Clusters in the order of group and time: `order` sorts the rows so, and cluster i is the sorted rows `begin[i]` to before `end[i]`."""

    order: Numbers
    begin: Numbers
    end: Numbers
    callers: Numbers
    _line: Numbers
    _width: int
    _base: int

    def sums(self, flag: Flags) -> Numbers:
        """How many rows of each cluster have the flag (given in the order the rows came in)."""
        before = np.concatenate([[0], np.cumsum(flag[self.order])])
        return before[self.end] - before[self.begin]

    def holding(self, group: Numbers, at: Numbers) -> Numbers:
        """The cluster in which a case of a group lies, -1 for none."""
        if not len(self.begin):
            return np.full(len(group), -1, dtype=np.int64)
        place = group * self._width + (at - self._base)
        found = np.searchsorted(self._line[self.begin], place, side="right") - 1
        return np.where((found >= 0) & (place <= self._line[self.end - 1][found]), found, -1)


def find_spans(group: Numbers, at: Numbers, caller: NDArray[np.uint64], is_known: Flags, days: int, cases: int, callers: int) -> Spans:
    """Clusters of rows with group, moment (ms) and caller (where `is_known`).

    An anchor is a moment from which on, within the days, there are enough cases from enough callers. Anchors of a group not further apart
    than the days belong together; a cluster reaches from its first anchor to the last case within the days of its last one.
    """
    order = np.lexsort((at, group))
    group, at, caller, is_known = group[order], at[order], caller[order], is_known[order]
    reach, base = days * DAY_MS, int(at.min()) if len(at) else 0
    width = (int(at.max()) - base if len(at) else 0) + reach + 1  # groups lie on one line of numbers, further apart than a window reaches
    line = group * width + (at - base)
    end = np.searchsorted(line, line + reach, side="right")
    first = np.flatnonzero(np.diff(line, prepend=line[:1] - 1))  # of several cases of one moment the first
    windows = first[end[first] - first >= cases]
    before = np.where(is_known, _last_call(group, caller, is_known), len(line))  # an unknown caller is never a first call
    anchors = windows[_enough(before, windows, end[windows], callers)]
    starts = np.flatnonzero(np.diff(line[anchors], prepend=line[:1] - reach - 1) > reach) if len(anchors) else anchors
    begin = anchors[starts]
    until = end[anchors[np.append(starts[1:], len(anchors)) - 1]] if len(anchors) else anchors
    return Spans(order, begin, until, _callers(before, begin, until), line, width, base)


def _last_call(group: Numbers, caller: NDArray[np.uint64], is_known: Flags) -> Numbers:
    """The row of the same caller's call before in the same group, -1 where there is none."""
    by_caller = np.lexsort((caller, ~is_known, group))
    same = (group[by_caller][1:] == group[by_caller][:-1]) & (caller[by_caller][1:] == caller[by_caller][:-1]) & is_known[by_caller][1:] & is_known[by_caller][:-1]
    before = np.full(len(group), -1, dtype=np.int64)
    before[by_caller[1:][same]] = by_caller[:-1][same]
    return before


def _enough(before: Numbers, begin: Numbers, end: Numbers, callers: int) -> Flags:
    """Whether each window has so many callers: most show it in their first cases."""
    found = _callers(before, begin, np.minimum(end, begin + FIRST_LOOK)) >= callers
    rest = np.flatnonzero(~found & (end - begin > FIRST_LOOK))
    found[rest] = _callers(before, begin[rest], end[rest]) >= callers
    return found


def _callers(before: Numbers, begin: Numbers, end: Numbers) -> Numbers:
    """Callers in each window: those of its rows whose caller did not call in it before."""
    lengths, counts = end - begin, np.zeros(len(begin), dtype=np.int64)
    part = (np.cumsum(lengths) // CHUNK) if len(lengths) else lengths
    for one in np.unique(part):
        at = np.flatnonzero(part == one)
        starts = np.cumsum(lengths[at]) - lengths[at]
        rows = np.repeat(begin[at] - starts, lengths[at]) + np.arange(lengths[at].sum())
        is_first = before[rows] < np.repeat(begin[at], lengths[at])
        counts[at] = np.add.reduceat(is_first, starts)
    return counts
