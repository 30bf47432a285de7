"""For weak eyes and without a mouse: contrast, colours, large type, keyboard, names, a table beside every map."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.maps.scale import BAND, YLGNBU
from dashboard.maps.values import STATE_LOOKS
from dashboard.parts.chart_style import COLOURS, SOFT
from dashboard.web.theme import ACCENT, BRAND, INK
from tests.browsing import PATIENCE_MS, finished, map_frame, painted, still

ROOT = Path(__file__).resolve().parents[1]
CSS = (ROOT / "dashboard" / "assets" / "atlas.css").read_text("utf-8")
AUDIT = (ROOT / "tests" / "page_audit.js").read_text("utf-8")
MAP_PAGES = ("overview", "grids", "coverage", "hotspots", "response", "funds", "property", "cobuild", "volunteers")
Rgb = tuple[float, float, float]


def rgb(colour: str) -> Rgb:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    return int(digits[:2], 16) / 255, int(digits[2:4], 16) / 255, int(digits[4:6], 16) / 255


def linear(colour: Rgb) -> Rgb:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return red, green, blue


def light(colour: str) -> float:
    red, green, blue = linear(rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


TOKENS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", CSS.split("}", 1)[0]))
GROUNDS = ("#ffffff", TOKENS["ground"], TOKENS["faint"], TOKENS["accent-soft"], TOKENS["amber"], "#f7fafe", "#e2f1ee")


def test_contrast_is_computed_as_the_guideline_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ink", ["ink", "soft", "accent", "good", "far"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_stands_out_from_every_ground(ink: str, ground: str) -> None:
    assert contrast(TOKENS[ink], ground) >= 4.5, (ink, ground)


def test_the_theme_and_the_charts_stand_out_too() -> None:
    assert contrast(INK, "#ffffff") >= 7
    assert contrast("#ffffff", BRAND) >= 4.5 and contrast("#ffffff", ACCENT) >= 4.5 and contrast(SOFT, "#ffffff") >= 4.5
    assert contrast("#5c4300", TOKENS["amber"]) >= 4.5


# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear light
SIGHTS = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "grey": ((0.2126, 0.7152, 0.0722),) * 3,
}


def lab(colour: str, sight: str) -> Rgb:
    """How the colour looks to that eye, in CIELAB (D65)."""
    source = linear(rgb(colour))
    red, green, blue = (min(max(sum(weight * part for weight, part in zip(row, source, strict=True)), 0), 1) for row in SIGHTS[sight])
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def apart(one: str, other: str, sight: str) -> float:
    return sum((a - b) ** 2 for a, b in zip(lab(one, sight), lab(other, sight), strict=True)) ** 0.5


@pytest.mark.parametrize("sight", ["protan", "deutan", "tritan"])
def test_bands_and_series_differ_for_the_colour_blind(sight: str) -> None:
    bands = [colour for colour, _ in BAND]
    assert min(apart(a, b, sight) for a in bands for b in bands if a < b) > 20
    first = COLOURS[:4]  # a chart has no more series side by side
    assert min(apart(a, b, sight) for a in first for b in first if a < b) > 12


@pytest.mark.parametrize("sight", list(SIGHTS))
def test_steps_of_the_map_go_from_light_to_dark_for_every_eye(sight: str) -> None:
    steps = [lab(colour, sight)[0] for colour in YLGNBU]
    assert all(a - b > 4 for a, b in pairwise(steps)), steps


def test_colour_is_never_the_only_sign() -> None:
    """Bands and states have a pattern each besides; charts' marks are told in words (see the pages)."""
    assert len({pattern for _, pattern in BAND}) == len(BAND)
    assert len({pattern for _, _, pattern in STATE_LOOKS.values()}) == len(STATE_LOOKS)


# ---- in a real browser


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


FILTERED = "category=01&severity=minor&fund=guarantee"


@pytest.mark.browser
@pytest.mark.parametrize("address", [*(f"{name}?{FILTERED}" for name in MAP_PAGES), "explore", "quality", "import", "overview?lang=en"])
def test_every_page_for_weak_eyes_and_without_a_mouse(page: Page, demo_site: str, address: str) -> None:
    page.goto(f"{demo_site}/{address}")
    page.wait_for_selector(".st-key-data-stamp", timeout=PATIENCE_MS)
    is_map = address.split("?")[0] in MAP_PAGES
    if is_map:
        painted(map_frame(page))
        page.wait_for_selector(".st-key-table-main", timeout=PATIENCE_MS)
    elif address == "explore":
        page.wait_for_selector(".st-key-map-table", timeout=PATIENCE_MS)
    finished(page)
    expect(page.locator("table.ga-sort thead th:not(:has(button)):visible")).to_have_count(0)  # the script of the page comes after the table
    found = page.evaluate(AUDIT)
    assert found["pale"] == [], "text of too little contrast"
    assert found["small"] == [], "text under 12 px"
    assert found["nameless"] == [] and found["frames"] == [] and found["pictures"] == [], "what a screen reader cannot name"
    assert found["beyond"] == [], "what the keyboard cannot reach"
    assert found["tables"] == 0, "tables that only look sortable"
    assert found["lang"] == ("en" if "lang=en" in address else "zh-CN")
    assert not is_map or found["hasMap"]
    assert not found["hasMap"] or found["hasTable"], "a map without a table"


# What the eye sees and a pointer could use. A list's own arrow and the crosses of chosen words double keys of the field they stand in
# (arrows, Backspace); choices of one group are reached by arrows; what is folded is reached once its summary is opened.
MISSED = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, iframe, [role=button], [role=checkbox], [role=tab]')].filter((el) => {
  const box = el.getBoundingClientRect(), look = getComputedStyle(el), fold = el.closest('details:not([open])');
  return box.width > 1 && box.height > 1 && look.visibility === 'visible' && !el.disabled && el.getAttribute('aria-disabled') !== 'true' && !el.dataset.met
    && !el.closest('[inert], [aria-hidden=true]') && (!fold || el.tagName === 'SUMMARY') && el.type !== 'radio' && el.getAttribute('role') !== 'radio'
    && !el.closest('[data-testid=stSelectbox] button, [data-testid=stMultiSelect] button'); }).map((el) => el.tagName + ' ' + (el.innerText || el.getAttribute('aria-label') || '').slice(0, 30))"""
MEET = "() => { const el = document.activeElement; if (!el || el === document.body) return ''; el.dataset.met = '1'; return el.tagName; }"
ENGLISH = """() => [...document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')].flatMap((el) => ['aria-label', 'title', 'placeholder', 'alt'].map((name) => el.getAttribute(name) || ''))
  .filter((text) => /[A-Za-z]{3,}/.test(text.replace(/\\d{8}-\\d{6}-[0-9a-f]{4}|XLSX|CSV|GeoJSON|GPKG|PNG|PDF|PPT|Word|English|GCJ|CGCS|EPSG|SQL/g, '')))"""
EXPLORED = ("spread", "why", "trend", "compare", "units", "cases", "todo")


@pytest.mark.browser
@pytest.mark.parametrize(
    "address", [*MAP_PAGES, "explore", *(f"explore?tab={tab}" for tab in EXPLORED), "briefing", "import", "quality", "steward", "department", "audit", "public"]
)
def test_tab_reaches_every_control_of_every_page_and_each_is_named_in_chinese(page: Page, demo_site: str, address: str) -> None:
    page.goto(f"{demo_site}/{address}")
    page.wait_for_selector(".st-key-data-stamp", timeout=PATIENCE_MS)
    if page.locator(".st-key-map-main").count():
        painted(map_frame(page))
    finished(page)
    page.evaluate("document.activeElement && document.activeElement.blur(); scrollTo(0, 0)")
    met: list[str] = []
    while met.count("") < 2 and len(met) < 3000:  # once round, past the browser's own buttons
        page.keyboard.press("Tab")
        met.append(page.evaluate(MEET))
    assert page.evaluate(MISSED) == []
    assert "IFRAME" in met or not page.locator(".st-key-map-main").count()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert page.evaluate(ENGLISH) == []


@pytest.mark.browser
def test_the_table_beside_a_map_sorts_by_keyboard(page: Page, demo_site: str) -> None:
    page.goto(f"{demo_site}/overview?level=compound")
    page.wait_for_selector(".st-key-table-main", timeout=PATIENCE_MS)
    finished(page)
    head = page.locator(".st-key-table-main th.n").first
    head.locator("button").focus(timeout=PATIENCE_MS)
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    at = head.evaluate("head => head.cellIndex")
    sorts = page.locator(f".st-key-table-main tbody tr td:nth-child({at + 1})").evaluate_all("cells => cells.map(cell => cell.dataset.sort === '' ? null : Number(cell.dataset.sort))")
    known = [value for value in sorts if value is not None]
    assert len(known) > 5 and known == sorted(known, reverse=True)
    assert None not in sorts[: len(known)]


@pytest.mark.browser
def test_a_map_of_kinds_is_told_as_a_table_too(page: Page, demo_site: str) -> None:
    page.goto(f"{demo_site}/hotspots")
    frame = map_frame(page)
    painted(frame)
    finished(page)  # a run that goes on would draw it shut again
    page.locator(".st-key-map-table summary").click(timeout=PATIENCE_MS)
    finished(page)
    rows = page.locator(".st-key-map-table table.ga-sort tbody tr")
    expect(rows.first).to_be_visible(timeout=PATIENCE_MS)
    assert rows.count() == frame.evaluate("window.atlas.unit_no_count")
    words = set(page.locator(".st-key-map-table tbody td:last-child").all_inner_texts())
    assert words <= {"非热点", "降温", "新增热点", "再次热点", "持续热点"} and len(words) > 2
    sorted_by = page.locator(".st-key-map-table th").last
    sorted_by.locator("button").click()
    expect(sorted_by).to_have_attribute("aria-sort", re.compile("ascending|descending"))
    sorts = page.locator(".st-key-map-table tbody td:last-child").evaluate_all("cells => cells.map(cell => Number(cell.dataset.sort))")
    assert sorts == sorted(sorts) or sorts == sorted(sorts, reverse=True)


FOCUSED = """() => { const el = document.activeElement, css = getComputedStyle(el), box = el.getBoundingClientRect(), ring = getComputedStyle(el, '::after');
  const holder = el.closest('[data-baseweb], [data-testid=stSelectbox], [data-testid=stTextInput]');
  const marked = (c) => (c.outlineStyle !== 'none' && parseFloat(c.outlineWidth) > 0) || c.boxShadow !== 'none';
  let any = marked(css) || marked(ring); for (let at = el.parentElement, n = 0; at && n < 9 && !any; at = at.parentElement, n++) any = marked(getComputedStyle(at)) || getComputedStyle(at).borderColor === 'rgb(31, 95, 168)';
  return { tag: el.tagName, text: (el.innerText || el.getAttribute('aria-label') || el.placeholder || '').trim().slice(0, 24), key: (el.closest('[class*=st-key-]') || el).className.match(/st-key-[\\w-]+/)?.[0] || '', top: box.top + scrollY, any, frame: el.tagName === 'IFRAME' }; }"""


@pytest.mark.browser
def test_tab_goes_through_the_page_in_order_and_is_seen(page: Page, demo_site: str) -> None:
    page.goto(f"{demo_site}/overview?{FILTERED}")
    painted(map_frame(page))
    page.wait_for_selector(".st-key-table-main", timeout=PATIENCE_MS)
    finished(page)
    page.evaluate("document.activeElement && document.activeElement.blur(); scrollTo(0, 0)")
    places: list[dict] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        place = page.evaluate(FOCUSED)
        if place["tag"] not in ("DIV", "SECTION", "MAIN"):  # what scrolls may be reached, too
            places.append(place)
        if place["frame"]:
            break
    assert places[0]["text"] == "跳到正文"
    assert places[-1]["frame"], "the map is reached"
    assert [place["text"] for place in places if not place["any"] and not place["frame"]] == [], "focus that is not seen"
    keys = list(dict.fromkeys(place["key"] for place in places))
    wanted = ["st-key-masthead", "st-key-nav", "st-key-breadcrumb", "st-key-choose-ind", "st-key-choose-level", "st-key-period-name", "st-key-choose-category", "st-key-more-filters", "st-key-chips", "st-key-kpi-case_per_1000hh"]
    reached = [key for key in wanted if key in keys]
    assert set(wanted) - set(keys) <= {"st-key-breadcrumb"}  # of the whole city nothing lies above
    assert [key for key in keys if key in wanted] == reached


@pytest.mark.browser
def test_the_skip_link_leads_past_the_header(page: Page, demo_site: str) -> None:
    page.goto(f"{demo_site}/overview")
    page.wait_for_selector(".st-key-data-stamp", timeout=PATIENCE_MS)
    painted(map_frame(page))
    finished(page)
    skip = page.locator(".ga-skip")
    for _ in range(20):  # the header may be drawn anew once more after the page's last run, and then the focus is gone
        skip.focus(timeout=PATIENCE_MS)
        if (skip.bounding_box(timeout=PATIENCE_MS) or {"y": -1})["y"] >= 0:
            break
    expect(skip).to_be_in_viewport(timeout=PATIENCE_MS)  # it is seen once it has the focus
    page.keyboard.press("Enter")
    assert "st-key-page" in page.evaluate("document.activeElement.className")


@pytest.mark.browser
def test_large_type_is_larger_stays_in_the_link_and_fits(page: Page, demo_site: str) -> None:
    page.goto(f"{demo_site}/overview")
    card = page.locator(".st-key-kpi-case_per_1000hh .ga-value b")
    card.wait_for(timeout=PATIENCE_MS)
    finished(page)
    small = card.bounding_box(timeout=PATIENCE_MS)
    page.click(".ga-type")
    expect(page.locator("html")).to_have_class(re.compile("ga-large"))
    expect(page.locator(".ga-type")).to_have_text("标准字", timeout=PATIENCE_MS)
    finished(page)
    large = card.bounding_box()
    assert small and large and large["height"] >= 1.2 * small["height"]
    assert "type=large" in page.url
    page.click(".ga-nav a:has-text('诉求热点')")
    expect(page).to_have_url(re.compile("/hotspots.*type=large"))
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{demo_site}/overview?type=large")
        expect(page.locator("html")).to_have_class(re.compile("ga-large"))
        card.wait_for(timeout=PATIENCE_MS)
        finished(page)
        still(page.query_selector("body"))  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.browser
def test_nothing_moves_for_who_asked_for_calm(page: Page, demo_site: str) -> None:
    page.goto(f"{demo_site}/overview")
    page.wait_for_selector(".ga-card", timeout=PATIENCE_MS)
    finished(page)
    longest = page.evaluate("Math.max(...[...document.querySelectorAll('*')].map(el => Math.max(...getComputedStyle(el).transitionDuration.split(',').map(parseFloat), ...getComputedStyle(el).animationDuration.split(',').map(parseFloat))))")
    assert longest < 0.05


@pytest.mark.browser
def test_the_map_is_worked_by_keyboard(page: Page, demo_site: str) -> None:
    page.goto(f"{demo_site}/overview?level=micro")
    frame = map_frame(page)
    painted(frame)
    finished(page)
    labels = frame.locator(".leaflet-control a[role=button], .leaflet-bar a").evaluate_all("links => links.map(link => link.getAttribute('aria-label') || link.title)")
    assert all(labels) and any("多边形" in label for label in labels)
    frame.focus(".atlas-draw-ring")
    page.keyboard.press("Space")
    expect(frame.locator(".atlas-draw-ring")).to_have_attribute("aria-pressed", "true")
    for key in ("Enter", "ArrowRight", "Enter", "ArrowDown", "Enter"):
        page.keyboard.press(key)
        frame.wait_for_function("!AtlasMap.map._panAnim || !AtlasMap.map._panAnim._inProgress")  # a corner is set where the map came to rest
    page.keyboard.press("f")
    expect(page.locator("[data-chip=area]")).to_be_visible(timeout=PATIENCE_MS)
