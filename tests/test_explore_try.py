"""An analyst's task on the real Boston file, done in a browser by what is written on the screen; every click is counted.

The neighbourhoods with the worst on-time rate for street lights in autumn, why, the evidence as a file, the briefing.
"""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from real_builds import RealBuild

from tests.browsing import PATIENCE_MS, map_frame, painted

pytestmark = pytest.mark.browser
FIRST, LAST = "2011-09-01", "2011-11-30"
MOST_CLICKS = 14


@pytest.fixture(scope="module")
def lights(boston: RealBuild) -> pd.DataFrame:
    """Street light cases filed in autumn that were to be closed by its end, straight from the table: name, is_late."""
    rows = boston.ask(
        "SELECT u.name, c.case_no, c.closed_at, c.limit_at FROM \"case\" c JOIN unit u USING (unit_no) WHERE c.raw_category LIKE 'Public Works Department/Street Lights/%' "
        f"AND c.counted_at >= '{FIRST}' AND c.counted_at < DATE '{LAST}' + 1"
    )
    end = pd.Timestamp(LAST) + pd.Timedelta(days=1)
    closed = rows["closed_at"] < end
    due = rows[closed | (rows["limit_at"] <= end)]
    return due.assign(is_late=~((due["closed_at"] < end) & (due["limit_at"].isna() | (due["closed_at"] <= due["limit_at"]))))


@pytest.fixture
def page(boston_site: str, browser: Browser) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    opened = context.new_page()
    opened.goto(f"{boston_site}/overview?lang=en")
    painted(map_frame(opened))
    return opened


class Hand:
    """A hand that clicks and types, and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def choose(self, label: str, option: str, is_short: bool = False) -> None:
        """Open a list by its label; a short one is clicked, in a long one what is wanted is typed and taken with Enter."""
        box = self.page.locator('[data-testid="stSelectbox"]', has=self.page.get_by_text(label, exact=True))
        self.click(box.locator("input").first)
        found = self.page.locator('[role="option"]', has_text=option).first
        if is_short:
            self.click(found)
            return
        self.page.keyboard.type(option)
        expect(found).to_be_visible()
        self.page.keyboard.press("Enter")


def test_street_lights_in_autumn(page: Page, lights: pd.DataFrame) -> None:
    hand = Hand(page)
    rates = lights.groupby("name")["is_late"].agg(["size", "sum"])
    rates = rates[(rates["size"] >= 30) & (rates.index != "Boston")].assign(rate=lambda table: 1 - table["sum"] / table["size"]).sort_values("rate")
    worst, late = rates.index[0], int(rates["sum"].iloc[0])

    # find: indicator, period, class — each by its label in the bar
    hand.choose("Indicator", "Closed on time")
    expect(page.locator(".ga-map-head")).to_contain_text("Closed on time")
    hand.choose("Period", "Autumn 2011")
    expect(page.locator(".ga-map-head")).to_contain_text(f"{FIRST} to {LAST}")
    painted(map_frame(page))
    hand.choose("Category", "Street Lights")
    expect(page.locator(".st-key-kpi-ontime_close_rate")).to_contain_text(f"{len(lights):,}")

    # the worst, and why
    hand.click(page.get_by_role("tab", name="Bands"))
    hand.click(page.get_by_text("Why? Take it apart →"))
    names = page.locator(".ga-farthest .ga-row-name")
    expect(names.first).to_have_text(worst)
    expect(names).to_have_text(rates.index[:8].tolist())
    hand.click(names.first)
    panel = page.locator(".st-key-panel-why-gap")
    expect(panel).to_contain_text(f"{rates['rate'].iloc[0] * 100:.1f}%")
    expect(panel).to_contain_text(f"{(1 - lights['is_late'].mean()) * 100:.1f}%")
    expect(panel).to_contain_text("Street Light Outages")

    # the evidence: every late case of the row that pulls most, as a file
    row = page.locator("table.ga-sort tbody tr", has=page.get_by_text("Street Light Outages", exact=False)).first
    expect(row).to_be_visible()
    hand.click(row.get_by_role("link", name="Cases"))
    heading = page.locator("h2[data-total]")
    expect(heading).to_be_visible()
    for _ in range(240):  # until the run of the click has drawn: the heading of the run before stays that long
        total = int(heading.get_attribute("data-total") or 0)
        if 0 < total <= late:
            break
        page.wait_for_timeout(250)
    assert 0 < total <= late
    with page.expect_download(timeout=PATIENCE_MS) as download:
        hand.click(page.locator(".st-key-export-cases-csv button").first)
    lines = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    numbers = {cell.strip("'") for line in lines for cell in line}
    outages = set(lights.loc[(lights["name"] == worst) & lights["is_late"], "case_no"])
    assert len(numbers & outages) == total

    # the briefing is one step away, for the same unit and filters
    hand.click(page.get_by_role("link", name="Briefing"))
    paper = page.locator(".st-key-briefing-paper")
    expect(paper).to_contain_text("September to November 2011", timeout=PATIENCE_MS)
    expect(paper).to_contain_text(worst)
    with page.expect_download(timeout=PATIENCE_MS) as word:
        hand.click(page.locator(".st-key-briefing-docx button"))
    assert Path(word.value.path()).stat().st_size > 10_000
    assert hand.clicks <= MOST_CLICKS, hand.clicks
