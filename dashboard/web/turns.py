"""Whose turn it is (排队): a page's map is drawn at once; what follows it waits until fewer than some pages are being filled.

The interpreter gives its threads a slice each in turn: while twenty pages were filled at a time, a map waited for twenty slices each
time it came back from a query. The work is the same, and the maps no longer wait for it.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ASK_S = 0.1  # how often one who waits looks whether the reader has gone on
LONGEST_S = 20.0  # then it goes on all the same: a query that takes long must not hold up everybody


class Turns:
    """So many threads at a time. The next turn goes to the reader who has the fewest, among those to the first who came: one with fifty
    windows open waits for the own ones, not the others for them. Safe to call from many threads."""

    def __init__(self, at_once: int, longest_s: float = LONGEST_S) -> None:
        self._at_once, self._longest_s = at_once, longest_s
        self._lock = threading.Lock()
        self._waiting: dict[threading.Event, str] = {}  # in the order they came, with whose they are
        self._running: Counter[str] = Counter()
        self._mine = threading.local()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Around all that may take a turn: it ends here, however that ends."""
        try:
            yield
        finally:
            if (who := getattr(self._mine, "taken_by", None)) is not None:
                self._mine.taken_by = None
                self._end(who)

    def take(self, still_wanted: Callable[[], object], who: str = "") -> None:
        """Wait for a turn, once for a thread inside `held`. `still_wanted` is called meanwhile and may raise, which ends the waiting."""
        if getattr(self._mine, "taken_by", None) is not None:
            return
        with self._lock:
            is_free = self._running.total() < self._at_once and not self._waiting
            ours = threading.Event()
            if is_free:
                self._running[who] += 1
            else:
                self._waiting[ours] = who
        if not is_free:
            self._wait(ours, who, still_wanted)
        self._mine.taken_by = who

    def _wait(self, ours: threading.Event, who: str, still_wanted: Callable[[], object]) -> None:
        until, is_wanted = time.monotonic() + self._longest_s, False
        try:
            while not ours.wait(ASK_S) and time.monotonic() < until:
                still_wanted()
            is_wanted = True
        finally:
            with self._lock:
                was_given = ours not in self._waiting
                if not was_given:
                    del self._waiting[ours]
                    if is_wanted:
                        self._running[who] += 1  # one more than should be
            if was_given and not is_wanted:
                self._end(who)

    def _end(self, who: str) -> None:
        with self._lock:
            self._running[who] -= 1
            if self._running[who] <= 0:
                del self._running[who]
            if self._waiting and self._running.total() < self._at_once:
                following = min(self._waiting, key=lambda one: self._running[self._waiting[one]])
                self._running[self._waiting.pop(following)] += 1
                following.set()


TURNS = Turns((os.cpu_count() or 2) + 1)  # one more than cores, since a page also waits for its queries
