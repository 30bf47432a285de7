"""诉求热点 and 吹哨与层级 on a tiny city: every look and level draws, figures are those of the query layer, missing feeds say so."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.parts.chart_style import Link, clipped, heights, numbers_axis
from dashboard.view.page_sets import HOTSPOTS_CARDS, LEVEL_CARDS, ORDER_CARDS, RESPONSE_CARDS, WHISTLE_CARDS
from dashboard.web.serving import follow
from etl.query.figures import figure
from etl.query.scope import default_scope
from tests.test_pages import html_of, open_page
from tests.test_query_hotspots import CLUSTERS, HOT, MEETINGS
from tests.test_query_response import CASES, ISSUES, ORDERS, STEPS, TALKS, WHISTLES
from tests.tiny_feeds import EVERYBODY, FeedCity

CARDS = {"hotspots": HOTSPOTS_CARDS, "response": (*RESPONSE_CARDS, *LEVEL_CARDS, *WHISTLE_CARDS, *ORDER_CARDS)}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeedCity]:
    folder = tmp_path_factory.mktemp("pages")
    made = FeedCity(
        folder,
        case=[{**row, "case_no": row.get("case_no", f"case{n}")} for n, row in enumerate([*CLUSTERS, *HOT, *CASES])],
        deliberation=MEETINGS,
        whistle=WHISTLES,
        case_event=[dict(zip(("case_no", "seq", "at", "type", "from_unit", "to_unit"), step, strict=True)) for step in STEPS],
        meeting_issue=[{"unit": "S11", "issue_id": f"i{n}", "meeting_level": one[0], "held_on": "2026-10-01", "proper_level": one[1], "handled_level": one[2]} for n, one in enumerate(ISSUES)],
        mobilisation=[{"mob_id": mob, "unit": unit, "unit_code": unit, "issued_at": "2026-10-01 09:00", "first_hh_at": first, "done_at": done} for mob, unit, first, done, *_ in ORDERS],
        mediation=[{"case_id": f"t{n}", "unit": "S11", "type": kind, "accepted_on": "2026-10-01", "result": result} for n, (kind, result) in enumerate(TALKS)],
    )
    follow(folder)
    yield made
    made.build.close()


def opened(page: str, **query: str) -> tuple[AppTest, str]:
    app = open_page(page, **query)
    html = html_of(app)
    assert not app.exception and "ga-error" not in html
    return app, html


@pytest.mark.parametrize("page", ["hotspots", "response"])
def test_cards_are_the_figures(city: FeedCity, page: str) -> None:
    _, html = opened(page)
    for indicator in CARDS[page]:
        found = figure(city.build, EVERYBODY, indicator, default_scope(city.build), 1)
        card = re.search(rf'<article [^>]*data-value="([^"]*)"[^>]*data-state="([^"]*)"[^>]*><h3><a href="[^"]*ind={indicator}', html)
        assert card and card.groups() == ("" if found.value is None else repr(found.value), found.state), indicator


@pytest.mark.parametrize("look", ["hot", "rate", "gi", "ranking"])
def test_every_look_of_the_hotspots(city: FeedCity, look: str) -> None:
    _, html = opened("hotspots", tab=look, lang="en" if look == "rate" else "zh")
    assert html.count('aria-selected="true"') == 1


def test_hotspots_say_their_rule_and_tell_a_story(city: FeedCity) -> None:
    app, html = opened("hotspots")
    for words in ("经验贝叶斯，先验 100 户", "最近 4 个月至少 3 个月", "持续热点", "新增热点", "再次热点", "降温", "12 条意见", "形成 2 项决议", "聚集诉求"):
        assert words in html, words
    assert len(app.get("plotly_chart")) == 4
    assert len(app.select_slider) == 1 and app.select_slider[0].value.isoformat() == "2026-10-01"


def test_a_month_becomes_the_period(city: FeedCity) -> None:
    app, _ = opened("hotspots")
    app.select_slider[0].set_value(app.select_slider[0].value.replace(month=8)).run()
    assert (app.query_params["from"], app.query_params["to"]) in (("2026-08-01", "2026-08-31"), (["2026-08-01"], ["2026-08-31"]))


@pytest.mark.parametrize("unit", ["D1", "J1", "S11", "X111", "M1111"])
@pytest.mark.parametrize("page", ["hotspots", "response"])
def test_every_level_opens(city: FeedCity, page: str, unit: str) -> None:
    opened(page, unit=unit)


def test_response_shows_every_theme(city: FeedCity) -> None:
    app, html = opened("response", tab="rates")
    for words in ("三率综合怎么来", "谁发现、应由谁办", "应办层级", "四级联席会议", "拒绝、迟到和未到", "A→B→A", "5 分钟是最快的记录", "共受理 5 件"):
        assert words in html, words
    assert "最快 4.0 分钟，中位 5.0 分钟，九成在 17.0 分钟内" in html
    assert len(app.get("plotly_chart")) == 6


def test_missing_feeds_are_named(tmp_path: Path, city: FeedCity) -> None:
    from dashboard.web import serving

    before = serving.serving()
    bare = FeedCity(tmp_path)
    follow(tmp_path)
    try:
        for page in ("hotspots", "response"):
            app, html = opened(page)
            assert "未接入" in html and "请导入" in html
            assert not app.get("plotly_chart")
    finally:
        serving._serving = before
        bare.build.close()


def test_axes_have_few_round_ticks() -> None:
    assert numbers_axis("zh", 98_000, "")["ticktext"] == ["0", "2万", "4万", "6万", "8万", "10万"]
    assert numbers_axis("en", 100, "%")["ticktext"] == ["0%", "20%", "40%", "60%", "80%", "100%"]


def test_nodes_stand_by_their_share() -> None:
    """Two sources of 3 and 1: their middles lie at 3/8 and 7/8; the one target in the middle."""
    nodes = [("a", "", 0), ("b", "", 0), ("c", "", 1)]
    assert heights(nodes, [Link(0, 2, 3), Link(1, 2, 1)]) == pytest.approx([0.375, 0.875, 0.5])


def test_long_names_keep_their_end() -> None:
    assert clipped("Public Works Department/Sanitation/Schedule a Bulk Item Pickup") == "Schedule a Bulk Item Pickup"
    assert clipped("物业管理 · 服务质量") == "物业管理 · 服务质量"
    assert clipped("一二三四五六七八九十一二三四五六") == "…二三四五六七八九十一二三四五六"
