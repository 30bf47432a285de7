"""The one function that turns a build into figures (指标值). Card, map, table, export, briefing and command line all call it.

For one indicator and scope the numerator and denominator of every unit of every level are computed together and cached;
a level, a subtree or a single unit is then only a slice.
"""

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.model.errors import CallError
from etl.model.indicators import BY_ID, Indicator
from etl.model.indicators.record import Parts
from etl.model.indicators.terms import Terms
from etl.model.levels import LEVEL_IDS
from etl.query.formulas import FORMULAS
from etl.query.once import Once
from etl.query.pilots import pilot_effect
from etl.query.reader import Reader
from etl.query.rollup import Floats
from etl.query.rollup_kinds import medians, numbers, rolled
from etl.query.run import by_lead, part_tables
from etl.query.scope import Scope
from etl.query.suppress import is_limited, suppressed
from etl.query.units import units
from etl.query.vector import Vector, quotient
from etl.query.warehouse import Build

State = Literal["ok", "unstable", "no_data", "no_feed", "suppressed"]
COLUMNS = ("unit_no", "code", "name", "numerator", "denominator", "value", "state")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one unit. Numbers are None where the state leaves nothing to say; a count has no denominator."""

    unit_no: int
    code: str
    name: str
    numerator: float | None
    denominator: float | None
    value: float | None
    state: State


_vectors: Once[tuple, Vector] = Once(capacity=96)


def indicator_of(indicator_id: str) -> Indicator:
    """The record of an id; CallError naming the known ones."""
    if indicator_id not in BY_ID:
        raise CallError(f"没有指标 {indicator_id!r}。可用：{'、'.join(BY_ID)}", f"no indicator {indicator_id!r}. Known: {', '.join(BY_ID)}")
    return BY_ID[indicator_id]


def figures(build: Build, reader: Reader, indicator_id: str, scope: Scope, level: str, under: int | None = None) -> pd.DataFrame:
    """One row per unit of `level` in force on the as-of day (below and including `under`), ordered by unit_no, with `COLUMNS`.

    value = numerator ÷ denominator × the indicator's scale, unrounded; a count's value is its numerator. States: ok,
    unstable (denominator 1–9, or below 10 things behind a composite), no_data (denominator 0: numerator and denominator stay, value is NaN), no_feed, suppressed (no numbers).
    CallError on an unknown indicator, level or a filter the indicator's feed lacks.
    """
    indicator = _checked(indicator_id, scope, level)
    first, last = _range(build, reader, under)
    numbers = units(build).at_level(level, scope.as_of, first, last)
    return _frame(build, reader, indicator, scope, numbers)


def figure(build: Build, reader: Reader, indicator_id: str, scope: Scope, unit_no: int) -> Figure:
    """The figure of one unit, in force on the as-of day or not. CallError when the reader may not see it."""
    indicator = _checked(indicator_id, scope)
    if not reader.sees(unit_no) or unit_no > len(units(build)):
        raise CallError("没有这个单元，或不在您的辖区内", "no such unit, or it lies outside your area")
    if is_limited(reader):  # what such a reader is told depends on the whole row
        row = _frame(build, reader, indicator, scope, np.array([unit_no])).iloc[0]
        return _figure(build, unit_no, row["numerator"], row["denominator"], row["value"], row["state"])
    if not _connected(build, indicator):
        return _figure(build, unit_no, np.nan, np.nan, np.nan, "no_feed")
    vector, at = _vector(build, reader, indicator, scope), slice(unit_no - 1, unit_no)  # a page asks for dozens of these: no table
    top, bottom, value, base = (None if array is None else array[at] for array in (vector.numerator, vector.denominator, vector.value, vector.base))
    assert top is not None
    value, state = _judged(build, indicator, top, np.array([np.nan]) if bottom is None else bottom, value, base)
    return _figure(build, unit_no, top[0], np.nan if bottom is None else bottom[0], value[0], str(state[0]))


def _figure(build: Build, unit_no: int, top: float, bottom: float, value: float, state: str) -> Figure:
    frame = units(build)
    above, below, found = (None if np.isnan(number) else float(number) for number in (top, bottom, value))
    return Figure(unit_no, frame.code[unit_no - 1], frame.name[unit_no - 1], above, below, found, cast(State, state))


def figures_by_lead(build: Build, reader: Reader, indicator_id: str, scope: Scope, under: int | None = None) -> pd.DataFrame:
    """One row per unit in charge (承办单位) of the cases below `under`, ordered by code: code, name, numerator … state.

    Cases naming none come last with an empty code, so that the rows add up to the total. A denominator that is no count of
    cases (households) is that of `under` for every row.
    """
    indicator = _checked(indicator_id, scope)
    if not indicator.by_lead:
        raise CallError(f"指标 {indicator_id} 不能按承办单位统计", f"indicator {indicator_id} cannot be shown by lead_unit")
    first, last = _range(build, reader, under)
    if not _connected(build, indicator):
        return _states(build, reader, indicator, scope, pd.DataFrame(columns=["code", "name", "numerator", "denominator"]))
    parts = indicator.parts(_terms(build, scope, first, last))
    table = by_lead(build, parts)
    if parts.denominator is not None and parts.denominator.roll == "replace":
        table["denominator"] = _vector(build, reader, indicator, scope).denominator[first - 1]  # type: ignore[index]
    return _states(build, reader, indicator, scope, table)


def parts_of(build: Build, reader: Reader, indicator_id: str, scope: Scope, under: int | None = None) -> Parts:
    """The two Ibis parts as they are run, limited to what the reader sees (below `under`)."""
    indicator = _checked(indicator_id, scope)
    return indicator.parts(_terms(build, scope, *_range(build, reader, under)))


def is_connected(build: Build, indicator: Indicator) -> bool:
    """Every feed the indicator needs was loaded into this build; otherwise it is 未接入, never 0."""
    return _connected(build, indicator)


def forget_vectors() -> None:
    """Empties the cache (for tests and benchmarks)."""
    _vectors.clear()


def _connected(build: Build, indicator: Indicator) -> bool:
    return build.feeds.issuperset(indicator.feeds)


def _checked(indicator_id: str, scope: Scope, level: str | None = None) -> Indicator:
    indicator = indicator_of(indicator_id)
    if level is not None and level not in LEVEL_IDS:
        raise CallError(f"没有级别 {level!r}。可用：{'、'.join(LEVEL_IDS)}", f"no level {level!r}. Known: {', '.join(LEVEL_IDS)}")
    for field, _ in scope.where:
        if field not in indicator.filters:
            raise CallError(f"指标 {indicator_id} 的数据没有字段 {field}，不能按它筛选", f"the feed of {indicator_id} has no field {field} to filter by")
    return indicator


def _range(build: Build, reader: Reader, under: int | None) -> tuple[int, int]:
    """Numbers to answer for: the reader's, cut down to `under` and below; empty (first > last) when they do not meet."""
    frame = units(build)
    first, last = max(reader.first_no, 1), min(reader.last_no, len(frame))
    if under is None:
        return first, last
    if not 1 <= under <= len(frame):
        raise CallError(f"没有序号为 {under} 的单元", f"no unit has the number {under}")
    return max(first, under), min(last, int(frame.last_no[under - 1]))


def _terms(build: Build, scope: Scope, first_no: int, last_no: int) -> Terms:
    return Terms(scope.date_from, scope.date_to, scope.as_of, scope.where, first_no, last_no, build.rules)


def _vector(build: Build, reader: Reader, indicator: Indicator, scope: Scope) -> Vector:
    first, last = (1, len(units(build))) if indicator.is_relative else _range(build, reader, None)
    key = (build.key, indicator.id, scope, first, last)
    return _vectors.get(key, lambda: _computed(build, indicator, scope, first, last))


def _computed(build: Build, indicator: Indicator, scope: Scope, first: int, last: int) -> Vector:
    frame = units(build)
    parts = indicator.parts(_terms(build, scope, first, last))
    if parts.formula == "pilot":
        everybody = Reader("admin", 1, len(frame))
        return pilot_effect(build, frame, scope, lambda other, when: _vector(build, everybody, other, when))
    tables, in_force = part_tables(build, parts), frame.valid(scope.as_of)
    totals = [rolled(part, table, frame.last_no, frame.parent_no, in_force) for part, table in zip(parts.all, tables, strict=True)]
    if parts.formula:
        return FORMULAS[parts.formula](frame, scope, build.rules, totals)
    if indicator.kind == "median":
        middle = medians(np.ma.getdata(tables[0]["unit_no"]).astype(np.int64), numbers(tables[0][parts.numerator.column]), frame.parent_no)
        return Vector(np.full(len(frame), np.nan), totals[0], middle)
    bottom = None if parts.denominator is None else totals[1]
    return Vector(totals[0], bottom, totals[0] if indicator.kind == "sum" and bottom is not None else None)


def _frame(build: Build, reader: Reader, indicator: Indicator, scope: Scope, numbers: NDArray[np.int64]) -> pd.DataFrame:
    frame, at = units(build), numbers - 1
    table = pd.DataFrame({"unit_no": numbers, "code": frame.code[at], "name": frame.name[at]})
    if _connected(build, indicator) and len(numbers):
        vector = _vector(build, reader, indicator, scope)
        table["numerator"] = vector.numerator[at]
        table["denominator"] = np.nan if vector.denominator is None else vector.denominator[at]
        value, base = (None if array is None else array[at] for array in (vector.value, vector.base))
        return _states(build, reader, indicator, scope, table, value, base)
    table["numerator"] = table["denominator"] = np.nan
    return _states(build, reader, indicator, scope, table)


def _states(
    build: Build, reader: Reader, indicator: Indicator, scope: Scope, table: pd.DataFrame, value: Floats | None = None, base: Floats | None = None
) -> pd.DataFrame:
    """Adds value and state, then takes away what the reader may not be told. `value` and `base`: see `Vector`."""
    bottom = table["denominator"].to_numpy(dtype=np.float64)
    top = table["numerator"].to_numpy(dtype=np.float64)
    if not _connected(build, indicator):
        table["value"], table["state"] = np.nan, "no_feed"
        return table
    value, state = _judged(build, indicator, top, bottom, value, base)
    table["value"], table["state"] = value, state.astype(object)
    hidden = suppressed(build, reader, indicator, scope, table)
    table.loc[hidden, ["numerator", "denominator", "value"]] = np.nan
    table.loc[hidden, "state"] = "suppressed"
    return table


def _judged(
    build: Build, indicator: Indicator, top: Floats, bottom: Floats, value: Floats | None, base: Floats | None
) -> tuple[Floats, NDArray[np.str_]]:
    """Value and state by row, before anything is taken away. `value` and `base`: see `Vector`."""
    if not indicator.has_denominator:
        return (top.copy() if value is None else value), np.full(len(top), "ok")
    base = bottom if base is None else base
    is_count = indicator.kind == "sum"  # of nothing required nothing is absent: that is an answer
    state = np.select([(base == 0) & (not is_count), (base > 0) & (base < build.rules.figure.unstable_below)], ["no_data", "unstable"], "ok")
    return (quotient(top, bottom, indicator.scale) if value is None else value), state
