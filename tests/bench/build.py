"""How long a build takes, step by step, and how fast case rows go through it."""

import resource
import statistics
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


def _moving(sources: Path, warehouse: Path) -> tuple[float, dict]:
    """Seconds of reading, cleaning and placing, and the manifest, of one build."""
    progress = Progress(quiet=True)
    manifest = build(sources, warehouse, progress=progress).manifest
    ends = [at for _, at in progress.steps[1:]]
    return sum(end - at for (name, at), end in zip(progress.steps[:-1], ends, strict=True) if name.split()[0] in ("读取", "清洗", "落格")), manifest


def measure_cases(cases: int, runs: int = 3) -> None:
    """Case rows: read, cleaned with every check, placed. The units, compounds and buildings they are placed in are read, cleaned and
    placed too; a build of those alone tells how much of the time is theirs. Medians of `runs`, in turn."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name:
        folder = Path(name)
        sources = write_demo(folder / "in", "district", cases=cases)
        alone = folder / "in" / "alone.toml"
        head, *blocks = sources.read_text(encoding="utf-8").split("[[source]]")
        kept = [block for block in blocks if any(f'feed = "{feed}"' in block for feed in ("unit", "compound", "building", "case"))]
        sources.write_text("[[source]]".join([head, *kept]), encoding="utf-8")
        alone.write_text("[[source]]".join([head, *(block for block in kept if 'feed = "case"' not in block)]), encoding="utf-8")
        took = []
        for run in range(runs):
            seconds, manifest = _moving(sources, folder / f"wh{run}")
            took.append((seconds, _moving(alone, folder / f"alone{run}")[0]))
        whole, without = (statistics.median(both[at] for both in took) for at in (0, 1))
        rows, files = manifest["feeds"]["case"]["rows_read"], manifest["feeds"]["case"]["files"]
        table("Case rows read, cleaned and placed", ("cases", "files", "seconds", "of which units and registers", "case rows/s", "counting those too"),
              [(f"{rows:,}", files, f"{whole:.2f}", f"{without:.2f}", f"{rows / (whole - without):,.0f}", f"{rows / whole:,.0f}")])
