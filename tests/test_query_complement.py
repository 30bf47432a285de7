"""Complementary suppression against the slow way: every total looked at anew in every round, one by one."""

import numpy as np
import pytest

from etl.query.complement import Measure, close_groups, close_parts


def slow_groups(hidden: np.ndarray, parent: np.ndarray, measures: list[Measure], size: np.ndarray) -> np.ndarray:
    hidden = hidden.copy()
    groups = sorted({int(top) for top in parent if top >= 0})
    while True:
        picked, alone = [], []
        for top in groups:
            if top < len(hidden) and hidden[top]:
                continue
            rows = [row for row in range(len(parent)) if parent[row] == top]
            gone = [row for row in rows if hidden[row]]
            if not gone or not (len(gone) == 1 or any(is_tight(measure, gone) for measure in measures)):
                continue
            free = sorted((size[row], row) for row in rows if not hidden[row] and size[row] > 0)
            if free:
                picked.append(free[0][1])
            elif len(gone) == 1 and top < len(hidden):
                alone.append(top)
        if not picked and not alone:
            return hidden
        hidden[picked or alone] = True


def is_tight(measure: Measure, gone: list[int]) -> bool:
    values = [measure.n[row] for row in gone]
    small = [value for value in values if value < measure.k and (value > 0 or measure.zero_too)]
    others = sum(value > 0 for value in values) - 1
    too_much = max(values) < measure.k and sum(values) > others * (measure.k - 1) + 1
    return bool(small) and (sum(values) < others + measure.k - 1 or too_much)


@pytest.mark.parametrize("seed", range(150))
def test_the_quick_way_hides_the_same(seed: int) -> None:
    dice = np.random.default_rng(seed)
    n = int(dice.integers(2, 60))
    parent = np.array([dice.integers(-1, row) for row in range(n)])
    if seed % 3 == 0:
        parent[parent == -1] = n  # one shown total that is no row
    counts = [dice.choice([0, 0, 1, 2, 4, 9, 10, 30], n).astype(float) for _ in range(2)]
    for values in counts:
        for row in range(n - 1, -1, -1):
            if 0 <= parent[row] < n:
                values[parent[row]] += values[row]
    measures = [Measure(counts[0], 10), Measure(counts[1], 5, zero_too=bool(seed % 2))]
    hidden, size = measures[0].is_small | (dice.random(n) < 0.1), counts[0] + counts[1]
    first = close_groups(hidden, parent, measures, size)
    assert (first == slow_groups(hidden, parent, measures, size)).all()
    opened = close_parts(first, np.where(parent < n, parent, -1), size)
    again = close_groups(opened, parent, measures, size, opened & ~first)
    assert (again == slow_groups(opened, parent, measures, size)).all()
