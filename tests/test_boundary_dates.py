"""Dated boundaries: which units are in force, which began and ended in the period, by hand; and the page that shows them."""

from datetime import date

import pytest

from dashboard.web.serving import follow
from etl.query.boundary_dates import boundary_changes, level_dates
from etl.query.reader import Reader
from etl.query.scope import parse_scope
from tests.test_pages import html_of, open_page
from tests.tiny_feeds import EVERYBODY, FeedCity

UNITS = {
    "M1111": {"valid_from": date(2023, 3, 1)}, "M1112": {"valid_from": date(2023, 3, 1), "valid_to": date(2026, 3, 31)}, "M1113": {"valid_from": date(2026, 4, 1)},
    "M1121": {"valid_from": date(2026, 11, 1)}, "M1211": {"valid_from": date(2023, 3, 1), "valid_to": date(2025, 12, 30)},
}  # fmt: skip


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    return FeedCity(tmp_path_factory.mktemp("dated"), UNITS, case=[])


def changes(city: FeedCity, reader: Reader = EVERYBODY, under: int = 1, **scope: str) -> list[tuple[str, str, date]]:
    found = boundary_changes(city.build, reader, parse_scope(city.build, **scope), under)
    codes = {no: code for code, no in city.numbers.items()}
    return [(codes[row.unit_no], row.change, row.on) for row in found.itertuples()]


def test_what_began_and_ended_in_the_period(city: FeedCity) -> None:
    """M1112 held to the end of March and M1113 from April: one takes the other's place on one day. What lies ahead is not told yet."""
    year = {"date_from": "2026-01-01", "date_to": "2026-10-31"}
    here = [("M1112", "ended", date(2026, 4, 1)), ("M1113", "begun", date(2026, 4, 1))]
    assert changes(city, under=city.numbers["J1"], **year) == here
    assert changes(city, **year) == [("M2121@old", "ended", date(2026, 7, 1)), ("M2121", "begun", date(2026, 7, 1)), *here], "one code, two boundaries; the newest first"
    assert changes(city, date_from="2025-12-31", date_to="2026-03-31") == [("M1211", "ended", date(2025, 12, 31))], "its last day is the 30th"
    assert changes(city, date_from="2026-08-01", date_to="2026-10-31") == []
    own = city.numbers["M1111"]
    assert changes(city, Reader("steward", own, own), 1, **year) == [], "what lies outside the reader's area is not told"


def test_levels_in_force(city: FeedCity) -> None:
    found = {one.level: one for one in level_dates(city.build, EVERYBODY, parse_scope(city.build, date_from="2026-01-01", date_to="2026-10-31"), city.numbers["X111"])}
    micro = found["micro"]
    assert (micro.in_force, micro.newest, micro.begun, micro.ended) == (2, date(2026, 4, 1), 1, 1)
    assert found["compound"].undated == 1 and found["compound"].newest is None and "street" not in found


def test_the_page_tells_it(city: FeedCity) -> None:
    follow(city.build.folder.parent)
    html = html_of(open_page("grids", **{"from": "2026-01-01", "to": "2026-10-31"}))
    assert "边界启用日期" in html and "2026-07-01" in html and "2026-04-01" in html and "停用" in html
    assert "社区用房与五中心" in html and "请导入" in html, "premises are not connected here, and the page says what to load"
