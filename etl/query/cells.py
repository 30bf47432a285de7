"""Figures of single units (单元格): what a card asks for, of which a page has dozens and keeps none of the others.

Of a vector only the units down to the community are kept, a fiftieth of it: so the figures of very many views stay at hand.
"""

from collections.abc import Sequence

import numpy as np

from etl.model.indicators import Indicator
from etl.model.levels import BY_ID
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.units import units
from etl.query.vector import Vector
from etl.query.vectors import Ask, Key, Make, key_of, passes_for, unkept, vector_of, vectors_ahead
from etl.query.warehouse import Build

KEPT, BYTES = 20_000, 120_000_000
_upper: Once[Key, Vector] = Once(KEPT, BYTES, lambda vector: vector.bytes)


def cell_of(build: Build, reader: Reader, indicator: Indicator, scope: Scope, unit_no: int) -> Vector:
    """The vector's values of one unit, as arrays of length 1."""
    place = _place(build, unit_no)
    if place is None:
        return vector_of(build, reader, indicator, scope).at(np.array([unit_no - 1]))
    kept = _upper.get(key_of(build, reader, indicator, scope), lambda: unkept(build, reader, indicator, scope).at(units(build).upper))
    return kept.at(np.array([place]))


def cells_ahead(build: Build, reader: Reader, asks: Sequence[Ask], unit_no: int) -> None:
    """Computes what `cell_of` will be asked for, in as few passes as possible."""
    if _place(build, unit_no) is None:
        vectors_ahead(build, reader, asks)
        return
    missing = [ask for ask in asks if not _upper.has(key_of(build, reader, *ask))]
    for keys, make in passes_for(build, reader, missing, _upper.has):

        def cut(wanted: list[Key], make: Make = make) -> list[Vector]:
            return [vector.at(units(build).upper) for vector in make(wanted)]

        _upper.get_all(keys, cut)


def forget_cells() -> None:
    """Empties the cache (for tests and benchmarks)."""
    _upper.clear()


def _place(build: Build, unit_no: int) -> int | None:
    """Where a unit stands among those kept; None for a unit below the community."""
    frame = units(build)
    if frame.level[unit_no - 1] > BY_ID["community"].rank:
        return None
    return int(np.searchsorted(frame.upper, unit_no - 1))
