"""Reading a small file in a test, without a sources.toml."""

from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from etl.sources.config import Source
from etl.sources.read import RawFile, read_file


def a_source(feed: str = "case", **given: Any) -> Source:
    """A source with everything at its default but what is given."""
    default: dict[str, Any] = {
        "index": 1, "feed": feed, "path": "x", "url": "", "query": "", "encoding": "auto", "sheet": "", "header": True, "crs": "",
        "columns": {}, "values": {}, "constant": {},
    }  # fmt: skip
    return Source(**(default | given))


def read(con: DuckDBPyConnection, path: Path, feed: str = "case", **given: Any) -> tuple[RawFile, list[tuple]]:
    """The raw file and its rows as (_row, c0, c1, …)."""
    raw = read_file(con, a_source(feed, **given), path, path.name, "raw")
    rows = con.execute("SELECT * EXCLUDE (_geom) FROM raw ORDER BY _row").fetchall()
    assert len(rows) == raw.rows
    return raw, rows
