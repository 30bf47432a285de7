"""What a map shows, as a sortable table (地图数据表), where the page's main table tells something else: kinds, hotspots, sizes."""

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.maps.view import ABSENT, NO_DATA, OK, STATE_WORDS, UNSTABLE, MapView
from dashboard.parts.list_table import Cell, link, list_table, number, text
from dashboard.view.drill import Shown
from dashboard.view.run import Run
from etl.model.indicators import INDICATORS
from etl.model.text import Text
from etl.query.units import units

LONGEST = 300  # rows written as HTML; longer tables go to the virtual grid
TITLE = Text("以表格查看地图数据", "The map as a table")
WITHOUT_MAIN_TABLE = ("explore",)
OF_INDICATORS = frozenset(indicator.name for indicator in INDICATORS)


def map_table(run: Run, view: MapView, shown: Shown) -> None:
    """A folded table of the units in focus, filled only when it is opened; nothing where the page's main table tells the same."""
    if view.indicator not in OF_INDICATORS or run.page.id in WITHOUT_MAIN_TABLE:
        with st.container(key="map-table"):
            _folded(run, view, shown)


@st.fragment
def _folded(run: Run, view: MapView, shown: Shown) -> None:
    box = st.expander(run.say(TITLE), key="map-table-open", on_change="rerun")
    if not box.open:
        return
    frame, numbers = units(run.build), rows_of(view)
    words = [told(run, view, no) for no in numbers]
    heads = [(run.word("name"), False), (run.word("belongs"), False), (run.word("code"), False), (run.say(view.indicator), not view.scale.words)]
    parents = [frame.name[frame.parent_no[no - 1] - 1] if frame.parent_no[no - 1] > 0 else "" for no in numbers]
    with box:
        if len(numbers) <= LONGEST:
            rows = [[link(run, no), text(parent), text(frame.code[no - 1]), cell] for no, parent, cell in zip(numbers, parents, words, strict=True)]
            st.html(list_table(heads, rows, run.word("state_no_data"), run.say(view.indicator)))
        else:
            values = [cell.html if view.scale.words else view.values[no] for no, cell in zip(numbers, words, strict=True)]
            columns = {heads[0][0]: frame.name[np.array(numbers) - 1], heads[1][0]: parents, heads[2][0]: frame.code[np.array(numbers) - 1], heads[3][0]: values}
            st.dataframe(pd.DataFrame(columns), hide_index=True, height=360, placeholder="—")


def rows_of(view: MapView) -> list[int]:
    """Units in focus that are drawn."""
    first, last = view.visible
    return [int(no) for no in np.flatnonzero(view.states != ABSENT) if first <= no <= last]


def told(run: Run, view: MapView, no: int) -> Cell:
    """A unit's value as the map tells it: its kind in words (sorted in the legend's order), its number, or why there is none."""
    value, state = float(view.values[no]), int(view.states[no])
    if state not in (OK, UNSTABLE) or np.isnan(value):
        return text(run.say(STATE_WORDS[NO_DATA if state in (OK, UNSTABLE) else state]))
    figure = number(value * view.number.scale, view.number.digits).html + view.number.suffix.to(run.lang)
    if not view.scale.words:
        return Cell(figure, value, True)
    word = text(run.say(view.scale.words[int(view.class_of(np.array([no]))[0])])).html
    return Cell(word if view.classes is None else f"{figure} · {word}", value)
