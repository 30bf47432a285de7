"""Two sides next to each other (对比): two periods of one unit or two units of one period, every indicator of a set, and the difference."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

from etl.query.figures import Figure, figure, indicator_of
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.warehouse import Build

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Side:
    """One side: the unit, and the period with its filters (those an indicator's feed lacks are left out for it)."""

    unit_no: int
    scope: Scope


@dataclass(frozen=True, slots=True)
class Pair:
    """One indicator on both sides. `difference` = b − a in the unit of the value, `ratio` relative to a; None where either is not known.

    `is_small`: a side rests on fewer things than `figure.unstable_below`. `is_chance`: the difference of two shares is within what
    chance gives (two-proportion z, 5%); None for what is no share of counted things.
    """

    indicator_id: str
    a: Figure
    b: Figure
    difference: float | None
    ratio: float | None
    is_small: bool
    is_chance: bool | None


def comparison(build: Build, reader: Reader, indicator_ids: Sequence[str], a: Side, b: Side) -> tuple[Pair, ...]:
    """Every indicator on both sides, in the order given. CallError when the reader may not see a unit."""
    return tuple(_pair(build, reader, name, a, b) for name in indicator_ids)


def _pair(build: Build, reader: Reader, indicator_id: str, a: Side, b: Side) -> Pair:
    indicator = indicator_of(indicator_id)
    one, other = (figure(build, reader, indicator_id, _fitting(side.scope, indicator.filters), side.unit_no) for side in (a, b))
    is_small = "unstable" in (one.state, other.state)
    if one.value is None or other.value is None:
        return Pair(indicator_id, one, other, None, None, is_small, None)
    difference = other.value - one.value
    is_share = indicator.is_percent and indicator.kind == "ratio"
    return Pair(indicator_id, one, other, difference, difference / one.value if one.value else None, is_small, within_chance(one, other) if is_share else None)


def _fitting(scope: Scope, filters: tuple[str, ...]) -> Scope:
    return replace(scope, where=tuple(pair for pair in scope.where if pair[0] in filters))


def within_chance(one: Figure, other: Figure) -> bool | None:
    """Whether two shares may differ by chance alone; None where a side is no share of counted things."""
    parts = (one.numerator, one.denominator, other.numerator, other.denominator)
    if any(part is None for part in parts):
        return None
    a, n, b, m = (float(part) for part in parts if part is not None)
    if not (n > 0 and m > 0 and 0 <= a <= n and 0 <= b <= m):
        return None
    pooled = (a + b) / (n + m)
    if pooled in (0.0, 1.0):
        return True
    return abs(a / n - b / m) <= Z95 * sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
