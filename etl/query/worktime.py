"""Working days and hours (工作日、工作时间): Monday to Friday, less public holidays, plus make-up days.

The holidays are a local table, `data/holidays.csv` (day,is_work: 0 a holiday, 1 a make-up day), filled from the State
Council's yearly notice. A year that is not in it has its weekends only. Pure: arrays in, arrays out.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from etl.model.errors import CallError
from etl.model.rule_sections import Work

HOLIDAYS = Path(__file__).resolve().parents[2] / "data" / "holidays.csv"
Unit = Literal["working_hour", "working_day"]
HOUR = 3_600_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days that differ from the plain week: `holidays` are free weekdays or weekends, `makeups` weekends that are worked."""

    holidays: frozenset[date]
    makeups: frozenset[date]

    def busdays(self, first: np.datetime64, last: np.datetime64) -> np.busdaycalendar:
        """NumPy's calendar for the days from `first` to `last`. It knows no worked weekends, so every day off is listed as a holiday."""
        days = np.arange(first.astype("M8[D]"), last.astype("M8[D]") + 1)
        is_free = ~np.is_busday(days) | np.isin(days, _days(self.holidays))
        return np.busdaycalendar("1111111", days[is_free & ~np.isin(days, _days(self.makeups))])


def load_calendar(path: Path = HOLIDAYS) -> Calendar:
    """The holiday table; CallError naming the line of a day or mark that cannot be read."""
    found: dict[bool, set[date]] = {False: set(), True: set()}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            mark = (row.get("is_work") or "").strip()
            try:
                day = date.fromisoformat((row.get("day") or "").strip())
            except ValueError:
                day = None
            if day is None or mark not in ("0", "1"):
                raise CallError(
                    f"{path.name} 第 {line} 行应为 日期,0 或 1，例如 2026-10-01,0", f"{path.name} line {line} must be day,0 or 1, e.g. 2026-10-01,0"
                )
            found[mark == "1"].add(day)
    return Calendar(frozenset(found[False]), frozenset(found[True]))


def add_working(start: NDArray[np.datetime64], n: NDArray[np.int64] | int, unit: Unit, calendar: Calendar, work: Work) -> NDArray[np.datetime64]:
    """When a limit of `n` ≥ 1 working hours or days that starts at `start` (Asia/Shanghai wall time) ends; NaT stays NaT.

    Hours run from `work.start_hour` to `work.end_hour` of working days; what starts outside them starts with the next working
    hour, and a limit that ends with a working day ends at its last minute, not on the next morning. Days: the same time of the
    n-th working day after the starting day, which itself does not count.
    """
    start = np.asarray(start, dtype="M8[us]")
    n = np.broadcast_to(np.asarray(n, dtype=np.int64), start.shape)
    end = np.full(start.shape, np.datetime64("NaT"), dtype="M8[us]")
    known = ~np.isnat(start)
    if known.any():
        add = _add_hours if unit == "working_hour" else _add_days
        end[known] = add(start[known], n[known], calendar, work)
    return end


def working_days_between(first: NDArray[np.datetime64], last: NDArray[np.datetime64], calendar: Calendar) -> NDArray[np.int64]:
    """Working days from `first` (included) to `last` (not included): how long something published on `first` stood until `last`.

    -1 where either day is unknown; negative where `last` lies before `first`.
    """
    first, last = np.asarray(first, dtype="M8[D]"), np.asarray(last, dtype="M8[D]")
    days = np.full(first.shape, -1, dtype=np.int64)
    known = ~(np.isnat(first) | np.isnat(last))
    if known.any():
        both = np.concatenate((first[known], last[known]))
        days[known] = np.busday_count(first[known], last[known], busdaycal=calendar.busdays(both.min(), both.max()))
    return days


def _add_days(start: NDArray[np.datetime64], n: NDArray[np.int64], calendar: Calendar, work: Work) -> NDArray[np.datetime64]:
    day = start.astype("M8[D]")
    busdays = calendar.busdays(day.min(), day.max() + _reach(n))
    # backward: from a free day the first working day after it is the first that counts (whatever lies before the calendar will do to stand on)
    return np.busday_offset(day, n, roll="backward", busdaycal=busdays).astype("M8[us]") + (start - day)


def _add_hours(start: NDArray[np.datetime64], n: NDArray[np.int64], calendar: Calendar, work: Work) -> NDArray[np.datetime64]:
    day = start.astype("M8[D]")
    length = (work.end_hour - work.start_hour) * HOUR
    busdays = calendar.busdays(day.min(), day.max() + _reach(-(-n // (work.end_hour - work.start_hour)) + 1))
    # working time since the first working day of all, in microseconds; time off adds nothing
    into = np.clip((start - day).astype(np.int64) - work.start_hour * HOUR, 0, length)
    worked = np.busday_count(day.min(), day, busdaycal=busdays) * length + np.where(np.is_busday(day, busdaycal=busdays), into, 0)
    target = worked + n * HOUR
    days, rest = (target - 1) // length, (target - 1) % length + 1
    first = np.busday_offset(day.min(), 0, roll="forward", busdaycal=busdays)
    ends = np.busday_offset(first, days, busdaycal=busdays).astype("M8[us]")
    return ends + (rest + work.start_hour * HOUR).astype("m8[us]")


def _reach(n: NDArray[np.int64]) -> int:
    """Days that surely hold so many working days: no stretch of holidays reaches three weeks."""
    return int(n.max()) * 2 + 40


def _days(days: Iterable[date]) -> NDArray[np.datetime64]:
    return np.array(sorted(days), dtype="M8[D]")
