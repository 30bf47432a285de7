"""Totals of parts for every unit of a build (合计), each made once: what two indicators or two periods share is not asked for again."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np

from etl.model.indicators.record import Part, Parts
from etl.query.once import Once
from etl.query.rollup import Floats
from etl.query.rollup_kinds import rolled
from etl.query.run import passes, sql_of
from etl.query.together import one_pass
from etl.query.units import units
from etl.query.warehouse import Build

KEPT, BYTES = 160, 160_000_000  # of a city of 150,000 units a total takes 1.2 MB
_totals: Once[tuple, Floats] = Once(KEPT, BYTES, lambda total: total.nbytes)


def totals_of(build: Build, parts: Parts, as_of: date) -> list[Floats]:
    """The total of each part, in the order of `parts.all`, indexed by `unit_no - 1`."""
    found: dict[int, Floats] = {}
    for query, positions in passes(parts):
        sql = sql_of(query)
        asked = {position: _key(build, sql, parts.all[position], as_of) for position in positions}
        by_key = {key: parts.all[position] for position, key in asked.items()}

        def make(keys: list[tuple], sql: str = sql, by_key: dict[tuple, Part] = by_key) -> list[Floats]:
            table = build.arrays(sql)
            return [_rolled(build, by_key[key], table, as_of) for key in keys]

        found |= dict(zip(asked, _totals.get_all(list(asked.values()), make), strict=True))
    return [found[position] for position in range(len(parts.all))]


def totals_together(build: Build, shared: ir.Table, every: Sequence[Parts], as_of: date) -> list[list[Floats]]:
    """The same for several indicators whose rows come from one table: what can be answered in one pass over it is."""
    flat = [part for parts in every for part in parts.all]
    query, columns = one_pass(shared, flat)
    if query is None:
        return [totals_of(build, parts, as_of) for parts in every]
    table = build.arrays(sql_of(query))
    by_column: dict[str, Floats] = {}
    found, position = [], 0
    for parts in every:
        mine = range(position, position + len(parts.all))
        position = mine.stop
        if any(at not in columns for at in mine):
            left = [part for at, part in zip(mine, parts.all, strict=True) if at not in columns]
            rest = iter(totals_of(build, Parts(left[0], None, tuple(left[1:])), as_of))
        totals = []
        for at, part in zip(mine, parts.all, strict=True):
            if at not in columns:
                totals.append(next(rest))
                continue
            name = columns[at]
            if name not in by_column:
                by_column[name] = _rolled(build, part, {"unit_no": table["unit_no"], part.column: table[name]}, as_of)
            totals.append(by_column[name])
        found.append(totals)
    return found


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
