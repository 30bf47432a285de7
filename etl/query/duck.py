"""The one place that opens DuckDB. A test forbids `duckdb.connect` anywhere else."""

from pathlib import Path
from typing import Any

import duckdb

# `read_only` alone is no sandbox: without these a query can still read files, copy out, or change the settings.
HARDENED = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "lock_configuration": "true",
}

# while building, the city's files are read and the work may spill to disk
_WRITING = {name: value for name, value in HARDENED.items() if name not in ("enable_external_access", "lock_configuration")}


def open_sealed(path: Path, memory: str = "1000MB", threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A published database, read-only and locked. Take `.cursor()` per call: one connection is not safe across threads."""
    return duckdb.connect(str(path), read_only=True, config={**HARDENED, "memory_limit": memory, "threads": str(threads)})


def open_build(path: Path, memory: str = "4GB", threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A database under construction. File access is on, because the build reads the city's files; nothing else is."""
    return duckdb.connect(str(path), config={**_WRITING, "memory_limit": memory, "threads": str(threads), "temp_directory": str(path.parent / "spill")})


def open_staging(spill: Path, memory: str = "4GB", threads: int = 2) -> duckdb.DuckDBPyConnection:
    """The workbench of a build: in memory, so that a killed build leaves no rows behind; what does not fit goes to the folder `spill`."""
    con = duckdb.connect(":memory:", config={**_WRITING, "memory_limit": memory, "threads": str(threads), "temp_directory": str(spill)})
    con.execute("SET preserve_insertion_order = true")
    # A database in memory is never written down, yet each checkpoint would compress its tables: a tenth of the time of a million cases.
    con.execute("SET checkpoint_threshold = '1TB'")
    return con


def one(con: duckdb.DuckDBPyConnection, sql: str, params: list[Any] | None = None) -> tuple[Any, ...]:
    """The first row of a query that always has one (counts and the like)."""
    row = con.execute(sql, params).fetchone()
    if row is None:
        raise LookupError(f"no row: {sql[:80]}")
    return row
