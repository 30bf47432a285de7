"""How one server process was started. Set once by `python -m dashboard`, read everywhere else."""

import os
from dataclasses import dataclass
from pathlib import Path

from etl.model.errors import CallError

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Settings:
    """`warehouse` is the folder of builds; `host` and `port` the address listened on."""

    warehouse: Path
    host: str = "127.0.0.1"
    port: int = 8501
    public: bool = False

    def __post_init__(self) -> None:
        if self.host not in LOOPBACK and not self.public:
            raise CallError(
                f"未配置登录，只能在本机（127.0.0.1）上提供服务，不能监听 {self.host}。请去掉 --host，或用 --public 只提供公示页面。",
                f"Sign-in is not configured, so the server listens on this machine (127.0.0.1) only, not on {self.host}."
                " Leave out --host, or use --public to serve the public pages only.",
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
