"""SQL written once for a shape and filled in gives what SQL written for the very asking gives, whatever was asked before it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from etl.model.indicators import BY_ID, INDICATORS
from etl.query.figures import is_connected
from etl.query.run import passes, plan_of, sql_of
from etl.query.scope import Scope, Where
from etl.query.shapes import forget_shapes
from etl.query.units import units
from etl.query.vectors import terms_for
from etl.query.warehouse import Build
from tests.random_city import random_city
from tests.tiny_city import tiny_city

PERIODS = (
    (date(2026, 10, 1), date(2026, 10, 31), date(2026, 10, 31)), (date(2026, 1, 1), date(2026, 12, 31), date(2026, 10, 31)),
    (date(2025, 7, 1), date(2026, 6, 30), date(2026, 6, 30)), (date(2026, 9, 7), date(2026, 9, 7), date(2026, 10, 31)),
)  # fmt: skip
FILTERS: tuple[Where, ...] = ((), (("category", "01"),), (("category", "10"), ("category", "0203")), (("category", "09"), ("severity", "minor")))


def _directly(build: Build, terms, indicator) -> list[dict]:
    parts = indicator.parts(terms)
    found: dict[int, dict] = {}
    for query, positions in passes(parts):
        found |= dict.fromkeys(positions, build.arrays(sql_of(query)))
    return [found[at] for at in range(len(parts.all))]


def _rows(table: dict) -> list[tuple]:
    columns = [np.ma.asarray(table[name]).astype(object).tolist() for name in table]
    return sorted(zip(*columns, strict=True), key=repr)


@pytest.mark.parametrize("seed", [5, 23])
def test_a_filled_shape_says_what_the_asking_says(tmp_path, seed: int) -> None:
    build = random_city(tmp_path, seed).build
    n = len(units(build))
    for indicator in (one for one in INDICATORS if is_connected(build, one)):
        for at, period in enumerate(PERIODS):
            where = tuple(pair for pair in FILTERS[at] if pair[0] in indicator.filters)
            for first, last in ((1, n), (2, n // 2)):
                terms = terms_for(build, indicator, Scope(*period, where), first, last)
                plan = plan_of(indicator.parts, terms)
                tables: dict[int, dict] = {}
                for sql, positions in plan.queries:
                    assert "ASKED" not in sql
                    tables |= dict.fromkeys(positions, build.arrays(sql))
                for position, expected in enumerate(_directly(build, terms, indicator)):
                    assert _rows(tables[position]) == _rows(expected), (indicator.id, period, where, first, last)
    build.close()


def test_written_once_for_all_days_units_and_classes(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    build, _ = tiny_city(tmp_path)
    written: list[str] = []
    monkeypatch.setattr("etl.query.run.sql_of", lambda query: written.append(sql_of(query)) or written[-1])
    forget_shapes()
    indicator = BY_ID["close_rate"]
    for period in PERIODS:
        for code in ("01", "02"):
            plan_of(indicator.parts, terms_for(build, indicator, Scope(*period, (("category", code),)), 1, 5))
    assert len(written) == 1
    plan_of(indicator.parts, terms_for(build, indicator, Scope(*PERIODS[0], (("category", "0101"),)), 1, 5))
    assert len(written) == 2  # one class is no group of classes
    build.close()


def test_what_hangs_on_the_year_is_written_for_each_year(tmp_path) -> None:
    build, _ = tiny_city(tmp_path)
    forget_shapes()
    asked = [plan_of(BY_ID["fund_exec_rate"].parts, terms_for(build, BY_ID["fund_exec_rate"], Scope(*period), 1, 5)).queries[0][0] for period in PERIODS]
    assert ["= 2026" in sql for sql in asked] == [True, True, True, True]
    earlier = Scope(date(2025, 1, 1), date(2025, 12, 31), date(2025, 12, 31))
    assert "= 2025" in plan_of(BY_ID["fund_exec_rate"].parts, terms_for(build, BY_ID["fund_exec_rate"], earlier, 1, 5)).queries[0][0]
    build.close()


def test_other_rules_are_another_shape(tmp_path) -> None:
    build, _ = tiny_city(tmp_path)
    terms = terms_for(build, BY_ID["grid_size_ok_rate"], Scope(*PERIODS[0]), 1, 5)
    changed = replace(terms, rules=replace(terms.rules, grid=replace(terms.rules.grid, households_max=77)))
    plans = [plan_of(BY_ID["grid_size_ok_rate"].parts, one).queries[0][0] for one in (terms, changed)]
    assert "77" in plans[1] and plans[0] != plans[1]
    build.close()
