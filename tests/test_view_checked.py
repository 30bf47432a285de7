"""A pasted link against a build and a reader: what cannot be shown is replaced and said; chips tell what is in force."""

from collections.abc import Iterator
from datetime import date

import pytest

from dashboard.view.checked import checked
from dashboard.view.chips import found_chips
from dashboard.view.drawn_area import Ring
from dashboard.view.nav import BY_ID as PAGES
from dashboard.view.run import Run
from dashboard.view.state import ViewState, parse_view
from etl.query.reader import Reader
from etl.query.selection import grids
from etl.query.units import units
from etl.query.warehouse import Build
from tests.tiny_city import tiny_city

Place = tuple[Build, dict[str, int]]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    build, numbers = tiny_city(tmp_path_factory.mktemp("warehouse"))
    yield build, numbers
    build.close()


def everybody(build: Build) -> Reader:
    return Reader("admin", 1, len(units(build)))


def street(place: Place, role: str = "leader") -> Reader:
    build, no = place
    return Reader(role, no["J1"], int(units(build).last_no[no["J1"] - 1]))  # type: ignore[arg-type]


def box(place: Place, *codes: str) -> Ring:
    build, no = place
    frame = units(build)
    lon = [float(frame.numbers["lon"][no[code] - 1]) for code in codes]
    return ((min(lon) - 0.0002, 29.9), (max(lon) + 0.0002, 29.9), (max(lon) + 0.0002, 30.1), (min(lon) - 0.0002, 30.1))


@pytest.mark.parametrize("code", ["J2", "D1", "C", "nowhere"])
def test_a_unit_outside_the_range_opens_the_own_one_with_a_note(city: Place, code: str) -> None:
    """The note is the same whether the code exists or not: nobody learns of units by trying."""
    found = checked(city[0], street(city), ViewState(unit=code))
    assert found.unit_no == city[1]["J1"] and found.view.unit == ""
    assert len(found.notes) == 1 and code in found.notes[0]


def test_a_unit_inside_opens_itself(city: Place) -> None:
    found = checked(city[0], street(city), ViewState(unit="M1111"))
    assert (found.unit_no, found.notes) == (city[1]["M1111"], ())


def test_an_area_is_cut_down_to_the_readers_range(city: Place) -> None:
    ring = box(city, "M1111", "M3211")
    whole = checked(city[0], everybody(city[0]), ViewState(area=ring))
    mine = checked(city[0], street(city), ViewState(area=ring))
    reader = street(city)
    assert grids(city[0], mine.scope.chosen) < grids(city[0], whole.scope.chosen)
    assert all(reader.first_no <= first <= last <= reader.last_no for first, last in mine.scope.chosen)


def test_an_area_without_grids_is_taken_away_with_a_note(city: Place) -> None:
    found = checked(city[0], everybody(city[0]), ViewState(area=((1.0, 1.0), (2.0, 1.0), (2.0, 2.0))))
    assert (found.view.area, found.scope.chosen, len(found.notes)) == ((), (), 1)
    outside = checked(city[0], street(city), ViewState(area=box(city, "M3211")))
    assert outside.scope.chosen == () and len(outside.notes) == 1


def test_picked_units_and_an_area_meet(city: Place) -> None:
    ring = box(city, "M1111", "M1113")
    both = checked(city[0], everybody(city[0]), ViewState(units=("M1111", "M3111"), area=ring))
    assert both.scope.chosen == ((city[1]["M1111"], city[1]["M1111"]),)
    apart = checked(city[0], everybody(city[0]), ViewState(units=("M3111",), area=ring))
    assert (apart.view.area, apart.view.units, len(apart.notes)) == ((), ("M3111",), 1)


def test_picked_units_one_may_not_see_are_left_out_and_named(city: Place) -> None:
    found = checked(city[0], street(city), ViewState(units=("M1111", "J2")))
    assert found.view.units == ("M1111",) and "J2" in found.notes[0]


def test_only_the_filter_that_cannot_be_read_is_dropped(city: Place) -> None:
    view = parse_view({"category": "01,xx", "severity": "小", "hour": "99", "lead_unit": "物业A", "v": "9", "foo": "1"})
    found = checked(city[0], everybody(city[0]), view)
    assert found.view.where == (("category", "01"), ("lead_unit", "物业A"), ("severity", "minor"))
    assert len(found.notes) == 4  # another version, an unknown parameter, two values
    assert "v=9" in found.notes[0] and "foo" in found.notes[1]


def test_the_public_asks_no_questions_of_its_own(city: Place) -> None:
    found = checked(city[0], Reader("public", 1, len(units(city[0]))), ViewState(units=("M1111",), area=box(city, "M1111")).with_filter("category", "01"))
    assert (found.scope.where, found.scope.chosen, found.view.area) == ((), (), ())


def test_a_period_that_moves_with_the_data(city: Place) -> None:
    found = checked(city[0], everybody(city[0]), parse_view({"period": "last_month"}))
    assert (found.scope.date_from, found.scope.date_to) == (date(2026, 9, 1), date(2026, 9, 30))


def run_of(place: Place, query: dict[str, str], page: str = "overview") -> Run:
    build = place[0]
    found = checked(build, everybody(build), parse_view(query))
    return Run(PAGES[page], build, everybody(build), found.view, units(build).unit(found.unit_no), found.scope, found.notes)


def test_every_filter_has_a_chip_that_takes_away_only_itself(city: Place) -> None:
    query = {
        "from": "2026-01-01", "to": "2026-06-30", "category": "01,0201", "source": "steward", "status": "closed", "lead_unit": "物业A", "severity": "minor",
        "focus": "any", "proper_level": "street", "solved_level": "street", "hour": "8", "weekday": "1", "fund": "guarantee", "units": "M1111",
    }  # fmt: skip
    run = run_of(city, query)
    chips = found_chips(run, "close_rate", ("close_rate",))
    assert [chip.id for chip in chips] == ["period", *(name for name in query if name not in ("from", "to", "units", "fund")), "fund", "units"]
    for chip in chips:
        gone = set(run.view.query()) - set(chip.view.query())
        assert gone == ({"from", "to"} if chip.id == "period" else {chip.id})
    words = {chip.id: chip.text for chip in chips}
    assert (words["hour"], words["weekday"], words["source"]) == ("8–9 时", "周一", "网格员上报")
    assert words["category"].startswith("01 ") and "0201 " in words["category"]


def test_a_chip_says_where_its_filter_does_nothing(city: Place) -> None:
    run = run_of(city, {"severity": "minor"})
    used, partly, idle = (found_chips(run, chosen, offered)[0] for chosen, offered in (("close_rate", ("close_rate",)), ("steward_fill_rate", ("steward_fill_rate", "close_rate")), ("steward_fill_rate", ("steward_fill_rate",))))
    assert used.mark == used.reason == ""
    assert partly.mark == "当前指标不适用" and "微网格员配备率" in partly.reason
    assert idle.mark == "本页不适用" and "事项大小" in idle.reason


def test_nothing_in_force_shows_no_chip(city: Place) -> None:
    assert found_chips(run_of(city, {"unit": "J1", "level": "micro"}), "close_rate", ("close_rate",)) == []


def test_the_chip_of_an_area_counts_its_grids(city: Place) -> None:
    from dashboard.view.drawn_area import ring_text

    run = run_of(city, {"area": ring_text(box(city, "M1111", "M1112"))})
    assert [(chip.id, chip.text) for chip in found_chips(run, "close_rate", ("close_rate",))] == [("area", "2 个网格")]
