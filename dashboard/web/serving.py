"""Which build is served (在用数据版本): follows CURRENT, trusts nothing unverified, keeps the last good one.

One `Serving` per process. A page run takes `build()` once and uses that build to its end; tiles and names of the
builds before stay readable for the pages that still show them.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from etl.model.errors import AtlasError
from etl.query.warehouse import Build, current_id, open_build

log = logging.getLogger("atlas.serving")
KEPT = 3  # builds held open: the current one and those that open pages may still ask tiles of
RECHECK_S = 1.0


class Serving:
    """The builds of one warehouse folder. Safe to call from many threads."""

    def __init__(
        self, warehouse: Path, is_public: bool = False, opener: Callable[[Path, str], Build] = open_build, prepare: Callable[[Build], None] | None = None
    ) -> None:  # fmt: skip
        self.warehouse = warehouse
        self.is_public = is_public
        self._open = opener
        self._prepare = prepare
        self._held: dict[str, Build] = {}
        self._current: Build | None = None
        self._refused: tuple[str, tuple[int, int]] | None = None
        self._problem: AtlasError | None = None
        self._checked_at = 0.0
        self._lock = threading.Lock()

    def refresh(self, force: bool = False) -> None:
        """Look at CURRENT (at most once a second unless `force`); verify, prepare and take over a build that is new there."""
        if not force and time.monotonic() - self._checked_at < RECHECK_S:
            return
        # While another thread takes a new build over, readers go on with the one they have.
        if not self._lock.acquire(blocking=self._current is None):
            return
        try:
            self._checked_at = time.monotonic()
            wanted = self._wanted()
            if wanted is None or (self._current is not None and self._current.id == wanted):
                return
            if wanted in self._held:  # a rollback to a build still open
                self._take(self._held[wanted])
                return
            stamp = (wanted, self._manifest_stamp(wanted))
            if stamp == self._refused:
                return
            try:
                build = self._open(self.warehouse, wanted)
            except AtlasError as error:
                self._refused, self._problem = stamp, error
                log.error("build %s refused: %s", wanted, error.text.en)
                return
            if self._current is not None and self._prepare is not None:
                self._prepare(build)
            self._take(build)
        finally:
            self._lock.release()

    def _wanted(self) -> str | None:
        try:
            wanted = current_id(self.warehouse)
        except AtlasError as error:
            self._problem = error
            return None
        if wanted is None:
            self._problem = AtlasError(
                "还没有可用的数据版本。请先运行 python -m etl build 建立数据仓。",
                "There is no build to serve yet. Run python -m etl build first.",
            )
        return wanted

    def _manifest_stamp(self, build_id: str) -> tuple[int, int]:
        """A damaged build is opened again only after somebody mended it; hashing it every second would burn a core."""
        try:
            found = (self.warehouse / build_id / "manifest.json").stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)

    def _take(self, build: Build) -> None:
        self._held.pop(build.id, None)
        self._held[build.id] = build
        self._current, self._problem, self._refused = build, None, None
        while len(self._held) > KEPT:
            # Not closed: a page run may still hold a cursor; the connection goes when the last of them does.
            del self._held[next(iter(self._held))]
        log.info("serving build %s", build.id)

    def build(self) -> Build:
        """The build to use for one page run or request. AtlasError with the reason when none can be served."""
        self.refresh()
        if self._current is None:
            raise self._problem or AtlasError("数据版本正在校验，请稍候刷新。", "The build is being verified; reload in a moment.")
        return self._current

    def held(self, build_id: str) -> Build | None:
        """A build still open under this id, else None."""
        return self._held.get(build_id)

    @property
    def current(self) -> Build | None:
        """The build served now, without looking for a newer one; None before the first."""
        return self._current

    @property
    def problem(self) -> AtlasError | None:
        """Why the build named by CURRENT is not the one served; None when all is well."""
        return self._problem


_serving: Serving | None = None


def follow(warehouse: Path, is_public: bool = False, prepare: Callable[[Build], None] | None = None) -> Serving:
    """Serve this warehouse in this process from now on; `is_public`: nothing but the public page. `prepare` is called with a
    build that is to follow another one before it does (caches filled, so that no visitor waits)."""
    global _serving
    _serving = Serving(warehouse, is_public, prepare=prepare)
    return _serving


def serving() -> Serving:
    """The process's one `Serving`."""
    if _serving is None:
        raise RuntimeError("serving.follow(warehouse) has not been called")
    return _serving
