"""A small cache in which the same work is never done twice at the same time (single flight)."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Once(Generic[Key, Value]):
    """Keeps the `capacity` values used last. Threads that ask for a key under work wait for that work; a failure is not kept."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._futures: OrderedDict[Key, Future[Value]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of `key`, made now if nobody has it or is making it."""
        with self._lock:
            future = self._futures.get(key)
            mine = future is None
            if future is None:
                future = self._futures[key] = Future()
            self._futures.move_to_end(key)
            while len(self._futures) > self.capacity:
                self._futures.popitem(last=False)
        if mine:
            try:
                future.set_result(make())
            except BaseException as error:
                with self._lock:
                    if self._futures.get(key) is future:
                        del self._futures[key]
                future.set_exception(error)
        return future.result()

    def has(self, key: Key) -> bool:
        """Whether the value is there already, so that `get` will not wait."""
        with self._lock:
            future = self._futures.get(key)
        return future is not None and future.done()

    def clear(self) -> None:
        with self._lock:
            self._futures.clear()
