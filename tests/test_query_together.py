"""Several indicators answered in one pass give what each gives alone; sessions that want the same wait for one computation."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event, get_ident

import numpy as np
import pytest

from etl.model.indicators import INDICATORS
from etl.query import totals, vectors
from etl.query.figures import is_connected
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.scope import Where, default_scope
from etl.query.shapes import forget_shapes
from etl.query.units import units
from etl.query.vectors import forget_vectors, vector_of, vectors_ahead
from tests.random_city import random_city
from tests.tiny_city import tiny_city

CASES = [indicator for indicator in INDICATORS if indicator.feeds and "case" in indicator.feeds]
FILTERS = ((), (("category", "01"),), (("source", "hotline"), ("focus", "any")), (("status", "closed"),))


@pytest.mark.parametrize(("seed", "where"), list(zip((3, 11, 27, 40), FILTERS, strict=True)))
def test_together_is_the_same_as_alone(tmp_path, seed: int, where: Where) -> None:
    build = random_city(tmp_path, seed).build
    n = len(units(build))
    reader, connected = Reader("admin", 1, n), [one for one in CASES if is_connected(build, one)]
    asks = [(one, replace(default_scope(build), where=tuple(pair for pair in where if pair[0] in one.filters))) for one in connected]
    forget_vectors()
    alone = [vector_of(build, reader, *ask) for ask in asks]
    forget_vectors()
    vectors_ahead(build, reader, asks)
    assert sum(vectors._vectors.has(vectors._key(build, *ask, 1, n)) for ask in asks) > 8
    for ask, one in zip(asks, alone, strict=True):
        other = vector_of(build, reader, *ask)
        for name in ("numerator", "denominator", "value", "base"):
            np.testing.assert_array_equal(getattr(other, name), getattr(one, name), err_msg=f"{ask[0].id} {name}")
    build.close()


def test_one_pass_for_the_cards_of_a_page(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    build, _ = tiny_city(tmp_path)
    asked: list[str] = []
    monkeypatch.setattr(totals, "sql_of", lambda query, old=totals.sql_of: asked.append(old(query)) or asked[-1])
    wanted = [one for one in CASES if one.id in ("close_rate", "ontime_close_rate", "solve_rate", "satisfy_rate", "overdue_open_n")]
    forget_vectors()
    forget_shapes()
    vectors_ahead(build, Reader("admin", 1, len(units(build))), [(one, default_scope(build)) for one in wanted])
    assert len(asked) == 1
    assert asked[0].count("GROUP BY") == 1
    build.close()


def test_sessions_asking_at_once_share_one_computation() -> None:
    cache: Once[str, str] = Once(8)
    begun, go = Event(), Event()
    made: list[tuple[int, list[str]]] = []

    def make(keys: list[str]) -> list[str]:
        made.append((get_ident(), keys))
        begun.set()
        go.wait(60)
        return [key.upper() for key in keys]

    with ThreadPoolExecutor(20) as pool:
        first = pool.submit(cache.get_all, ["a", "b", "c"], make)
        begun.wait(60)
        others = [pool.submit(cache.get_all, ["c", "b"], make) for _ in range(10)] + [pool.submit(lambda: [cache.get("a", lambda: "other")]) for _ in range(8)]
        go.set()
        assert first.result(60) == ["A", "B", "C"]
        assert [one.result(60) for one in others] == [["C", "B"]] * 10 + [["A"]] * 8
    assert [keys for _, keys in made] == [["a", "b", "c"]]


def test_a_failure_is_told_to_all_and_not_kept() -> None:
    cache: Once[str, int] = Once(8)
    with pytest.raises(ZeroDivisionError):
        cache.get_all(["a", "b"], lambda keys: [1 // 0])
    assert cache.get_all(["a", "b"], lambda keys: [1, 2]) == [1, 2]


def test_a_cache_keeps_to_its_bytes() -> None:
    cache: Once[int, bytes] = Once(100, 1000, len)
    for key in range(20):
        cache.get(key, lambda: bytes(300))
    assert cache.bytes <= 1000
    assert cache.has(19) and not cache.has(0)
    cache.get(50, lambda: bytes(5000))  # larger than all: kept alone, for the one who asked
    assert cache.has(50) and cache.bytes == 5000
