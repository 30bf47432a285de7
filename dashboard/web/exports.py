"""One-time download tokens (一次性导出凭证): a file leaves once, only for the reader it was made for, and not for long.

Streamlit's own downloads lie open at /media/<hash> for anyone, so nothing here uses them. Small files wait in memory, larger
ones in the state folder, readable by the server's user only and deleted when they left or were not fetched in time.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dashboard.web.state_folder import state_folder
from etl.model.errors import AtlasError

READER_COOKIE = "atlas_reader"  # every browser gets one; a prepared file leaves for the same cookie only
COOKIE_S = 12 * 3600
LIFETIME_S = 600.0
KEPT_BYTES = 64 * 1024 * 1024  # in memory, all readers together
DISK_BYTES = 4 * 1024**3  # in the folder, all readers together
PER_READER = 20  # files waiting for one reader; the oldest goes first
ENDING = ".part"


@dataclass(frozen=True, slots=True)
class Prepared:
    """One file ready to leave: `body`, or a `path` on disk. `reader_key` is the session cookie of the reader it was made for, `rows` what the log says."""

    name: str
    mime: str
    body: bytes
    reader_key: str
    expires_at: float
    path: Path | None = None
    rows: int | None = None

    def forget(self) -> None:
        """Deletes what lies on disk."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def export_folder() -> Path:
    """Where larger files wait. OSError when it cannot be made."""
    folder = state_folder() / "exports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


class ExportStore:
    """Prepared files by token. Tokens live in this process only; files a dead process left are swept by age."""

    def __init__(self, lifetime_s: float = LIFETIME_S, folder: Callable[[], Path] = export_folder) -> None:
        self._lifetime_s = lifetime_s
        self._folder = folder
        self._files: dict[str, Prepared] = {}
        self._lock = threading.Lock()
        self._swept_at = 0.0
        self.sent = 0

    def prepare(self, name: str, mime: str, body: bytes, reader_key: str, rows: int | None = None) -> str:
        """Keep `body` for one download by `reader_key`; returns the token."""
        return self._keep(Prepared(name, mime, body, reader_key, time.monotonic() + self._lifetime_s, None, rows))

    def prepare_file(self, name: str, mime: str, path: Path, reader_key: str, rows: int | None = None, lifetime_s: float | None = None) -> str:
        """Keep a file made at `new_path()` for one download; returns the token."""
        return self._keep(Prepared(name, mime, b"", reader_key, time.monotonic() + (self._lifetime_s if lifetime_s is None else lifetime_s), path, rows))

    def new_path(self) -> Path:
        """An empty file of our own to write an export into. AtlasError when there is no room for one."""
        self._sweep()
        try:
            folder = self._folder()
            if sum(file.stat().st_size for file in folder.glob(f"*{ENDING}")) > DISK_BYTES:
                raise no_room()
            path = folder / f"{secrets.token_hex(16)}{ENDING}"
            path.touch(mode=0o600, exist_ok=False)
        except OSError as error:
            raise no_room() from error
        return path

    def take(self, token: str, reader_key: str) -> Prepared | Literal["refused"]:
        """The file, once. Unknown, used, expired and somebody else's tokens all look the same: refused."""
        with self._lock:
            found = self._files.get(token)
            if found is None or not reader_key or not secrets.compare_digest(found.reader_key.encode(), reader_key.encode()):
                return "refused"
            del self._files[token]
        if time.monotonic() > found.expires_at:
            found.forget()
            return "refused"
        self.sent += 1
        return found

    def has(self, token: str) -> bool:
        """Whether the token's file still waits to be fetched."""
        found = self._files.get(token)
        return found is not None and time.monotonic() <= found.expires_at

    def _keep(self, file: Prepared) -> str:
        token = secrets.token_urlsafe(32)
        with self._lock:
            gone = self._drop_old(file)
            self._files[token] = file
        for old in gone:
            old.forget()
        return token

    def _drop_old(self, coming: Prepared) -> list[Prepared]:
        now = time.monotonic()
        tokens = [token for token, file in self._files.items() if file.expires_at < now]
        own = [token for token, file in self._files.items() if file.reader_key == coming.reader_key and token not in tokens]
        tokens += own[: max(len(own) - PER_READER + 1, 0)]
        gone = [self._files.pop(token) for token in tokens]
        while self._files and sum(len(file.body) for file in self._files.values()) + len(coming.body) > KEPT_BYTES:
            gone.append(self._files.pop(next(iter(self._files))))
        return gone

    def _sweep(self) -> None:
        """Once a minute: files nobody fetched in time, and what a process that died left behind."""
        now = time.monotonic()
        if now - self._swept_at < 60:
            return
        self._swept_at = now
        with self._lock:
            late = [token for token, file in self._files.items() if file.expires_at < now]
            gone = [self._files.pop(token) for token in late]
            waiting = {file.path for file in self._files.values()}
        for file in gone:
            file.forget()
        try:
            for path in self._folder().glob(f"*{ENDING}"):
                if path not in waiting and time.time() - path.stat().st_mtime > 6 * self._lifetime_s:
                    path.unlink(missing_ok=True)
        except OSError:
            return  # new_path() says so when the folder is not there


def no_room() -> AtlasError:
    """What a reader is told when files cannot be written."""
    return AtlasError(
        "服务器暂存空间不足或不可写，暂时不能导出。请稍后再试，仍不行请告诉管理员。",
        "The server has no room for the file or cannot write it. Try again later; if it stays, tell the administrator.",
    )


EXPORTS = ExportStore()
