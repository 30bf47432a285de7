"""The one map (一张图): figures of the level shown, coloured by thresholds where there are some, else by frozen breaks."""

from dataclasses import replace
from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.drill import Shown, levels_below
from dashboard.format import day, span
from dashboard.frame import Run
from dashboard.maps.legend import legend_html
from dashboard.maps.panel import atlas_map
from dashboard.maps.scale import Scale, band, find_breaks, sequential
from dashboard.maps.view import STATE_CODES, DrawnLevel, MapEvent, MapView, NumberFormat
from dashboard.words import WORDS
from etl.model.indicators import Indicator
from etl.model.levels import BY_ID, LEVEL_IDS
from etl.model.text import Text
from etl.query.figures import figures
from etl.query.once import Once
from etl.query.scope import default_scope
from etl.query.units import units

_scales: Once[tuple, Scale] = Once(capacity=64)
_levels: Once[str, tuple[DrawnLevel, ...]] = Once(capacity=6)


def scale_of(run: Run, indicator: Indicator, level: str) -> Scale:
    """Bands where the rules have thresholds, else quantiles over the whole range in the default period: frozen, so that a
    colour means the same for every period and every unit looked at."""
    threshold = run.build.rules.thresholds.get(indicator.id)
    if threshold is not None and indicator.has_denominator and threshold.basis == "value" and not isinstance(threshold.green, tuple):
        low, high = sorted((threshold.green, threshold.amber))  # type: ignore[type-var]  # both are numbers when one is
        return band(low, high, indicator.better)

    def found() -> Scale:
        table = figures(run.build, run.reader, indicator.id, default_scope(run.build), level)
        return sequential(find_breaks(table["value"].to_numpy(dtype=np.float64), "quantile", 6))

    return _scales.get((run.build.key, run.reader.first_no, run.reader.last_no, indicator.id, level), found)


def drawn_levels(run: Run) -> tuple[DrawnLevel, ...]:
    """Levels with tiles, and the median area of their units."""

    def found() -> tuple[DrawnLevel, ...]:
        frame, files = units(run.build), run.build.manifest["files"]
        levels = []
        for rank, level in enumerate(LEVEL_IDS):
            areas = frame.numbers["area_m2"][frame.level == rank]
            areas = areas[np.isfinite(areas)]
            if len(areas) and f"tiles/{level}.pmtiles" in files:
                levels.append(DrawnLevel(level, float(np.median(areas))))
        return tuple(levels)

    return _levels.get(run.build.key, found)


def map_view(run: Run, indicator: Indicator, shown: Shown, table: pd.DataFrame, height: int) -> MapView:
    """The picture of `table` (figures of the whole level; what lies outside `shown.under` is pale)."""
    frame = units(run.build)
    size = len(frame) + 1
    values, states = np.full(size, np.nan), np.zeros(size, dtype=np.uint8)
    at = table["unit_no"].to_numpy()
    values[at] = table["value"].to_numpy(dtype=np.float64)
    states[at] = table["state"].map(STATE_CODES).to_numpy(dtype=np.uint8)
    number = NumberFormat(100.0 if indicator.is_percent else 1.0, indicator.digits, Text("%", "%") if indicator.is_percent else Text(f" {indicator.unit.zh}", f" {indicator.unit.en}"))
    return MapView(
        build_id=run.build.id, level=shown.level, levels=drawn_levels(run), values=values, states=states, scale=scale_of(run, indicator, shown.level),
        indicator=indicator.name, number=number, bounds=bounds_of(run, shown), visible=(shown.under, int(frame.last_no[shown.under - 1])),
        lang=run.lang, selected=shown.selected, follow_zoom=False, fit=str(shown.selected or shown.under), note=WORDS["internal"],
        data_date=run.build.data_date.isoformat(), height=height,
    )  # fmt: skip


def bounds_of(run: Run, shown: Shown) -> tuple[float, float, float, float]:
    """The box of the unit looked at, else of the nearest unit above with a boundary."""
    frame = units(run.build)
    for no in (shown.under, *reversed(frame.ancestors(shown.under))):
        if (bounds := frame.unit(no).bounds) is not None:
            return bounds
    west, south, east, north = (frame.numbers[name] for name in ("west", "south", "east", "north"))
    if not np.isfinite(west).any():
        return (0.0, 0.0, 0.0, 0.0)
    return (float(np.nanmin(west)), float(np.nanmin(south)), float(np.nanmax(east)), float(np.nanmax(north)))


def draw_map(run: Run, indicator: Indicator, shown: Shown, height: int) -> MapEvent | None:
    """Map, legend and caption; what the reader clicked. Without tiles of the level a sentence points to the table."""
    table = figures(run.build, run.reader, indicator.id, run.scope_for(indicator), shown.level)
    scope = run.scope_for(indicator)
    caption = f"{run.say(indicator.name)} · {run.say(BY_ID[shown.level].name)}"
    st.html(f'<div class="ga-map-head"><h2>{escape(caption)}</h2><span class="ga-note">{span(scope.date_from, scope.date_to, run.lang)} · {run.word("data_to")} {day(run.build.data_date, run.lang)}</span></div>')
    if not any(level.id == shown.level for level in drawn_levels(run)):
        st.html(f'<div class="ga-no-map" style="min-height:{height // 2}px"><p>{escape(run.word("no_boundary", level=run.say(BY_ID[shown.level].plural)))}</p></div>')
        return None
    view = map_view(run, indicator, shown, table, height)
    event = atlas_map(view)
    st.html(legend_html(view))
    return event


def follow_click(run: Run, event: MapEvent | None) -> None:
    """Look at the unit clicked, at the next level below it unless a finer one is pinned."""
    if event is None or event.kind != "click" or event.unit_no is None or not run.reader.sees(event.unit_no):
        return
    level = run.view.level if run.view.level in levels_below(run, event.unit_no) else ""
    st.query_params.from_dict(replace(run.view, unit=units(run.build).code[event.unit_no - 1], level=level).query())
    st.rerun()
