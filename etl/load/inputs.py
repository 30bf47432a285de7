"""What a build was made from (输入清单): the digest of every file and of everything else that decides the result.

A later build compares its own list with that of the build it follows. When only new files of everyday feeds have come, it adds
them to a copy of that build (`etl.load.daily`) and reads no history again.
"""

import dataclasses
import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from etl.load.state import Job
from etl.model.rules import Rules
from etl.model.tables import BY_NAME
from etl.sources.config import Config

Entry = dict[str, Any]
# others are placed through these, so a change in them moves rows of other feeds
_STRUCTURE = ("unit", "compound", "building", "contract")
_PROGRAM = Path(__file__).resolve().parents[1]
_TABLES = _PROGRAM.parent / "data"


def is_everyday(feed: str) -> bool:
    """Whether a feed's new files can be laid over an earlier build: nothing else hangs on its rows, and cases, for which it is worth it."""
    has_points = any(column.name == "lon" for column in BY_NAME[feed].columns)
    return feed == "case" or (feed not in _STRUCTURE and not has_points)


@cache
def _program() -> bytes:
    """Digest of the ETL itself and its tables: another version may read the same files differently."""
    digest = hashlib.sha256()
    for file in sorted([*_PROGRAM.rglob("*.py"), *_TABLES.glob("*.csv")]):
        digest.update(file.read_bytes())
    return digest.digest()


def recipe(config: Config, rules: Rules, key: bytes) -> str:
    """Digest of what decides a build beside its files: program, rules, city, hashing key."""
    digest = hashlib.sha256(_program())
    for part in (rules.source.encode(), repr(config.city).encode(), hashlib.sha256(b"inputs" + key).digest()):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _entry(job: Job) -> Entry:
    mapping = dataclasses.replace(job.source, index=0)
    facts: Entry = {"feed": job.source.feed, "name": job.name, "source": hashlib.sha256(repr(mapping).encode()).hexdigest()}
    if job.source.url:  # a database has no digest: it may have changed
        return facts | {"sha256": ""}
    try:
        with job.path.open("rb") as file:
            return facts | {"sha256": hashlib.file_digest(file, "sha256").hexdigest()}
    except OSError:  # reading it for its rows says so in a sentence
        return facts | {"sha256": ""}


def entries(jobs: Sequence[Job]) -> list[Entry]:
    """One entry per file, in order."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(_entry, jobs))


def stamps(jobs: Sequence[Job]) -> list[tuple[int, int] | None]:
    """What changes when somebody writes into a file."""
    return [(job.path.stat().st_size, job.path.stat().st_mtime_ns) if job.path.is_file() else None for job in jobs]


def unchanged(found: list[Entry], before: Sequence[object], after: Sequence[object]) -> list[Entry]:
    """Entries taken while the files were read. Of a file that changed meanwhile nobody knows what was read: the next build reads it anew."""
    return [entry if stamp == now else entry | {"sha256": ""} for entry, stamp, now in zip(found, before, after, strict=True)]


def added(previous: dict | None, made_by: str, now: list[Entry]) -> list[int] | None:
    """Positions in `now` of the files that the previous build has not read; None when that build cannot be added to."""
    if previous is None or previous.get("recipe") != made_by:
        return None
    before: list[Entry] = previous["inputs"]
    names = [(entry["feed"], entry["name"]) for entry in now]
    if len(set(names)) < len(names) or not all(entry["sha256"] for entry in now):
        return None
    at = 0
    fresh: list[int] = []
    for position, entry in enumerate(now):
        if at < len(before) and before[at] == entry:
            at += 1
        elif is_everyday(entry["feed"]) and any(entry["feed"] == old["feed"] for old in before):
            fresh.append(position)
        else:
            return None
    return fresh if at == len(before) else None
