"""Names as attacks, through the whole way: files → build → every page, tooltip, table, export, in a real browser."""

import contextlib
import csv
import io
import itertools
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from dashboard.view.nav import PAGES
from dashboard.web.serving import follow, serving
from etl.model.feed_filters import FEED_FILTERS
from etl.model.indicators import BY_ID
from etl.model.tables import BY_NAME
from etl.query.feed_words import feed_words
from etl.query.reader import Reader
from etl.query.units import units
from etl.query.warehouse import open_build
from tests.asked_page import open_socket, run_page
from tests.browsing import PATIENCE_MS, finished, map_frame, painted, still
from tests.hostile import ALL, NAMES, SCRIPTS
from tests.hostile_city import hostile_city
from tests.served import served
from tests.test_pages import html_of, open_page
from tests.test_web_values import Seen

IDS = [page.id for page in PAGES if page.is_built]
UNITS = ("", "J1", "S1", "X1", "M1")
SIGNS = "=+-@\t\r\n＝＋－＠"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_city(tmp_path_factory.mktemp("hostile"), lambda n: NAMES[n % len(NAMES)]).warehouse


@pytest.fixture(scope="module")
def site(warehouse: Path) -> Iterator[str]:
    with served(warehouse) as address:
        yield address


def looked_at(site: str, page: str, unit: str, lang: str) -> Seen:
    with open_socket(site) as socket:
        found = run_page(socket, page, unit=unit, lang=lang)
    assert not found.exceptions and "ga-error" not in found.html, (page, unit)
    return Seen(found.html)


@pytest.mark.parametrize("page", IDS)
def test_no_name_becomes_markup(site: str, page: str) -> None:
    assert not looked_at(site, page, "", "zh").faults


@pytest.mark.parametrize("name", [name for name, one in FEED_FILTERS.items() if not one.values])
def test_what_a_feed_calls_itself_becomes_no_markup_as_a_filter(site: str, warehouse: Path, name: str) -> None:
    """In the list of what may be asked for, in the chip, in the heading, and where nobody wrote such a word."""
    one = FEED_FILTERS[name]
    build = open_build(warehouse)
    said = [word for word in feed_words(build, Reader("admin", 1, len(units(build))), name) if len(word) <= 60]
    build.close()
    assert said
    for word in (*said[:4], *SCRIPTS[:4]):
        with open_socket(site) as socket:
            found = run_page(socket, BY_ID[one.shown_by].page, **{name: word, "ind": one.shown_by})
        assert not found.exceptions and "ga-error" not in found.html and not Seen(found.html).faults, (name, word)


@pytest.mark.soak
@pytest.mark.parametrize(("page", "unit", "lang"), list(itertools.product(IDS, UNITS, ("zh", "en"))))
def test_no_name_becomes_markup_anywhere(site: str, page: str, unit: str, lang: str) -> None:
    assert not looked_at(site, page, unit, lang).faults


def test_the_names_are_there_as_they_were_written(site: str) -> None:
    """Or nothing above would have been tested."""
    words = "".join(looked_at(site, "steward", "S1", "zh").words)
    for name in (NAMES[0], NAMES[1], "'; DROP TABLE unit; --"):
        assert name in words


class Watch:
    """A page that must stay quiet: no dialog, no canary, no script error, nothing refused by the policy, nothing asked of outside."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.site, self.faults = site, []  # type: ignore[var-annotated]
        self.page: Page = browser.new_page(viewport={"width": 1440, "height": 1000})
        self.page.on("dialog", lambda dialog: (self.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("pageerror", lambda error: self.faults.append(f"error {error}"))
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" or "Content Security Policy" in said.text else None)
        self.page.on("request", lambda asked: None if asked.url.startswith((site, "data:", "blob:", "about:")) else self.faults.append(asked.url))

    def open(self, path: str) -> None:
        self.page.goto(f"{self.site}/{path}")
        self.page.locator(".st-key-page").first.wait_for(timeout=PATIENCE_MS)
        finished(self.page)

    def hover_map(self) -> str:
        """Moves over the map until a tooltip shows; its text."""
        frame = map_frame(self.page)
        painted(frame)
        box = still(frame.frame_element())
        painted(frame)
        texts = set()
        for across, down in itertools.product((0.2, 0.35, 0.5, 0.65, 0.8), (0.45, 0.5, 0.55)):
            self.page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
            frame.evaluate("new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)))")
            texts.add(frame.locator("body").inner_text())
        return "\n".join(texts)

    def check(self) -> None:
        found = [frame.evaluate("typeof window.__pwned") for frame in self.page.frames if frame.url.startswith(self.site)]
        assert set(found) == {"undefined"} and not self.faults, self.faults


@pytest.mark.browser
def test_map_tooltips_and_labels_show_the_names_only(site: str, browser: Browser) -> None:
    watch = Watch(browser, site)
    watch.open("overview?level=micro")
    seen = watch.hover_map()
    assert "<b>" in seen or "DROP TABLE" in seen or "script" in seen or "{{" in seen, seen
    watch.check()
    watch.page.close()


@pytest.mark.browser
@pytest.mark.parametrize("pages", [("steward", "department", "hotspots", "explore"), *(pytest.param((page,), marks=pytest.mark.soak) for page in IDS)], ids=lambda pages: pages[0])
def test_pages_stay_quiet(site: str, browser: Browser, pages: tuple[str, ...]) -> None:
    watch = Watch(browser, site)
    for page in pages:
        watch.open(page)
    watch.check()
    watch.page.close()


@pytest.mark.browser
def test_forty_scripts_as_names_stay_names(browser: Browser, tmp_path: Path) -> None:
    """Every script of the list as the name of something: in the map's tooltips, tables, lists and cards of a real page."""
    scripts = itertools.cycle(SCRIPTS)
    built = hostile_city(tmp_path, lambda n: next(scripts))
    said = "\n".join(str(cell) for table in ("unit", "org", "case", "fund_project", "compound") for row in built.rows(f'SELECT * FROM "{table}"') for cell in row)
    assert sum(script in said for script in SCRIPTS) >= 40, "they are in the build as written"
    with served(built.warehouse) as address:
        watch = Watch(browser, address)
        for page in ("overview?level=micro", "steward?unit=S1", "department", "funds", "property"):
            watch.open(page)
            if page.startswith("overview"):
                assert "window.__pwned" in watch.hover_map()
        watch.check()
        watch.page.close()


@pytest.mark.browser
def test_what_is_typed_into_the_search_stays_text(site: str, browser: Browser) -> None:
    watch = Watch(browser, site)
    watch.open("overview")
    box = watch.page.locator(".st-key-unit-search input").first
    for typed in (NAMES[1], NAMES[5], "'; DROP TABLE unit; --", NAMES[4]):
        box.fill(typed)
        with contextlib.suppress(PlaywrightTimeout):  # what nothing is found for asks nothing of the server
            watch.page.locator('[data-testid="stApp"]:not([data-test-script-state="notRunning"])').wait_for(timeout=500)
        finished(watch.page)
    watch.check()
    watch.page.close()


@pytest.mark.browser
def test_the_watch_would_have_seen_it(site: str, browser: Browser) -> None:
    """Guards the tests above; and a handler that got into the page after all is stopped by the policy."""
    watch = Watch(browser, site)
    watch.open("import")
    watch.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.__pwned=1\">')")
    for _ in range(100):  # until the policy's refusal is told
        if watch.faults:
            break
        watch.page.wait_for_timeout(100)
    assert watch.faults and watch.page.evaluate("typeof window.__pwned") == "undefined"
    watch.faults.clear()
    watch.page.evaluate("window.__pwned = 1")
    with pytest.raises(AssertionError):
        watch.check()
    watch.page.close()


def cells_of(name: str, body: bytes) -> list[object]:
    if name.endswith("csv"):
        return [cell for row in csv.reader(io.StringIO(body.decode("utf-8-sig"))) for cell in row]
    book = openpyxl.load_workbook(io.BytesIO(body))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink is not None], "a formula or a link"
    return [cell.value for cell in cells]


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exports_hold_text_and_no_formula(site: str, browser: Browser, kind: str) -> None:
    watch = Watch(browser, site)
    watch.open("overview?level=micro")
    with watch.page.expect_download(timeout=PATIENCE_MS) as download:
        watch.page.locator(f".st-key-export-{kind} button, .st-key-export-{kind} a").first.click()
    cells = cells_of(download.value.suggested_filename, Path(download.value.path()).read_bytes())
    texts = [cell for cell in cells if isinstance(cell, str)]
    assert any("DROP TABLE" in text for text in texts) and any("<b>" in text for text in texts)
    assert not [text for text in texts if text[:1] in SIGNS and text[:1] and not re.fullmatch(r"-?[\d,.]+%?|-", text)], "begins like a formula"
    assert not re.search(r"[<>\"|\\/]", download.value.suggested_filename)
    watch.check()
    watch.page.close()


HOSTILE_TEXT = st.one_of(
    st.sampled_from(ALL), st.text(max_size=30), st.lists(st.sampled_from(["<", ">", '"', "'", "&", "{{", "}}", "${", "=", "\\", "/", "script", "img src=x onerror=", "--", ";", "%3C", "\u202e", "​", "网"]), max_size=8).map("".join),
)  # fmt: skip


def whole_way(folder: Path, words: list[str], pages: list[str], feeds: Collection[str] = BY_NAME) -> None:
    """A build of these texts, then the pages of it: no markup of theirs, no failure."""
    before = serving().warehouse
    built = hostile_city(folder, lambda n: re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "", words[n % len(words)]), feeds)
    follow(built.warehouse)
    try:
        for page in pages:
            app = open_page(page, unit="S1")
            assert not app.exception and "ga-error" not in html_of(app), page
            assert not Seen(html_of(app)).faults, page
    finally:
        follow(before)


@pytest.fixture
def followed(warehouse: Path) -> None:
    follow(warehouse)


@seed(20261122)
@settings(max_examples=1, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(words=st.lists(HOSTILE_TEXT, min_size=12, max_size=24, unique=True))
def test_any_text_arrives_as_text(followed: None, tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    whole_way(tmp_path_factory.mktemp("fuzz"), words, ["overview", "funds", "steward", "department"], ("case", "case_event", "whistle", "org", "compound", "fund_project"))


@pytest.mark.soak
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(words=st.lists(HOSTILE_TEXT, min_size=12, max_size=24, unique=True))
def test_any_text_arrives_as_text_in_volume(followed: None, tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    whole_way(tmp_path_factory.mktemp("fuzz"), words, IDS)
