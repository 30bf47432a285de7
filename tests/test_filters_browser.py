"""Filters in real Chromium: what is clicked in a chart, a list, the table or drawn on the map is followed by everything else."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from etl.query.figures import figure
from etl.query.reader import Reader
from etl.query.scope import parse_scope
from etl.query.warehouse import open_build
from tests.browsing import PATIENCE_MS, asked, finished, map_frame, painted, still, window

pytestmark = pytest.mark.browser
PARTS = ".st-key-kpi-case_per_1000hh article"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with window(browser) as opened:
        yield opened


def cases(page: Page) -> float:
    return float(page.locator(PARTS).get_attribute("data-numerator") or "nan")


def opened(page: Page, address: str) -> Frame:
    page.goto(address)
    frame = map_frame(page)
    painted(frame)
    finished(page)
    still(frame.frame_element())
    painted(frame)  # anew, if its size changed meanwhile
    frame.evaluate("window.mark = 'the same map'")
    return frame


def point_at(page: Page, selector: str, across: float, down: float) -> None:
    place = page.locator(selector).first
    finished(page)  # a chart drawn anew meanwhile would be another one
    place.scroll_into_view_if_needed()
    element = place.element_handle()
    assert element is not None
    box = still(element)
    x, y = box["x"] + box["width"] * across, box["y"] + box["height"] * down
    page.mouse.move(x - 3, y - 1)
    page.wait_for_timeout(150)
    page.mouse.move(x, y)
    page.locator(".hoverlayer .hovertext").first.wait_for(timeout=PATIENCE_MS)  # the chart knows what is under the pointer
    page.mouse.click(x, y)


def test_a_cell_of_the_clock_filters_everything_and_takes_itself_back(page: Page, demo_site: str) -> None:
    frame = opened(page, f"{demo_site}/hotspots?ind=case_per_1000hh&tab=ranking")
    before, colours = cases(page), frame.evaluate("window.atlas.recoloured_at")
    point_at(page, ".st-key-chart-hot-clock .nsewdrag", 8.5 / 24, 1.5 / 7)
    expect(page.locator("[data-chip=hour]")).to_contain_text("8–9 时", timeout=PATIENCE_MS)
    assert (asked(page)["hour"], asked(page)["weekday"]) == ("8", "2")
    expect(page.locator("[data-chip=weekday]")).to_contain_text("周二")
    frame.wait_for_function("before => window.atlas.ready && window.atlas.recoloured_at > before", arg=colours, timeout=PATIENCE_MS)
    expect(page.locator(PARTS)).not_to_have_attribute("data-numerator", repr(before), timeout=PATIENCE_MS)
    assert 0 < cases(page) < before
    assert map_frame(page).evaluate("window.mark") == "the same map"
    point_at(page, ".st-key-chart-hot-clock .nsewdrag", 8.5 / 24, 1.5 / 7)
    expect(page.locator(".ga-chip")).to_have_count(0, timeout=PATIENCE_MS)
    expect(page.locator(PARTS)).to_have_attribute("data-numerator", repr(before))


def test_a_bar_filters_by_what_it_stands_for_and_takes_itself_back(page: Page, demo_site: str) -> None:
    frame = opened(page, f"{demo_site}/hotspots?ind=case_per_1000hh&tab=ranking")
    before, colours = cases(page), frame.evaluate("window.atlas.recoloured_at")
    bar = ".st-key-chart-hot-classes .bars .point path"
    point_at(page, bar, 0.5, 0.5)
    expect(page.locator("[data-chip=category]")).to_be_visible(timeout=PATIENCE_MS)
    frame.wait_for_function("before => window.atlas.ready && window.atlas.recoloured_at > before", arg=colours, timeout=PATIENCE_MS)
    expect(page.locator(PARTS)).not_to_have_attribute("data-numerator", repr(before), timeout=PATIENCE_MS)
    assert 0 < cases(page) < before
    page.locator("[data-chip=category] a").click()
    expect(page.locator(PARTS)).to_have_attribute("data-numerator", repr(before), timeout=PATIENCE_MS)


def test_a_part_of_a_bar_filters_by_the_bar_and_the_part(page: Page, demo_site: str) -> None:
    opened(page, f"{demo_site}/response?ind=close_rate")
    folded = page.locator(".st-key-panel-levels details.ga-picks, details.ga-picks").filter(has=page.locator("a[href*='severity=']")).first
    folded.locator("summary").click()
    link = folded.locator("a[href*='severity='][href*='solved_level=']").first
    link.click()
    expect(page.locator("[data-chip=severity]")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("[data-chip=solved_level]")).to_be_visible()


def test_a_flow_filters_by_both_its_ends(page: Page, demo_site: str) -> None:
    frame = opened(page, f"{demo_site}/response?ind=close_rate")
    page.wait_for_selector(".sankey-link")
    link = page.locator(".sankey-link").first
    link.scroll_into_view_if_needed()
    element = link.element_handle()
    assert element is not None
    box = still(element)
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + 12)
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + 14)
    page.locator(".hoverlayer .hovertext").first.wait_for(timeout=PATIENCE_MS)
    page.mouse.click(box["x"] + box["width"] * 0.1, box["y"] + 14)
    expect(page.locator(".ga-chip")).to_have_count(2, timeout=PATIENCE_MS)
    assert asked(page).keys() >= {"source", "proper_level"}
    assert frame.evaluate("window.mark") == "the same map"


def test_the_keyboard_picks_from_the_list_below_the_chart(page: Page, demo_site: str) -> None:
    opened(page, f"{demo_site}/hotspots?ind=case_per_1000hh&tab=ranking")
    every = cases(page)
    folded = page.locator(".st-key-panel-classes details.ga-picks")
    folded.locator("summary").focus()
    page.keyboard.press("Enter")
    row = folded.locator("tr").nth(1)
    told = float(row.locator("td").inner_text().replace(",", ""))
    row.locator("a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-chip=category]")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(PARTS)).to_have_attribute("data-numerator", repr(told), timeout=PATIENCE_MS)  # the figure is the one the chart showed
    assert told < every


def test_more_filters_ask_nothing_until_applied_and_are_kept_on_the_next_page(page: Page, demo_site: str) -> None:
    opened(page, f"{demo_site}/overview")
    assert page.locator(".st-key-filters-apply").count() == 0  # nothing of the box is sent before it is opened
    page.click(".st-key-more-filters button")
    page.wait_for_selector(".st-key-filters-apply")
    field = page.locator('[data-testid="stMultiSelect"]', has_text="来源渠道").locator("input")
    field.click()
    field.press_sequentially("网格员")
    page.keyboard.press("Enter")
    expect(page.locator('[data-testid="stMultiSelect"]', has_text="来源渠道")).to_contain_text("网格员上报")
    finished(page)
    assert "source" not in asked(page)
    page.click(".st-key-filters-apply button")
    expect(page.locator("[data-chip=source]")).to_contain_text("网格员上报", timeout=PATIENCE_MS)
    assert asked(page) == {"source": "steward", "v": "1"}
    expect(page.locator(".st-key-filters-apply")).to_have_count(0, timeout=PATIENCE_MS)
    page.click(".ga-nav a:has-text('党员覆盖')")
    chip = page.locator("[data-chip=source]")
    expect(chip).to_contain_text("本页不适用", timeout=PATIENCE_MS)
    assert "来源渠道" in (chip.get_attribute("title") or "")
    chip.locator("a").click()
    expect(page.locator(".ga-chip")).to_have_count(0, timeout=PATIENCE_MS)
    assert urlsplit(page.url).query == ""


def middle(page: Page, across: float, down: float) -> tuple[float, float]:
    box = still(map_frame(page).frame_element())
    return box["x"] + box["width"] * across, box["y"] + box["height"] * down


def test_a_drawn_area_is_the_selection_and_its_link_opens_it_again(page: Page, browser: Browser, demo_site: str) -> None:
    frame = opened(page, f"{demo_site}/overview?level=micro")
    every = cases(page)
    frame.click(".atlas-draw-ring")
    for across, down in ((0.35, 0.35), (0.6, 0.35), (0.6, 0.65), (0.35, 0.65)):
        page.mouse.click(*middle(page, across, down))
        page.wait_for_timeout(320)  # slower than a double click
    page.keyboard.press("f")
    chip = page.locator("[data-chip=area]")
    expect(chip).to_contain_text("个网格", timeout=PATIENCE_MS)
    grids = int("".join(letter for letter in chip.inner_text() if letter.isdigit()))
    expect(page.locator(".st-key-table-main tbody tr").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(PARTS)).not_to_have_attribute("data-numerator", repr(every), timeout=PATIENCE_MS)
    painted(frame)
    found = cases(page)
    assert 0 < found < every and 0 < frame.evaluate("window.atlas.unit_no_count") <= grids < 160
    assert frame.evaluate("window.mark") == "the same map"
    fresh = browser.new_context()
    again = fresh.new_page()
    opened(again, page.url)
    expect(again.locator("[data-chip=area]")).to_have_text(chip.inner_text(), use_inner_text=True)
    assert cases(again) == found
    expect(again.locator(".st-key-table-main tbody tr").first).to_be_visible(timeout=PATIENCE_MS)
    assert 0 < again.locator(".st-key-table-main tbody tr").count() <= grids
    fresh.close()
    frame.click(".atlas-draw-clear")
    expect(page.locator(".ga-chip")).to_have_count(0, timeout=PATIENCE_MS)
    expect(page.locator(PARTS)).to_have_attribute("data-numerator", repr(every), timeout=PATIENCE_MS)


def test_a_rectangle_does_not_click_what_lies_under_it(page: Page, demo_site: str) -> None:
    frame = opened(page, f"{demo_site}/overview?level=micro")
    frame.click(".atlas-draw-box")
    page.mouse.move(*middle(page, 0.4, 0.4))
    page.mouse.down()
    page.mouse.move(*middle(page, 0.5, 0.5))
    page.mouse.move(*middle(page, 0.6, 0.6))
    page.mouse.up()
    expect(page.locator("[data-chip=area]")).to_be_visible(timeout=PATIENCE_MS)
    assert "unit" not in asked(page) and asked(page)["area"]


def test_a_link_of_another_time_opens_calmly(page: Page, demo_site: str) -> None:
    page.goto(f"{demo_site}/overview?v=7&unit=000&colour=red&category=01&hour=77")
    page.wait_for_selector(PARTS, timeout=PATIENCE_MS)
    expect(page.locator(".ga-notice")).to_have_count(4)
    notes = page.locator(".ga-notice").all_inner_texts()
    assert len(notes) == 4 and "v=7" in notes[0] and "colour" in notes[1] and "000" in notes[2] and "hour" in notes[3]
    expect(page.locator(".ga-chip")).to_have_count(1, timeout=PATIENCE_MS)


def named(page: Page, period: str) -> None:
    """Choose a period by typing its name: a click on an option that scrolls into view just then is taken for a scroll."""
    page.locator(".st-key-period-name input").click()
    page.keyboard.type(period)
    expect(page.locator("[role=option]").first).to_contain_text(period, timeout=PATIENCE_MS)
    page.keyboard.press("Enter")


def test_own_dates_appear_where_the_period_stands(page: Page, demo_site: str) -> None:
    opened(page, f"{demo_site}/overview")
    expect(page.locator(".st-key-filter-period [data-testid=stDateInput]")).to_have_count(0, timeout=PATIENCE_MS)
    named(page, "自选日期")
    expect(page.locator(".st-key-filter-period [data-testid=stDateInput]:visible")).to_have_count(2, timeout=PATIENCE_MS)  # from and to
    named(page, "上月")
    expect(page.locator("[data-chip=period]")).to_contain_text("2026年9月1日至2026年9月30日", timeout=PATIENCE_MS)
    expect(page.locator(".st-key-filter-period [data-testid=stDateInput]")).to_have_count(0, timeout=PATIENCE_MS)


def test_dates_are_typed_and_a_season_is_chosen_by_its_name(page: Page, demo_site: str) -> None:
    opened(page, f"{demo_site}/overview?from=2026-01-01&to=2026-03-30")
    for box, typed in (("from", "20251101"), ("to", "20260131")):
        page.locator(f".st-key-period-{box} [role=spinbutton]").first.click()
        page.keyboard.type(typed)
        page.keyboard.press("Enter")  # no click and no Tab: the address follows
        page.wait_for_url(lambda url, name=box, day=typed: f"{name}={day[:4]}-{day[4:6]}-{day[6:]}" in url, timeout=PATIENCE_MS)
    assert asked(page)["from"] == "2025-11-01"
    expect(page.locator("[data-chip=period]")).to_contain_text("2025年11月1日", timeout=PATIENCE_MS)
    named(page, "2025年秋")
    page.wait_for_url("**from=2025-09-01&to=2025-11-30**", timeout=PATIENCE_MS)
    expect(page.locator(".st-key-period-from")).to_have_count(0, timeout=PATIENCE_MS)  # own dates are gone with the choice
    expect(page.locator(".st-key-period-name input")).to_have_value("2025年秋季（9–11月）")


def test_the_view_is_kept_through_pages_where_nothing_of_it_acts(page: Page, demo_site: str) -> None:
    opened(page, f"{demo_site}/overview?from=2026-03-01&to=2026-05-31&category=01")
    for name, ready, idle in (("简报", ".st-key-briefing-docx", 1), ("导入", ".ga-steps", 2), ("我的微网格", ".st-key-steward", 2), ("部门", ".st-key-department-rates", 0)):
        page.locator(".ga-nav a", has_text=name).first.click()
        expect(page.locator(ready).first).to_be_visible(timeout=60_000)
        expect(page.locator(".ga-chip")).to_have_count(2, timeout=30_000)
        expect(page.locator(".ga-chip.is-idle")).to_have_count(idle, timeout=30_000)  # those that wait for another page say so
        assert {name: asked(page)[name] for name in ("from", "to", "category")} == {"from": "2026-03-01", "to": "2026-05-31", "category": "01"}


def test_a_bar_of_common_income_picks_the_compounds_that_have_it(page: Page, demo_site: str, demo_warehouse: Path, browser: Browser) -> None:
    """A bar of another feed than cases: chip, map, card and a fresh browser follow, and all say what the command line says."""
    build, card = open_build(demo_warehouse), ".st-key-kpi-fee_collect_rate article"
    frame = opened(page, f"{demo_site}/property")
    every, colours = page.locator(card).get_attribute("data-denominator"), frame.evaluate("window.atlas.recoloured_at")
    point_at(page, ".st-key-chart-income .bars .point path", 0.5, 0.5)
    expect(page.locator("[data-chip=income_item]")).to_be_visible(timeout=PATIENCE_MS)
    scope = parse_scope(build, where=[f"income_item={asked(page)['income_item']}"])
    said = figure(build, Reader("admin", 1, 10**9), "fee_collect_rate", scope, 1)
    build.close()
    expect(page.locator(card)).to_have_attribute("data-denominator", repr(said.denominator), timeout=PATIENCE_MS)
    frame.wait_for_function("before => window.atlas.ready && window.atlas.recoloured_at > before", arg=colours, timeout=PATIENCE_MS)
    context = browser.new_context()
    other = context.new_page()
    other.goto(page.url)
    expect(other.locator(card)).to_have_attribute("data-numerator", repr(said.numerator), timeout=PATIENCE_MS)
    context.close()
    page.locator(".ga-nav a", has_text="诉求热点").first.click()
    expect(page.locator("[data-chip=income_item].is-idle")).to_contain_text("本页不适用", timeout=PATIENCE_MS)
    page.go_back()
    page.locator("[data-chip=income_item] a").click()
    expect(page.locator(".ga-chip")).to_have_count(0, timeout=PATIENCE_MS)
    expect(page.locator(card)).to_have_attribute("data-denominator", str(every), timeout=PATIENCE_MS)
