"""From which day a feed can speak (数据起点): before its first count a stock is not known, and that is no data, never zero."""

from datetime import date

from etl.model.indicators import Indicator
from etl.query.once import Once
from etl.query.warehouse import Build

# counts of a day (统计) say nothing about the days before the first; feeds not named here have open beginnings and answer for any day
COUNTS = {"member_stat": "as_of_on", "service_post": "as_of_on", "worker_stat": "as_of_on"}
FIRST_DAYS = {"case": 'SELECT min(counted_at)::DATE FROM "case"', **{feed: f"SELECT min({column}) FROM {feed}" for feed, column in COUNTS.items()}}
_first_days: Once[tuple[str, str], date | None] = Once(capacity=32)


def first_day_of(build: Build, feed: str) -> date | None:
    """The first day a connected feed of `FIRST_DAYS` has anything for; None without rows."""
    return _first_days.get((build.key, feed), lambda: build.rows(FIRST_DAYS[feed])[0][0])


def first_day(build: Build, indicator: Indicator) -> date | None:
    """The first day the indicator can speak for; None when it has no beginning."""
    days = [first_day_of(build, feed) for feed in indicator.feeds if feed in FIRST_DAYS and feed in build.feeds]
    return max((day for day in days if day is not None), default=None)


def first_count(build: Build, feeds: tuple[str, ...]) -> date | None:
    """The day by which every connected count among `feeds` had been taken once; None where none of them is a count."""
    starts = [first_day_of(build, feed) for feed in feeds if feed in COUNTS and feed in build.feeds]
    return max((start for start in starts if start is not None), default=None)


def is_counted(build: Build, feeds: tuple[str, ...], day: date) -> bool:
    """Whether every count among `feeds` had been taken for the first time by the end of `day`."""
    first = first_count(build, feeds)
    return first is None or first <= day
