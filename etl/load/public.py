"""`public.duckdb` (公众库): what a public screen may read. Until the public rules come, city totals only.

Counts of people and cases under 10 are shown alike, others rounded to 5 (the 10-5 rule); grids are exact.
"""

from pathlib import Path

import duckdb

from etl.model.levels import LEVELS
from etl.query.duck import one, open_build
from etl.query.schema import create_public_sql


def shown_count(n: int) -> str:
    """A public count: "<10" below ten, else rounded to the nearest five."""
    return "<10" if n < 10 else str(5 * ((n + 2) // 5))


def write_public(path: Path, con: duckdb.DuckDBPyConnection, meta: dict[str, str]) -> None:
    """Write city totals read from the attached warehouse `w` into a database of their own."""
    rows = []
    for level in LEVELS[1:]:
        n = one(con, "SELECT count(*) FROM w.unit WHERE level = ?", [level.id])[0]
        rows.append((f"{level.id}_n", f"{level.name.zh}数", f"Number of {level.plural.en}", str(n)))
    cases, closed = one(con, "SELECT count(*), count(*) FILTER (WHERE status = 'closed') FROM w.\"case\" WHERE status IS DISTINCT FROM 'void'")
    if one(con, "SELECT count(*) FROM w.meta_feed WHERE feed = 'case'")[0]:
        rows += [("case_n", "受理诉求", "Cases received", shown_count(cases)), ("closed_n", "办结诉求", "Cases closed", shown_count(closed))]
    with open_build(path) as public:
        public.execute(create_public_sql())
        public.executemany("INSERT INTO total VALUES (?, ?, ?, ?)", rows)
        public.executemany("INSERT INTO meta VALUES (?, ?)", [(key, meta[key]) for key in ("build_id", "built_at", "data_date", "city_name", "is_demo")])
