"""党员覆盖 and 小区物业 as drawn: with their feeds, without any, in both languages, at every level, for every role."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dashboard.view import run as page_run
from dashboard.view.finest import reaches
from dashboard.view.nav import BY_ID as PAGES
from dashboard.view.page_sets import COVERAGE_CARDS, PROPERTY_CARDS
from dashboard.view.run import open_run
from dashboard.web.serving import follow
from etl.query.figures import figure
from etl.query.reader import Reader
from etl.query.scope import default_scope
from etl.query.units import units
from tests.test_pages import html_of, open_page
from tests.test_query_coverage import stat
from tests.test_query_property import compound, fee, money
from tests.tiny_feeds import EVERYBODY, FeedCity

DAY = date(2026, 5, 1)
UNITS = ("", "J1", "S11", "X111", "M1111")


def full_city(folder: Path) -> FeedCity:
    """S11 and its compounds with a row or two of every feed the two pages draw on."""
    return FeedCity(
        folder,
        building=[{"unit": "M1111", "building_id": f"B{i}", "compound_id": "K1"} for i in range(4)],
        member_stat=[stat("M1111", "retired", "registered", 7, f"B{i}") for i in range(4)] + [stat("S11", "floating", "registered", 13, contacted_n=11), stat("M1112", "in_service", "reported", 2)],
        party_org=[
            {"unit": "X111", "type": "branch", "building_id": None, "is_one_shoulder": None, "two_committee_n": None, "crosspost_n": None},
            {"unit": "S11", "type": "committee", "building_id": None, "is_one_shoulder": True, "two_committee_n": 9, "crosspost_n": 4},
            {"unit": "M1111", "type": "group", "building_id": "B0"}, {"unit": "X112", "type": "branch", "building_id": None},
        ],
        service_post=[{"unit": "S11", "post_id": "p1", "type": "治安巡逻", "offered": 5, "claimed": 3, "as_of_on": DAY}],
        service_log=[{"unit": "S11", "by": "member", "team": "甲队", "participants": 4, "hours": 10.0, "held_on": DAY}],
        care_visit=[{"unit": "S11", "visit_id": f"v{i}", "trigger": "festival", "due_on": DAY, "done_on": DAY} for i in range(11)],
        compound=[
            compound("K1", "X111", "trust", owners_committee_on=DAY, open_budget_on=DAY, has_joint_account=True, has_supervisor=True, has_supervision_group=True),
            compound("K2", "X112", "emergency"), compound("K3", "X121", "none"),
        ],
        property_fee=[fee("K1", "X111", "2026-03", 100, 90, 10, 9), fee("K2", "X112", "2026-03", 100, 30, 10, 3)],
        compound_revenue=[money("K1", "X111", "2026", "income", 900, item="parking"), money("K1", "X111", "2026", "dividend", 288, basis_m2=72.0, voted_on=DAY)],
        facility=[{"unit": "S11", "type": "事务服务中心", "area_m2": 400.0}],
    )  # fmt: skip


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeedCity]:
    folder = tmp_path_factory.mktemp("warehouse")
    found = full_city(folder)
    follow(folder)
    yield found
    found.build.close()


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("page", ["coverage", "property"])
def test_every_level_opens_with_the_figures_of_the_query_layer(city: FeedCity, page: str, unit: str) -> None:
    html = html_of(open_page(page, unit=unit))
    assert "ga-error" not in html
    for name in COVERAGE_CARDS if page == "coverage" else PROPERTY_CARDS:
        found = figure(city.build, EVERYBODY, name, default_scope(city.build), city.numbers[unit or "C"])
        card = re.search(rf'<article [^>]*data-value="([^"]*)"[^>]*data-state="([^"]*)"[^>]*><h3><a href="[^"]*ind={name}', html)
        if card is not None:
            assert card.groups() == ("" if found.value is None else repr(found.value), found.state), name
        else:
            assert unit in ("X111", "M1111"), f"{name} is missing at {unit}"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("query", [{}, {"ind": "three_visit_rate", "unit": "S11"}, {"tab": "ranking", "ind": "member_in_grid_rate", "level": "micro"}])
def test_coverage_in_both_languages(city: FeedCity, lang: str, query: dict[str, str]) -> None:
    html = html_of(open_page("coverage", lang=lang, **query))
    assert "ga-error" not in html and ("应建未建" if lang == "zh" else "Absent") in html


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("query", [{}, {"tab": "modes", "unit": "S11"}, {"ind": "five_centre_rate", "unit": "X111"}])
def test_property_in_both_languages(city: FeedCity, lang: str, query: dict[str, str]) -> None:
    html = html_of(open_page("property", lang=lang, **query))
    assert "ga-error" not in html
    assert ("72 × 4.00 元 = 288.00 元" if lang == "zh" else "72 × 4.00 yuan = 288.00 yuan") in html


@pytest.mark.parametrize("page", ["coverage", "property"])
def test_without_feeds_a_page_says_what_to_load(tmp_path: Path, page: str) -> None:
    """Not one zero stands where nothing is known."""
    from dashboard.web import serving

    before, empty = serving.serving(), FeedCity(tmp_path)
    follow(tmp_path)
    try:
        html = html_of(open_page(page))
    finally:
        serving._serving = before
        empty.build.close()
    assert "ga-error" not in html and html.count("未接入") > 8 and "请导入：" in html
    assert 'data-state="ok"' not in html and not re.search(r"<b>0(\.0)?</b>", html)


def test_below_the_community_nothing_is_told_of_members(city: FeedCity) -> None:
    """At a micro-grid: covered or not. Its numbers of members, visits and posts are the community's, under the community's name."""
    html = html_of(open_page("coverage", unit="M1111"))
    cards = set(re.findall(r'<article [^>]*data-state="[^"]*"[^>]*><h3><a href="[^"]*ind=([a-z_0-9]+)', html))
    assert cards == {"member_cover_rate"}
    assert "兴隆社区；只统计到社区" in html


def test_bands_for_leaders_covered_or_not_for_analysts(city: FeedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(units(city.build))
    for role, words, others in (("leader", "6 名及以上", "已覆盖"), ("analyst", "已覆盖", "6 名及以上")):
        monkeypatch.setattr(page_run, "reader_of", lambda build, identity, role=role: Reader(role, 1, size))
        monkeypatch.setattr("dashboard.parts.category_map.mounted", lambda view: None)
        monkeypatch.setattr("dashboard.parts.category_map.map_view", lambda *a, **k: type("View", (), {"levels": [type("Level", (), {"id": "micro"})]})())
        html = html_of(open_page("coverage", unit="X111"))
        assert words in html and others not in html


def test_what_reaches_where(city: FeedCity) -> None:
    run = open_run(PAGES["coverage"])
    assert all(reaches(run, name) for name in (*COVERAGE_CARDS, *PROPERTY_CARDS))
