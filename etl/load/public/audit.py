"""The audit before anything is published (公开前审核): what could somebody work out who puts all public figures together?

All true counts are unknowns of one linear program. What each figure says of its count is a bound; that streets add up to their
district, months to the year, classes to all, closed to no more than received, are the rows. Figures of earlier editions are in the
same program; a count that did not change from one edition to the next is the same unknown in both, as an attacker would guess. For every
count of every edition the program's least and greatest value is what can be worked out; too narrow, and more of the newest is withheld.

One solution of the program gives a possible value of every count at once. So most counts are shown safe by a few solutions that
lie far enough apart; only the others are minimised and maximised one by one.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

from etl.load.public.cells import Cells, Key
from etl.load.public.protect import Shape

Floats = NDArray[np.float64]
ROUNDS = 24
SLACK = 1e-6
MOST_SINGLE = 600  # counts looked at one by one in a pass; more than that are withheld untried


@dataclass(frozen=True)
class Published:
    """One build as the public saw or will see it: its counts, the state of each and the number shown. `shape` is the rule of its
    day where that may have been another than today's."""

    cells: Cells
    state: NDArray[np.int8]
    shown: NDArray[np.int64]
    shape: Shape | None = None


@dataclass
class Program:
    """The unknowns and rows of the joint program. `of` gives the unknown of each cell of the newest edition, `earlier_wanted` how many
    whole numbers less one must stay possible for what only earlier editions told (0 elsewhere)."""

    low: Floats
    high: Floats
    of: NDArray[np.int64]
    equal: csr_array
    right: Floats
    less: csr_array
    said_low: Floats = field(repr=False)
    said_high: Floats = field(repr=False)
    earlier_wanted: NDArray[np.int64] = field(repr=False)

    def wanted(self, state: NDArray[np.int8], shape: Shape) -> NDArray[np.int64]:
        """How many whole numbers, less one, must stay possible for each unknown."""
        found = self.earlier_wanted.copy()
        found[self.of] = shape.wanted(state) - 1
        return found

    def solve(self, weights: Floats) -> Floats | None:
        """A possible set of counts with the greatest weighted sum; None when there is none, or no greatest."""
        found = linprog(
            -weights, A_ub=self.less if self.less.shape[0] else None, b_ub=np.zeros(self.less.shape[0]) if self.less.shape[0] else None,
            A_eq=self.equal if self.equal.shape[0] else None, b_eq=self.right if self.equal.shape[0] else None,
            bounds=np.column_stack([self.low, self.high]), method="highs",
        )  # fmt: skip
        return found.x if found.status == 0 else None

    def ends(self, unknown: int) -> tuple[Floats | None, Floats | None]:
        """Sets of counts in which one unknown is least and greatest; None where there is no end to it."""
        weights = np.zeros(len(self.low))
        weights[unknown] = 1.0
        return self.solve(-weights), self.solve(weights)

    def interval(self, cell: int) -> tuple[float, float]:
        """Least and greatest possible value of one cell of the newest edition."""
        least, most = (None if found is None else float(found[self.of[cell]]) for found in self.ends(int(self.of[cell])))
        return -np.inf if least is None else least, np.inf if most is None else most


def program_of(newest: Published, earlier: list[Published], shape: Shape) -> Program:
    """The joint program, `earlier` newest first. A cell of two editions in a row is one unknown when it says the same of the same months
    and the truth did not change between them."""
    last: dict[tuple[str, Key], tuple[int, int]] = {}
    low: list[float] = []
    high: list[float] = []
    wanted: list[int] = []
    rows: list[tuple[int, tuple[int, ...], int]] = []
    pairs: list[tuple[int, int]] = []
    places: list[NDArray[np.int64]] = []
    for build in (newest, *earlier):
        said = build.shape or shape
        lows, highs = said.limits(build.state, build.shown)
        place, least = np.empty(len(build.cells.keys), dtype=np.int64), said.wanted(build.state) - 1
        for cell, (key, n) in enumerate(zip(build.cells.keys, build.cells.n, strict=True)):
            name = ("" if key.month else build.cells.window, key)
            at, known = last.get(name, (-1, -1))
            if known != n:
                at = len(low)
                last[name] = (at, n)
                low.append(0.0)
                high.append(np.inf)
                wanted.append(int(least[cell]))
            place[cell] = at
            if build is not newest:
                low[at], high[at], wanted[at] = max(low[at], lows[cell]), min(high[at], highs[cell]), min(wanted[at], int(least[cell]))
        rows += [(int(place[group.total]), tuple(int(place[part]) for part in group.parts), group.rest) for group in build.cells.groups]
        pairs += [(int(place[small]), int(place[large])) for small, large in build.cells.at_most]
        places.append(place)
    rows, pairs = list(dict.fromkeys(rows)), list(dict.fromkeys(pairs))
    count, said_low, said_high = len(low), np.array(low), np.array(high)
    made = Program(said_low.copy(), said_high.copy(), places[0], *_equal(rows, count), _less(pairs, count), said_low, said_high, np.array(wanted, dtype=np.int64))
    bound(made, newest.state, newest.shown, shape)
    return made


def bound(program: Program, state: NDArray[np.int8], shown: NDArray[np.int64], shape: Shape) -> None:
    """Put what the newest build says into the program, on top of what earlier builds have said."""
    lows, highs = shape.limits(state, shown)
    program.low, program.high = program.said_low.copy(), program.said_high.copy()
    np.maximum.at(program.low, program.of, lows)
    np.minimum.at(program.high, program.of, highs)


def too_narrow(program: Program, state: NDArray[np.int8], shape: Shape, seed: int = 0, seen: tuple[Floats, Floats] | None = None, rounds: int = ROUNDS) -> list[int]:
    """Unknowns of which too few whole numbers are possible; those of the newest edition come first, in the order of its cells. `seen`
    keeps the extremes met so far; they stay possible when more is withheld, so a later pass starts from them."""
    dice, count = np.random.default_rng(seed), len(program.low)
    least, most = seen if seen is not None else (np.full(count, np.inf), np.full(count, -np.inf))
    wanted = program.wanted(state, shape)

    def meet(found: Floats | None) -> None:
        if found is not None:
            np.minimum(least, found, out=least)
            np.maximum(most, found, out=most)

    far = np.where(np.isfinite(program.high), 0.0, 1.0)  # unbounded unknowns would make the sum endless: they are pulled down only
    for _ in range(rounds):
        open_ = np.flatnonzero(_numbers(least, most) < wanted)
        if not len(open_):
            return []
        weights = np.zeros(count)
        weights[open_] = dice.choice([-1.0, 1.0], len(open_)) * dice.random(len(open_))
        meet(program.solve(np.where(far > 0, -np.abs(weights) - (weights == 0) * 1e-9, weights)))
        meet(_opened(program, weights, far))
    open_ = np.flatnonzero(_numbers(least, most) < wanted)
    narrow = [int(unknown) for unknown in open_[MOST_SINGLE:]]
    for unknown in open_[:MOST_SINGLE]:
        if _numbers(least, most)[unknown] >= wanted[unknown]:
            continue
        for found, far_end in zip(program.ends(int(unknown)), (-np.inf, np.inf), strict=True):
            meet(found)  # one count's end is often far out for others as well
            if found is None:
                least[unknown], most[unknown] = min(least[unknown], far_end), max(most[unknown], far_end)
        if _numbers(least, most)[unknown] < wanted[unknown]:
            narrow.append(int(unknown))
    return sorted(narrow)


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
