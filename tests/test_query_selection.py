"""A selection of units and the further filters really change what is counted: values by hand on the tiny city."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.model.errors import CallError
from etl.query.case_patterns import case_patterns
from etl.query.evidence import evidence_sql
from etl.query.figures import figure, figures
from etl.query.reader import Reader
from etl.query.scope import default_scope, parse_filter, parse_scope
from etl.query.selection import NOTHING, both, contains, grids, inside, merged, of_codes, touching
from etl.query.units import units
from etl.query.warehouse import Build
from tests.tiny_city import DATA_DATE, NEWEST, tiny_rows, tiny_units, unit_nos, write_build

EVERYBODY = Reader("admin", 1, 10**9)
Place = tuple[Build, dict[str, int]]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    numbers = unit_nos(tiny_units())
    rows = tiny_rows(numbers)
    for at, level in ((0, "street"), (1, "street"), (2, "community")):  # c1, c2, c3
        rows["case"][at]["resolved_level"] = level
    build = write_build(tmp_path_factory.mktemp("warehouse"), tiny_units(), rows, DATA_DATE, NEWEST)
    yield build, numbers
    build.close()


def around(build: Build, numbers: list[int], margin: float = 0.0001) -> list[tuple[float, float]]:
    """A ring around the label points of some units."""
    frame = units(build)
    lon, lat = (frame.numbers[key][np.array(numbers) - 1] for key in ("lon", "lat"))
    west, east, south, north = lon.min() - margin, lon.max() + margin, lat.min() - margin, lat.max() + margin
    return [(west, south), (east, south), (east, north), (west, north)]


FIELDS = [
    ("hour=8", 15), ("hour=10", 2), ("hour=23", 1), ("hour=0", 0), ("hour=8,10", None), ("weekday=4", 2), ("weekday=6", 5),
    ("weekday=8", None), ("weekday=0", None), ("weekday=x", None), ("solved_level=street", 2), ("solved_level=社区", 1),
    ("solved_level=planet", None),
]  # fmt: skip


@pytest.mark.parametrize(("where", "cases"), FIELDS)
def test_time_and_level_fields(city: Place, where: str, cases: int | None) -> None:
    build, _ = city
    if cases is None:
        with pytest.raises(CallError):
            parse_filter(where)
        return
    assert figure(build, EVERYBODY, "geo_match_rate", parse_scope(build, where=(where,)), 1).denominator == cases


def test_a_case_without_a_time_of_day_was_not_reported_at_midnight(city: Place) -> None:
    """c10 came in on 2025-11-01 at 00:00:00: in no hour, but on its weekday (Saturday)."""
    build, _ = city
    every = figure(build, EVERYBODY, "geo_match_rate", default_scope(build), 1).denominator
    by_hour = [figure(build, EVERYBODY, "geo_match_rate", parse_scope(build, where=(f"hour={hour}",)), 1).denominator for hour in range(24)]
    by_day = [figure(build, EVERYBODY, "geo_match_rate", parse_scope(build, where=(f"weekday={day}",)), 1).denominator for day in range(1, 8)]
    assert (every, sum(by_hour), sum(by_day)) == (19, 18, 19)


def test_codes_become_ranges_with_all_that_lies_below(city: Place) -> None:
    build, no = city
    last = units(build).last_no
    assert of_codes(build, EVERYBODY, ("X111",)) == ((no["X111"], int(last[no["X111"] - 1])),)
    assert of_codes(build, EVERYBODY, ("X111", "M1111", "nowhere")) == of_codes(build, EVERYBODY, ("X111",))
    both_versions = of_codes(build, EVERYBODY, ("M2121",))
    assert contains(both_versions, np.array([no["M2121"], no["M2121@old"]])).all()


def test_a_selection_outside_the_readers_area_is_empty(city: Place) -> None:
    build, no = city
    street = Reader("leader", no["J1"], int(units(build).last_no[no["J1"] - 1]))
    assert of_codes(build, street, ("J2", "D1")) == ()
    whole_city = [(100.0, 20.0), (110.0, 20.0), (110.0, 40.0), (100.0, 40.0)]
    assert inside(build, street, whole_city) == ((street.first_no, street.last_no),)


def test_cases_of_chosen_grids_by_hand(city: Place) -> None:
    """M1111 has c1, c2, c9 and c22; X111's own c3 lies in no grid and is in only when the whole compound is."""
    build, no = city
    for codes, cases in ((("M1111",), 4), (("M1111", "M1113"), 5), (("X111",), 6), (("M3111", "M3211"), 2), (("D1",), None)):
        scope = replace(default_scope(build), chosen=of_codes(build, EVERYBODY, codes))
        found = figure(build, EVERYBODY, "geo_match_rate", scope, 1).denominator
        assert found == (cases if cases is not None else figure(build, EVERYBODY, "geo_match_rate", default_scope(build), no["D1"]).denominator)


def test_a_street_answers_for_its_chosen_part_only(city: Place) -> None:
    """Households: M1111 60 of X111's own 180; the street's own figure must not stand for its part."""
    build, no = city
    scope = replace(default_scope(build), chosen=of_codes(build, EVERYBODY, ("M1111", "M1211")))
    at = {code: figure(build, EVERYBODY, "case_per_1000hh", scope, no[code]) for code in ("C", "J1", "M1111", "M1211", "M1113")}
    parts = {code: (found.numerator, found.denominator) for code, found in at.items()}
    assert parts["C"][0] == parts["M1111"][0] + parts["M1211"][0]
    assert parts["C"][1] == parts["M1111"][1] + parts["M1211"][1] > 0
    assert parts["M1113"] == (0, 0)


def test_tables_list_what_is_chosen_and_what_holds_it(city: Place) -> None:
    build, _ = city
    scope = replace(default_scope(build), chosen=of_codes(build, EVERYBODY, ("M1111", "M3111")))
    for level, codes in (("micro", {"M1111", "M3111"}), ("street", {"J1", "J3"}), ("city", {"C"})):
        assert set(figures(build, EVERYBODY, "geo_match_rate", scope, level)["code"]) == codes


def test_grids_inside_a_ring(city: Place) -> None:
    build, no = city
    ring = around(build, [no["M1111"], no["M1112"], no["M1113"]])
    found = inside(build, EVERYBODY, ring)
    assert found == of_codes(build, EVERYBODY, ("X111",))  # all grids of the compound: the compound itself is in
    assert grids(build, found) == 3
    part = inside(build, EVERYBODY, around(build, [no["M1111"], no["M1112"]]))
    assert not contains(part, np.array([no["X111"]]))[0] and grids(build, part) == 2
    assert inside(build, EVERYBODY, [(0, 0), (1, 0), (1, 1)]) == ()


def test_a_twisted_ring_does_not_fail(city: Place) -> None:
    build, no = city
    (west, south), (east, _), (_, north), _ = around(build, [no["M1111"], no["M3211"]], 0.01)
    assert grids(build, inside(build, EVERYBODY, [(west, south), (east, north), (east, south), (west, north)])) > 0


def test_persons_are_told_of_whole_communities_only(city: Place) -> None:
    """An area around one grid must not tell how many members it has; whether it is covered at all may be told."""
    build, no = city
    one = replace(default_scope(build), chosen=of_codes(build, EVERYBODY, ("M1111",)))
    whole = replace(default_scope(build), chosen=of_codes(build, EVERYBODY, ("S11",)))
    assert figure(build, EVERYBODY, "member_in_grid_rate", one, 1).denominator == 0
    assert figure(build, EVERYBODY, "member_in_grid_rate", whole, 1).denominator == figure(build, EVERYBODY, "member_in_grid_rate", default_scope(build), no["S11"]).denominator > 0
    assert figure(build, EVERYBODY, "member_cover_rate", one, 1).denominator == 1


def test_panels_of_cases_follow_the_selection(city: Place) -> None:
    build, _ = city
    scope = replace(default_scope(build), chosen=of_codes(build, EVERYBODY, ("M1111",)))
    found = case_patterns(build, EVERYBODY, scope, 1)
    assert found is not None and (found.raw, found.repeats, found.urges) == (4, 1, 1)
    assert found.clock.sum() == 4


def test_many_ranges_count_as_few_do(city: Place) -> None:
    """Above a handful of ranges the query is written another way; it must count the same, and its text must stay short."""
    build, _ = city
    odd = tuple((number, number) for number in range(1, len(units(build)) + 1, 2))
    scope = replace(default_scope(build), chosen=odd)
    parts = [figure(build, EVERYBODY, "geo_match_rate", replace(scope, chosen=(pair,)), 1).denominator for pair in odd]
    assert figure(build, EVERYBODY, "geo_match_rate", scope, 1).denominator == sum(part or 0 for part in parts) > 0
    assert all(len(sql) < 6_000 for sql in evidence_sql(build, EVERYBODY, "geo_match_rate", scope))


def test_nothing_chosen_counts_nothing(city: Place) -> None:
    build, _ = city
    assert figure(build, EVERYBODY, "geo_match_rate", replace(default_scope(build), chosen=NOTHING), 1).denominator == 0


RANGES = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 8)).map(lambda pair: (pair[0], sum(pair))), min_size=1, max_size=12)


@given(RANGES, RANGES)
def test_ranges_are_sets_of_numbers(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    def numbers(ranges) -> set[int]:
        return {number for first, last in ranges for number in range(first, last + 1)}

    a, b = merged(one), merged(other)
    assert numbers(a) == numbers(one)
    assert all(last + 1 < first for (_, last), (first, _) in pairwise(a))
    assert numbers(both(a, b)) == numbers(one) & numbers(other)
    every = np.arange(1, 80)
    assert set(every[contains(a, every)].tolist()) == numbers(one)


@given(RANGES)
def test_touching_is_what_has_a_chosen_number_below(ranges: list[tuple[int, int]]) -> None:
    class Frame:
        last_no = np.array([no + (no % 5) for no in range(1, 70)])

    chosen, every = merged(ranges), np.arange(1, 70)
    found = set(touching(Frame, every, chosen).tolist())  # type: ignore[arg-type]
    assert found == {int(no) for no in every if any(first <= Frame.last_no[no - 1] and last >= no for first, last in chosen)}
