"""Figures over time (趋势与同比环比). Every period is judged at its own end, so that a past month is not flattered by later work."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from etl.query import first_days
from etl.query.figures import Figure, figure, figures_ahead, indicator_of
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.warehouse import Build


@dataclass(frozen=True, slots=True)
class Point:
    """One month of a series; `is_partial` when the month is not over at the data date."""

    month: date
    figure: Figure
    is_partial: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One period against an earlier one of equal length. None where either is not known or the data do not reach back that far.

    `difference` in the unit of the value (points for rates); `ratio` relative to the earlier value, None when that is 0.
    """

    current: Figure
    earlier: Figure | None
    current_scope: Scope
    earlier_scope: Scope
    difference: float | None
    ratio: float | None


def monthly(build: Build, reader: Reader, indicator_id: str, scope: Scope, unit_no: int, months: int = 12) -> tuple[Point, ...]:
    """The last `months` calendar months up to the period's end, oldest first; months before the data begin are left out."""
    last = effective_end(build, scope)
    month = last.replace(day=1)
    starts = [add_months(month, -back) for back in range(months - 1, -1, -1)]
    first = first_day(build, indicator_id)
    points = []
    for start in starts:
        end = min(add_months(start, 1) - timedelta(days=1), last)
        if first is None or end >= first:
            one = replace(scope, date_from=start, date_to=end, as_of=end)
            is_partial = end < add_months(start, 1) - timedelta(days=1)
            points.append(Point(start, figure(build, reader, indicator_id, one, unit_no), is_partial))
    return tuple(points)


def year_on_year(build: Build, reader: Reader, indicator_id: str, scope: Scope, unit_no: int) -> Change:
    """同比: the same days a year earlier."""
    return _change(build, reader, indicator_id, cut_to_data(build, scope), _a_year_before(build, scope), unit_no)


def period_on_period(build: Build, reader: Reader, indicator_id: str, scope: Scope, unit_no: int) -> Change:
    """环比: the equally long period just before; of whole months the same number of months, of an unfinished one the equal part."""
    return _change(build, reader, indicator_id, cut_to_data(build, scope), _just_before(build, scope), unit_no)


def changes_ahead(build: Build, reader: Reader, asks: Sequence[tuple[str, Scope]], unit_no: int, with_period: bool) -> None:
    """Computes what `year_on_year` (and `period_on_period`) of a unit's figures of several indicators will need, in as few passes as possible."""
    wanted = []
    for indicator_id, scope in asks:
        wanted.append((indicator_id, cut_to_data(build, scope)))
        for earlier in (_a_year_before(build, scope), *((_just_before(build, scope),) if with_period else ())):
            if _reaches_back(build, indicator_id, earlier):
                wanted.append((indicator_id, earlier))
    figures_ahead(build, reader, wanted, unit_no)


def _a_year_before(build: Build, scope: Scope) -> Scope:
    current = cut_to_data(build, scope)
    end = _same_end(current, 12)
    return replace(scope, date_from=add_months(current.date_from, -12), date_to=end, as_of=end)


def _just_before(build: Build, scope: Scope) -> Scope:
    current = cut_to_data(build, scope)
    months = whole_months(scope)
    if months:
        start = add_months(scope.date_from, -months)
        is_whole = current.date_to == scope.date_to
        end = scope.date_from - timedelta(days=1) if is_whole else min(start + (current.date_to - current.date_from), scope.date_from - timedelta(days=1))
    else:
        days = scope.date_to - scope.date_from + timedelta(days=1)
        start = scope.date_from - days
        end = start + (current.date_to - current.date_from)
    return replace(scope, date_from=start, date_to=end, as_of=end)


def cut_to_data(build: Build, scope: Scope) -> Scope:
    """The part of the period that the data reach, judged at its own end."""
    end = effective_end(build, scope)
    return replace(scope, date_to=end, as_of=end)


def effective_end(build: Build, scope: Scope) -> date:
    """The period's last day with data (its own end when the data go on, its start when they have not begun)."""
    return max(min(scope.date_to, build.data_date), scope.date_from)


def whole_months(scope: Scope) -> int:
    """How many calendar months the period is, 0 when it is not made of whole ones."""
    after = scope.date_to + timedelta(days=1)
    if scope.date_from.day != 1 or after.day != 1:
        return 0
    return (after.year - scope.date_from.year) * 12 + after.month - scope.date_from.month


def add_months(day: date, months: int) -> date:
    """The same day some months away; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    after = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), after - timedelta(days=1))


def first_day(build: Build, indicator_id: str) -> date | None:
    """The first day the indicator can speak for; None when it has no beginning."""
    return first_days.first_day(build, indicator_of(indicator_id))


def _same_end(current: Scope, months: int) -> date:
    """The period's end some months earlier; a month's last day stays a month's last day."""
    after = current.date_to + timedelta(days=1)
    return add_months(after, -months) - timedelta(days=1) if after.day == 1 else add_months(current.date_to, -months)


def _change(build: Build, reader: Reader, indicator_id: str, current: Scope, earlier: Scope, unit_no: int) -> Change:
    now = figure(build, reader, indicator_id, current, unit_no)
    if not _reaches_back(build, indicator_id, earlier):
        return Change(now, None, current, earlier, None, None)
    then = figure(build, reader, indicator_id, earlier, unit_no)
    if now.value is None or then.value is None:
        return Change(now, then, current, earlier, None, None)
    difference = now.value - then.value
    return Change(now, then, current, earlier, difference, difference / then.value if then.value else None)


def _reaches_back(build: Build, indicator_id: str, earlier: Scope) -> bool:
    """Whether the data go back as far as an earlier period asks."""
    first = first_day(build, indicator_id)
    return first is None or (earlier.date_from if "case" in indicator_of(indicator_id).feeds else earlier.as_of) >= first
