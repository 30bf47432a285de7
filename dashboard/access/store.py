"""The list of signed-in sessions and of wrong guesses (会话与失败次数), in `<warehouse>.state/access.sqlite`: it outlives restarts.

A session's id never lies on the disk, only its SHA-256: whoever copies the file cannot take a session over.
"""

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from dashboard.web.settings import atlas
from dashboard.web.state_folder import state_folder

SEEN_EVERY_S = 60.0  # how exactly idleness is known
KEPT_DAYS = 2.0
MOST_GUESSED = 20_000  # names guessed at that are remembered
_TABLES = """
CREATE TABLE IF NOT EXISTS session (
    key TEXT PRIMARY KEY, sign_in TEXT NOT NULL, account TEXT NOT NULL, name TEXT NOT NULL, groups TEXT NOT NULL, stamp TEXT NOT NULL,
    since REAL NOT NULL, seen REAL NOT NULL, ended REAL);
CREATE TABLE IF NOT EXISTS guess (key TEXT PRIMARY KEY, wrong INTEGER NOT NULL, last REAL NOT NULL, locked_until REAL NOT NULL);
CREATE INDEX IF NOT EXISTS guess_last ON guess (last);
"""


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser. `key` is the SHA-256 of its id; `groups` as the provider named them; `stamp` marks the password it began with."""

    key: str
    sign_in: str
    account: str
    name: str
    groups: tuple[str, ...]
    stamp: str
    since: float
    seen: float


class AccessStore:
    """The file of one warehouse. Safe to call from many threads, and from several processes."""

    def __init__(self, file: Path) -> None:
        self._con = sqlite3.connect(file, check_same_thread=False, timeout=5, isolation_level=None)
        self._lock = threading.Lock()
        file.chmod(0o600)
        self._con.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {_TABLES}")

    @contextmanager
    def _db(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._con

    def begin(self, sign_in: str, account: str, name: str, groups: tuple[str, ...], stamp: str) -> str:
        """Open a session; returns its id, which only the browser keeps."""
        session_id, now = secrets.token_hex(32), time.time()
        row = (key_of(session_id), sign_in, account, name, json.dumps(groups, ensure_ascii=False), stamp, now, now)
        with self._db() as db:
            db.execute("DELETE FROM session WHERE since < ?", (now - KEPT_DAYS * 86400,))
            db.execute("INSERT INTO session (key, sign_in, account, name, groups, stamp, since, seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        return session_id

    def find(self, session_id: str, is_used: bool = True) -> Session | None:
        """The session of an id while it lasts: not ended, not too old, not idle too long. `is_used` counts as a sign of life."""
        key, now, rules = key_of(session_id), time.time(), atlas().server
        with self._db() as db:
            row = db.execute("SELECT sign_in, account, name, groups, stamp, since, seen FROM session WHERE key = ? AND ended IS NULL", (key,)).fetchone()
            if row is None or not row[5] <= now + 60 or now - row[5] > rules.session_hours * 3600 or now - row[6] > rules.idle_minutes * 60:
                return None
            if is_used and now - row[6] > SEEN_EVERY_S:
                db.execute("UPDATE session SET seen = ? WHERE key = ?", (now, key))
        return Session(key, row[0], row[1], row[2], tuple(json.loads(row[3])), row[4], row[5], row[6])

    def end(self, key: str) -> None:
        """End one session, now and for good."""
        with self._db() as db:
            db.execute("UPDATE session SET ended = ? WHERE key = ? AND ended IS NULL", (time.time(), key))

    def open_count(self, account: str) -> int:
        """How many sessions of an account are open."""
        with self._db() as db:
            return int(db.execute("SELECT count(*) FROM session WHERE account = ? AND ended IS NULL", (account,)).fetchone()[0])

    def is_locked(self, *keys: str) -> bool:
        """Whether any of these (account, address) must wait."""
        now = time.time()
        with self._db() as db:
            found = db.execute(f"SELECT max(locked_until) FROM guess WHERE key IN ({', '.join('?' * len(keys))})", [key_of(key) for key in keys]).fetchone()
        return (found[0] or 0) > now

    def wrong(self, key: str, allowed: int, minutes: float) -> bool:
        """One wrong guess more; True when it brings the lock. Guesses older than the lock's time are forgotten."""
        return self.guess(key, allowed, minutes) == "last"

    def guess(self, key: str, allowed: int, minutes: float) -> Literal["free", "last", "locked"]:
        """Count a guess, before it is looked at: of many sent at once no more are tried than one after the other. "last" brings the lock,
        which a right password takes back; while it lasts nothing is counted."""
        now, hashed = time.time(), key_of(key)
        with self._db() as db:
            db.execute("BEGIN IMMEDIATE")
            found = db.execute("SELECT wrong, last, locked_until FROM guess WHERE key = ?", (hashed,)).fetchone()
            if found is not None and found[2] > now:
                db.execute("ROLLBACK")
                return "locked"
            wrong = 1 + (found[0] if found is not None and now - found[1] < minutes * 60 else 0)
            until = now + minutes * 60 if wrong >= allowed else 0.0
            db.execute("INSERT OR REPLACE INTO guess VALUES (?, ?, ?, ?)", (hashed, 0 if until else wrong, now, until))
            if db.execute("SELECT count(*) FROM guess").fetchone()[0] > MOST_GUESSED:
                db.execute("DELETE FROM guess WHERE key IN (SELECT key FROM guess WHERE locked_until < ? ORDER BY last LIMIT 1000)", (now,))
            db.execute("COMMIT")
        return "last" if until else "free"

    def right(self, key: str) -> None:
        """A right password wipes the wrong guesses before it."""
        with self._db() as db:
            db.execute("DELETE FROM guess WHERE key = ?", (key_of(key),))

    def close(self) -> None:
        with self._db() as db:
            db.close()


def key_of(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()


_stores: dict[Path, AccessStore] = {}
_open = threading.Lock()


def access_store() -> AccessStore:
    """The store of the warehouse served."""
    with _open:
        file = state_folder() / "access.sqlite"
        if file not in _stores or not file.exists():
            _stores[file] = AccessStore(file)
        return _stores[file]
