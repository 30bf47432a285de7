"""Figures of single units (单元格) and of what lies in one: what cards and lists ask for, of which a page has dozens.

Of a vector only the units down to the community are kept, a fiftieth of it: so the figures of very many views stay at hand. While the
vector is not there, the figures of a unit below the community are worked out from its own rows: few others will ask for them.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from etl.model.indicators import Indicator
from etl.model.levels import BY_ID
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.units import units
from etl.query.vector import Vector
from etl.query.vectors import Ask, Key, Make, is_made, key_of, passes_for, unkept, vector_of, vectors_ahead
from etl.query.warehouse import Build

KEPT, BYTES = 20_000, 100_000_000
_upper: Once[Key, Vector] = Once(KEPT, BYTES, lambda vector: vector.bytes)
_inside: Once[Key, Vector] = Once(KEPT, BYTES, lambda vector: vector.bytes)  # of a unit and what lies below it, by `unit_no` minus its own


def cell_of(build: Build, reader: Reader, indicator: Indicator, scope: Scope, unit_no: int) -> Vector:
    """The vector's values of one unit, as arrays of length 1."""
    if _is_alone(build, reader, (indicator, scope), unit_no):
        return _alone(build, reader, indicator, scope, unit_no).at(np.array([0]))
    place = _place(build, unit_no)
    if place is None:
        return vector_of(build, reader, indicator, scope).at(np.array([unit_no - 1]))
    kept = _upper.get(key_of(build, reader, indicator, scope), lambda: unkept(build, reader, indicator, scope).at(units(build).upper))
    return kept.at(np.array([place]))


def cells_below(build: Build, reader: Reader, indicator: Indicator, scope: Scope, unit_no: int, numbers: NDArray[np.int64]) -> Vector:
    """The vector's values of some units, all of them at or below `unit_no`."""
    if _is_alone(build, reader, (indicator, scope), unit_no):
        return _alone(build, reader, indicator, scope, unit_no).at(numbers - unit_no)
    return vector_of(build, reader, indicator, scope).at(numbers - 1)


def _alone(build: Build, reader: Reader, indicator: Indicator, scope: Scope, unit_no: int) -> Vector:
    narrow = _narrow(build, reader, unit_no)
    return _inside.get(key_of(build, narrow, indicator, scope), lambda: unkept(build, narrow, indicator, scope).at(_below(build, unit_no)))


def _below(build: Build, unit_no: int) -> NDArray[np.int64]:
    """The positions of a unit and of all below it."""
    return np.arange(unit_no - 1, int(units(build).last_no[unit_no - 1]))


def cells_ahead(build: Build, reader: Reader, asks: Sequence[Ask], unit_no: int) -> None:
    """Computes what `cell_of` will be asked for, in as few passes as possible."""
    alone = [ask for ask in asks if _is_alone(build, reader, ask, unit_no)]
    _ahead(build, _narrow(build, reader, unit_no), alone, _inside, _below(build, unit_no))
    others = [ask for ask in asks if ask not in alone]
    if _place(build, unit_no) is None:
        vectors_ahead(build, reader, others)
    else:
        _ahead(build, reader, [ask for ask in others if not _upper.has(key_of(build, reader, *ask))], _upper, units(build).upper)


def _ahead(build: Build, reader: Reader, asks: Sequence[Ask], cache: Once[Key, Vector], positions: NDArray[np.int64]) -> None:
    for keys, make in passes_for(build, reader, asks, cache.has):

        def cut(wanted: list[Key], make: Make = make) -> list[Vector]:
            return [vector.at(positions) for vector in make(wanted)]

        cache.get_all(keys, cut)


def _is_alone(build: Build, reader: Reader, ask: Ask, unit_no: int) -> bool:
    """Whether a unit's figure is to be worked out from its own rows alone: it lies below the community, is small beside what the reader
    sees, and the vector is not there. Of communities and above very many readers ask, and one vector answers them all.

    What a unit's figure is does not hang on what else its reader sees, save for figures relative to the whole city; a test holds that.
    """
    frame = units(build)
    span, whole = int(frame.last_no[unit_no - 1]) - unit_no, min(reader.last_no, len(frame)) - max(reader.first_no, 1)
    if ask[0].is_relative or not reader.sees(unit_no) or _place(build, unit_no) is not None or 2 * span >= whole:
        return False
    return not is_made(key_of(build, reader, *ask))


def _narrow(build: Build, reader: Reader, unit_no: int) -> Reader:
    return replace(reader, first_no=unit_no, last_no=int(units(build).last_no[unit_no - 1]))


def forget_cells() -> None:
    """Empties the caches (for tests and benchmarks)."""
    _upper.clear()
    _inside.clear()


def _place(build: Build, unit_no: int) -> int | None:
    """Where a unit stands among those kept; None for a unit below the community."""
    frame = units(build)
    if frame.level[unit_no - 1] > BY_ID["community"].rank:
        return None
    return int(np.searchsorted(frame.upper, unit_no - 1))
