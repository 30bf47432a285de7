"""Pairs of reader and question: whatever a limited reader asks of any query function, the answer depends on nothing outside the area."""

import inspect
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl.model.indicators import INDICATORS
from etl.query import figures as figures_module
from etl.query import subtree
from etl.query.figures import figures, figures_by_lead
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.scope import default_scope
from etl.query.units import units
from etl.query.warehouse import Build
from tests.access_city import areas
from tests.access_pairs import LIMITED_ROLES, RELATIVE, Question, emptied, functions, opened, opened_emptied, questions

Worlds = tuple[Path, Path, int, int]  # the city, the city emptied around an area, first and last number of the area
AREA = "community"


WorldsOf = Callable[[str], Worlds]


@pytest.fixture(scope="module")
def worlds_of(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> WorldsOf:
    """The worlds of an area by its size."""

    @cache
    def made(area: str) -> Worlds:
        build = opened(demo_warehouse)
        code = areas(build)[area]
        first = units(build).by_code(code)
        assert first is not None
        return demo_warehouse, emptied(demo_warehouse, tmp_path_factory.mktemp("emptied"), code), first, int(units(build).last_no[first - 1])

    return made


@pytest.fixture(scope="module")
def worlds(worlds_of: WorldsOf) -> Worlds:
    return worlds_of(AREA)


def leaks(worlds: Worlds, seed: int, n: int) -> list[str]:
    """What of `n` random pairs differs between the two worlds; another reader's question comes before or after, so caches are warm."""
    city = opened(worlds[0])
    bare = opened_emptied(worlds[1], city)
    dice, found, whole = random.Random(seed), [], Reader("admin", 1, len(units(city)))
    for _, question in zip(range(n), questions(city, worlds[2], dice), strict=False):
        reader = Reader(dice.choice(LIMITED_ROLES), worlds[2], worlds[3])
        if is_before := dice.random() < 0.5:
            question.ask(city, whole)
        first = question.ask(city, reader)
        if not is_before:
            question.ask(city, whole)
            if question.ask(city, reader) != first:
                found.append(f"{question.name}: another answer after another reader's")
        if first != question.ask(bare, reader):
            found.append(f"{question.name} {reader.role}: {question.given}")
    return found


@pytest.mark.parametrize("area", [AREA, "street", "micro"])
@pytest.mark.parametrize("seed", range(2))
def test_a_limited_reader_learns_nothing_of_the_rest(worlds_of: WorldsOf, seed: int, area: str) -> None:
    assert not leaks(worlds_of(area), seed, 14)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 140))
def test_twenty_thousand_pairs(worlds_of: WorldsOf, seed: int) -> None:
    assert not leaks(worlds_of(("community", "street", "community", "micro")[seed % 4]), seed, 500)


def test_every_function_that_takes_a_reader_is_asked(worlds: Worlds) -> None:
    """All of them can be asked at all: one whose parameters nobody explained stops here."""
    assert len(functions()) > 80
    dice, seen = random.Random(1), set()
    for _, question in zip(range(4000), questions(opened(worlds[0]), worlds[2], dice), strict=False):
        seen.add(question.name)
    assert seen == set(functions())


def test_figures_of_an_area_are_those_of_the_whole_cut_down(worlds: Worlds) -> None:
    """The other half: a limit takes foreign units away and changes nothing of the own."""
    build = opened(worlds[0])
    scope, own = default_scope(build), Reader("admin", worlds[2], worlds[3])
    for indicator in [one for one in INDICATORS if one.id not in RELATIVE][::4]:
        for level in ("community", "micro"):
            everything = figures(build, Reader("admin", 1, len(units(build))), indicator.id, scope, level)
            cut = everything[everything["unit_no"].between(worlds[2], worlds[3])].reset_index(drop=True)
            mine = figures(build, own, indicator.id, scope, level)
            pd.testing.assert_frame_equal(mine, cut, rtol=1e-9, obj=indicator.id)  # sums of areas differ in the last digit by their order


def test_searching_units_finds_own_ones_only(worlds: Worlds) -> None:
    frame = units(opened(worlds[0]))
    reader = Reader("leader", worlds[2], worlds[3])
    for text in ("微网格", "社区", "5901", "1", "sq", *map(str, frame.name[::17])):
        assert all(reader.sees(hit.unit.unit_no) for hit in frame.search(text, reader, limit=500))


def test_what_is_kept_from_another_reader_is_not_what_the_own_one_gets(worlds: Worlds) -> None:
    """Everything that is asked by period and unit, about a unit inside the area: by the whole city first, then by the area's reader."""
    city = opened(worlds[0])
    bare = opened_emptied(worlds[1], city)
    reader, whole = Reader("leader", worlds[2], worlds[3]), Reader("admin", 1, len(units(city)))
    names = [name for name, one in functions().items() if {"scope", "under"} <= set(needed := _needed(one)) and len(needed) == 2]
    assert "compounds.register" in names and len(names) > 20
    for name in names:
        question = Question(name, (("scope", default_scope(city)), ("under", worlds[2])))
        question.ask(city, whole)
        assert question.ask(city, reader) == question.ask(bare, reader), name


def _needed(one: Callable[..., Any]) -> list[str]:
    return [each.name for each in list(inspect.signature(one).parameters.values())[2:] if each.default is inspect.Parameter.empty]


def fixed(build: Build) -> list[Question]:
    """Questions that meet each check: a level, a subtree, a list, a search by unit, a foreign unit."""
    scope, foreign = default_scope(build), 4  # the community before the area
    return [
        Question("figures.figures", (("indicator_id", "case_per_1000hh"), ("scope", scope), ("level", "micro"))),
        Question("figures.figure", (("indicator_id", "case_per_1000hh"), ("scope", scope), ("unit_no", foreign))),
        Question("figures.figures_by_lead", (("indicator_id", "close_rate"), ("scope", scope), ("under", 1))),
        Question("attention.attention", (("scope", scope), ("under", 1))),
        Question("contracts.contracts", (("scope", scope), ("under", 1))),
        Question("fund_people.floors", (("scope", scope), ("unit_no", foreign))),
    ]


def _see_all(self: Reader, unit_no: int) -> bool:
    return True


def _whole_subtree(build: Build, reader: Reader, under: int) -> tuple[int, int]:
    return under, int(units(build).last_no[under - 1])


def _whole_figures(build: Build, reader: Reader, under: int | None) -> tuple[int, int]:
    return (1, len(units(build))) if under is None else _whole_subtree(build, reader, under)


def _without_area(self: Once, key: Any, make: Any) -> Any:
    """Every cache of the queries forgets the numbers in its keys."""
    return kept(self, tuple(part for part in key if not isinstance(part, int)) if isinstance(key, tuple) else key, make)


def _remove_number_range(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for module in [module for name, module in sys.modules.items() if name.startswith("etl.query.") and getattr(module, "number_range", None) is subtree_range]:
        monkeypatch.setattr(module, "number_range", _whole_subtree)


subtree_range, kept = subtree.number_range, Once.get
CHECKS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the reader sees": lambda patch: patch.setattr(Reader, "sees", _see_all),
    "the range of a subtree": _remove_number_range,
    "the range of a level": lambda patch: patch.setattr(figures_module, "_range", _whole_figures),
    "the area in the caches' keys": lambda patch: patch.setattr(Once, "get", _without_area),
}


@pytest.mark.parametrize("check", [None, *CHECKS])
def test_a_check_taken_away_is_noticed(worlds: Worlds, check: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if check is not None:
        CHECKS[check](monkeypatch)
    city = opened(worlds[0])
    bare = opened_emptied(worlds[1], city)
    reader, whole = Reader("admin", worlds[2], worlds[3]), Reader("admin", 1, len(units(city)))
    if check != "the range of a subtree":
        [question.ask(city, whole) for question in fixed(city)]  # the caches are full of another reader's
    differing = [question.name for question in fixed(city) if question.ask(city, reader) != question.ask(bare, reader)]
    assert bool(differing) is (check is not None), differing


def test_the_command_line_of_an_account_is_limited_too(worlds: Worlds, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from etl.__main__ import main
    from tests.access_city import account_of, atlas_text

    build = opened(worlds[0])
    (tmp_path / "atlas.toml").write_text(atlas_text(build), "utf-8")
    code, other = areas(build)[AREA], str(units(build).code[3])
    limited = ["--account", account_of("leader", AREA), "--config", str(tmp_path / "atlas.toml"), "--warehouse", str(worlds[0])]
    assert main(["indicator", "close_rate", "--level", "community", *limited]) == 0
    assert [line.split(",")[0] for line in capsys.readouterr().out.splitlines()[1:]] == [code]
    assert main(["indicator", "close_rate", "--level", "micro", "--under", other, *limited]) == 2
    assert main(["indicator", "close_rate", "--level", "city", *limited]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1, "the city is not the leader's"
    assert main(["indicator", "case_per_1000hh", "--level", "micro", "--by", "lead_unit", *limited]) == 0
    whole = figures_by_lead(build, Reader("leader", worlds[2], worlds[3]), "case_per_1000hh", default_scope(build))
    assert len(capsys.readouterr().out.splitlines()) == 1 + len(whole)
    for where, is_told in (("mediation_result=success", True), ("dispute=家庭矛盾", False), ("dispute=邻里纠纷", False)):  # a filter is no way around what is kept back
        assert main(["indicator", "mediation_ok_rate", "--level", "community", "--where", where, *limited]) == 0
        line = capsys.readouterr().out.splitlines()[1].split(",")
        assert line[0] == code and (line[-1] != "suppressed") is is_told and (line[2] != "") is is_told, where
    assert main(["indicator", "close_rate", "--level", "micro", "--account", "nobody", *limited[2:]]) == 2
    assert main(["indicator", "close_rate", "--level", "micro", *limited[:1], account_of("auditor", ""), *limited[2:]]) == 1
