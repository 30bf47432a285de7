"""The scatter plot (散点图), drawn as SVG: one point a unit, names on the selected ones, a frame that selects. No WebGL is needed.

Above `MOST` points the ground shows how dense they lie and only a part is drawn; a frame still selects among all, because it is the
frame that goes into the address, not the points the browser happened to hold.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.explore.picked import Frame
from dashboard.maps.scale import YLGNBU
from dashboard.parts.chart_style import CONFIG, INK, LINE, SOFT
from dashboard.view.beside import toggled_beside
from dashboard.view.choice import choosing, view_now
from dashboard.view.format import headed, with_unit
from dashboard.view.run import Run
from dashboard.view.state import ViewState
from dashboard.web.theme import ACCENT, FONT
from etl.model.indicators import Indicator

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MOST, SAMPLE, CELLS = 3000, 1200, 48
NAMED, LONGEST_NAME = 14, 8  # so few points carry their names; a longer name is cut on the chart, whole in the hover
HEIGHT = 460
PALE, FRAMED, PICKED = "#9fb2c8", ACCENT, "#d9480f"


def scatter(
    run: Run, points: pd.DataFrame, x: Indicator, y: Indicator, framed: np.ndarray, picked: tuple[int, ...], frame: Frame | None,
    line: tuple[float, float] | None, alt: str,
) -> int:  # fmt: skip
    """Draws `points` (unit_no, code, name, x, y, state); `framed` flags those in the frame. Returns how many points are drawn one by one."""
    from plotly import graph_objects as go_

    at = np.arange(len(points))
    if len(points) > MOST:
        at = np.linspace(0, len(points) - 1, SAMPLE).round().astype(int)
    figure = go_.Figure()
    if len(points) > MOST:
        _density(figure, points, x, y)
    is_picked = points["unit_no"].isin(picked).to_numpy()
    _marks(run, figure, points.iloc[at[~framed[at] & ~is_picked[at]]], x, y, PALE if frame or picked else ACCENT, 7, 0.75, is_named=len(points) <= NAMED and not picked)
    _marks(run, figure, points.iloc[at[framed[at] & ~is_picked[at]]], x, y, FRAMED, 8, 0.9, is_named=len(points) <= NAMED)
    _marks(run, figure, points[is_picked], x, y, PICKED, 11, 1.0, is_named=True)
    if line is not None:
        ends = np.array([points["x"].min(), points["x"].max()])
        figure.add_scatter(x=_shown(ends, x), y=_shown(line[0] * ends + line[1], y), mode="lines", line={"color": SOFT, "width": 1.5, "dash": "dot"}, hoverinfo="skip")
    if frame is not None:
        figure.add_shape(type="rect", x0=_shown(frame.x0, x), x1=_shown(frame.x1, x), y0=_shown(frame.y0, y), y1=_shown(frame.y1, y), line={"color": ACCENT, "width": 1.5}, fillcolor="rgba(31,95,168,.06)")
    _style(run, figure, points, x, y)
    # A new selection mounts the chart anew: the browser's own memory of the last frame would otherwise stay beside ours.
    key = f"scatter-{abs(hash((run.view.own('brush'), run.view.own('pick'), x.id, y.id, run.view.unit, run.view.level))) % 10**9}"

    def selected() -> ViewState | None:
        return framed_view(st.session_state[key], x, y)

    st.plotly_chart(figure, key=key, config={**CONFIG, "doubleClick": "reset"}, theme=None, alt=alt, on_select=choosing(selected), selection_mode="box")
    return len(at)


def framed_view(event: Any, x: Indicator, y: Indicator) -> ViewState | None:
    """The view a frame drawn leads to. (A point clicked is a pick like any other in a chart: its address travels with it.)"""
    boxes = (event["selection"].get("box") if event else None) or []
    if not boxes:
        return None
    (x0, x1), (y0, y1) = (boxes[0]["x"], boxes[0]["y"])
    edges = Frame(min(x0, x1) / _times(x), max(x0, x1) / _times(x), min(y0, y1) / _times(y), max(y0, y1) / _times(y))
    return view_now().with_own(brush=edges.text, at="")


def _times(indicator: Indicator) -> float:
    return 100.0 if indicator.is_percent else 1.0


def _shown(values: Any, indicator: Indicator) -> Any:
    return values * _times(indicator)


def _marks(run: Run, figure: Figure, points: pd.DataFrame, x: Indicator, y: Indicator, colour: str, size: int, opacity: float, is_named: bool = False) -> None:
    """Points of one look; hollow where a figure rests on few things."""
    if not len(points):
        return
    hollow = (points["state"] == "unstable").to_numpy()
    told = [(with_unit(x, a, run.lang), with_unit(y, b, run.lang)) for a, b in zip(points["x"], points["y"], strict=True)]
    names = [escape(name) for name in points["name"]]
    short = [escape(name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…") for name in points["name"]]
    figure.add_scatter(
        x=_shown(points["x"], x), y=_shown(points["y"], y), mode="markers+text" if is_named else "markers", text=short, textposition="top center", textfont={"size": 14, "color": INK},
        marker={"size": size, "opacity": opacity, "color": np.where(hollow, "#ffffff", colour).tolist(), "line": {"color": colour, "width": 1.4 if hollow.any() else 0.6}},
        customdata=[("", f"pick={toggled_beside(run.view, code).own('pick')}", name, a, b) for code, name, (a, b) in zip(points["code"], names, told, strict=True)],
        hovertemplate=f"<b>%{{customdata[2]}}</b><br>{escape(run.say(x.name))} %{{customdata[3]}}<br>{escape(run.say(y.name))} %{{customdata[4]}}<extra></extra>",
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": opacity}}, cliponaxis=False,
    )  # fmt: skip


def _density(figure: Figure, points: pd.DataFrame, x: Indicator, y: Indicator) -> None:
    counts, across, up = np.histogram2d(_shown(points["x"], x), _shown(points["y"], y), bins=CELLS)
    figure.add_heatmap(
        x=(across[:-1] + across[1:]) / 2, y=(up[:-1] + up[1:]) / 2, z=np.where(counts.T > 0, np.log10(np.maximum(counts.T, 1)), np.nan), showscale=False, hoverinfo="skip",
        colorscale=[[at / 6, colour] for at, colour in enumerate(YLGNBU)], opacity=0.55,
    )  # fmt: skip


def axis_name(run: Run, indicator: Indicator) -> str:
    """Name and unit of an axis; "… per 1,000 households" need not say it twice."""
    return run.say(indicator.name) if run.say(indicator.unit) in run.say(indicator.name) else headed(indicator, run.lang)


def _style(run: Run, figure: Figure, points: pd.DataFrame, x: Indicator, y: Indicator) -> None:
    axis = {"gridcolor": LINE, "zeroline": False, "automargin": True, "tickfont": {"size": 14, "color": SOFT}, "title": {"font": {"size": 15, "color": INK}, "standoff": 12}, "fixedrange": True}
    for name, indicator in (("xaxis", x), ("yaxis", y)):
        title = axis_name(run, indicator)
        figure.update_layout({name: {**axis, "title": {**axis["title"], "text": escape(title)}, "tickformat": ",", "ticksuffix": "%" if indicator.is_percent else ""}})  # type: ignore[dict-item]
    figure.update_layout(
        height=HEIGHT, margin={"l": 8, "r": 40, "t": 20, "b": 8, "pad": 4}, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", dragmode="select", showlegend=False, hovermode="closest",
        font={"family": FONT, "size": 14, "color": INK}, hoverlabel={"bgcolor": "#ffffff", "bordercolor": LINE, "font": {"family": FONT, "size": 14, "color": INK}, "align": "left"},
        newselection={"line": {"color": ACCENT, "width": 1.5, "dash": "solid"}}, separators=".,",
    )  # fmt: skip
