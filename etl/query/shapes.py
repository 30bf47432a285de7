"""SQL written once for each shape of an asking (同形只写一次): the same indicator with the same kind of filters, whatever the days and the unit.

Building an expression and writing it down takes 20 to 50 ms of Python that no second session can use meanwhile; filling in, microseconds.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from etl.model.indicators.placeholders import Days, Fact
from etl.model.indicators.terms import Terms
from etl.model.rules import Rules
from etl.query.once import Once

KEPT = 2000
Value = TypeVar("Value")
_COMMON = len(fields(Terms))  # what a kind of terms has besides, belongs to the shape


@dataclass(frozen=True, slots=True)
class _Made:
    """What was written, and of what facts about its days: it holds for days with the same."""

    value: Any
    facts: tuple[Fact, ...]
    known: tuple[Hashable, ...]


_made: Once[tuple, _Made] = Once(KEPT)
_facts: dict[tuple, tuple[Fact, ...]] = {}  # facts that the writing of a shape has asked for so far


class _Rules:
    """Rules as a part of a key: the same by what they say, not by being one object."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rules) and (self.rules is other.rules or self.rules == other.rules)

    def __hash__(self) -> int:
        return hash(self.rules.source)


def of_shape(key: Hashable, make: Callable[[Terms], Value], terms: Terms) -> Value:
    """What `make` makes of the shape of `terms`, made once; `key` says what is made. Its SQL is to be filled with `terms.values`."""
    days, own = terms.days, tuple(getattr(terms, one.name) for one in fields(terms)[_COMMON:])
    shape = (key, type(terms), own, terms.asked().where, terms.shape_of_chosen, terms.silent, _Rules(terms.rules))
    while True:
        facts = _facts.get(shape, ())
        made = _made.get((shape, _known(facts, days)), lambda: _write(shape, make, terms.asked()))
        if _known(made.facts, days) == made.known:
            return made.value
        # another asking, with other days, wrote this one before it was known what hangs on them


def forget_shapes() -> None:
    """Empties the cache (for tests and benchmarks)."""
    _made.clear()
    _facts.clear()


def _known(facts: tuple[Fact, ...], days: Days) -> tuple[Hashable, ...]:
    return tuple(fact(days, *more) for fact, more in facts)


def _write(shape: tuple, make: Callable[[Terms], Any], asked: Terms) -> _Made:
    assert asked.shape is not None
    value = make(asked)
    facts = tuple(dict.fromkeys((*_facts.get(shape, ()), *asked.shape.facts)))
    _facts[shape] = facts
    return _Made(value, facts, _known(facts, asked.shape.days))
