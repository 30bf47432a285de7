"""The public page inside the internal one: the address around the frame follows what is shown, so that Back and a copied link hold."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browsing import PATIENCE_MS

pytestmark = pytest.mark.browser
FRAME = ".st-key-public-content iframe"


def shows(page: Page, address: str, tab: str) -> None:
    """The outer address and the tab in the frame agree."""
    expect(page).to_have_url(address, timeout=PATIENCE_MS)
    expect(page.frame_locator(FRAME).locator(".gp-tabs [aria-current]")).to_have_text(tab, timeout=PATIENCE_MS)


def test_tabs_in_the_frame_change_the_address_around_it(browser: Browser, demo_site: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{demo_site}/public")
    frame = page.frame_locator(FRAME)
    shows(page, f"{demo_site}/public", "总览")
    frame.locator(".gp-tabs a").nth(2).click()
    shows(page, f"{demo_site}/public?tab=funds", "资金项目")
    tall = page.evaluate(f"[document.querySelector('{FRAME}').contentDocument.documentElement.scrollHeight, document.querySelector('{FRAME}').offsetHeight]")
    assert tall[0] <= tall[1] + 2, "the frame is as tall as what it shows: one scroll bar, not two"
    frame.locator(".gp-tabs a").nth(3).click()
    shows(page, f"{demo_site}/public?tab=premises", "阵地地图")
    frame.locator(".gp-choose summary").click()
    frame.locator(".gp-choose a").first.click()
    expect(frame.locator(".gp-place nav a")).not_to_have_count(1, timeout=PATIENCE_MS)
    page.wait_for_url("**/public?*place=*", timeout=PATIENCE_MS)
    linked, place = page.url, frame.locator(".gp-place [aria-current]").inner_text()
    page.go_back()
    shows(page, f"{demo_site}/public?tab=premises", "阵地地图")
    page.go_back()
    shows(page, f"{demo_site}/public?tab=funds", "资金项目")
    other = browser.new_page()
    other.goto(linked)
    expect(other.frame_locator(FRAME).locator(".gp-place [aria-current]")).to_have_text(place, timeout=PATIENCE_MS)
    shows(other, linked, "阵地地图")
    assert errors == []
    page.close()
    other.close()
