"""A session's first map before all else: who waits, for how long, and what ends the waiting."""

import threading
import time

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.web.first_map import AGAIN_S, FIRST_MAPS, KEPT, PATIENCE_S, FirstMaps

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


def test_a_map_expected_again_is_waited_for_again() -> None:
    maps = FirstMaps(LONG_S)
    mark = maps.mark()
    maps.painted(mark)
    maps.wait(mark, never)
    maps.expect(mark)
    ended = threading.Event()
    thread = threading.Thread(target=lambda: (maps.wait(mark, never, LONG_S), ended.set()))
    thread.start()
    assert not ended.wait(0.2)
    maps.painted(mark)
    assert ended.wait(10)
    thread.join(10)


def test_the_shorter_patience_counts() -> None:
    began, maps, quick = time.monotonic(), FirstMaps(LONG_S), FirstMaps(0.1)
    maps.wait(maps.mark(), never, 0.1)
    quick.wait(quick.mark(), never, LONG_S)
    assert time.monotonic() - began < LONG_S / 2


def _script() -> None:
    """Three maps of one place, then one of another; what would be waited for goes into the state."""
    import streamlit as st

    from dashboard.parts import first_map

    told = []
    for place, colours in (("a", 1), ("a", 1), ("a", 2), ("b", 3)):
        first_map.send_map(place, colours)
        told.append(st.session_state[first_map.WAITS_S])
        first_map.await_map()
    st.session_state["told"] = told


def test_a_map_that_only_takes_other_colours_is_waited_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FIRST_MAPS, "patience_s", 0.01)
    run = AppTest.from_function(_script).run()
    assert not run.exception
    assert run.session_state["told"] == [PATIENCE_S, 0.0, AGAIN_S, 0.0]
