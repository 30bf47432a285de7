"""Compares the product's figures with a second calculation's, unit by unit."""

import random
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from etl.model.indicators import BY_ID
from etl.query.figures import figures
from etl.query.reader import Reader
from etl.query.scope import Scope
from tests.oracle_ground import Ground
from tests.random_feeds import random_feed_city

EVERYBODY = Reader("admin", 1, 10**9)
LEVELS = ("city", "district", "street", "community", "compound", "micro")
YEAR = Scope(date(2025, 11, 1), date(2026, 10, 31), date(2026, 10, 31))
PART = Scope(date(2025, 12, 31), date(2026, 9, 30), date(2026, 6, 30))  # judged before the period is over


def year_where(field: str, value: str) -> Scope:
    return Scope(YEAR.date_from, YEAR.date_to, YEAR.as_of, ((field, value),))


def compare(folder: Path, oracle: ModuleType, seed: int, scopes: Iterable[Scope]) -> dict[str, int]:
    """Checks every indicator of the oracle at every level; gives how many figures above 0 each had, so that nothing is checked in vain."""
    build, units, rows = random_feed_city(folder, seed)
    dice, met = random.Random(seed), {}
    for scope in scopes:
        ground = Ground(units, rows, scope)
        chosen = {no for level in LEVELS for no in dice.sample(sorted(ground.at(level)), min(len(ground.at(level)), 6))}
        for indicator, answer in oracle.answers(ground).items():
            table = pd.concat([figures(build, EVERYBODY, indicator, scope, level) for level in LEVELS]).set_index("unit_no")
            assert set(table.index) == ground.now
            for no in chosen:
                check(indicator, table.loc[no], answer(no), (indicator, scope, no))
            met[indicator] = met.get(indicator, 0) + int((table["value"] > 0).sum())
    build.close()
    return met


def check(indicator: str, found: pd.Series, expected: tuple, where: tuple) -> None:
    """Numerator and denominator as expected; the value their quotient times the scale unless it is given; the state as agreed."""
    one = BY_ID[indicator]
    top, bottom, *given = expected
    for name, number in (("numerator", top), ("denominator", bottom)):
        assert (pd.isna(found[name]) and number is None) or found[name] == pytest.approx(number, abs=1e-9), (name, where)
    quotient = top if bottom is None else (top / bottom * one.scale if bottom and top is not None else None)
    value = given[0] if given else quotient
    assert (pd.isna(found["value"]) and value is None) or found["value"] == pytest.approx(value, abs=1e-9), where
    if value is None:
        assert found["state"] == "no_data", where
    elif one.id != "focus_gap":  # judged by its cases, not by its denominator
        assert found["state"] == ("unstable" if bottom is not None and 0 < bottom < 10 else "ok"), where
