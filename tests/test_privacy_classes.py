"""★ classes are not left over by a subtraction (E5, E6): an attacker puts every class figure of every unit into one linear program."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from etl.model.errors import CallError
from etl.model.levels import LEVEL_IDS
from etl.model.taxonomy import BY_CODE, load_taxonomy
from etl.query import sensitive, suppress
from etl.query.breakdown import WAYS, breakdown, can_break
from etl.query.case_patterns import case_patterns
from etl.query.class_counts import class_counts
from etl.query.evidence import placed
from etl.query.figures import figure, figures, figures_by_lead
from etl.query.figures import indicator_of as indicator
from etl.query.reader import Reader
from etl.query.scope import Scope, parse_scope
from etl.query.selection import merged
from etl.query.units import units
from etl.query.warehouse import Build
from tests.random_city import random_cases, random_units
from tests.tiny_city import write_build

GROUPS = ("10", "11", "12")
OTHERS = ("0101", "0403")
CLASSES = tuple(code for code in BY_CODE if code[:2] in GROUPS) + OTHERS
WEIGHTS = {"1001": 9, "1101": 5, "0101": 12, "1202": 2, "1106": 2, "1004": 2}
COUNT = "case_per_1000hh"
Cell = tuple[int, str]


def random_build(folder: Path, seed: int) -> Build:
    """A random tree with cases of all classes with ★ neighbours, ★ ones few here and many there."""
    dice = random.Random(seed)
    while len(rows := random_units(dice)) not in range(25, 55):
        pass
    cases = random_cases(dice, rows, 1500)
    cases["code4"] = dice.choices(CLASSES, [WEIGHTS.get(code, 1) for code in CLASSES], k=len(cases))
    cases["unit_no"] = [row["unit_no"] for row in dice.choices([row for row in rows if row["level"] in ("community", "compound", "micro")], k=len(cases))]
    return write_build(folder, rows, {"case": cases}, pd.Timestamp("2026-10-31").date())


def asked(group: str) -> list[tuple[str, ...]]:
    """Filters a reader can set within a group: the group, each class, pairs, all but one. (The total of all groups adds nothing: the
    totals of all groups are told.)"""
    inside = [code for code in CLASSES if code.startswith(group)]
    mixed = [pair for pair in combinations(inside, 2) if any(BY_CODE[code].is_withheld for code in pair)]  # others are sums of what is told anyway
    return [(group,), *((code,) for code in inside), *mixed, *combinations(inside, len(inside) - 1)]


def scope_of(build: Build, codes: tuple[str, ...]) -> Scope:
    return parse_scope(build, where=[f"category={code}" for code in codes])


def told(build: Build, reader: Reader, group: str) -> dict[tuple[int, tuple[str, ...]], float]:
    """Everything the reader is told of a group: unit, filter → cases."""
    found = {}
    for codes in asked(group):
        for level in LEVEL_IDS:
            for row in figures(build, reader, COUNT, scope_of(build, codes), level).itertuples():
                if row.state != "suppressed":
                    found[int(row.unit_no), codes] = float(row.numerator)
    return found


class Attacker:
    """Unknown: the cases of each class placed at each unit itself. Known: every figure told."""

    def __init__(self, build: Build, group: str, figures_told: dict[tuple[int, tuple[str, ...]], float]) -> None:
        self.last = units(build).last_no
        self.codes = tuple(code for code in CLASSES if code.startswith(group))
        self.n = len(self.last) * len(self.codes)
        rows = [self.cells(unit_no, codes) for unit_no, codes in figures_told]
        self.equal = csr_array((np.ones(sum(map(len, rows))), (np.repeat(np.arange(len(rows)), list(map(len, rows))), np.concatenate(rows))), shape=(len(rows), self.n))
        self.right = np.array(list(figures_told.values()))

    def cells(self, unit_no: int, codes: tuple[str, ...]) -> np.ndarray:
        chosen = [at for at, code in enumerate(self.codes) if code.startswith(codes)]
        inside = np.arange(unit_no - 1, self.last[unit_no - 1])
        return (inside[:, None] * len(self.codes) + np.array(chosen)[None, :]).ravel()

    def bounds(self, cell: Cell) -> tuple[float, float]:
        """The least and the greatest that the count of a class in a unit can be."""
        aim = np.zeros(self.n)
        aim[self.cells(cell[0], (cell[1],))] = 1
        ends = []
        for sign in (1, -1):
            found = linprog(sign * aim, A_eq=self.equal, b_eq=self.right, bounds=(0, None), method="highs")
            assert found.status in (0, 3), found.message
            ends.append(float("inf") if found.status == 3 else sign * found.fun)
        return ends[0], ends[1]


def recovered(build: Build, reader: Reader, most: int, dice: random.Random) -> tuple[list[tuple[Cell, float]], list[float]]:
    """★ counts from 1 to 9 that the attacker knows exactly, and how wide the others stay, of `most` picked at random."""
    found, widths = [], []
    for group in GROUPS:
        everything, attacker = told(build, Reader("admin", 1, len(units(build))), group), Attacker(build, group, told(build, reader, group))
        few = [(no, codes[0]) for (no, codes), n in everything.items() if len(codes) == 1 and codes[0] in BY_CODE and BY_CODE[codes[0]].is_sensitive and 0 < n < 10]
        for cell in dice.sample(few, min(most, len(few))):
            low, high = attacker.bounds(cell)
            if high - low < 0.5:
                found.append((cell, everything[cell[0], (cell[1],)]))
            widths.append(high - low)
    return found, widths


@pytest.mark.parametrize("seed", [0, 1, pytest.param(range(2, 30), marks=pytest.mark.soak)], ids=str)
def test_no_small_count_of_a_sensitive_class_is_left_over(tmp_path: Path, seed: int | range) -> None:
    for one in [seed] if isinstance(seed, int) else seed:
        build = random_build(tmp_path / str(one), one)
        found, widths = recovered(build, Reader("leader", 1, len(units(build))), 8, random.Random(one))
        assert widths and not found, (one, found)
        build.close()


def test_without_companions_the_attacker_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check above finds it when small ★ counts are hidden and nothing goes with them."""
    stars = frozenset(code for code, category in BY_CODE.items() if category.is_sensitive)
    monkeypatch.setattr(sensitive, "WITHHELD", tuple(sorted(stars)))
    monkeypatch.setattr(sensitive, "TOGETHER", ())
    build = random_build(tmp_path, 0)
    found, _ = recovered(build, Reader("leader", 1, len(units(build))), 4, random.Random(0))
    assert found
    build.close()


def test_without_the_joint_table_the_attacker_has_some(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is it enough to hide a companion only where it is small itself."""
    monkeypatch.setattr(suppress, "_group_hidden", lambda asked, group, is_deep: is_deep)
    build = random_build(tmp_path, 0)
    found, _ = recovered(build, Reader("leader", 1, len(units(build))), 12, random.Random(0))
    assert found
    build.close()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Build, Build, Cell]]:
    """Two cities that differ in one thing: two cases of one community have changed places, a family dispute and a wage dispute."""
    folder, dice = tmp_path_factory.mktemp("pair"), random.Random(5)
    rows = random_units(dice)
    cases = random_cases(dice, rows, 1500)
    cases["code4"] = dice.choices(CLASSES, [WEIGHTS.get(code, 1) for code in CLASSES], k=len(cases))
    for column, value in {"status": "closed", "source": "12345", "severity": "major", "lead_unit": "甲", "repeat_of": None, "voided_at": None, "placed_by": "point"}.items():
        cases[column] = value
    cases[["counted_at", "reported_at", "closed_at", "limit_at"]] = pd.Timestamp("2026-09-09 10:00")
    cases["solved"], cases["satisfied"], cases["is_in_scope"] = "yes", "yes", True
    community = next(row for row in rows if row["level"] == "community" and sum(other["parent_no"] == row["unit_no"] for other in rows) > 1)
    below = [row["unit_no"] for row in rows if row["parent_no"] == community["unit_no"]][:2]
    for place, unit_no in enumerate(below):
        at = [2 * place, 2 * place + 1]
        cases.loc[at, "unit_no"], cases.loc[at, "code4"] = unit_no, ["1002", "1004"]
    other = cases.copy()
    other.loc[[0, 3], "code4"] = ["1004", "1002"]
    builds = [write_build(folder / name, rows, {"case": table}, pd.Timestamp("2026-10-31").date()) for name, table in (("one", cases), ("other", other))]
    yield builds[0], builds[1], (below[0], "1002")
    for build in builds:
        build.close()


def answers(build: Build, reader: Reader, codes: tuple[str, ...], unit_no: int) -> list[str]:
    """What every way of counting cases says about one unit."""
    scope = scope_of(build, codes)
    patterns = case_patterns(build, reader, scope, unit_no)
    found = [
        class_counts(build, reader, scope, unit_no), placed(build, reader, scope, unit_no),
        None if patterns is None else (patterns.raw, patterns.merged, patterns.sources, patterns.clock.tolist(), patterns.classes.to_csv(), patterns.months.to_csv()),
    ]  # fmt: skip
    for name in (COUNT, "close_rate", "ontime_close_rate", "geo_match_rate"):
        found += [figures(build, reader, name, scope, level, under=unit_no).to_csv() for level in LEVEL_IDS]
        found.append(figures_by_lead(build, reader, name, scope, under=unit_no).to_csv())
        if can_break(indicator(name)):
            broken = [breakdown(build, reader, name, scope, by, unit_no, unit_no) for by in WAYS]
            found += [(by, one.rows.to_csv(), one.value, one.whole) for by, one in zip(WAYS, broken, strict=True)]
    return [str(one) for one in found]


@pytest.mark.parametrize("role", ["leader"])
@pytest.mark.parametrize("codes", [("10",), ("1002",), ("1001", "1002"), ("1001", "1003", "1004", "1005")], ids="+".join)
def test_which_of_two_grids_has_the_family_dispute_is_told_to_nobody(pair: tuple[Build, Build, Cell], role: str, codes: tuple[str, ...]) -> None:
    one, other, (unit_no, _) = pair
    reader = Reader(role, 1, len(units(one)))  # type: ignore[arg-type]
    for no in (unit_no, int(units(one).parent_no[unit_no - 1])):
        for first, second in zip(answers(one, reader, codes, no), answers(other, reader, codes, no), strict=True):
            assert first == second


def test_the_two_cities_do_differ(pair: tuple[Build, Build, Cell]) -> None:
    one, other, (unit_no, code) = pair
    for role in ("admin", "steward"):
        reader = Reader(role, 1, len(units(one)))  # type: ignore[arg-type]
        assert answers(one, reader, (code,), unit_no) != answers(other, reader, (code,), unit_no)


def test_conduct_is_not_left_over_for_the_office_complained_of(pair: tuple[Build, Build, Cell]) -> None:
    """E12: neither alone, nor as what a mixture holds more than its other part, nor as what the group holds more than its other classes."""
    build = pair[0]
    street = int(units(build).at_level("street", parse_scope(build).as_of)[0])
    reader = Reader("leader", street, int(units(build).last_no[street - 1]))
    for codes in (("1204",), ("1202",), ("1201", "1204"), ("1201", "1203", "1205", "1299", "1202")):
        assert set(figures(build, reader, COUNT, scope_of(build, codes), "street")["state"]) == {"suppressed"}
        assert set(figures_by_lead(build, reader, "close_rate", scope_of(build, codes), under=street)["state"]) <= {"suppressed"}


def test_a_group_with_sensitive_classes_needs_a_companion(tmp_path: Path) -> None:
    for name in ("categories.csv", "category_aliases.csv"):
        (tmp_path / name).write_text(Path("data", name).read_text("utf-8").replace(",with,", ",0,"), "utf-8")
    with pytest.raises(CallError, match="with"):
        load_taxonomy(tmp_path)


def test_two_selections_do_not_give_the_unit_between_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drawn area tells what its whole units tell without it, and a sum only where all of them are told: one unit more or less gives nothing."""
    for code in ("1002", "1004"):  # so that some communities are told of and some are not
        monkeypatch.setitem(WEIGHTS, code, 6)
    build, seen, kept = random_build(tmp_path, 5), 0, 0
    reader, frame = Reader("leader", 1, len(units(build))), units(build)
    whole = scope_of(build, ("1002",))
    plain = {int(row.unit_no): row.state for row in figures(build, reader, COUNT, whole, "community").itertuples()}
    for parent in sorted({int(frame.parent_no[no - 1]) for no in plain}):
        inside = [no for no in plain if frame.parent_no[no - 1] == parent]
        for some in (one for n in range(1, len(inside) + 1) for one in combinations(inside, n)):
            scope = replace(whole, chosen=merged((no, int(frame.last_no[no - 1])) for no in some))
            told = {int(row.unit_no): row.state for row in figures(build, reader, COUNT, scope, "community").itertuples()}
            assert {no: told[no] == "suppressed" for no in some} == {no: plain[no] == "suppressed" for no in some}
            total = figure(build, reader, COUNT, scope, parent).state
            is_whole = any(first <= parent and frame.last_no[parent - 1] <= last for first, last in scope.chosen)
            assert is_whole or (total == "suppressed") == any(plain[no] == "suppressed" for no in some)
            seen, kept = seen + 1, kept + (total == "suppressed")
    assert seen > kept > 0
    build.close()


@pytest.mark.parametrize("further", ["source=12345", "status=closed", "severity=major", "lead_unit=甲", "hour=9", "weekday=3", "solved_level=community", "proper_level=community", "own_class=甲"])
def test_a_withheld_class_goes_with_no_other_filter(pair: tuple[Build, Build, Cell], further: str) -> None:
    """Total less one part would be the other part."""
    build = pair[0]
    for codes in ("1002", "1004"):
        scope = parse_scope(build, where=[f"category={codes}", further])
        for level in LEVEL_IDS:
            assert set(figures(build, Reader("leader", 1, len(units(build))), COUNT, scope, level)["state"]) <= {"suppressed"}
            assert "suppressed" not in set(figures(build, Reader("admin", 1, len(units(build))), COUNT, scope, level)["state"])
