"""The map as a picture (地图成图): colours, classes and states of the screen, drawn on the server, in ink a grey printer keeps apart."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from dashboard.maps.legend import legend_entries
from dashboard.maps.scale import ZERO
from dashboard.maps.values import STATE_LOOKS, state_look
from dashboard.maps.view import ABSENT, NO_DATA, NO_TEXT, OK, UNSTABLE, MapView
from dashboard.parts.print_style import INK, SOFT, drawing, new_figure, png_of
from etl.model.levels import BY_ID
from etl.model.text import Text
from etl.query.boundaries import boundaries
from etl.query.reader import Reader
from etl.query.units import units
from etl.query.warehouse import Build

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HATCHES = {"plain": "", "stripes": "////", "dots": "...", "no_data": "\\\\\\", "no_feed": "oo", "suppressed": "xxx", "unstable": "..."}
LABELLED = 80  # more units than this are not named
NORTH = Text("北", "N")
COUNT = Text("{text}（{n}）", "{text} ({n})")
NO_SHAPES = Text("本层级没有边界数据，未绘制地图。", "There are no boundaries of this level, so no map is drawn.")
KM = ("千米", "km")
Look = tuple[str, str]


@dataclass(frozen=True)
class Sheet:
    """What stands around the map: title, the line below it, lines at the foot, a mark across it ("" for none)."""

    title: str
    subtitle: str
    foot: tuple[str, ...]
    mark: str = ""
    width_cm: float = 29.7
    height_cm: float = 21.0
    dpi: int = 180
    font: str = ""
    about: tuple[tuple[str, str], ...] = ()


def map_png(build: Build, reader: Reader, view: MapView, sheet: Sheet) -> bytes | None:
    """The picture, or None when no unit of the level has a boundary. AtlasError when there is no Chinese font."""
    first, last = max(view.visible[0], reader.first_no), min(view.visible[1], reader.last_no)
    numbers = [no for no in range(first, last + 1) if view.states[no] != ABSENT]
    shapes = boundaries(build, reader, numbers)
    if not shapes:
        return None
    frame = units(build)
    outer = boundaries(build, reader, _outline_numbers(build, view, first, last))
    whole = boundaries(build, reader, [view.visible[0]])
    with drawing:
        figure = new_figure(sheet.width_cm, sheet.height_cm, sheet.font)
        small = sheet.height_cm < 14
        head = 0.0 if not sheet.title else 2.0 if not small else 1.3
        foot = (0.55 if not small else 0.42) * len(sheet.foot) + 0.25
        legend_cm = 6.0 if not small else 4.6
        box = [0.4 / sheet.width_cm, foot / sheet.height_cm, 1 - (legend_cm + 0.8) / sheet.width_cm, 1 - (foot + head + 0.2) / sheet.height_cm]
        axes = figure.add_axes((box[0], box[1], box[2], box[3]))
        axes.set_axis_off()
        _paint(axes, view, shapes)
        line = 0.15 if len(shapes) > 3000 else 0.35 if len(shapes) > 300 else 0.6
        _outline(axes, shapes.values(), "#ffffff" if len(shapes) > 300 else "#6b7686", line)
        _outline(axes, outer.values(), "#3a4554", 0.9)
        _outline(axes, whole.values(), INK, 1.6)
        _frame_view(axes, [*shapes.values(), *whole.values()])
        if len(shapes) <= LABELLED:
            _names(axes, {no: frame.name[no - 1] for no in shapes}, shapes, 7.5 if small else 9)
        left = 1 - legend_cm / sheet.width_cm
        _north_and_scale(figure, axes, view.lang, left + 0.01, box[1] + 0.02, 7.5 if small else 9)
        _legend(figure, view, left, box[1] + box[3], small)
        if sheet.title:
            figure.text(0.5, 1 - 0.35 / sheet.height_cm, sheet.title, ha="center", va="top", fontsize=17 if not small else 11.5, weight="bold", color=INK)
            figure.text(0.5, 1 - (1.35 if not small else 0.95) / sheet.height_cm, sheet.subtitle, ha="center", va="top", fontsize=10.5 if not small else 8, color=SOFT)
        for place, text in enumerate(reversed(sheet.foot)):
            figure.text(0.4 / sheet.width_cm, (0.25 + (0.55 if not small else 0.42) * place) / sheet.height_cm, text, va="bottom", fontsize=9 if not small else 7.5, color=SOFT)
        if sheet.mark:
            for x, y in ((0.2, 0.25), (0.5, 0.55), (0.75, 0.8), (0.7, 0.3), (0.25, 0.75)):
                figure.text(x, y, sheet.mark, rotation=24, alpha=0.13, fontsize=15 if not small else 10, ha="center", va="center", color=INK)
        return png_of(figure, sheet.dpi, {key: value for key, value in sheet.about if key.isascii()} | {"Title": sheet.title or "map", "Description": "\n".join(f"{key}: {value}" for key, value in sheet.about)})


def _outline_numbers(build: Build, view: MapView, first: int, last: int) -> list[int]:
    """Units of the next coarser level in the picture that has more than one there."""
    frame, rank = units(build), BY_ID[view.level].rank
    for above in range(rank - 1, -1, -1):
        numbers = np.flatnonzero(frame.level[first - 1 : last] == above) + first
        if len(numbers) > 1:
            return [int(no) for no in numbers]
    return []


def _looks(view: MapView, numbers: Iterable[int]) -> dict[Look, list[int]]:
    """Units by colour and pattern, as the screen paints them."""
    found: dict[Look, list[int]] = {}
    for no in numbers:
        state, value = int(view.states[no]), float(view.values[no])
        if state in (OK, UNSTABLE) and math.isnan(value):
            state = NO_DATA
        if state in STATE_LOOKS:
            look: Look = state_look(state, False)
        else:
            is_zero = view.scale.zero_apart and value == 0
            colour, pattern = ZERO if is_zero else view.scale.looks[int(view.class_of(np.array([no]))[0])]
            look = (colour, "unstable" if state == UNSTABLE and pattern == "plain" else pattern)
        found.setdefault(look, []).append(no)
    return found


def _paint(axes: Axes, view: MapView, shapes: dict[int, shapely.Geometry]) -> None:
    """One patch per look, however many units: a city's micro-grids in a second."""
    from matplotlib.patches import PathPatch

    for (colour, pattern), numbers in _looks(view, shapes).items():
        path = _path([shapes[no] for no in numbers])
        if path is not None:
            axes.add_patch(PathPatch(path, facecolor=colour, edgecolor=colour, linewidth=0.2))
            if HATCHES[pattern]:
                ink = "#ffffff" if pattern in ("unstable", "stripes") else "#4b5563"
                axes.add_patch(PathPatch(path, facecolor="none", edgecolor=ink, linewidth=0, hatch=HATCHES[pattern]))


def _path(geometries: list[shapely.Geometry]):
    """All rings of all geometries as one path: outer rings one way round, holes the other."""
    from matplotlib.path import Path

    parts = shapely.get_parts(np.array(geometries, dtype=object))
    parts = shapely.orient_polygons(parts[shapely.get_type_id(parts) == 3])
    rings = shapely.get_rings(parts)
    if not len(rings):
        return None
    points, owner = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(points), Path.LINETO, dtype=np.uint8)
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    codes[starts] = Path.MOVETO
    codes[np.r_[starts[1:] - 1, len(points) - 1]] = Path.CLOSEPOLY
    return Path(points, codes)


def _outline(axes: Axes, geometries: Iterable[shapely.Geometry], colour: str, width: float) -> None:
    from matplotlib.patches import PathPatch

    path = _path(list(geometries)) if geometries else None
    if path is not None:
        axes.add_patch(PathPatch(path, facecolor="none", edgecolor=colour, linewidth=width, joinstyle="round"))


def _frame_view(axes: Axes, geometries: list[shapely.Geometry]) -> None:
    west, south, east, north = shapely.total_bounds(np.array(geometries, dtype=object))
    rim = max(east - west, north - south) * 0.02 or 0.0005
    axes.set_xlim(west - rim, east + rim)
    axes.set_ylim(south - rim, north + rim)
    axes.set_aspect(1 / max(math.cos(math.radians((south + north) / 2)), 0.05), anchor="C")


def _names(axes: Axes, names: dict[int, str], shapes: dict[int, shapely.Geometry], size: float) -> None:
    """Names inside their units, the largest first; one that would lie on another is left out."""
    from matplotlib.patheffects import withStroke

    width, height = axes.get_window_extent().width, axes.get_window_extent().height
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    per_x, per_y = (east - west) / max(width, 1), (north - south) / max(height, 1)
    per = max(per_x, per_y)
    point = size * axes.figure.dpi / 72 * per  # one letter's height in the map's own measure
    taken: list[tuple[float, float, float, float]] = []
    for no in sorted(shapes, key=lambda one: -shapes[one].area):
        text = names[no] if len(names[no]) <= 12 else f"{names[no][:11]}…"
        spot = shapes[no].representative_point()
        half = sum(1.0 if ord(char) > 255 else 0.55 for char in text) * point * 0.53
        tall = point * 0.62
        box = (spot.x - half, spot.y - tall, spot.x + half, spot.y + tall)
        if any(box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in taken):
            continue
        taken.append(box)
        label = axes.text(spot.x, spot.y, text, fontsize=size, ha="center", va="center", color=INK)
        label.set_path_effects([withStroke(linewidth=2.2, foreground="white", alpha=0.9)])


def _north_and_scale(figure: Figure, axes: Axes, lang: str, left: float, bottom: float, size: float) -> None:
    """An arrow to the north and a bar of a round length, below the legend."""
    axes.apply_aspect()
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    metres = (east - west) * 111_320 * math.cos(math.radians((south + north) / 2))
    if metres <= 0:
        return
    wanted = metres / 6
    step = 10 ** math.floor(math.log10(wanted))
    length = max(factor * step for factor in (1, 2, 5) if factor * step <= wanted)
    wide = axes.get_position().width * length / metres
    text = f"{length / 1000:g} {KM[lang == 'en']}" if length >= 1000 else f"{length:g} {'m' if lang == 'en' else '米'}"
    from matplotlib.lines import Line2D

    figure.add_artist(Line2D([left, left + wide], [bottom, bottom], color=INK, linewidth=1.8, solid_capstyle="butt"))
    figure.text(left + wide / 2, bottom + 0.008, text, ha="center", va="bottom", fontsize=size, color=INK)
    high = 0.9 / 2.54 / figure.get_figheight()
    figure.text(left, bottom + 0.05 + high * 1.05, NORTH.to(lang), ha="center", va="bottom", fontsize=size, color=INK)
    axes.annotate(
        "", xy=(left, bottom + 0.05 + high), xytext=(left, bottom + 0.05), xycoords="figure fraction", textcoords="figure fraction",
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.1}, annotation_clip=False,
    )  # fmt: skip


def _legend(figure: Figure, view: MapView, left: float, top: float, small: bool) -> None:
    from matplotlib.patches import Patch

    size, wide = (7.8, 20) if small else (10, 27)
    unit = view.number.suffix.to(view.lang).strip()
    title = view.indicator.to(view.lang) + (f"（{unit}）" if unit and view.lang == "zh" else f" ({unit})" if unit else "")
    plain = view if unit == "%" else replace(view, number=replace(view.number, suffix=NO_TEXT))  # the unit stands in the title
    handles = []
    for (colour, pattern), text, count in legend_entries(plain):
        ink = {"unstable": "#ffffff", "stripes": "#ffffff", "plain": "#6b7686"}.get(pattern, "#4b5563")
        label = broken(COUNT.format(text=text, n=f"{count:,}").to(view.lang), wide)
        handles.append(Patch(facecolor=colour, edgecolor=ink, hatch=HATCHES[pattern], linewidth=0.6, label=label))
    legend = figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(left, top), fontsize=size, title=broken(title, wide + 4), title_fontsize=size + 0.8, frameon=False,
        handlelength=2.2, handleheight=1.3, labelspacing=0.8, alignment="left", borderaxespad=0,
    )  # fmt: skip
    legend.get_title().set_fontweight("bold")


def broken(text: str, wide: int) -> str:
    """Lines at most `wide` half-width characters, cut at blanks or between Chinese characters, brackets kept with what they close."""
    pieces = re.findall(r"[（(][^（()）]{0,8}[)）]|[^\u2e80-\u9fff\uff00-\uffef\s]+\s?|.[，。；：、）]?", text)
    lines, line = [], ""
    for piece in pieces:
        if line and columns_of(line + piece.rstrip()) > wide:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return "\n".join([*lines, line.rstrip()])


def columns_of(text: str) -> int:
    """Width in half-width characters."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
