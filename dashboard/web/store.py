"""What people write down themselves (视图、备注、交办): saved views, notes, follow-ups, in one SQLite file of the state folder.

Several server processes may write at once: WAL, short transactions that begin by taking the lock, a connection per call. The rows
name units by code, because codes outlive builds; who may see which unit is the caller's question, asked of the build served now.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock

from dashboard.web.state_folder import state_folder
from etl.model.errors import CallError

FILE = "views.sqlite"
WAIT_S = 30.0  # for another process's transaction
LONGEST_NAME, LONGEST_TEXT, LONGEST_QUERY = 80, 2000, 2000
EVERY_ROLE = "*"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS view (id TEXT PRIMARY KEY, owner TEXT NOT NULL, owner_name TEXT NOT NULL, name TEXT NOT NULL, page TEXT NOT NULL,
    query TEXT NOT NULL, share_role TEXT NOT NULL DEFAULT '', share_unit TEXT NOT NULL DEFAULT '', changed_at TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS view_name ON view (owner, name);
CREATE TABLE IF NOT EXISTS note (id TEXT PRIMARY KEY, author TEXT NOT NULL, author_name TEXT NOT NULL, written_at TEXT NOT NULL, unit_code TEXT NOT NULL,
    page TEXT NOT NULL, query TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS note_unit ON note (unit_code, written_at);
CREATE TABLE IF NOT EXISTS follow_up (id TEXT PRIMARY KEY, unit_code TEXT NOT NULL, text TEXT NOT NULL, office TEXT NOT NULL, due_on TEXT NOT NULL,
    page TEXT NOT NULL, query TEXT NOT NULL, author TEXT NOT NULL, author_name TEXT NOT NULL, written_at TEXT NOT NULL,
    done_at TEXT NOT NULL DEFAULT '', done_by TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS follow_up_unit ON follow_up (unit_code, done_at, due_on);
PRAGMA user_version = 1;
"""
Row = TypeVar("Row", "SavedView", "Note", "FollowUp")


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view under a name. `query` is its address without the page; `share_role` "" = personal, a role, or "*" for every role;
    `share_unit`: shared with readers whose area touches that unit ("" = wherever they are)."""

    id: str
    owner: str
    owner_name: str
    name: str
    page: str
    query: str
    share_role: str
    share_unit: str
    changed_at: str

    @property
    def is_shared(self) -> bool:
        return bool(self.share_role)


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a unit and on the view it was written at."""

    id: str
    author: str
    author_name: str
    written_at: str
    unit_code: str
    page: str
    query: str
    text: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something to be done (交办): where, what, by which office, until when; `done_at` "" while it is open."""

    id: str
    unit_code: str
    text: str
    office: str
    due_on: str
    page: str
    query: str
    author: str
    author_name: str
    written_at: str
    done_at: str
    done_by: str

    def is_overdue(self, today: date) -> bool:
        return not self.done_at and date.fromisoformat(self.due_on) < today


class Store:
    """The file of one warehouse. Every call opens, works and closes, so that processes and threads do not meet in it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        with FileLock(folder / ".views.lock", timeout=WAIT_S), self._open() as con:  # turning to WAL does not wait for others by itself
            con.execute("PRAGMA journal_mode = WAL")
            if con.execute("PRAGMA user_version").fetchone()[0] == 0:
                con.executescript(_SCHEMA)
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
        names = ", ".join(field.name for field in fields(kind))
        with self._open() as con:
            return [kind(*row) for row in con.execute(f"SELECT {names} FROM {sql}", params).fetchall()]

    # ---- views

    def views_of(self, account: str) -> list[SavedView]:
        """An account's own views, the newest first."""
        return self._rows(SavedView, "view WHERE owner = ? ORDER BY changed_at DESC, id", (account,))

    def shared_views(self, account: str, role: str) -> list[SavedView]:
        """Views others share with a role; whether their area concerns the reader is for the caller to ask."""
        return self._rows(SavedView, "view WHERE owner <> ? AND share_role IN (?, '*') ORDER BY name, id", (account, role))

    def save_view(self, account: str, account_name: str, name: str, page: str, query: str) -> SavedView:
        """Keep a view under a name; the account's own view of that name is replaced, its sharing stays. CallError on a name too long or empty."""
        name = _checked(name, LONGEST_NAME, "名称", "name")
        if len(query) > LONGEST_QUERY:
            raise CallError("这个视图的条件太多，无法保存", "this view has too many conditions to be saved")
        with self._writing() as con:
            con.execute(
                "INSERT INTO view (id, owner, owner_name, name, page, query, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (owner, name) DO UPDATE SET page = excluded.page, query = excluded.query, owner_name = excluded.owner_name, changed_at = excluded.changed_at",
                (secrets.token_urlsafe(9), account, account_name, name, page, query, _now()),
            )
        return self._rows(SavedView, "view WHERE owner = ? AND name = ?", (account, name))[0]

    def rename_view(self, account: str, view_id: str, name: str) -> None:
        """CallError when the account has no such view, or another of that name."""
        name = _checked(name, LONGEST_NAME, "名称", "name")
        try:
            self._change("view SET name = ?, changed_at = ? WHERE id = ? AND owner = ?", (name, _now(), view_id, account))
        except sqlite3.IntegrityError:
            raise CallError(f"您已有名为“{name}”的视图", f"you already have a view called “{name}”") from None

    def share_view(self, account: str, view_id: str, role: str, unit_code: str) -> None:
        """Share an own view with a role ("*" every role, "" nobody) and a unit's readers ("" wherever)."""
        self._change("view SET share_role = ?, share_unit = ?, changed_at = ? WHERE id = ? AND owner = ?", (role, unit_code if role else "", _now(), view_id, account))

    def delete_view(self, account: str, view_id: str) -> None:
        with self._writing() as con:
            if con.execute("DELETE FROM view WHERE id = ? AND owner = ?", (view_id, account)).rowcount != 1:
                raise _absent()

    # ---- notes

    def notes(self) -> list[Note]:
        """All notes, the newest first; the caller leaves out units outside the reader's area."""
        return self._rows(Note, "note ORDER BY written_at DESC, id")

    def add_note(self, account: str, account_name: str, unit_code: str, page: str, query: str, text: str) -> None:
        text = _checked(text, LONGEST_TEXT, "备注", "note")
        with self._writing() as con:
            con.execute("INSERT INTO note VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (secrets.token_urlsafe(9), account, account_name, _now(), unit_code, page, query[:LONGEST_QUERY], text))

    def delete_note(self, account: str, note_id: str) -> None:
        """Only its author takes a note back."""
        with self._writing() as con:
            if con.execute("DELETE FROM note WHERE id = ? AND author = ?", (note_id, account)).rowcount != 1:
                raise _absent()

    # ---- follow-ups

    def follow_ups(self) -> list[FollowUp]:
        """All follow-ups, open ones by due date first; the caller leaves out units outside the reader's area."""
        return self._rows(FollowUp, "follow_up ORDER BY done_at <> '', due_on, written_at, id")

    def add_follow_up(self, account: str, account_name: str, unit_code: str, text: str, office: str, due_on: date, page: str, query: str) -> None:
        text, office = _checked(text, LONGEST_TEXT, "交办事项", "task"), _checked(office, LONGEST_NAME, "承办单位", "office")
        row = (secrets.token_urlsafe(9), unit_code, text, office, due_on.isoformat(), page, query[:LONGEST_QUERY], account, account_name, _now())
        with self._writing() as con:
            con.execute(f"INSERT INTO follow_up VALUES ({', '.join('?' * len(row))}, '', '')", row)

    def tick(self, account: str, follow_up_id: str, is_done: bool) -> None:
        """Mark as done, or as open again."""
        self._change("follow_up SET done_at = ?, done_by = ? WHERE id = ?", (_now() if is_done else "", account if is_done else "", follow_up_id))

    def _change(self, sql: str, params: tuple[Any, ...]) -> None:
        with self._writing() as con:
            if con.execute(f"UPDATE {sql}", params).rowcount != 1:
                raise _absent()


def _checked(text: str, longest: int, zh: str, en: str) -> str:
    """The text in one piece, without control characters."""
    clean = "".join(char for char in text.strip() if char.isprintable() or char == "\n")
    if not clean or len(clean) > longest:
        raise CallError(f"{zh}应为 1–{longest} 个字", f"a {en} has 1 to {longest} characters")
    return clean


def _absent() -> CallError:
    return CallError("没有这条记录，或它属于别人", "there is no such record, or it is somebody else's")


def _now() -> str:
    return datetime.now(UTC).astimezone().replace(tzinfo=None).isoformat(timespec="seconds")


def store() -> Store:
    """The store of the warehouse served."""
    return _store_in(state_folder())


@cache
def _store_in(folder: Path) -> Store:
    return Store(folder)
