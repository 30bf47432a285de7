"""Every indicator of oracle_cases against this second calculation: random cities, every level, several periods and as-of days."""

from pathlib import Path

import pytest

from tests import oracle_cases
from tests.oracle_check import PART, YEAR, compare, year_where

CITIES = ((3, (YEAR, PART)), (7, (year_where("category", "01"),)))


@pytest.mark.parametrize(("seed", "scopes"), CITIES, ids=lambda value: str(value) if isinstance(value, int) else "")
def test_every_figure_equals_the_second_calculation(tmp_path: Path, seed: int, scopes: tuple) -> None:
    met = compare(tmp_path, oracle_cases, seed, scopes)
    assert seed != 3 or [indicator for indicator, n in met.items() if n == 0] == []
