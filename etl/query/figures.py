"""The one function that turns a build into figures (指标值). Card, map, table, export, briefing and command line all call it.

For one indicator and scope the numerator and denominator of every unit of every level are computed together and cached;
a level, a subtree or a single unit is then only a slice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.model.errors import CallError
from etl.model.indicators import BY_ID, Indicator
from etl.model.levels import LEVEL_IDS
from etl.query.cells import cell_of, cells_ahead, cells_below
from etl.query.reader import Reader
from etl.query.rollup import Floats
from etl.query.run import Plan, by_lead, plan_of
from etl.query.scope import Scope
from etl.query.selection import touching
from etl.query.shared import shared
from etl.query.suppress import hidden_units, is_limited, suppressed
from etl.query.units import units
from etl.query.vector import quotient
from etl.query.vectors import terms_for, vector_of, vectors_ahead
from etl.query.warehouse import Build

State = Literal["ok", "unstable", "no_data", "no_feed", "suppressed"]
STATES: tuple[State, ...] = ("ok", "unstable", "no_data", "no_feed", "suppressed")
OK, UNSTABLE, NO_DATA, NO_FEED, SUPPRESSED = range(5)
_STATES = pd.array(STATES, dtype="str")
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


@dataclass(frozen=True, eq=False, slots=True)
class LevelFigures:
    """The figures of a level's units as arrays side by side, ordered by unit_no; `state` is a place in `STATES`.

    What a map of 120,000 units needs; the table with codes and names, `figures`, takes many times as long to put together.
    """

    unit_no: NDArray[np.int64]
    numerator: Floats
    denominator: Floats
    value: Floats
    state: NDArray[np.uint8]


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
    return _table(build, level_figures(build, reader, indicator_id, scope, level, under))


def level_figures(build: Build, reader: Reader, indicator_id: str, scope: Scope, level: str, under: int | None = None) -> LevelFigures:
    """The same figures without codes and names."""
    indicator = _checked(indicator_id, scope, level)
    first, last = _range(build, reader, under)
    numbers = touching(units(build), units(build).at_level(level, scope.as_of, first, last), scope.chosen)
    return _figures(build, reader, indicator, scope, numbers, first)


def figure(build: Build, reader: Reader, indicator_id: str, scope: Scope, unit_no: int) -> Figure:
    """The figure of one unit, in force on the as-of day or not. CallError when the reader may not see it."""
    indicator = _checked(indicator_id, scope)
    if not reader.sees(unit_no) or unit_no > len(units(build)):
        raise CallError("没有这个单元，或不在您的辖区内", "no such unit, or it lies outside your area")
    if is_limited(reader):  # what such a reader is told depends on the whole row
        told = _figures(build, reader, indicator, scope, np.array([unit_no]))
        return _figure(build, unit_no, told.numerator[0], told.denominator[0], told.value[0], told.state[0])
    if not _connected(build, indicator):
        return _figure(build, unit_no, np.nan, np.nan, np.nan, NO_FEED)
    cell = cell_of(build, reader, indicator, scope, unit_no)  # a page asks for dozens of these: no table
    top, bottom, value, base = cell.numerator, cell.denominator, cell.value, cell.base
    value, state = _judged(build, indicator, top, np.array([np.nan]) if bottom is None else bottom, value, base)
    return _figure(build, unit_no, top[0], np.nan if bottom is None else bottom[0], value[0], state[0])


def figures_ahead(build: Build, reader: Reader, asks: Sequence[tuple[str, Scope]], unit_no: int) -> None:
    """Computes what `figure` of a unit will be asked for, in as few passes as possible."""
    wanted = [(indicator_of(indicator_id), scope) for indicator_id, scope in asks]
    if is_limited(reader):  # told or not by what the whole row holds
        vectors_ahead(build, reader, wanted)
    else:
        cells_ahead(build, reader, wanted, unit_no)


def _figure(build: Build, unit_no: int, top: float, bottom: float, value: float, state: int) -> Figure:
    frame = units(build)
    above, below, found = (None if np.isnan(number) else float(number) for number in (top, bottom, value))
    return Figure(unit_no, frame.code[unit_no - 1], frame.name[unit_no - 1], above, below, found, STATES[state])


@shared
def figures_by_lead(build: Build, reader: Reader, indicator_id: str, scope: Scope, under: int | None = None) -> pd.DataFrame:
    """One row per unit in charge (承办单位) of the cases below `under`, ordered by code: code, name, numerator … state.

    Cases naming none come last with an empty code, so that the rows add up to the total. A denominator that is no count of
    cases (households) is that of `under` for every row.
    """
    indicator = _checked(indicator_id, scope)
    if not indicator.by_lead:
        raise CallError(f"指标 {indicator_id} 不能按承办单位统计", f"indicator {indicator_id} cannot be shown by lead_unit")
    first, last = _range(build, reader, under)
    is_kept_back = is_limited(reader) and bool(hidden_units(build, reader, indicator, scope)[first - 1])  # which offices there are would tell of it
    if is_kept_back or not _connected(build, indicator):
        return pd.DataFrame(columns=["code", "name", "numerator", "denominator", "value", "state"])
    terms = terms_for(build, indicator, scope, first, last)
    table, bottom = by_lead(build, indicator, terms), plan_of(indicator.parts, terms).parts.denominator
    if bottom is not None and bottom.roll == "replace":
        table["denominator"] = vector_of(build, reader, indicator, scope).denominator[first - 1]  # type: ignore[index]
    return _states(build, reader, indicator, scope, table)


def plan_for(build: Build, reader: Reader, indicator_id: str, scope: Scope, under: int | None = None) -> Plan:
    """The parts and the statements that are run for them, limited to what the reader sees (below `under`)."""
    indicator = _checked(indicator_id, scope)
    return plan_of(indicator.parts, terms_for(build, indicator, scope, *_range(build, reader, under)))


def is_connected(build: Build, indicator: Indicator) -> bool:
    """Every feed the indicator needs was loaded into this build; otherwise it is 未接入, never 0."""
    return _connected(build, indicator)


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


def _figures(build: Build, reader: Reader, indicator: Indicator, scope: Scope, numbers: NDArray[np.int64], under: int = 1) -> LevelFigures:
    nothing = np.full(len(numbers), np.nan)
    if not _connected(build, indicator):
        return LevelFigures(numbers, nothing, nothing, nothing, np.full(len(numbers), NO_FEED, dtype=np.uint8))
    if not len(numbers):
        return LevelFigures(numbers, nothing, nothing, nothing, np.zeros(0, dtype=np.uint8))
    # what a limited reader is told depends on the whole vector, and it is the map's too
    cells = vector_of(build, reader, indicator, scope).at(numbers - 1) if is_limited(reader) else cells_below(build, reader, indicator, scope, under, numbers)
    top, bottom = cells.numerator, nothing if cells.denominator is None else cells.denominator
    value, base = cells.value, cells.base
    value, state = _judged(build, indicator, top, bottom, value, base)
    if is_limited(reader):
        hidden = suppressed(build, reader, indicator, scope, pd.DataFrame({"unit_no": numbers, "numerator": top, "denominator": bottom}))
        top, bottom, value = (np.where(hidden, np.nan, array) for array in (top, bottom, value))
        state[hidden] = SUPPRESSED
    return LevelFigures(numbers, top, bottom, value, state)


def _table(build: Build, told: LevelFigures) -> pd.DataFrame:
    texts = units(build).texts.take(told.unit_no - 1).reset_index(drop=True)
    columns = {"numerator": told.numerator, "denominator": told.denominator, "value": told.value, "state": _STATES.take(told.state)}
    return pd.DataFrame({"unit_no": told.unit_no, "code": texts["code"], "name": texts["name"], **columns})


def _states(build: Build, reader: Reader, indicator: Indicator, scope: Scope, table: pd.DataFrame) -> pd.DataFrame:
    """Adds value and state to rows by unit in charge, then takes away what the reader may not be told."""
    bottom, top = (table[name].to_numpy(dtype=np.float64) for name in ("denominator", "numerator"))
    table["value"], state = _judged(build, indicator, top, bottom, None, None)
    hidden = suppressed(build, reader, indicator, scope, table)
    state[hidden] = SUPPRESSED
    table["state"] = _STATES.take(state)
    table.loc[hidden, ["numerator", "denominator", "value"]] = np.nan
    return table


def _judged(
    build: Build, indicator: Indicator, top: Floats, bottom: Floats, value: Floats | None, base: Floats | None
) -> tuple[Floats, NDArray[np.uint8]]:
    """Value and state by row, before anything is taken away. `value` and `base`: see `Vector`."""
    state = np.full(len(top), OK, dtype=np.uint8)
    if not indicator.has_denominator:
        found = top.copy() if value is None else value
        state[np.isnan(found)] = NO_DATA  # hotspots where there are no cells to be hot
        return found, state
    base = bottom if base is None else base
    state[(base > 0) & (base < build.rules.figure.unstable_below)] = UNSTABLE
    if indicator.kind != "sum":  # a count: of nothing required nothing is absent, and that is an answer
        state[base == 0] = NO_DATA
    elif value is not None:
        state[np.isnan(value)] = NO_DATA  # before the first count of those it is counted by
    return (quotient(top, bottom, indicator.scale) if value is None else value), state
