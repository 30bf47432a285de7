"""How every chart looks (图表样式): colours, type, axes, number formats, and the one place where a Plotly figure is put on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import floor, isnan, log10
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard.view.format import DASH, plain, short
from dashboard.view.picks import is_picked
from dashboard.view.state import ViewState
from dashboard.web.theme import ACCENT, FONT, INK

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

# Told apart by the colour-blind and in grey print; the first is the map's middle tone, the last the grey of "other".
COLOURS = ("#2273b2", "#e8963f", "#6fc6be", "#542788", "#b5a642", "#8f9bab")
SOFT, LINE, PALE = "#5a6675", "#e3e8ee", "#b9c4d2"
CONFIG: dict[str, Any] = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "responsive": True, "showTips": False}
ROW = 30  # pixels of one horizontal bar


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


@dataclass(frozen=True, slots=True)
class Link:
    """A flow of `value` from one node of a Sankey to another, by their places; `pick` as in `Series`."""

    source: int
    target: int
    value: float
    colour: str = ""
    pick: str = ""


def draw(figure: Figure, key: str, alt: str, height: int, margin: int = 8, has_picks: bool = False) -> None:
    """Puts a figure on the page, `height` pixels tall, `margin` free above and below; with `has_picks` it shows that it can be clicked."""
    figure.update_layout(
        height=height, margin={"l": 8, "r": 16, "t": margin, "b": margin, "pad": 4}, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", dragmode=False, separators=".,",
        font={"family": FONT, "size": 14, "color": INK}, hoverlabel={"bgcolor": "#ffffff", "bordercolor": LINE, "font": {"family": FONT, "size": 14, "color": INK}, "align": "left"},
        legend={"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom", "font": {"size": 14, "color": SOFT}, "itemclick": False, "itemdoubleclick": False, "traceorder": "normal"},
        uirevision=key,
    )  # fmt: skip
    with st.container(key=f"pick-{key}" if has_picks else None):
        st.plotly_chart(figure, key=f"chart-{key}", config=CONFIG, theme=None, alt=alt)


def emphasis(colour: str, picks: Sequence[str], view: ViewState) -> str | list[str]:
    """The colour of a series, pale where something else of it is picked."""
    on = [is_picked(view, one) for one in picks]
    return [colour if one else PALE for one in on] if any(on) else colour


def names_axis(is_lying: bool, labels: Sequence[str] = ()) -> dict[str, Any]:
    """An axis of names, in the order given (from the top when it stands at the side), long ones clipped; names that do not fit side by side turn upright."""
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
    return look | ({"autorange": "reversed"} if is_lying else {"autotickangles": [0, 90], "showline": True, "linecolor": LINE})


def numbers_axis(lang: str, top: float, suffix: str, from_zero: bool = True) -> dict[str, Any]:
    """An axis of numbers with few readable ticks, in 万 or k where numbers are large."""
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
    step = _tick(top / 5)
    if not suffix and top == int(top):
        step = max(step, 1)  # there is no half a case
    ticks = [step * at for at in range(int(top * 1.14 / step) + 1)]
    digits = max(-floor(log10(step)), 0) if step < 1 else 0
    return look | {"tickvals": ticks, "ticktext": [short(tick, lang, digits).replace(".0万", "万").replace(".0亿", "亿").replace(".0k", "k").replace(".0M", "M") + suffix for tick in ticks], "range": [0, 101.0 if suffix == "%" and 99 < top <= 100.01 else top * 1.14]}


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
    """A label short enough for an axis: of "department/kind/matter" the matter, then its end; Chinese characters count double."""
    room = 30
    if len(label) > room:
        label = label.rpartition("/")[2] or label
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


def step_colour(at: int) -> str:
    return (ACCENT, "#4b84bd", "#7ba8d1", "#a9c8e2", "#cfe0ef")[min(at, 4)]
