"""One-time download tokens (一次性导出凭证): a file leaves once, only for the reader it was made for, and not for long.

Streamlit's own downloads lie open at /media/<hash> for anyone, so nothing here uses them.
"""

import secrets
import threading
import time
from dataclasses import dataclass
from typing import Literal

READER_COOKIE = "atlas_reader"  # every browser gets one; a prepared file leaves for the same cookie only
COOKIE_S = 12 * 3600
LIFETIME_S = 600.0
KEPT_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Prepared:
    """One file ready to leave. `reader_key` is the session cookie of the reader it was made for."""

    name: str
    mime: str
    body: bytes
    reader_key: str
    expires_at: float


class ExportStore:
    """Prepared files by token, in memory of this process."""

    def __init__(self, lifetime_s: float = LIFETIME_S) -> None:
        self._lifetime_s = lifetime_s
        self._files: dict[str, Prepared] = {}
        self._lock = threading.Lock()
        self.sent = 0

    def prepare(self, name: str, mime: str, body: bytes, reader_key: str) -> str:
        """Keep `body` for one download by `reader_key`; returns the token."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._drop_old(len(body))
            self._files[token] = Prepared(name, mime, body, reader_key, time.monotonic() + self._lifetime_s)
        return token

    def take(self, token: str, reader_key: str) -> Prepared | Literal["refused"]:
        """The file, once. Unknown, used, expired and somebody else's tokens all look the same: refused."""
        with self._lock:
            found = self._files.get(token)
            if found is None or not reader_key or not secrets.compare_digest(found.reader_key, reader_key):
                return "refused"
            del self._files[token]
            if time.monotonic() > found.expires_at:
                return "refused"
            self.sent += 1
            return found

    def _drop_old(self, coming: int) -> None:
        now = time.monotonic()
        for token in [token for token, file in self._files.items() if file.expires_at < now]:
            del self._files[token]
        while self._files and sum(len(file.body) for file in self._files.values()) + coming > KEPT_BYTES:
            del self._files[next(iter(self._files))]


EXPORTS = ExportStore()
