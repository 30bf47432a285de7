"""Driving real Chromium: finding it, waiting for a painted map, clicking a unit."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, ElementHandle, Frame, Page, expect

LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
PATIENCE_MS = 60_000  # of every wait for a state: a loaded machine is slow, not wrong
expect.set_options(timeout=PATIENCE_MS)
# the largest unit of the drawn level near the middle: its number and where it is in the frame
_BIGGEST = """() => {
  const t = AtlasMap.tree, v = AtlasMap.view, size = AtlasMap.map.getSize(); let best = null;
  for (const n of t.ofRank(v.rank)) {
    if (n < v.range[0] || n > v.range[1] || t.lon[n] == null) continue;
    const p = AtlasMap.map.latLngToContainerPoint([t.lat[n], t.lon[n]]);
    if (p.x < 40 || p.y < 40 || p.x > size.x - 80 || p.y > size.y - 60) continue;
    const away = Math.hypot(p.x - size.x / 2, p.y - size.y / 2);
    if (!best || away < best.away) best = { n, x: p.x, y: p.y, away, name: t.name[n] };
  }
  return best; }"""


def find_chromium() -> str:
    """The installed Chromium; skips loudly without one, fails under REQUIRE_BROWSER=1."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        said = "no Chromium found: pages were NOT tested in a browser"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(said)
        pytest.skip(said)
    return found


@contextmanager
def window(browser: Browser) -> Iterator[Page]:
    """A window of its own, as a reader has. No script may have failed in it at the end."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


def asked(page: Page) -> dict[str, str]:
    """What the address asks for."""
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def map_frame(page: Page) -> Frame:
    """The map's own frame."""
    handle = page.wait_for_selector(".st-key-map-main iframe", timeout=PATIENCE_MS)
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_url("**/component/**", timeout=PATIENCE_MS)  # until then it is an empty page under the policy of the one around it
    return frame


def painted(frame: Frame) -> None:
    """Wait until the last visible tile is painted and names are there."""
    frame.wait_for_function("window.atlas && window.atlas.ready && AtlasMap.tree", timeout=PATIENCE_MS)


# Two pictures in a row with everything where it was: what loads above pushes the rest down as long as the page settles.
_STILL = """async (element) => {
  const place = () => { const b = element.getBoundingClientRect(); return [b.x, b.y, b.width, b.height].join(); };
  for (let same = 0, last = place(); same < 6;) {
    await new Promise((next) => requestAnimationFrame(next));
    const now = place(); same = now === last ? same + 1 : 0; last = now;
  } }"""


def finished(page: Page) -> None:
    """Wait until no run of the page is going on and its charts are drawn: what stands there is its last word."""
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for(timeout=PATIENCE_MS)
    expect(page.locator('[data-testid="stSkeleton"]:visible, [data-testid="stPlotlyChart"]:visible:not(:has(.main-svg))')).to_have_count(0)


def still(element: ElementHandle) -> dict[str, float]:
    """Where an element is, once it stays there."""
    element.evaluate(_STILL)
    box = element.bounding_box()
    assert box is not None
    return dict(box)


def aim(page: Page) -> tuple[dict, float, float]:
    """The unit nearest the middle of the map, and where on the page to click it, once the picture stands still."""
    frame = map_frame(page)
    painted(frame)
    still(frame.frame_element())
    painted(frame)  # its size may have changed meanwhile
    target = frame.evaluate(_BIGGEST)
    assert target, "no unit of the drawn level is in view"
    box = still(frame.frame_element())
    return target, box["x"] + target["x"], box["y"] + target["y"]


def drill_click(page: Page) -> dict:
    """Click the unit nearest the middle of the map; returns its number and name."""
    target, x, y = aim(page)
    page.mouse.click(x, y)
    return target
