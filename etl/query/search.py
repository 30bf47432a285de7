"""Words in cases (诉求文字检索): a scan from one end of the period month by month that stops when its time is over, and says so.

There is no index: a case's text is searched where it lies, with bound parameters. What was found is kept, so that turning pages is no
second search.
"""

import threading
import time
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb

from etl.query.case_rows import KEY, Wanted, case_sql
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.series import add_months
from etl.query.warehouse import Build

BUDGET_S = 4.0
MOST = 20_000  # keys kept of one search; more is no list anybody reads
LONGEST = 5  # words
SEARCHED = ("title", "body", "raw_category", "lead_unit", "case_no")
Key = tuple[datetime, str, str]
_found: Once[tuple, "Found"] = Once(capacity=32)


@dataclass(frozen=True, eq=False)
class Found:
    """`keys` in the order shown (at most `MOST`), `total` of all found; `until`: the last day searched, None before the first month was
    through; `is_complete` when that is the end."""

    keys: tuple[Key, ...]
    total: int
    until: date | None
    is_complete: bool
    is_falling: bool

    def page(self, after: Key | None, before: Key | None, size: int) -> list[Key]:
        """Keys after a key, or before it (nearest last)."""
        keys = self.keys[::-1] if self.is_falling else self.keys
        low, high = (before, after) if self.is_falling else (after, before)
        start = 0 if low is None else bisect_right(keys, low)
        end = len(keys) if high is None else bisect_left(keys, high)
        part = list(keys[start:end])
        part = part[::-1] if self.is_falling else part
        return part[-size:] if before is not None else part[:size]


def search(build: Build, reader: Reader, wanted: Wanted, budget_s: float = BUDGET_S) -> Found:
    """The cases in which all words stand, capitals aside: in title, text, class, unit in charge, or as the case's number."""
    words = tuple(wanted.text.lower().split()[:LONGEST])
    tests = [" OR ".join(f"contains(lower({column}), $w{at})" for column in SEARCHED) for at in range(len(words))]
    condition = " AND ".join(f"({test})" for test in tests)
    inner = case_sql(build, reader, wanted, tuple(dict.fromkeys((*KEY, "counted_at", *SEARCHED))))
    sql = f"SELECT {', '.join(KEY)} FROM ({inner}) WHERE counted_at >= $start AND counted_at < $until AND {condition}"
    return _found.get((build.key, sql, words, budget_s), lambda: _scan(build, sql, words, wanted.order == "newest", wanted.scope, budget_s))


def _scan(build: Build, sql: str, words: tuple[str, ...], is_falling: bool, scope: Scope, budget_s: float) -> Found:
    deadline = time.monotonic() + budget_s
    params = {f"w{at}": word for at, word in enumerate(words)}
    keys: list[Key] = []
    is_complete, reached = True, None
    for first, last in _months(scope, is_falling):
        window = {**params, "start": datetime.combine(first, datetime.min.time()), "until": datetime.combine(last + timedelta(days=1), datetime.min.time())}
        rows = _within(build, sql, window, deadline - time.monotonic())
        if rows is None:
            is_complete = False
            break
        keys += rows
        reached = first if is_falling else last
    keys.sort(reverse=is_falling)
    return Found(tuple(keys[:MOST]), len(keys), reached, is_complete, is_falling)


def _within(build: Build, sql: str, params: dict[str, object], seconds: float) -> list[Key] | None:
    """The rows of one window, None when they took longer than that."""
    if seconds <= 0:
        return None
    with build.cursor() as cursor:
        timer = threading.Timer(seconds, cursor.interrupt)
        timer.start()
        try:
            return [(row[0], row[1], row[2]) for row in cursor.execute(sql, params).fetchall()]
        except duckdb.InterruptException:
            return None
        finally:
            timer.cancel()


def _months(scope: Scope, is_falling: bool) -> list[tuple[date, date]]:
    """The period cut at the turns of months, from its end or its beginning."""
    found, start = [], scope.date_from
    while start <= scope.date_to:
        end = min(add_months(start.replace(day=1), 1) - timedelta(days=1), scope.date_to)
        found.append((start, end))
        start = end + timedelta(days=1)
    return found[::-1] if is_falling else found
