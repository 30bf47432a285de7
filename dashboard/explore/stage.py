"""The map of the page (选单元的地图): the first indicator in the reader's classes; what is not selected steps back. A click selects."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.explore.classes import scale_chosen
from dashboard.explore.words import WORDS
from dashboard.maps.view import ABSENT
from dashboard.parts.main_map import draw_view, follow_click, map_view
from dashboard.view.drill import Shown
from dashboard.view.run import Run
from etl.model.indicators import Indicator
from etl.query.figures import LevelFigures, level_figures
from etl.query.units import units

HEIGHT = 460


def told(run: Run, indicator: Indicator, shown: Shown) -> LevelFigures:
    """The figures of the level shown below the unit looked at: what the chart draws, the classes are found in and the table lists."""
    return level_figures(run.build, run.reader, indicator.id, run.scope_for(indicator), shown.level, shown.under)


def draw_stage(run: Run, indicator: Indicator, shown: Shown, picked: Sequence[int], framed: Sequence[int] | None = None) -> None:
    """Map and legend. With a frame drawn only the units in it (and those picked) keep their colour; units picked are outlined."""
    every = level_figures(run.build, run.reader, indicator.id, run.scope_for(indicator), shown.level)
    scale = scale_chosen(run, indicator, told(run, indicator, shown).value)
    view = map_view(run, indicator, shown, every, HEIGHT, scale=scale)
    if framed is not None:
        states = view.states.copy()
        states[~below_any(run, np.array([*framed, *picked], dtype=np.int64), len(states))] = ABSENT
        view = replace(view, states=states, blank=WORDS["outside_frame"])
    if picked:
        view = replace(view, selected=picked[-1], also=tuple(picked[:-1]))
    with st.container(key="stage-map"):
        follow_click(run, draw_view(run, view, shown))


def below_any(run: Run, numbers: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    """Which places of an array indexed by unit_no are the units or lie below one of them."""
    steps = np.zeros(size + 1, dtype=np.int64)
    np.add.at(steps, numbers, 1)
    np.add.at(steps, units(run.build).last_no[numbers - 1] + 1, -1)
    return np.cumsum(steps)[:size] > 0
