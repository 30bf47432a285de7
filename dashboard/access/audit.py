"""The audit log (审计日志): who, when, did what, on which page, with which view, how many rows. Append-only, chained, one file a month.

Plain lines rather than a database: a file that is only ever appended to can be locked against change by the operating system
(`chattr +a`), shipped by any log collector, read in ten years, and dropped month by month. A row is on the disk (fsync) before
`record` returns, and nothing is shown whose row could not be written: see `AuditError`.
"""

import hmac
import logging
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs

from filelock import FileLock, Timeout

from dashboard.access.audit_chain import RETENTION, START, TORN, Entry, head_line, junk_mark, key_id, months, parse, signature
from dashboard.access.identity import Identity
from dashboard.web.keys import subkey
from dashboard.web.settings import atlas
from dashboard.web.state_folder import state_folder
from etl.model.errors import AtlasError

log = logging.getLogger("atlas.audit")
KEPT_DAYS = 400
LEAST_DAYS = 183  # six months: less is not allowed, whatever the settings say
WAIT_S = 5.0
RETRY_S = 5.0
TAIL = 65536  # far more than one row
LONGEST = {"account": 80, "page": 40, "unit": 80, "detail": 400}
SYSTEM = Identity("system", "系统", "admin")


class AuditError(AtlasError):
    """The log cannot be written, so nothing may be shown."""

    def __init__(self) -> None:
        super().__init__(
            "暂时无法记录访问日志，因此不显示数据。请联系管理员检查服务器磁盘。",
            "Access cannot be recorded at the moment, so no data are shown. Ask the administrator to check the server's disk.",
        )


class AuditLog:
    """The log in one folder. Threads share one of these; processes share the folder."""

    def __init__(self, folder: Path, key: bytes, kept_days: int = KEPT_DAYS) -> None:
        self.folder = folder
        self.key = key
        self.kept = timedelta(days=max(kept_days, LEAST_DAYS))
        self.problem: OSError | Timeout | None = None
        self.rows = 0
        self._tail: tuple[Path, int, Entry | None] | None = None  # newest file, its size, its last row
        self._lock = threading.Lock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._between = FileLock(folder / ".lock", timeout=WAIT_S, poll_interval=0.005)

    def append(self, identity: Identity, action: str, page: str, filters: str, rows: int | None, detail: str) -> Entry:
        """One row more, on the disk when this returns. OSError or Timeout when it cannot be."""
        now = datetime.now().astimezone()
        unit = parse_qs(filters).get("unit", [""])[0]
        mark = hmac.new(self.key, b"filters " + filters.encode("utf-8", "replace"), sha256).hexdigest()[:16] if filters else ""
        wanted = Entry(
            0, now.isoformat(timespec="milliseconds"), _cut("account", identity.account), identity.role, action, _cut("page", page), _cut("unit", unit),
            mark, rows, _cut("detail", detail), key_id(self.key), START,
        )  # fmt: skip
        with self._lock:
            try:
                with self._between:
                    written = self._write(wanted, now.date())
            except (OSError, Timeout) as error:
                self.problem, self._tail = error, None
                raise
            self.problem = None
            return written

    def _write(self, wanted: Entry, today: date) -> Entry:
        newest = months(self.folder)
        file = max([*newest[-1:], self.folder / f"{today:%Y-%m}.jsonl"])  # a clock set back does not open an older month
        junk, last = self._last(newest)
        is_new_month = bool(newest) and not file.exists()
        if junk:
            opening = b"" if junk.endswith(b"\n") or file != newest[-1] else b"\n"
            last = self._append(file, _of_the_log(wanted, TORN, junk_mark(junk + opening)), last, opening)
        written = self._append(file, wanted, last)
        if is_new_month:
            written = self._drop_old(newest, file, written, today)
        _replace(self.folder / "HEAD", head_line(self.key, written))
        self._tail, self.rows = (file, file.stat().st_size, written), written.no
        return written

    def _append(self, file: Path, wanted: Entry, last: Entry | None, opening: bytes = b"") -> Entry:
        """The row with its number and hashes, written whole and synchronised, or not at all."""
        entry = replace(wanted, no=last.no + 1 if last else 1, before=last.hash if last else START)
        entry = replace(entry, hash=signature(self.key, entry))
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size, body = os.fstat(handle).st_size, opening + entry.line()
            try:
                if os.write(handle, body) != len(body):
                    raise OSError(28, "short write")
                os.fsync(handle)
            except OSError:
                _shorten(handle, size)
                raise
        finally:
            os.close(handle)
        return entry

    def _last(self, newest: list[Path]) -> tuple[bytes, Entry | None]:
        """Unreadable bytes at the end (a row cut short by a crash), and the last whole row."""
        if not newest:
            return b"", None
        if self._tail is not None and self._tail[0] == newest[-1] and newest[-1].stat().st_size == self._tail[1]:
            return b"", self._tail[2]
        found, junk = last_row(newest[-1].read_bytes() if newest[-1].stat().st_size <= TAIL else _end(newest[-1]))
        for file in reversed(newest if found is None else []):
            found, before = last_row(file.read_bytes())
            junk = before if file == newest[-1] else before + junk
            if found is not None:
                break
        return junk, found

    def _drop_old(self, newest: list[Path], file: Path, last: Entry, today: date) -> Entry:
        """Months all of whose days are older than the rule go; a row first says which, up to which row and hash."""
        old = [one for one in newest if (date.fromisoformat(f"{one.stem}-01") + timedelta(days=31)) < today - self.kept]
        for one in old:
            end, junk = last_row(one.read_bytes())
            if end is None or junk:
                continue  # damaged: kept for whoever looks into it
            last = self._append(file, _of_the_log(last, RETENTION, f"{one.name} ..{end.no} {end.hash}"), last)
            try:
                one.unlink()
            except OSError as error:  # locked by the operating system: whoever locked it takes it away
                log.warning("%s is past its time and cannot be removed: %s", one.name, error.strerror)
        return last

    def is_writable(self) -> bool:
        """Whether a row could be written now, tried with a file beside the log."""
        probe = self.folder / f".probe.{os.getpid()}"
        try:
            handle = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.write(handle, b"0" * 1024)
                os.fsync(handle)
            finally:
                os.close(handle)
                probe.unlink()
        except OSError as error:
            self.problem = error
            return False
        return True


def last_row(body: bytes) -> tuple[Entry | None, bytes]:
    """The last whole row of some bytes, and the unreadable bytes after it."""
    junk = b""
    for line in reversed(body.splitlines(keepends=True)):
        entry = parse(line)
        if entry is not None:
            return entry, junk
        junk = line + junk
    return None, junk


def _end(file: Path) -> bytes:
    """The last lines of a long file."""
    with file.open("rb") as stream:
        stream.seek(-TAIL, os.SEEK_END)
        return stream.read().partition(b"\n")[2]


def _of_the_log(entry: Entry, action: str, detail: str) -> Entry:
    """A row the log writes about itself."""
    return replace(entry, account=SYSTEM.account, role=SYSTEM.role, action=action, page="", unit="", filters="", rows=None, detail=detail)


def _cut(name: str, text: str) -> str:
    return text.encode("utf-8", "replace").decode()[: LONGEST[name]]


def _shorten(handle: int, size: int) -> None:
    """Take back a row cut short. Where that is refused too, the next row accounts for the bytes."""
    try:
        os.ftruncate(handle, size)
    except OSError as error:
        log.error("a half-written audit row stays until the next one: %s", error.strerror)


def _replace(file: Path, body: bytes) -> None:
    """Not synchronised: after a power cut HEAD may be some rows behind, which the check allows; never ahead."""
    part = file.with_name(f".{file.name}.{os.getpid()}")
    part.write_bytes(body)
    part.chmod(0o600)
    os.replace(part, file)


_logs: dict[Path, AuditLog] = {}
_open = threading.Lock()
_tried_at = 0.0


def audit_folder() -> Path:
    """`<warehouse>.state/audit`."""
    return state_folder() / "audit"


def kept_days() -> int:
    """`[audit] days` of atlas.toml; what is no whole number counts as not said."""
    told = atlas().tables.get("audit")
    days = told.get("days") if isinstance(told, Mapping) else None
    return days if isinstance(days, int) else KEPT_DAYS


def audit_log() -> AuditLog:
    """The log of the warehouse served. OSError when its folder cannot be made."""
    with _open:
        folder = audit_folder()
        if folder not in _logs:
            _logs[folder] = AuditLog(folder, subkey("audit"), kept_days())
        return _logs[folder]


def record(identity: Identity, action: str, page: str = "", filters: str = "", rows: int | None = None, detail: str = "") -> None:
    """Write one row and return when it is on the disk. `filters` is the view's query string: stored as a keyed hash, its
    unit readable. Never put a password, token or key into `detail`. AuditError when it cannot be written: show nothing then."""
    try:
        audit_log().append(identity, action, page, filters, rows, detail)
    except (OSError, Timeout, AtlasError) as error:  # AtlasError: no key to sign with
        log.error("audit row not written: %s", error)
        raise AuditError from error


def audit_problem() -> AuditError | None:
    """What health says: None while rows can be written. After a failure it is tried anew every few seconds."""
    global _tried_at
    try:
        current = audit_log()
    except (OSError, AtlasError):
        return AuditError()
    if current.problem is not None and time.monotonic() - _tried_at > RETRY_S:
        _tried_at = time.monotonic()
        if current.is_writable():
            current.problem = None
    return AuditError() if current.problem is not None else None



def audit_metrics() -> str:
    """Prometheus text: rows written and whether they can be. A number that falls means the log was put back."""
    known = next(iter(_logs.values()), None)
    rows, is_failing = (known.rows, known.problem is not None) if known is not None else (0, False)
    return f"# TYPE atlas_audit_row gauge\natlas_audit_row {rows}\n# TYPE atlas_audit_problem gauge\natlas_audit_problem {int(is_failing)}\n"
