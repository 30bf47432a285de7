"""Which unit numbers a question is about (下级范围): a unit and what lies below it, as far as the reader sees."""

from datetime import date

import numpy as np

from etl.query.reader import Reader
from etl.query.rollup import Floats, roll_replace
from etl.query.scope import Scope
from etl.query.selection import contains
from etl.query.units import units
from etl.query.warehouse import Build


def number_range(build: Build, reader: Reader, under: int) -> tuple[int, int]:
    """First and last `unit_no`, both included; empty (first > last) when the reader sees nothing there."""
    return max(under, reader.first_no), min(int(units(build).last_no[under - 1]), reader.last_no)


def period_range(build: Build, reader: Reader, scope: Scope, under: int) -> dict[str, object]:
    """$first..$last and $start..$until of hand-written SQL: the units and days of a question, both ends included."""
    first, last = number_range(build, reader, under)
    return {"first": first, "last": last, "start": scope.date_from, "until": scope.date_to}


def stock(build: Build, column: str, as_of: date) -> Floats:
    """`households`, `population`, `pop_u18` or `pop_60p` of every unit: its own figure, else the sum of its children's, 0 when unknown."""
    frame = units(build)
    return roll_replace(frame.numbers[column], frame.parent_no, frame.valid(as_of))


def stock_in(build: Build, column: str, scope: Scope, unit_no: int) -> float:
    """The same of one unit; where units are chosen, of the chosen ones at or below it."""
    total, frame = stock(build, column, scope.as_of), units(build)
    if not scope.chosen:
        return float(total[unit_no - 1])
    inside = np.zeros(len(frame) + 1, dtype=bool)
    inside[unit_no : int(frame.last_no[unit_no - 1]) + 1] = contains(scope.chosen, np.arange(unit_no, int(frame.last_no[unit_no - 1]) + 1))
    topmost = inside[1:] & ~inside[frame.parent_no] & frame.valid(scope.as_of)  # a chosen unit answers for what lies below it
    return float(total[topmost].sum())


def divided(build: Build, unit_no: int, day: date) -> int:
    """The unit itself, or the first below it with more than one child: a city of one district is looked at by its streets."""
    frame = units(build)
    while len(children := frame.children(unit_no, day)) == 1 and len(frame.children(int(children[0]), day)):
        unit_no = int(children[0])
    return unit_no
