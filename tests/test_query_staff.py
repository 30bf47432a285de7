"""Posts filled within a selection: what the panel says is what its cards say."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from etl.query.figures import figure
from etl.query.profile import staff_in_post
from etl.query.scope import parse_scope
from etl.query.selection import of_codes
from tests.tiny_feeds import EVERYBODY, FeedCity

STEWARD = {"role": "steward", "start_on": date(2026, 1, 1)}


def test_staff_are_counted_within_the_selection(tmp_path: Path) -> None:
    city = FeedCity(tmp_path, grid_staff=[
        {"unit": "M1111", **STEWARD}, {"unit": "M1111", **STEWARD}, {"unit": "M1112", **STEWARD}, {"unit": "M1112", **STEWARD, "end_on": date(2026, 3, 1)},
        {"unit": "X111", "role": "general_head"},
    ])  # fmt: skip
    whole = parse_scope(city.build, None, None, None, ())
    assert staff_in_post(city.build, EVERYBODY, whole, 1) == {"general_head": 1, "steward": 3}
    one = replace(whole, chosen=of_codes(city.build, EVERYBODY, ("M1111",)))
    assert staff_in_post(city.build, EVERYBODY, one, 1) == {"steward": 2}
    assert figure(city.build, EVERYBODY, "steward_per_grid", one, 1).value == 2.0
    assert staff_in_post(city.build, replace(EVERYBODY, first_no=city.numbers["M1112"], last_no=city.numbers["M1112"]), whole, city.numbers["M1112"]) == {"steward": 1}


def test_staff_not_connected_is_not_none_of_them(tmp_path: Path) -> None:
    bare, empty = FeedCity(tmp_path / "bare"), FeedCity(tmp_path / "empty", grid_staff=[])
    assert staff_in_post(bare.build, EVERYBODY, parse_scope(bare.build, None, None, None, ()), 1) is None
    assert staff_in_post(empty.build, EVERYBODY, parse_scope(empty.build, None, None, None, ()), 1) == {}
