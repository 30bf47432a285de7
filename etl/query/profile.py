"""Plain counts of one unit (一格一页的数量): staff, organisations, members, cases by word, and how many units lie below."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

import numpy as np

from etl.model.errors import CallError
from etl.model.levels import LEVEL_IDS
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.rollup import Floats, roll_replace
from etl.query.scope import Scope
from etl.query.selection import in_range
from etl.query.shared import shared
from etl.query.units import units
from etl.query.warehouse import Build


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one feed at or below a unit, counted by the canonical words of `column`, most frequent first."""

    feed: str
    column: str
    is_connected: bool
    counts: tuple[tuple[str, int], ...]


# Stocks on the as-of day, cases of the period (void ones left out). Members are left to the coverage indicators: of a small
# grid even a count says too much.
_IN_POST = "(start_on IS NULL OR start_on <= $as_of) AND (end_on IS NULL OR end_on >= $as_of)"
_STANDING = "(founded_on IS NULL OR founded_on <= $as_of) AND (ended_on IS NULL OR ended_on >= $as_of)"
_FILED = "counted_at >= $start AND counted_at < $until AND voided_at IS NULL AND status IS DISTINCT FROM 'void'"
GROUPS: tuple[tuple[str, str, str], ...] = (
    ("grid_staff", "role", _IN_POST),
    ("party_org", "type", _STANDING),
    ("case", "status", _FILED),
    ("case", "source", _FILED),
)

HeadCount = Literal["households", "population"]
_groups: Once[tuple, tuple[Group, ...]] = Once(capacity=512)
_head_counts: Once[tuple, Floats] = Once(capacity=16)


def profile_counts(build: Build, reader: Reader, unit_no: int, as_of: date, date_from: date, date_to: date) -> tuple[Group, ...]:
    """The counts of a unit and everything below it. CallError when the reader may not see it."""
    if not reader.sees(unit_no):
        raise CallError("没有这个单元，或不在您的辖区内", "no such unit, or it lies outside your area")
    last = min(int(units(build).last_no[unit_no - 1]), reader.last_no)
    key = (build.key, unit_no, last, as_of, date_from, date_to)
    return _groups.get(key, lambda: tuple(_count(build, *group, unit_no, last, as_of, date_from, date_to) for group in GROUPS))


@shared
def staff_in_post(build: Build, reader: Reader, scope: Scope, under: int) -> dict[str, int] | None:
    """Posts filled on the as-of day by role, at and below a unit, within the selection; None when staff is not connected."""
    if "grid_staff" not in build.feeds:
        return None
    first, last = max(under, reader.first_no), min(int(units(build).last_no[under - 1]), reader.last_no)
    sql = f"SELECT role, count(*) FROM grid_staff WHERE {in_range(scope)} AND {_IN_POST} AND role IS NOT NULL GROUP BY 1 ORDER BY 1"
    return dict(build.rows(sql, {"first": first, "last": last, "as_of": scope.as_of}))


def _count(
    build: Build, feed: str, column: str, condition: str, first: int, last: int, as_of: date, date_from: date, date_to: date
) -> Group:
    if feed not in build.feeds:
        return Group(feed, column, False, ())
    every = {
        "as_of": as_of, "start": datetime.combine(date_from, time.min), "until": datetime.combine(date_to + timedelta(days=1), time.min),
    }  # fmt: skip
    used = {name: value for name, value in every.items() if f"${name}" in condition}  # DuckDB refuses parameters not used
    sql = f'SELECT "{column}", count(*) AS n FROM "{feed}" WHERE unit_no BETWEEN $first AND $last AND {condition} AND "{column}" IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1'
    return Group(feed, column, True, tuple(build.rows(sql, {"first": first, "last": last, **used})))


def head_count(build: Build, reader: Reader, unit_no: int, key: HeadCount, as_of: date) -> tuple[int | None, bool]:
    """Households or people of a unit, and whether they are a sum (合计): its own figure, else the sum of its children's, as the
    denominators of indicators are made. (None, False) when nothing is known. CallError when the reader may not see the unit."""
    if not reader.sees(unit_no):
        raise CallError("没有这个单元，或不在您的辖区内", "no such unit, or it lies outside your area")
    frame = units(build)
    own = frame.numbers[key]
    total = _head_counts.get((build.key, key, as_of), lambda: roll_replace(own, frame.parent_no, frame.valid(as_of)))[unit_no - 1]
    is_sum = bool(np.isnan(own[unit_no - 1]))
    return (None, False) if is_sum and total == 0 else (int(total), is_sum)


def counts_below(build: Build, reader: Reader, unit_no: int, as_of: date) -> tuple[tuple[str, int], ...]:
    """(level, units in force) below a unit, as far as the reader sees, coarse to fine."""
    frame = units(build)
    first, last = max(unit_no + 1, reader.first_no), min(int(frame.last_no[unit_no - 1]), reader.last_no)
    if first > last:
        return ()
    ranks = frame.level[first - 1 : last][frame.valid(as_of)[first - 1 : last]]
    tally = np.bincount(ranks, minlength=len(LEVEL_IDS))
    return tuple((level, int(tally[rank])) for rank, level in enumerate(LEVEL_IDS) if tally[rank])
