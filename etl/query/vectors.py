"""The vectors of indicators (指标向量), each computed once and kept: one at a time, or several of the same cases in one pass."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from etl.model.indicators import Indicator
from etl.model.indicators.record import Parts
from etl.model.indicators.terms import Terms
from etl.query.first_days import is_counted
from etl.query.formulas import FORMULAS
from etl.query.once import Once
from etl.query.pilots import pilot_effect
from etl.query.reader import Reader
from etl.query.rollup import Floats, roll_sum
from etl.query.rollup_kinds import medians, numbers, rolled
from etl.query.run import part_tables, plan_of
from etl.query.scope import Ranges, Scope
from etl.query.selection import answered, contains
from etl.query.totals import forget_totals, totals_of, totals_together
from etl.query.units import UnitFrame, units
from etl.query.vector import Vector
from etl.query.warehouse import Build

KEPT, BYTES = 400, 200_000_000  # of a city of 150,000 units a vector takes 2.4 to 4.8 MB
Key = tuple
Ask = tuple[Indicator, Scope]
Make = Callable[[list[Key]], list[Vector]]
_vectors: Once[Key, Vector] = Once(KEPT, BYTES, lambda vector: vector.bytes)


def vector_of(build: Build, reader: Reader, indicator: Indicator, scope: Scope) -> Vector:
    """Totals of every unit the reader sees."""
    first, last = _range(build, reader, indicator)
    return _vectors.get(_key(build, indicator, scope, first, last), lambda: _computed(build, indicator, scope, first, last))


def vectors_ahead(build: Build, reader: Reader, asks: Sequence[Ask]) -> None:
    """Computes what will be asked for: indicators of cases with the same period and filters are read in one pass over them.

    What another session is computing already is waited for, not computed again.
    """
    for keys, make in passes_for(build, reader, asks, _vectors.has):
        _vectors.get_all(keys, make)


def passes_for(build: Build, reader: Reader, asks: Sequence[Ask], is_known: Callable[[Key], bool]) -> Iterator[tuple[list[Key], Make]]:
    """The passes over the cases that answer what is asked and not known: the keys of several vectors, and what makes those of some keys."""
    groups: dict[tuple, list[Indicator]] = {}
    for indicator, scope in dict.fromkeys(asks):
        if _shares_cases(indicator) and build.feeds.issuperset(indicator.feeds):
            first, last = _range(build, reader, indicator)
            if not is_known(_key(build, indicator, scope, first, last)):
                groups.setdefault((scope, terms_for(build, indicator, scope, first, last).chosen, first, last), []).append(indicator)
    for (scope, _, first, last), members in groups.items():
        by_key = {_key(build, indicator, scope, first, last): indicator for indicator in members}

        def make(keys: list[Key], scope: Scope = scope, first: int = first, last: int = last, by_key: dict[Key, Indicator] = by_key) -> list[Vector]:
            return _together(build, [by_key[key] for key in keys], scope, first, last)

        if len(by_key) > 1:
            yield list(by_key), make


def is_made(key: Key) -> bool:
    """Whether the vector of a key is in the cache."""
    return _vectors.has(key)


def key_of(build: Build, reader: Reader, indicator: Indicator, scope: Scope) -> Key:
    """What tells a vector from every other one."""
    return _key(build, indicator, scope, *_range(build, reader, indicator))


def unkept(build: Build, reader: Reader, indicator: Indicator, scope: Scope) -> Vector:
    """The vector, from the cache if it is there, but not put into it."""
    if _vectors.has(key_of(build, reader, indicator, scope)):
        return vector_of(build, reader, indicator, scope)
    return _computed(build, indicator, scope, *_range(build, reader, indicator))


def terms_for(build: Build, indicator: Indicator, scope: Scope, first_no: int, last_no: int) -> Terms:
    """What the indicator's expressions are asked for, within the units `first_no`..`last_no`."""
    chosen = () if indicator.is_relative else answered(build, indicator, scope)
    return Terms(scope.date_from, scope.date_to, scope.as_of, scope.where, first_no, last_no, build.rules, chosen, build.silent)


def forget_vectors() -> None:
    """Empties the caches (for tests and benchmarks)."""
    _vectors.clear()
    forget_totals()


def _range(build: Build, reader: Reader, indicator: Indicator) -> tuple[int, int]:
    n = len(units(build))
    return (1, n) if indicator.is_relative else (max(reader.first_no, 1), min(reader.last_no, n))


def _key(build: Build, indicator: Indicator, scope: Scope, first: int, last: int) -> Key:
    return (build.key, indicator.id, scope, first, last)


def _shares_cases(indicator: Indicator) -> bool:
    return "case" in indicator.feeds and indicator.kind != "median" and not indicator.is_relative


def _together(build: Build, members: Sequence[Indicator], scope: Scope, first: int, last: int) -> list[Vector]:
    together = totals_together(build, [indicator.parts for indicator in members], terms_for(build, members[0], scope, first, last))
    return [_assembled(build, indicator, parts, totals, scope) for indicator, (parts, totals) in zip(members, together, strict=True)]


def _computed(build: Build, indicator: Indicator, scope: Scope, first: int, last: int) -> Vector:
    frame = units(build)
    if not is_counted(build, indicator.feeds, scope.as_of):
        return Vector(np.zeros(len(frame)), np.zeros(len(frame)), np.full(len(frame), np.nan))
    terms = terms_for(build, indicator, scope, first, last)
    plan, asked, scope = plan_of(indicator.parts, terms), scope.chosen, replace(scope, chosen=terms.chosen)
    parts = plan.parts
    if parts.formula == "pilot":
        everybody = Reader("admin", 1, len(frame))
        return pilot_effect(build, frame, scope, lambda other, when, at: vector_of(build, everybody, other, when).cells(at))
    if indicator.kind == "median":
        table = part_tables(build, plan)[0]
        n = rolled(parts.numerator, table, frame.last_no, frame.parent_no, frame.valid(scope.as_of))
        middle = medians(np.ma.getdata(table["unit_no"]), numbers(table[parts.numerator.column]), frame.parent_no)
        return Vector(np.full(len(frame), np.nan), n, middle)
    found = _assembled(build, indicator, parts, totals_of(build, plan, scope.as_of), scope)
    return _within(frame, found, asked) if parts.formula and indicator.is_relative and asked else found


def _assembled(build: Build, indicator: Indicator, parts: Parts, totals: list[Floats], scope: Scope) -> Vector:
    if parts.formula:
        return FORMULAS[parts.formula](units(build), scope, build.rules, totals)
    bottom = None if parts.denominator is None else totals[1]
    return Vector(totals[0], bottom, totals[0] if indicator.kind == "sum" and bottom is not None else None)


def _within(frame: UnitFrame, found: Vector, chosen: Ranges) -> Vector:
    """A count judged against the whole city, then added up over the chosen units only."""
    children = np.zeros(len(frame))
    has_parent = frame.parent_no > 0
    np.add.at(children, frame.parent_no[has_parent] - 1, found.numerator[has_parent])
    own = np.where(contains(chosen, np.arange(1, len(frame) + 1)), found.numerator - children, 0.0)
    return Vector(roll_sum(own, frame.last_no, frame.parent_no), found.denominator)
