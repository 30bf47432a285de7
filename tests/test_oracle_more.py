"""Every indicator of oracle_more against this second calculation: random cities, every level, several periods and as-of days."""

from pathlib import Path

import pytest

from tests import oracle_more
from tests.oracle_check import PART, YEAR, compare, year_where

CITIES = ((3, (YEAR, PART, year_where("fund", "guarantee"), year_where("category", "10"))), (7, (YEAR, PART)))


@pytest.mark.parametrize(("seed", "scopes"), CITIES, ids=lambda value: str(value) if isinstance(value, int) else "")
def test_every_figure_equals_the_second_calculation(tmp_path: Path, seed: int, scopes: tuple) -> None:
    met = compare(tmp_path, oracle_more, seed, scopes)
    assert seed != 3 or [indicator for indicator, n in met.items() if n == 0] == []
