"""Pilots against their controls (试点净效果): change of the watched indicator in the pilot units minus that in the controls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from etl.model.indicators import BY_ID, Indicator
from etl.query.rollup import roll_sum
from etl.query.scope import Scope
from etl.query.units import UnitFrame
from etl.query.vector import Vector, quotient
from etl.query.warehouse import Build

Ask = Callable[[Indicator, Scope], Vector]


@dataclass(frozen=True, slots=True)
class Pilot:
    """One pilot as loaded: codes of its units and controls, the indicator watched, its first day."""

    id: str
    name: str
    units: tuple[str, ...]
    controls: tuple[str, ...]
    indicator: str
    start_on: date


def pilots(build: Build) -> list[Pilot]:
    """All pilots, by id."""
    rows = build.rows("SELECT pilot_id, name, unit_codes, control_codes, indicator, start_on FROM pilot ORDER BY pilot_id")
    return [Pilot(no, name, tuple(units or ()), tuple(controls or ()), indicator, start) for no, name, units, controls, indicator, start in rows]


def pilot_effect(build: Build, frame: UnitFrame, scope: Scope, ask: Ask) -> Vector:
    """Sum of the net effects of the pilots that lie in a unit, and their number; the value is their mean."""
    effects, found = np.zeros(len(frame)), np.zeros(len(frame))
    for pilot in pilots(build):
        effect = net_effect(build, frame, pilot, scope, ask)
        at = [no for code in pilot.units if (no := frame.by_code(code, scope.as_of)) is not None]
        if effect is not None and at:
            meet = _meeting(frame, min(at), max(at))
            effects[meet - 1] += effect
            found[meet - 1] += 1
    return Vector(roll_sum(effects, frame.last_no, frame.parent_no), roll_sum(found, frame.last_no, frame.parent_no))


def net_effect(build: Build, frame: UnitFrame, pilot: Pilot, scope: Scope, ask: Ask) -> float | None:
    """(after − before) of the pilot units − (after − before) of the controls; None where any of the four is not known.

    After: from the first day of the pilot to the end of the period. Before: as many days up to the day before the pilot.
    """
    watched = BY_ID.get(pilot.indicator)
    if watched is None or watched.id == "pilot_effect" or not build.feeds.issuperset(watched.feeds) or pilot.start_on > scope.date_to:
        return None
    day_before = pilot.start_on - timedelta(days=1)
    after = Scope(pilot.start_on, scope.date_to, scope.as_of)
    before = Scope(day_before - (scope.date_to - pilot.start_on), day_before, day_before)
    values = [_pooled(frame, watched, codes, one, ask) for codes in (pilot.units, pilot.controls) for one in (after, before)]
    if any(np.isnan(value) for value in values):
        return None
    return values[0] - values[1] - (values[2] - values[3])


def _pooled(frame: UnitFrame, watched: Indicator, codes: tuple[str, ...], scope: Scope, ask: Ask) -> float:
    """The indicator of several units together: of a quotient the quotient of sums, of anything else the mean of the units."""
    at = np.array([no - 1 for code in codes if (no := frame.by_code(code, scope.as_of)) is not None], dtype=np.int64)
    if not len(at):
        return float("nan")
    vector = ask(watched, scope)
    if vector.value is not None or vector.denominator is None or watched.kind != "ratio":
        return float(np.mean((vector.numerator if vector.value is None else vector.value)[at]))
    return float(quotient(vector.numerator[at].sum(keepdims=True), vector.denominator[at].sum(keepdims=True), watched.scale)[0])


def _meeting(frame: UnitFrame, first: int, last: int) -> int:
    """The lowest unit that holds both."""
    while frame.last_no[first - 1] < last:
        first = int(frame.parent_no[first - 1])
    return first
