"""Which of two grids has the family dispute (★) and which the wage dispute is told to no limited reader, whatever function is asked, however filtered.

Two worlds, the same but for some pairs of cases of two classes that go together: in each pair one case lies in one grid of a community and one
in another, alike in everything but their class; in the second world the classes have changed places. Communities keep their counts. No list of
functions is kept: those found by `access_pairs` are asked, so one that counts cases by itself is found as well.
"""

import importlib
import inspect
import itertools
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from etl.model.feed_filters import FEED_FILTERS
from etl.model.indicators import escalation
from etl.query.cells import forget_cells
from etl.query.duck import open_build as open_for_writing
from etl.query.figures import figure
from etl.query.mobilisation import TOGETHER, mediation
from etl.query.reader import Reader, Role
from etl.query.scope import Where, default_scope
from etl.query.shapes import forget_shapes
from etl.query.units import units
from etl.query.vectors import forget_vectors
from etl.query.warehouse import Build
from etl.query.whistles import read_pair
from tests.access_pairs import Question, every_function, given_to, opened
from tests.panel_rows import values
from tests.random_scopes import scope_drawn, where_drawn

PAIRS = {"1002": "1004", "1102": "1106"}  # a ★ class, and the ordinary one that is kept back with it
OWN = {"1002": "矛盾纠纷->家庭婚姻", "1004": "矛盾纠纷->劳资欠薪", "1102": "民生服务->社会救助", "1106": "民生服务->教育托育"}
DISPUTES = ("家庭矛盾", "邻里纠纷")  # of mediations: a kind that means a ★ class, and an ordinary one told together with it
# every case of a pair sent there and back between two offices, and called a department: as the first whistle of its street did, in everything but the case and its class
CALLED = """INSERT INTO whistle SELECT w.* REPLACE ('W' || $number AS whistle_id, $number AS case_no, $code AS code4) FROM whistle w JOIN unit u ON u.unit_no = w.unit_no
  WHERE (SELECT unit_no FROM "case" WHERE case_no = $number) BETWEEN u.unit_no AND u.last_no AND w.whistle_id NOT LIKE 'W%' ORDER BY w.whistle_id, w.dept LIMIT 1"""
RETURNED = """INSERT INTO case_event BY NAME SELECT case_no, source_system, way AS seq, counted_at + to_hours(way) AS "at", counted_at AS case_at, unit_no, ['dispatch', 'return'][way] AS type,
  [$a, $b][way] AS from_unit, [$b, $a][way] AS to_unit, file_no, src_row FROM "case", (SELECT unnest([1, 2]) AS way) WHERE case_no = $number"""
OFFICES = ["区住建局", "区城管执法局", "-"]
Worlds = tuple[Build, Build, tuple[int, ...]]
MOST = 30  # pairs of each kind
CATEGORIES = ("10", "1002", "1004", "11", "1102", "1106")
FURTHER = (
    ("proper_level", "community"), ("proper_level", "district"), ("severity", "major"), ("solved_level", "community"), ("status", "closed"), ("source", "12345"),
    ("own_class", OWN["1002"]), ("own_class", OWN["1004"]), ("own_class", "矛盾纠纷"),
)  # fmt: skip
LIMITED: tuple[Role, ...] = ("leader", "analyst")


@pytest.fixture(scope="module")
def worlds(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """The two worlds, and the grids in which they differ."""
    folder = tmp_path_factory.mktemp("swapped")
    base = opened(demo_warehouse)
    found = swaps(base)
    assert len(found) >= 10
    builds = [world(base, folder / name, found, is_turned) for name, is_turned in (("one", False), ("other", True))]
    yield builds[0], builds[1], tuple(sorted({no for *_, first, second in found for no in (first, second)}))
    for build in (base, *builds):
        build.close()


def swaps(build: Build) -> list[tuple[str, str, str, str, int, int]]:
    """(★ case, its class, ordinary case, its class, the grid of each) in one community."""
    frame, found = units(build), []
    for star, plain in PAIRS.items():
        rows = build.rows("SELECT code4, case_no, unit_no FROM \"case\" WHERE code4 IN ($star, $plain) AND status = 'closed' AND repeat_of IS NULL ORDER BY case_no", {"star": star, "plain": plain})
        by_community: dict[int, dict[str, list[tuple[str, int]]]] = {}
        for code, number, unit_no in rows:
            if frame.level[unit_no - 1] == 5:
                community = int(frame.parent_no[frame.parent_no[unit_no - 1] - 1])
                by_community.setdefault(community, {star: [], plain: []})[code].append((number, unit_no))
        pairs = [(one, star, other, plain, a, b) for kinds in by_community.values() for (one, a), (other, b) in zip(kinds[star], kinds[plain], strict=False) if a != b]
        found += pairs[:MOST]
    return found


def world(base: Build, folder: Path, pairs: list[tuple[str, str, str, str, int, int]], is_turned: bool) -> Build:
    """A copy in which both cases of a pair are alike but for class, number and place; with the classes as they are, or turned."""
    shutil.copytree(base.folder, folder / base.id)
    con = open_for_writing(folder / base.id / "warehouse.duckdb")
    try:
        columns = [name for (name,) in con.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'case'").fetchall()]
        alike = [name for name in columns if name not in ("case_no", "unit_no", "code4", "raw_category", "lon", "lat", "place", "district", "street", "community", "unit_code", "src_row", "file_no")]
        sender, receiver = read_pair(values(base, "pair")[0]) or ("", "")
        for star, star_class, plain, plain_class, *_ in pairs:
            con.execute(f'UPDATE "case" AS c SET {", ".join(f"{name} = s.{name}" for name in alike)} FROM (SELECT * FROM "case" WHERE case_no = $star) AS s WHERE c.case_no = $plain', {"star": star, "plain": plain})
            con.execute("DELETE FROM case_event WHERE case_no IN ($star, $plain)", {"star": star, "plain": plain})
            con.execute("DELETE FROM whistle WHERE case_no IN ($star, $plain)", {"star": star, "plain": plain})
            for number, code in ((star, plain_class if is_turned else star_class), (plain, star_class if is_turned else plain_class)):
                con.execute(RETURNED, {"number": number, "a": sender, "b": receiver})
                con.execute(CALLED, {"number": number, "code": code})
                con.execute('UPDATE "case" SET code4 = $code, raw_category = $raw, title = NULL, body = NULL, resolved_level = $level WHERE case_no = $number', {"code": code, "raw": OWN[code], "number": number, "level": "community"})
        for star, plain in disputes(base):
            con.execute("UPDATE mediation AS m SET accepted_on = s.accepted_on, result = s.result FROM (SELECT * FROM mediation WHERE case_id = $star) AS s WHERE m.case_id = $plain", {"star": star, "plain": plain})
            for number, kind in zip((star, plain), DISPUTES[::-1] if is_turned else DISPUTES, strict=True):
                con.execute("UPDATE mediation SET type = $kind WHERE case_id = $number", {"kind": kind, "number": number})
    finally:
        con.close()
    (folder / "CURRENT").write_text(base.id, "utf-8")
    return opened(folder)


def disputes(build: Build) -> list[tuple[str, str]]:
    """Pairs of mediations, one of a family and one of neighbours, in different communities."""
    star, plain = (build.rows("SELECT case_id, unit_no FROM mediation WHERE type = $kind ORDER BY case_id", {"kind": kind}) for kind in DISPUTES)
    return [(one, other) for (one, a), (other, b) in zip(star, plain, strict=False) if a != b]


def asked_about(build: Build, name: str, unit_no: int, where: Where, dice: random.Random, is_usual: bool = False) -> Question:
    """A function of that name asked about a unit under a filter; whatever else it takes is drawn, but the period if it `is_usual`."""
    period = default_scope(build) if is_usual else scope_drawn(build, dice)
    if not is_usual and dice.random() < 0.3:  # and something that a chart or table of another feed can pick
        where = tuple(sorted({*where, *where_drawn(build, dice, None if dice.random() < 0.5 else tuple(FEED_FILTERS))}))
    return Question(name, tuple(given_to(every_function()[name], name, build, unit_no, OFFICES, ["-"], dice, replace(period, where=where)).items()))


def filters(dice: random.Random) -> Iterator[Where]:
    """A class or a group, and mostly something besides."""
    while True:
        found = [("category", dice.choice(CATEGORIES))] if dice.random() < 0.85 else []
        yield tuple(sorted({*found, *([dice.choice(FURTHER)] if dice.random() < 0.6 else [])}))


def told_apart(worlds: Worlds, seed: int, rounds: int, role: Role | None = None, names: Sequence[str] = (), is_usual: bool = False) -> list[str]:
    """Questions answered differently in the two worlds: every function, `rounds` times, about a grid that differs or a unit above it."""
    one, other, grids = worlds
    dice, found, names = random.Random(seed), [], names or filterable()
    for name, where in itertools.islice(zip(itertools.cycle(names), filters(dice), strict=False), rounds * len(names)):
        unit_no = dice.choice(grids)
        for _ in range(dice.choice((0, 0, 1, 1, 2))):
            unit_no = int(units(one).parent_no[unit_no - 1])
        asked = asked_about(one, name, unit_no, where, dice, is_usual)
        reader = Reader(role or dice.choice(LIMITED), 1, len(units(one)))
        if asked.ask(one, reader) != asked.ask(other, reader):
            found.append(f"{name} {[pair for pair in asked.given if pair[0] != 'told']}")
    return found


def filterable() -> list[str]:
    """Functions that can be asked under a filter; without one nothing tells a class from another."""
    return [name for name, one in every_function().items() if {"scope", "wanted", "a", "x", "columns"} & set(inspect.signature(one).parameters)]


@pytest.mark.parametrize("seed", range(2))
def test_nobody_tells_the_grids_apart(worlds: Worlds, seed: int) -> None:
    assert not told_apart(worlds, seed, 1)


def test_that_a_class_is_kept_back_does_not_tell_that_it_is_there(worlds: Worlds) -> None:
    one, other, grids = worlds
    for unit_no in grids[:20]:
        asked = Question("case_patterns.case_patterns", (("scope", default_scope(one)), ("under", unit_no)))
        for role in ("analyst", "leader"):
            reader = Reader(role, 1, len(units(one)))
            assert asked.ask(one, reader) == asked.ask(other, reader), (role, unit_no)


@pytest.mark.parametrize("star", PAIRS)
def test_neither_offices_nor_lights_tell_of_a_class_kept_back(worlds: Worlds, star: str) -> None:
    one, other, grids = worlds
    reader, scope = Reader("leader", 1, len(units(one))), replace(default_scope(one), where=(("category", star),))
    for unit_no in grids[:12]:
        offices = Question("figures.figures_by_lead", (("indicator_id", "major_all_in_community_rate"), ("scope", scope), ("under", unit_no)))
        light = Question("lights.measures", (("indicator_id", "close_hours_p50"), ("scope", scope), ("unit_no", np.array([unit_no])), ("values", np.array([97.0]))))
        for asked in (offices, light):
            assert asked.ask(one, reader) == asked.ask(other, reader), (asked.name, unit_no)


def test_rows_of_cases_pick_the_same_units_whichever_grid_has_the_class(worlds: Worlds) -> None:
    """Pairs of offices and steps of merging, under every filter on the classes that are kept back; whoever sees everything tells the grids apart."""
    one, other, grids = worlds
    filters = [(), *((("category", code),) for code in CATEGORIES), *((pair,) for pair in FURTHER[5:]), *((("category", "10"), pair) for pair in FURTHER[:3])]
    rows, areas = (f"pair:{values(one, 'pair')[0]}", "merge:raw"), [(1, len(units(one))), *((no, no) for no in grids[:3])]
    asked = [Question("row_units.row_units", (("scope", replace(default_scope(one), where=tuple(sorted(where)))), ("row", row))) for row in rows for where in filters]
    for role, area in itertools.product(LIMITED, areas):
        reader = Reader(role, *area)
        assert [question.given for question in asked if question.ask(one, reader) != question.ask(other, reader)] == []
    told = {dict(question.given)["row"] for area in areas for question in asked if question.ask(one, Reader("admin", *area)) != question.ask(other, Reader("admin", *area))}
    assert {row.partition(":")[0] for row in told} == {"merge", "pair"}


def test_a_kind_of_dispute_that_is_kept_back_is_told_by_nothing(worlds: Worlds) -> None:
    """Neither by the panel, nor by the filter in any reader's address or command line, nor by what all other kinds leave over."""
    one, other, _ = worlds
    communities = [no for no in range(1, len(units(one)) + 1) if units(one).level[no - 1] <= 3]
    year = default_scope(one)
    scopes = [year, *(replace(year, where=(("dispute", kind),)) for kind in DISPUTES), replace(year, where=tuple(("dispute", kind) for kind in DISPUTES)), replace(year, where=(("dispute", DISPUTES[0]), ("mediation_result", "success")))]
    for role in LIMITED:
        reader = Reader(role, 1, len(units(one)))
        for scope in scopes:
            for no in communities:
                for asked in (Question("mobilisation.mediation", (("scope", scope), ("under", no))), Question("figures.figure", (("indicator_id", "mediation_ok_rate"), ("scope", scope), ("unit_no", no)))):
                    assert asked.ask(one, reader) == asked.ask(other, reader), (asked.name, no, scope.where)
        assert not set(DISPUTES) & set(Question("feed_words.feed_words", (("filter_name", "dispute"),)).ask(one, reader))
    everybody = Reader("admin", 1, len(units(one)))
    told = [Question("mobilisation.mediation", (("scope", year), ("under", no))) for no in communities]
    assert any(asked.ask(one, everybody) != asked.ask(other, everybody) for asked in told)


def test_panel_and_rate_of_mediations_add_up_for_who_is_told_less(worlds: Worlds) -> None:
    one, reader = worlds[0], Reader("analyst", 1, len(units(worlds[0])))
    table, whole = mediation(one, reader, default_scope(one), 1), mediation(one, replace(reader, role="admin"), default_scope(one), 1)
    assert table is not None and whole is not None and TOGETHER in set(table["type"]) and len(table) < len(whole)
    for column in ("accepted", "success", "failed", "open"):
        assert table[column].sum() == whole[column].sum() > 0 or column == "open"
    found = figure(one, reader, "mediation_ok_rate", default_scope(one), 1)
    assert (found.numerator, found.denominator) == (table["success"].sum(), (table["success"] + table["failed"]).sum())


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10, 20))
def test_nobody_tells_the_grids_apart_in_volume(worlds: Worlds, seed: int) -> None:
    assert not told_apart(worlds, seed, 25)


@pytest.mark.parametrize("name", ["hotspots.hotspots", "case_patterns.case_patterns", "class_counts.class_counts", "level_flow.level_flow", "evidence.placed"])
def test_whoever_sees_everything_does_tell_them_apart(worlds: Worlds, name: str) -> None:
    assert told_apart(worlds, 1, 24, "admin", [name], is_usual=True)


@pytest.mark.parametrize("name", ["hotspots.hotspots", "level_flow.level_flow", "department.departments"])
def test_a_function_without_its_check_is_caught(worlds: Worlds, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module(f"etl.query.{name.partition('.')[0]}"), "keeps_back", lambda reader, scope: False)
    assert told_apart(worlds, 3, 12, names=[name], is_usual=True)


def forget() -> None:
    """Nothing worked out or written before counts: the SQL of a question asked earlier holds the check that is taken away."""
    forget_shapes()
    forget_cells()
    forget_vectors()


def test_a_level_that_picked_out_the_class_is_caught(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the group of disputes only the ★ class belongs to the community: with that filter the group was the class."""
    monkeypatch.setattr(escalation, "names_withheld", lambda where: True)
    forget()
    one, other, grids = worlds
    reader, scope = Reader("leader", 1, len(units(one))), replace(default_scope(one), where=(("category", "10"), ("proper_level", "community")))
    asked = [Question("figures.figure", (("indicator_id", "case_per_1000hh"), ("scope", scope), ("unit_no", no))) for no in grids[:6]]
    told = [question.ask(one, reader) != question.ask(other, reader) for question in asked]
    forget()
    assert any(told)
