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


def close_groups(hidden: Flags, parent: Ints, measures: list[Measure], size: Floats) -> Flags:
    """Hide the next smallest rows of every shown total until what is hidden cannot be worked out from it.

    One hidden row would be the total less the others. Several small ones are known too when their sum leaves them no choice, so
    their sum must leave each the whole range from 1 to k − 1. A total with nothing left to hide is hidden itself.
    """
    hidden, count = hidden.copy(), max(len(hidden), int(parent.max(initial=-1)) + 1)
    while True:
        is_shown = np.ones(count, dtype=bool)
        is_shown[: len(hidden)] = ~hidden
        of_shown = (parent >= 0) & is_shown[parent]
        inside = np.flatnonzero(hidden & of_shown)
        if not len(inside):
            return hidden
        group, hidden_n = parent[inside], np.bincount(parent[inside], minlength=count)
        open_ = hidden_n == 1
        for measure in measures:
            open_ |= _is_tight(measure, inside, group, hidden_n, count)
        candidates = np.flatnonzero(~hidden & of_shown & (size > 0) & open_[parent])
        if len(candidates):
            order = np.lexsort((candidates, size[candidates], parent[candidates]))
            _, first = np.unique(parent[candidates][order], return_index=True)
            hidden[candidates[order][first]] = True
            continue
        alone = np.flatnonzero(open_[: len(hidden)] & (hidden_n[: len(hidden)] == 1))  # an only part is its total
        if not len(alone):
            return hidden
        hidden[alone] = True


def _is_tight(measure: Measure, inside: Ints, group: Ints, hidden_n: Ints, count: int) -> Flags:
    """Totals whose hidden rows have so little (or so much) in sum that their single values are narrowed."""
    values = measure.n[inside]
    is_small = measure.is_small[inside]
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
