"""The figure of one unit is the same whether worked out from its own rows alone or cut out of the vector of all (单元格 = 向量)."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from etl.model.indicators import INDICATORS
from etl.model.levels import BY_ID
from etl.query import cells
from etl.query.cells import cell_of, cells_ahead, cells_below, forget_cells
from etl.query.reader import Reader
from etl.query.scope import Scope, default_scope
from etl.query.units import units
from etl.query.vector import Vector
from etl.query.vectors import forget_vectors, vector_of
from etl.query.warehouse import Build, open_build


@pytest.fixture(scope="module")
def demo(demo_warehouse: Path) -> Iterator[Build]:
    build = open_build(demo_warehouse)
    yield build
    build.close()


@pytest.fixture
def everybody(demo: Build) -> Reader:
    forget_vectors()
    forget_cells()
    return Reader("admin", 1, len(units(demo)))


def _scopes(build: Build) -> list[Scope]:
    usual = default_scope(build)
    return [usual, replace(usual, date_from=usual.date_from.replace(month=1)), replace(usual, where=(("category", "12"),))]


def _same(one: Vector, other: Vector) -> bool:
    pairs = ((one.numerator, other.numerator), (one.denominator, other.denominator), (one.value, other.value), (one.base, other.base))
    return all((a is None) == (b is None) and (a is None or b is None or np.allclose(a, b, rtol=1e-12, atol=1e-9, equal_nan=True)) for a, b in pairs)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda one: one.id)
def test_a_figure_worked_out_alone_is_that_of_the_vector(demo: Build, everybody: Reader, indicator) -> None:
    frame, dice = units(demo), random.Random(indicator.id)
    for scope in _scopes(demo):
        if scope.where and not indicator.filters:
            continue
        asked = [2, *dice.sample(range(2, len(frame) + 1), 6)]
        cells_ahead(demo, everybody, [(indicator, scope), (INDICATORS[0], scope)], asked[0])
        below = np.arange(asked[0], frame.last_no[asked[0] - 1] + 1)
        inside = cells_below(demo, everybody, indicator, scope, asked[0], below)
        alone = {unit_no: cell_of(demo, everybody, indicator, scope, unit_no) for unit_no in asked}
        vector = vector_of(demo, everybody, indicator, scope)
        assert _same(inside, vector.at(below - 1)), (indicator.id, scope)
        assert _same(cells_below(demo, everybody, indicator, scope, asked[0], below), inside), "and so are those cut out of it"
        for unit_no, cell in alone.items():
            assert _same(cell, vector.at(np.array([unit_no - 1]))), (indicator.id, unit_no, scope)
            assert _same(cell_of(demo, everybody, indicator, scope, unit_no), cell), "and so is the one cut out of it"


def test_a_small_unit_is_asked_for_alone_until_the_vector_is_there(demo: Build, everybody: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    scope, indicator = default_scope(demo), next(one for one in INDICATORS if one.id == "close_rate")
    asked: list[tuple[int, int]] = []
    unkept = cells.unkept
    monkeypatch.setattr(cells, "unkept", lambda build, reader, *ask: asked.append((reader.first_no, reader.last_no)) or unkept(build, reader, *ask))
    small = next(no for no in range(2, everybody.last_no) if units(demo).level[no - 1] > BY_ID["community"].rank and units(demo).last_no[no - 1] > no)
    cell_of(demo, everybody, indicator, scope, small)
    cell_of(demo, everybody, indicator, scope, small)
    assert asked == [(small, int(units(demo).last_no[small - 1]))], "its own rows, once"
    forget_cells()
    vector_of(demo, everybody, indicator, scope)
    cell_of(demo, everybody, indicator, scope, small)
    assert all(first != 1 or last == everybody.last_no for first, last in asked[1:])
    assert (small, int(units(demo).last_no[small - 1])) not in asked[1:], "cut out of what is there"
