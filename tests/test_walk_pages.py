"""Walks the pages in a real browser and holds what stands there against `etl indicator`: cards, main table, bands, blocks, panels of figures.

The whole city, a community in another period, a compound with a filter: the same unit, period and filters go to the command line.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from dashboard.coverage.lists import BOARD
from dashboard.response.providers import RATES
from dashboard.view.format import plain, with_unit
from dashboard.view.nav import PAGES
from dashboard.view.words import say
from etl.__main__ import main
from etl.model.indicators import BY_ID
from etl.query.units import units
from etl.query.warehouse import Build, open_build
from tests.browsing import finished

pytestmark = pytest.mark.browser
NINE = ("grids", "coverage", "hotspots", "response", "funds", "property", "cobuild", "volunteers", "overview")
FILTERED = ("overview", "hotspots", "response", "property")  # walked once more, with a filter on cases
VIEWS: dict[str, tuple[str, dict[str, str]]] = {
    "city": ("city", {}),
    "community": ("community", {"from": "2026-01-01", "to": "2026-09-30", "lang": "en"}),
    "compound": ("compound", {"from": "2025-05-01", "to": "2026-04-30", "category": "01"}),
}
READ = """() => ({
  cards: [...document.querySelectorAll('[class*="st-key-kpi-"]')].map(box => { const card = box.querySelector('article[data-state]');
    return card && { key: [...box.classList].find(name => name.startsWith('st-key-kpi-')).slice(11), shown: card.querySelector('.ga-value b').textContent, chosen: card.classList.contains('is-chosen'),
                     parts: card.querySelector('.ga-parts').textContent, ...card.dataset }; }).filter(Boolean),
  head: (document.querySelector('.st-key-table-head .ga-note') || {}).textContent || '',
  table: [...document.querySelectorAll('.st-key-table-main tr[data-code]')].map(row => ({ code: row.dataset.code, state: row.dataset.state, cells: [...row.querySelectorAll('td.n')].map(cell => cell.dataset.sort) })),
  bands: [...document.querySelectorAll('.st-key-ranking .ga-group li a')].map(a => ({ href: a.getAttribute('href'), parts: (a.querySelector('.ga-row-parts') || {}).textContent, value: (a.querySelector('b') || {}).textContent })),
  blocks: [...document.querySelectorAll('.ga-block li')].map(li => ({ href: li.querySelector('a').getAttribute('href'), told: li.querySelector('span').textContent })),
  tables: Object.fromEntries([...document.querySelectorAll('table[aria-label]')].map(table => [table.getAttribute('aria-label'),
    [...table.querySelectorAll('tbody tr')].map(row => ({ href: (row.querySelector('a') || { getAttribute: () => '' }).getAttribute('href'), name: row.cells[0].textContent.trim(), cells: [...row.cells].slice(1).map(cell => cell.dataset.sort) }))])),
  nets: [...document.querySelectorAll('[data-net]')].map(b => ({ net: b.dataset.net, href: b.closest('tr').querySelector('a').getAttribute('href') })),
})"""


@pytest.fixture(scope="module")
def build(demo_warehouse: Path) -> Build:
    return open_build(demo_warehouse)


class Shell:
    """`etl indicator` in this process; its lines by code."""

    def __init__(self, warehouse: Path, capsys: pytest.CaptureFixture[str], *options: str) -> None:
        self.warehouse, self.capsys, self.options = warehouse, capsys, options
        self.ask = cache(self._ask)

    def _ask(self, indicator: str, level: str, query: tuple[tuple[str, str], ...], by: str = "") -> dict[str, dict[str, Any]]:
        asked = dict(query)
        words = ["indicator", indicator, "--level", level, "--format", "json", "--warehouse", str(self.warehouse), *self.options]
        words += [word for name in ("from", "to") if name in asked for word in (f"--{name}", asked[name])]
        fields = [name for name in asked if name in BY_ID[indicator].filters]
        words += [word for name in fields for word in ("--where", f"{name}={asked[name]}")]
        words += ["--by", "lead_unit", "--under", by] if by else []
        self.capsys.readouterr()
        assert main(words) == 0, words
        return {line["code"]: line for line in json.loads(self.capsys.readouterr().out)}


def text_of(number: float | None) -> str:
    return "" if number is None else repr(float(number))


def same(told: str, number: float | None) -> bool:
    return told == "" if number is None else told != "" and float(told) == pytest.approx(float(number), rel=1e-12, abs=1e-12)


def level_of(build: Build, code: str) -> str:
    frame = units(build)
    no = frame.by_code(code, build.data_date)
    assert no is not None, code
    return frame.unit(no).level


def query_of(href: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}


def read(browser: Browser, site: str, page_id: str, query: dict[str, str]) -> dict[str, Any]:
    page: Page = browser.new_page(viewport={"width": 1440, "height": 900})
    try:
        page.goto(f"{site}/{page_id}?{urlencode(query)}")
        page.wait_for_selector(".st-key-table-main table, .st-key-table-main [data-testid=stDataFrame], .st-key-table-main p", timeout=90_000)
        finished(page)
        assert page.locator(".ga-error").count() == 0
        return page.evaluate(READ)
    finally:
        page.close()


@pytest.mark.parametrize(("page_id", "view"), [(page_id, view) for view in VIEWS for page_id in NINE if view != "compound" or page_id in FILTERED])
def test_every_figure_equals_the_command_line(
    browser: Browser, demo_site: str, demo_warehouse: Path, build: Build, capsys: pytest.CaptureFixture[str], page_id: str, view: str
) -> None:
    level, more = VIEWS[view]
    frame, shell = units(build), Shell(demo_warehouse, capsys)
    unit = next(frame.unit(no) for no in range(1, len(frame) + 1) if frame.unit(no).level == level)
    query, lang = {**({"unit": unit.code} if level != "city" else {}), **more}, more.get("lang", "zh")
    found, asked = read(browser, demo_site, page_id, query), tuple(sorted(more.items()))
    assert found["cards"], "a page begins with its cards"

    for card in found["cards"]:  # value, both parts and state, unrounded, and the number written large
        line = shell.ask(card["key"], level, asked)[unit.code]
        assert card["state"] == line["state"], card
        assert all(same(card[name], line[name]) for name in ("value", "numerator", "denominator")), (card, line)
        assert (card["shown"] == "—") == (line["value"] is None), card

    chosen = next((card["key"] for card in found["cards"] if card["chosen"]), None) or next(one.id for one in BY_ID.values() if found["head"].startswith(one.name.to(lang)))
    for row in found["table"]:
        line = shell.ask(chosen, level_of(build, row["code"]), asked)[row["code"]]
        numbers = [line["value"], line["numerator"], *([line["denominator"]] if BY_ID[chosen].has_denominator else [])]
        assert row["state"] == line["state"] and all(same(cell, number) for cell, number in zip(row["cells"], numbers, strict=True)), (row, line)
    for one in found["bands"]:
        code = query_of(one["href"]).get("unit", "")
        if one["parts"] is None or one["value"] is None or "/" not in one["parts"]:
            continue  # lists of names, not of figures
        if not re.fullmatch(r"[\d,.]+ / [\d,.]+", one["parts"]):
            continue
        line = shell.ask(chosen, level_of(build, code), asked)[code]
        assert one["value"] == with_unit(BY_ID[chosen], line["value"], lang) and one["parts"] == f"{plain(line['numerator'])} / {plain(line['denominator'])}", (one, line)

    _panels(found, page_id, shell, unit, level, tuple(pair for pair in asked if pair[0] in ("from", "to")), asked, build, lang)


def _panels(found: dict[str, Any], page_id: str, shell: Shell, unit, level: str, dates: tuple, asked: tuple, build: Build, lang: str) -> None:
    """Panels whose figures are indicators by another name."""
    for one in found["blocks"]:
        indicator = query_of(one["href"])["ind"]
        line = shell.ask(indicator, level, dates)[unit.code]
        told = with_unit(BY_ID[indicator], line["value"], lang) if line["value"] is not None else say(f"state_{line['state']}", lang)
        assert one["told"] == told, (indicator, one)
    for one in found["nets"]:
        code = query_of(one["href"]).get("unit", build.rows("SELECT unit_code FROM unit WHERE unit_no = 1")[0][0])
        line = shell.ask("pilot_effect", level_of(build, code), dates)[code]
        if line["denominator"] == 1:
            assert float(one["net"]) == pytest.approx(line["value"])
    if page_id == "coverage":
        rows = next(table for label, table in found["tables"].items() if label in ("班子与队伍一览", "Leadership and members by unit"))
        for row in rows:
            code = query_of(row["href"])["unit"]
            for name, cell in zip(BOARD, row["cells"], strict=True):
                assert same(cell, shell.ask(name, level_of(build, code), dates)[code]["value"]), (name, row)
    if page_id == "response" and not any(name == "category" for name, _ in asked):
        rows = next(table for label, table in found["tables"].items() if label in ("水电气热，按承办单位", "Water, power, gas, heat by provider"))
        lines = {name: {line["name"]: line for line in shell.ask(name, level, (*asked, ("category", "05")), unit.code).values()} for name in RATES}
        assert rows
        for row in rows:
            for name, cell in zip(RATES, row["cells"][1:], strict=True):
                value = lines[name][row["name"]]["value"]
                assert same(cell, None if value is None else value * 100), (name, row)


def test_nine_pages_are_walked() -> None:
    assert set(NINE) <= {page.id for page in PAGES}
