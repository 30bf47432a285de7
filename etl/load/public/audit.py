"""The audit before anything is published (公开前审核): what could somebody work out who puts all public figures together?

All true counts are unknowns of one linear program. What each figure says of its count is a bound; that streets add up to their
district, months to the year, classes to all, closed to no more than received, are the rows. Figures of the kept earlier builds are in
the same program; a month that did not change between two builds is the same unknown in both, as an attacker would guess. For every
count the program's least and greatest value is what can be worked out; too narrow, and more figures are withheld.

One solution of the program gives a possible value of every count at once. So most counts are shown safe by a few solutions that
lie far enough apart; only the others are minimised and maximised one by one.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

from etl.load.public.cells import Cells, Key
from etl.load.public.protect import SHOWN, WITHHELD, Shape

Floats = NDArray[np.float64]
ROUNDS, LATER_ROUNDS = 24, 2
SLACK = 1e-6
HEAD = 4  # importance of the city's own totals
MOST_SINGLE = 600  # counts looked at one by one in a pass; more than that are withheld untried


@dataclass(frozen=True)
class Published:
    """One build as the public saw or will see it: its counts, the state of each and the number shown."""

    cells: Cells
    state: NDArray[np.int8]
    shown: NDArray[np.int64]


@dataclass
class Program:
    """The unknowns and rows of the joint program. `of` gives the unknown of each cell of the newest build."""

    low: Floats
    high: Floats
    of: NDArray[np.int64]
    equal: csr_array
    right: Floats
    less: csr_array
    said_low: Floats = field(repr=False)
    said_high: Floats = field(repr=False)

    def solve(self, weights: Floats) -> Floats | None:
        """A possible set of counts with the greatest weighted sum; None when there is none, or no greatest."""
        found = linprog(
            -weights, A_ub=self.less if self.less.shape[0] else None, b_ub=np.zeros(self.less.shape[0]) if self.less.shape[0] else None,
            A_eq=self.equal if self.equal.shape[0] else None, b_eq=self.right if self.equal.shape[0] else None,
            bounds=np.column_stack([self.low, self.high]), method="highs",
        )  # fmt: skip
        return found.x if found.status == 0 else None

    def interval(self, cell: int) -> tuple[float, float]:
        """Least and greatest possible value of one cell of the newest build."""
        weights = np.zeros(len(self.low))
        weights[self.of[cell]] = 1.0
        ends = []
        for sign in (-1.0, 1.0):
            found = self.solve(sign * weights)
            ends.append(sign * np.inf if found is None else float(found[self.of[cell]]))
        return ends[0], ends[1]


def program_of(newest: Published, earlier: list[Published], shape: Shape) -> Program:
    """The joint program. Two cells are one unknown when they say the same of the same months and the truth did not change."""
    unknown: dict[tuple[str, Key, int], int] = {}
    low: list[float] = []
    high: list[float] = []
    rows: list[tuple[int, tuple[int, ...], int]] = []
    pairs: list[tuple[int, int]] = []
    places: list[NDArray[np.int64]] = []
    for build in (newest, *earlier):
        lows, highs = shape.limits(build.state, build.shown)
        place = np.empty(len(build.cells.keys), dtype=np.int64)
        for cell, (key, n) in enumerate(zip(build.cells.keys, build.cells.n, strict=True)):
            name = ("" if key.month else build.cells.window, key, n)
            if name not in unknown:
                unknown[name] = len(low)
                low.append(0.0)
                high.append(np.inf)
            place[cell] = unknown[name]
            if build is not newest:
                low[place[cell]], high[place[cell]] = max(low[place[cell]], lows[cell]), min(high[place[cell]], highs[cell])
        rows += [(int(place[group.total]), tuple(int(place[part]) for part in group.parts), group.rest) for group in build.cells.groups]
        pairs += [(int(place[small]), int(place[large])) for small, large in build.cells.at_most]
        places.append(place)
    rows, pairs = list(dict.fromkeys(rows)), list(dict.fromkeys(pairs))
    count, said_low, said_high = len(low), np.array(low), np.array(high)
    made = Program(said_low.copy(), said_high.copy(), places[0], *_equal(rows, count), _less(pairs, count), said_low, said_high)
    bound(made, newest.state, newest.shown, shape)
    return made


def bound(program: Program, state: NDArray[np.int8], shown: NDArray[np.int64], shape: Shape) -> None:
    """Put what the newest build says into the program, on top of what earlier builds have said."""
    lows, highs = shape.limits(state, shown)
    program.low, program.high = program.said_low.copy(), program.said_high.copy()
    np.maximum.at(program.low, program.of, lows)
    np.minimum.at(program.high, program.of, highs)


def too_narrow(program: Program, state: NDArray[np.int8], shape: Shape, seed: int = 0, seen: tuple[Floats, Floats] | None = None, rounds: int = ROUNDS) -> list[int]:
    """Cells of the newest build of which too few whole numbers are possible. `seen` keeps the extremes met so far; they stay
    possible when more is withheld, so a later pass starts from them."""
    dice, count = np.random.default_rng(seed), len(program.of)
    least, most = seen if seen is not None else (np.full(count, np.inf), np.full(count, -np.inf))
    wanted = shape.wanted(state) - 1

    def meet(found: Floats | None) -> None:
        if found is not None:
            values = found[program.of]
            np.minimum(least, values, out=least)
            np.maximum(most, values, out=most)

    far = np.where(np.isfinite(program.high), 0.0, 1.0)  # unbounded unknowns would make the sum endless: they are pulled down only
    for _ in range(rounds):
        open_ = np.flatnonzero(_numbers(least, most) < wanted)
        if not len(open_):
            return []
        weights = np.zeros(len(program.low))
        np.add.at(weights, program.of[open_], dice.choice([-1.0, 1.0], len(open_)) * dice.random(len(open_)))
        meet(program.solve(np.where(far > 0, -np.abs(weights) - (weights == 0) * 1e-9, weights)))
        meet(_opened(program, weights, far))
    open_ = np.flatnonzero(_numbers(least, most) < wanted)
    narrow = [int(cell) for cell in open_[MOST_SINGLE:]]
    for cell in open_[:MOST_SINGLE]:
        if _numbers(least, most)[cell] >= wanted[cell]:
            continue
        low, high = program.interval(int(cell))
        least[cell], most[cell] = min(least[cell], low), max(most[cell], high)
        if _numbers(least, most)[cell] < wanted[cell]:
            narrow.append(int(cell))
    return sorted(narrow)


def settle(newest: Published, earlier: list[Published], shape: Shape, seed: int = 0) -> tuple[NDArray[np.int8], bool]:
    """The states under which every count is safe: figures are withheld until the audit holds. False when nothing is left to withhold."""
    state, n = newest.state.copy(), np.array(newest.cells.n)
    program = program_of(newest, earlier, shape)
    around: dict[int, list[int]] = {}
    for group in newest.cells.groups:
        for cell in (group.total, *group.parts):
            around.setdefault(cell, []).extend((group.total, *group.parts))
    for small, large in newest.cells.at_most:
        around.setdefault(small, []).append(large)
        around.setdefault(large, []).append(small)
    weight = importance(newest.cells)
    count = len(program.of)
    seen = (np.full(count, np.inf), np.full(count, -np.inf))
    for turn in range(count + 1):
        narrow = set(too_narrow(program, state, shape, seed + turn, seen, ROUNDS if turn == 0 else LATER_ROUNDS))
        if not narrow:
            return state, True
        changed, near_changed = False, set[int]()
        for cell in sorted(narrow, key=lambda cell: (weight[cell], n[cell], cell)):
            if cell in near_changed:  # one figure less may be enough for all that it adds up with
                continue
            told = [other for other in (cell, *around.get(cell, ())) if state[other] != WITHHELD]
            if not told:
                continue
            gone = min(told, key=lambda other: (weight[other] == HEAD, other not in narrow, weight[other], state[other] != SHOWN, n[other], other))
            state[gone], changed = WITHHELD, True
            near_changed.update(around.get(gone, ()))
        if not changed:
            return state, False
        bound(program, state, newest.shown, shape)
    return state, False


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


def _opened(program: Program, weights: Floats, far: Floats) -> Floats | None:
    """The same pull upwards, the unbounded unknowns held at a distance that is wide enough."""
    high = program.high
    reach = np.where(far > 0, program.low + 64.0, high)
    try:
        program.high = reach
        found = program.solve(weights)
        if found is None:  # somewhere more than that is needed: nothing is held
            program.high = np.where(far > 0, 1e7, high)
            found = program.solve(weights)
    finally:
        program.high = high
    return found


def _numbers(least: Floats, most: Floats) -> NDArray[np.int64]:
    """Whole numbers between two ends, less one; −1 where there is none."""
    with np.errstate(invalid="ignore"):
        span = np.floor(most + SLACK) - np.ceil(least - SLACK)
    return np.where(np.isfinite(span), span, np.where(most == np.inf, 10**6, -1)).astype(np.int64)


def _equal(rows: list[tuple[int, tuple[int, ...], int]], count: int) -> tuple[csr_array, Floats]:
    row = np.array([i for i, (_, parts, _) in enumerate(rows) for _ in range(len(parts) + 1)], dtype=np.int64)
    column = np.array([at for total, parts, _ in rows for at in (total, *parts)], dtype=np.int64)
    value = np.array([sign for _, parts, _ in rows for sign in (1.0, *([-1.0] * len(parts)))])
    return coo_array((value, (row, column)), shape=(len(rows), count)).tocsr(), np.array([float(rest) for _, _, rest in rows])


def _less(pairs: list[tuple[int, int]], count: int) -> csr_array:
    row = np.repeat(np.arange(len(pairs)), 2)
    column = np.array([at for pair in pairs for at in pair], dtype=np.int64)
    value = np.tile([1.0, -1.0], len(pairs))
    return coo_array((value, (row, column)), shape=(len(pairs), count)).tocsr()
