"""Whose turn it is (排队): a page's map is drawn at once; what follows it waits until fewer than some pages are being filled.

The interpreter gives its threads a slice each in turn: while twenty pages were filled at a time, a map waited for twenty slices each
time it came back from a query. The work is the same, and the maps no longer wait for it.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ASK_S = 0.1  # how often one who waits looks whether the reader has gone on
LONGEST_S = 20.0  # then it goes on all the same: a query that takes long must not hold up everybody


class Turns:
    """So many threads at a time, first come, first served. Safe to call from many threads."""

    def __init__(self, at_once: int, longest_s: float = LONGEST_S) -> None:
        self._at_once, self._longest_s = at_once, longest_s
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._running = 0
        self._mine = threading.local()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Around all that may take a turn: it ends here, however that ends."""
        try:
            yield
        finally:
            if getattr(self._mine, "taken", False):
                self._mine.taken = False
                self._end()

    def take(self, still_wanted: Callable[[], object]) -> None:
        """Wait for a turn, once for a thread inside `held`. `still_wanted` is called meanwhile and may raise, which ends the waiting."""
        if getattr(self._mine, "taken", False):
            return
        with self._lock:
            is_free = self._running < self._at_once and not self._waiting
            self._running += is_free
            ours = threading.Event()
            if not is_free:
                self._waiting.append(ours)
        if not is_free:
            self._wait(ours, still_wanted)
        self._mine.taken = True

    def _wait(self, ours: threading.Event, still_wanted: Callable[[], object]) -> None:
        until, is_wanted = time.monotonic() + self._longest_s, False
        try:
            while not ours.wait(ASK_S) and time.monotonic() < until:
                still_wanted()
            is_wanted = True
        finally:
            with self._lock:
                was_given = ours not in self._waiting
                if not was_given:
                    self._waiting.remove(ours)
                    self._running += is_wanted  # one more than should be
            if was_given and not is_wanted:
                self._end()

    def _end(self) -> None:
        with self._lock:
            if self._waiting and self._running <= self._at_once:
                self._waiting.popleft().set()  # the turn goes to the next one
            else:
                self._running -= 1


TURNS = Turns((os.cpu_count() or 2) + 1)  # one more than cores, since a page also waits for its queries
