"""How long a build takes, step by step, and how fast case rows go through it."""

import resource
import tempfile
import time
from pathlib import Path

from etl.demo import write_demo
from etl.load.build import build
from etl.load.progress import Progress
from tests.bench.machine import table


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
    moving = sum(seconds for name, seconds in steps if name.split()[0] in ("读取", "清洗", "落格"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    table("Rows read, cleaned and placed", ("rows of all feeds", "cases", "seconds", "rows/s", "peak memory GiB"),
          [(f"{rows:,}", f"{cases:,}", f"{moving:.1f}", f"{rows / moving:,.0f}", f"{peak:.2f}")])
    return folder, folder / "wh"


def measure_cases(cases: int) -> None:
    """Case rows alone (with the units and compounds they are placed in): read, cleaned with every check, placed."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name:
        folder = Path(name)
        sources = write_demo(folder / "in", "district", cases=cases)
        head, *blocks = sources.read_text(encoding="utf-8").split("[[source]]")
        kept = [block for block in blocks if any(f'feed = "{feed}"' in block for feed in ("unit", "compound", "building", "case"))]
        sources.write_text("[[source]]".join([head, *kept]), encoding="utf-8")
        progress = Progress(quiet=True)
        result = build(sources, folder / "wh", progress=progress)
        ends = [at for _, at in progress.steps[1:]]
        moving = sum(end - at for (name, at), end in zip(progress.steps[:-1], ends, strict=True) if name.split()[0] in ("读取", "清洗", "落格"))
        rows = result.manifest["feeds"]["case"]["rows_read"]
        table("Case rows read, cleaned and placed", ("cases", "files", "seconds", "rows/s"),
              [(f"{rows:,}", result.manifest["feeds"]["case"]["files"], f"{moving:.1f}", f"{rows / moving:,.0f}")])
