"""How totals become figures where a plain quotient will not do (合成口径). Each takes the totals in the order of `Parts.all`."""

from collections.abc import Callable

import numpy as np

from etl.model.levels import LEVEL_IDS
from etl.model.rules import Rules
from etl.query.rollup import Floats, roll_sum
from etl.query.scope import Scope
from etl.query.selection import contains
from etl.query.units import UnitFrame
from etl.query.vector import Vector, quotient

# national rules of the Party constitution (党章), no local numbers: full members from which a branch, general branch, committee is due
NATIONAL = (("compound", 3), ("community", 50), ("community", 100))


def three_rate(frame: UnitFrame, scope: Scope, rules: Rules, totals: list[Floats]) -> Vector:
    """Points of 100: the three rates by their weights. The numbers behind it are the smallest of the three denominators."""
    weights = (rules.three_rate.response, rules.three_rate.solve, rules.three_rate.satisfy)
    value = sum(weight * quotient(totals[2 * i], totals[2 * i + 1], 100) for i, weight in enumerate(weights))
    base = np.minimum(np.minimum(totals[1], totals[3]), totals[5])
    return Vector(np.full(len(base), np.nan), base, np.asarray(value), base)


def gap(frame: UnitFrame, scope: Scope, rules: Rules, totals: list[Floats]) -> Vector:
    """Cases per household in focus areas ÷ elsewhere. Behind it stand the fewer of the two groups' cases."""
    focus_cases, cases, focus_homes, homes = totals
    focus = quotient(focus_cases, focus_homes)
    other = quotient(cases - focus_cases, np.maximum(homes - focus_homes, 0))
    value = quotient(focus, other)
    base = np.where(np.isnan(value), 0, np.maximum(np.minimum(focus_cases, cases - focus_cases), 1))
    return Vector(focus, other, value, base)


def hotspot(frame: UnitFrame, scope: Scope, rules: Rules, totals: list[Floats]) -> Vector:
    """Lasting hotspots: compound grids hot in enough of the last months. `totals` are the months' merged cases, then households."""
    *months, homes = totals
    cells = _at(frame, scope, "compound")
    if not len(cells):  # without compound grids nobody knows of hotspots: that is not none
        return Vector(np.full(len(frame), np.nan), None)
    hot = np.sum([hot_cells(cases[cells], homes[cells], rules) for cases in months], axis=0)
    lasting = np.zeros(len(frame))
    lasting[cells[hot >= rules.hotspot.hot_months]] = 1
    return Vector(roll_sum(lasting, frame.last_no, frame.parent_no), None)


def hot_cells(cases: Floats, homes: Floats, rules: Rules) -> np.ndarray:
    """Which cells are hot in a month: smoothed rate among the highest share of all cells, and enough cases."""
    if not len(cases):
        return np.zeros(0, dtype=bool)
    prior, mean = rules.hotspot.prior_households, cases.sum() / homes.sum() if homes.sum() else 0.0
    rate = quotient(cases + prior * mean, homes + prior)
    higher = len(rate) - np.searchsorted(np.sort(rate), rate, side="right")
    return (higher < rules.hotspot.top_share * len(rate)) & (cases >= rules.hotspot.min_cases)


def premises(frame: UnitFrame, scope: Scope, rules: Rules, totals: list[Floats]) -> Vector:
    """Communities with enough premises in all and per 100 households ÷ communities. Without households the second is not met."""
    area, homes = totals
    at = _at(frame, scope, "community")
    passes, all_of = np.zeros(len(frame)), np.zeros(len(frame))
    all_of[at] = 1
    enough = (area >= rules.premises.m2_min) & (homes > 0) & (area * 100 >= rules.premises.m2_per_100hh * homes)
    passes[at] = enough[at]
    return Vector(roll_sum(passes, frame.last_no, frame.parent_no), roll_sum(all_of, frame.last_no, frame.parent_no))


def national_org(frame: UnitFrame, scope: Scope, rules: Rules, totals: list[Floats]) -> Vector:
    """Organisations due by the national rule and absent. `totals`: members, then organisations of each kind or higher standing in the unit."""
    members, *standing = totals
    absent, required = np.zeros(len(frame)), np.zeros(len(frame))
    for (level, least), found in zip(NATIONAL, standing, strict=True):
        due = np.zeros(len(frame), dtype=bool)
        due[_at(frame, scope, level)] = True
        due &= members >= least
        required += due
        absent += due & (found == 0)
    return Vector(roll_sum(absent, frame.last_no, frame.parent_no), roll_sum(required, frame.last_no, frame.parent_no))


def _at(frame: UnitFrame, scope: Scope, level: str) -> np.ndarray:
    """Positions of the units of a level in force on the as-of day, of the chosen ones where units are chosen."""
    found = np.flatnonzero((frame.level == LEVEL_IDS.index(level)) & frame.valid(scope.as_of))
    return found[contains(scope.chosen, found + 1)] if scope.chosen else found


FORMULAS: dict[str, Callable[[UnitFrame, Scope, Rules, list[Floats]], Vector]] = {
    "three_rate": three_rate, "gap": gap, "hotspot": hotspot, "premises": premises, "national_org": national_org,
}  # fmt: skip
