"""The map of a whole city's micro-grids with real queries behind it: `python -m tests.bench city --warehouse FOLDER`.

Every filter change asks for figures nobody asked for before; the map itself tells when its last tile was painted.
"""

import itertools
import shutil
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from playwright.sync_api import Frame, Page, sync_playwright

from etl.query.warehouse import open_build
from tests.bench.folium_map import empty_map_seconds
from tests.bench.machine import table
from tests.bench.sessions import city_of
from tests.browsing import LAUNCH, aim, map_frame, painted
from tests.served import served

SIZE = {"width": 1440, "height": 900}
GO = "to => { history.pushState(null, '', to); window.dispatchEvent(new PopStateEvent('popstate', { state: null })); }"
PLAY = """() => new Promise((done) => { const n = AtlasMonths.current.labels.length, began = performance.now(); let at = 0;
  const turn = () => { if (at === n) { done({ n, ms: performance.now() - began }); return; } AtlasMonths.go(at++); requestAnimationFrame(turn); }; requestAnimationFrame(turn); })"""


def measure(warehouse: Path, changes: int = 20) -> None:
    """First picture beside an empty st_folium map, filter changes, clicks, months, memory, at one and two device pixels per pixel."""
    chromium = shutil.which("chromium")
    if not chromium:
        print("\nCity map: no Chromium on this machine, not measured.")
        return
    build = open_build(warehouse, verify=False)
    last, cases = build.data_date, build.rows('SELECT count(*) FROM "case"')[0][0]
    build.close()
    classes = city_of(warehouse).classes
    asked = [f"category={code}&from={last - timedelta(days=364 - 7 * week)}&to={last}" for week, code in itertools.product(range(1, 12), classes)]
    for scale in (1, 2):
        with served(warehouse) as address, sync_playwright() as play:
            time.sleep(50)  # warmed as a server in use is
            browser = play.chromium.launch(executable_path=chromium, args=LAUNCH)
            rows = _session(browser.new_page(viewport=SIZE, device_scale_factor=scale), address, asked[:changes])
            browser.close()
        table(f"Map of all micro-grids, {cases:,} cases, device pixel ratio {scale}", ("what", "median", "95%", "worst", "times"), rows)
    fresh, filled = empty_map_seconds()
    print(f"\nAn empty st_folium map on this machine: {fresh:.2f} s to the picture with an empty browser cache, {filled:.2f} s with the files in it")


def _session(page: Page, address: str, asked: list[str]) -> list[tuple]:
    found: dict[str, list[float]] = {}
    for kind in ("first picture, empty browser cache", "first picture, files in the browser's cache"):
        started = time.time()
        page.goto(f"{address}/overview?level=micro&v=1", wait_until="commit")
        frame = map_frame(page)
        painted(frame)
        found.setdefault(f"{kind} (s)", []).append(frame.evaluate("window.atlas.recoloured_at") / 1000 - started)
        page.wait_for_timeout(3000)
    frame.evaluate("window.mounted_once = true")
    for query in asked:
        took = _timed(page, frame, lambda query=query: page.evaluate(GO, f"/overview?{query}&level=micro&v=1"))
        found.setdefault("filter change → last tile (ms)", []).append(took)
        found.setdefault("  of it in the browser (ms)", []).append(frame.evaluate("window.atlas.recolour_ms"))
        page.wait_for_timeout(2500)
    found["renderer heap, used (MB)"] = [frame.evaluate("performance.memory.usedJSHeapSize") / 1e6]
    frame.locator(".atlas-months-offer").click()
    frame.wait_for_function("AtlasMonths.current", timeout=60_000)
    frame.evaluate("AtlasMonths.pause()")
    for _ in range(3):
        played = frame.evaluate(PLAY)
        found.setdefault("months (frames a second)", []).append(played["n"] / played["ms"] * 1000)
    frame.get_by_role("button", name="结束播放").click()
    page.wait_for_timeout(2000)
    assert frame.evaluate("window.mounted_once"), "the map was mounted anew"
    page.evaluate(GO, "/overview?v=1")
    page.wait_for_timeout(4000)
    for _ in range(2):
        before = page.locator(".ga-unit h2").first.inner_text()
        _, x, y = aim(page)  # waits for a picture that stands still: not part of the answer
        started = time.perf_counter()
        page.mouse.click(x, y)
        page.locator(".ga-unit h2").filter(has_not_text=before).first.wait_for(timeout=30_000)
        found.setdefault("click → unit profile (ms)", []).append((time.perf_counter() - started) * 1000)
        page.wait_for_timeout(2500)
    return [(name, *(f"{value:.2f}" if "(s)" in name else f"{value:.0f}" for value in (median(values), _at(values, 0.95), max(values))), len(values)) for name, values in found.items()]


def _timed(page: Page, frame: Frame, act) -> float:
    before, started = frame.evaluate("window.atlas.recoloured_at"), time.time()
    act()
    frame.wait_for_function("before => window.atlas.ready && window.atlas.recoloured_at > before", arg=before, timeout=60_000)
    return frame.evaluate("window.atlas.recoloured_at") - started * 1000


def _at(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
