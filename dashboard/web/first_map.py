"""The first map before all else (首图优先): word from a browser that the map it was sent has been painted.

A browser draws on one thread. What follows the map, sent at once, is drawn before it: the picture comes half a second later, and with
it the view as a whole. So the first run of a session holds the rest back until its map stands, or for as long as `patience_s`.
"""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

PATIENCE_S = 0.8
AGAIN_S = 0.25
LOOK_S = 0.03  # how often one who waits looks whether the reader has gone on
KEPT = 1000


class FirstMaps:
    """Marks given to maps, and which of them are painted. Safe to call from many threads. Without patience (tests, command line) nobody waits."""

    def __init__(self, patience_s: float = 0.0) -> None:
        self.patience_s = patience_s
        self._waiting: OrderedDict[str, threading.Event] = OrderedDict()
        self._lock = threading.Lock()

    def mark(self) -> str:
        """A new mark, by which the browser tells us of a session's maps."""
        found = secrets.token_urlsafe(12)
        self.expect(found)
        return found

    def expect(self, mark: str) -> None:
        """Another map with this mark is about to be sent; the oldest marks are forgotten."""
        with self._lock:
            self._waiting[mark] = threading.Event()
            if len(self._waiting) > KEPT:
                self._waiting.popitem(last=False)

    def painted(self, mark: str) -> None:
        """The map with this mark stands; an unknown mark is nobody's."""
        with self._lock:
            event = self._waiting.get(mark)
        if event is not None:
            event.set()

    def wait(self, mark: str, still_wanted: Callable[[], object], longest_s: float = PATIENCE_S) -> None:
        """Until the map stands, or patience ends. `still_wanted` is called meanwhile and may raise, which ends the waiting."""
        until = time.monotonic() + min(longest_s, self.patience_s)
        try:
            with self._lock:
                event = self._waiting.get(mark)
            while event is not None and time.monotonic() < until and not event.wait(LOOK_S):
                still_wanted()
        finally:
            with self._lock:
                self._waiting.pop(mark, None)


FIRST_MAPS = FirstMaps()
