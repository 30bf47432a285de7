"""The audit log: chained, safe for several writers, told apart from tampering by the first bad row, fail closed."""

import json
import multiprocessing
import os
import random
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboard.access import audit
from dashboard.access.audit import AuditError, AuditLog, audit_problem, record
from dashboard.access.audit_chain import RETENTION, Fault, check, months, parse
from dashboard.access.audit_read import Wanted, read
from dashboard.access.identity import Identity
from dashboard.web.serving import follow, serving
from dashboard.web.settings import use_atlas

KEY = b"k" * 32
WHO = Identity("zhang", "张", "analyst", "J1")


def write(folder: Path, n: int, offset: int = 0) -> AuditLog:
    log = AuditLog(folder, KEY)
    for i in range(n):
        log.append(WHO, "view", "overview", f"unit=J1&category={offset + i}", i, "第“一”行\nand more")
    return log


def rows_of(folder: Path) -> list[dict]:
    return [json.loads(line) for file in months(folder) for line in file.read_bytes().splitlines()]


def test_a_row_says_who_when_what_and_hides_the_filters(tmp_path: Path) -> None:
    write(tmp_path, 2)
    first, second = rows_of(tmp_path)
    assert (first["account"], first["role"], first["action"], first["page"], first["unit"], first["rows"]) == ("zhang", "analyst", "view", "overview", "J1", 0)
    assert "category" not in json.dumps(first) and len(first["filters"]) == 16 and first["filters"] != second["filters"]
    assert second["before"] == first["hash"] and [first["no"], second["no"]] == [1, 2]
    assert months(tmp_path)[0].stat().st_mode & 0o077 == 0
    assert check(tmp_path, KEY).fault is None and check(tmp_path, KEY).rows == 2


def test_threads_and_processes_write_one_chain(tmp_path: Path) -> None:
    write(tmp_path, 1)
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=write, args=(tmp_path, 25, i * 100)) for i in range(3)]
    shared = AuditLog(tmp_path, KEY)
    threads = [threading.Thread(target=lambda: [shared.append(WHO, "view", "x", "", None, "") for _ in range(10)]) for _ in range(4)]
    for one in (*others, *threads):
        one.start()
    for one in (*others, *threads):
        one.join()
    verdict = check(tmp_path, KEY)
    assert verdict.fault is None and verdict.rows == 1 + 75 + 40


def tampered(lines: list[bytes], dice: random.Random) -> tuple[list[bytes], int]:
    """A changed log and the index of the first line that is bad (or missing)."""
    n, kind = dice.randrange(len(lines)), dice.choice(["edit", "delete", "swap", "repeat", "insert", "bit", "cut"])
    found = list(lines)
    if kind == "edit":
        row = json.loads(found[n])
        field = dice.choice(["account", "at", "page", "rows", "detail", "before", "hash", "role", "no", "filters"])
        row[field] = 10**6 if field in ("rows", "no") else row[field] + "0"
        found[n] = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    elif kind == "delete":
        del found[n]
    elif kind == "swap":
        n = dice.randrange(len(lines) - 1)
        found[n], found[n + 1] = found[n + 1], found[n]
    elif kind == "repeat":
        found.insert(n + 1, found[n])
        n += 1
    elif kind == "insert":
        found.insert(n, b'{"no":1,"at":"2026"}\n')
    elif kind == "bit":
        at = dice.randrange(len(found[n]) - 1)
        found[n] = found[n][:at] + bytes([found[n][at] ^ 1 << dice.randrange(7)]) + found[n][at + 1 :]
    else:
        del found[n:]
    return found, n


@pytest.mark.parametrize("seeds", [range(120), pytest.param(range(120, 1200), marks=pytest.mark.soak)], ids=["sample", "full"])
def test_every_tampering_is_found_and_the_first_bad_row_named(tmp_path: Path, seeds: range) -> None:
    write(tmp_path, 12)
    file = months(tmp_path)[0]
    lines = file.read_bytes().splitlines(keepends=True)
    for seed in seeds:
        changed, first_bad = tampered(lines, random.Random(seed))
        file.write_bytes(b"".join(changed))
        fault = check(tmp_path, KEY).fault
        assert fault is not None, seed
        assert fault.line == (first_bad + 1 if first_bad < len(changed) else 0), (seed, fault, first_bad)
    file.write_bytes(b"".join(lines))
    assert check(tmp_path, KEY).fault is None


def test_head_and_whole_months_cannot_go_unnoticed(tmp_path: Path) -> None:
    write(tmp_path, 3)
    head = (tmp_path / "HEAD").read_bytes()
    (tmp_path / "HEAD").write_bytes(head.replace(b"3 ", b"2 ", 1))
    assert check(tmp_path, KEY).fault is not None
    (tmp_path / "HEAD").unlink()
    assert check(tmp_path, KEY).fault is not None
    (tmp_path / "HEAD").write_bytes(head)
    assert check(tmp_path, KEY).fault is None
    assert check(tmp_path, b"another key of enough bytes").fault is not None
    months(tmp_path)[0].unlink()
    assert check(tmp_path, KEY).fault is not None


def test_a_row_cut_short_by_a_crash_is_accounted_for(tmp_path: Path) -> None:
    log = write(tmp_path, 3)
    file = months(tmp_path)[0]
    with file.open("ab") as stream:
        stream.write(b'{"no":4,"at":"2026-11-2')
    assert check(tmp_path, KEY).fault is None  # nobody was shown anything on the strength of it
    log.append(WHO, "view", "x", "", None, "")
    AuditLog(tmp_path, KEY).append(WHO, "view", "y", "", None, "")
    verdict = check(tmp_path, KEY)
    assert verdict.fault is None and verdict.rows == 6
    body = file.read_bytes()
    file.write_bytes(body.replace(b'"at":"2026-11-2\n', b'"at":"2026-11-3\n', 1))
    assert check(tmp_path, KEY).fault == Fault(file.name, 4, check(tmp_path, KEY).fault.reason)  # type: ignore[union-attr]


def test_old_months_go_by_rule_and_the_chain_still_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(audit.datetime):
        today_is = date(2025, 1, 15)

        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def, override]
            return audit.datetime.combine(cls.today_is, audit.datetime.min.time())

    monkeypatch.setattr(audit, "datetime", Clock)
    log = AuditLog(tmp_path, KEY, kept_days=30)  # less than six months is not allowed
    for month in range(14):
        Clock.today_is = date(2025, 1, 15) + timedelta(days=30 * month)
        log.append(WHO, "view", "x", "", None, "")
        verdict = check(tmp_path, KEY)
        assert verdict.fault is None, (month, verdict)
    kept = months(tmp_path)
    assert 7 <= len(kept) <= 9 and any(row["action"] == RETENTION for row in rows_of(tmp_path))
    Clock.today_is = date(2025, 3, 1)  # a clock set back
    log.append(WHO, "view", "x", "", None, "")
    assert check(tmp_path, KEY).fault is None and months(tmp_path) == kept
    kept[0].unlink()
    assert check(tmp_path, KEY).fault is not None  # nothing accounts for this one


@pytest.fixture
def followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("ATLAS_KEY", "a key for tests that is long enough")
    try:
        before = serving().warehouse
    except RuntimeError:
        before = tmp_path
    follow(tmp_path / "warehouse")
    yield tmp_path / "warehouse"
    follow(before)


def test_what_cannot_be_written_is_told_and_recovers(followed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record(WHO, "view", "overview", "unit=J1")
    assert audit_problem() is None
    real = os.write
    monkeypatch.setattr(audit.os, "write", lambda handle, body: real(handle, body[:10]))
    with pytest.raises(AuditError):
        record(WHO, "view", "overview", "unit=J2")
    monkeypatch.setattr(audit.os, "write", lambda handle, body: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    monkeypatch.setattr(audit, "_tried_at", -1e9)
    assert audit_problem() is not None
    monkeypatch.setattr(audit.os, "write", real)
    monkeypatch.setattr(audit, "_tried_at", -1e9)
    assert audit_problem() is None
    record(WHO, "view", "overview", "unit=J2")
    verdict = check(audit.audit_folder(), audit.audit_log().key)
    assert verdict.fault is None and verdict.rows == 2


def test_how_long_is_said_in_the_settings(tmp_path: Path) -> None:
    for text, days in (("[audit]\ndays = 500\n", 500), ("[audit]\ndays = 3\n", 183), ("", 400)):
        (tmp_path / "atlas.toml").write_text(text, "utf-8")
        use_atlas(tmp_path / "atlas.toml")
        assert AuditLog(tmp_path / f"a{days}", KEY, audit.kept_days()).kept.days == days
    use_atlas(None)


def test_the_log_outlives_the_builds(followed: Path) -> None:
    record(WHO, "view")
    assert audit.audit_folder().is_relative_to(followed.with_name("warehouse.state"))
    assert not audit.audit_folder().is_relative_to(followed)


def test_hostile_words_stay_one_line_each(tmp_path: Path) -> None:
    log = AuditLog(tmp_path, KEY)
    for bad in ("\n", "\r\n{", "\x00", "\ud800", "\u2028", "🙂" * 500, '"},{"no":2'):
        log.append(Identity(bad, bad, "analyst"), "view", bad, f"unit={bad}", None, bad)
    verdict = check(tmp_path, KEY)
    assert verdict.fault is None and verdict.rows == 7
    with months(tmp_path)[0].open("ab") as stream:  # what others write into the file is not shown, and breaks nothing
        for odd in (b"[]\n", b"1\n", b'{"account":[]}\n', b"\xff\xfe\n", months(tmp_path)[0].read_bytes().splitlines()[0].replace(b'"role":"analyst"', b'"role":["x"]') + b"\n"):
            stream.write(odd)
    assert len(read(tmp_path, Wanted()).rows) == 7
    assert all(parse(line) for line in months(tmp_path)[0].read_bytes().splitlines(keepends=True)[:7])
