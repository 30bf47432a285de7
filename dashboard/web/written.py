"""The file of what people write down (记录文件): one SQLite file of the state folder, its tables, transactions and checks.

Several server processes may write at once: WAL, short transactions that begin by taking the lock, a connection per call.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock

from etl.model.errors import CallError

FILE = "views.sqlite"
WAIT_S = 30.0  # for another process's transaction
LONGEST_NAME, LONGEST_TEXT, LONGEST_QUERY = 80, 2000, 2000
BATCH = 200  # rows read from the file at once
_SCHEMA = """
CREATE TABLE IF NOT EXISTS view (id TEXT PRIMARY KEY, owner TEXT NOT NULL, owner_name TEXT NOT NULL, name TEXT NOT NULL, page TEXT NOT NULL,
    query TEXT NOT NULL, share_role TEXT NOT NULL DEFAULT '', share_unit TEXT NOT NULL DEFAULT '', changed_at TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS view_name ON view (owner, name);
CREATE TABLE IF NOT EXISTS note (id TEXT PRIMARY KEY, author TEXT NOT NULL, author_name TEXT NOT NULL, written_at TEXT NOT NULL, unit_code TEXT NOT NULL,
    page TEXT NOT NULL, query TEXT NOT NULL, text TEXT NOT NULL, about TEXT NOT NULL DEFAULT 'unit');
CREATE INDEX IF NOT EXISTS note_unit ON note (unit_code, written_at);
CREATE INDEX IF NOT EXISTS note_view ON note (page, query) WHERE about = 'view';
CREATE TABLE IF NOT EXISTS follow_up (id TEXT PRIMARY KEY, unit_code TEXT NOT NULL, text TEXT NOT NULL, office TEXT NOT NULL, due_on TEXT NOT NULL,
    page TEXT NOT NULL, query TEXT NOT NULL, author TEXT NOT NULL, author_name TEXT NOT NULL, written_at TEXT NOT NULL,
    done_at TEXT NOT NULL DEFAULT '', done_by TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS follow_up_unit ON follow_up (unit_code, done_at, due_on);
PRAGMA user_version = 2;
"""
# files of an earlier version become this one's
_NEWER = {1: "ALTER TABLE note ADD COLUMN about TEXT NOT NULL DEFAULT 'unit'; CREATE INDEX IF NOT EXISTS note_view ON note (page, query) WHERE about = 'view'; PRAGMA user_version = 2;"}
Row = TypeVar("Row")


class Written:
    """Every call opens, works and closes, so that processes and threads do not meet in the file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        with FileLock(folder / ".views.lock", timeout=WAIT_S), self._open() as con:  # turning to WAL does not wait for others by itself
            con.execute("PRAGMA journal_mode = WAL")
            version = con.execute("PRAGMA user_version").fetchone()[0]
            con.executescript(_SCHEMA if version == 0 else _NEWER.get(version, ""))
        self.path.chmod(0o600)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        con = sqlite3.connect(self.path, timeout=WAIT_S, isolation_level=None)
        try:
            con.execute("PRAGMA synchronous = FULL")
            yield con
        finally:
            con.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._open() as con:
            con.execute("BEGIN IMMEDIATE")
            try:
                yield con
                con.execute("COMMIT")
            finally:
                if con.in_transaction:  # something went wrong on the way
                    con.execute("ROLLBACK")

    def _rows(self, kind: type[Row], sql: str, params: tuple[Any, ...] = ()) -> list[Row]:
        return self._some(kind, sql, params, lambda row: True, 0, None)

    def _some(self, kind: type[Row], sql: str, params: tuple[Any, ...], is_wanted: Callable[[Row], bool], skip: int, limit: int | None) -> list[Row]:
        """The wanted rows from one place on, read in batches: however many there are, no more than these are kept."""
        names = ", ".join(field.name for field in fields(kind))  # type: ignore[arg-type]
        with self._open() as con:
            cursor = con.execute(f"SELECT {names} FROM {sql}", params)
            cursor.arraysize = BATCH
            found = (one for batch in iter(cursor.fetchmany, []) for row in batch if is_wanted(one := kind(*row)))
            return list(islice(found, skip, None if limit is None else skip + limit))

    def _change(self, sql: str, params: tuple[Any, ...]) -> None:
        with self._writing() as con:
            if con.execute(f"UPDATE {sql}", params).rowcount != 1:
                raise absent()


def checked(text: str, longest: int, zh: str, en: str) -> str:
    """The text in one piece, without control characters."""
    clean = "".join(char for char in text.strip() if char.isprintable() or char == "\n")
    if not clean or len(clean) > longest:
        raise CallError(f"{zh}应为 1–{longest} 个字", f"a {en} has 1 to {longest} characters")
    return clean


def absent() -> CallError:
    return CallError("没有这条记录，或它属于别人", "there is no such record, or it is somebody else's")


def now() -> str:
    return datetime.now(UTC).astimezone().replace(tzinfo=None).isoformat(timespec="seconds")
