"""Words in cases (诉求文字检索): read from one end of the period in windows, in the background; what is found by now is shown by now.

There is no index: a case's text is searched where it lies, with bound parameters. What was found is kept, so that turning pages is no
second search. An index of two-character words would be several times as large as the texts themselves.
"""

import re
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

AT_ONCE_S = 1.0  # a page waits so long for its search; then it shows what there is, while the search goes on
LONGEST_S = 60.0
MOST = 20_000  # keys kept of one search; a page beyond them is looked up from its key
LONGEST = 5  # words
SEARCHED = ("raw_category", "lead_unit", "case_no", "title", "body")  # short texts first: what they tell, the long ones need not
Key = tuple[datetime, str, str]


@dataclass(frozen=True, eq=False)
class Found:
    """`keys` in the order shown (at most `MOST`), `total` of all found; `until`: the last day searched, None before the first window was
    through; `is_complete` when that is the end, `is_running` while the search goes on."""

    keys: tuple[Key, ...]
    total: int
    until: date | None
    is_complete: bool
    is_running: bool
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

    def reaches(self, after: Key | None, before: Key | None, size: int) -> bool:
        """Whether a page is among the keys kept: not where more were found than kept and the page lies at or behind the last."""
        return self.total == len(self.keys) or (len(self.page(after, None, size)) == size if before is None else before in self.keys)


class _Search:
    """One search under way (a thread of its own) or over."""

    def __init__(self, build: Build, sql: str, params: dict[str, str], wanted: Wanted, longest_s: float) -> None:
        self._keys: list[Key] = []
        self._total, self._is_complete = 0, False
        self._until: date | None = None
        self._is_falling = wanted.order == "newest"
        self._lock, self.is_over = threading.Lock(), threading.Event()
        threading.Thread(target=self._run, args=(build, sql, params, wanted.scope, time.monotonic() + longest_s), daemon=True, name="search").start()

    def found(self, wait_s: float) -> Found:
        """What is found by now; at the end of the search or after some seconds, whichever comes first."""
        self.is_over.wait(wait_s)
        with self._lock:
            return Found(tuple(self._keys), self._total, self._until, self._is_complete, not self.is_over.is_set(), self._is_falling)

    def _run(self, build: Build, sql: str, params: dict[str, str], scope: Scope, deadline: float) -> None:
        try:
            for first, last in _windows(scope, self._is_falling):
                window = {**params, "start": datetime.combine(first, datetime.min.time()), "until": datetime.combine(last + timedelta(days=1), datetime.min.time())}
                rows = _within(build, sql, window, deadline - time.monotonic())
                with self._lock:
                    self._total += len(rows)
                    self._keys = sorted([*self._keys, *rows], reverse=self._is_falling)[:MOST]
                    self._until = first if self._is_falling else last
            self._is_complete = True
        except duckdb.Error:  # out of time, or the build was closed: not complete, as it says
            return
        finally:
            self.is_over.set()


_searches: Once[tuple, _Search] = Once(capacity=32)


def search(build: Build, reader: Reader, wanted: Wanted, wait_s: float = AT_ONCE_S, longest_s: float = LONGEST_S) -> Found:
    """The cases in which all words stand, capitals aside: in title, text, class, unit in charge, or as the case's number."""
    condition, params = matching(wanted.text)
    inner = case_sql(build, reader, wanted, tuple(dict.fromkeys((*KEY, "counted_at", *SEARCHED))))
    sql = f"SELECT {', '.join(KEY)} FROM ({inner}) WHERE counted_at >= $start AND counted_at < $until AND {condition}"
    key = (build.key, sql, tuple(params.values()), wanted.order, wanted.scope, longest_s)
    return _searches.get(key, lambda: _Search(build, sql, params, wanted, longest_s)).found(wait_s)


def matching(text: str) -> tuple[str, dict[str, str]]:
    """An SQL condition over `SEARCHED` and its parameters. No text is put in lower case, which would take four times as long as the
    search: Chinese knows no capitals, and for other letters RE2 overlooks them."""
    words, tests, params = text.lower().split()[:LONGEST], [], {}
    for at, word in enumerate(words):
        has_capitals = word != word.upper()
        test = "regexp_matches({}, $w{}, 'i')" if has_capitals else "contains({}, $w{})"
        tests.append(" OR ".join(test.format(name, at) for name in SEARCHED))
        params[f"w{at}"] = re.escape(word) if has_capitals else word
    return " AND ".join(f"({test})" for test in tests) or "true", params


def _within(build: Build, sql: str, params: dict[str, object], seconds: float) -> list[Key]:
    """The rows of one window. duckdb.InterruptException when they take longer than that."""
    if seconds <= 0:
        raise duckdb.InterruptException("out of time")
    with build.cursor() as cursor:
        timer = threading.Timer(seconds, cursor.interrupt)
        timer.start()
        try:
            return [(row[0], row[1], row[2]) for row in cursor.execute(sql, params).fetchall()]
        finally:
            timer.cancel()


def _windows(scope: Scope, is_falling: bool) -> list[tuple[date, date]]:
    """The period from its end, or its beginning, cut at the turns of months: one month, again one, then two, four, eight. The first
    page is there soon, and a table in which days lie scattered is not read once for every month."""
    found: list[tuple[date, date]] = []
    months = 1
    if is_falling:
        end = scope.date_to
        while end >= scope.date_from:
            start = max(add_months(end.replace(day=1), 1 - months), scope.date_from)
            found.append((start, end))
            end = start - timedelta(days=1)
            months = 1 if len(found) == 1 else months * 2
    else:
        start = scope.date_from
        while start <= scope.date_to:
            end = min(add_months(start.replace(day=1), months) - timedelta(days=1), scope.date_to)
            found.append((start, end))
            start = end + timedelta(days=1)
            months = 1 if len(found) == 1 else months * 2
    return found
