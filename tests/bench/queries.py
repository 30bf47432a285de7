"""Page queries: our figures beside raw DuckDB and pandas, cold, on the same build."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from etl.query.figures import figures, forget_vectors
from etl.query.reader import Reader
from etl.query.scope import default_scope
from etl.query.units import units
from etl.query.warehouse import open_build
from tests.bench.machine import table

RAW = """SELECT u.unit_no, count(c.unit_no) FILTER (WHERE c.repeat_of IS NULL) FROM unit u LEFT JOIN "case" c ON c.unit_no BETWEEN u.unit_no AND u.last_no
    AND c.counted_at >= ? AND c.counted_at < ? AND c.status <> 'void' WHERE u.level = ? GROUP BY 1"""


def _times(work: Callable[[], object], runs: int = 5) -> tuple[float, float]:
    found = []
    for _ in range(runs + 1):
        forget_vectors()
        started = time.perf_counter()
        work()
        found.append((time.perf_counter() - started) * 1000)
    return median(found[1:]), max(found[1:])


def measure(warehouse: Path) -> None:
    """Cases per 1,000 households at three levels."""
    build = open_build(warehouse)
    reader, scope = Reader("admin", 1, len(units(build))), default_scope(build)
    rows = []
    for level in ("street", "community", "micro"):
        ours = _times(lambda level=level: figures(build, reader, "case_per_1000hh", scope, level))
        raw = _times(lambda level=level: build.rows(RAW, [scope.date_from, scope.date_to, level]))

        def plain(level: str = level) -> object:
            cases = build.cursor().execute('SELECT unit_no, counted_at, status, repeat_of FROM "case"').df()
            cases = cases[(cases.counted_at >= str(scope.date_from)) & (cases.status != "void") & cases.repeat_of.isna()]
            frame = build.cursor().execute("SELECT unit_no, last_no FROM unit WHERE level = ?", [level]).df()
            numbers = cases.unit_no.sort_values().to_numpy()
            return numbers.searchsorted(frame.last_no, "right") - numbers.searchsorted(frame.unit_no, "left")

        pandas = _times(plain, 3)
        rows.append((level, *(f"{a:.0f} / {b:.0f}" for a, b in (ours, raw, pandas))))
    table("Cases per 1,000 households, cold (median / worst of 5, ms)", ("level", "ours (all levels at once)", "raw DuckDB range join", "pandas"), rows)
