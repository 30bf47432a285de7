"""The selection of the page (选中单元): single units by code, and the frame drawn in the scatter plot, both in the address.

A frame is kept as its four edges, not as a list of units: it selects the same way in a pasted link, in another period, and among
120,000 units. The scatter plot, the map and the tables all follow this one selection.
"""

from dataclasses import dataclass, replace
from html import escape
from math import isfinite

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from dashboard.explore.words import word
from dashboard.view.beside import BETWEEN, codes, toggled_beside
from dashboard.view.run import Run
from dashboard.view.state import ViewState
from etl.query.units import units


@dataclass(frozen=True, slots=True)
class Frame:
    """Edges in the values of the two indicators, both included."""

    x0: float
    x1: float
    y0: float
    y1: float

    def holds(self, points: pd.DataFrame) -> NDArray[np.bool_]:
        return (points["x"].between(self.x0, self.x1) & points["y"].between(self.y0, self.y1)).to_numpy()

    @property
    def text(self) -> str:
        return BETWEEN.join(f"{edge:.6g}" for edge in (self.x0, self.x1, self.y0, self.y1))


def frame_of(view: ViewState) -> Frame | None:
    """The frame of the address; None without one or with an unreadable one."""
    edges = _edges(view)
    return Frame(min(edges[:2]), max(edges[:2]), min(edges[2:]), max(edges[2:])) if len(edges) == 4 else None


def span_of(view: ViewState) -> tuple[float, float] | None:
    """The bar of the histogram in the address, as its two edges; None without one."""
    edges = _edges(view)
    return (min(edges), max(edges)) if len(edges) == 2 else None


def span_text(low: float, high: float) -> str:
    """A bar as it stands in the address, to the last digit: its edges decide who is in it."""
    return f"{low!r}{BETWEEN}{high!r}"


def _edges(view: ViewState) -> list[float]:
    try:
        edges = [float(part) for part in view.own("brush").split(BETWEEN)]
    except ValueError:
        return []
    return edges if all(isfinite(edge) for edge in edges) else []


def picks(run: Run) -> tuple[int, ...]:
    """Numbers of the units picked, as far as the reader sees them, in the order picked."""
    found = (units(run.build).by_code(code) for code in codes(run.view))
    return tuple(dict.fromkeys(no for no in found if no is not None and run.reader.sees(no)))


def with_pick(run: Run, unit_no: int) -> ViewState:
    """The view with a unit picked, or released when it was."""
    return toggled_beside(run.view, str(units(run.build).code[unit_no - 1]))


def chips(run: Run, framed: int | None, hint: str) -> None:
    """What is selected, each with a link that releases it; without a selection how to select."""
    frame = units(run.build)
    links = [
        f'<a class="ga-chosen" href="{_href(run, with_pick(run, no))}" data-go title="{escape(frame.path(no, run.reader), quote=True)}">{escape(frame.name[no - 1])}<b aria-hidden="true"> ×</b></a>'
        for no in picks(run)
    ]
    if framed is not None:
        links.append(f'<a class="ga-chosen" href="{_href(run, run.view.with_own(brush="", at=""))}" data-go>{word(run, "picked_of", n=f"{framed:,}")}<b aria-hidden="true"> ×</b></a>')
    if len(links) > 1:
        links.append(f'<a class="ga-chosen-clear" href="{_href(run, run.view.with_own(brush="", pick="", at=""))}" data-go>{word(run, "clear")}</a>')
    body = "".join(links) or f'<span class="ga-note">{escape(hint)}</span>'
    with st.container(key="explore-chips"):
        st.html(f'<div class="ga-chosens">{body}</div>')


def _href(run: Run, view: ViewState) -> str:
    return replace(run, view=view).href()
