"""Driving real Chromium: finding it, waiting for a painted map, clicking a unit."""

import os
import shutil

import pytest
from playwright.sync_api import Frame, Page

LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
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


def map_frame(page: Page) -> Frame:
    """The map's own frame."""
    handle = page.wait_for_selector(".st-key-map-main iframe", timeout=30_000)
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    frame.wait_for_url("**/component/**")  # until then it is an empty page under the policy of the one around it
    return frame


def painted(frame: Frame) -> None:
    """Wait until the last visible tile is painted and names are there."""
    frame.wait_for_function("window.atlas && window.atlas.ready && AtlasMap.tree", timeout=30_000)


def drill_click(page: Page) -> dict:
    """Click the unit nearest the middle of the map; returns its number and name."""
    frame = map_frame(page)
    target = frame.evaluate(_BIGGEST)
    assert target, "no unit of the drawn level is in view"
    box = page.query_selector(".st-key-map-main iframe").bounding_box()  # type: ignore[union-attr]
    page.mouse.click(box["x"] + target["x"], box["y"] + target["y"])  # type: ignore[index]
    return target
