"""The first ten indicators on the tiny city, worked out by hand (see the comments there), by level, as-of day, period and filter."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from etl.model.errors import CallError
from etl.model.indicators import INDICATORS
from etl.model.levels import LEVEL_IDS
from etl.query.evidence import evidence
from etl.query.figures import COLUMNS, figure, figures, figures_by_lead
from etl.query.reader import Reader
from etl.query.scope import Scope, default_scope, parse_scope
from etl.query.warehouse import Build
from tests.tiny_city import tiny_city

EVERYBODY = Reader("admin", 1, 10**9)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Build, dict[str, int]]]:
    build, numbers = tiny_city(tmp_path_factory.mktemp("warehouse"))
    yield build, numbers
    build.close()


# indicator: {unit: (numerator, denominator)} for the default scope, 2025-11-01 to 2026-10-31 as at 2026-10-31
EXPECTED: dict[str, dict[str, tuple[float, float | None]]] = {
    "grid_size_ok_rate": {
        "C": (22, 30), "D1": (22, 30), "J1": (9, 12), "J2": (7, 10), "J3": (6, 8), "S11": (3, 6), "S21": (3, 6), "S32": (2, 4),
        "X111": (3, 3), "X112": (0, 3), "X212": (2, 3), "X322": (0, 2), "M1112": (1, 1), "M1113": (1, 1), "M1121": (0, 1), "M1123": (0, 1),
    },
    "steward_fill_rate": {
        "C": (6, 30), "J1": (4, 12), "J2": (1, 10), "J3": (1, 8), "S11": (3, 6), "S12": (1, 6), "X111": (2, 3), "X112": (1, 3),
        "M1112": (1, 1), "M1113": (0, 1), "M1122": (1, 1), "M1123": (0, 1), "M2121": (1, 1), "M3121": (1, 1),
    },
    "member_cover_rate": {
        "C": (5, 30), "J1": (3, 12), "J2": (1, 10), "J3": (1, 8), "S11": (3, 6), "S12": (0, 6), "X111": (2, 3), "X112": (1, 3), "X121": (0, 3),
        "M1111": (1, 1), "M1112": (1, 1), "M1113": (0, 1), "M1121": (1, 1), "M1122": (0, 1), "M1123": (0, 1), "M2121": (1, 1),
    },
    "case_per_1000hh": {
        "C": (17, 3230), "D1": (16, 3230), "J1": (10, 930), "J2": (3, 2000), "J3": (2, 300), "S11": (7, 310), "S12": (3, 620),
        "X111": (4, 180), "X112": (2, 130), "X121": (3, 500), "X212": (2, 80), "X322": (0, 0), "M1111": (2, 50), "M1123": (0, 0), "M2121": (1, 45),
    },
    "close_rate": {"C": (12, 16), "D1": (11, 15), "J1": (6, 9), "J2": (3, 3), "J3": (2, 2), "S11": (4, 7), "S12": (2, 2), "M1122": (0, 0)},
    "ontime_close_rate": {"C": (9, 16), "D1": (8, 15), "J1": (4, 9), "J2": (2, 3), "J3": (2, 2), "S11": (3, 7), "M1111": (2, 4)},
    "overdue_open_n": {"C": (3, None), "D1": (3, None), "J1": (2, None), "J2": (0, None), "S11": (2, None), "X111": (1, None), "M1113": (1, None)},
    "solve_rate": {"C": (4, 7), "J1": (2, 4), "J2": (1, 2), "J3": (1, 1), "M1111": (1, 2), "S12": (0, 0)},
    "satisfy_rate": {"C": (4, 6), "J1": (3, 4), "J2": (0, 1), "J3": (1, 1), "X111": (2, 3)},
    "geo_match_rate": {"C": (15, 19), "D1": (15, 18), "J1": (11, 12), "J2": (2, 3), "J3": (2, 2), "S11": (8, 9), "M2121": (1, 1), "X212": (2, 2)},
}  # fmt: skip
CASES = [(indicator, unit, *pair) for indicator, units in EXPECTED.items() for unit, pair in units.items()]


@pytest.mark.parametrize(("indicator", "unit", "top", "bottom"), CASES)
def test_hand_values(city: tuple[Build, dict[str, int]], indicator: str, unit: str, top: float, bottom: float | None) -> None:
    build, numbers = city
    found = figure(build, EVERYBODY, indicator, default_scope(build), numbers[unit])
    assert (found.numerator, found.denominator) == (top, bottom)
    if bottom is None:
        assert (found.value, found.state) == (top, "ok")
    elif bottom == 0:
        assert (found.value, found.state) == (None, "no_data")
    else:
        scale = 1000 if indicator == "case_per_1000hh" else 1
        assert found.value == pytest.approx(top / bottom * scale, rel=1e-12)
        assert found.state == ("unstable" if bottom < 10 else "ok")


@pytest.mark.parametrize("indicator", list(EXPECTED))
@pytest.mark.parametrize("level", LEVEL_IDS)
def test_every_level_answers_with_one_row_per_unit_in_force(city: tuple[Build, dict[str, int]], indicator: str, level: str) -> None:
    build, numbers = city
    table = figures(build, EVERYBODY, indicator, default_scope(build), level)
    assert tuple(table.columns) == COLUMNS
    assert len(table) == {"city": 1, "district": 1, "street": 3, "community": 6, "compound": 12, "micro": 30}[level]
    assert table["unit_no"].is_monotonic_increasing and table["code"].is_unique
    assert numbers["M2121@old"] not in set(table["unit_no"])


AS_OF = [
    # the day the late steward starts, the second steward has gone, the new member count holds
    ("steward_fill_rate", "2026-11-01", "C", 6, 30),
    ("member_cover_rate", "2026-11-05", "C", 6, 30),
    # in June: old boundary of M2121 (190 households), own row of M1113 not yet there, only B2 and B4 count
    ("grid_size_ok_rate", "2026-06-30", "X212", 1, 3),
    ("grid_size_ok_rate", "2026-06-30", "C", 21, 30),
    ("member_cover_rate", "2026-06-30", "C", 3, 30),
    # two days later c8 is closed (late) and c9, due at 24:00 of 31 October, is overdue
    ("close_rate", "2026-11-02", "C", 13, 16),
    ("overdue_open_n", "2026-11-02", "C", 3, None),
    # on 4 October c1, c2, c3, c20, c22 are still open and not due
    ("close_rate", "2026-10-04", "C", 7, 8),
    ("overdue_open_n", "2026-10-04", "C", 1, None),
]


@pytest.mark.parametrize(("indicator", "day", "unit", "top", "bottom"), AS_OF)
def test_as_of_day(city: tuple[Build, dict[str, int]], indicator: str, day: str, unit: str, top: int, bottom: int | None) -> None:
    build, numbers = city
    scope = parse_scope(build, None, "2026-10-31", day)
    found = figure(build, EVERYBODY, indicator, scope, numbers[unit])
    assert (found.numerator, found.denominator) == (top, bottom)


def test_old_version_is_listed_while_in_force(city: tuple[Build, dict[str, int]]) -> None:
    build, numbers = city
    scope = parse_scope(build, "2026-01-01", "2026-06-30")
    table = figures(build, EVERYBODY, "geo_match_rate", scope, "micro", numbers["X212"])
    assert list(table["unit_no"]) == [numbers["M2121@old"], numbers["M2122"], numbers["M2123"]]
    assert table["numerator"].tolist() == [1, 0, 0]


PERIODS = [("2025-11-01", "2025-11-01", 1), ("2025-10-31", "2025-11-01", 2), ("2026-10-31", "2026-10-31", 1), ("2026-10-30", "2026-10-30", 1)]


@pytest.mark.parametrize(("first", "last", "cases"), PERIODS)
def test_both_ends_of_the_period_are_included(city: tuple[Build, dict[str, int]], first: str, last: str, cases: int) -> None:
    build, _ = city
    scope = replace(parse_scope(build, first, last), as_of=date(2026, 10, 31))
    assert figure(build, EVERYBODY, "geo_match_rate", scope, 1).denominator == cases


FILTERS = [
    ("geo_match_rate", "source=steward", 1, 1), ("geo_match_rate", "category=11", 1, 1), ("geo_match_rate", "category=1299", 1, 1),
    ("geo_match_rate", "category=12", 1, 1), ("geo_match_rate", "severity=group", 0, 1), ("geo_match_rate", "status=suspended", 1, 1),
    ("geo_match_rate", "status=void", 0, 0), ("close_rate", "lead_unit=街道甲", 2, 3), ("close_rate", "lead_unit=物业A", 1, 2),
    ("close_rate", "lead_unit=' OR 1=1 --", 0, 0), ("geo_match_rate", "focus=old_compound", 6, 6), ("geo_match_rate", "focus=老旧小区", 6, 6),
    ("geo_match_rate", "focus=any", 7, 7), ("geo_match_rate", "focus=shanty", 0, 0),
    # with focus, the households are those of the focus areas: X111 180, M1211 60
    ("case_per_1000hh", "focus=old_compound", 4, 180), ("case_per_1000hh", "focus=any", 5, 240), ("case_per_1000hh", "focus=urban_village", 1, 60),
    ("case_per_1000hh", "category=1101", 1, 3230),
]  # fmt: skip


@pytest.mark.parametrize(("indicator", "where", "top", "bottom"), FILTERS)
def test_filters(city: tuple[Build, dict[str, int]], indicator: str, where: str, top: int, bottom: int) -> None:
    build, _ = city
    found = figure(build, EVERYBODY, indicator, parse_scope(build, where=(where,)), 1)
    assert (found.numerator, found.denominator) == (top, bottom)


def test_one_field_twice_is_either_two_fields_are_both(city: tuple[Build, dict[str, int]]) -> None:
    build, _ = city
    assert figure(build, EVERYBODY, "geo_match_rate", parse_scope(build, where=("category=11", "category=1299")), 1).denominator == 2
    assert figure(build, EVERYBODY, "geo_match_rate", parse_scope(build, where=("category=11", "source=12345")), 1).denominator == 0


def test_a_filter_the_feed_lacks_is_refused(city: tuple[Build, dict[str, int]]) -> None:
    build, _ = city
    with pytest.raises(CallError):
        figures(build, EVERYBODY, "grid_size_ok_rate", parse_scope(build, where=("source=steward",)), "city")
    with pytest.raises(CallError):
        figures(build, EVERYBODY, "no_such", default_scope(build), "city")
    with pytest.raises(CallError):
        figures(build, EVERYBODY, "close_rate", default_scope(build), "village")


def test_by_lead_unit_adds_up_to_the_total(city: tuple[Build, dict[str, int]]) -> None:
    build, numbers = city
    table = figures_by_lead(build, EVERYBODY, "close_rate", default_scope(build))
    assert table[["code", "numerator", "denominator"]].values.tolist() == [["物业A", 1, 2], ["街道甲", 2, 3], ["", 9, 11]]
    assert list(table["state"]) == ["unstable", "unstable", "ok"]
    below = figures_by_lead(build, EVERYBODY, "overdue_open_n", default_scope(build), numbers["J1"])
    assert below[["code", "numerator"]].values.tolist() == [["物业A", 1], ["街道甲", 1]], "cases naming nobody are left out where none is overdue"
    rate = figures_by_lead(build, EVERYBODY, "case_per_1000hh", default_scope(build), numbers["S11"])
    assert rate[["code", "numerator", "denominator"]].values.tolist() == [["物业A", 2, 310], ["街道甲", 3, 310], ["", 2, 310]]
    with pytest.raises(CallError):
        figures_by_lead(build, EVERYBODY, "grid_size_ok_rate", default_scope(build))


def test_a_feed_not_loaded_is_no_feed_never_zero(tmp_path: Path) -> None:
    build, numbers = tiny_city(tmp_path, feeds=("grid_staff",))
    scope = default_scope(build)
    for indicator in INDICATORS:
        found = figure(build, EVERYBODY, indicator.id, scope, numbers["J1"])
        is_connected = set(indicator.feeds) <= {"unit", "grid_staff"}
        assert (found.state != "no_feed") == is_connected, indicator.id
        assert is_connected or (found.numerator, found.denominator, found.value) == (None, None, None)
    assert figures_by_lead(build, EVERYBODY, "close_rate", scope).empty


def test_a_feed_loaded_without_rows_here_is_zero(city: tuple[Build, dict[str, int]]) -> None:
    """With the feed loaded a micro-grid without any row has no member and no steward."""
    build, numbers = city
    for indicator in ("member_cover_rate", "steward_fill_rate"):
        found = figure(build, EVERYBODY, indicator, default_scope(build), numbers["M2222"])
        assert (found.numerator, found.denominator, found.value) == (0, 1, 0)


def test_evidence_shows_what_ran(city: tuple[Build, dict[str, int]]) -> None:
    build, numbers = city
    found = evidence(build, EVERYBODY, "close_rate", default_scope(build), numbers["J1"])
    assert found.figure.numerator == 6 and found.located == pytest.approx(11 / 12)
    assert found.sources[0].feed == "case" and found.sources[0].is_connected
    assert len(found.sql) == 1
    rows = build.rows(found.sql[0])  # the SQL itself, run again, gives the same sums
    assert (sum(row[1] for row in rows), sum(row[2] for row in rows)) == (6, 9)


def test_figures_ask_the_database_once(city: tuple[Build, dict[str, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    build, _ = city
    asked: list[str] = []
    original = Build.arrays
    monkeypatch.setattr(Build, "arrays", lambda self, sql, params=None: (asked.append(sql), original(self, sql, params))[1])
    scope = Scope(date(2026, 1, 2), date(2026, 9, 29), date(2026, 9, 30))
    for level in LEVEL_IDS:
        figures(build, EVERYBODY, "solve_rate", scope, level)
    assert len(asked) == 1
