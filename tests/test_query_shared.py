"""The same question of readers with the same rights is worked out once; another role, area or build asks anew; nobody changes another's table."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from etl.query import shared as shared_module
from etl.query.reader import Reader
from etl.query.shared import shared

WHOLE, PART = Reader("leader", 1, 99, "one"), Reader("leader", 5, 9)


@pytest.fixture
def asked() -> list[tuple]:
    return []


@pytest.fixture
def table(asked: list[tuple]) -> Any:
    @shared
    def table(build: Any, reader: Reader, under: int, limit: int = 3) -> pd.DataFrame:
        asked.append((build.key, reader.role, reader.first_no, under, limit))
        return pd.DataFrame({"n": range(limit)})

    return table


def test_worked_out_once_for_the_same_rights(table: Any, asked: list[tuple]) -> None:
    build, other = SimpleNamespace(key="a"), SimpleNamespace(key="b")
    for reader in (WHOLE, Reader("leader", 1, 99, "somebody else")):
        assert len(table(build, reader, 1)) == 3
    assert len(asked) == 1
    table(build, PART, 1), table(build, Reader("analyst", 1, 99), 1), table(other, WHOLE, 1), table(build, WHOLE, 2), table(build, WHOLE, 1, limit=5)
    assert len(set(asked)) == len(asked) == 6


def test_nobody_changes_the_table_of_another(table: Any) -> None:
    build = SimpleNamespace(key="c")
    mine = table(build, WHOLE, 1)
    mine["n"] = -1
    mine.loc[0, "n"] = 7
    mine["more"] = 1
    assert table(build, WHOLE, 1).to_dict("list") == {"n": [0, 1, 2]}


def test_what_is_kept_has_a_weight() -> None:
    assert shared_module._weight(pd.DataFrame({"n": range(1000)})) > 8000
    assert shared_module._weight(("a",) * 100) > shared_module._weight(("a",))
