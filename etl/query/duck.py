"""The one place that opens DuckDB. A test forbids `duckdb.connect` anywhere else."""

from pathlib import Path

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


def open_sealed(path: Path, memory: str = "1500MB", threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A published database, read-only and locked. Take `.cursor()` per call: one connection is not safe across threads."""
    return duckdb.connect(str(path), read_only=True, config={**HARDENED, "memory_limit": memory, "threads": str(threads)})


def open_build(path: Path, memory: str = "4GB", threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A database under construction. File access is on, because the build reads the city's files; nothing else is."""
    config = {name: value for name, value in HARDENED.items() if name not in ("enable_external_access", "lock_configuration")}
    spill = str(path.parent / "spill")
    return duckdb.connect(str(path), config={**config, "memory_limit": memory, "threads": str(threads), "temp_directory": spill})
