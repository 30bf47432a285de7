"""Working hours and days by hand, on the calendars of 2024 to 2026, and against a walk hour by hour."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from etl.model.errors import CallError
from etl.model.rules import load_rules
from etl.query.worktime import add_working, load_calendar, working_days_between

CALENDAR = load_calendar()
WORK = load_rules().work
HOURS = [  # start, hours, end
    ("2026-11-02 10:00", 2, "2026-11-02 12:00"),  # a Monday
    ("2026-11-02 16:00", 2, "2026-11-03 10:00"),  # over the night
    ("2026-11-02 15:00", 2, "2026-11-02 17:00"),  # ends with the day, not next morning
    ("2026-11-02 09:00", 8, "2026-11-02 17:00"),
    ("2026-11-02 09:00", 9, "2026-11-03 10:00"),
    ("2026-11-02 07:30", 1, "2026-11-02 10:00"),  # before work: counts from 9
    ("2026-11-02 17:00", 1, "2026-11-03 10:00"),  # at the end: from the next day
    ("2026-11-06 16:30", 1, "2026-11-09 09:30"),  # Friday to Monday
    ("2026-11-07 12:00", 5, "2026-11-09 14:00"),  # a Saturday
    ("2026-09-30 16:00", 2, "2026-10-08 10:00"),  # over the National Day week
    ("2026-10-09 16:00", 2, "2026-10-10 10:00"),  # Saturday 10 October is worked
    ("2026-02-13 16:00", 2, "2026-02-14 10:00"),  # so is Saturday 14 February …
    ("2026-02-14 16:00", 2, "2026-02-24 10:00"),  # … then nine days off
]
DAYS = [
    ("2026-11-02 10:00", 1, "2026-11-03 10:00"),
    ("2026-11-02 20:00", 5, "2026-11-09 20:00"),
    ("2026-11-07 12:00", 1, "2026-11-09 12:00"),  # from a Saturday the Monday is the first day
    ("2026-09-30 10:00", 3, "2026-10-10 10:00"),  # 8, 9 and the worked Saturday 10
    ("2025-01-26 09:00", 1, "2025-01-27 09:00"),  # a worked Sunday
    ("2025-01-27 09:00", 2, "2025-02-06 09:00"),  # 5 and 6 February
    ("2024-02-08 08:00", 2, "2024-02-18 08:00"),  # 9 February, then the worked Sunday 18
]


@pytest.mark.parametrize(("start", "n", "end"), HOURS)
def test_working_hours(start: str, n: int, end: str) -> None:
    assert add_working(np.array([start], "M8[us]"), n, "working_hour", CALENDAR, WORK)[0] == np.datetime64(end)


@pytest.mark.parametrize(("start", "n", "end"), DAYS)
def test_working_days(start: str, n: int, end: str) -> None:
    assert add_working(np.array([start], "M8[us]"), n, "working_day", CALENDAR, WORK)[0] == np.datetime64(end)


def test_many_at_once_and_unknown_starts() -> None:
    for cases, unit in ((HOURS, "working_hour"), (DAYS, "working_day")):
        starts = np.array([start for start, _, _ in cases] + ["NaT"], "M8[us]")
        found = add_working(starts, np.array([n for _, n, _ in cases] + [1]), unit, CALENDAR, WORK)
        assert found[:-1].tolist() == np.array([end for _, _, end in cases], "M8[us]").tolist()
        assert np.isnat(found[-1])
    assert len(add_working(np.array([], "M8[us]"), 3, "working_day", CALENDAR, WORK)) == 0


def is_work(day: date) -> bool:
    return day in CALENDAR.makeups or (day.weekday() < 5 and day not in CALENDAR.holidays)


def test_against_a_walk_minute_by_minute() -> None:
    dice = np.random.default_rng(7)
    starts = np.datetime64("2024-01-01T00:00") + dice.integers(0, 60 * 24 * 1000, 40).astype("m8[m]")
    hours = dice.integers(1, 30, 40)
    found = add_working(starts, hours, "working_hour", CALENDAR, WORK)
    for start, n, end in zip(starts.tolist(), hours.tolist(), found.tolist(), strict=True):
        left, at = n * 60, start
        while left:
            left -= is_work(at.date()) and WORK.start_hour <= at.hour < WORK.end_hour
            at += timedelta(minutes=1)
        assert end == at, (start, n)


def test_publication_of_at_least_five_working_days() -> None:
    """Published on Monday 2 November: five working days have stood on Monday 9; on Wednesday 30 September: not before 12 October."""
    first = np.array(["2026-11-02", "2026-11-02", "2026-09-30", "2026-09-30", "NaT", "2026-11-07"], "M8[D]")
    last = np.array(["2026-11-09", "2026-11-06", "2026-10-10", "2026-10-12", "2026-11-02", "2026-11-09"], "M8[D]")
    assert working_days_between(first, last, CALENDAR).tolist() == [5, 4, 3, 4, -1, 0]


def test_the_table_of_the_state_council() -> None:
    for year, free, made_up in ((2024, 30, 8), (2025, 28, 5), (2026, 33, 6)):
        assert sum(day.year == year for day in CALENDAR.holidays) == free
        assert sum(day.year == year for day in CALENDAR.makeups) == made_up
    assert all(day.weekday() >= 5 for day in CALENDAR.makeups)
    assert is_work(date(2027, 1, 4)) and not is_work(date(2027, 1, 3))  # a year not in the table: its weekends


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "holidays.csv"
    path.write_text("day,is_work\n2026-10-01,0\n2026-13-01,0\n", "utf-8")
    with pytest.raises(CallError, match="第 3 行"):
        load_calendar(path)
