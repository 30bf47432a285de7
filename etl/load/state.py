"""What one run of the build holds in its hands (导入过程的状态)."""

from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from etl.load.findings import FindingLog
from etl.load.progress import Progress
from etl.load.tiles import Tiles
from etl.model.rules import Rules
from etl.model.tables import TABLES
from etl.sources.config import Config, Source, files_of, name_of

# rows of these are placed through others, so the others come first
_FIRST = ("compound", "building", "case", "contract")


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read."""

    file_no: int
    source: Source
    path: Path
    name: str


@dataclass
class State:
    """The configuration, the workbench and what has been read so far. `side` is a second connection to the workbench, for work in the background."""

    config: Config
    rules: Rules
    con: duckdb.DuckDBPyConnection
    side: duckdb.DuckDBPyConnection
    log: FindingLog
    progress: Progress
    files: dict[int, str] = field(default_factory=dict)
    crs: dict[int, str] = field(default_factory=dict)
    feed_files: dict[str, list[str]] = field(default_factory=dict)
    tiles: Tiles | None = None
    background: list[Future] = field(default_factory=list)

    def close(self) -> None:
        """Give up what is held outside Python. A connection in use cannot be closed: what runs in the background comes to its end first."""
        wait(self.background)
        self.con.close()
        if self.tiles:
            self.tiles.stop()

    @property
    def feeds(self) -> list[str]:
        """Feeds that were read, units first, then those that others are placed through."""
        named = set(self.feed_files)
        rest = [table.name for table in TABLES if table.name not in ("unit", *_FIRST)]
        return [feed for feed in ("unit", *_FIRST, *rest) if feed in named]


def jobs_of(config: Config) -> list[Job]:
    """Every file of every source, in the order of sources.toml and of the names."""
    found = ((source, path) for source in config.sources for path in files_of(config, source))
    return [Job(no, source, path, name_of(config, source, path)) for no, (source, path) in enumerate(found, start=1)]


def create_file_table(con: duckdb.DuckDBPyConnection) -> None:
    """`file`: the files by number; findings name their file through it."""
    con.execute("CREATE TABLE file (file_no INTEGER, feed VARCHAR, name VARCHAR, rows_read BIGINT, encoding VARCHAR, crs VARCHAR)")
