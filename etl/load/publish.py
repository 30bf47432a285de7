"""Sealing and publishing (封存与发布): a new folder per build, one atomic pointer, the last five kept.

Everything is written in `<warehouse>/.work-<build>`; a finished build is renamed to its id, then `CURRENT` is replaced.
A kill at any moment leaves the served build as it was; the next build removes what the dead one left.
"""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from etl.model.errors import AtlasError

KEPT = 5
_WORK = ".work-"


@contextlib.contextmanager
def sole_builder(warehouse: Path) -> Iterator[None]:
    """Hold the warehouse's lock; AtlasError when another build holds it. The system drops a dead process's lock by itself."""
    warehouse.mkdir(parents=True, exist_ok=True)
    lock = FileLock(warehouse / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise AtlasError(f"另一个导入正在写 {warehouse}。请等它结束后再试。", f"Another build is writing {warehouse}. Wait until it has ended.") from error
    try:
        yield
    finally:
        lock.release()


def begin(warehouse: Path, build_id: str) -> Path:
    """A fresh work folder; leftovers of killed builds are removed."""
    for old in warehouse.glob(f"{_WORK}*"):
        shutil.rmtree(old, ignore_errors=True)
    work = warehouse / f"{_WORK}{build_id}"
    work.mkdir()
    return work


def sha256_of(file: Path) -> str:
    with open(file, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    if os.name == "nt" and path.is_dir():  # Windows has no handle of a folder to sync
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomic(file: Path, text: str) -> None:
    """Replace a small file as a whole: a reader sees the old or the new, never a part."""
    draft = file.with_name(f".{file.name}.new")
    draft.write_text(text, encoding="utf-8")
    _sync(draft)
    os.replace(draft, file)
    _sync(file.parent)


def publish(warehouse: Path, work: Path, manifest: dict) -> Path:
    """Seal `work` (sizes and SHA-256 of every file into manifest.json), rename it to its id, make it current, prune."""
    files = sorted(path for path in work.rglob("*") if path.is_file())
    manifest["files"] = {path.relative_to(work).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256_of(path)} for path in files}
    for path in files:
        _sync(path)
    write_atomic(work / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1, default=str))
    for folder in {work, *(path.parent for path in files)}:
        _sync(folder)
    sealed = warehouse / manifest["build_id"]
    os.rename(work, sealed)
    _sync(warehouse)
    make_current(warehouse, manifest["build_id"])
    prune(warehouse)
    return sealed


def make_current(warehouse: Path, build_id: str) -> None:
    write_atomic(warehouse / "CURRENT", build_id + "\n")


def builds(warehouse: Path) -> list[str]:
    """Ids of the sealed builds, oldest first."""
    return sorted(path.parent.name for path in warehouse.glob("*/manifest.json") if not path.parent.name.startswith("."))


def prune(warehouse: Path) -> None:
    """Keep the last five builds, and the current one whatever its age."""
    current = (warehouse / "CURRENT").read_text(encoding="utf-8").strip()
    for old in builds(warehouse)[:-KEPT]:
        if old != current:  # first out of sight: a kill half-way must not leave a build with half its files
            gone = warehouse / f"{_WORK}{old}"
            with contextlib.suppress(OSError):
                os.rename(warehouse / old, gone)
                shutil.rmtree(gone, ignore_errors=True)


def rollback(warehouse: Path, build_id: str | None, current: str | None) -> str:
    """Make an earlier build current: the one named, else the one before the current. AtlasError when there is none."""
    known = builds(warehouse)
    if build_id is None:
        earlier = [build for build in known if current is None or build < current]
        if not earlier:
            raise AtlasError("没有更早的成品可回退。", "There is no earlier build to go back to.")
        build_id = earlier[-1]
    elif build_id not in known:
        raise AtlasError(f"没有成品 {build_id}。现有：{'、'.join(known) or '无'}。", f"There is no build {build_id}. There are: {', '.join(known) or 'none'}.")
    make_current(warehouse, build_id)
    return build_id
