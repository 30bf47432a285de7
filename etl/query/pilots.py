"""Pilots against their controls (试点净效果): change of the watched indicator in the pilot units minus that in the controls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from math import isnan, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from etl.model.indicators import BY_ID, Indicator
from etl.query.rollup import roll_sum
from etl.query.scope import Scope
from etl.query.units import UnitFrame
from etl.query.vector import Vector
from etl.query.warehouse import Build

Cells = list[tuple[float, float, float]]  # numerator, denominator and value given of single units, NaN where there is none
Ask = Callable[[Indicator, Scope, NDArray[np.int64]], Cells]
NO_COUNTS = ("fee_collect_rate", "fund_exec_rate", "fund_residue_rate", "grid_geom_cover")  # shares of money or ground: no margin of chance
ENOUGH, SURE = 30, 1.96  # cases in each of the four groups from which a margin is told; 95% of a normal distribution


@dataclass(frozen=True, slots=True)
class Pilot:
    """One pilot as loaded: codes of its units and controls, the indicator watched, its first day."""

    id: str
    name: str
    units: tuple[str, ...]
    controls: tuple[str, ...]
    indicator: str
    start_on: date


@dataclass(frozen=True, slots=True)
class Pooled:
    """The watched indicator of several units together; `n` is what stands below the line, NaN where nothing does."""

    value: float
    n: float


@dataclass(frozen=True, slots=True)
class Effect:
    """Before and after of the pilot units and of the controls, the net effect, and the 95% margin where the groups are big enough."""

    watched: Indicator
    before: Pooled
    after: Pooled
    control_before: Pooled
    control_after: Pooled
    days: int

    @property
    def net(self) -> float:
        return self.after.value - self.before.value - (self.control_after.value - self.control_before.value)

    @property
    def margin(self) -> float | None:
        """Of a share of counts: 1.96 standard errors of the difference of differences, with 30 or more below each line."""
        groups = (self.before, self.after, self.control_before, self.control_after)
        is_count = self.watched.is_percent and self.watched.kind == "ratio" and self.watched.id not in NO_COUNTS
        if not is_count or any(not group.n >= ENOUGH for group in groups):
            return None
        return SURE * sqrt(sum(group.value * (1 - group.value) / group.n for group in groups if 0 <= group.value <= 1))


def pilots(build: Build) -> list[Pilot]:
    """All pilots, by id."""
    rows = build.rows("SELECT pilot_id, name, unit_codes, control_codes, indicator, start_on FROM pilot ORDER BY pilot_id")
    return [Pilot(no, name, tuple(units or ()), tuple(controls or ()), indicator, start) for no, name, units, controls, indicator, start in rows]


def pilot_effect(build: Build, frame: UnitFrame, scope: Scope, ask: Ask) -> Vector:
    """Sum of the net effects of the pilots that lie in a unit, and their number; the value is their mean.

    Where the pilots of a unit watch different indicators a mean of points and cases would say nothing: no value.
    """
    effects, found = np.zeros(len(frame)), np.zeros(len(frame))
    kinds: dict[str, NDArray[np.float64]] = {}
    for pilot in pilots(build):
        effect, home = effect_of(build, frame, pilot, scope, ask), home_of(frame, pilot, scope)
        if effect is not None and home is not None:
            effects[home - 1] += effect.net
            found[home - 1] += 1
            kinds.setdefault(pilot.indicator, np.zeros(len(frame)))[home - 1] += 1
    effects, found = (roll_sum(values, frame.last_no, frame.parent_no) for values in (effects, found))
    watched = np.sum([roll_sum(values, frame.last_no, frame.parent_no) > 0 for values in kinds.values()], axis=0) if kinds else found
    is_one = watched == 1
    value = np.divide(effects, found, out=np.full(len(frame), np.nan), where=is_one)
    return Vector(effects, found, value, np.where(is_one, found, 0.0))


def home_of(frame: UnitFrame, pilot: Pilot, scope: Scope) -> int | None:
    """The lowest unit that holds all units of the pilot; None when none of them is in force."""
    at = [no for code in pilot.units if (no := frame.by_code(code, scope.as_of)) is not None]
    if not at:
        return None
    first = min(at)
    while frame.last_no[first - 1] < max(at):
        first = int(frame.parent_no[first - 1])
    return first


def effect_of(build: Build, frame: UnitFrame, pilot: Pilot, scope: Scope, ask: Ask) -> Effect | None:
    """(after − before) of the pilot units − (after − before) of the controls; None where any of the four is not known.

    After: from the first day of the pilot to the end of the period. Before: as many days up to the day before the pilot.
    """
    watched = BY_ID.get(pilot.indicator)
    if watched is None or watched.id == "pilot_effect" or not build.feeds.issuperset(watched.feeds) or pilot.start_on > scope.date_to:
        return None
    day_before = pilot.start_on - timedelta(days=1)
    after = Scope(pilot.start_on, scope.date_to, scope.as_of)
    before = Scope(day_before - (scope.date_to - pilot.start_on), day_before, day_before)
    here, there = ([_pooled(frame, watched, codes, one, ask) for one in (before, after)] for codes in (pilot.units, pilot.controls))
    if any(isnan(group.value) for group in (*here, *there)):
        return None
    return Effect(watched, here[0], here[1], there[0], there[1], (scope.date_to - pilot.start_on).days + 1)


def _pooled(frame: UnitFrame, watched: Indicator, codes: tuple[str, ...], scope: Scope, ask: Ask) -> Pooled:
    """The indicator of several units together: of a quotient the quotient of sums, of anything else the mean of the units."""
    at = np.array([no - 1 for code in codes if (no := frame.by_code(code, scope.as_of)) is not None], dtype=np.int64)
    if not len(at):
        return Pooled(nan, nan)
    tops, bottoms, values = zip(*ask(watched, scope, at), strict=True)
    if watched.kind == "ratio" and all(isnan(value) for value in values):
        n = sum(bottoms)
        return Pooled(sum(tops) * watched.scale / n if n else nan, n)
    return Pooled(float(np.mean(tops if all(isnan(value) for value in values) else values)), nan)
