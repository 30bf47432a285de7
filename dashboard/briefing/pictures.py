"""Map and charts of the briefing (图): drawn on the server, told apart by shade and hatch so that a grey copy still reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.briefing.document import Picture, plain_text
from dashboard.briefing.handling import HANDLING
from dashboard.briefing.hot import top_classes
from dashboard.briefing.teller import Teller
from dashboard.parts.export_files import map_note
from dashboard.parts.main_map import map_view, value_scale
from dashboard.parts.print_map import Sheet, map_png
from dashboard.parts.print_style import INK, SOFT, drawing, new_figure, png_of, quiet
from dashboard.view.drill import Shown, levels_below
from dashboard.view.format import day, span
from etl.model.indicators import BY_ID
from etl.model.levels import BY_ID as BY_LEVEL
from etl.model.text import Text
from etl.query.figures import figures
from etl.query.series import monthly
from etl.query.units import units

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MAP = Text("图2　各{level}千户诉求量（{span}）", "Figure 2  Cases per 1,000 households by {level} ({span})")
TREND = Text("图1　近十三个月诉求量（合并重复后，件）", "Figure 1  Cases by month, thirteen months (repeats merged)")
RATES = Text("图3　办理指标与上年同期、达标线（%）", "Figure 3  Rates against the year before and the standard (%)")
CLASSES = Text("图4　诉求集中的事项（件）", "Figure 4  Most frequent classes (cases)")
NOW, THEN, LIMIT = Text("本期", "This period"), Text("上年同期", "Year before"), Text("达标线", "Standard")
PARTIAL = Text("未满月", "not over")
FINE = {"city": "street", "district": "community", "street": "compound", "community": "compound"}
WIDE, DARK, PALE = 15.6, "#2f5d8a", "#b9c9da"


@dataclass(frozen=True, slots=True)
class Shape:
    """Size on the page."""

    width: float = WIDE
    height: float = 6.2


def map_picture(teller: Teller, font: str = "") -> Picture | None:
    """The map of cases per 1,000 households one or two levels below; None without boundaries."""
    run = teller.run
    below = levels_below(run, run.unit.unit_no)
    if not below or not teller.connected("case_per_1000hh"):
        return None
    wanted = BY_LEVEL[FINE.get(run.unit.level, below[0])].rank
    frame, last = units(run.build), int(units(run.build).last_no[run.unit.unit_no - 1])
    fine = [level for level in below if BY_LEVEL[level].rank >= wanted] or [below[-1]]
    # a map of one unit says nothing: the next level then
    level = next((one for one in fine if len(frame.at_level(one, teller.scope.as_of, run.unit.unit_no, last)) > 1), fine[-1])
    shown, indicator = Shown(level, run.unit.unit_no, None), BY_ID["case_per_1000hh"]
    table = figures(run.build, run.reader, indicator.id, teller.scope, level, run.unit.unit_no)
    view = map_view(run, indicator, shown, table, 400, scale=value_scale(run, indicator, level))  # the section tells how many, not how good
    period = span(teller.scope.date_from, teller.scope.date_to, run.lang)
    name = BY_LEVEL[level].plural if run.lang == "zh" else BY_LEVEL[level].name
    title = run.say(MAP.format(level=name.to(run.lang), span=period))
    sheet = Sheet("", "", (f"{map_note(run)}　　{run.word('data_to')} {day(run.build.data_date, run.lang)}",), width_cm=WIDE, height_cm=9.2, dpi=200, font=font)
    body = map_png(run.build, run.reader, view, sheet)
    return None if body is None else Picture("map", title, body, title, WIDE, 9.2)


def trend_picture(teller: Teller, font: str = "") -> Picture | None:
    """Cases of thirteen months as bars; the months of the period dark, an unfinished one hatched."""
    run, name = teller.run, "case_per_1000hh"
    if not teller.connected(name):
        return None
    points = monthly(run.build, run.reader, name, teller.scope, run.unit.unit_no, 13)
    numbers = [point.figure.numerator for point in points]
    if not any(numbers):
        return None
    shape = Shape(height=5.4)
    with drawing:
        figure, axes = _axes(shape, font)
        inside = [teller.period.first <= point.month <= teller.period.last for point in points]
        bars = axes.bar(range(len(points)), [number or 0 for number in numbers], color=[DARK if one else PALE for one in inside], width=0.62, edgecolor=SOFT, linewidth=0.4)
        for bar, point in zip(bars, points, strict=True):
            if point.is_partial:
                bar.set_hatch("///")
        axes.bar_label(bars, [f"{number:,.0f}" if number is not None else "" for number in numbers], fontsize=7.5, color=INK, padding=1.5)
        axes.set_xticks(range(len(points)), [_month(point.month, at, run.lang) + (f"\n({run.say(PARTIAL)})" if point.is_partial else "") for at, point in enumerate(points)])
        quiet(axes, grid="y")
        axes.yaxis.get_major_locator().set_params(integer=True)
        axes.margins(y=0.14)
        return _picture(figure, "trend", run.say(TREND), shape)


def rates_picture(teller: Teller, font: str = "") -> Picture | None:
    """The rates this period and a year before, with the line of the standard."""
    run = teller.run
    rows = [(name, teller.year(name)) for name in HANDLING if teller.connected(name)]
    rows = [(name, change) for name, change in rows if change.current.value is not None][::-1]
    if not rows:
        return None
    shape = Shape(height=6.0)
    with drawing:
        figure, axes = _axes(shape, font)
        places = range(len(rows))
        now = [(change.current.value or 0) * 100 for _, change in rows]
        then = [(change.earlier.value if change.earlier and change.earlier.value is not None else float("nan")) * 100 for _, change in rows]
        bars = axes.barh([place + 0.19 for place in places], now, height=0.36, color=DARK, label=run.say(NOW))
        halo(axes.bar_label(bars, [f"{value:.1f}" for value in now], fontsize=8, color=INK, padding=2))
        if any(value == value for value in then):
            old = axes.barh([place - 0.19 for place in places], then, height=0.36, color="#ffffff", edgecolor=SOFT, hatch="////", linewidth=0.6, label=run.say(THEN))
            halo(axes.bar_label(old, [f"{value:.1f}" if value == value else "" for value in then], fontsize=8, color=SOFT, padding=2))
        for place, (name, _) in zip(places, rows, strict=True):
            threshold = run.build.rules.thresholds.get(name)
            if threshold is not None and not isinstance(threshold.green, tuple):
                axes.plot([threshold.green * 100] * 2, [place - 0.42, place + 0.42], color=INK, linewidth=1.4, label=run.say(LIMIT) if place == 0 else None)
        axes.set_yticks(list(places), [run.say(BY_ID[name].name) for name, _ in rows])
        axes.set_xlim(0, 112)
        axes.set_xticks([0, 20, 40, 60, 80, 100])
        quiet(axes, grid="x")
        _legend_above(figure, axes)
        return _picture(figure, "rates", run.say(RATES), shape)


def classes_picture(teller: Teller, font: str = "") -> Picture | None:
    """The most frequent classes as bars, a year before hatched."""
    rows = top_classes(teller)[::-1]
    if not rows or not teller.connected("case_per_1000hh"):
        return None
    run, shape = teller.run, Shape(height=max(0.62 * len(rows) + 1.3, 2.4))
    with drawing:
        figure, axes = _axes(shape, font)
        places = range(len(rows))
        now = [getattr(row[1][0], "number", 0.0) for row in rows]
        then = [getattr(row[3][0], "number", float("nan")) for row in rows]
        bars = axes.barh([place + 0.19 for place in places], now, height=0.36, color=DARK, label=run.say(NOW))
        axes.bar_label(bars, [f"{value:,.0f}" for value in now], fontsize=8, color=INK, padding=2)
        if any(value == value for value in then):
            axes.barh([place - 0.19 for place in places], then, height=0.36, color="#ffffff", edgecolor=SOFT, hatch="////", linewidth=0.6, label=run.say(THEN))
        axes.set_yticks(list(places), [plain_text(row[0]) for row in rows])
        quiet(axes, grid="x")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.margins(x=0.1)
        _legend_above(figure, axes)
        return _picture(figure, "classes", run.say(CLASSES), shape)


def _axes(shape: Shape, font: str):
    figure = new_figure(shape.width, shape.height, font)
    figure.set_layout_engine("constrained")
    return figure, figure.add_subplot()


def _legend_above(figure: Figure, axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=len(labels), frameon=False, fontsize=8, handlelength=1.6)


def _picture(figure: Figure, key: str, title: str, shape: Shape) -> Picture:
    return Picture(key, title, png_of(figure, 200), title, shape.width, shape.height)


def halo(labels) -> None:
    """A white rim, so that a number stays readable on a line."""
    from matplotlib.patheffects import withStroke

    for label in labels:
        label.set_path_effects([withStroke(linewidth=2.5, foreground="white")])
        label.set_zorder(9)


def _month(month, at: int, lang: str) -> str:
    if lang == "en":
        return f"{month:%b}" + (f"\n{month.year}" if at == 0 or month.month == 1 else "")
    return f"{month.month}月" + (f"\n{month.year}年" if at == 0 or month.month == 1 else "")
