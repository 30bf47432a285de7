"""The lights of a level as classes of the map (地图亮灯), at one time or month by month; which they are says `etl.query.lights` alone."""

from dataclasses import replace
from html import escape

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.maps.lights import NO_LIGHT_CLASS, VALUE_NOTES, classes_of, lights_scale
from dashboard.maps.scale import Scale
from dashboard.maps.view import NumberFormat
from dashboard.view.format import unit_beside
from dashboard.view.run import Run
from dashboard.view.state import OWN
from etl.model.indicators import Indicator
from etl.model.text import Text
from etl.query.figures import STATES, LevelFigures
from etl.query.lights import better_of, is_of_part, light_places, year_elapsed
from etl.query.months import Months

OK = STATES.index("ok")
LIGHTS, VALUES = "lights", "values"
PAINTS = {LIGHTS: Text("按达标线", "By standard"), VALUES: Text("按数值", "By value")}
OF_THE_VALUE = ("value", "year_elapsed")  # bases on which equal values have equal lights
PAINT = Text("地图着色", "Map colours")
Classes = NDArray[np.int8]


def is_by_value(run: Run, indicator: Indicator) -> bool:
    """Whether classes of the values colour the map where lights could: what the reader asked for, else values where the light compares
    each unit with something of its own (its past, its cases' limits), which the number drawn does not tell."""
    threshold = run.build.rules.thresholds.get(indicator.id)
    usual = LIGHTS if threshold is not None and threshold.basis in OF_THE_VALUE else VALUES
    asked = run.view.own("paint")
    return (asked if asked in PAINTS else usual) == VALUES


def paint_switch(run: Run, indicator: Indicator) -> str:
    """亮灯 · 数值: what colours the map, as two links, the one in force marked; nothing for an indicator without lights."""
    if indicator.id not in run.build.rules.thresholds or is_of_part(indicator.id, run.scope_for(indicator)) or "paint" not in OWN.get(run.page.id, ()):
        return ""
    links = "".join(
        f'<a href="{run.href(extra=run.view.with_own(paint=paint).extra)}" data-go aria-current="{str(is_by_value(run, indicator) == (paint == VALUES)).lower()}">{escape(run.say(name))}</a>'
        for paint, name in PAINTS.items()
    )
    return f'<nav class="ga-paint" aria-label="{escape(run.say(PAINT))}">{links}</nav>'


def number_of(indicator: Indicator) -> NumberFormat:
    """How the map writes an indicator's values."""
    unit = Text("%", "%") if indicator.is_percent else Text(f" {unit_beside(indicator, 'zh')}".rstrip(), f" {unit_beside(indicator, 'en')}".rstrip())
    return NumberFormat(100.0 if indicator.is_percent else 1.0, indicator.digits, unit)


def scale_of_lights(run: Run, indicator: Indicator) -> Scale:
    """The scale of an indicator that has lights."""
    threshold, better = run.build.rules.thresholds[indicator.id], better_of(run.build, indicator) or indicator.better
    return lights_scale(threshold, better, number_of(indicator), not indicator.has_denominator, year_elapsed(run.scope_for(indicator)))


def noted(run: Run, indicator: Indicator, scale: Scale) -> Scale:
    """A scale of values with a word on what the lights compare, where they do not judge the value itself: a dark unit need not be a red one."""
    threshold = run.build.rules.thresholds.get(indicator.id)
    return replace(scale, note=VALUE_NOTES[threshold.basis]) if threshold is not None and threshold.basis in VALUE_NOTES else scale


def lit(run: Run, indicator: Indicator, table: pd.DataFrame | LevelFigures) -> Classes | None:
    """The class of each unit by its light, in the order of the table; None where not one unit of the level has a light."""
    if isinstance(table, LevelFigures):
        numbers, values, is_ok = table.unit_no, table.value, table.state == OK
    else:
        numbers, values = table["unit_no"].to_numpy(dtype=np.int64), table["value"].to_numpy(dtype=np.float64)
        is_ok = (table["state"] == "ok").to_numpy(dtype=bool)
    places = light_places(run.build, run.reader, indicator.id, run.scope_for(indicator), numbers, values, is_ok)
    return classes_of(places) if (places >= 0).any() else None


def lit_months(run: Run, indicator: Indicator, found: Months) -> Classes | None:
    """The class of every unit in every month. None where values are to be shown, where the rules hold the value against what each month would ask anew or move
    (the year before, the limits of the cases, the year's days), and where there is no light."""
    threshold = run.build.rules.thresholds.get(indicator.id)
    if is_by_value(run, indicator) or threshold is None or threshold.basis != "value":
        return None
    classes = np.empty(found.values.shape, dtype=np.int8)
    for at, (first, last) in enumerate(found.days):
        scope = replace(run.scope_for(indicator), date_from=first, date_to=last, as_of=last)
        classes[at] = classes_of(light_places(run.build, run.reader, indicator.id, scope, found.unit_no, found.values[at], found.states[at] == OK))
    return classes if (classes != NO_LIGHT_CLASS).any() else None
