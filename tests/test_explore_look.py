"""The page 分析 in a real browser: on a phone no name of the scatter plot lies over another, on a large screen the map fills its frame."""

from itertools import combinations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import finished, map_frame, painted, still

pytestmark = pytest.mark.browser
NAMES = ".st-key-panel-scatter .textpoint text"
BOXES = """() => [...document.querySelectorAll('.st-key-panel-scatter .textpoint text')].filter(name => getComputedStyle(name).visibility !== 'hidden')
  .map(name => { const b = name.getBoundingClientRect(); return [name.textContent, b.left, b.top, b.right, b.bottom]; })"""


def opened(browser: Browser, site: str, width: int, height: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(f"{site}/explore?level=community")
    painted(map_frame(page))
    finished(page)
    return page


def test_names_of_the_scatter_plot_keep_apart_on_a_phone(browser: Browser, demo_site: str) -> None:
    page = opened(browser, demo_site, 390, 844)
    expect(page.locator(f"{NAMES}[dx]").first).to_be_attached()  # placed
    boxes = page.evaluate(BOXES)
    every = page.locator(NAMES).count()
    page.close()
    assert len(boxes) > every / 2 > 1
    for a, b in combinations(boxes, 2):
        assert a[1] >= b[3] or b[1] >= a[3] or a[2] >= b[4] or b[2] >= a[4], (a, b)


def test_the_map_fills_its_frame_on_a_large_screen(browser: Browser, demo_site: str) -> None:
    page = opened(browser, demo_site, 1920, 1080)
    frame = page.locator(".st-key-stage-explore .st-key-map-main iframe").element_handle()
    around = page.locator(".st-key-stage-explore .st-key-map-main").bounding_box()
    assert frame is not None and around is not None
    inside = still(frame)
    page.close()
    assert abs(inside["height"] - around["height"]) <= 2, (inside, around)
