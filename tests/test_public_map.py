"""The public map and lists: kinds of premises told apart by shape, marks and names that keep apart, taken-on projects first, no zero for what is not connected."""

from dataclasses import replace
from itertools import combinations
from math import dist
from pathlib import Path

import pytest

from dashboard.public.kiosk import SCREENS
from dashboard.public.map_svg import LARGE, MARKS, OTHER, SMALL, _apart, _placed, map_html, marks_of
from dashboard.public.tabs import TAB_PAGES
from dashboard.public.view import PublicView
from etl.model.indicators.funds import CHAIN
from etl.query.public_build import PublicBuild, open_public
from etl.query.warehouse import open_build


@pytest.fixture(scope="module")
def public(demo_warehouse: Path) -> PublicBuild:
    return open_public(demo_warehouse)


def test_every_kind_of_premises_has_a_mark_of_its_own(public: PublicBuild) -> None:
    kinds = {one.type for one in public.premises}
    numbers = marks_of(public)
    assert len(kinds) >= 12 and len({numbers[kind] for kind in kinds}) == len(kinds)
    assert len(set(MARKS)) == len(MARKS), "shapes differ, not only colours"


def test_kinds_of_another_city_get_the_free_marks_first(public: PublicBuild) -> None:
    other = replace(public, premises=tuple(replace(public.premises[0], type=kind) for kind in ("食堂", "党群服务中心", "养老院", "车站", "码头")))
    numbers = marks_of(other)
    assert numbers["党群服务中心"] == 0
    assert sorted(numbers[kind] for kind in ("食堂", "养老院", "车站", "码头"))[-1] == OTHER, "only what finds no mark is a dot"
    assert len({numbers[kind] for kind in ("食堂", "养老院", "车站", "码头")}) == OTHER - 13 + 1


def test_marks_in_one_place_are_drawn_side_by_side(public: PublicBuild) -> None:
    points = _apart([(500.0, 400.0)] * 40 + [(507.0, 400.0), (100.0, 90.0)], 20.0)
    assert points[0] == (500.0, 400.0) and points[-1] == (100.0, 90.0), "what has room stays where it is"
    assert min(dist(a, b) for a, b in combinations(points, 2)) >= 20 - 1e-9
    assert max(dist(one, (500.0, 400.0)) for one in points[:40]) < 120
    area = next(iter(public.areas.values()))
    html = map_html(public, PublicView(), area, "", public.premises)
    assert html.count("<title>") - html.count("<a href") == sum(one.lon is not None for one in public.premises)


def test_names_on_the_map_keep_apart() -> None:
    names = [("West Roxbury", 300.0, 500.0), ("Roslindale", 420.0, 500.0), ("Mattapan", 560.0, 505.0), ("朝塘", 300.0, 620.0)]
    small, large = _placed(names, SMALL), _placed(names, LARGE)
    assert small == {0, 2, 3} | ({1} if 1 in small else set()) and large < {0, 1, 2, 3} and 3 in large and 0 in large


def test_projects_somebody_has_taken_on_come_first_the_newest_step_first(public: PublicBuild, demo_warehouse: Path) -> None:
    taken = [bool(one.provider) for one in public.projects]
    assert any(taken) and not all(taken) and taken == sorted(taken, reverse=True)
    newest = dict(open_build(demo_warehouse).rows(f"SELECT project_id, greatest({', '.join(CHAIN)}) FROM fund_project"))
    days = [newest[one.id] for one in public.projects if one.provider]
    assert days[0] != days[-1] and days == sorted(days, reverse=True)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_not_connected_is_never_a_zero(public: PublicBuild, lang: str) -> None:
    bare = replace(public, feeds=frozenset({"unit", "case"}), projects=(), premises=(), money={}, dividends=(), volunteers={}, counts={})
    area = next(iter(bare.areas.values()))
    for pages in (TAB_PAGES, SCREENS):
        for name in ("funds", "premises"):
            html = pages[name](bare, PublicView(lang=lang), area, "")
            assert ("未接入" if lang == "zh" else "not connected") in html and ">0<" not in html, (name, html[:400])
