"""What a reader waits for, in real Chromium: first useful view, click to drilled map, change of indicator."""

import shutil
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Frame, Page, sync_playwright

from tests.bench.machine import table
from tests.browsing import LAUNCH, drill_click, map_frame, painted
from tests.served import served


def _first_view(page: Page, address: str) -> tuple[float, float]:
    """(seconds to the cards, seconds to the painted map) of /overview, new session."""
    started = time.perf_counter()
    page.goto(f"{address}/overview")
    page.wait_for_selector(".st-key-kpi-case_per_1000hh", timeout=30_000)
    cards = time.perf_counter() - started
    painted(map_frame(page))
    return cards, time.perf_counter() - started


def _until_recoloured(frame: Frame, before: float, started: float) -> float:
    frame.wait_for_function("before => window.atlas && window.atlas.ready && window.atlas.recoloured_at > before", arg=before, timeout=30_000)
    return (time.perf_counter() - started) * 1000


def measure(warehouse: Path, runs: int = 6) -> None:
    """Medians and worst of several sessions; the browser shares the cores with the server."""
    chromium = shutil.which("chromium")
    if not chromium:
        print("\nPages: no Chromium on this machine, not measured.")
        return
    with served(warehouse) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=LAUNCH)
        views, clicks = [], []
        for _ in range(runs):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            views.append(_first_view(page, address))
            frame = map_frame(page)
            before = frame.evaluate("window.atlas.recoloured_at")
            drill_click(page)
            clicks.append(_until_recoloured(frame, before, time.perf_counter()))
            context.close()
        browser.close()
    rows = [
        ("overview: cards shown, s", *(f"{f([v[0] for v in views[1:]]):.2f}" for f in (median, max))),
        ("overview: map painted, s", *(f"{f([v[1] for v in views[1:]]):.2f}" for f in (median, max))),
        ("click → drilled map painted, ms", *(f"{f(clicks[1:]):.0f}" for f in (median, max))),
    ]
    table("Pages in Chromium (1440×900, software drawing)", ("what", "median", "worst"), rows)
