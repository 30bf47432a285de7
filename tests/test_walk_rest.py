"""What the walk over cards, tables and charts leaves out, in a real browser against `etl indicator`: the map of every page, the pages
分析, 数据质量, 部门, 我的微网格 and 公示, and the profile of a unit."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.view.format import of_indicator, plain
from etl.model.indicators import BY_ID, INDICATORS
from etl.query.units import units
from etl.query.warehouse import Build, open_build
from tests.browsing import PATIENCE_MS, finished, map_frame, painted
from tests.test_walk_pages import NINE, READ, Shell, same

pytestmark = pytest.mark.browser
WITH_VALUES = tuple(page for page in NINE if page != "hotspots")  # its map tells kinds of hotspots, no figure
MAP = """() => { const v = AtlasMap.view, t = AtlasMap.tree;
  return t.ofRank(v.rank).map(n => [n, v.codes[n] ? v.values[v.codes[n]] : null]).map(([n, value]) => [n, Number.isNaN(value) ? null : value]); }"""
ROWS = """() => [...document.querySelectorAll('.st-key-table-main tr[data-code]')].map(row => ({ code: row.dataset.code, values: [...row.querySelectorAll('td[data-value]')].map(cell => cell.dataset.value) }))"""
POINTS = """() => document.querySelector('.st-key-panel-scatter .js-plotly-plot')._fullData.filter(trace => trace.mode && trace.mode.startsWith('markers'))
  .flatMap(trace => [...trace.x].map((x, at) => [trace.customdata[at][1].slice(5), x, trace.y[at]]))"""
TILES = """() => [...document.querySelectorAll('li[data-rate]')].map(tile => [tile.dataset.rate, tile.dataset.state, tile.querySelector('b').textContent, tile.querySelector('small').textContent])"""
PROFILE = """() => [...document.querySelectorAll('.ga-profile > table tbody tr')].map(row => [row.cells[0].firstChild.textContent.trim(), row.cells[1].textContent.trim()])"""
DESK = ("ontime_close_rate", "close_rate", "solve_rate", "satisfy_rate", "return_rate", "whistle_arrive_rate", "overdue_open_n")
YEAR = (("from", "2025-11-01"), ("to", "2026-10-31"))


@pytest.fixture(scope="module")
def build(demo_warehouse: Path) -> Build:
    return open_build(demo_warehouse)


@pytest.fixture
def shell(demo_warehouse: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(demo_warehouse, capsys)


def opened(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    page.wait_for_selector(".st-key-data-stamp", timeout=PATIENCE_MS)
    finished(page)
    return page


@pytest.mark.parametrize("page_id", WITH_VALUES)
def test_the_map_holds_the_figures_of_the_command_line(browser: Browser, demo_site: str, build: Build, shell: Shell, page_id: str) -> None:
    level = "compound" if page_id in ("property", "overview") else "community"
    page = opened(browser, f"{demo_site}/{page_id}?level={level}")
    painted(map_frame(page))
    drawn, cards = map_frame(page).evaluate(MAP), page.evaluate(READ)["cards"]
    page.close()
    indicator = next(card["key"] for card in cards if card["chosen"])
    lines, frame = shell.ask(indicator, level, ()), units(build)
    told = {str(frame.code[no - 1]): value for no, value in drawn}
    assert told.keys() == lines.keys() and any(value is not None for value in told.values())
    for code, value in told.items():
        assert value == (None if lines[code]["value"] is None else pytest.approx(lines[code]["value"], rel=1e-12)), (indicator, code)


def test_explore_rows_and_points(browser: Browser, demo_site: str, shell: Shell) -> None:
    pair = ("close_rate", "satisfy_rate")
    page = opened(browser, f"{demo_site}/explore?ind={pair[0]}&y={pair[1]}&level=community&from=2025-11-01&to=2026-10-31")
    expect(page.locator(".st-key-panel-scatter .js-plotly-plot")).to_have_count(1)
    rows, points = page.evaluate(ROWS), page.evaluate(POINTS)
    page.close()
    lines = [shell.ask(name, "community", YEAR) for name in pair]
    assert {row["code"] for row in rows} == lines[0].keys() == {code for code, _, _ in points}
    for row in rows:
        assert all(same(value, line[row["code"]]["value"]) for value, line in zip(row["values"], lines, strict=True)), row
    for code, x, y in points:
        assert (x, y) == (pytest.approx(lines[0][code]["value"] * 100), pytest.approx(lines[1][code]["value"] * 100)), code


@pytest.mark.parametrize("level", ["city", "community"])
def test_cards_of_data_quality(browser: Browser, demo_site: str, build: Build, shell: Shell, level: str) -> None:
    frame = units(build)
    unit = next(frame.unit(no) for no in range(1, len(frame) + 1) if frame.unit(no).level == level)
    page = opened(browser, f"{demo_site}/quality?unit={unit.code}")
    cards = page.evaluate(READ)["cards"]
    page.close()
    assert {card["key"] for card in cards} == {"geo_match_rate", "grid_geom_cover"}
    for card in cards:
        line = shell.ask(card["key"], level, ())[unit.code]
        assert card["state"] == line["state"] and all(same(card[name], line[name]) for name in ("value", "numerator", "denominator")), (card, line)


def test_a_departments_own_rates(browser: Browser, demo_site: str, build: Build, shell: Shell) -> None:
    """Of the unit in charge with most cases, and of one that whistles called."""
    top = str(units(build).code[0])
    told = {indicator: {line["name"]: line for line in shell.ask(indicator, "city", YEAR, top).values()} for indicator in DESK}
    busiest = max(told["close_rate"].values(), key=lambda line: line["denominator"] or 0)["name"]
    called = max(told["whistle_arrive_rate"].values(), key=lambda line: line["denominator"] or 0)["name"]
    assert busiest != called
    for name in (busiest, called):
        page = opened(browser, f"{demo_site}/department?{urlencode({'from': '2025-11-01', 'to': '2026-10-31', 'dept': name})}")
        tiles = page.evaluate(TILES)
        page.close()
        assert {tile[0] for tile in tiles} == set(DESK)
        for indicator, state, value, parts in tiles:
            one, line = BY_ID[indicator], told[indicator].get(name, {"value": 0 if indicator == "overdue_open_n" else None})
            assert value.removesuffix("%") == of_indicator(one, line["value"]), (name, indicator, value, line)
            if state == "ok" and one.has_denominator:
                assert parts == f"{plain(line['numerator'])} / {plain(line['denominator'])}", (name, indicator, parts, line)


def test_the_profile_of_a_unit(browser: Browser, demo_site: str, build: Build, shell: Shell) -> None:
    frame = units(build)
    unit = next(frame.unit(no) for no in range(1, len(frame) + 1) if frame.unit(no).level == "community")
    page = opened(browser, f"{demo_site}/overview?unit={unit.code}&from=2025-11-01&to=2026-10-31")
    page.click(".st-key-open-profile button")
    page.locator(".ga-profile > table").wait_for(timeout=PATIENCE_MS)
    rows = page.evaluate(PROFILE)
    page.close()
    by_name = {one.name.zh: one for one in INDICATORS}
    assert len(rows) > 40
    for name, told in rows:
        one = by_name[name]
        value = shell.ask(one.id, "community", YEAR)[unit.code]["value"]
        assert told == ("—" if value is None else f"{of_indicator(one, value)}{'%' if one.is_percent else f' {one.unit.zh}'}"), (name, told, value)


def test_the_stewards_count_of_overdue_cases(browser: Browser, demo_site: str, shell: Shell) -> None:
    """The desk knows no period: everything open is to be done."""
    page = opened(browser, f"{demo_site}/steward")
    told = page.locator('li[data-count="overdue"] b').inner_text()
    page.close()
    ever: dict[str, Any] = next(iter(shell.ask("overdue_open_n", "city", (("from", "2020-01-01"), ("to", "2026-10-31"))).values()))
    assert told == plain(ever["value"]) and ever["value"] > 0


def test_public_figures_are_the_rounded_ones(browser: Browser, demo_site: str, shell: Shell) -> None:
    """Received, closed and closed in time of the whole city: counts to the nearest 5, the rate of the rounded counts."""
    page = browser.new_page()
    page.goto(f"{demo_site}/public/plain")
    told = {key: page.locator(f'[data-figure="{key}"] b').inner_text() for key in ("received", "closed", "on_time")}
    page.close()
    received = next(iter(shell.ask("geo_match_rate", "city", YEAR).values()))["denominator"]
    closed = next(iter(shell.ask("close_rate", "city", YEAR).values()))["numerator"]
    on_time = next(iter(shell.ask("ontime_close_rate", "city", YEAR).values()))["numerator"]
    assert abs(int(told["received"].replace(",", "")) - received) <= 2.5 and abs(int(told["closed"].replace(",", "")) - closed) <= 2.5
    assert told["on_time"] == f"{round(100 * on_time / closed)}%"
