"""Periods, as-of days and filters as the command line and the address bar give them."""

from collections.abc import Iterator
from datetime import date

import pytest

from etl.model.errors import CallError
from etl.query.figures import figure
from etl.query.reader import Reader
from etl.query.scope import Scope, default_scope, parse_scope, twelve_months_up_to
from etl.query.series import add_months, cut_to_data, monthly, period_on_period, whole_months, year_on_year
from etl.query.warehouse import Build
from tests.tiny_city import tiny_city

EVERYBODY = Reader("admin", 1, 10**9)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    build, _ = tiny_city(tmp_path_factory.mktemp("warehouse"))
    yield build
    build.close()


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 10, 31), date(2025, 11, 1)),
        (date(2026, 2, 28), date(2025, 3, 1)),
        (date(2025, 2, 28), date(2024, 3, 1)),
        (date(2024, 2, 28), date(2023, 3, 1)),
        (date(2024, 2, 29), date(2023, 3, 1)),
        (date(2026, 5, 15), date(2025, 5, 16)),
    ],
)
def test_twelve_months(day: date, first: date) -> None:
    assert twelve_months_up_to(day) == first


def test_defaults(build: Build) -> None:
    assert default_scope(build) == Scope(date(2025, 11, 1), date(2026, 10, 31), date(2026, 10, 31))
    assert parse_scope(build, None, "2026-06-30") == Scope(date(2025, 7, 1), date(2026, 6, 30), date(2026, 6, 30))
    assert parse_scope(build, "2026-10-01", "2026-12-31").as_of == date(2026, 10, 31)  # the earlier of --to and the data date
    assert parse_scope(build, "2026-10-01").date_to == date(2026, 10, 31)
    assert parse_scope(build, as_of="2026-11-05").as_of == date(2026, 11, 5)


def test_filters_understand_chinese_words(build: Build) -> None:
    assert parse_scope(build, where=("status=已办结", "severity=小", "source=网格员上报")).where == (
        ("severity", "minor"),
        ("source", "steward"),
        ("status", "closed"),
    )
    assert parse_scope(build, where=("category=01", "category=01")).where == (("category", "01"),)
    assert parse_scope(build, where=("lead_unit=a=b",)).where == (("lead_unit", "a=b"),)


@pytest.mark.parametrize("where", ["street=J1", "statu=closed", "status=finished", "category=1", "category=1a", "category=", "source", "focus=富人区"])
def test_bad_filters_are_calls_refused_in_both_languages(build: Build, where: str) -> None:
    with pytest.raises(CallError) as error:
        parse_scope(build, where=(where,))
    assert error.value.exit_code == 2 and error.value.text.zh and error.value.text.en


@pytest.mark.parametrize("days", [("2026-13-01", None, None), ("2026-02-02", "2026-02-01", None), (None, "last week", None), (None, None, "31/10/2026")])
def test_bad_days(build: Build, days: tuple[str | None, ...]) -> None:
    with pytest.raises(CallError):
        parse_scope(build, *days)


def test_whole_months_and_adding_them() -> None:
    assert whole_months(Scope(date(2025, 11, 1), date(2026, 10, 31), date(2026, 10, 31))) == 12
    assert whole_months(Scope(date(2026, 2, 1), date(2026, 2, 28), date(2026, 2, 28))) == 1
    assert whole_months(Scope(date(2026, 2, 2), date(2026, 2, 28), date(2026, 2, 28))) == 0
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)


def test_period_on_period_is_the_month_before(build: Build) -> None:
    change = period_on_period(build, EVERYBODY, "geo_match_rate", parse_scope(build, "2026-10-01", "2026-10-31"), 1)
    assert (change.earlier_scope.date_from, change.earlier_scope.date_to) == (date(2026, 9, 1), date(2026, 9, 30))
    assert change.current.denominator == 10 and change.earlier is not None and change.earlier.denominator == 1  # c3 alone in September
    assert change.difference == pytest.approx(9 / 10 - 1) and change.ratio == pytest.approx(-0.1)


def test_an_unfinished_period_is_compared_with_an_equal_part(build: Build) -> None:
    quarter = parse_scope(build, "2026-10-01", "2026-12-31")
    assert cut_to_data(build, quarter).date_to == date(2026, 10, 31)
    change = period_on_period(build, EVERYBODY, "geo_match_rate", quarter, 1)
    assert (change.earlier_scope.date_from, change.earlier_scope.date_to) == (date(2026, 7, 1), date(2026, 7, 31))
    ten_days = period_on_period(build, EVERYBODY, "geo_match_rate", parse_scope(build, "2026-10-11", "2026-10-20"), 1)
    assert (ten_days.earlier_scope.date_from, ten_days.earlier_scope.date_to) == (date(2026, 10, 1), date(2026, 10, 10))


def test_no_comparison_where_the_data_do_not_reach_back(build: Build) -> None:
    change = year_on_year(build, EVERYBODY, "case_per_1000hh", default_scope(build), 1)
    assert change.earlier_scope.date_from == date(2024, 11, 1)
    assert change.earlier is None and change.difference is None
    stock = year_on_year(build, EVERYBODY, "steward_fill_rate", default_scope(build), 1)
    assert stock.earlier is not None and stock.earlier_scope.as_of == date(2025, 10, 31)


def test_monthly_series_judges_each_month_at_its_end(build: Build) -> None:
    points = monthly(build, EVERYBODY, "overdue_open_n", default_scope(build), 1)
    assert [point.month.month for point in points] == [11, 12, *range(1, 11)]
    values = {point.month: point.figure.value for point in points}
    assert values[date(2026, 2, 1)] == 1 and values[date(2026, 10, 1)] == 2  # c21; c4 and c8
    total = sum(point.figure.denominator or 0 for point in monthly(build, EVERYBODY, "geo_match_rate", default_scope(build), 1))
    assert total == figure(build, EVERYBODY, "geo_match_rate", default_scope(build), 1).denominator
    assert not any(point.is_partial for point in points)
