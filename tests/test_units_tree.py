"""Numbering: positions of a depth-first walk, subtrees as ranges, versions by date, cycles refused."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.model.errors import AtlasError
from etl.units.tree import number_units

LEVELS = ("city", "district", "street", "community", "compound", "micro")


def frame(rows: list[tuple]) -> pd.DataFrame:
    """Rows of (code, name, level, parent[, from, to])."""
    full = [(*row, None, None)[:6] for row in rows]
    table = pd.DataFrame(full, columns=["unit_code", "name", "level", "parent_code", "valid_from", "valid_to"])
    for name in ("valid_from", "valid_to"):
        table[name] = pd.to_datetime(table[name])
    return table.assign(file="单元.csv", src_row=range(2, len(rows) + 2))


def walk(children: dict, code: str, out: list[str]) -> None:
    out.append(code)
    for child in sorted(children.get(code, [])):
        walk(children, child, out)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=0, max_size=60))
def test_numbers_are_the_walk(choices: list[int]) -> None:
    rows, depth = [("c", "市", "city", None)], {"c": 0}
    for at, choice in enumerate(choices):
        parent = list(depth)[choice % len(depth)]
        code = f"{choice % 7}-{at}"
        depth[code] = depth[parent] + 1
        rows.append((code, f"名{at}", LEVELS[min(depth[code], 5)], parent))
    units, _ = number_units(frame(rows), "c", "市")
    children: dict[str, list[str]] = {}
    for code, _, _, parent in rows[1:]:
        children.setdefault(parent, []).append(code)
    expected: list[str] = []
    walk(children, "c", expected)
    assert units.unit_code.tolist() == expected
    assert units.unit_no.tolist() == list(range(1, len(rows) + 1))
    for unit in units.itertuples():
        below: list[str] = []
        walk(children, unit.unit_code, below)
        assert set(units.unit_code[unit.unit_no - 1 : unit.last_no]) == set(below)


def test_several_tops_get_a_city() -> None:
    units, findings = number_units(frame([("a", "甲区", "district", None), ("b", "乙区", "district", None)]), "510100", "示范市")
    assert units[["unit_code", "name", "level", "unit_no", "last_no"]].values.tolist()[0] == ["510100", "示范市", "city", 1, 3]
    assert [f.rule for f in findings] == ["root_made"]


def test_an_unknown_parent_makes_a_top_with_a_finding() -> None:
    units, findings = number_units(frame([("c", "市", "city", "51"), ("a", "甲区", "district", "c")]), "", "市")
    assert units.unit_code.tolist() == ["c", "a"]
    assert [(f.rule, f.row, f.value) for f in findings] == [("orphan_unit", 2, "51")]


def test_a_cycle_is_refused_and_named() -> None:
    with pytest.raises(AtlasError, match="成环") as caught:
        number_units(frame([("a", "甲", "street", "b"), ("b", "乙", "street", "a"), ("t", "市", "city", None)]), "", "市")
    assert "a" in caught.value.text.en and "b" in caught.value.text.en


def test_overlapping_versions_are_refused_with_both_rows() -> None:
    rows = [("t", "市", "city", None), ("m", "一格", "micro", "t", "2025-01-01", "2025-12-31"), ("m", "一格新", "micro", "t", "2025-12-31", None)]
    with pytest.raises(AtlasError, match=r"第 3 行.*第 4 行"):
        number_units(frame(rows), "", "市")


def test_versions_that_follow_each_other_stand_side_by_side() -> None:
    rows = [("t", "市", "city", None), ("p", "旧社区", "community", "t", None, "2025-12-31"), ("p", "新社区", "community", "t", "2026-01-01", None),
            ("m1", "一格", "micro", "p", None, "2025-12-31"), ("m1", "一格", "micro", "p", "2026-01-01", None)]
    units, _ = number_units(frame(rows), "", "市")
    names = units.set_index("unit_no").name
    parents = [(u.valid_from, names[u.parent_no]) for u in units[units.level == "micro"].itertuples()]
    assert [name for start, name in sorted(parents, key=lambda p: str(p[0]))] in (["新社区", "旧社区"], ["旧社区", "新社区"])
    assert {str(start)[:4]: name for start, name in parents}["2026"] == "新社区"


def test_a_skipped_level_is_told() -> None:
    _, findings = number_units(frame([("t", "市", "city", None), ("m", "一格", "micro", "t")]), "", "市")
    assert [(f.rule, f.row) for f in findings] == [("skipped_level", 3)]
