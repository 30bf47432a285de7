"""The pages 资金, 共建, 志愿与队伍 and the four blocks on a tiny city with their feeds: figures of the query layer, opened project, both languages."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from dashboard.parts.list_export import to_csv
from dashboard.view.finest import FINEST
from dashboard.view.page_sets import COBUILD_CARDS, FUNDS_CARDS, VOLUNTEERS_CARDS
from dashboard.web.serving import follow
from etl.model.levels import BY_ID
from etl.query.figures import figure
from etl.query.scope import parse_scope
from tests.test_pages import html_of, open_page
from tests.tiny_feeds import EVERYBODY, FeedCity

CARDS = {"funds": FUNDS_CARDS, "cobuild": COBUILD_CARDS, "volunteers": VOLUNTEERS_CARDS}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeedCity]:
    folder = tmp_path_factory.mktemp("pages")
    entry = {"unit": "S11", "project_id": "P1", "fund": "guarantee", "year": 2026, "origin": "government"}
    city = FeedCity(
        folder,
        fund_project=[{"unit": "S11", "project_id": "P1", "name": "<b>助餐</b>", "fund": "guarantee", "target_group": "老年人", "suggested_on": "2026-01-01", "resolved_on": "2026-02-01",
                       "published_on": "2026-03-02", "contract_on": "2026-03-01", "contract_amt": Decimal("90.10"), "approved_amt": Decimal("100.00")}],
        fund_ledger=[{**entry, "direction": "received", "amt": Decimal("1234567.89"), "on_date": "2026-04-01"}, {**entry, "direction": "expense", "amt": Decimal("45.05"), "on_date": "2026-02-15"}],
        contract=[{"unit": "S11", "partner": "小学", "partner_kind": "school", "talked_on": "2026-01-01", "signed_on": "2026-01-10", "published_on": "2026-05-01"}],
        contract_item=[{"unit": "S11", "contract_id": "contract0", "item_id": "i", "direction": "give", "due_on": "2026-05-01", "done_on": None}],
        joint_activity=[{"unit": "S11", "held_on": "2026-05-01", "project": "义诊", "participants": 7}],
        deliberation=[{"unit": "S11", "type": "open_air", "held_on": "2026-05-01", "attendees": 9, "opinions_n": 4, "resolutions_n": 3, "done_n": 2}],
        suggestion=[{"unit": "S11", "made_on": "2026-05-01", "group_id": "g", "is_adopted": True, "channel": "微信群", "theme": "停车"}],
        service_log=[{"unit": "S11", "held_on": "2026-05-01", "by": "member", "team": "护河队", "participants": 5, "hours": 12.5}],
        service_post=[{"unit": "S11", "post_id": "p", "type": "巡逻", "offered": 5, "claimed": 4, "as_of_on": "2026-09-30"}],
        worker_stat=[{"unit": "S11", "as_of_on": "2026-09-30", "n": 12, "n_member": 6, "n_certified": 5, "n_degree": 7, "n_over50": 2, "joined": 1, "left": 1, "training_hours": 120.0}],
        social_org=[{"unit": "S11", "name": "邻里社", "field": "养老", "has_standard": True, "is_active": True}],
        wish=[{"unit": "S11", "wish_id": "w", "made_on": "2026-05-01", "claimed_on": "2026-05-02", "done_on": None}],
    )  # fmt: skip
    follow(folder)
    yield city
    city.build.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("page", list(CARDS))
def test_cards_and_panels(city: FeedCity, page: str, lang: str) -> None:
    for unit in ("C", "S11", "M1111"):
        app = open_page(page, unit=unit, lang=lang)
        html = html_of(app)
        assert not app.exception and "ga-error" not in html
        for indicator in CARDS[page]:
            if BY_ID[FINEST[indicator]].rank < BY_ID[{"C": "city", "S": "community", "M": "micro"}[unit[0]]].rank:
                continue
            found = figure(city.build, EVERYBODY, indicator, parse_scope(city.build), city.numbers[unit])
            value = "" if found.value is None else repr(found.value)
            card = re.search(rf'<article [^>]*data-value="([^"]*)"[^>]*data-state="([^"]*)"[^>]*><h3><a href="[^"]*ind={indicator}', html)
            assert card and card.groups() == (value, found.state), (unit, indicator)


def test_the_money_is_shown_to_the_cent(city: FeedCity) -> None:
    html = html_of(open_page("funds", unit="S11"))
    assert "1,234,567.89" in html and "1,234,522.84" in html, "received, and in hand after 45.05 was paid"
    assert "先付款后公示" in html and "先签约后公示" in html
    assert "<b>助餐</b>" not in html.replace("<b>&lt;b&gt;", ""), "a name cannot become markup"
    assert "1,234,522.84" not in html_of(open_page("funds", unit="S11", fund="incentive"))


def test_lists_leave_as_files_to_the_cent() -> None:
    body = to_csv(["金额", "名称"], [[Decimal("-0.10"), "=1+1"], [None, date(2026, 3, 1)]])
    assert body.decode("utf-8-sig") == "金额,名称\r\n-0.10,'=1+1\r\n,2026-03-01\r\n"


def test_the_ledger_is_exported(city: FeedCity) -> None:
    app = open_page("funds", unit="S11")
    app.button(key="export-list-ledger").click().run()
    assert re.search(r'href="/export/[^"]+" download="[^"]+收支台账_20261031.csv"', html_of(app)) and not app.exception


def test_a_project_opens(city: FeedCity) -> None:
    html = html_of(open_page("funds", tab="p.P1"))
    assert "ga-chain" in html and "is-wrong" in html and "2026年3月2日" in html and "90.10" in html
    assert "没有编号为 nothing 的项目" in html_of(open_page("funds", tab="p.nothing"))


def test_what_the_other_panels_say(city: FeedCity) -> None:
    cobuild, volunteers = html_of(open_page("cobuild")), html_of(open_page("volunteers"))
    assert "未按期亮约" in cobuild and "义诊" in cobuild and "坝坝会" in cobuild and "66.7%" in cobuild
    assert "护河队" in volunteers and "12.5" in volunteers and "还差 9" in volunteers and "持社会工作证" in volunteers
    below = html_of(open_page("volunteers", unit="M1111"))
    assert "志愿与队伍按社区填报，以下为兴隆社区的情况" in below and "护河队" in below, "what is reported by community is never shown as a micro-grid's 0"


def test_feeds_not_connected_are_said(tmp_path_factory: pytest.TempPathFactory, city: FeedCity) -> None:
    folder = tmp_path_factory.mktemp("bare")
    FeedCity(folder, building=[])
    follow(folder)
    try:
        for page in CARDS:
            html = html_of(open_page(page))
            assert "未接入" in html and "请导入" in html and "0.00" not in html
        assert "四有得分" in html_of(open_page("overview"))
    finally:
        follow(city.build.folder.parent)
