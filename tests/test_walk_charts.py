"""Walks the pages in a real browser and holds what their charts draw — bars, lines, Sankey, funnels — against `etl indicator`, in both
languages, for the whole city and for a unit drilled to in another period; and the light of every card, band and row."""

from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from dashboard.maps.scale import BAND_WORDS
from etl.query.scope import default_scope
from etl.query.units import units
from etl.query.warehouse import Build, open_build
from tests.browsing import finished
from tests.test_walk_pages import Shell, level_of
from tests.walked_charts import DRAWN, compare_charts

pytestmark = pytest.mark.browser
# what each page must have compared in the whole city: a chart that is no longer found must not pass in silence
CHARTS: dict[str, set[str]] = {
    "grids": {"trinity"}, "coverage": {"posts"}, "hotspots": {"hot-trend", "hot-classes", "hot-sources", "hot-clock", "hot-merge"},
    "response": {"levels", "severity", "sayings", "meetings", "kinds", "orders", "mediation"}, "funds": {"fund-years"}, "property": {"fees", "service-months"},
    "cobuild": {"suggestions"}, "volunteers": {"hours", "wishes"},
}  # fmt: skip
VIEWS: dict[str, tuple[str, dict[str, str]]] = {
    "city": ("city", {"lang": "en"}), "community": ("community", {"from": "2026-01-01", "to": "2026-09-30"}),
}  # fmt: skip
LIGHTS = """() => ({
  cards: [...document.querySelectorAll('[class*="st-key-kpi-"] article[data-state]')].map(card => ({ key: [...card.closest('[class*="st-key-kpi-"]').classList].find(name => name.startsWith('st-key-kpi-')).slice(11),
    light: card.dataset.light, word: (card.querySelector('.ga-band-word') || {}).textContent || '', chosen: card.classList.contains('is-chosen') })),
  rows: [...document.querySelectorAll('.st-key-table-main tr[data-code]')].map(row => ({ code: row.dataset.code, word: (row.querySelector('.ga-band-word') || {}).textContent || '' })),
  bands: [...document.querySelectorAll('.st-key-ranking .ga-group')].flatMap(group => [...group.querySelectorAll('li a')].map(a => ({ word: group.querySelector('h4').firstChild.nodeType === 3 ? group.querySelector('h4').firstChild.textContent : group.querySelector('h4').childNodes[1].textContent,
    code: new URLSearchParams(a.getAttribute('href').split('?')[1]).get('unit') }))),
})"""


@pytest.fixture(scope="module")
def build(demo_warehouse: Path) -> Build:
    return open_build(demo_warehouse)


def evaluated(browser: Browser, site: str, page_id: str, query: dict[str, str], *scripts: str) -> list[Any]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    try:
        page.goto(f"{site}/{page_id}?{urlencode(query)}")
        page.wait_for_selector(".st-key-table-main table, .st-key-table-main [data-testid=stDataFrame], .st-key-table-main p", timeout=90_000)
        finished(page)
        return [page.evaluate(script) for script in scripts]
    finally:
        page.close()


@pytest.mark.parametrize(("page_id", "view"), [(page_id, view) for view in VIEWS for page_id in CHARTS])
def test_every_chart_equals_the_command_line(
    browser: Browser, demo_site: str, demo_warehouse: Path, build: Build, capsys: pytest.CaptureFixture[str], page_id: str, view: str
) -> None:
    level, more = VIEWS[view]
    frame, shell, scope = units(build), Shell(demo_warehouse, capsys), default_scope(build)
    unit = next(frame.unit(no) for no in range(1, len(frame) + 1) if frame.unit(no).level == level)
    query = {**({"unit": unit.code} if level != "city" else {}), **more}
    days = {name: more[name] for name in ("from", "to") if name in more}

    def ask(indicator: str, from_: str = "", to: str = "", **where: str) -> dict[str, Any]:
        asked = {**days, **({"from": from_, "to": to} if from_ else {}), **where}
        return shell.ask(indicator, level, tuple(sorted(asked.items())))[unit.code]

    found = evaluated(browser, demo_site, page_id, query, DRAWN)[0]
    first, last = (date.fromisoformat(more[name]) if name in more else day for name, day in (("from", scope.date_from), ("to", scope.date_to)))
    compared = compare_charts(page_id, found, ask, first, last)
    assert compared >= CHARTS[page_id] if view == "city" else compared, f"{page_id} compared {compared}, drew {set(found['charts'])} and {set(found['funnels'])}"


@pytest.mark.parametrize(("page_id", "more"), [("hotspots", {"ind": "case_per_1000hh"}), ("response", {"ind": "close_hours_p50"}), ("funds", {"ind": "fund_exec_rate", "lang": "en"}), ("overview", {"ind": "overdue_open_n"})])
def test_card_band_and_table_have_the_light_of_the_command_line(
    browser: Browser, demo_site: str, demo_warehouse: Path, build: Build, capsys: pytest.CaptureFixture[str], page_id: str, more: dict[str, str]
) -> None:
    """One indicator of every basis."""
    shell, lang = Shell(demo_warehouse, capsys, "--light"), "en" if more.get("lang") == "en" else "zh"
    words = {"red": BAND_WORDS[0].to(lang), "amber": BAND_WORDS[1].to(lang), "green": BAND_WORDS[2].to(lang), None: ""}
    found = evaluated(browser, demo_site, page_id, more, LIGHTS)[0]
    assert found["cards"] and found["rows"]
    for card in found["cards"]:
        light = shell.ask(card["key"], "city", ())[next(iter(shell.ask(card["key"], "city", ())))]["light"]
        assert (card["light"] or None, card["word"]) == (light, words[light]), card
    told = {row["code"]: shell.ask(more["ind"], level_of(build, row["code"]), ())[row["code"]]["light"] for row in found["rows"]}
    assert any(told.values()), "somewhere there is a light"
    assert {row["code"]: row["word"] for row in found["rows"]} == {code: words[light] for code, light in told.items()}
    for row in found["bands"]:
        if row["word"] in words.values():
            assert row["word"] == words[told.get(row["code"], shell.ask(more["ind"], level_of(build, row["code"]), ())[row["code"]]["light"])]
