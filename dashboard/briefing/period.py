"""The months and quarters a briefing is about (简报期间)."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from etl.model.errors import CallError
from etl.model.text import Text
from etl.query.scope import Scope, make_scope
from etl.query.series import add_months, cut_to_data
from etl.query.warehouse import Build

QUARTERS = ("一", "二", "三", "四")
MONTHS_EN = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])", re.ASCII)
_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)_(\d{4}-\d\d-\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """`id` is 2026-09, 2026-Q3 or, for any days, 2026-09-01_2026-11-30."""

    id: str
    kind: Literal["month", "quarter", "days"]
    first: date
    last: date

    @property
    def name(self) -> Text:
        year, month = self.first.year, self.first.month
        if self.kind == "month":
            return Text(f"{year}年{month}月", f"{MONTHS_EN[month - 1]} {year}")
        if self.kind == "days":
            return _days_name(self.first, self.last)
        return Text(f"{year}年第{QUARTERS[(month - 1) // 3]}季度", f"Quarter {(month + 2) // 3}, {year}")

    def is_partial(self, build: Build) -> bool:
        """Whether the data end before it does."""
        return build.data_date < self.last

    def scope(self, build: Build) -> Scope:
        """The part the data reach, judged at its own end."""
        return cut_to_data(build, make_scope(build, self.first, self.last))


def parse_period(text: str) -> Period:
    """2026-09, 2026-Q3 or 2026-09-01_2026-11-30. CallError for anything else."""
    if found := _MONTH.fullmatch(text):
        return _month(date(int(found[1]), int(found[2]), 1))
    if found := _QUARTER.fullmatch(text):
        return _quarter(date(int(found[1]), int(found[2]) * 3 - 2, 1))
    if found := _DAYS.fullmatch(text):
        with suppress(ValueError):  # no such day: told below
            first, last = (date.fromisoformat(day) for day in found.groups())
            if first <= last:
                return period_of(first, last)
    raise CallError(
        f"期间 {text!r} 应写成 2026-09（月）、2026-Q3（季度）或 2026-09-01_2026-11-30（起止日期）",
        f"period {text!r}: write 2026-09 (a month), 2026-Q3 (a quarter) or 2026-09-01_2026-11-30 (first and last day)",
    )


def period_of(first: date, last: date) -> Period:
    """The month or quarter of these days, else just these days."""
    for period in (_month(first.replace(day=1)), _quarter(first.replace(month=(first.month - 1) // 3 * 3 + 1, day=1))):
        if (period.first, period.last) == (first, last):
            return period
    return Period(f"{first}_{last}", "days", first, last)


def _days_name(first: date, last: date) -> Text:
    """“2011年9月至11月” where the days are whole months, else both days."""
    if first.day == 1 and (last + timedelta(days=1)).day == 1:
        months = [f"{MONTHS_EN[day.month - 1]}" for day in (first, last)]
        if first.year != last.year:
            return Text(f"{first.year}年{first.month}月至{last.year}年{last.month}月", f"{months[0]} {first.year} to {months[1]} {last.year}")
        if first.month == 1 and last.month == 12:
            return Text(f"{first.year}年", f"{first.year}")
        return Text(f"{first.year}年{first.month}月至{last.month}月", f"{months[0]} to {months[1]} {first.year}")
    year = "" if first.year == last.year else f"{last.year}年"
    return Text(f"{first.year}年{first.month}月{first.day}日至{year}{last.month}月{last.day}日", f"{first} to {last}")


def periods(build: Build, kind: Literal["month", "quarter"], first: date | None, most: int = 24) -> tuple[Period, ...]:
    """Months or quarters with data, newest first. The newest one whose end the data reach comes first when it is the usual choice."""
    make, step = (_month, 1) if kind == "month" else (_quarter, 3)
    start = build.data_date.replace(day=1)
    found: list[Period] = []
    if kind == "quarter":
        start = start.replace(month=(start.month - 1) // 3 * 3 + 1)
    while len(found) < most and (first is None or add_months(start, step) > first):
        found.append(make(start))
        start = add_months(start, -step)
    return tuple(found) or (make(build.data_date.replace(day=1)),)


def usual(build: Build, offered: tuple[Period, ...]) -> Period:
    """The newest whole one, else the newest."""
    return next((period for period in offered if not period.is_partial(build)), offered[0])


def _month(start: date) -> Period:
    return Period(f"{start:%Y-%m}", "month", start, add_months(start, 1) - timedelta(days=1))


def _quarter(start: date) -> Period:
    return Period(f"{start.year}-Q{(start.month + 2) // 3}", "quarter", start, add_months(start, 3) - timedelta(days=1))
