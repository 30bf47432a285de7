"""The audit of public figures: attacked by a second, plain calculation; weakened on purpose; over several builds; on random cities."""

import random

import numpy as np
import pytest
from scipy.optimize import linprog

from etl.load.public import published
from etl.load.public.audit import Published, program_of, too_narrow
from etl.load.public.cells import Cells, Key
from etl.load.public.protect import LEAST_WIDTH, SHOWN, SMALL, WITHHELD, Shape
from etl.load.public.settle import settle

SHAPE = Shape(10, 5)
MONTHS = [f"2026-{month:02d}" for month in range(1, 5)]


def random_cells(dice: random.Random, months: list[str] = MONTHS, counts: dict | None = None) -> Cells:
    """A city of a few districts and streets, four months, three classes; counts from nothing to a few hundred, many of them small.

    `counts` keeps (street, month, class) → n, so that another window over the same months tells of the same cases.
    """
    cells, counts = Cells(window=f"{months[0]}/{months[-1]}"), {} if counts is None else counts
    tree = {f"D{d}": [f"D{d}S{s}" for s in range(dice.randint(1, 4))] for d in range(dice.randint(1, 3))}
    streets = [street for below in tree.values() for street in below]
    scale = {street: dice.choice([1, 3, 12, 60]) for street in streets}
    for street in streets:
        for month in months:
            for kind in "abc":
                counts.setdefault((street, month, kind), dice.choice([0, 0, dice.randint(0, scale[street])]))
    inside = {"C": streets, **tree, **{street: [street] for street in streets}}

    def n(area: str, month: str, kind: str) -> int:
        return sum(counts[street, m, k] for street in inside[area] for m in months for k in "abc" if month in ("", m) and kind in ("", k))

    for month, kind in [("", ""), *((month, "") for month in months), *(("", kind) for kind in "abc")]:
        for area in inside:
            cells.add(Key("received", area, month, kind), n(area, month, kind))
        cells.group(Key("received", "C", month, kind), [Key("received", d, month, kind) for d in tree])
        for district, below in tree.items():
            cells.group(Key("received", district, month, kind), [Key("received", s, month, kind) for s in below])
    for area in inside:
        cells.group(Key("received", area), [Key("received", area, month) for month in months])
        cells.group(Key("received", area), [Key("received", area, "", kind) for kind in "abc"])
    return cells


def widths(build: Published, state: np.ndarray) -> list[int]:
    """Whole numbers possible for every cell, found by a program of its own: dense, one cell at a time."""
    n, cells = len(build.cells.keys), build.cells
    rows, right = np.zeros((len(cells.groups), n)), np.array([float(group.rest) for group in cells.groups])
    for i, group in enumerate(cells.groups):
        rows[i, group.total] = 1
        rows[i, list(group.parts)] -= 1
    bounds = [(shown - 2, shown + 2) if s == SHOWN else (0, 9) if s == SMALL else (0, None) for s, shown in zip(state, build.shown, strict=True)]
    found = []
    for cell in range(n):
        aim = np.zeros(n)
        aim[cell] = 1
        ends = []
        for sign in (1, -1):
            answer = linprog(sign * aim, A_eq=rows, b_eq=right, bounds=bounds, method="highs")
            ends.append(sign * answer.fun if answer.status == 0 else sign * -np.inf)
        low, high = np.ceil(ends[0] - 1e-6), ends[1] if np.isinf(ends[1]) else np.floor(ends[1] + 1e-6)
        assert low <= cells.n[cell] <= high, "the truth must be possible"
        found.append(10**6 if np.isinf(high) else int(high - low) + 1)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_nothing_of_a_random_city_can_be_worked_out(seed: int) -> None:
    build = published(random_cells(random.Random(seed)), SHAPE)
    state, is_safe = settle(build, [], SHAPE)
    assert is_safe
    assert min(widths(build, state)) >= LEAST_WIDTH


@pytest.mark.soak
def test_nothing_of_a_thousand_random_cities_can_be_worked_out() -> None:
    for seed in range(1000):
        build = published(random_cells(random.Random(seed)), SHAPE)
        state, is_safe = settle(build, [], SHAPE)
        assert is_safe, seed
        program = program_of(Published(build.cells, state, build.shown), [], SHAPE)
        for cell in range(0, len(build.cells.keys), 7):
            low, high = program.interval(cell)
            assert np.floor(high + 1e-6) - np.ceil(low - 1e-6) + 1 >= LEAST_WIDTH, (seed, build.cells.keys[cell])


def small_city() -> Cells:
    """One street of three among large ones, so that the district's total less the others would give it: 40 = 22 + 15 + 3."""
    cells = Cells("2026-01/2026-01")
    for area, n in (("C", 41), ("S1", 22), ("S2", 15), ("S3", 4)):
        cells.add(Key("received", area), n)
    cells.group(Key("received", "C"), [Key("received", f"S{i}") for i in (1, 2, 3)])
    return cells


def test_weakened_suppression_is_caught() -> None:
    """Exact figures, no second cell hidden, no rounding of totals: each weakening leaves somebody known, and the audit says whom."""
    cells = small_city()
    state = np.array([SHOWN, SHOWN, SHOWN, SMALL], dtype=np.int8)  # E5 left out
    exact = Shape(10, 1)
    weak = Published(cells, state, np.array(cells.n))  # and nothing rounded
    assert too_narrow(program_of(weak, [], exact), state, exact) == [3]
    honest = published(cells, SHAPE)
    assert (honest.state[1:] != SHOWN).sum() >= 2, "E5 hides the next smallest too"
    kept, is_safe = settle(honest, [], SHAPE)
    assert is_safe and min(widths(honest, kept)) >= LEAST_WIDTH


def test_every_seeded_weakening_is_caught() -> None:
    """Hidden cells shown again one after the other: wherever the plain attack finds one narrowed, the audit does too."""
    caught = 0
    for seed in range(4):
        build = published(random_cells(random.Random(100 + seed)), SHAPE)
        state, _ = settle(build, [], SHAPE)
        for cell in np.flatnonzero((state == WITHHELD) & (np.array(build.cells.n) >= 13))[:3]:
            weak = state.copy()
            weak[cell] = SHOWN
            by_hand = [i for i, width in enumerate(widths(build, weak)) if width < LEAST_WIDTH]
            found = too_narrow(program_of(Published(build.cells, weak, build.shown), [], SHAPE), weak, SHAPE)
            assert found == by_hand
            caught += bool(found)
    assert caught, "no weakening mattered: the test proves nothing"


def test_a_window_moved_on_gives_nothing_away() -> None:
    """Two builds a month apart: total less total is the month that came less the month that went."""
    for seed in range(4):
        counts: dict = {}
        dice = random.Random(seed)
        layout = random.Random(seed).getstate()
        dice.setstate(layout)
        old_cells = random_cells(dice, MONTHS, counts)
        dice.setstate(layout)
        new_cells = random_cells(dice, [*MONTHS[1:], "2026-05"], counts)
        old = published(old_cells, SHAPE)
        state, is_safe = settle(old, [], SHAPE)
        assert is_safe
        old = Published(old_cells, state, old.shown)
        new = published(new_cells, SHAPE)
        state, is_safe = settle(new, [old], SHAPE)
        assert is_safe
        program = program_of(Published(new_cells, state, new.shown), [old], SHAPE)
        for cell in range(len(new_cells.keys)):
            low, high = program.interval(cell)
            assert low - 1e-6 <= new_cells.n[cell] <= high + 1e-6
            assert np.floor(high + 1e-6) - np.ceil(low - 1e-6) + 1 >= LEAST_WIDTH


def editions(seed: int, many: int, is_remembered: bool = True) -> list[Published]:
    """What a city told in `many` editions, newest first: four editions a month, and between any two of them some counts change after all."""
    dice, late, counts, told = random.Random(seed), random.Random(1000 + seed), {}, []
    layout, names = dice.getstate(), [f"{2025 + at // 12}-{at % 12 + 1:02d}" for at in range(24)]
    for at in range(many):
        dice.setstate(layout)
        new = published(random_cells(dice, names[at // 4 : at // 4 + 4], counts), SHAPE)
        state, is_safe = settle(new, told if is_remembered else [], SHAPE)
        assert is_safe, (seed, at)
        told.insert(0, Published(new.cells, state, new.shown))
        for key in late.sample(sorted(counts), max(1, len(counts) // 15)):
            counts[key] += late.choice((1, 1, 2, -1)) if counts[key] else 1
    return told


def narrowed(told: list[Published]) -> list[tuple[Key, int, float, float]]:
    """Counts of any edition that all of them together leave fewer than five numbers for, by a program of its own: dense, one end at a time."""
    names: dict[tuple, int] = {}
    rows, right, run, before = [], [], {}, {}
    low, high, truth = [], [], []
    for at, build in enumerate(reversed(told)):  # oldest first; a count that stays the same from one edition to the next is one unknown
        here = []
        for key, n, state, shown in zip(build.cells.keys, build.cells.n, build.state, build.shown, strict=True):
            name = (key, "" if key.month else build.cells.window)
            if before.get(name) != n:
                run[name], before[name] = at, n
                names[(*name, at)] = len(low)
                low, high, truth = [*low, 0], [*high, None], [*truth, n]
            unknown = names[(*name, run[name])]
            least, most = (shown - 2, shown + 2) if state == SHOWN else (0, 9) if state == SMALL else (0, None)
            low[unknown], high[unknown] = max(low[unknown], least), min((one for one in (high[unknown], most) if one is not None), default=None)
            here.append(unknown)
        for group in build.cells.groups:
            rows.append([(here[group.total], 1.0), *((here[part], -1.0) for part in group.parts)])
            right.append(float(group.rest))
    matrix = np.zeros((len(rows), len(low)))
    for at, row in enumerate(rows):
        for unknown, sign in row:
            matrix[at, unknown] = sign
    found = []
    for (key, *_), unknown in names.items():
        aim, ends = np.zeros(len(low)), []
        aim[unknown] = 1
        for sign in (1, -1):
            answer = linprog(sign * aim, A_eq=matrix, b_eq=right, bounds=list(zip(low, high, strict=True)), method="highs")
            assert answer.status in (0, 3), answer.message
            ends.append(sign * answer.fun if answer.status == 0 else sign * -np.inf)
        assert ends[0] - 1e-6 <= truth[unknown] <= ends[1] + 1e-6, "the truth must be possible"
        if not np.isinf(ends[1]) and np.floor(ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6) + 1 < LEAST_WIDTH:
            found.append((key, truth[unknown], *ends))
    return found


@pytest.mark.parametrize(("seed", "many"), [(0, 6), (1, 8), *(pytest.param(seed, 30, marks=pytest.mark.soak) for seed in range(4))])
def test_many_editions_together_give_nothing_away(seed: int, many: int) -> None:
    assert narrowed(editions(seed, many)) == []


def test_editions_that_forget_the_earlier_ones_are_caught() -> None:
    assert any(narrowed(editions(seed, 6, is_remembered=False)) for seed in range(3))


def test_what_an_earlier_build_told_counts() -> None:
    """The new build withholds a cell that the old one had told almost exactly: nothing can mend that, and the audit says so."""
    cells = small_city()
    told = Published(cells, np.zeros(4, dtype=np.int8), np.array(cells.n))
    exact, new = Shape(10, 1), Published(cells, np.full(4, WITHHELD, dtype=np.int8), np.array(cells.n))
    state, is_safe = settle(new, [told], exact)
    assert not is_safe and (state == WITHHELD).all()


@pytest.mark.parametrize(("n", "state", "shown"), [(0, SMALL, 0), (9, SMALL, 10), (10, WITHHELD, 10), (12, WITHHELD, 10), (13, SHOWN, 15), (17, SHOWN, 15), (18, SHOWN, 20)])
def test_the_public_form_of_one_count(n: int, state: int, shown: int) -> None:
    cells = Cells("x")
    cells.add(Key("received", "C"), n)
    build = published(cells, SHAPE)
    assert build.state[0] == state and (state != SHOWN or build.shown[0] == shown)
