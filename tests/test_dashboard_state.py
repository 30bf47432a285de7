"""The view and the address: what is written is read back, what cannot be read is named and left out."""

from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.view.drawn_area import MOST, parse_ring, ring_of, ring_text
from dashboard.view.periods import PERIODS, calendar
from dashboard.view.picks import is_picked, pick, pick_period, picked
from dashboard.view.state import FILTERS, KEYS, MOST_UNITS, ONE_VALUE, VERSION, ViewState, address, parse_view

WORD = st.text(st.characters(whitelist_categories=("L", "N")), min_size=1, max_size=20)
FREE_WORD = st.text(st.characters(whitelist_categories=("L", "N", "P")), min_size=1, max_size=20).filter(lambda text: text == text.strip())
CORNER = st.tuples(st.integers(-17_900_000, 17_900_000), st.integers(-8_900_000, 8_900_000)).map(lambda pair: (pair[0] / 100_000, pair[1] / 100_000))
RINGS = st.lists(CORNER, min_size=3, max_size=30, unique=True).map(tuple)


def _views(unit: str, first: date | None, last: date | None, level: str, filters: dict[str, list[str]], one: str, units: list[str], area: tuple, large: bool, lang: str) -> ViewState:
    view = ViewState(unit=unit, date_from=first, date_to=last, level=level, lang=lang, units=tuple(dict.fromkeys(units)), area=area, is_large=large)  # type: ignore[arg-type]
    for name, values in filters.items():
        view = view.with_filter(name, *values)
    return view.with_filter("lead_unit", one)


VIEWS = st.builds(
    _views, st.one_of(st.just(""), WORD), st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2020, 1, 1))),
    st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2030, 1, 1))), st.sampled_from(("", "street", "micro")),
    st.dictionaries(st.sampled_from([name for name in FILTERS if name not in ONE_VALUE]), st.lists(WORD, min_size=1, max_size=4)),
    st.one_of(st.just(""), FREE_WORD), st.lists(WORD, max_size=6), st.one_of(st.just(()), RINGS), st.booleans(), st.sampled_from(("zh", "en")),
)  # fmt: skip


@given(VIEWS)
def test_a_view_survives_its_address(view: ViewState) -> None:
    assert parse_view(view.query()) == view
    assert parse_view(view.query()).ignored == ()


@given(RINGS)
def test_an_area_is_kept_to_the_metre_and_short(ring: tuple) -> None:
    text = ring_text(ring)
    assert parse_ring(text) == ring
    assert ring_of([list(corner) for corner in ring]) == ring


@pytest.mark.parametrize("text", ["", "1", "1.2_3.4", "a.b_1.1_2.2", "1.1_0.0_0.0", "99999999.1_1.1_2.2", "1.1_2.2_3.3;drop", "_".join(["1.1"] * (MOST + 1))])
def test_what_is_no_area(text: str) -> None:
    assert parse_ring(text) == ()


@pytest.mark.parametrize("sent", [None, [], "x", [[1, 2]], [[1, 2], [3, 4], ["5", 6]], [[1, 2], [3, 4], [5]], [[1.0, 2.0]] * 3, [[999, 2], [3, 4], [5, 6]]])
def test_what_a_browser_may_not_send_as_an_area(sent: object) -> None:
    assert ring_of(sent) == ()


def test_an_area_of_a_drawing_is_rounded() -> None:
    assert ring_of([[104.123456789, 30.1], [104.2, 30.1], [104.2, 30.2]]) == ((104.12346, 30.1), (104.2, 30.1), (104.2, 30.2))
    assert ring_text(((104.12346, 30.1), (104.2, 30.1), (104.2, 30.2))) == "10412346.3010000_7654.0_0.10000"


def test_the_default_view_has_a_bare_address() -> None:
    assert address("overview", ViewState()) == "/overview"
    assert address("grids", ViewState(unit="5101", lang="en")) == "/grids?unit=5101&lang=en&v=1"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"from": "2026-02-31"}, ("from",)),
        ({"from": "2026-05-01", "to": "2026-01-01"}, ("from", "to")),
        ({"level": "planet"}, ("level",)),
        ({"period": "yesterday"}, ("period",)),
        ({"unit": "x" * 200}, ("unit",)),
        ({"category": "01\x00"}, ("category",)),
        ({"category": "x" * 90}, ("category",)),
        ({"area": "1.1_2.2"}, ("area",)),
        ({"units": ",".join(map(str, range(MOST_UNITS + 1)))}, ("units",)),
        ({"colour": "red"}, ("colour",)),
        ({"<script>": "1"}, ("<script>",)),
    ],
)
def test_what_cannot_be_read_is_named(query: dict[str, str], named: tuple[str, ...]) -> None:
    view = parse_view(query)
    assert view.ignored == named
    assert view == ViewState()


def test_another_version_is_told_ours_is_not() -> None:
    assert parse_view({"v": VERSION}).version == ""
    assert parse_view({"v": "2", "unit": "5101"}).version == "2"
    assert parse_view({"v": "2", "unit": "5101"}).query()["v"] == VERSION


@given(st.dictionaries(st.sampled_from(KEYS), st.text(max_size=100)))
def test_no_query_string_fails(query: dict[str, str]) -> None:
    parse_view(parse_view(query).query())


def test_a_filter_is_set_and_removed() -> None:
    view = ViewState().with_filter("category", "01").with_filter("source", "12345")
    assert view.category == "01"
    assert view.with_filter("category", "").where == (("source", "12345"),)
    assert view.with_filter("category", "01", "0202", "01").values("category") == ("01", "0202")


def test_a_unit_in_charge_with_a_comma_is_one_unit() -> None:
    view = ViewState().with_filter("lead_unit", "甲, 乙公司")
    assert parse_view(view.query()).values("lead_unit") == ("甲, 乙公司",)


def test_dates_win_over_a_named_period_and_clearing_clears_all() -> None:
    assert parse_view({"period": "month", "from": "2026-01-01"}).period == ""
    assert parse_view({"period": "month"}).period == "month"
    full = ViewState(unit="5101", period="month", units=("a",), area=((0, 0), (1, 0), (1, 1)), tab="ranking").with_filter("hour", "8")
    assert full.without_filters() == ViewState(unit="5101", tab="ranking")


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("week", ("2026-10-26", "2026-10-31")), ("month", ("2026-10-01", "2026-10-31")), ("last_month", ("2026-09-01", "2026-09-30")),
        ("d30", ("2026-10-02", "2026-10-31")), ("d90", ("2026-08-03", "2026-10-31")), ("year", ("2026-01-01", "2026-10-31")),
    ],
)  # fmt: skip
def test_named_periods_end_with_the_data(period: str, days: tuple[str, str]) -> None:
    found = next(one for one in PERIODS if one.id == period).days(date(2026, 10, 31))
    assert tuple(day.isoformat() for day in found) == days


@pytest.mark.parametrize(("name", "first", "last"), [("2026-10", "2026-10-01", "2026-10-31"), ("2024-02", "2024-02-01", "2024-02-29"), ("2025-12", "2025-12-01", "2025-12-31"), ("2025", "2025-01-01", "2025-12-31")])
def test_a_month_or_a_year_of_a_chart_is_a_period(name: str, first: str, last: str) -> None:
    assert dict(parse_qsl(pick_period(name))) == {"from": first, "to": last}


def test_picking_sets_and_picking_again_takes_back() -> None:
    view = parse_view({"unit": "5101", "period": "month"})
    cell = pick(hour=8, weekday=1)
    on = picked(view, cell)
    assert (on.values("hour"), on.values("weekday"), on.unit) == (("8",), ("1",), "5101")
    assert is_picked(on, cell) and not is_picked(view, cell)
    assert picked(on, cell) == view
    assert picked(picked(view, cell), pick(hour=9, weekday=1)).values("hour") == ("9",)
    assert pick(source=None) == pick(source="") == ""
    assert picked(view, pick(**{"from": date(2026, 3, 1), "to": date(2026, 3, 31)})).period == ""


def test_the_calendar_offers_seasons_quarters_halves_years_and_months_with_data() -> None:
    found = {one.id: one for one in calendar(date(2025, 2, 10), date(2026, 10, 31))}
    assert (found["2025-S09"].first, found["2025-S09"].last) == (date(2025, 9, 1), date(2025, 11, 30))
    assert found["2025-S09"].name.zh == "2025年秋季（9–11月）"
    assert (found["2026-S09"].last, found["2026-S09"].name.zh) == (date(2026, 10, 31), "2026年秋季（至今）")  # under way: ends with the data
    assert (found["2025-S12"].first, found["2025-S12"].last) == (date(2025, 12, 1), date(2026, 2, 28))
    assert (found["2026-Q3"].first, found["2026-Q3"].last) == (date(2026, 7, 1), date(2026, 9, 30))
    assert (found["2026-H1"].first, found["2026-H1"].last) == (date(2026, 1, 1), date(2026, 6, 30))
    assert (found["2025"].first, found["2025"].last) == (date(2025, 1, 1), date(2025, 12, 31))
    assert found["2026-09"].last == date(2026, 9, 30)
    assert not {"2026-S12", "2024-Q4", "2024", "2026-11", "2024-S09"} & found.keys()  # before the data, or not begun
    assert "2024-S12" in found  # a winter that the data reach into


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("quarter", "2026-10-01", "2026-10-31"), ("last_quarter", "2026-07-01", "2026-09-30"), ("last_year", "2025-01-01", "2025-12-31"), ("last_month", "2026-09-01", "2026-09-30")],
)
def test_periods_that_move_with_the_data(name: str, first: str, last: str) -> None:
    days = next(period for period in PERIODS if period.id == name).days(date(2026, 10, 31))
    assert days == (date.fromisoformat(first), date.fromisoformat(last))
