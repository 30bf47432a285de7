"""A session's first map before all else: who waits, for how long, and what ends the waiting."""

import threading
import time

import pytest

from dashboard.web.first_map import KEPT, FirstMaps

LONG_S = 30.0  # never waited out: the test would hang visibly


class GoneError(Exception):
    """The reader has gone on."""


def never() -> None:
    return None


def test_the_rest_waits_until_the_map_is_painted() -> None:
    maps = FirstMaps(LONG_S)
    mark = maps.mark()
    ended = threading.Event()

    def rest() -> None:
        maps.wait(mark, never)
        ended.set()

    thread = threading.Thread(target=rest)
    thread.start()
    maps.painted("somebody-elses")
    assert not ended.wait(0.2)
    maps.painted(mark)
    assert ended.wait(10)
    thread.join(10)


def test_a_map_painted_before_anybody_waits_holds_nobody() -> None:
    maps = FirstMaps(LONG_S)
    mark = maps.mark()
    maps.painted(mark)
    began = time.monotonic()
    maps.wait(mark, never)
    maps.wait(mark, never)  # a mark is waited for once
    assert time.monotonic() - began < LONG_S / 2


def test_without_patience_and_for_unknown_marks_nobody_waits() -> None:
    began = time.monotonic()
    FirstMaps().wait(FirstMaps().mark(), never)
    FirstMaps(LONG_S).wait("", never)
    assert time.monotonic() - began < LONG_S / 2


def test_patience_ends() -> None:
    maps = FirstMaps(0.1)
    maps.wait(maps.mark(), never)


def test_a_reader_who_goes_on_ends_the_waiting() -> None:
    maps = FirstMaps(LONG_S)

    def leave() -> None:
        raise GoneError

    with pytest.raises(GoneError):
        maps.wait(maps.mark(), leave)


def test_the_oldest_marks_are_forgotten() -> None:
    maps = FirstMaps(LONG_S)
    first = maps.mark()
    for _ in range(KEPT):
        maps.mark()
    began = time.monotonic()
    maps.wait(first, never)
    assert time.monotonic() - began < LONG_S / 2
