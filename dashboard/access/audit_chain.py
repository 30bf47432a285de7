"""The chain of the audit log (日志链): each row carries the keyed hash of the row before, so that no row can be changed,
taken out, put in or moved without the key; HEAD holds the newest row, so that the end cannot be cut off either."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from etl.model.text import Text

START = "0" * 32  # what the very first row names as the one before
TORN, RETENTION = "torn", "retention"  # rows the log writes about itself


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `filters` is a keyed hash of the view's query, `unit` its readable part; `key` tells which key signed."""

    no: int
    at: str
    account: str
    role: str
    action: str
    page: str
    unit: str
    filters: str
    rows: int | None
    detail: str
    key: str
    before: str
    hash: str = ""

    def fields(self) -> dict[str, str | int | None]:
        """All fields in their order; `dataclasses.asdict` copies deeply and takes ten times as long."""
        return {name: getattr(self, name) for name in self.__slots__}

    def line(self) -> bytes:
        return json.dumps(self.fields(), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def key_id(key: bytes) -> str:
    """Which key this is, without telling it."""
    return hmac.new(key, b"key id", sha256).hexdigest()[:8]


def signature(key: bytes, entry: Entry) -> str:
    """The keyed hash of everything in a row but itself."""
    body = entry.fields() | {"hash": ""}
    return hmac.new(key, json.dumps(body, ensure_ascii=False, sort_keys=True).encode(), sha256).hexdigest()[:32]


def read_line(line: bytes) -> Entry | None:
    """The row a line seems to hold, for showing; None when it holds none."""
    try:
        found: dict[str, Any] = json.loads(line)
        entry = Entry(**found)
    except (ValueError, TypeError):
        return None
    texts = (entry.at, entry.account, entry.role, entry.action, entry.page, entry.unit, entry.filters, entry.detail, entry.key, entry.before, entry.hash)
    is_whole = type(entry.no) is int and all(type(text) is str for text in texts) and type(entry.rows) in (int, type(None))
    return entry if is_whole else None


def parse(line: bytes) -> Entry | None:
    """The row of one line, byte for byte as we write it; None when it is none of ours: another spelling of it was not written by us."""
    entry = read_line(line)
    return entry if entry is not None and entry.line() == line else None


def junk_mark(junk: bytes) -> str:
    return sha256(junk).hexdigest()[:32]


def months(folder: Path) -> list[Path]:
    """The month files, oldest first."""
    return sorted(folder.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9].jsonl"))


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong: the file, its line (0 where no line is meant) and why."""

    file: str
    line: int
    reason: Text


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: `rows` good rows up to the fault, or all of them."""

    rows: int
    first_at: str
    last_at: str
    fault: Fault | None


EDITED = Text("内容与签名不符，此行被改动", "the row does not match its signature: it was changed")
UNLINKED = Text("与前一行不衔接：此处有行被删除、插入或调换", "the row does not follow the one before: rows were taken out, put in or moved here")
UNREADABLE = Text("此行无法读取", "the line cannot be read")
OTHER_KEY = Text("此行用另一密钥签名（{key}）：请用当时的 ATLAS_KEY 检查", "the row was signed with another key ({key}): check with the ATLAS_KEY of that time")
CUT = Text("日志末尾被截断：记录应到第 {no} 行", "the end of the log was cut off: it reached row {no}")
HEAD_BAD = Text("HEAD 被改动", "HEAD was changed")
NO_HEAD = Text("HEAD 缺失", "HEAD is missing")
HEADLESS = Text("日志开头缺失，且没有到期清理的记录", "the beginning of the log is missing, and no retention row accounts for it")


def head_line(key: bytes, entry: Entry) -> bytes:
    """What HEAD says of the newest row."""
    said = f"{entry.no} {entry.hash}"
    return f"{said} {_head_mark(key, said)}\n".encode()


def _head_mark(key: bytes, said: str) -> str:
    return hmac.new(key, f"head {said}".encode(), sha256).hexdigest()[:32]


def check(folder: Path, key: bytes) -> Verdict:
    """Read the whole log and name the first bad row. Needs only the folder and the key, no running server."""
    head = _head(folder, key)  # read first: the log may grow meanwhile
    rows, first, last, is_met = 0, None, None, head is None
    for file, number, entry, junk in _lines(folder):
        if entry is None:  # bytes at the very end that no row follows: a row being written, or one that HEAD misses
            return _verdict(rows, first, last, None if is_met else Fault(file, number, UNREADABLE))
        reason = _wrong(entry, key, last, junk)
        if reason is None and isinstance(head, tuple) and entry.no == head[0]:
            is_met = entry.hash == head[1]
            reason = None if is_met else EDITED
        if reason is None and first is None and entry.before != START and entry.before not in _dropped(folder):
            reason = HEADLESS
        if reason is not None:
            return _verdict(rows, first, last, Fault(file, number, reason))
        first, last, rows = first or entry, entry, rows + 1
    if isinstance(head, Fault):
        return _verdict(rows, first, last, head)
    if head is None:
        return _verdict(rows, first, last, Fault("HEAD", 0, NO_HEAD) if rows else None)
    return _verdict(rows, first, last, None if is_met else Fault("HEAD", 0, CUT.format(no=head[0])))


def _dropped(folder: Path) -> set[str]:
    """Hashes of the last rows of the months that were dropped by rule, as later rows name them."""
    return {entry.detail.rsplit(" ", 1)[-1] for _, _, entry, _ in _lines(folder) if entry is not None and entry.action == RETENTION}


def _verdict(rows: int, first: Entry | None, last: Entry | None, fault: Fault | None) -> Verdict:
    return Verdict(rows, first.at if first else "", last.at if last else "", fault)


def _wrong(entry: Entry, key: bytes, last: Entry | None, junk: bytes) -> Text | None:
    if entry.key != key_id(key):
        return OTHER_KEY.format(key=entry.key)
    if not hmac.compare_digest(entry.hash.encode(), signature(key, entry).encode()):
        return EDITED
    if last is not None and (entry.before != last.hash or entry.no != last.no + 1):
        return UNLINKED
    if junk and (entry.action != TORN or entry.detail != junk_mark(junk)):
        return UNREADABLE  # a half-written line is accounted for by the very next row, or it is no accident
    return None


def _lines(folder: Path) -> Iterator[tuple[str, int, Entry | None, bytes]]:
    """(file, line number, row, unreadable bytes before it); unreadable bytes that no row follows come as a None row.
    Where unreadable bytes are unaccounted for, the line named is theirs, not the row's after them."""
    junk, where = b"", ("", 0)
    for file in months(folder):
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                entry = parse(line)
                if entry is None:
                    junk, where = junk + line, where if junk else (file.name, number)
                    continue
                is_accounted = not junk or (entry.action == TORN and entry.detail == junk_mark(junk))
                yield *((file.name, number) if is_accounted else where), entry, junk
                junk = b""
    if junk:
        yield *where, None, junk


def _head(folder: Path, key: bytes) -> tuple[int, str] | Fault | None:
    """(number, hash) of the newest row as HEAD has it; None without HEAD."""
    head = folder / "HEAD"
    if not head.exists():
        return None
    words = head.read_text("ascii", "replace").split()
    is_ours = len(words) == 3 and words[0].isdigit() and hmac.compare_digest(words[2].encode(), _head_mark(key, " ".join(words[:2])).encode())
    return (int(words[0]), words[1]) if is_ours else Fault("HEAD", 0, HEAD_BAD)
