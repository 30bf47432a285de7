"""Boston 2011 on the nine pages in a real browser: what its feeds can say is said and equals `etl indicator` (cards, table, charts),
everything else says 未接入 and what to load, never zero."""

import html
import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser

from etl.model.indicators import BY_ID
from etl.model.tables import BY_NAME
from tests.asked_page import open_socket, run_page
from tests.browsing import finished
from tests.real_builds import RealBuild
from tests.test_walk_pages import NINE, READ, Shell, same
from tests.walked_charts import DRAWN, compare_charts

pytestmark = pytest.mark.browser
CONNECTED = {"unit", "case"}
YEAR = (("from", "2011-01-01"), ("to", "2011-12-31"))
# feeds a page must ask for by name when they are absent
ASKS: dict[str, tuple[str, ...]] = {
    "overview": ("pilot", "grid_staff", "party_org", "fund_ledger"), "grids": ("grid_staff", "grid_task"), "coverage": ("member_stat", "party_org", "service_post", "care_visit"),
    "hotspots": (), "response": ("whistle", "case_event", "mobilisation", "mediation", "meeting_issue"), "funds": ("fund_ledger", "fund_project"),
    "property": ("property_fee", "compound_revenue", "compound", "facility", "service_stat"), "cobuild": ("contract", "joint_activity", "deliberation", "suggestion", "assistance"),
    "volunteers": ("service_log", "service_post", "worker_stat", "social_org", "wish"),
}  # fmt: skip


@pytest.mark.parametrize("page_id", NINE)
def test_a_page_fills_with_what_there_is_and_asks_for_the_rest(browser: Browser, boston: RealBuild, boston_site: str, capsys: pytest.CaptureFixture[str], page_id: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{boston_site}/{page_id}?from=2011-01-01&to=2011-12-31")
    page.wait_for_selector(".st-key-table-main table, .st-key-table-main [data-testid=stDataFrame]", timeout=90_000)
    finished(page)
    assert page.locator(".ga-error").count() == 0
    found, drawn, text, charts = page.evaluate(READ), page.evaluate(DRAWN), page.inner_text("body"), page.locator(".js-plotly-plot").count()
    page.close()
    _equal_to_the_command_line(page_id, found, drawn, Shell(boston.warehouse, capsys))
    for card in found["cards"]:
        is_connected = set(BY_ID[card["key"]].feeds) <= CONNECTED
        assert (card["state"] != "no_feed") == is_connected, card
        assert is_connected or (card["shown"], card["value"], card["numerator"]) == ("—", "", ""), card
    if page_id in ("overview", "response"):
        assert any(float(card["value"]) > 0 for card in found["cards"] if card["state"] == "ok"), "cases are there and tell something"
    if page_id == "hotspots":  # no households and no compounds: rates and hotspots cannot be told, months, hours and classes can
        assert charts >= 3 and {card["key"]: card["state"] for card in found["cards"]}["hotspot_n"] == "no_data"
    for feed in ASKS[page_id]:
        assert BY_NAME[feed].title.zh in text, f"{page_id} does not ask for {feed}"
    assert not ASKS[page_id] or ("未接入" in text and "请导入" in text)


@pytest.mark.parametrize("page_id", NINE)
def test_the_same_in_english(boston_site: str, page_id: str) -> None:
    """Every absent feed is asked for in English, and no Chinese stands there but names of the data: columns, the city of reference, a word that tasks carry."""
    with open_socket(boston_site) as socket:
        found = run_page(socket, page_id, lang="en", **{"from": "2011-01-01", "to": "2011-12-31"})
    text = html.unescape(re.sub("<[^>]+>", "\n", re.sub(r"<(style|script)[^>]*>.*?</\1>", "", found.html, flags=re.S)))
    assert not found.exceptions
    for feed in ASKS[page_id]:
        assert BY_NAME[feed].title.en.lower() in text.lower(), f"{page_id} does not ask for {feed}"
    assert not ASKS[page_id] or ("not connected" in text and "load" in text.lower())
    for name in ("中文", "成都", "党支部", "解决层级"):
        text = text.replace(name, "")
    assert not re.search("[\u4e00-\u9fff].*", text), re.findall(".*[\u4e00-\u9fff].*", text)


def _equal_to_the_command_line(page_id: str, found: dict[str, Any], drawn: dict[str, Any], shell: Shell) -> None:
    """Cards, rows of the main table, and what the charts draw."""

    def ask(indicator: str, from_: str = "", to: str = "", **where: str) -> dict[str, Any]:
        asked = dict(YEAR) | ({"from": from_, "to": to} if from_ else {}) | where
        return next(iter(shell.ask(indicator, "city", tuple(sorted(asked.items()))).values()))

    for card in found["cards"]:
        line = ask(card["key"])
        assert card["state"] == line["state"] and all(same(card[name], line[name]) for name in ("value", "numerator", "denominator")), (card, line)
    chosen = next((card["key"] for card in found["cards"] if card["chosen"]), None) or next(one.id for one in BY_ID.values() if found["head"].startswith(one.name.zh))
    lines = {code: line for level in ("district", "street", "community") for code, line in shell.ask(chosen, level, YEAR).items()}
    for row in found["table"]:
        line = lines[row["code"]]
        numbers = [line["value"], line["numerator"], *([line["denominator"]] if BY_ID[chosen].has_denominator else [])]
        assert row["state"] == line["state"] and all(same(cell, number) for cell, number in zip(row["cells"], numbers, strict=True)), (row, line)
    compared = compare_charts(page_id, drawn, ask, date(2011, 1, 1), date(2011, 12, 31))
    assert page_id != "hotspots" or compared >= {"hot-trend", "hot-classes", "hot-sources", "hot-clock", "hot-merge"}, compared
