"""The figures of a level month by month (逐月指标), each month judged at its own end, for the map that plays them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from etl.query.figures import LevelFigures, level_figures
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.series import add_months, effective_end, first_day
from etl.query.units import units
from etl.query.warehouse import Build

MONTHS = 24
KEPT, BYTES = 12, 150_000_000  # 24 months of 120,000 grids take 26 MB


@dataclass(frozen=True, eq=False, slots=True)
class Months:
    """Months from old to new; `values` and `states` (places in `figures.STATES`, 255 = not in force that month) by month and unit of `unit_no`.

    The units are those of the last month: boundaries are drawn as they stand at its end. `newest` are that month's figures.
    """

    days: tuple[tuple[date, date], ...]
    is_partial: bool
    unit_no: NDArray[np.int64]
    values: NDArray[np.float64]
    states: NDArray[np.uint8]
    newest: LevelFigures


NOT_IN_FORCE = 255
_months: Once[tuple, Months] = Once(KEPT, BYTES, lambda found: found.values.nbytes + found.states.nbytes)


def months_up_to(build: Build, indicator_id: str, scope: Scope, count: int = MONTHS) -> tuple[Scope, ...]:
    """The last `count` calendar months up to the period's end as scopes, oldest first; months before the data begin are left out, but the last."""
    last = effective_end(build, scope)
    first = first_day(build, indicator_id)
    found = []
    for back in range(count - 1, -1, -1):
        start = add_months(last.replace(day=1), -back)
        end = min(add_months(start, 1) - timedelta(days=1), last)
        if not back or first is None or end >= first:
            found.append(replace(scope, date_from=start, date_to=end, as_of=end))
    return tuple(found)


def month_figures(build: Build, reader: Reader, indicator_id: str, scope: Scope, level: str) -> Months:
    """The months up to the period's end. The reader is told of every month what a page of that month would tell."""
    scopes = months_up_to(build, indicator_id, scope)
    key = (build.key, reader.role, reader.first_no, reader.last_no, indicator_id, scopes, level)
    return _months.get(key, lambda: _made(build, reader, indicator_id, scopes, level))


def _made(build: Build, reader: Reader, indicator_id: str, scopes: tuple[Scope, ...], level: str) -> Months:
    every = [level_figures(build, reader, indicator_id, scope, level) for scope in scopes]
    newest, size = every[-1], len(units(build)) + 1
    values, states = np.full((len(every), len(newest.unit_no)), np.nan), np.empty((len(every), len(newest.unit_no)), dtype=np.uint8)
    for at, told in enumerate(every):
        value, state = np.full(size, np.nan), np.full(size, NOT_IN_FORCE, dtype=np.uint8)
        value[told.unit_no], state[told.unit_no] = told.value, told.state
        values[at], states[at] = value[newest.unit_no], state[newest.unit_no]
    is_partial = scopes[-1].date_to != add_months(scopes[-1].date_from, 1) - timedelta(days=1)
    return Months(tuple((one.date_from, one.date_to) for one in scopes), is_partial, newest.unit_no, values, states, newest)
