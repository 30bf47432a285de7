"""How every chart looks (图表样式): colours, type, axes, number formats, and the one place where a Plotly figure is put on the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from math import floor, isnan, log10
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.view.format import DASH, plain, short
from dashboard.view.picks import carried, is_picked
from dashboard.view.state import ViewState
from dashboard.web.theme import ACCENT, FONT, INK

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

# Told apart by the colour-blind and in grey print (lightness 46, 65, 82, 24, 54, 70); the last is the grey of "other".
COLOURS = ("#2273b2", "#e0862a", "#97dbd2", "#542788", "#92822a", "#a3adbb")
LINES = ("#2273b2", "#c96a12", "#542788", "#2f8a80", "#6b6017", "#5a6675")  # dark enough for a thin line on white
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "triangle-down", "star", "cross")  # lines are told apart without colour
SOFT, LINE, PALE = "#5a6675", "#e3e8ee", "#b9c4d2"
FADED = 0.28  # of the parts of a chart that were not picked
CONFIG: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "responsive": True, "showTips": False}
ROW = 30  # pixels of one horizontal bar
MOST_TICKS = 13  # months written side by side
LONG_ROOM = 1.28  # an axis with room for the number at the end of its longest bar


@dataclass(frozen=True, slots=True)
class Series:
    """One set of values over the chart's labels. `hover` replaces the text shown at each point; `look` "dash" is for earlier periods.
    `picks`: what a click on each point filters by (`dashboard.view.picks`)."""

    name: str
    values: Sequence[float | None]
    colour: str = ""
    look: str = ""
    hover: Sequence[str] = ()
    picks: Sequence[str] = ()

    def told(self, digits: int, suffix: str) -> list[list[str]]:
        """What travels with each point: its text and what it filters by."""
        texts = list(self.hover) or [value_text(value, digits, suffix) for value in self.values]
        return [[text, one] for text, one in zip(texts, self.picks or [""] * len(texts), strict=True)]


    def points(self, digits: int, suffix: str, view: ViewState) -> list[list[str]]:
        """The same as the browser needs it: with the indicator that the map turns to."""
        return [[text, carried(view, one)] for text, one in self.told(digits, suffix)]


@dataclass(frozen=True, slots=True)
class Link:
    """A flow of `value` from one node of a Sankey to another, by their places; `pick` as in `Series`."""

    source: int
    target: int
    value: float
    colour: str = ""
    pick: str = ""


def draw(figure: Figure, key: str, alt: str, height: int, margin: int = 8, has_picks: bool = False, unit: str = "") -> None:
    """Puts a figure on the page, `height` pixels tall, `margin` free above and below; with `has_picks` it shows that it can be clicked.
    `unit` stands at the end of the legend's row."""
    figure.update_layout(
        height=height, margin={"l": 8, "r": 16, "t": margin, "b": margin, "pad": 4}, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", dragmode=False, separators=".,",
        font={"family": FONT, "size": 14, "color": INK}, hoverlabel={"bgcolor": "#ffffff", "bordercolor": LINE, "font": {"family": FONT, "size": 14, "color": INK}, "align": "left"},
        uirevision=key,
    )  # fmt: skip
    if figure.layout.showlegend or unit:  # our own: Plotly's is cut or stacked on a phone
        st.html(legend_html(figure, unit))
    figure.update_layout(showlegend=False)
    with st.container(key=f"pick-{key}" if has_picks else None):
        st.plotly_chart(figure, key=f"chart-{key}", config=CONFIG, theme=None, alt=alt)


def legend_html(figure: Figure, unit: str) -> str:
    """Name and colour of every series in a row that wraps, a dash for earlier periods; what the numbers count at its end."""
    rows = ""
    for trace in figure.data if figure.layout.showlegend else ():
        if trace.name and trace.showlegend is not False:
            is_line = trace.type == "scatter"
            colour = trace.line.color if is_line else trace.marker.color
            told = colour if isinstance(colour, str) else next((one for one in colour if one != PALE), PALE)
            look = ("is-dash" if trace.line.dash == "dash" else "is-line") if is_line else ""
            rows += f'<li><i class="{look}" style="color:{escape(told, quote=True)}"></i>{escape(trace.name)}</li>'
    counts = f'<li class="ga-legend-unit">{escape(unit)}</li>' if unit else ""
    return f'<ul class="ga-legend">{rows}{counts}</ul>'


def emphasis(colour: str, one: Series, series: Sequence[Series], view: ViewState) -> dict[str, Any]:
    """How a series is filled: pale where something else of the chart is picked. Parts of a bar stay apart, so they fade in their own colours;
    a series that cannot be picked stays as it is."""
    on = [is_picked(view, pick) for pick in one.picks]
    if not any(is_picked(view, pick) for each in series for pick in each.picks) or not any(one.picks):
        return {"color": colour}
    if len(series) == 1:
        return {"color": [colour if is_on else PALE for is_on in on]}
    return {"color": colour, "opacity": [1.0 if is_on else FADED for is_on in on]}


def names_axis(is_lying: bool, labels: Sequence[str] = ()) -> dict[str, Any]:
    """An axis of names, in the order given (from the top when it stands at the side), long ones clipped. Months along the foot stay level: of many
    every second or third is written, and a narrow screen leaves out every second again (atlas.css)."""
    look = {
        "type": "category",
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
        "tickfont": {"size": 14, "color": INK if is_lying else SOFT},
        "ticks": "",
    }
    if is_lying and labels:
        look |= {"tickvals": [escape(label) for label in labels], "ticktext": [escape(clipped(label)) for label in labels]}
    if not is_lying and len(labels) > MOST_TICKS:
        look |= {"tickvals": list(labels)[:: -(-len(labels) // MOST_TICKS)]}
    return look | ({"autorange": "reversed"} if is_lying else {"tickangle": 0, "showline": True, "linecolor": LINE})


def month_labels(lang: str, months: Sequence[date]) -> list[str]:
    """Months for an axis, the year below the first one and each January; over a year each with its year, since a name stands once on an axis."""
    if len(months) > 12:
        return [f"{month:%y-%m}" for month in months]
    names = [f"{month.month}月" if lang == "zh" else f"{month:%b}" for month in months]
    return [f"{name}<br>{month.year}" if at == 0 or month.month == 1 else name for at, (name, month) in enumerate(zip(names, months, strict=True))]


def numbers_axis(lang: str, top: float, suffix: str, from_zero: bool = True, room: float = 1.14, is_lying: bool = False) -> dict[str, Any]:
    """An axis of numbers with few readable ticks, in 万 or k where numbers are large; `room` times as long as the longest."""
    look: dict[str, Any] = {
        "gridcolor": LINE,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
        "tickfont": {"size": 14, "color": SOFT},
        "ticks": "",
        "tickangle": 0,
    }
    if not from_zero:
        return look | {"nticks": 5, "ticksuffix": suffix}
    step = _tick(top / (3 if room >= LONG_ROOM or (is_lying and top >= 1000) else 5))  # across a phone fewer large numbers stand side by side
    if not suffix and top == int(top):
        step = max(step, 1)  # there is no half a case
    ticks = [step * at for at in range(int(top * room / step) + 1)]
    digits = max(-floor(log10(step)), 0) if step < 1 else 0
    return look | {"tickvals": ticks, "ticktext": [tick_text(tick, lang, digits, ticks[-1]) + suffix for tick in ticks], "range": [0, 101.0 if suffix == "%" and 99 < top <= 100.01 else top * room]}


def tick_text(tick: float, lang: str, digits: int, top: float) -> str:
    """A number of an axis: written out up to 100,000, in 万 or k beyond, never both on one axis."""
    if top < 1e5:
        return plain(tick, digits)
    return "0" if not tick else short(tick, lang, digits).replace(".0万", "万").replace(".0亿", "亿").replace(".0k", "k").replace(".0M", "M")


def _tick(rough: float) -> float:
    """1, 2 or 5 times a power of ten, at least `rough`."""
    power = 10.0 ** floor(log10(rough)) if rough > 0 else 1.0
    return next((times * power for times in (1, 2, 5, 10) if times * power >= rough), power)


def largest(series: Sequence[Series], is_stacked: bool = False, mark: float | None = None) -> float:
    given = [[value or 0.0 for value in known(one.values)] for one in series]
    tops = [sum(column) for column in zip(*given, strict=True)] if is_stacked else [value for column in given for value in column]
    return max([*tops, mark or 0.0]) or 1.0


def heights(nodes: Sequence[tuple[str, str, int]], links: Sequence[Link], gap: float = 0.0) -> list[float]:
    """Where each node's middle stands, 0 at the top: nodes of a column one below the other in the order given, by their share,
    `gap` of the height between two, every column in the middle of the height."""
    size = [
        max(sum(link.value for link in links if link.source == at), sum(link.value for link in links if link.target == at))
        for at in range(len(nodes))
    ]
    columns = [[at for at, node in enumerate(nodes) if node[2] == column] for column in sorted({node[2] for node in nodes})]
    per_unit = min((1 - (len(column) - 1) * gap) / (sum(size[at] for at in column) or 1.0) for column in columns)
    places = [0.0] * len(nodes)
    for column in columns:
        used = sum(size[at] for at in column) * per_unit + (len(column) - 1) * gap
        top = (1 - used) / 2
        for at in column:
            places[at] = min(max(top + size[at] * per_unit / 2, 0.001), 0.999)
            top += size[at] * per_unit + gap
    return places


def clipped(label: str) -> str:
    """A label short enough for an axis: of "department/kind/matter" the matter; of a Chinese one its end, of others whole words from the
    start. Chinese characters count double."""
    room = 30
    if len(label) > room:
        label = re.split(r"(?<!\bw)/", label)[-1] or label  # "w/out" is one word
    if label.isascii() and len(label) > room:
        return f"{label[: room - 1].rsplit(' ', 1)[0]}…"
    for at in range(len(label) - 1, -1, -1):
        room -= 2 if ord(label[at]) > 0x2E7F else 1
        if room < 0:
            return "…" + label[at + 1 :]
    return label


def is_nothing(series: Sequence[Series]) -> bool:
    return not any(value is not None for one in series for value in known(one.values))


def known(values: Sequence[float | None]) -> list[float | None]:
    return [None if value is None or isnan(value) else float(value) for value in values]


def value_text(value: float | None, digits: int, suffix: str) -> str:
    text = plain(value, digits)
    return text if text == DASH else f"{text}{suffix}"


def beside_bar(value: float | None, lang: str, digits: int, suffix: str) -> str:
    """The value at the end of a bar, short enough for a phone; the exact one is in the hover."""
    return value_text(value, digits, suffix) if suffix or value is None or isnan(value) or abs(value) < 1e5 else short(value, lang)


def step_colour(at: int) -> str:
    return (ACCENT, "#4b84bd", "#7ba8d1", "#a9c8e2", "#cfe0ef")[min(at, 4)]
