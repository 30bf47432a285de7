"""Large exports in the background (后台导出): one worker, a queue of bounded length, progress, a token at the end.

A job is bound to its reader from the start: nobody else sees it in a list, stops it, or gets its token.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from dashboard.web.exports import EXPORTS, ExportStore
from etl.model.errors import AtlasError
from etl.model.text import Text

log = logging.getLogger("atlas.exports")
BACKGROUND_ROWS = 100_000  # from here on a file is made in the background
WAITING, PER_READER = 12, 3  # jobs not finished: all readers together, and one reader
AT_ONCE = 2  # smaller files made at the same moment; the others wait their turn
PATIENCE_S = 15.0
KEPT_S = 1800.0  # a file made in the background waits so long: its reader went on with something else
FAILED = Text("导出未完成，请重试。", "The export did not finish; try again.")

State = Literal["waiting", "running", "ready", "failed", "stopped"]
Tell = Callable[[int], None]  # the rows written so far; raises Stopped when the reader gave up
Work = Callable[[Path, Tell], None]


class Stopped(Exception):
    """The reader stopped the job."""


@dataclass(slots=True)
class Job:
    """One export under way. Changed by the worker only, but for `wants_stop`."""

    id: str
    name: str
    mime: str
    rows: int
    reader_key: str
    work: Work = field(repr=False)
    state: State = "waiting"
    done: int = 0
    token: str = ""
    reason: Text = FAILED
    wants_stop: bool = False
    ended_at: float = 0.0

    @property
    def is_over(self) -> bool:
        return self.state in ("ready", "failed", "stopped")


class ExportQueue:
    """Jobs of all readers, worked off one after the other in a thread of its own."""

    def __init__(self, store: ExportStore = EXPORTS) -> None:
        self._store = store
        self._jobs: dict[str, Job] = {}
        self._wake = threading.Condition()
        self._worker: threading.Thread | None = None

    def submit(self, name: str, mime: str, rows: int, work: Work, reader_key: str) -> Job:
        """Queue one file. AtlasError, with a kind word, when too many are waiting or there is no session to give it to."""
        if not reader_key:
            raise no_session()
        with self._wake:
            self._forget_old()
            open_jobs = [job for job in self._jobs.values() if not job.is_over]
            if sum(job.reader_key == reader_key for job in open_jobs) >= PER_READER:
                raise AtlasError(
                    f"您已有 {PER_READER} 个导出在进行，请等其中一个完成。", f"{PER_READER} exports of yours are under way; wait for one to finish."
                )
            if len(open_jobs) >= WAITING:
                raise busy()
            job = Job(secrets.token_hex(12), name, mime, rows, reader_key, work)
            self._jobs[job.id] = job
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(target=self._run, name="exports", daemon=True)
                self._worker.start()
            self._wake.notify()
        return job

    def of(self, reader_key: str) -> tuple[Job, ...]:
        """The reader's jobs, oldest first; finished ones until their file was fetched or grew old."""
        with self._wake:
            self._forget_old()
            mine = [job for job in self._jobs.values() if reader_key and job.reader_key == reader_key]
        return tuple(job for job in mine if job.state != "ready" or self._store.has(job.token))

    def ahead_of(self, job: Job) -> int:
        """How many jobs stand before this one."""
        with self._wake:
            order = [one.id for one in self._jobs.values() if not one.is_over]
        return order.index(job.id) if job.id in order else 0

    def stop(self, job_id: str, reader_key: str) -> None:
        """Stop one's own job; another's is left alone."""
        with self._wake:
            job = self._jobs.get(job_id)
            if job is None or not reader_key or job.reader_key != reader_key:
                return
            job.wants_stop = True
            if job.state == "waiting":
                job.state, job.ended_at = "stopped", time.monotonic()

    def _run(self) -> None:
        while True:
            with self._wake:
                job = next((job for job in self._jobs.values() if job.state == "waiting"), None)
                if job is None:
                    if not self._wake.wait(timeout=60):
                        self._worker = None
                        return
                    continue
                job.state = "running"
            self._make(job)

    def _make(self, job: Job) -> None:
        def tell(done: int) -> None:
            if job.wants_stop:
                raise Stopped
            job.done = done
            time.sleep(0.002)  # lets page runs of other readers go first

        path: Path | None = None
        state: State = "failed"
        try:
            path = self._store.new_path()
            job.work(path, tell)
            job.token, path, state = self._store.prepare_file(job.name, job.mime, path, job.reader_key, job.rows, KEPT_S), None, "ready"
        except Stopped:
            state = "stopped"
        except AtlasError as error:
            job.reason = error.text
        except (OSError, RuntimeError, ValueError, KeyError, ArithmeticError):
            log.exception("export %s failed", job.id)
        finally:
            if path is not None:
                path.unlink(missing_ok=True)
            job.state, job.ended_at, job.work = state, time.monotonic(), _nothing

    def _forget_old(self) -> None:
        now = time.monotonic()
        for job_id in [job.id for job in self._jobs.values() if job.is_over and now - job.ended_at > KEPT_S]:
            del self._jobs[job_id]


def _nothing(path: Path, tell: Tell) -> None:
    """Stands in for work done, so that its data can go."""


_places = threading.BoundedSemaphore(AT_ONCE)


def made_now(name: str, mime: str, rows: int, work: Work, reader_key: str, store: ExportStore = EXPORTS) -> str:
    """Make a smaller file in the reader's own run and return its token; at most `AT_ONCE` in the process at one moment.
    AtlasError when it is not the reader's turn in time."""
    if not reader_key:
        raise no_session()
    if not _places.acquire(timeout=PATIENCE_S):
        raise busy()
    path: Path | None = None
    try:
        path = store.new_path()
        work(path, _nobody_waits)
        token, path = store.prepare_file(name, mime, path, reader_key, rows), None
        return token
    except OSError as error:
        raise AtlasError("服务器无法写入文件，请稍后再试。", "The server cannot write the file; try again later.") from error
    finally:
        _places.release()
        if path is not None:
            path.unlink(missing_ok=True)


def _nobody_waits(done: int) -> None:
    """Progress of a file made at once: nobody watches."""


def busy() -> AtlasError:
    """Kindly: not now."""
    return AtlasError("现在导出的人较多，请过一两分钟再试。", "Many exports are under way; please try again in a minute or two.")


def no_session() -> AtlasError:
    """Without the cookie of a browser nobody could fetch the file."""
    return AtlasError("浏览器没有会话信息，不能导出。请刷新页面后再试。", "The browser sent no session; reload the page and try again.")


QUEUE = ExportQueue()
