"""The public tables in use (在用公众库): follows CURRENT like the internal server, but never opens anything else than public.duckdb."""

import logging
import threading
import time
from pathlib import Path

from etl.model.errors import AtlasError
from etl.query.once import Once
from etl.query.public_build import PublicBuild, open_public
from etl.query.warehouse import current_id

log = logging.getLogger("atlas.public")
RECHECK_S = 1.0
_builds: Once[tuple[str, str], PublicBuild] = Once(capacity=4)


def public_of(warehouse: Path, build_id: str) -> PublicBuild:
    """The public tables of one build, read once. AtlasError when they are absent, damaged or of an earlier shape."""
    return _builds.get((str(warehouse), build_id), lambda: open_public(warehouse, build_id))


class PublicServing:
    """The newest good public build of one warehouse. A bad one is told in the log, and the last good one stays. Thread-safe."""

    def __init__(self, warehouse: Path) -> None:
        self.warehouse = warehouse
        self.current: PublicBuild | None = None
        self.problem: AtlasError | None = None
        self._refused = ("", 0)
        self._checked_at = 0.0
        self._lock = threading.Lock()

    def refresh(self, force: bool = False) -> None:
        """Look at CURRENT, at most once a second unless `force`."""
        if self.current is not None and not force and time.monotonic() - self._checked_at < RECHECK_S:
            return
        if not self._lock.acquire(blocking=self.current is None):  # while another thread reads a new build, readers go on with the old one
            return
        try:
            self._checked_at = time.monotonic()
            self._look()
        finally:
            self._lock.release()

    def _look(self) -> None:
        try:
            wanted = current_id(self.warehouse)
            if wanted is None:
                raise AtlasError("还没有可用的数据版本。请先运行 python -m etl build 建立数据仓。", "There is no build to serve yet. Run python -m etl build first.")
            if self.current is not None and self.current.id == wanted:
                self.problem = None
                return
            stamp = (wanted, self._stamp(wanted))
            if stamp == self._refused:
                return
            self._refused = stamp
            self.current, self.problem = public_of(self.warehouse, wanted), None
            self._refused = ("", 0)
            log.info("serving public build %s", wanted)
        except AtlasError as error:
            if self.problem is None or self.problem.text.en != error.text.en:
                log.error("public build refused: %s", error.text.en)
            self.problem = error

    def _stamp(self, build_id: str) -> int:
        """A damaged build is looked at again only after somebody mended it."""
        try:
            return (self.warehouse / build_id / "manifest.json").stat().st_mtime_ns
        except OSError:
            return 0

    def build(self) -> PublicBuild:
        """The build to show. AtlasError with the reason when there is none."""
        self.refresh()
        if self.current is None:
            raise self.problem or AtlasError("数据版本正在校验，请稍候刷新。", "The build is being verified; reload in a moment.")
        return self.current
