"""Rows and bars in real Chromium: one click, and chip, address, map and card follow; the chip's way out brings everything back.

One page of each kind of thing that picks: a bar of a chart, a row of a table, a stage of a funnel, a bar in a table, a word in a sentence.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.view.checked import checked
from dashboard.view.state import parse_view
from etl.model.feed_filters import FEED_FILTERS
from etl.model.indicators import BY_ID
from etl.query.figures import Figure, figure
from etl.query.reader import Reader
from etl.query.warehouse import Build, open_build
from tests.browsing import asked, finished, map_frame, painted, still, window

pytestmark = pytest.mark.browser
EVERYBODY = Reader("admin", 1, 10**9)
BAR = ".bars .point path"
CASES = {  # page, what is clicked, what it sets, a card of the page that is counted by it
    "a bar of whistles": ("response", f".st-key-chart-kinds {BAR}", "whistle_kind", "whistle_arrive_rate"),
    "a part of a bar of meetings": ("response", f".st-key-chart-meetings {BAR}", "meeting_level", "level_match_rate"),
    "a row of sources": ("funds", ".st-key-panel-sources a.ga-pick", "origin", "fund_exec_rate"),
    "a row of posts": ("volunteers", ".st-key-panel-posts a.ga-pick", "post_type", "post_claim_ratio"),
    "a row of partners": ("cobuild", ".st-key-panel-partners a.ga-pick", "partner_kind", "contract_fulfil_rate"),
    "a bar of minutes": ("response", ".st-key-chart-orders .bars .point:nth-child(4) path", "row", "mobil_min_p50"),
    "a stage of a funnel": ("cobuild", ".st-key-panel-steps tr:nth-child(5)", "row", "contract_fulfil_rate"),
    "a violation": ("funds", ".st-key-panel-breaches tr:nth-child(1)", "row", "fund_process_rate"),
    "a class of sizes": ("grids", ".ga-bars tr:has(.ga-pick)", "row", "grid_size_ok_rate"),
    "a row of help": ("cobuild", ".st-key-panel-help a.ga-pick", "row", "contract_fulfil_rate"),
    "a task not done": ("grids", ".st-key-panel-tasks a.ga-pick", "row", "grid_task_done_rate"),
    "a pair of offices": ("response", ".st-key-panel-pairs a.ga-pick", "row", "return_rate"),
    "a step of merging": ("hotspots?ind=case_per_1000hh&tab=ranking", ".st-key-panel-merge tr:nth-child(3)", "row", "case_per_1000hh"),
    "a kind of organisation": ("coverage", ".st-key-panel-gaps a.ga-pick", "row", "org333_gap_n"),
    "a word of premises": ("property", ".ga-whole:last-child a.ga-pick", "row", "premises_per_100hh"),
}  # fmt: skip


@pytest.fixture(scope="module")
def build(demo_warehouse: Path) -> Iterator[Build]:
    opened = open_build(demo_warehouse)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    """One window for all of them, as a reader has."""
    with window(chromium) as opened:
        yield opened


def said(build: Build, query: dict[str, str], indicator: str) -> Figure:
    """What the command line says of the view of an address."""
    scope = checked(build, EVERYBODY, parse_view(query)).scope
    return figure(build, EVERYBODY, indicator, scope.without(*(name for name, _ in scope.where if name not in BY_ID[indicator].filters)), 1)


def told(page: Page, indicator: str) -> tuple[str | None, str | None]:
    card = page.locator(f".st-key-kpi-{indicator} article")
    return card.get_attribute("data-numerator"), card.get_attribute("data-denominator")


def click(page: Page, selector: str) -> None:
    finished(page)
    place = page.locator(selector).first
    place.scroll_into_view_if_needed()
    element = place.element_handle()
    assert element is not None
    box = still(element)
    page.mouse.move(box["x"] + box["width"] / 2 - 2, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


@pytest.mark.parametrize("case", CASES)
def test_one_click_and_everything_follows(page: Page, demo_site: str, build: Build, case: str) -> None:
    page_id, selector, name, card = CASES[case]
    page.goto(f"{demo_site}/{page_id}")
    painted(map_frame(page))
    before = told(page, card)
    click(page, selector)
    chip = page.locator(f"[data-chip={name}]")
    expect(chip).to_be_visible()
    query = asked(page)
    assert query[name]
    found = said(build, query, card)
    expect(page.locator(f".st-key-kpi-{card} article")).to_have_attribute("data-denominator", repr(found.denominator))
    assert told(page, card) == ("" if found.numerator is None else repr(found.numerator), repr(found.denominator)) != before
    if name in FEED_FILTERS:  # the map turns to what is counted by it
        expect(page.locator(".ga-map-head h2")).to_contain_text(BY_ID[query["ind"]].name.zh)
        assert name in BY_ID[query["ind"]].filters
    else:  # and shows the units that are meant
        scope = checked(build, EVERYBODY, parse_view(query)).scope
        frame = map_frame(page)
        painted(frame)
        assert 0 < frame.evaluate("window.atlas.unit_no_count") <= sum(last - first + 1 for first, last in scope.chosen)
    finished(page)
    chip.locator("a").click()
    expect(page.locator(".ga-chip")).to_have_count(0)
    expect(page.locator(f".st-key-kpi-{card} article")).to_have_attribute("data-denominator", before[1] or "")
    assert name not in asked(page) and told(page, card) == before


def test_a_row_leads_its_lists_and_the_page_after(page: Page, demo_site: str, build: Build) -> None:
    """The list of projects holds those that are meant, the funnel keeps its stages, and the next page has the same units chosen."""
    page.goto(f"{demo_site}/funds")
    painted(map_frame(page))
    stages = page.locator(".st-key-panel-breaches tr b").all_inner_texts()
    click(page, ".st-key-panel-breaches tr:nth-child(1)")
    chip = page.locator("[data-chip=row]")
    expect(chip).to_be_visible()
    finished(page)
    meant = page.locator(".st-key-panel-breaches tr:has([aria-current]) th").inner_text().split(" ✓")[0].strip()
    assert page.locator(".st-key-panel-breaches tr b").all_inner_texts() == stages
    rows = page.locator("table[aria-label=项目清单] tbody tr")
    assert rows.count() == int(stages[0]) and all(meant in text for text in rows.all_inner_texts())
    text = chip.inner_text()
    page.locator(".ga-nav a", has_text="共建").first.click()
    expect(page.locator(".st-key-panel-partners")).to_be_visible()
    expect(chip).to_have_text(text, use_inner_text=True)
    found = said(build, asked(page), "contract_fulfil_rate")
    expect(page.locator(".st-key-kpi-contract_fulfil_rate article")).to_have_attribute("data-denominator", repr(found.denominator))
