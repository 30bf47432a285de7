"""From when boundaries hold (边界启用日期): units in force by level, and which began or ended within a period.

What happened before a change stays with the unit of its day; figures and maps show the units in force on the as-of day.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from etl.model.levels import LEVEL_IDS
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.units import FIRST_DAY, LAST_DAY, units
from etl.query.warehouse import Build

COLUMNS = ("unit_no", "name", "level", "path", "change", "on")


@dataclass(frozen=True, slots=True)
class LevelDates:
    """One level: units in force on the as-of day, of them those without a first day, the newest first day, and how many began and
    ended in the period."""

    level: str
    in_force: int
    undated: int
    newest: date | None
    begun: int
    ended: int


def level_dates(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[LevelDates, ...]:
    """The levels at and below a unit, as far as the reader sees, coarse to fine."""
    frame, here = units(build), _here(build, reader, under)
    in_force, begun, ended = frame.valid(scope.as_of)[here], *(_within(build, scope, here))
    found = []
    for rank, level in enumerate(LEVEL_IDS):
        is_level = frame.level[here] == rank
        first = frame.valid_from[here][is_level & in_force]
        dated = first[first > FIRST_DAY]
        if (is_level & (in_force | begun | ended)).any():
            newest = dated.max().astype("M8[D]").item() if len(dated) else None
            found.append(LevelDates(level, len(first), len(first) - len(dated), newest, int((begun & is_level).sum()), int((ended & is_level).sum())))
    return tuple(found)


def boundary_changes(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    """One row per unit that began (`begun`, on its first day) or ended (`ended`, the day after its last) in the period, newest first."""
    frame, here = units(build), _here(build, reader, under)
    begun, ended = _within(build, scope, here)
    rows = [
        (int(no), frame.name[no - 1], LEVEL_IDS[frame.level[no - 1]], frame.path(int(no), reader), change, on.astype("M8[D]").item())
        for change, flags, days in (("begun", begun, frame.valid_from[here]), ("ended", ended, frame.valid_to[here] + np.timedelta64(1, "D")))
        for no, on in zip(here[flags] + 1, days[flags], strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(["on", "unit_no"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _here(build: Build, reader: Reader, under: int) -> np.ndarray:
    """Places of the unit and everything below it that the reader sees."""
    first, last = max(under, reader.first_no, 1), min(int(units(build).last_no[under - 1]), reader.last_no)
    return np.arange(first - 1, last)


def _within(build: Build, scope: Scope, here: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which of them began and which ended in the period, up to the as-of day."""
    frame = units(build)
    first, last = np.datetime64(scope.date_from), np.datetime64(min(scope.date_to, scope.as_of))
    start, end = frame.valid_from[here], frame.valid_to[here]
    day_before = np.datetime64(scope.date_from - timedelta(days=1))
    return (start >= first) & (start <= last), (end >= day_before) & (end < last) & (end < LAST_DAY)
