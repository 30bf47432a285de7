"""The one map (一张图): figures of the level shown, coloured by thresholds where there are some, else by frozen breaks."""

from dataclasses import replace
from datetime import timedelta
from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.maps.legend import legend_html
from dashboard.maps.panel import atlas_map, take_event
from dashboard.maps.scale import Scale, band, find_breaks, sequential
from dashboard.maps.view import FIGURE_STATES, STATE_CODES, DrawnLevel, MapEvent, MapView, NumberFormat
from dashboard.parts.map_table import map_table
from dashboard.parts.month_frames import offers_months, played, take, with_months
from dashboard.view.beside import can_pick, toggled_beside
from dashboard.view.drawn_area import ring_of
from dashboard.view.drill import Shown, levels_below
from dashboard.view.format import day, span, unit_beside
from dashboard.view.run import Run, open_run
from dashboard.view.state import MOST_UNITS, ViewState
from dashboard.view.words import WORDS
from etl.model.indicators import Indicator
from etl.model.levels import BY_ID, LEVEL_IDS
from etl.model.text import Text
from etl.query.figures import LevelFigures, level_figures
from etl.query.lights import better_of, year_elapsed
from etl.query.once import Once
from etl.query.scope import Scope
from etl.query.units import units

MAP_KEY = "map-main"
_scales: Once[tuple, Scale] = Once(capacity=64)
_levels: Once[str, tuple[DrawnLevel, ...]] = Once(capacity=6)


def scale_of(run: Run, indicator: Indicator, level: str) -> Scale:
    """Bands where the rules have thresholds, else quantiles over the whole range in a reference period: a colour means the
    same for every unit looked at and for every period of that length."""
    if (fixed := threshold_scale(run, indicator)) is not None:
        return fixed
    scope = reference_scope(run, indicator)

    def found() -> Scale:
        values = level_figures(run.build, run.reader, indicator.id, scope, level).value
        classes = min(max(len(values) // 2, 2), 6)  # two districts do not need six colours
        return sequential(find_breaks(values, "quantile", classes))

    return _scales.get((run.build.key, run.reader.first_no, run.reader.last_no, indicator.id, level, scope), found)


def threshold_scale(run: Run, indicator: Indicator) -> Scale | None:
    """The bands of the rules, None where they have no thresholds for the indicator."""
    threshold = run.build.rules.thresholds.get(indicator.id)
    if threshold is not None and indicator.has_denominator and threshold.basis in ("value", "year_elapsed"):
        green, amber, better = threshold.green, threshold.amber, better_of(run.build, indicator)
        if not isinstance(green, tuple) and not isinstance(amber, tuple) and better is not None:
            past = year_elapsed(run.scope) if threshold.basis == "year_elapsed" else 0.0
            return band(min(green, amber) + past, max(green, amber) + past, better)
    return None


def reference_scope(run: Run, indicator: Indicator) -> Scope:
    """The period up to the data date that is as long as the one shown (every month counts as 30 days), with its filters:
    a month's requests are not coloured by a year's breaks."""
    days = (run.scope.date_to - run.scope.date_from).days + 1
    days = 30 if 28 <= days <= 31 else 365 if days >= 360 else days
    last = run.build.data_date
    return Scope(last - timedelta(days=days - 1), last, last, run.scope_for(indicator).where)


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


def map_view(
    run: Run, indicator: Indicator, shown: Shown, table: pd.DataFrame | LevelFigures, height: int, scale: Scale | None = None, number: NumberFormat | None = None,
    name: Text | None = None,
) -> MapView:  # fmt: skip
    """The picture of a level's figures, or of a table (unit_no, value, state); what lies outside `shown.under` is pale."""
    frame = units(run.build)
    size = len(frame) + 1
    values, states = np.full(size, np.nan), np.zeros(size, dtype=np.uint8)
    if isinstance(table, LevelFigures):
        values[table.unit_no], states[table.unit_no] = table.value, FIGURE_STATES[table.state]
    else:
        at = table["unit_no"].to_numpy()
        values[at] = table["value"].to_numpy(dtype=np.float64)
        states[at] = table["state"].map(STATE_CODES).to_numpy(dtype=np.uint8)
    unit = Text("%", "%") if indicator.is_percent else Text(f" {unit_beside(indicator, 'zh')}".rstrip(), f" {unit_beside(indicator, 'en')}".rstrip())
    number = number or NumberFormat(100.0 if indicator.is_percent else 1.0, indicator.digits, unit)
    return MapView(
        build_id=run.build.id, level=shown.level, levels=drawn_levels(run), values=values, states=states, scale=scale or scale_of(run, indicator, shown.level),
        indicator=name or indicator.name, number=number, bounds=bounds_of(run, shown), visible=(shown.under, int(frame.last_no[shown.under - 1])),
        lang=run.lang, selected=shown.selected, follow_zoom=False, fit=str(shown.selected or shown.under), note=WORDS["internal"],
        data_date=run.build.data_date.isoformat(), height=height,
        can_choose=run.reader.role != "public", area=run.view.area,
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
    """An indicator at the level shown, over the whole of the reader's range; what the reader clicked."""
    threshold = run.build.rules.thresholds.get(indicator.id)  # where the year's days move the limits, months have no common ones
    what = played(run, indicator, shown, None if threshold is not None and threshold.basis == "year_elapsed" else threshold_scale(run, indicator))
    if what is not None:
        view = map_view(run, indicator, shown, what.months.newest, height, scale=what.scale)
        first, last = what.months.days[0][0], what.months.days[-1][1]
        return draw_view(replace(run, scope=replace(run.scope, date_from=first, date_to=last)), with_months(run, view, what), shown)
    told = level_figures(run.build, run.reader, indicator.id, run.scope_for(indicator), shown.level)
    view = map_view(run, indicator, shown, told, height)
    return draw_view(run, replace(view, offers_months=offers_months(run, indicator)), shown)


def draw_view(run: Run, view: MapView, shown: Shown) -> MapEvent | None:
    """Heading, map and legend. Without boundaries of the level a sentence points to the table."""
    title = f"{run.say(view.indicator)} · {run.say(BY_ID[shown.level].name)}"
    period = f"{span(run.scope.date_from, run.scope.date_to, run.lang)} · {run.word('data_to')} {day(run.build.data_date, run.lang)}"
    st.html(f'<div class="ga-map-head"><h2>{escape(title)}</h2><span class="ga-note">{period}</span></div>')
    if not any(level.id == shown.level for level in view.levels):
        sentence = escape(run.word("no_boundary", level=run.say(BY_ID[shown.level].plural)))
        st.html(f'<div class="ga-no-map" style="min-height:{view.height // 2}px"><p>{sentence}</p></div>')
        return None
    event = atlas_map(view, MAP_KEY)
    st.html(legend_html(view))
    map_table(run, view, shown)
    return event


def view_after(run: Run, event: MapEvent | None) -> ViewState | None:
    """The view the reader asks for on the map: the unit clicked, at the next level below it unless a finer one is pinned; a unit
    picked or put back; an area drawn or taken away. None without any of these."""
    if event is None:
        return None
    if event.kind == "area":
        return replace(run.view, area=ring_of(event.ring))
    if event.kind == "pick" and event.unit_no is not None and run.reader.sees(event.unit_no):
        return toggled(run.view, units(run.build).code[event.unit_no - 1])
    if event.kind != "click" or event.unit_no is None or not run.reader.sees(event.unit_no):
        return None
    if can_pick(run.page.id):
        return toggled_beside(run.view, str(units(run.build).code[event.unit_no - 1]))
    level = run.view.level if run.view.level in levels_below(run, event.unit_no) else ""
    return replace(run.view, unit=units(run.build).code[event.unit_no - 1], level=level)


def toggled(view: ViewState, code: str) -> ViewState:
    """The view with a unit added to those picked, or taken out; full when there are as many as an address may hold."""
    if code in view.units:
        return replace(view, units=tuple(one for one in view.units if one != code))
    return view if len(view.units) >= MOST_UNITS else replace(view, units=(*view.units, code))


def after_click(run: Run) -> Run:
    """The run a click made on the map leads to. Asked before anything is drawn: one run answers a click, not two."""
    event = take_event(MAP_KEY)
    view = None if event is not None and take(run, event) else view_after(run, event)
    if view is None:
        return run
    st.query_params.from_dict(view.query())
    return open_run(run.page)


def follow_click(run: Run, event: MapEvent | None) -> None:
    """The same for a click that only came to light while drawing."""
    if event is not None and take(run, event):
        st.rerun()
    if (view := view_after(run, event)) is not None:
        st.query_params.from_dict(view.query())
        st.rerun()
