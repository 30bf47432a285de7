"""Hiding so that a subtraction gives nothing (补充抑制, E5), vectorised over all groups at once.

Rows carry the position of their total in `parent`, −1 for none; a position past the rows is a total that is no row and always shown.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.query.rollup import Floats, Ints

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Measure:
    """A count of persons by row; values from 1 to below `k` are not told, nor 0 where it is `zero_too` that would tell something."""

    n: Floats
    k: int
    zero_too: bool = False

    @property
    def is_small(self) -> Flags:
        return (self.n >= 0 if self.zero_too else self.n > 0) & (self.n < self.k)


def close_groups(hidden: Flags, parent: Ints, measures: list[Measure], size: Floats, changed: Flags | None = None) -> Flags:
    """Hide the next smallest rows of every shown total until what is hidden cannot be worked out from it.

    One hidden row would be the total less the others. Several small ones are known too when their sum leaves them no choice, so
    their sum must leave each the whole range from 1 to k − 1. A total with nothing left to hide is hidden itself.

    `changed`: rows hidden since all was closed last; only their totals are looked at. A total is looked at again only when a part of it
    was hidden: of 150,000 rows few are.
    """
    hidden, count = hidden.copy(), max(len(hidden), int(parent.max(initial=-1)) + 1)
    small = [measure.is_small for measure in measures]
    is_due = np.zeros(count, dtype=bool)
    is_due[parent[(hidden if changed is None else changed) & (parent >= 0)]] = True
    stuck = np.zeros(count, dtype=bool)  # nothing left to hide
    while True:
        is_due[: len(hidden)] &= ~hidden
        due = np.flatnonzero(is_due)
        if len(due):
            place = np.full(count, -1, dtype=np.int64)
            place[due] = np.arange(len(due))
            rows = np.flatnonzero((parent >= 0) & is_due[parent])
            group = place[parent[rows]]
            is_hidden = hidden[rows]
            inside, of = rows[is_hidden], group[is_hidden]
            hidden_n = np.bincount(of, minlength=len(due))
            open_ = hidden_n == 1
            for measure, is_small in zip(measures, small, strict=True):
                open_ |= _is_tight(measure, is_small[inside], inside, of, hidden_n)
            free = ~is_hidden & (size[rows] > 0) & open_[group]
            candidates = rows[free]
            order = np.lexsort((candidates, size[candidates], parent[candidates]))
            of_total, first = np.unique(parent[candidates][order], return_index=True)
            hidden[candidates[order][first]] = True
            is_due[:] = False
            is_due[of_total] = True
            has_none = open_ & (hidden_n == 1)
            has_none[place[of_total]] = False
            stuck[due[has_none]] = True
            continue
        alone = np.flatnonzero(stuck[: len(hidden)] & ~hidden)  # an only part is its total
        if not len(alone):
            return hidden
        hidden[alone] = True
        stuck[:] = False
        is_due[parent[alone][parent[alone] >= 0]] = True


def _is_tight(measure: Measure, is_small: Flags, inside: Ints, group: Ints, hidden_n: Ints) -> Flags:
    """Totals whose hidden rows have so little (or so much) in sum that their single values are narrowed."""
    values, count = measure.n[inside], len(hidden_n)
    total = np.bincount(group, weights=values, minlength=count)
    has_small = np.bincount(group[is_small], minlength=count) > 0
    has_large = np.bincount(group[values >= measure.k], minlength=count) > 0
    others = np.bincount(group[values > 0], minlength=count) - 1
    too_little = total < others + measure.k - 1
    too_much = ~has_large & (total > others * (measure.k - 1) + 1)
    return has_small & (hidden_n > 0) & (too_little | too_much)


def close_parts(hidden: Flags, parent: Ints, size: Floats) -> Flags:
    """A hidden total must not be the sum of its shown parts: then its smallest part is hidden too, and so on down."""
    hidden = hidden.copy()
    while True:
        has_parent = parent >= 0
        of_hidden = np.flatnonzero(has_parent & (size > 0))
        of_hidden = of_hidden[hidden[parent[of_hidden]]]
        if not len(of_hidden):
            return hidden
        covered = np.zeros(len(hidden), dtype=bool)
        covered[parent[of_hidden][hidden[of_hidden]]] = True
        candidates = of_hidden[~covered[parent[of_hidden]]]
        if not len(candidates):
            return hidden
        order = np.lexsort((candidates, size[candidates], parent[candidates]))
        _, first = np.unique(parent[candidates][order], return_index=True)
        hidden[candidates[order][first]] = True
