"""Ours beside plain `folium.GeoJson` in `st_folium`, same polygons, same machine: first picture, recolouring, bytes. Each with a limit."""

import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import shapely
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import TimeoutError as TooLong

from etl.geo.tiles import write_tiles
from tests.bench.machine import table
from tests.browsing import LAUNCH
from tests.served import free_port

HERE = Path(__file__).resolve().parent
SIZE = {"width": 1440, "height": 900}
# plain folium says nothing when it is done: its polygons must stand in the picture and two frames pass
DRAWN = "n => document.querySelectorAll('path.leaflet-interactive').length >= n"
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.timeOrigin + performance.now()))))"


def checkerboard(polygons: int) -> gpd.GeoDataFrame:
    """A city of so many twelve-cornered micro-grids side by side, as rows of units."""
    side = int(polygons**0.5) + 1
    step, rows = 0.5 / side, []
    for n in range(polygons):
        x, y = 104 + n % side * step, 30.4 + n // side * step
        ring = [(x + step * t, y) for t in (0, 1 / 3, 2 / 3)] + [(x + step, y + step * t) for t in (0, 1 / 3, 2 / 3)]
        ring += [(x + step * t, y + step) for t in (1, 2 / 3, 1 / 3)] + [(x, y + step * t) for t in (1, 2 / 3, 1 / 3)]
        rows.append([n + 2, n + 2, 1, 5, "micro", f"微网格{n}", x + step / 2, y + step / 2, (step * 1e5) ** 2, shapely.Polygon(ring)])
    box = shapely.box(104, 30.4, 104.5, 30.9)
    city = [1, polygons + 1, 0, 0, "city", "市", 104.25, 30.65, 0.5 * 0.5 * 1e10, box]
    columns = ["unit_no", "last_no", "parent_no", "rank", "level", "name", "lon", "lat", "area_m2", "geometry"]
    return gpd.GeoDataFrame([city, *rows], columns=columns, crs="EPSG:4490")


@contextlib.contextmanager
def running(*command: str) -> Iterator[None]:
    """A server process at the port that ends the command, until the block ends."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                urllib.request.urlopen(f"http://127.0.0.1:{command[-1]}", timeout=1).close()
                break
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(15)


def empty_map_seconds() -> tuple[float, float]:
    """From the request to an empty st_folium map, with an empty browser cache and with the files in it; the least of three each."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name:
        units, port = Path(name) / "units.parquet", free_port()
        checkerboard(4).to_parquet(units)
        with running(str(HERE / "folium_page.py"), str(units), str(port)), sync_playwright() as play:
            browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=LAUNCH)
            found: list[list[float]] = []
            for _ in range(4):  # the first finds a server that has not drawn yet
                page = browser.new_context(viewport=SIZE).new_page()
                found.append([_empty_map(page, port), _empty_map(page, port)])
                page.context.close()
            browser.close()
    return min(first for first, _ in found[1:]), min(second for _, second in found[1:])


def _empty_map(page: Page, port: int) -> float:
    started = time.time()
    page.goto(f"http://127.0.0.1:{port}/?n=0", wait_until="commit")
    frame = _frame(page, 60)
    frame.wait_for_selector(".leaflet-map-pane", state="attached", timeout=60_000)
    return float(frame.evaluate(TWO_FRAMES)) / 1000 - started


def measure(sizes: tuple[int, ...], limit_s: int) -> None:
    """One line per number of polygons and way."""
    chromium = shutil.which("chromium")
    if not chromium:
        print("\nMap: no Chromium on this machine, not measured.")
        return
    rows = []
    for polygons in sizes:
        with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name, sync_playwright() as play:
            units, tiles = Path(name) / "units.parquet", Path(name) / "tiles"
            frame = checkerboard(polygons)
            frame.to_parquet(units)
            write_tiles(frame, tiles)
            browser = play.chromium.launch(executable_path=chromium, args=LAUNCH)
            for way, run in (("ours", _ours), ("folium.GeoJson", _plain)):
                rows.append((f"{polygons:,}", way, *run(browser, units, tiles, polygons, limit_s)))
                print(f"  {rows[-1]}", file=sys.stderr, flush=True)
            browser.close()
    table("Map: ours beside plain folium.GeoJson in st_folium", ("polygons", "way", "first picture", "recolour", "sent for a recolour"), rows)


def _ours(browser: Browser, units: Path, tiles: Path, polygons: int, limit_s: int) -> tuple[str, str, str]:
    port = free_port()
    with running(str(HERE.parent / "map_harness.py"), str(units), str(tiles), str(port)):
        page, bytes_in = _page(browser, f"http://127.0.0.1:{port}/?level=micro&h=560")
        ready = "window.atlas && window.atlas.ready"
        frame = page[0].wait_for_selector("iframe", state="attached", timeout=limit_s * 1000).content_frame()  # type: ignore[union-attr]
        assert frame is not None
        frame.wait_for_url("**/component/**")
        frame.wait_for_function(ready, timeout=limit_s * 1000)
        first = frame.evaluate("window.atlas.recoloured_at") / 1000 - page[1]
        page[0].wait_for_timeout(1500)
        before, had = frame.evaluate("window.atlas.recoloured_at"), sum(bytes_in)
        page[0].get_by_role("slider").first.focus()
        started = time.time()
        page[0].keyboard.press("ArrowRight")
        frame.wait_for_function(f"{ready} && window.atlas.recoloured_at > {before}", timeout=limit_s * 1000)
        recolour = frame.evaluate("window.atlas.recoloured_at") / 1000 - started
        sent = sum(bytes_in) - had
        page[0].context.close()
    return f"{first:.2f} s", f"{recolour:.2f} s", f"{sent / 1e6:.2f} MB"


def _plain(browser: Browser, units: Path, tiles: Path, polygons: int, limit_s: int) -> tuple[str, str, str]:
    port = free_port()
    told = []
    with running(str(HERE / "folium_page.py"), str(units), str(port)):
        page, bytes_in = _page(browser, f"http://127.0.0.1:{port}/?n={polygons}&seed=1")
        try:
            for seed in (1, 2):
                started, had = (page[1], 0) if seed == 1 else (time.time(), sum(bytes_in))
                if seed == 2:
                    page[0].evaluate("to => { history.pushState(null, '', to); window.dispatchEvent(new PopStateEvent('popstate', { state: null })); }", f"/?n={polygons}&seed=2")
                frame = _frame(page[0], limit_s)
                while _is_first(frame):  # the old map stands until the new one takes its place
                    page[0].wait_for_timeout(20)
                    frame = _frame(page[0], limit_s)
                    if time.time() - started > limit_s:
                        raise TooLong("the map was not replaced")
                frame.wait_for_function(DRAWN, arg=polygons, timeout=limit_s * 1000)
                told.append((frame.evaluate(TWO_FRAMES) / 1000 - started, sum(bytes_in) - had))
                frame.evaluate("window.first = true")
        except TooLong:
            told += [(None, 0)] * (2 - len(told))
        page[0].context.close()
    first, recolour = (f"over {limit_s} s" if seconds is None else f"{seconds:.2f} s" for seconds, _ in told)
    return first, recolour, f"{told[1][1] / 1e6:.2f} MB" if told[1][0] is not None else "—"


def _page(browser: Browser, address: str) -> tuple[tuple[Page, float], list[int]]:
    page, bytes_in = browser.new_context(viewport=SIZE).new_page(), []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: bytes_in.append(len(data))))
    started = time.time()
    page.goto(address, wait_until="commit")
    return (page, started), bytes_in


def _is_first(frame) -> bool:
    try:
        return bool(frame.evaluate("window.first === true"))
    except BrowserError:  # taken away while asked
        return True


def _frame(page: Page, limit_s: int):
    """The map's frame, however often it is replaced while we look."""
    until = time.time() + limit_s
    while time.time() < until:
        handle = page.wait_for_selector("iframe", state="attached", timeout=limit_s * 1000)
        frame = handle.content_frame() if handle else None
        if frame is not None and "/component/" in frame.url and not frame.is_detached():
            with contextlib.suppress(BrowserError):  # replaced meanwhile
                frame.wait_for_selector("#root", state="attached", timeout=2000)
                return frame
        page.wait_for_timeout(20)
    raise TooLong("no map")
