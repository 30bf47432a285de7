"""The lights (亮灯：达标、接近达标、未达标): one function judges every unit's figure, for card, band, map, table, briefing and command line.

What is compared with the thresholds is the figure's measure, on the basis the rules file names: the value itself; its multiple of
the unit's own mean of the 12 months before the period (own_mean); the part of the time limit used by the middle case (limit); or its
distance from the part of the year that has passed (year_elapsed).
"""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from etl.model.indicators import BY_ID, Indicator
from etl.model.indicators.case_flow import limit_used
from etl.model.indicators.record import Better
from etl.query.cells import cell_of
from etl.query.figures import Figure, indicator_of
from etl.query.first_days import first_day
from etl.query.once import Once
from etl.query.pilots import pilots
from etl.query.reader import Reader
from etl.query.rollup import Floats
from etl.query.rollup_kinds import medians, numbers
from etl.query.run import part_tables, plan_of
from etl.query.scope import Scope, twelve_months_up_to
from etl.query.suppress import hidden_units, is_limited
from etl.query.units import units
from etl.query.vectors import terms_for, vector_of
from etl.query.warehouse import Build

COLOURS = ("red", "amber", "green")
NONE = -1
NAMED = np.array([*COLOURS, None], dtype=object)  # by place; NONE is the last
Lights = NDArray[np.object_]
Places = NDArray[np.int8]
# Standards of all there is: posts of one kind, societies of one field, calls of one kind are held against none, nor is success among successes.
OF_THE_WHOLE: dict[str, tuple[str, ...]] = {
    "post_claim_ratio": ("post_type",), "social_org_n": ("org_field",), "whistle_rate": ("whistle_kind", "whistle_dept"), "mediation_ok_rate": ("mediation_result",),
}  # fmt: skip

_used: Once[tuple, Floats] = Once(capacity=24, budget=60_000_000, weigh=lambda found: found.nbytes)


def better_of(build: Build, indicator: Indicator) -> Better | None:
    """The direction in which an indicator gets better. The effect of a pilot is good or bad by the indicator it watches: with pilots of
    both kinds in the city there is none."""
    if indicator.id != "pilot_effect":
        return indicator.better
    found = {BY_ID[pilot.indicator].better for pilot in pilots(build) if pilot.indicator in BY_ID} if "pilot" in build.feeds else set()
    return found.pop() if len(found) == 1 and "band" not in found else None


def lights(build: Build, reader: Reader, indicator_id: str, scope: Scope, unit_no: NDArray[np.int64], values: Floats, is_ok: NDArray[np.bool_]) -> Lights:
    """green, amber, red or None by unit: None without thresholds, unless the state is ok, and where there is nothing to compare with."""
    return NAMED[light_places(build, reader, indicator_id, scope, unit_no, values, is_ok)]


def light_of(build: Build, reader: Reader, indicator_id: str, scope: Scope, found: Figure) -> str | None:
    """The light of one unit's figure."""
    value = np.array([np.nan if found.value is None else found.value])
    return lights(build, reader, indicator_id, scope, np.array([found.unit_no]), value, np.array([found.state == "ok"]))[0]


def light_places(build: Build, reader: Reader, indicator_id: str, scope: Scope, unit_no: NDArray[np.int64], values: Floats, is_ok: NDArray[np.bool_]) -> Places:
    """The lights as places in `COLOURS`, -1 for none: what a map of 120,000 units paints."""
    found = measures(build, reader, indicator_id, scope, unit_no, values)
    return judged(build, indicator_id, np.where(is_ok, found, np.nan))


def judged(build: Build, indicator_id: str, found: Floats) -> Places:
    """Measures against the thresholds; -1 for NaN."""
    threshold, better = build.rules.thresholds.get(indicator_id), better_of(build, indicator_of(indicator_id))
    if threshold is None or better is None:
        return np.full(len(found), NONE, dtype=np.int8)
    green, amber = threshold.is_green(found, better), threshold.is_amber(found, better)
    return np.select([np.isnan(found), green, amber], [NONE, COLOURS.index("green"), COLOURS.index("amber")], COLOURS.index("red")).astype(np.int8)


def is_of_part(indicator_id: str, scope: Scope) -> bool:
    """Whether the filter leaves a part of what the standard is of."""
    return any(field in OF_THE_WHOLE.get(indicator_id, ()) for field, _ in scope.where)


def measures(build: Build, reader: Reader, indicator_id: str, scope: Scope, unit_no: NDArray[np.int64], values: Floats) -> Floats:
    """What is held against the thresholds, by unit; NaN where there are none or nothing to compare with."""
    threshold = build.rules.thresholds.get(indicator_id)
    if threshold is None or is_of_part(indicator_id, scope):
        return np.full(len(values), np.nan)
    if is_limited(reader):  # what is measured is a figure too, of units whose own may be kept back
        values = np.where(hidden_units(build, reader, indicator_of(indicator_id), scope)[unit_no - 1], np.nan, values)
    if threshold.basis == "year_elapsed":
        return values - year_elapsed(scope)
    if threshold.basis == "own_mean":
        return _of_own_mean(build, reader, indicator_id, scope, unit_no, values)
    if threshold.basis == "limit":
        return np.where(np.isnan(values), np.nan, _limit_used(build, reader, indicator_of(indicator_id), scope, unit_no))
    return values


def year_elapsed(scope: Scope) -> float:
    """The part of the period's year that has passed at the end of the as-of day."""
    year = scope.date_to.year
    first = date(year, 1, 1)
    return min(max(((scope.as_of - first).days + 1) / (date(year + 1, 1, 1) - first).days, 0.0), 1.0)


def year_before(scope: Scope) -> Scope:
    """The 12 months before the period, as they were known at their end."""
    last = scope.date_from - timedelta(days=1)
    return replace(scope, date_from=twelve_months_up_to(last), date_to=last, as_of=last)


def _of_own_mean(build: Build, reader: Reader, indicator_id: str, scope: Scope, unit_no: NDArray[np.int64], values: Floats) -> Floats:
    """The value per day ÷ the unit's own of the year before. A year with fewer than `figure.unstable_below` above the line, or one
    the data do not reach back over, is no mean to be held to; nor is a period the data do not fill."""
    nothing, before, first = np.full(len(values), np.nan), year_before(scope), first_day(build, indicator_of(indicator_id))
    days = (min(scope.date_to, build.data_date) - scope.date_from).days + 1
    if days < 1 or (first is not None and before.date_from < first):
        return nothing
    indicator = indicator_of(indicator_id)
    vector = cell_of(build, reader, indicator, before, int(unit_no[0])) if len(unit_no) == 1 else vector_of(build, reader, indicator, before).at(unit_no - 1)
    top, bottom = vector.numerator, (np.ones(len(values)) if vector.denominator is None else vector.denominator)
    usable = (top >= build.rules.figure.unstable_below) & (bottom > 0)
    mean = np.divide(top * indicator_of(indicator_id).scale, bottom, out=nothing, where=usable)
    of_days = 1.0 if indicator_of(indicator_id).is_percent else ((before.date_to - before.date_from).days + 1) / days  # a rate does not grow with the days
    return values / mean * of_days


def _limit_used(build: Build, reader: Reader, indicator: Indicator, scope: Scope, unit_no: NDArray[np.int64]) -> Floats:
    """The median part of the limit used by the cases of some units; NaN without a closed case that has one. Of one unit its own rows
    are read, unless the others' are known already."""
    whole = max(reader.first_no, 1), min(reader.last_no, len(units(build)))
    own = (int(unit_no[0]), int(units(build).last_no[unit_no[0] - 1])) if len(unit_no) == 1 and reader.sees(int(unit_no[0])) else whole
    first, last = whole if _used.has((build.key, indicator.id, scope, *whole)) else own

    def found() -> Floats:
        plan = plan_of(limit_used, terms_for(build, indicator, scope, first, last))
        table = part_tables(build, plan)[0]
        return medians(np.ma.getdata(table["unit_no"]), numbers(table[plan.parts.numerator.column]), units(build).parent_no)

    return _used.get((build.key, indicator.id, scope, first, last), found)[unit_no - 1]
