"""How each grows with the number of cases: build, page queries, memory. `python -m tests.bench growth [--full]`."""

import resource
import tempfile
import time
from pathlib import Path
from statistics import median

from dashboard.view.page_sets import OVERVIEW_CARDS
from etl.demo import write_demo
from etl.load.build import build as build_city
from etl.load.progress import Progress
from etl.model.indicators import BY_ID
from etl.query.reader import Reader
from etl.query.scope import default_scope
from etl.query.units import units
from etl.query.vectors import forget_vectors, vector_of, vectors_ahead
from etl.query.warehouse import open_build
from tests.bench.machine import table


def measure(sizes: tuple[int, ...]) -> None:
    """One line per number of cases; from a million on the city's 120,000 micro-grids, below the district's 2,400."""
    rows = [_one(cases) for cases in sizes]
    table("Growth with the number of cases", ("cases", "units", "build, s", "map's figures, ms", "the eight cards, ms", "warehouse, MB", "this process at most, GiB"), rows)


def _one(cases: int) -> tuple:
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name:
        folder = Path(name)
        sources = write_demo(folder / "in", "city" if cases > 1_000_000 else "district", cases=cases)
        started = time.perf_counter()
        build_city(sources, folder / "wh", progress=Progress(quiet=True))
        built = time.perf_counter() - started
        build = open_build(folder / "wh", verify=False)
        reader, scope = Reader("admin", 1, len(units(build))), default_scope(build)
        asks = [(BY_ID[name], scope) for name in OVERVIEW_CARDS]
        alone, together = [], []
        for _ in range(5):
            forget_vectors()
            started = time.perf_counter()
            vector_of(build, reader, *asks[0])
            alone.append((time.perf_counter() - started) * 1000)
            forget_vectors()
            started = time.perf_counter()
            vectors_ahead(build, reader, asks)
            for ask in asks:
                vector_of(build, reader, *ask)
            together.append((time.perf_counter() - started) * 1000)
        size = sum(path.stat().st_size for path in build.folder.rglob("*") if path.is_file()) / 1e6
        count, n = build.rows('SELECT count(*) FROM "case"')[0][0], len(units(build))
        build.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return f"{count:,}", f"{n:,}", f"{built:.0f}", f"{median(alone):.0f}", f"{median(together):.0f}", f"{size:.0f}", f"{peak:.2f}"
