"""Imports started from the page (页面上的导入): `python -m etl` as a process of its own, one at a time, its words kept for whoever looks.

The page never builds inside the server: a process that fails or is killed takes nothing with it, and says what the command line says.
"""

import os
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from dashboard.web.settings import ROOT, atlas
from etl.model.errors import AtlasError
from etl.model.text import Lang

Kind = Literal["check", "build", "rollback"]
MOST_LINES = 500


@dataclass
class Job:
    """One run of the command line. `code` is None while it runs."""

    kind: Kind
    by: str
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_LINES))
    started_at: float = field(default_factory=time.time)
    ended_at: float | None = None
    code: int | None = None

    @property
    def seconds(self) -> float:
        return (self.ended_at or time.time()) - self.started_at


_last: list[Job] = []
_lock = threading.Lock()


def sources_file() -> Path | None:
    """`[import] sources` of atlas.toml, relative to that file; None where the page is not to start imports."""
    table, base = atlas().tables.get("import", {}), atlas().path
    given = str(table.get("sources", "")) if isinstance(table, dict) else ""
    return (base.parent / given).resolve() if given and base is not None else None


def last_job() -> Job | None:
    """The job that runs, or the last one of this server's life."""
    return _last[0] if _last else None


def start(kind: Kind, by: str, lang: Lang, warehouse: Path, options: tuple[str, ...] = (), build_id: str = "") -> Job:
    """Start one. AtlasError when another still runs or no sources are named."""
    sources = sources_file()
    if sources is None:
        raise AtlasError("atlas.toml 中没有 [import] sources，不能在页面上导入。", "atlas.toml has no [import] sources: nothing can be loaded from this page.")
    words = {
        "check": ["build", str(sources), "--dry-run", *options],
        "build": ["build", str(sources), *options],
        "rollback": ["rollback", *([build_id] if build_id else [])],
    }[kind]
    with _lock:
        if _last and _last[0].code is None:
            raise AtlasError("上一次操作还没有结束，请等它结束。", "The last run has not ended yet; wait for it.")
        job = Job(kind, by)
        process = subprocess.Popen(
            [sys.executable, "-m", "etl", "--lang", lang, *words, "--warehouse", str(warehouse)], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, encoding="utf-8", errors="replace", env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        _last[:] = [job]
    threading.Thread(target=_listen, args=(job, process), name="atlas-import", daemon=True).start()
    return job


def _listen(job: Job, process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        job.lines.append(line.rstrip("\n"))
    code = process.wait()
    job.ended_at, job.code = time.time(), code
