"""One indicator (指标) as one record: words, rules and its Ibis parts, from which card, map, table, export and command line come.

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
# distinct: how many different values of the column lie in a unit and below · own: the unit's own rows, nothing from below
# median: the middle of all rows in a unit and below
Roll = Literal["sum", "replace", "distinct", "own", "median"]
# how the totals of a unit become its figure; "" is numerator ÷ denominator. Carried out by `etl.query.formulas`.
Formula = Literal["", "three_rate", "gap", "hotspot", "premises", "national_org", "pilot"]
CASE_FILTERS: tuple[str, ...] = ("category", "own_class", "source", "status", "lead_unit", "severity", "focus", "proper_level", "solved_level", "hour", "weekday")


@dataclass(frozen=True, slots=True)
class Part:
    """One total: `column` of `rows` (unit_no, column[, lead_unit]), one value per row.

    For `replace`: `own` names the flag that tells a unit's own figure from figures of things in it (buildings), and each value
    of `by` is replaced apart from the others. `per` divides after adding: money is added in cents and shown in yuan.
    """

    rows: ir.Table
    column: str
    roll: Roll = "sum"
    own: str = ""
    by: tuple[str, ...] = ()
    per: int = 1
    at_least: float | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """Numerator and denominator; plain counts have no denominator, a median's numerator holds the values themselves.

    A `formula` may need `more` totals. Parts over the same `rows` object are read in one pass.
    """

    numerator: Part
    denominator: Part | None = None
    more: tuple[Part, ...] = ()
    formula: Formula = ""

    @property
    def all(self) -> tuple[Part, ...]:
        return (self.numerator, *(() if self.denominator is None else (self.denominator,)), *self.more)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. `scale` is multiplied into the value only; `levels` are where pages offer it, every level answers.

    `definition` is the sentence a cadre reads (口径); `top` and `bottom` say what is counted above and below the line.
    `digits` are decimals for screens: figures themselves are never rounded. `is_relative`: a unit is judged against the whole
    city, so the figure is the same whoever asks. `is_sensitive`: counts few persons in hardship, never told below the community.
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
    is_relative: bool = False
    is_sensitive: bool = False

    def in_charge(self, terms: Terms) -> ir.Table:
        """`lead_unit` of everything in the period that could have counted: of cases the unit in charge, of whistles the departments called."""
        if "case" in self.feeds:
            return terms.cases().select("lead_unit")
        calls = terms.at_times(terms.rows("whistle"), "blown_at")
        return calls.select(lead_unit="dept")

    @property
    def has_denominator(self) -> bool:
        return self.bottom is not None
