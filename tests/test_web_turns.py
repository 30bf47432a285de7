"""Turns: never more at a time than allowed, first come first served, and whoever goes away leaves nothing behind."""

import threading
import time

import pytest

from dashboard.web.turns import Turns


class GoneError(Exception):
    """The reader has gone on."""


def never() -> None:
    return None


def test_no_more_at_a_time_than_allowed_and_in_order() -> None:
    turns, lock, inside, most, order = Turns(2), threading.Lock(), 0, 0, []

    def work(number: int) -> None:
        nonlocal inside, most
        with turns.held():
            turns.take(never)
            turns.take(never)  # a page asks once, whatever it draws
            with lock:
                inside, order[len(order) :] = inside + 1, [number]
                most = max(most, inside)
            time.sleep(0.02)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
        time.sleep(0.002)
    for thread in threads:
        thread.join(10)
    assert most == 2 and sorted(order) == list(range(12)) and inside == 0
    assert all(abs(place - number) <= 1 for place, number in enumerate(order))  # two begin together


def test_one_reader_with_many_windows_does_not_make_the_others_wait() -> None:
    turns, order, begun = Turns(2), [], threading.Semaphore(0)
    gates = [threading.Event(), threading.Event()]

    def work(who: str, gate: threading.Event | None = None) -> None:
        with turns.held():
            turns.take(never, who)
            order.append(who)
            begun.release()
            if gate is not None:
                gate.wait(60)

    threads = [threading.Thread(target=work, args=("many", gate)) for gate in gates]
    for thread in threads:
        thread.start()
    assert all(begun.acquire(timeout=30) for _ in threads)
    for place, who in enumerate(("many",) * 10 + ("one", "other"), start=1):
        threads.append(threading.Thread(target=work, args=(who,)))
        threads[-1].start()
        while len(turns._waiting) < place:
            time.sleep(0.002)
    gates[0].set()  # the other turn stays with the reader of many windows
    assert all(begun.acquire(timeout=30) for _ in range(12))
    gates[1].set()
    for thread in threads:
        thread.join(30)
    assert order == ["many", "many", "one", "other"] + ["many"] * 10
    assert not turns._waiting and not turns._running


def test_a_reader_who_goes_on_leaves_the_queue() -> None:
    turns, gone = Turns(1), threading.Event()
    left: list[str] = []

    def leave() -> None:
        if gone.is_set():
            raise GoneError

    def waits() -> None:
        try:
            with turns.held():
                turns.take(leave)
                left.append("taken")
        except GoneError:
            left.append("gone")

    with turns.held():
        turns.take(never)
        thread = threading.Thread(target=waits)
        thread.start()
        gone.set()
        thread.join(10)
    assert left == ["gone"]
    with turns.held():
        turns.take(lambda: pytest.fail("nobody is there, so nobody waits"))


def test_an_end_by_error_gives_the_turn_back() -> None:
    turns = Turns(1)
    with pytest.raises(GoneError), turns.held():
        turns.take(never)
        raise GoneError
    with turns.held():
        turns.take(lambda: pytest.fail("nobody is there, so nobody waits"))


def test_one_who_takes_too_long_holds_up_nobody_for_ever() -> None:
    turns, done = Turns(1, longest_s=0.2), threading.Event()

    def waits() -> None:
        with turns.held():
            turns.take(never)
            done.set()

    with turns.held():
        turns.take(never)
        threading.Thread(target=waits).start()
        assert done.wait(10)
    for _ in range(2):  # the one too many ended, and as many as before may go
        with turns.held():
            turns.take(lambda: pytest.fail("nobody is there, so nobody waits"))


def test_what_never_asked_gives_nothing_back() -> None:
    turns = Turns(1)
    for _ in range(3):
        with turns.held():
            pass
    blocked = threading.Event()
    with turns.held():
        turns.take(never)

        def second() -> None:
            with turns.held():
                turns.take(lambda: blocked.set())

        thread = threading.Thread(target=second)
        thread.start()
        assert blocked.wait(10)
    thread.join(10)
