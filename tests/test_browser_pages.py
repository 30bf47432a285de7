"""Every page in real Chromium: it opens with all outside hosts blocked, drills, searches, goes back, exports what it shows."""

import csv
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from dashboard.view.nav import PAGES
from tests.browsing import PATIENCE_MS, drill_click, finished, map_frame, painted, still

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[1]
FIGURE = ".st-key-kpi-case_per_1000hh"


class Visit:
    """A browser context that reaches nothing but the site, and remembers what it wanted and what went wrong."""

    def __init__(self, browser: Browser, site: str, width: int = 1440, height: int = 900) -> None:
        self.site, self.outside, self.errors = site, [], []
        self.context: BrowserContext = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        self.context.route("**/*", self._only_us)
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _only_us(self, route: Route) -> None:
        if route.request.url.startswith((self.site, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def open(self, path: str) -> Page:
        self.page.goto(self.site + path)
        self.page.wait_for_selector(".st-key-data-stamp", timeout=PATIENCE_MS)
        finished(self.page)
        return self.page

    def query(self) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(urlsplit(self.page.url).query).items()}


@pytest.fixture
def visit(browser: Browser, demo_site: str) -> Iterator[Visit]:
    visit = Visit(browser, demo_site)
    yield visit
    visit.context.close()
    assert visit.outside == [], "the page asked an outside host"
    assert visit.errors == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("page_id", [page.id for page in PAGES])
def test_every_page_opens_without_the_internet(visit: Visit, page_id: str, lang: str) -> None:
    page = visit.open(f"/{page_id}?lang={lang}")
    info = next(one for one in PAGES if one.id == page_id)
    body = page.locator("body")
    expect(body).to_contain_text(info.title.to(lang))
    expect(body).to_contain_text("演示数据" if lang == "zh" else "Demonstration data")
    text = page.inner_text("body")
    assert "本页暂时无法显示" not in text and "cannot be shown" not in text
    assert "Traceback" not in text and "Error:" not in text
    assert page.evaluate("document.documentElement.lang").startswith(lang)


@pytest.mark.parametrize("page_id", ["overview", "grids", "quality", "import"])
def test_a_phone_never_scrolls_sideways(browser: Browser, demo_site: str, page_id: str) -> None:
    visit = Visit(browser, demo_site, 390, 844)
    page = visit.open(f"/{page_id}")
    still(page.query_selector("body"))  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    visit.context.close()


@pytest.mark.parametrize("is_told", [True, False], ids=["told", "never told"])
def test_the_rest_of_a_page_follows_its_first_map(visit: Visit, is_told: bool) -> None:
    told: list[str] = []
    visit.context.route("**/painted/*", lambda route: (told.append(route.request.url), route.continue_() if is_told else route.abort()))
    page = visit.open("/overview")
    painted(map_frame(page))
    expect(page.locator(FIGURE)).to_be_visible()
    assert len(told) == 1
    drill_click(page)
    finished(page)
    assert len(set(told)) == 1, "one mark for a session"


# the last lower edge of the row of cards while all of it is places
_KEPT_TO = """() => { const look = () => {
  const row = document.querySelector(".st-key-cards");
  if (row && row.querySelectorAll(".ga-card-place").length === 8) window.kept_to = row.getBoundingClientRect().bottom;
  requestAnimationFrame(look); }; look(); }"""


@pytest.mark.parametrize(("page_id", "lang"), [("overview", "zh"), ("grids", "en")])
def test_nothing_moves_when_the_cards_follow_the_first_map(visit: Visit, page_id: str, lang: str) -> None:
    """English names of cards take two lines, in a row of eight even three: their places are kept as high as they will be."""
    visit.context.route("**/painted/*", lambda route: route.abort())
    visit.context.add_init_script(f"({_KEPT_TO})()")
    for _ in range(3):  # a loaded machine may bring all at once, and then nothing was kept
        page = visit.open(f"/{page_id}?lang={lang}")
        expect(page.locator(".st-key-choose-level")).to_be_visible()
        finished(page)
        expect(page.locator(".ga-card-place")).to_have_count(0)
        if kept_to := page.evaluate("window.kept_to"):
            break
    assert page.locator(".st-key-cards").evaluate("cards => cards.getBoundingClientRect().bottom") == pytest.approx(kept_to, abs=2)


def test_a_click_drills_and_back_returns(visit: Visit) -> None:
    page = visit.open("/overview")
    painted(map_frame(page))
    level = map_frame(page).evaluate("window.atlas.level")
    home = page.inner_text(".st-key-breadcrumb")
    finished(page)
    target = drill_click(page)
    expect(page.locator(".st-key-breadcrumb")).to_contain_text(target["name"])
    assert visit.query()["unit"]
    map_frame(page).wait_for_function("level => window.atlas.ready && window.atlas.level !== level", arg=level)
    page.go_back()
    expect(page.locator(".st-key-breadcrumb")).to_have_text(home, use_inner_text=True)


def test_a_pasted_link_opens_the_same_view(visit: Visit, browser: Browser, demo_site: str) -> None:
    page = visit.open("/overview?ind=close_rate&level=micro&from=2026-01-01&to=2026-06-30")
    painted(map_frame(page))
    drilled = drill_click(page)
    expect(page.locator(".st-key-breadcrumb")).to_contain_text(drilled["name"])
    finished(page)
    figures = page.inner_text(".st-key-kpi-close_rate")
    other = Visit(browser, demo_site)
    again = other.open(page.url.removeprefix(demo_site))
    expect(again.locator(".st-key-breadcrumb")).to_have_text(page.inner_text(".st-key-breadcrumb"), use_inner_text=True)
    expect(again.locator(".st-key-kpi-close_rate")).to_have_text(figures, use_inner_text=True)
    painted(map_frame(again))
    assert map_frame(again).evaluate("window.atlas.level") == "micro"
    other.context.close()


def test_map_does_not_remount_when_the_indicator_changes(visit: Visit) -> None:
    page = visit.open("/overview")
    frame = map_frame(page)
    painted(frame)
    frame.evaluate("window.mark = 'still here'")
    before = frame.evaluate("window.atlas.recoloured_at")
    page.click(f"{FIGURE.replace('case_per_1000hh', 'solve_rate')}")
    frame.wait_for_function("before => window.atlas.ready && window.atlas.recoloured_at > before", arg=before)
    assert map_frame(page).evaluate("window.mark") == "still here"


def test_search_finds_by_pinyin_and_goes_there(visit: Visit, demo_warehouse: Path) -> None:
    from etl.query.warehouse import open_build

    name, initials, code = open_build(demo_warehouse).rows("SELECT name, initials, unit_code FROM unit WHERE level = 'community' ORDER BY unit_no LIMIT 1")[0]
    page = visit.open("/overview")
    box = page.locator(".st-key-unit-search input, #unit-search input, input.ga-search").first
    box.fill(initials)
    page.locator(".ga-found a", has_text=name).first.wait_for(timeout=30_000)
    box.press("Enter")
    expect(page.locator(".st-key-breadcrumb")).to_contain_text(name)
    assert visit.query()["unit"] == code


def test_csv_export_equals_the_command_line(visit: Visit, demo_warehouse: Path) -> None:
    page = visit.open("/overview?ind=close_rate&level=community&from=2026-01-01&to=2026-06-30")
    with page.expect_download(timeout=30_000) as download:
        page.locator(".st-key-export-csv button, .st-key-export-csv a").first.click()
    path = Path(download.value.path())
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    shown = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    command = [sys.executable, "-m", "etl", "indicator", "close_rate", "--level", "community", "--from", "2026-01-01", "--to", "2026-06-30", "--warehouse", str(demo_warehouse)]
    printed = list(csv.DictReader(io.StringIO(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)))
    text = "\n".join(",".join(line) for line in shown)
    assert len(printed) > 1
    for row in printed:
        assert any(row["code"] in line and row["numerator"] in line and row["denominator"] in line for line in shown), (row, text[:2000])
