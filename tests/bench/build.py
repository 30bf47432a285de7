"""How long a build takes, step by step, and how fast case rows go through it."""

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from etl.demo import write_demo
from etl.load.build import build
from etl.load.progress import Progress
from etl.query.warehouse import current_id, read_manifest
from tests.bench.machine import memory_gib, table

MOVING = ("读取", "读取并清洗", "清洗", "落格")


def measure(scale: str) -> tuple[Path, Path]:
    """Write, build and time a demonstration city; returns (folder of inputs, warehouse)."""
    folder = Path(tempfile.mkdtemp(prefix="atlas-bench-"))
    started = time.perf_counter()
    sources = write_demo(folder / "in", scale)
    written = time.perf_counter() - started
    progress = Progress(quiet=True)
    started = time.perf_counter()
    result = build(sources, folder / "wh", progress=progress)
    total = time.perf_counter() - started
    ends = [at for _, at in progress.steps[1:]] + [started + total - time.perf_counter() + time.monotonic()]
    steps = [(name, end - at) for (name, at), end in zip(progress.steps, ends, strict=True)]
    table(f"Build, scale {scale}", ("step", "seconds"), [("write the input files", f"{written:.1f}"), *((n, f"{s:.1f}") for n, s in steps), ("build, total", f"{total:.1f}")])
    rows = sum(feed["rows_read"] for feed in result.manifest["feeds"].values())
    cases = result.manifest["feeds"]["case"]["rows_read"]
    moving = sum(seconds for name, seconds in steps if name.split()[0] in MOVING)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    table("Rows read, cleaned and placed", ("rows of all feeds", "cases", "seconds", "rows/s", "peak memory GiB"),
          [(f"{rows:,}", f"{cases:,}", f"{moving:.1f}", f"{rows / moving:,.0f}", f"{peak:.2f}")])
    return folder, folder / "wh"


def _moving(sources: Path, warehouse: Path) -> tuple[float, dict]:
    """Seconds of reading, cleaning and placing, and the manifest, of one build."""
    progress = Progress(quiet=True)
    manifest = build(sources, warehouse, progress=progress).manifest
    ends = [at for _, at in progress.steps[1:]]
    return sum(end - at for (name, at), end in zip(progress.steps[:-1], ends, strict=True) if name.split()[0] in MOVING), manifest


def _alone(sources: Path) -> Path:
    """Leave in `sources` what cases are placed in, and cases; beside it, `alone.toml` without the cases."""
    head, *blocks = sources.read_text(encoding="utf-8").split("[[source]]")
    kept = [block for block in blocks if any(f'feed = "{feed}"' in block for feed in ("unit", "compound", "building", "case"))]
    sources.write_text("[[source]]".join([head, *kept]), encoding="utf-8")
    alone = sources.with_name("alone.toml")
    alone.write_text("[[source]]".join([head, *(block for block in kept if 'feed = "case"' not in block)]), encoding="utf-8")
    return alone


def measure_published(cases: int, runs: int = 3) -> None:
    """Case rows of a city from CSV to published, every build a process of its own, as a steward starts it. Medians of `runs`, in turn:
    all of it from nothing; the units, compounds, buildings and map tiles alone, which tells how much of the time is theirs; and all of
    it again over the same boundaries, where the tiles are linked."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name:
        folder = Path(name)
        sources = write_demo(folder / "in", "city", cases=cases)
        alone, took = _alone(sources), []
        for run in range(runs):
            warehouse = folder / f"wh{run}"
            took.append((_process(sources, warehouse), _process(alone, folder / f"alone{run}"), _process(sources, warehouse, "--anew")))
            if run:
                shutil.rmtree(warehouse)
        feed = read_manifest(folder / "wh0", current_id(folder / "wh0") or "")["feeds"]["case"]
        rows, (whole, without, again) = feed["rows_read"], [statistics.median(run[at][0] for run in took) for at in range(3)]
        rates = (whole, f"{rows / (whole - without):,.0f}"), (without, ""), (again, f"{rows / again:,.0f}")
        names = "from nothing (rows/s: less the next line)", "units, registers, tiles alone", "again, boundaries as before (rows/s: all of it)"
        table(f"{rows:,} case rows of a city in {feed['files']} files, from CSV to published", ("build", "seconds, each run", "median", "case rows/s", "peak memory GiB"), [
            (title, ", ".join(f"{run[at][0]:.1f}" for run in took), f"{rates[at][0]:.1f}", rates[at][1], f"{max(run[at][1] for run in took):.2f}") for at, title in enumerate(names)])


def _process(sources: Path, warehouse: Path, *options: str) -> tuple[float, float]:
    """Seconds and peak memory in GiB, of it and all it starts, of one `etl build`."""
    started, peak = time.perf_counter(), 0.0
    child = subprocess.Popen([sys.executable, "-m", "etl", "build", str(sources), "--warehouse", str(warehouse), *options], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while child.poll() is None:
        peak = max(peak, memory_gib(child.pid))
        time.sleep(0.2)
    if child.returncode:
        raise SystemExit(f"etl build {sources}: {child.returncode}")
    return time.perf_counter() - started, peak


def measure_cases(cases: int, runs: int = 3) -> None:
    """Case rows: read, cleaned with every check, placed. The units, compounds and buildings they are placed in are read, cleaned and
    placed too; a build of those alone tells how much of the time is theirs. Medians of `runs`, in turn."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name:
        folder = Path(name)
        sources = write_demo(folder / "in", "district", cases=cases)
        alone = _alone(sources)
        took = []
        for run in range(runs):
            seconds, manifest = _moving(sources, folder / f"wh{run}")
            took.append((seconds, _moving(alone, folder / f"alone{run}")[0]))
        whole, without = (statistics.median(both[at] for both in took) for at in (0, 1))
        rows, files = manifest["feeds"]["case"]["rows_read"], manifest["feeds"]["case"]["files"]
        table("Case rows read, cleaned and placed", ("cases", "files", "seconds", "of which units and registers", "case rows/s", "counting those too"),
              [(f"{rows:,}", files, f"{whole:.2f}", f"{without:.2f}", f"{rows / (whole - without):,.0f}", f"{rows / whole:,.0f}")])
