"""The prefix-sum roll-up equals a naive recursion on any tree."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from etl.query.rollup import depths, roll_replace, roll_sum, spread


@st.composite
def trees(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """(parent_no, last_no) of a random tree numbered depth-first."""
    n = draw(st.integers(1, 40))
    parents = [0]
    for no in range(2, n + 1):  # depth-first: the parent lies on the path from the root to the unit before
        path = [no - 1]
        while parents[path[-1] - 1]:
            path.append(parents[path[-1] - 1])
        parents.append(draw(st.sampled_from(path)))
    last = list(range(1, n + 1))
    for no in range(n, 1, -1):
        last[parents[no - 1] - 1] = max(last[parents[no - 1] - 1], last[no - 1])
    return np.array(parents), np.array(last)


def children(parents: np.ndarray, no: int) -> list[int]:
    return [int(child) + 1 for child in np.flatnonzero(parents == no)]


def naive_sum(parents: np.ndarray, values: np.ndarray, no: int) -> float:
    return values[no - 1] + sum(naive_sum(parents, values, child) for child in children(parents, no))


def naive_replace(parents: np.ndarray, own: np.ndarray, counts: np.ndarray, no: int) -> float:
    if not np.isnan(own[no - 1]):
        return own[no - 1]
    return sum(naive_replace(parents, own, counts, child) for child in children(parents, no) if counts[child - 1])


@given(trees(), st.randoms(use_true_random=False), st.booleans())
def test_roll_sum(tree: tuple[np.ndarray, np.ndarray], random, whole: bool) -> None:
    parents, last = tree
    values = np.array([random.randint(0, 9) if whole else random.choice([0.0, 0.1, 12.34]) for _ in parents], dtype=float)
    total = roll_sum(values, last, parents)
    for no in range(1, len(parents) + 1):
        assert np.isclose(total[no - 1], naive_sum(parents, values, no), rtol=1e-12)
        if not values[no - 1 : last[no - 1]].any():
            assert total[no - 1] == 0  # exactly nothing where there is nothing


@given(trees(), st.randoms(use_true_random=False))
def test_roll_replace(tree: tuple[np.ndarray, np.ndarray], random) -> None:
    parents, _ = tree
    own = np.array([random.choice([np.nan, np.nan, float(random.randint(0, 90))]) for _ in parents])
    counts = np.array([random.random() < 0.8 for _ in parents])
    total = roll_replace(own, parents, counts)
    assert total.tolist() == [naive_replace(parents, own, counts, no) for no in range(1, len(parents) + 1)]


@given(trees())
def test_depths(tree: tuple[np.ndarray, np.ndarray]) -> None:
    parents, _ = tree
    expected: list[int] = []
    for parent in parents:
        expected.append(expected[parent - 1] + 1 if parent else 0)
    assert depths(parents).tolist() == expected


def test_spread_fills_units_without_rows_with_zero() -> None:
    assert spread(np.array([2, 4]), np.array([5, 7]), 5).tolist() == [0, 5, 0, 7, 0]
    assert spread(np.array([], dtype=np.int32), np.array([]), 3).tolist() == [0, 0, 0]
