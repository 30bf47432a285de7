"""Would monthly marts pay (月度汇总表)? Cases by unit and month (and class) beside the rows themselves, on a build's own data.

`python -m tests.bench marts --warehouse FOLDER`. See docs/decisions/004-no-monthly-marts.md.
"""

import tempfile
import time
from pathlib import Path

import duckdb

from etl.query.warehouse import current_id
from tests.bench.machine import table

FILED = "voided_at IS NULL AND status IS DISTINCT FROM 'void' AND repeat_of IS NULL"
MARTS = {"unit, month": "unit_no, month", "unit, month, class": "unit_no, month, code4", "unit, month, class, source, status": "unit_no, month, code4, source, status"}


def measure(warehouse: Path) -> None:
    """Rows, seconds to write, bytes, and a year's totals by unit from each."""
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as name:
        path = Path(name) / "marts.duckdb"
        con = duckdb.connect(str(path), config={"threads": "2"})
        con.execute("SET enable_progress_bar = false")
        con.execute(f"ATTACH '{warehouse / str(current_id(warehouse)) / 'warehouse.duckdb'}' AS w (READ_ONLY)")
        total, first = con.execute('SELECT count(*), date_trunc(\'month\', max(counted_at)) - INTERVAL 11 MONTH FROM w."case"').fetchone() or (0, None)
        by_rows = _least(con, f'SELECT unit_no, count(*) FROM w."case" WHERE counted_at >= ? AND {FILED} GROUP BY 1', [first])
        rows = [("the cases themselves", f"{total:,}", "—", "—", f"{by_rows:.0f}")]
        for at, (words, columns) in enumerate(MARTS.items()):
            size, started = path.stat().st_size, time.perf_counter()
            con.execute(f"""CREATE TABLE mart_{at} AS SELECT {columns}, count(*)::INTEGER AS n FROM (SELECT *, date_trunc('month', counted_at)::DATE AS month
                FROM w."case" WHERE {FILED}) GROUP BY ALL ORDER BY month, unit_no""")
            con.execute("CHECKPOINT")
            seconds = time.perf_counter() - started
            n = (con.execute(f"SELECT count(*) FROM mart_{at}").fetchone() or (0,))[0]
            took = _least(con, f"SELECT unit_no, sum(n) FROM mart_{at} WHERE month >= ? GROUP BY 1", [first])
            rows.append((words, f"{n:,}", f"{seconds:.1f}", f"{(path.stat().st_size - size) / 1e6:.0f}", f"{took:.0f}"))
        con.close()
    table("Monthly marts: merged cases of a year by unit", ("from", "rows", "seconds to write", "MB", "query, least CPU ms"), rows)


def _least(con: duckdb.DuckDBPyConnection, sql: str, params: list[object], runs: int = 7) -> float:
    found = []
    for _ in range(runs):
        spent = time.process_time()
        con.execute(sql, params).fetchnumpy()
        found.append((time.process_time() - spent) * 1000)
    return min(found)
