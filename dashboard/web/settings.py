"""How one server process was started, and the atlas.toml it follows. Set once by `python -m dashboard`, read everywhere else."""

import logging
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.web.atlas_file import LOOPBACK, NO_FILE, AtlasFile, load_atlas
from etl.model.errors import AtlasError, CallError

log = logging.getLogger("atlas.settings")
ROOT = Path(__file__).resolve().parents[2]
RECHECK_S = 2.0


@dataclass(frozen=True, slots=True)
class Settings:
    """`warehouse` is the folder of builds; `host` and `port` the address listened on."""

    warehouse: Path
    host: str = "127.0.0.1"
    port: int = 8501
    public: bool = False
    atlas: AtlasFile = field(default=NO_FILE)

    def __post_init__(self) -> None:
        if self.host not in LOOPBACK and not self.public and not self.atlas.has_sign_in:
            raise CallError(
                f"未配置登录，只能在本机（127.0.0.1）上提供服务，不能监听 {self.host}。请去掉 --host，或在 atlas.toml 中配置账号，或用 --public 只提供公示页面。",
                f"Sign-in is not configured, so the server listens on this machine (127.0.0.1) only, not on {self.host}."
                " Leave out --host, set up accounts in atlas.toml, or use --public to serve the public pages only.",
            )
        if self.host in ("0.0.0.0", "::") and not self.public and not (self.atlas.server.address or self.atlas.server.hosts):
            raise CallError(
                f"监听 {self.host} 时，请在 atlas.toml 的 [server] 中写 address 或 hosts（浏览器访问用的域名或地址）。",
                f"To listen on {self.host}, name in [server] of atlas.toml the address or hosts by which browsers ask.",
            )
        if not 1 <= self.port <= 65535:
            raise CallError(f"端口 {self.port} 无效，应为 1–65535。", f"Port {self.port} is not valid; use 1–65535.")

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def default_warehouse() -> Path:
    """`ATLAS_WAREHOUSE`, else data/warehouse below the project."""
    return Path(os.environ.get("ATLAS_WAREHOUSE") or ROOT / "data" / "warehouse")


def default_config() -> Path | None:
    """`ATLAS_CONFIG`, else atlas.toml in the working folder when there is one."""
    if given := os.environ.get("ATLAS_CONFIG"):
        return Path(given)
    found = Path("atlas.toml")
    return found if found.is_file() else None


class AtlasSettings:
    """The settings in use. The file is looked at every two seconds; one with a mistake is told and the last good one stays."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.problem: AtlasError | None = None
        self._current = load_atlas(path) if path is not None else NO_FILE
        self._stamp = self._stat()
        self._checked_at = time.monotonic()
        self._lock = threading.Lock()

    def current(self) -> AtlasFile:
        now = time.monotonic()
        if self.path is not None and now - self._checked_at > RECHECK_S and self._lock.acquire(blocking=False):
            try:
                self._checked_at = now
                self._look()
            finally:
                self._lock.release()
        return self._current

    def _look(self) -> None:
        stamp = self._stat()
        if stamp == self._stamp or self.path is None:
            return
        self._stamp = stamp
        try:
            found = load_atlas(self.path)
            if self._current.has_sign_in and not found.has_sign_in:
                raise CallError("atlas.toml 中已没有任何登录方式；重新启动后才会改为本机模式", "atlas.toml has no way to sign in any more; that needs a restart")
        except AtlasError as error:
            self.problem = error
            log.error("atlas.toml not taken over: %s", error.text.en)
            return
        self._current, self.problem = found, None
        log.info("atlas.toml taken over")

    def _stat(self) -> tuple[int, int]:
        try:
            found = self.path.stat() if self.path is not None else None
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size) if found is not None else (0, 0)


_settings = AtlasSettings()


def use_atlas(path: Path | None) -> AtlasSettings:
    """Follow this atlas.toml in this process from now on; None: no settings. CallError when it has a mistake."""
    global _settings
    _settings = AtlasSettings(path)
    return _settings


def atlas_settings() -> AtlasSettings:
    return _settings


def atlas() -> AtlasFile:
    """The settings of atlas.toml as they are now; all defaults without a file."""
    return _settings.current()
