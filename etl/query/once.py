"""A small cache in which the same work is never done twice at the same time (single flight)."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Once(Generic[Key, Value]):
    """Keeps the `capacity` values used last, and of those no more than `budget` bytes as `weigh` counts them.

    Threads that ask for a key under work wait for that work; a failure is not kept.
    """

    def __init__(self, capacity: int, budget: int = 0, weigh: Callable[[Value], int] | None = None) -> None:
        self.capacity = capacity
        self.budget = budget
        self._weigh = weigh
        self._futures: OrderedDict[Key, Future[Value]] = OrderedDict()
        self._weights: dict[Key, int] = {}
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of `key`, made now if nobody has it or is making it."""
        future, is_mine = self._reserve(key)
        if is_mine:
            try:
                future.set_result(make())
            except BaseException as error:
                self._forget(key, future)
                future.set_exception(error)
            else:
                self._weighed(key, future)
        return future.result()

    def get_all(self, keys: Sequence[Key], make: Callable[[list[Key]], Sequence[Value]]) -> list[Value]:
        """The values of `keys`; those that nobody has or is making are made together, in one call with their keys."""
        futures, mine = [], []
        for key in dict.fromkeys(keys):
            future, is_mine = self._reserve(key)
            futures.append((key, future))
            if is_mine:
                mine.append((key, future))
        if mine:
            try:
                made = list(make([key for key, _ in mine]))
                if len(made) != len(mine):
                    raise ValueError(f"{len(mine)} values were asked for, {len(made)} made")
            except BaseException as error:
                for key, future in mine:
                    self._forget(key, future)
                    future.set_exception(error)
            else:  # all of them first: a waiter of one may need another
                for (_, future), value in zip(mine, made, strict=True):
                    future.set_result(value)
                for key, future in mine:
                    self._weighed(key, future)
        found = {key: future.result() for key, future in futures}
        return [found[key] for key in keys]

    def has(self, key: Key) -> bool:
        """Whether the value is there already, so that `get` will not wait."""
        with self._lock:
            future = self._futures.get(key)
        return future is not None and future.done()

    def clear(self) -> None:
        with self._lock:
            self._futures.clear()
            self._weights.clear()

    @property
    def bytes(self) -> int:
        """What the values kept weigh together."""
        with self._lock:
            return sum(self._weights.values())

    def _reserve(self, key: Key) -> tuple[Future[Value], bool]:
        """The future of a key, and whether the caller is to fulfil it."""
        with self._lock:
            future = self._futures.get(key)
            is_mine = future is None
            if future is None:
                future = self._futures[key] = Future()
            self._futures.move_to_end(key)
            while len(self._futures) > self.capacity:
                self._drop_oldest()
        return future, is_mine

    def _weighed(self, key: Key, future: Future[Value]) -> None:
        if self._weigh is None:
            return
        weight = self._weigh(future.result())
        with self._lock:
            if self._futures.get(key) is not future:  # pushed out meanwhile
                return
            self._weights[key] = weight
            while sum(self._weights.values()) > self.budget and len(self._futures) > 1:
                self._drop_oldest()

    def _drop_oldest(self) -> None:
        key, _ = self._futures.popitem(last=False)
        self._weights.pop(key, None)

    def _forget(self, key: Key, future: Future[Value]) -> None:
        with self._lock:
            if self._futures.get(key) is future:
                del self._futures[key]
