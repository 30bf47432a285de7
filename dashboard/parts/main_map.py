"""The one map (一张图): figures of the level shown, coloured by the lights where there are some, else by frozen breaks."""

from dataclasses import replace
from datetime import timedelta
from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.maps.legend import legend_html
from dashboard.maps.panel import answer, atlas_map, take_event
from dashboard.maps.scale import Scale, find_breaks, sequential
from dashboard.maps.view import FIGURE_STATES, STATE_CODES, DrawnLevel, MapEvent, MapView, NumberFormat
from dashboard.parts.first_map import send_map
from dashboard.parts.map_lights import is_by_value, lit, noted, number_of, paint_switch, scale_of_lights
from dashboard.parts.map_table import map_table
from dashboard.parts.month_frames import EVENTS as MONTH_EVENTS
from dashboard.parts.month_frames import offers_months, played, take, with_months
from dashboard.view.beside import can_pick, toggled_beside
from dashboard.view.choice import go
from dashboard.view.drawn_area import ring_of
from dashboard.view.drill import Shown, levels_below
from dashboard.view.format import day, span
from dashboard.view.run import Run, open_run
from dashboard.view.state import MOST_UNITS, ViewState
from dashboard.view.words import WORDS
from etl.model.indicators import Indicator
from etl.model.levels import BY_ID, LEVEL_IDS
from etl.model.text import Text
from etl.query.figures import LevelFigures, level_figures
from etl.query.once import Once
from etl.query.scope import Scope
from etl.query.units import units

MAP_KEY = "map-main"
_scales: Once[tuple, Scale] = Once(capacity=64)
_levels: Once[str, tuple[DrawnLevel, ...]] = Once(capacity=6)


def value_scale(run: Run, indicator: Indicator, level: str) -> Scale:
    """Quantiles over the whole range in a reference period: a colour means the same for every unit looked at and for every
    period of that length."""
    scope = reference_scope(run, indicator)

    def found() -> Scale:
        values = level_figures(run.build, run.reader, indicator.id, scope, level).value
        classes = min(max(len(values) // 2, 2), 6)  # two districts do not need six colours
        return sequential(find_breaks(values, "quantile", classes))

    return _scales.get((run.build.key, run.reader.first_no, run.reader.last_no, indicator.id, level, scope), found)


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
    """The picture of a level's figures, or of a table (unit_no, value, state); what lies outside `shown.under` is pale. Without a
    scale the lights colour it, or, where there are none, classes of the values."""
    frame = units(run.build)
    size = len(frame) + 1
    values, states = np.full(size, np.nan), np.zeros(size, dtype=np.uint8)
    if isinstance(table, LevelFigures):
        values[table.unit_no], states[table.unit_no] = table.value, FIGURE_STATES[table.state]
    else:
        at = table["unit_no"].to_numpy()
        values[at] = table["value"].to_numpy(dtype=np.float64)
        states[at] = table["state"].map(STATE_CODES).to_numpy(dtype=np.uint8)
    classes = None
    if scale is None and not is_by_value(run, indicator) and (by_light := lit(run, indicator, table)) is not None:
        classes = np.zeros(size, dtype=np.int8)
        classes[table.unit_no if isinstance(table, LevelFigures) else table["unit_no"].to_numpy()] = by_light
        scale = scale_of_lights(run, indicator)
    return MapView(
        build_id=run.build.id, level=shown.level, levels=drawn_levels(run), values=values, states=states, scale=scale or noted(run, indicator, value_scale(run, indicator, shown.level)),
        indicator=name or indicator.name, number=number or number_of(indicator), bounds=bounds_of(run, shown), visible=(shown.under, int(frame.last_no[shown.under - 1])),
        lang=run.lang, selected=shown.selected, follow_zoom=False, fit=str(shown.selected or shown.under), note=WORDS["internal"],
        data_date=run.build.data_date.isoformat(), height=height,
        can_choose=run.reader.role != "public", area=run.view.area, classes=classes,
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
    if (what := played(run, indicator, shown)) is not None:
        view = map_view(run, indicator, shown, what.months.newest, height, scale=what.scale)
        first, last = what.months.days[0][0], what.months.days[-1][1]
        return draw_view(replace(run, scope=replace(run.scope, date_from=first, date_to=last)), with_months(run, view, what), shown)
    told = level_figures(run.build, run.reader, indicator.id, run.scope_for(indicator), shown.level)
    view = map_view(run, indicator, shown, told, height)
    return draw_view(run, replace(view, offers_months=offers_months(run, indicator)), shown, paint_switch(run, indicator))


def draw_view(run: Run, view: MapView, shown: Shown, switch: str = "") -> MapEvent | None:
    """Heading, map and legend. Without boundaries of the level a sentence points to the table."""
    title = f"{run.say(view.indicator)} · {run.say(BY_ID[shown.level].name)}"
    period = f"{span(run.scope.date_from, run.scope.date_to, run.lang)} · {run.word('data_to')} {day(run.build.data_date, run.lang)}"
    st.html(f'<div class="ga-map-head"><h2>{escape(title)}</h2>{switch}<span class="ga-note">{period}</span></div>')
    if not any(level.id == shown.level for level in view.levels):
        sentence = escape(run.word("no_boundary", level=run.say(BY_ID[shown.level].plural)))
        st.html(f'<div class="ga-no-map" style="min-height:{view.height // 2}px"><p>{sentence}</p></div>')
        return None
    event = mounted(view)
    st.html(f'<div class="ga-map-foot">{legend_html(view)}{_hint(run, shown)}</div>')
    map_table(run, view, shown)
    return event


def mounted(view: MapView) -> MapEvent | None:
    """The map itself; it tells us when it stands."""
    place = (view.build_id, view.level, view.fit, view.selected, view.also, view.area, view.visible, view.height)
    colours = hash((view.values.tobytes(), view.states.tobytes(), None if view.classes is None else view.classes.tobytes()))
    return atlas_map(replace(view, mark=send_map(place, colours)), MAP_KEY)


def _hint(run: Run, shown: Shown) -> str:
    """What a click on the map does, for who has never clicked it; nothing where it leads no deeper."""
    is_deeper = not can_pick(run.page.id) and shown.level in levels_below(run, shown.under)[:-1]
    return f'<span class="ga-note ga-map-hint">{run.word("map_hint")}</span>' if is_deeper else ""


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
    return open_run(run.page) if event is not None and _applied(run, event) else run


def follow_click(run: Run, event: MapEvent | None) -> None:
    """The same for a click that only came to light while drawing."""
    if event is not None and (_applied(run, event) or event.kind in MONTH_EVENTS):
        st.rerun()


def _applied(run: Run, event: MapEvent) -> bool:
    """Answer an event; whether the address is another one now."""
    view = None if take(run, event) else view_after(run, event)
    if view is None:
        answer(event)
        return False
    go(view, event)
    return True
