"""A selection of units and the further filters really change what is counted: values by hand on the tiny city."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.model.errors import CallError
from etl.model.indicators.terms import Terms
from etl.query import (
    alliance,
    contracts,
    deliberations,
    department,
    fund_chain,
    fund_money,
    fund_people,
    mobilisation,
    purchases,
    volunteers,
    whistles,
    workforce,
)
from etl.query.case_patterns import case_patterns, terms_of
from etl.query.evidence import evidence_sql
from etl.query.figures import figure, figures
from etl.query.grids import tree
from etl.query.reader import Reader
from etl.query.run import rows_of
from etl.query.scope import Scope, default_scope, parse_filter, parse_scope
from etl.query.selection import FEW, NOTHING, both, contains, grids, in_range, inside, merged, of_codes, touching
from etl.query.units import units
from etl.query.warehouse import Build, open_build
from tests import panel_rows
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


@pytest.fixture(scope="module")
def demo(demo_warehouse: Path) -> Iterator[Build]:
    build = open_build(demo_warehouse)
    yield build
    build.close()


Ask = Callable[[Build, Scope, int], object]


def _rows_of(kind: str, build: Build, scope: Scope, under: int) -> object:
    return panel_rows.PANELS[kind](build, EVERYBODY, scope, under)


PANELS: dict[str, Ask] = {
    "accounts": lambda build, scope, under: fund_money.accounts(build, EVERYBODY, scope, under),
    "accounts by year": lambda build, scope, under: fund_money.by_year(build, EVERYBODY, scope, under),
    "sources": lambda build, scope, under: fund_money.sources(build, EVERYBODY, scope, under),
    "ledger": lambda build, scope, under: fund_money.ledger(build, EVERYBODY, scope, under),
    "groups": lambda build, scope, under: fund_people.target_groups(build, EVERYBODY, scope, under),
    "per household": lambda build, scope, under: fund_people.per_household(build, scope, under, fund_money.accounts(build, EVERYBODY, scope, under)[-1]),
    "projects": lambda build, scope, under: fund_chain.projects(build, EVERYBODY, scope, under),
    "purchases": lambda build, scope, under: purchases.purchases(build, EVERYBODY, scope, under),
    "contracts": lambda build, scope, under: contracts.contracts(build, EVERYBODY, scope, under),
    "items": lambda build, scope, under: contracts.item_totals(build, EVERYBODY, scope, under),
    "alliance": lambda build, scope, under: alliance.communities(build, EVERYBODY, scope, under),
    "hours": lambda build, scope, under: volunteers.months(build, EVERYBODY, scope, under),
    "teams": lambda build, scope, under: volunteers.teams(build, EVERYBODY, scope, under),
    "posts": lambda build, scope, under: volunteers.posts(build, EVERYBODY, scope, under),
    "wishes": lambda build, scope, under: volunteers.wishes(build, EVERYBODY, scope, under),
    "workers": lambda build, scope, under: workforce.workers(build, EVERYBODY, scope, under),
    "organisations": lambda build, scope, under: workforce.organisations(build, EVERYBODY, scope, under),
    "meetings": lambda build, scope, under: deliberations.meeting_kinds(build, EVERYBODY, scope, under),
    "suggestions": lambda build, scope, under: deliberations.suggestion_funnel(build, EVERYBODY, scope, under),
    "quarters": lambda build, scope, under: deliberations.activity_quarters(build, EVERYBODY, scope, under),
    "calls": lambda build, scope, under: _records(whistles.by_kind(build, EVERYBODY, scope, under)),
    "amiss": lambda build, scope, under: _records(whistles.amiss(build, EVERYBODY, scope, under)),
    "mobilised": lambda build, scope, under: mobilisation.mobilised(build, EVERYBODY, scope, under).spread,  # type: ignore[union-attr]
    "mediation": lambda build, scope, under: _records(mobilisation.mediation(build, EVERYBODY, scope, under)),
    "departments": lambda build, scope, under: department.departments(build, EVERYBODY, scope, under),
    "grid tree": lambda build, scope, under: _records(tree(build, EVERYBODY, scope, under)),
    **{f"rows of {kind}": partial(_rows_of, kind) for kind in panel_rows.PANELS},
}


def _records(table: pd.DataFrame | None) -> str:
    assert table is not None
    return table.to_csv()


@pytest.mark.parametrize("name", PANELS)
def test_choosing_a_community_is_looking_at_it_in_every_panel(demo: Build, name: str) -> None:
    """Each panel's own SQL obeys the selection: the whole city with one community chosen tells what the community tells."""
    frame, scope, ask = units(demo), default_scope(demo), PANELS[name]
    whole = ask(demo, scope, 1)
    communities = frame.at_level("community", scope.as_of, 1, len(frame)).tolist()
    assert len(communities) > 1
    for no in communities:
        chosen = ask(demo, replace(scope, chosen=((no, int(frame.last_no[no - 1])),)), 1)
        assert chosen == ask(demo, scope, no)
        assert chosen != whole, "the panel ignores the selection, or has nothing to tell here"
    assert ask(demo, replace(scope, chosen=((1, len(frame)),)), 1) == whole


def test_many_ranges_mean_what_few_mean(demo: Build) -> None:
    frame, scope = units(demo), default_scope(demo)
    every_other = tuple((no, no) for no in range(2, len(frame), 2))
    assert len(every_other) > FEW
    params = {"first": 1, "last": len(frame)}
    many = demo.rows(f"SELECT unit_no FROM unit WHERE {in_range(replace(scope, chosen=every_other))} ORDER BY 1", params)
    assert [no for (no,) in many] == [no for no, _ in every_other]
    few = demo.rows(f"SELECT unit_no FROM unit WHERE {in_range(replace(scope, chosen=((2, 4), (7, 7))))} ORDER BY 1", params)
    assert [no for (no,) in few] == [2, 3, 4, 7]


def _posts(terms: Terms) -> ir.Table:
    rows = terms.rows("service_post")
    known = rows.filter(rows.as_of_on <= terms.as_of)
    return known.agg(n=known.count())


def test_many_ranges_are_filled_in_anew_for_each_selection(demo: Build) -> None:
    """SQL is written once for all selections of many ranges; each counts its own units."""
    frame, scope, found = units(demo), default_scope(demo), set()
    told = demo.rows("SELECT unit_no FROM service_post WHERE as_of_on <= $as_of", {"as_of": scope.as_of})
    for start in (1, 2, 3):
        numbers = range(start, len(frame), 3)
        terms = terms_of(demo, EVERYBODY, replace(scope, chosen=tuple((no, no) for no in numbers)), 1)
        n = sum(no in numbers for (no,) in told)
        assert rows_of(demo, _posts, terms) == [(n,)]
        found.add(n)
    assert len(found) > 1, "the three selections count the same: nothing is told apart"


def test_shares_of_workers_are_kept_where_one_chosen_community_has_few(demo: Build) -> None:
    """A and B together less A alone would tell B: with a choice of communities the smallest of them decides."""
    frame, scope, analyst = units(demo), default_scope(demo), Reader("analyst", 1, 10**9)
    k = demo.rules.privacy.analyst_k
    communities = frame.at_level("community", scope.as_of, 1, len(frame)).tolist()
    alone = {no: {one.id: one.n for one in workforce.workers(demo, EVERYBODY, scope, no).shares} for no in communities}
    few = [(no, name) for no, shares in alone.items() for name, n in shares.items() if 0 < n < k]
    assert few, "the demonstration city has no small share to keep"
    for no, name in few:
        other = next(one for one in communities if one != no)
        both_chosen = replace(scope, chosen=merged((one, int(frame.last_no[one - 1])) for one in (no, other)))
        told = {one.id: one.n for one in workforce.workers(demo, analyst, both_chosen, 1).shares}
        assert told[name] is None
