"""The input templates (填报模板), made by `python -m etl templates` in a process of its own and kept for this server's life."""

import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from dashboard.web.settings import ROOT
from etl.model.errors import AtlasError

LONGEST_S = 60


@lru_cache(maxsize=1)
def template_files() -> dict[str, bytes]:
    """Workbook by file name. AtlasError when the command fails."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "etl", "templates", "--out", folder], cwd=ROOT, capture_output=True, timeout=LONGEST_S, check=False,
        )  # fmt: skip
        found = {path.name: path.read_bytes() for path in sorted(Path(folder).rglob("*.xlsx"))}
    if done.returncode != 0 or not found:
        raise AtlasError(
            "模板暂时无法生成，请用命令行 python -m etl templates --out 目录",
            "Templates cannot be made now; run python -m etl templates --out DIR",
        )
    return found


def template_of(feed: str) -> tuple[str, bytes]:
    """File name and workbook of one feed. AtlasError when there is none."""
    for name, body in template_files().items():
        if name == f"{feed}.xlsx" or name.startswith(f"{feed}_") or name.endswith(f"_{feed}.xlsx") or f"_{feed}_" in name:
            return name, body
    raise AtlasError(f"没有输入表 {feed} 的模板", f"There is no template for the feed {feed}")
