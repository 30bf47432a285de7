"""Pictures drawn on the server (服务器绘图): a Chinese font that is there, quiet axes, shades that survive a grey printer.

Matplotlib is loaded by the first picture, not with the pages. No pyplot: figures of two threads must not meet.
"""

from __future__ import annotations

import io
import logging
import os
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.web.state_folder import state_folder
from etl.model.errors import AtlasError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# In the order of liking; the first that is installed is taken. Serif stands for 宋体, sans for 黑体, fang for 仿宋, kai for 楷体.
FAMILIES: dict[str, tuple[str, ...]] = {
    "sans": ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "SimHei", "PingFang SC", "Heiti SC",
             "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "HarmonyOS Sans SC", "Droid Sans Fallback", "Noto Sans CJK JP", "AR PL UMing CN"),
    "serif": ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN", "SimSun", "NSimSun", "Songti SC", "STSong",
              "AR PL UMing CN", "Noto Serif CJK JP"),
    "fang": ("FangSong", "FangSong_GB2312", "STFangsong", "FZFangSong-Z02"),
    "kai": ("KaiTi", "KaiTi_GB2312", "STKaiti", "AR PL UKai CN", "LXGW WenKai"),
}  # fmt: skip
FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts", "/System/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts")
INK, SOFT, LINE = "#1d2733", "#5a6675", "#c9d1db"
drawing = threading.Lock()  # font caches and hatches are shared by all figures of the process


@dataclass(frozen=True, slots=True)
class Face:
    """One font face: its family name and file."""

    family: str
    path: str
    index: int = 0


def load_matplotlib() -> None:
    """Imports Matplotlib once; its font cache goes to the state folder, as nothing else may be written to."""
    if "MPLCONFIGDIR" not in os.environ:
        try:
            folder = state_folder() / "fonts"
            folder.mkdir(mode=0o700, exist_ok=True)
            os.environ["MPLCONFIGDIR"] = str(folder)
        except (OSError, RuntimeError):  # read-only, or no warehouse served: Matplotlib then takes a temporary folder
            pass
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    import matplotlib

    matplotlib.use("agg")
    matplotlib.rcParams.update({"text.parse_math": False, "axes.unicode_minus": False, "font.size": 9, "hatch.linewidth": 0.5})


@lru_cache(maxsize=8)
def find_face(kind: str = "sans", named: str = "") -> Face | None:
    """The face for `kind`; `named` (a family or a font file of the settings) comes first. None when no Chinese font is there."""
    load_matplotlib()
    from matplotlib import font_manager

    if named and Path(named).expanduser().is_file():
        path = str(Path(named).expanduser())
        font_manager.fontManager.addfont(path)
        return Face(font_manager.FontProperties(fname=path).get_name(), path)
    found = {entry.name: entry for entry in reversed(font_manager.fontManager.ttflist) if entry.style == "normal" and int(entry.weight) <= 500}
    for family in (*((named,) if named else ()), *FAMILIES[kind], *(FAMILIES["serif"] if kind != "sans" else ()), *FAMILIES["sans"]):
        entry = found.get(family)
        if entry is not None and Path(entry.fname).is_file():
            return Face(family, entry.fname, getattr(entry, "index", 0) or 0)
    return None


def need_face(kind: str = "sans", named: str = "") -> Face:
    """The face, or a sentence saying what to install."""
    face = find_face(kind, named)
    if face is None:
        raise AtlasError(
            "服务器上没有中文字体，不能画图和生成 PDF。请安装一种（如 Noto Sans CJK SC、思源黑体），或在 atlas.toml 的 [print] font 中写明字体文件。",
            "There is no Chinese font on the server, so pictures and PDF cannot be made. Install one (such as Noto Sans CJK SC), or name a font file as [print] font in atlas.toml.",
        )
    return face


def new_figure(width_cm: float, height_cm: float, named: str = "") -> Figure:
    """An empty figure whose text is in the Chinese font."""
    face = need_face("sans", named)
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    matplotlib.rcParams["font.family"] = [face.family, "DejaVu Sans"]
    figure = Figure(figsize=(width_cm / 2.54, height_cm / 2.54))
    FigureCanvasAgg(figure)
    return figure


def png_of(figure: Figure, dpi: int = 200, about: dict[str, str] | None = None) -> bytes:
    """The picture; `about` goes into its metadata."""
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=dpi, metadata={key: _latin(value) for key, value in (about or {}).items()}, facecolor="white")
    return out.getvalue()


def _latin(text: str) -> str:
    """PNG text chunks of Matplotlib take what Pillow takes: any text, without control characters."""
    return "".join(char for char in text if char.isprintable() or char == "\n")


def quiet(axes, *, grid: str = "") -> None:
    """Only what is read: no box, thin lines, ticks without marks; `grid` "x" or "y"."""
    for side in ("top", "right", "left" if grid == "y" else "bottom"):
        axes.spines[side].set_visible(False)
    for spine in axes.spines.values():
        spine.set_color(LINE)
    axes.tick_params(length=0, colors=INK, labelsize=8.5)
    if grid:
        (axes.yaxis if grid == "y" else axes.xaxis).set_major_formatter(lambda value, _: f"{value:,.10g}")
        axes.grid(axis=grid, color=LINE, linewidth=0.5)
        axes.set_axisbelow(True)
