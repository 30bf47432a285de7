"""Totals of parts for every unit of a build (合计), each made once: what two indicators or two periods share is not asked for again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from etl.model.indicators.placeholders import filled
from etl.model.indicators.record import Part, Parts
from etl.model.indicators.terms import Terms
from etl.query.once import Once
from etl.query.rollup import Floats
from etl.query.rollup_kinds import rolled
from etl.query.run import Plan, plan_of, sql_of
from etl.query.shapes import of_shape
from etl.query.together import one_pass, shared_tables
from etl.query.units import units
from etl.query.warehouse import Build

KEPT, BYTES = 160, 160_000_000  # of a city of 150,000 units a total takes 1.2 MB
_totals: Once[tuple, Floats] = Once(KEPT, BYTES, lambda total: total.nbytes)


def totals_of(build: Build, plan: Plan, as_of: date) -> list[Floats]:
    """The total of each part, in the order of `parts.all`, indexed by `unit_no - 1`."""
    found: dict[int, Floats] = {}
    parts = plan.parts
    for sql, positions in plan.queries:
        asked = {position: _key(build, sql, parts.all[position], as_of) for position in positions}
        by_key = {key: parts.all[position] for position, key in asked.items()}

        def make(keys: list[tuple], sql: str = sql, by_key: dict[tuple, Part] = by_key) -> list[Floats]:
            table = build.arrays(sql)
            return [_rolled(build, by_key[key], table, as_of) for key in keys]

        found |= dict(zip(asked, _totals.get_all(list(asked.values()), make), strict=True))
    return [found[position] for position in range(len(parts.all))]


@dataclass(frozen=True, slots=True)
class _Shared:
    """Passes over shared tables: each SQL with the columns it gives by position among all parts; and what is left to each by itself."""

    every: tuple[Parts, ...]
    queries: tuple[tuple[str, dict[int, str]], ...]


def totals_together(build: Build, makes: Sequence[Callable[[Terms], Parts]], terms: Terms) -> list[tuple[Parts, list[Floats]]]:
    """The parts of several indicators of cases and their totals: what can be answered in one pass over the same cases is."""
    shared = of_shape((totals_together, tuple(makes)), lambda asked: _shared(makes, asked), terms)
    values, got = terms.values, {}
    for sql, columns in shared.queries:
        table = build.arrays(filled(sql, values))
        flat = [part for parts in shared.every for part in parts.all]
        rolled_up: dict[str, Floats] = {}
        for position, name in columns.items():
            if name not in rolled_up:
                part = flat[position]
                rolled_up[name] = _rolled(build, part, {"unit_no": table["unit_no"], part.column: table[name]}, terms.as_of)
            got[position] = rolled_up[name]
    found, first = [], 0
    for make, parts in zip(makes, shared.every, strict=True):
        mine = range(first, first + len(parts.all))
        first = mine.stop
        left = [at - mine.start for at in mine if at not in got]
        rest = dict(zip(left, totals_of(build, plan_of(_some, terms, make, tuple(left)), terms.as_of), strict=True)) if left else {}
        found.append((parts, [rest[at - mine.start] if at not in got else got[at] for at in mine]))
    return found


def _shared(makes: Sequence[Callable[[Terms], Parts]], asked: Terms) -> _Shared:
    every = tuple(make(asked) for make in makes)
    flat = [part for parts in every for part in parts.all]
    queries: list[tuple[str, dict[int, str]]] = []
    done: set[int] = set()
    for table in shared_tables(asked):
        open_now = [at for at in range(len(flat)) if at not in done]
        query, columns = one_pass(table, [flat[at] for at in open_now])
        if query is not None:
            named = {open_now[at]: name for at, name in columns.items()}
            queries.append((sql_of(query), named))
            done |= set(named)
    return _Shared(every, tuple(queries))


def _some(terms: Terms, make: Callable[[Terms], Parts], positions: tuple[int, ...]) -> Parts:
    """Those parts of an indicator that stand at some positions, to be added up by themselves."""
    chosen = [make(terms).all[at] for at in positions]
    return Parts(chosen[0], None, tuple(chosen[1:]))


def forget_totals() -> None:
    """Empties the cache (for tests and benchmarks)."""
    _totals.clear()


def _rolled(build: Build, part: Part, table: dict[str, Any], as_of: date) -> Floats:
    frame = units(build)
    total = rolled(part, table, frame.last_no, frame.parent_no, frame.valid(as_of))
    total.setflags(write=False)  # shared by whoever asks
    return np.asarray(total)


def _key(build: Build, sql: str, part: Part, as_of: date) -> tuple:
    day = as_of if part.roll == "replace" else None  # only there it matters which units are in force
    return (build.key, sql, part.column, part.roll, part.own, part.by, part.per, part.at_least, day)
