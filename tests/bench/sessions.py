"""Many readers at once (多人同时使用): real Streamlit sessions over the socket and two real browsers beside them.

`python -m tests.bench sessions [--warehouse FOLDER] [--sessions 50] [--minutes 2]`; `--full`: 30 minutes.
"""

import asyncio
import json
import multiprocessing
import random
import resource
import shutil
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from queue import Empty
from urllib.parse import urlencode

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from etl.model.taxonomy import CATEGORIES
from etl.query.units import units
from etl.query.warehouse import open_build
from tests.bench.machine import table
from tests.browsing import LAUNCH, map_frame, painted
from tests.served import served

PAGES = ("overview", "overview", "overview", "hotspots", "response", "grids", "coverage", "funds")
THINK_S = (5.0, 25.0)  # a reader looks before clicking again: 50 of them make 3.3 changes a second
WARM_SHARE = 0.25  # of the time: caches fill, memory is not judged yet
LONGEST_S = 60.0


@dataclass
class Seen:
    """What happened: seconds by kind of step, errors in words, memory by second."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    later: dict[str, list[float]] = field(default_factory=dict)  # of them those that ended after the first quarter of the time
    warm_at: float = 0.0
    errors: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)

    def add(self, kind: str, value: float) -> None:
        self.seconds.setdefault(kind, []).append(value)
        if time.monotonic() >= self.warm_at:
            self.later.setdefault(kind, []).append(value)


@dataclass(frozen=True)
class City:
    """What readers may choose: codes of districts and streets, classes, the data date."""

    codes: tuple[str, ...]
    classes: tuple[str, ...]
    last: date


def city_of(warehouse: Path) -> City:
    build = open_build(warehouse, verify=False)
    frame = units(build)
    codes = tuple(str(code) for code, rank in zip(frame.code, frame.level, strict=True) if rank in (1, 2))
    build.close()
    return City(codes, tuple(dict.fromkeys(category.code2 for category in CATEGORIES)), build.data_date)


class Reader:
    """One session: opens a page, then changes filters, period, unit and page at random, waiting for each answer."""

    def __init__(self, address: str, city: City, seed: int) -> None:
        self.address, self.city, self.dice = address, city, random.Random(seed)
        self.page, self.query = "overview", {}

    def step(self) -> str:
        """Changes the view; returns the kind of change."""
        kind = self.dice.choices(("filter", "period", "unit", "page"), (4, 2, 3, 2))[0]
        if kind == "filter":
            self.query["category"] = self.dice.choice(self.city.classes)
        elif kind == "period":
            days = self.dice.choice((6, 29, 89, 0))
            self.query = {name: value for name, value in self.query.items() if name not in ("from", "to")}
            if days:
                self.query |= {"from": (self.city.last - timedelta(days=days)).isoformat(), "to": self.city.last.isoformat()}
        elif kind == "unit":
            self.query["unit"] = self.dice.choice(self.city.codes)
        else:
            self.page = self.dice.choice(PAGES)
        return kind

    async def ask(self, socket: ClientConnection, seen: Seen, kind: str) -> None:
        """Sends the view as a browser does and reads until the page is whole."""
        message = BackMsg()
        message.rerun_script.query_string = urlencode({**self.query, "v": "1"})
        message.rerun_script.page_name = self.page
        started = time.perf_counter()
        await socket.send(message.SerializeToString())
        shown = None
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(await asyncio.wait_for(socket.recv(), LONGEST_S))
            what = answer.WhichOneof("type")
            if what == "delta":
                element = answer.delta.new_element
                if element.WhichOneof("type") == "component_instance" and shown is None:
                    shown = time.perf_counter() - started
                elif element.WhichOneof("type") == "exception" or (element.WhichOneof("type") == "html" and "ga-error" in element.html.body):
                    seen.errors[f"{self.page}: {element.exception.type or 'error sentence'}"] += 1
            elif what == "script_finished" and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                break
        if shown is not None:
            seen.add(f"{kind}: map sent", shown)
        seen.add(f"{kind}: page whole", time.perf_counter() - started)

    async def read(self, seen: Seen, until: float) -> None:
        host = self.address.removeprefix("http://")
        try:
            async with connect(f"ws://{host}/_stcore/stream", origin=self.address, subprotocols=["streamlit"], max_size=None) as socket:
                await self.ask(socket, seen, "open")
                while time.monotonic() < until:
                    await asyncio.sleep(self.dice.uniform(*THINK_S))
                    await self.ask(socket, seen, self.step())
        except (OSError, TimeoutError, ConnectionError) as error:
            seen.errors[f"session: {type(error).__name__} {error}"[:120]] += 1


def browse(address: str, city: City, seed: int, until: float, found: multiprocessing.Queue) -> None:
    """A real Chromium that changes the class filter and waits for the last tile; puts (kind, seconds) or ("error", words)."""
    dice = random.Random(seed)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=LAUNCH)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.on("pageerror", lambda error: found.put(("error", f"browser: {error}"[:120])))
        try:
            page.goto(f"{address}/overview?level=micro&v=1")
            frame = map_frame(page)
            painted(frame)
            last = ""
            while time.monotonic() < until:
                time.sleep(dice.uniform(*THINK_S))
                before, started = frame.evaluate("window.atlas.recoloured_at"), time.time()
                last = dice.choice([one for one in city.classes if one != last])  # the same again would change nothing
                query = f"/overview?category={last}&level=micro&v=1"
                page.evaluate("to => { history.pushState(null, '', to); window.dispatchEvent(new PopStateEvent('popstate', { state: null })); }", query)
                if page.url.endswith(query):
                    frame.wait_for_function("before => window.atlas.ready && window.atlas.recoloured_at > before", arg=before, timeout=LONGEST_S * 1000)
                    found.put(("browser: filter to last tile", frame.evaluate("window.atlas.recoloured_at") / 1000 - started))
        except BrowserError as error:
            found.put(("error", f"browser: {error}"[:120]))
        browser.close()


def pid_of(address: str) -> int:
    """The server's process, by the port in its command."""
    port = address.rsplit(":", 1)[1]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"dashboard" in words and port.encode() in words:
            return int(folder.name)
    raise LookupError(address)


def memory_mb(pid: int) -> float:
    return next(int(line.split()[1]) / 1024 for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))


async def _watch(pid: int, seen: Seen, until: float, started: float) -> None:
    while time.monotonic() < until:
        seen.memory.append((time.monotonic() - started, memory_mb(pid)))
        await asyncio.sleep(2)


async def _all(address: str, city: City, sessions: int, seen: Seen, until: float) -> None:
    started, pid = time.monotonic(), pid_of(address)
    tasks = [asyncio.create_task(_watch(pid, seen, until, started))]
    for seed in range(sessions):
        tasks.append(asyncio.create_task(Reader(address, city, seed).read(seen, until)))
        await asyncio.sleep(0.25)  # nobody's colleagues open their browsers in one instant
    await asyncio.gather(*tasks)


def measure(warehouse: Path, sessions: int = 50, minutes: float = 2.0, browsers: int = 2) -> Seen:
    """Prints times, errors and memory; one server, all sessions and the browsers on this machine."""
    city, seen = city_of(warehouse), Seen()
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    with served(warehouse) as address:
        time.sleep(50)  # warmed as a server in use is
        until = time.monotonic() + minutes * 60
        seen.warm_at = until - minutes * 60 * (1 - WARM_SHARE)
        context = multiprocessing.get_context("spawn")
        found = context.Queue()
        others = [context.Process(target=browse, args=(address, city, 900 + n, until, found)) for n in range(browsers if shutil.which("chromium") else 0)]
        for one in others:
            one.start()
        asyncio.run(_all(address, city, sessions, seen, until))
        for one in others:
            one.join(LONGEST_S)
            if one.is_alive():
                one.kill()
        while True:
            try:
                kind, value = found.get(timeout=0.5)
            except Empty:
                break
            if kind == "error":
                seen.errors[value] += 1
            else:
                seen.add(kind, value)
        with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
            assert json.load(answer)["status"] == "ok"
    _report(seen, sessions, len(others), minutes)
    return seen


def _report(seen: Seen, sessions: int, browsers: int, minutes: float) -> None:
    rows = [(kind, len(values), f"{_at(values, 0.5):.2f} s", f"{_at(values, 0.95):.2f} s", f"{max(values):.2f} s", *_shown(seen.later.get(kind, [])))
            for kind, values in sorted(seen.seconds.items())]
    head = ("step", "times", "median", "95%", "worst", "median after the first quarter", "95%")
    table(f"{sessions} sessions and {browsers} browsers for {minutes:g} minutes", head, rows)
    print(f"\nErrors: {sum(seen.errors.values())} {dict(seen.errors) or ''}")
    if seen.memory:
        end = seen.memory[-1][0]
        settled = [(at, mb) for at, mb in seen.memory if at > end * WARM_SHARE] or seen.memory
        slope = _slope(settled)
        print(f"Server memory: {seen.memory[0][1]:.0f} MB at the start, {max(mb for _, mb in seen.memory):.0f} MB at most, {slope * 60:+.1f} MB a minute after the first quarter")


def _shown(values: list[float]) -> tuple[str, str]:
    return (f"{_at(values, 0.5):.2f} s", f"{_at(values, 0.95):.2f} s") if values else ("", "")


def _at(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def _slope(points: list[tuple[float, float]]) -> float:
    """MB per second by least squares."""
    n = len(points)
    mean_at, mean_mb = sum(at for at, _ in points) / n, sum(mb for _, mb in points) / n
    spread = sum((at - mean_at) ** 2 for at, _ in points)
    return sum((at - mean_at) * (mb - mean_mb) for at, mb in points) / spread if spread else 0.0
