"""What is shown of each public count (公开形式): under ten alike, others rounded to five, and some withheld so that no sum gives them away."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.load.public.cells import Cells
from etl.model.rule_sections import Privacy

SHOWN, SMALL, WITHHELD = 0, 1, 2
STATES = ("shown", "small", "withheld")
LEAST_WIDTH = 5  # whole numbers that must stay possible for every count, whatever else is published


@dataclass(frozen=True, slots=True)
class Shape:
    """The public rule of one city: below `k` alike, others to the nearest `step`."""

    k: int
    step: int

    @classmethod
    def of(cls, privacy: Privacy) -> "Shape":
        return cls(privacy.public_k, privacy.public_round)

    def rounded(self, n: NDArray[np.int64]) -> NDArray[np.int64]:
        """To the nearest multiple of the step, halves up."""
        return self.step * ((n + self.step // 2) // self.step)

    def limits(self, state: NDArray[np.int8], shown: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The least and the most that each cell can be, from its public form alone."""
        low = np.where(state == SHOWN, shown - self.step // 2, 0)
        high = np.where(state == SHOWN, shown + (self.step - 1) // 2, np.where(state == SMALL, self.k - 1, np.inf))
        return np.maximum(low, 0).astype(np.float64), high.astype(np.float64)

    def wanted(self, state: NDArray[np.int8]) -> NDArray[np.int64]:
        """How many whole numbers must stay possible for a cell."""
        return np.where(state == SHOWN, min(LEAST_WIDTH, self.step), np.where(state == SMALL, min(LEAST_WIDTH, self.k), LEAST_WIDTH))


def first_states(cells: Cells, shape: Shape) -> NDArray[np.int8]:
    """Small, shown, or withheld: a count just above the line (10–12) would be known to three whole numbers, so it is not shown either."""
    n = np.array(cells.n, dtype=np.int64)
    state = np.where(n < shape.k, SMALL, np.where(shape.rounded(n) - shape.step // 2 < shape.k, WITHHELD, SHOWN)).astype(np.int8)
    state[~np.array(cells.is_told, dtype=bool)] = WITHHELD
    return state


def complement(cells: Cells, state: NDArray[np.int8]) -> NDArray[np.int8]:
    """E5: where a shown total has exactly one part that is not shown, the next smallest part goes too; again until nothing changes."""
    state, n = state.copy(), np.array(cells.n, dtype=np.int64)
    parts_of = [(group.total, np.array(group.parts)) for group in cells.groups]
    changed = True
    while changed:
        changed = False
        for total, parts in parts_of:
            if state[total] != SHOWN or (state[parts] != SHOWN).sum() != 1:
                continue
            shown = parts[state[parts] == SHOWN]
            if len(shown):
                state[shown[np.argmin(n[shown])]] = WITHHELD
                changed = True
    return state
