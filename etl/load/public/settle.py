"""Withholding until the audit holds (补充隐去): of the newest edition one figure after the other, the least missed first, near what could be worked out."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from etl.load.public.audit import ROUNDS, Program, Published, bound, program_of, too_narrow
from etl.load.public.cells import Cells
from etl.load.public.protect import SHOWN, WITHHELD, Shape

LATER_ROUNDS = 2
HEAD = 4  # importance of the city's own totals


def settle(newest: Published, earlier: list[Published], shape: Shape, seed: int = 0) -> tuple[NDArray[np.int8], bool]:
    """The states under which every count is safe: figures are withheld until the audit holds. False when nothing is left to withhold."""
    state, n = newest.state.copy(), np.array(newest.cells.n)
    program = program_of(newest, earlier, shape)
    nearby = Nearby(program)
    weight = importance(newest.cells)
    count = len(program.low)
    seen = (np.full(count, np.inf), np.full(count, -np.inf))
    for turn in range(len(program.of) + 1):
        narrow = too_narrow(program, state, shape, seed + turn, seen, ROUNDS if turn == 0 else LATER_ROUNDS)
        if not narrow:
            return state, True
        own = {int(nearby.cell[unknown]) for unknown in narrow}
        changed, near_changed = False, set[int]()
        for unknown in sorted(narrow, key=lambda one: (nearby.cell[one] < 0, weight[nearby.cell[one]], n[nearby.cell[one]], one)):
            if unknown in near_changed:  # one figure less may be enough for all that it adds up with
                continue
            told = nearby.told(unknown, state)
            if not told:
                continue
            gone = min(told, key=lambda other: (weight[other] == HEAD, other not in own, weight[other], state[other] != SHOWN, n[other], other))
            state[gone], changed = WITHHELD, True
            near_changed.update(nearby.beside(int(program.of[gone])), (unknown,))
        if not changed:
            return state, False
        bound(program, state, newest.shown, shape)
    return state, False


class Nearby:
    """Which unknowns share a row. `cell` gives the cell of the newest edition an unknown stands for, −1 for what only earlier ones told."""

    def __init__(self, program: Program) -> None:
        self.cell = np.full(len(program.low), -1, dtype=np.int64)
        self.cell[program.of] = np.arange(len(program.of))
        rows = abs(vstack([program.equal, program.less]).tocsr())
        self._beside = csr_array(rows.T @ rows)

    def beside(self, unknown: int) -> list[int]:
        """The unknowns of its rows, itself among them."""
        return [unknown, *self._beside.indices[self._beside.indptr[unknown] : self._beside.indptr[unknown + 1]].tolist()]

    def told(self, unknown: int, state: NDArray[np.int8]) -> list[int]:
        """Cells of the newest edition still told, in the rows of the unknown; none there, in the rows of those, and so on."""
        met, front = {unknown}, [unknown]
        while front:
            front = sorted({other for one in front for other in self.beside(one)} - met) if len(met) > 1 else self.beside(unknown)
            found = [int(self.cell[other]) for other in front if self.cell[other] >= 0 and state[self.cell[other]] != WITHHELD]
            if found:
                return sorted(set(found))
            met.update(front)
            if len(met) == 1:
                break
        return []


def importance(cells: Cells) -> list[int]:
    """What the public would miss most is withheld last: the city's totals, its classes, its months, then the areas by size."""
    top = cells.keys[0].area if cells.keys else ""
    found = []
    for key in cells.keys:
        if key.area != top:
            found.append(0 if key.month or key.category else 1)
        elif key.month or key.category:
            found.append(2 if len(key.category) == 4 else 3)
        else:
            found.append(HEAD)
    return found
