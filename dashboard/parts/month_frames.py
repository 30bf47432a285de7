"""The map's months (月度播放): asked for on the map itself, sent once as a class per unit and month, coloured by breaks common to all."""

import hashlib
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.maps.scale import Scale, find_breaks, sequential
from dashboard.maps.values import places_of
from dashboard.maps.view import ABSENT, FIGURE_STATES, MapEvent, MapView, MonthStrip
from dashboard.parts.map_lights import lit_months, scale_of_lights
from dashboard.view.drill import Shown
from dashboard.view.run import Run
from etl.model.indicators import Indicator
from etl.model.text import Text
from etl.query.figures import is_connected
from etl.query.months import NOT_IN_FORCE, Months, month_figures

ASKED = "map-months"
EVENTS = ("frames", "still")
SAMPLE = 200_000  # figures the common breaks are found on
MONTH = Text("{year}年{month}月", "{year}-{month:02d}")
PARTIAL = Text("（至{day}日）", " (to day {day})")
NOT_THERE = Text("当月尚无此单元（边界为最后一月的）", "This unit was not there that month (boundaries are those of the last month)")


@dataclass(frozen=True, eq=False, slots=True)
class Played:
    """The months to play and what colours them."""

    months: Months
    scale: Scale
    classes: NDArray[np.int8] | None = None  # by month and unit, where lights colour them


def offers_months(run: Run, indicator: Indicator) -> bool:
    """Whether the map offers to play months: figures that are told month by month, of feeds that are connected. What is itself made
    of several months (lasting hotspots, pilots) is not."""
    return not indicator.is_relative and indicator.id != "pilot_effect" and is_connected(run.build, indicator)


def take(run: Run, event: MapEvent) -> bool:
    """Remember what the reader asked of the player; whether the event was such a wish."""
    if event.kind == "frames":
        st.session_state[ASKED] = True
    elif event.kind == "still":
        st.session_state.pop(ASKED, None)
    return event.kind in EVENTS


def played(run: Run, indicator: Indicator, shown: Shown) -> Played | None:
    """The months, when they were asked for of just this picture: another indicator, level or filter asks anew."""
    scope = run.scope_for(indicator)
    wish = (indicator.id, shown.level, scope, run.build.id)
    if ASKED not in st.session_state or not offers_months(run, indicator):
        return None
    if st.session_state[ASKED] is True:
        st.session_state[ASKED] = wish
    if st.session_state[ASKED] != wish:
        del st.session_state[ASKED]
        return None
    found = month_figures(run.build, run.reader, indicator.id, scope, shown.level)
    classes = lit_months(run, indicator, found)
    return Played(found, _common_scale(found) if classes is None else scale_of_lights(run, indicator), classes)


def with_months(run: Run, view: MapView, what: Played) -> MapView:
    """The picture of the last month with all months beside it."""
    months, frames = what.months, []
    for at, (values, states) in enumerate(zip(months.values, months.states, strict=True)):
        is_there = states != NOT_IN_FORCE
        place = np.zeros(len(states), dtype=np.uint8)
        codes = np.where(is_there, FIGURE_STATES[np.where(is_there, states, 0)], ABSENT).astype(np.uint8)
        classes = None if what.classes is None else what.classes[at][is_there]
        place[is_there] = places_of(view, values[is_there], codes[is_there], classes) + 1
        frames.append(place)
    stacked = np.stack(frames)
    mark = hashlib.sha256(stacked.tobytes() + repr((view.build_id, view.level, months.days, view.scale)).encode()).hexdigest()[:16]
    labels = tuple(_label(run, *days, months.is_partial and days == months.days[-1]) for days in months.days)
    return replace(view, months=MonthStrip(mark, labels, stacked), blank=NOT_THERE)


def _label(run: Run, first, last, is_partial: bool) -> str:
    text = run.say(MONTH.format(year=first.year, month=first.month))
    return text + run.say(PARTIAL.format(day=last.day)) if is_partial else text


def _common_scale(found: Months) -> Scale:
    """Breaks over all months, so that a colour means the same in each."""
    known = found.values[(found.states != NOT_IN_FORCE) & np.isfinite(found.values)]
    sample = known[:: max(1, len(known) // SAMPLE)]
    return sequential(find_breaks(sample, "quantile", min(max(len(known) // 2, 2), 6)))
