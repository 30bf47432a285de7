"""Why a figure is what it is (原因拆解): the same indicator by class, unit in charge, month or channel, and where the gap to the whole comes from.

The parts are those of the figure itself: only the word by which cases are told apart changes, so the rows add up to the figure.
"""

from dataclasses import dataclass
from typing import Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from etl.model.errors import CallError
from etl.model.indicators import Indicator
from etl.model.indicators.terms import Terms
from etl.model.levels import BY_ID as LEVELS
from etl.query.figures import indicator_of
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.run import written_all
from etl.query.scope import Scope
from etl.query.selection import answered
from etl.query.sensitive import BY_BELONGING, WITHHELD, asks_sensitive, of_class, tells_classes
from etl.query.subtree import number_range
from etl.query.suppress import hidden_units, is_limited
from etl.query.units import units
from etl.query.warehouse import Build

By = Literal["category", "class", "lead_unit", "month", "weekday", "source", "severity", "own_class"]
WAYS: tuple[By, ...] = ("category", "class", "own_class", "lead_unit", "month", "weekday", "source", "severity")
# by_lead indicators whose rows carry the sender or receiver of a step, not a word of the case
NOT_OF_CASES = ("return_rate", "whistle_arrive_rate")
STAR = "★"  # stands for the sources' own words of all sensitive classes
_found: Once[tuple, pd.DataFrame] = Once(capacity=128)


@dataclass(frozen=True)
class TermsBy(Terms):
    """Terms under which `lead_unit` of the cases holds another word of theirs. `is_limited`: sensitive classes share one word."""

    by: By = "lead_unit"
    is_limited: bool = True

    def cases(self) -> ir.Table:
        cases = super().cases()
        return cases if self.by == "lead_unit" else cases.mutate(lead_unit=_word(cases, self.by, self.is_limited))


def _word(cases: ir.Table, by: By, is_limited: bool) -> ir.StringValue:
    if by == "category":
        return cases.code4.substr(0, 2)
    if by == "class":
        return cases.code4
    if by == "own_class":
        return ibis.ifelse(cases.code4.isin(WITHHELD), STAR, cases.raw_category) if is_limited else cases.raw_category
    if by == "month":
        return cases.counted_at.strftime("%Y-%m")
    if by == "weekday":
        return cases.counted_at.day_of_week.index().cast("string")
    return cases["source"] if by == "source" else cases.severity


def can_break(indicator: Indicator) -> bool:
    """Whether an indicator's rows are cases, each with its class, unit in charge and day."""
    return indicator.by_lead and indicator.has_denominator and indicator.id not in (*NOT_OF_CASES, "case_per_1000hh")


@dataclass(frozen=True, eq=False)
class Breakdown:
    """`rows`: key, numerator, denominator, value, state, share (of the denominator), whole_value, whole_share, mix, effect, misses;
    largest pull on the gap first. `value` and `whole` are the rates of the unit and of what it is compared with.

    gap = value − whole = Σ mix + Σ effect: `mix` from having other kinds of cases, `effect` from doing worse or better at the same
    kind. `misses`: denominator − numerator. `hidden`: rows kept back because the classes are sensitive (★).
    """

    rows: pd.DataFrame
    value: float | None
    whole: float | None
    hidden: int

    @property
    def mix(self) -> float:
        return float(self.rows["mix"].sum())

    @property
    def effect(self) -> float:
        return float(self.rows["effect"].sum())


def breakdown(build: Build, reader: Reader, indicator_id: str, scope: Scope, by: By, unit_no: int, whole_no: int) -> Breakdown:
    """The figure of `unit_no` by `by`, against that of `whole_no` (a unit above it, or another), as far as the reader sees."""
    indicator = indicator_of(indicator_id)
    if not can_break(indicator):
        raise CallError(f"指标 {indicator.id} 不是按件计算的，不能拆解", f"indicator {indicator.id} is not counted case by case and cannot be broken down")
    scale = indicator.scale
    mine = _parts(build, reader, indicator, scope, by, unit_no)
    theirs = mine if whole_no == unit_no else _parts(build, reader, indicator, scope, by, whole_no)
    table = mine.join(theirs.add_suffix("_whole"), how="outer").fillna(0.0)
    hidden = _hidden(build, reader, indicator, scope, table, by, (unit_no, whole_no))
    value, whole = (_rate(table[top].sum(), table[bottom].sum(), scale) for top, bottom in (("numerator", "denominator"), ("numerator_whole", "denominator_whole")))
    table = _pulled(table, scale, whole)
    if is_limited(reader) and (asks_sensitive(scope) or indicator_id in BY_BELONGING):
        kept = hidden_units(build, reader, indicator, scope)
        value, whole = None if kept[unit_no - 1] else value, None if kept[whole_no - 1] else whole
        if kept[[unit_no - 1, whole_no - 1]].any():  # a share and a count together tell the total, and what is missing from it
            table[["share", "whole_share", "mix", "effect"]] = np.nan
    table.loc[hidden, ["numerator", "denominator", "value", "share", "whole_value", "whole_share", "mix", "effect", "misses"]] = np.nan
    few = table["denominator"].between(1, build.rules.figure.unstable_below - 1)
    table["state"] = np.select([hidden, few, table["denominator"] == 0], ["suppressed", "unstable", "no_data"], "ok")
    pull = (table["mix"] + table["effect"]).abs()
    table = table.assign(pull=pull).reset_index(names="key").sort_values(["pull", "denominator", "key"], ascending=[False, False, True])
    columns = ["key", "numerator", "denominator", "value", "state", "share", "whole_value", "whole_share", "mix", "effect", "misses"]
    return Breakdown(table[columns].reset_index(drop=True), value, whole, int(hidden.sum()))


def _parts(build: Build, reader: Reader, indicator: Indicator, scope: Scope, by: By, unit_no: int) -> pd.DataFrame:
    """numerator and denominator by key ("" where the case has none)."""
    first, last = number_range(build, reader, unit_no)

    def found() -> pd.DataFrame:
        terms = TermsBy(scope.date_from, scope.date_to, scope.as_of, scope.where, first, last, build.rules, answered(build, indicator, scope), build.silent, by=by, is_limited=is_limited(reader))
        queries = written_all(_by_key, terms, indicator)
        sums = {name: pd.DataFrame(build.rows(sql), columns=["key", "n"]).set_index("key")["n"].astype("float64") for name, sql in queries.items()}
        return pd.DataFrame(sums).fillna(0.0)

    return _found.get((build.key, indicator.id, scope, by, first, last, is_limited(reader)), found)


def _by_key(terms: Terms, indicator: Indicator) -> dict[str, ir.Table]:
    """The totals of both parts by key."""
    parts = indicator.parts(terms)
    assert parts.denominator is not None  # `can_break`
    return {
        name: part.rows.group_by(key=ibis.coalesce(part.rows.lead_unit, "")).agg(n=part.rows[part.column].sum())
        for name, part in (("numerator", parts.numerator), ("denominator", parts.denominator))
    }  # fmt: skip


def _pulled(table: pd.DataFrame, scale: int, whole: float | None) -> pd.DataFrame:
    """Shares, rates, and how far each row pulls the unit away from the whole (Kitagawa's decomposition with the whole as standard).

    A kind of case the whole's other side lacks has no rate there: all of its pull is then a matter of mix.
    """
    n, m = table["denominator"].sum(), table["denominator_whole"].sum()
    table["share"] = table["denominator"] / n if n else np.nan
    table["whole_share"] = table["denominator_whole"] / m if m else np.nan
    table["value"] = scale * table["numerator"] / table["denominator"].where(table["denominator"] > 0)
    table["whole_value"] = scale * table["numerator_whole"] / table["denominator_whole"].where(table["denominator_whole"] > 0)
    own = table["value"].fillna(table["whole_value"])
    other = table["whole_value"].fillna(table["value"])
    table["mix"] = (table["share"] - table["whole_share"]) * (other - (whole or 0.0))
    table["effect"] = table["share"] * (own - other)
    table["misses"] = table["denominator"] - table["numerator"]
    return table


def _rate(top: float, bottom: float, scale: int) -> float | None:
    return float(top * scale / bottom) if bottom else None


def _hidden(build: Build, reader: Reader, indicator: Indicator, scope: Scope, table: pd.DataFrame, by: By, numbers: tuple[int, int]) -> pd.Series:
    """Withheld classes (E6), for whoever may not see everything: of them nothing is told by anything but the class, and each class as
    its own figure is. In sources' own words they share one row, which takes the next smallest along, or a subtraction would give it (E5)."""
    hidden = pd.Series(False, index=table.index)
    if not is_limited(reader):
        return hidden
    at = [no - 1 for no in numbers]
    is_withheld = asks_sensitive(scope) or tells_classes(indicator.id, scope)
    if (by != "class" and is_withheld and reader.role != "steward") or indicator.id in BY_BELONGING:
        is_kept = bool(hidden_units(build, reader, indicator, scope)[at].any())
        if is_kept or (is_withheld and by not in ("category", "class")):
            return ~hidden
    if by == "category" and indicator.id in BY_BELONGING:  # its own line parts the classes of a group
        for code2 in table.index[table.index != ""]:
            hidden[code2] = bool(hidden_units(build, reader, indicator, of_class(scope, str(code2)))[at].any())
        rest = table.loc[~hidden & (table["denominator"] > 0), "denominator"]
        if hidden.sum() == 1 and len(rest):
            hidden[rest.idxmin()] = True
        return hidden
    if by == "class":
        for code in table.index[table.index.isin(WITHHELD)]:
            hidden[code] = bool(hidden_units(build, reader, indicator, of_class(scope, str(code)))[at].any())
    if by == "own_class" and STAR in table.index:
        row = table.loc[STAR]
        k = build.rules.privacy.vulnerable_k
        is_few = any(1 <= n < k for n in (row["denominator"], row["numerator"], row["denominator"] - row["numerator"]))
        hidden[STAR] = bool(row["denominator"] > 0 and (is_few or int(units(build).level[numbers[0] - 1]) > LEVELS["community"].rank or reader.role == "public"))
        rest = table.loc[~hidden & (table["denominator"] > 0), "denominator"]
        if hidden[STAR] and len(rest):
            hidden[rest.idxmin()] = True
    return hidden
