"""When cases come in and how long they take (来件时间与办理时长): seasons, week and hour curves, date spellings.

Minutes are counted from `EPOCH`, so that a month's times are plain integers and are spelled through two small tables.
"""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

EPOCH = date(2024, 10, 1)
DAY = 1440
# cases per month of the year: the summer peak, and fewer around the Spring Festival
MONTH = np.array([0.95, 0.80, 0.96, 0.98, 1.02, 1.12, 1.20, 1.18, 1.03, 0.95, 0.92, 0.93])
WEEK = np.array([1.16, 1.10, 1.06, 1.04, 1.02, 0.86, 0.76])  # Monday first
HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3), (10, 4), (10, 5)}
SPRING = ((date(2025, 1, 28), date(2025, 2, 4)), (date(2026, 2, 16), date(2026, 2, 23)))
HOTLINE_HOURS = np.array([3, 2, 1, 1, 1, 2, 6, 18, 42, 60, 58, 46, 28, 34, 48, 50, 46, 38, 28, 26, 24, 20, 12, 6], float)
PATROL_HOURS = np.array([0, 0, 0, 0, 0, 0, 2, 8, 40, 72, 70, 44, 10, 22, 58, 66, 54, 30, 14, 10, 6, 2, 0, 0], float)


def months(last: date, count: int = 24) -> list[date]:
    """First days of the `count` months that end with the month of `last`."""
    number = last.year * 12 + last.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number - count + 1, number + 1)]


def minute_of(day: date) -> int:
    """Minutes from EPOCH to the start of `day`."""
    return (day - EPOCH).days * DAY


def days_in(month: date) -> int:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return (following - month).days


def month_weights(starts: list[date]) -> np.ndarray:
    """Share of the cases in each month: season, and a slow rise from year to year."""
    weight = np.array([MONTH[m.month - 1] * 1.06 ** (i / 12) for i, m in enumerate(starts)])
    return weight / weight.sum()


def day_weights(month: date) -> np.ndarray:
    """Share of the month's cases on each of its days."""
    days = [month + timedelta(i) for i in range(days_in(month))]
    off = [(d.month, d.day) in HOLIDAYS or any(a <= d <= b for a, b in SPRING) for d in days]
    weight = WEEK[[d.weekday() for d in days]] * np.where(off, 0.45, 1.0)
    return weight / weight.sum()


def arrival_minutes(rng: np.random.Generator, month: date, is_patrol: np.ndarray) -> np.ndarray:
    """Minute of arrival of each case; stewards and inspectors (`is_patrol`) keep working hours more than callers do."""
    n = len(is_patrol)
    day = rng.choice(days_in(month), n, p=day_weights(month))
    hour = rng.choice(24, n, p=HOTLINE_HOURS / HOTLINE_HOURS.sum())
    patrol = rng.choice(24, n, p=PATROL_HOURS / PATROL_HOURS.sum())
    return minute_of(month) + day * DAY + np.where(is_patrol, patrol, hour) * 60 + rng.integers(0, 60, n)


class Spelling:
    """One way to write a time; `write` turns minutes (negative: empty) into text."""

    def __init__(self, day: str, clock: str, days: int = 1200) -> None:
        dates = [EPOCH + timedelta(i) for i in range(days)]
        self.days = pa.array([day.format(y=d.year, m=d.month, d=d.day) for d in dates])
        self.clock = pa.array([clock.format(h=i // 60, n=i % 60) for i in range(DAY)])
        self.has_clock = bool(clock)

    def write(self, minutes: np.ndarray) -> pa.Array:
        """Text of each time, NULL where the minute is negative."""
        there = minutes >= 0
        safe = np.where(there, minutes, 0)
        text = self.days.take(pa.array(safe // DAY))
        if self.has_clock:
            text = pc.binary_join_element_wise(text, self.clock.take(pa.array(safe % DAY)), "")
        return pc.if_else(pa.array(there), text, None)


ISO = Spelling("{y}-{m:02}-{d:02}", " {h:02}:{n:02}:00")
SLASH = Spelling("{y}/{m}/{d}", " {h}:{n:02}")
CHINESE = Spelling("{y}年{m}月{d}日", " {h}时{n:02}分")
ISO_DAY = Spelling("{y}-{m:02}-{d:02}", "")
