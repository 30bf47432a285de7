"""One indicator (指标) as one record: words, rules and two Ibis parts, from which card, map, table, export and command line come.

Parts are row-level Ibis tables with `unit_no` and a value column; the query layer sums them by unit and rolls them up.
Numerator and denominator stay apart to the end, because a total is a ratio of sums, never a mean of ratios.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import ibis.expr.types as ir

from etl.model.indicators.terms import Terms
from etl.model.text import Text

Kind = Literal["ratio", "sum", "level", "median"]
Better = Literal["up", "down", "band"]
# sum: rows add up to every unit above · replace: a unit's own value stands for everything below it, else its children's sum
Roll = Literal["sum", "replace"]
CASE_FILTERS: tuple[str, ...] = ("category", "source", "status", "lead_unit", "severity", "focus")


@dataclass(frozen=True, slots=True)
class Part:
    """Numerator or denominator: `column` of `rows` (unit_no, column[, lead_unit]), one value per row."""

    rows: ir.Table
    column: str
    roll: Roll = "sum"


@dataclass(frozen=True, slots=True)
class Parts:
    """Both parts; counts (sum, level) have no denominator. Parts over the same `rows` object are read in one pass."""

    numerator: Part
    denominator: Part | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. `scale` is multiplied into the value only; `levels` are where pages offer it, every level answers.

    `definition` is the sentence a cadre reads (口径); `top` and `bottom` say what is counted above and below the line.
    `digits` are decimals for screens: figures themselves are never rounded.
    """

    id: str
    name: Text
    definition: Text
    top: Text
    bottom: Text | None
    unit: Text
    kind: Kind
    better: Better
    levels: tuple[str, ...]
    page: str
    feeds: tuple[str, ...]
    parts: Callable[[Terms], Parts]
    source: Text
    scale: int = 1
    digits: int = 1
    is_percent: bool = False
    filters: tuple[str, ...] = ()
    by_lead: bool = False

    @property
    def has_denominator(self) -> bool:
        return self.bottom is not None
