"""What a reader waits for, in real Chromium: first useful view, click to drilled map, change of indicator and of period."""

import shutil
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Frame, Page, sync_playwright

from tests.bench.machine import table
from tests.browsing import LAUNCH, aim, map_frame, painted
from tests.served import served

SIZE = {"width": 1440, "height": 900}
INDICATORS = ("solve_rate", "close_rate", "member_cover_rate", "case_per_1000hh")
PERIODS = ("近90天", "本年", "近30天")
Times = dict[str, list[float]]


def _painted_at(page: Page) -> float:
    """Seconds since the epoch at which the map's last tile was painted; told by the map itself, so that polling adds nothing."""
    frame = map_frame(page)
    painted(frame)
    return frame.evaluate("window.atlas.recoloured_at") / 1000


def _first_view(page: Page, address: str, times: Times, kind: str) -> None:
    """Seconds from the request to the cards and to the painted map; useful means both."""
    started = time.time()
    page.goto(f"{address}/overview", wait_until="commit")
    page.wait_for_selector(".st-key-kpi-case_per_1000hh .ga-card", timeout=30_000)
    cards = time.time() - started
    shown = _painted_at(page) - started
    for name, value in (("cards", cards), ("map", shown), ("useful", max(cards, shown))):
        times.setdefault(f"{kind}: {name}", []).append(value)


def _timed(frame: Frame, act: Callable[[], object]) -> float:
    """Milliseconds from just before `act` until the map shows its answer."""
    before = frame.evaluate("window.atlas.recoloured_at")
    started = time.time()
    act()
    frame.wait_for_function("before => window.atlas.ready && window.atlas.recoloured_at > before", arg=before, timeout=30_000)
    return frame.evaluate("window.atlas.recoloured_at") - started * 1000


def _settled(page: Page) -> None:
    """A reader looks before clicking again: wait until the last run's table and lists have arrived."""
    page.wait_for_timeout(700)


def _session(browser: Browser, address: str, times: Times) -> None:
    context = browser.new_context(viewport=SIZE)
    page = context.new_page()
    _first_view(page, address, times, "first view, empty browser cache")
    _settled(page)
    for step in ("street", "community", "compound"):
        _, x, y = aim(page)  # waits for a picture that stands still: not part of the answer
        times.setdefault(f"click on a {step}", []).append(_timed(map_frame(page), partial(page.mouse.click, x, y)))
        _settled(page)
    _first_view(page, address, times, "first view, files in the browser's cache")
    _settled(page)
    frame = map_frame(page)
    for indicator in INDICATORS:
        times.setdefault("indicator", []).append(_timed(frame, page.locator(f".st-key-kpi-{indicator} h3 a").click))
        _settled(page)
    for period in PERIODS:
        page.locator(".st-key-period-name input").click()
        page.keyboard.type(period)  # a click on an option that scrolls into view just then is taken for a scroll
        page.get_by_role("option", name=period, exact=True).wait_for()
        times.setdefault("period", []).append(_timed(frame, lambda: page.keyboard.press("Enter")))
        _settled(page)
    context.close()


def measure(warehouse: Path, runs: int = 5) -> None:
    """Medians and worst over `runs` new sessions after one that warms nothing but the browser; browser and server share the cores."""
    chromium = shutil.which("chromium")
    if not chromium:
        print("\nPages: no Chromium on this machine, not measured.")
        return
    with served(warehouse) as address, sync_playwright() as play:
        measure_at(play.chromium.launch(executable_path=chromium, args=LAUNCH), address, runs)


def measure_at(browser: Browser, address: str, runs: int) -> None:
    """The same at a server that is already running."""
    _session(browser, address, {})
    times: Times = {}
    for _ in range(runs):
        _session(browser, address, times)
    browser.close()
    rows = []
    for name, values in times.items():
        unit, digits = ("s", 2) if name.startswith("first view") else ("ms", 0)
        rows.append((name, f"{median(values):.{digits}f} {unit}", f"{max(values):.{digits}f} {unit}", len(values)))
    table("Pages in Chromium (1440×900, software drawing)", ("what", "median", "worst", "times"), rows)
