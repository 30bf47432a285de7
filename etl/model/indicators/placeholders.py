"""What changes from one asking to the next (占位): days, unit numbers and a group of classes stand in an indicator's SQL as `ASKED('…')`.

An expression takes its time to build and to write down, a page asks for dozens, and most differ in these alone: the SQL is written
once for each shape (`etl.query.shapes`) and filled in for each asking. What was filled in is what runs, and what is shown as evidence.
"""

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, cast

import ibis

CLASSES = tuple(f"class_{at}" for at in range(8))
_PLAIN = re.compile(r"[0-9,-]+")
_WRITTEN = re.compile(r"ASKED\('(\w+)'\)")


class Days(NamedTuple):
    """The days asked for, as they are."""

    date_from: date
    date_to: date
    as_of: date


Fact = tuple[Callable[..., Hashable], tuple[Hashable, ...]]  # a function of `Days` and of what else it is given


@dataclass(eq=False, slots=True)
class Shape:
    """The asking for which SQL is being written: its days, and what was worked out from them in the course of it."""

    days: Days
    facts: list[Fact] = field(default_factory=list)


@ibis.udf.scalar.builtin(name="asked")
def _day(what: str) -> date: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin(name="asked")
def _moment(what: str) -> datetime: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin(name="asked")
def _number(what: str) -> int: ...  # type: ignore[empty-body]


@ibis.udf.scalar.builtin(name="asked")
def _text(what: str) -> str: ...  # type: ignore[empty-body]


def day(what: str) -> date:
    """The placeholder of a day; to expressions it is what the day would be."""
    return cast(date, _day(what))


def moment(what: str) -> datetime:
    return cast(datetime, _moment(what))


def number(what: str) -> int:
    return cast(int, _number(what))


def text(what: str) -> str:
    return cast(str, _text(what))


def filled(sql: str, values: dict[str, Any]) -> str:
    """The SQL with values in the places of their names."""
    return _WRITTEN.sub(lambda found: _literal(values[found[1]]), sql)


def _literal(value: Any) -> str:
    if isinstance(value, datetime):
        seconds = f"{value.second + value.microsecond / 1e6!r}"
        return f"MAKE_TIMESTAMP({value.year}, {value.month}, {value.day}, {value.hour}, {value.minute}, {seconds})"
    if isinstance(value, date):
        return f"MAKE_DATE({value.year}, {value.month}, {value.day})"
    if isinstance(value, int):
        return str(value)
    if not _PLAIN.fullmatch(value):
        raise ValueError(value)  # only class numbers and ranges of units come here
    return f"'{value}'"
