"""Breakdowns of the page 党员覆盖, worked out by hand on the tiny city, and the 333 lists against the indicator."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from etl.model.errors import CallError
from etl.query.coverage import care_visits, member_service, micro_bands, posts, units_without
from etl.query.figures import figure
from etl.query.member_groups import member_groups
from etl.query.org333 import gaps
from etl.query.reader import Reader
from etl.query.scope import default_scope
from etl.query.units import units
from tests.tiny_city import tiny_city
from tests.tiny_feeds import EVERYBODY, FeedCity, with_rules

DAY = date(2026, 9, 30)


def stat(unit: str, category: str, relation: str, n: int, building: str | None = None, **more: object) -> dict:
    return {"unit": unit, "building_id": building, "category": category, "relation": relation, "n": n, "as_of_on": DAY, **more}


def limited(city: FeedCity, role: str = "leader") -> Reader:
    return Reader(role, 1, len(units(city.build)))  # type: ignore[arg-type]


def test_bands_of_the_tiny_city(tmp_path: Path) -> None:
    """M1111 2, M1112 1, M1113 0 (its own row replaces the building's 3), M1121 1 reporting, M1122 and M1123 0, M2121 1, M3111 1."""
    build, numbers = tiny_city(tmp_path)
    scope = default_scope(build)
    table = micro_bands(build, EVERYBODY, scope, 1).set_index("unit_no")["band"]
    known = {code: int(table[numbers[code]]) for code in ("M1111", "M1112", "M1113", "M1121", "M1122", "M1123", "M2121", "M3111")}
    assert known == {"M1111": 1, "M1112": 1, "M1113": 0, "M1121": 1, "M1122": 0, "M1123": 0, "M2121": 1, "M3111": 1}
    covered = figure(build, EVERYBODY, "member_cover_rate", scope, 1)
    assert (int((table > 0).sum()), len(table)) == (covered.numerator, covered.denominator)
    without = units_without(build, EVERYBODY, "member_cover_rate", scope, "micro", numbers["S11"])
    assert without["code"].tolist() == ["M1113", "M1122", "M1123"]
    assert without["path"][0].endswith("兴隆社区 / 锦绣花园")
    build.close()


def test_bands_by_role(tmp_path: Path) -> None:
    """7 members are band 3 to a leader, merely covered to an analyst, nothing to the public."""
    city = FeedCity(tmp_path, member_stat=[stat("M1111", "retired", "registered", 4), stat("M1111", "in_service", "reported", 3), stat("M1112", "retired", "registered", 5)])
    scope = default_scope(city.build)
    found = {role: micro_bands(city.build, limited(city, role), scope, city.numbers["X111"])["band"].tolist() for role in ("leader", "steward", "analyst", "public")}
    assert found == {"leader": [3, 2, 0], "steward": [3, 2, 0], "analyst": [1, 1, 0], "public": []}


def test_before_the_first_count_nothing_is_known(tmp_path: Path) -> None:
    """First counted on 30 September: on the 29th it is no data everywhere, never 0% covered and never no gap; the day after it is."""
    city = FeedCity(
        tmp_path, member_stat=[stat("M1111", "retired", "registered", 4, "B1")], building=[{"unit": "M1111", "building_id": "B1", "compound_id": "K1"}],
        party_org=[{"unit": "S11", "type": "committee"}], service_post=[{"unit": "S11", "post_id": "P", "type": "x", "offered": 2, "claimed": 2, "as_of_on": DAY}],
        worker_stat=[{"unit": "S11", "as_of_on": DAY, "n": 8, "n_member": 4}],
    )  # fmt: skip
    names = ("member_cover_rate", "member_in_grid_rate", "floating_contact_rate", "org333_gap_n", "post_claim_ratio", "worker_member_rate")
    for name in names:
        assert city.ask(name, end="2026-09-29") == (0, 0, None, "no_data"), name
        assert city.ask(name, "X111", end="2026-09-29")[2:] == (None, "no_data"), name
    before, after = replace(default_scope(city.build), as_of=date(2026, 9, 29)), default_scope(city.build)
    assert not len(micro_bands(city.build, EVERYBODY, before, 1)) and len(micro_bands(city.build, EVERYBODY, after, 1))
    assert city.ask("org333_gap_n", end="2026-09-30")[:3] == (1, 1, 1)
    assert city.ask("member_cover_rate", end="2026-09-30")[0] == 1


@pytest.fixture
def grouped(tmp_path: Path) -> FeedCity:
    """S11: own row 12 floating; a building with 6 retired; S12: 15 floating, 3 in hardship; J2's S21: 11 floating."""
    return FeedCity(
        tmp_path, member_stat=[
            stat("S11", "floating", "registered", 12, contacted_n=9), stat("M1111", "retired", "registered", 6, "B1", cards_done_n=3, linked_hh_n=24),
            stat("M1111", "floating", "registered", 4, "B1"), stat("M1112", "in_service", "reported", 2, "B2"), stat("S12", "floating", "registered", 15),
            stat("S12", "vulnerable", "registered", 3), stat("S21", "floating", "registered", 11), stat("S22", "in_service", "registered", 30),
        ],
    )  # fmt: skip


def test_members_by_category(grouped: FeedCity) -> None:
    """A community's own row stands for what lies below it: the building's 4 floating members do not come on top of the 12."""
    scope = default_scope(grouped.build)
    city = member_groups(grouped.build, EVERYBODY, scope, "city", 1).iloc[0]
    assert (city["registered_floating"], city["registered_vulnerable"], city["registered_retired"]) == (12 + 15 + 11, 3, 6)
    assert (city["registered_in_service"], city["reported_in_service"]) == (30, 2)
    assert (city["cards_rate"], city["linked_per"]) == (3 / 6, 24 / 6)
    with pytest.raises(CallError):
        member_groups(grouped.build, EVERYBODY, scope, "compound", 1)


def test_small_numbers_of_members_are_not_told(grouped: FeedCity) -> None:
    """3 in hardship are hidden, and the 15 floating beside them; of a single hidden reporting 2 nothing else can tell."""
    table = member_groups(grouped.build, limited(grouped), default_scope(grouped.build), "community", 1).set_index("code")
    assert np.isnan(table.loc["S12", "registered_vulnerable"]) and np.isnan(table.loc["S12", "registered_floating"])
    assert table.loc["S11", "registered_floating"] == 12 and np.isnan(table.loc["S11", "reported_in_service"])
    assert table.loc["S22", "registered_in_service"] == 30


def test_posts_and_service(tmp_path: Path) -> None:
    city = FeedCity(
        tmp_path,
        service_post=[
            {"unit": "S11", "post_id": "a", "type": "治安巡逻", "offered": 5, "claimed": 3, "as_of_on": DAY},
            {"unit": "S12", "post_id": "b", "type": "治安巡逻", "offered": 2, "claimed": 2, "as_of_on": DAY},
            {"unit": "S11", "post_id": "c", "type": "政策宣传", "offered": 9, "claimed": 1, "as_of_on": DAY},
            {"unit": "S11", "post_id": "d", "type": "政策宣传", "offered": 9, "claimed": 9, "as_of_on": date(2026, 11, 5)},
        ],
        service_log=[
            {"unit": "S11", "by": "member", "team": "甲队", "participants": 10, "hours": 25.0, "held_on": DAY},
            {"unit": "S11", "by": "volunteer", "team": "乙队", "participants": 7, "hours": 7.0, "held_on": DAY},
            {"unit": "S21", "by": "member", "team": "甲队", "participants": 2, "hours": 5.0, "held_on": DAY},
        ],
    )
    scope, street = default_scope(city.build), city.numbers["J1"]
    assert posts(city.build, EVERYBODY, scope, street).values.tolist() == [["政策宣传", 9, 1], ["治安巡逻", 7, 5]]
    served = member_service(city.build, EVERYBODY, scope, street)
    assert (served.teams, served.participants, served.hours, served.per_time) == (1, 10, 25.0, 2.5)


def test_care_visits(tmp_path: Path) -> None:
    """Due on or before the as-of day only; a visit a day late is late; small numbers are kept from a leader."""
    days = [("festival", "2026-10-01", "2026-09-30")] * 12 + [("festival", "2026-10-01", "2026-10-02")] * 11
    days += [("illness", "2026-10-05", None), ("hardship", "2026-10-31", "2026-11-02"), ("hardship", "2026-11-02", None)]
    rows = [{"unit": "S11", "visit_id": f"v{i}", "trigger": t, "due_on": due, "done_on": done} for i, (t, due, done) in enumerate(days)]
    city = FeedCity(tmp_path, care_visit=rows)
    scope, home = default_scope(city.build), city.numbers["S11"]
    table = care_visits(city.build, EVERYBODY, scope, home).set_index("trigger")
    counts = ["due", "in_time", "late", "missed"]
    assert table.loc["festival", counts].tolist() == [23, 12, 11, 0] and table.loc["festival", "rate"] == 12 / 23
    assert table.loc["illness", counts].tolist() == [1, 0, 0, 1]
    assert table.loc["hardship", counts].tolist() == [1, 0, 0, 1], "done after the as-of day is not done yet"
    assert (table["in_time"].sum(), table["due"].sum()) == city.parts("three_visit_rate", "S11")
    told = care_visits(city.build, limited(city), scope, home).set_index("trigger")
    assert told.loc["festival", "due"] == 23 and told.loc[["illness", "hardship"], "due"].isna().all()
    with pytest.raises(CallError):
        care_visits(city.build, EVERYBODY, scope, city.numbers["X111"])


def test_the_333_lists_by_hand(tmp_path: Path) -> None:
    """X111: buildings B1–B4 of 3, B5 of 2. B1 has its group; M1112's group serves B3. So 2 groups of 4 are absent, the branch (4 ≥ 3) too.

    B5's group and X112's branch stand below the size; S11 needs no committee (one compound of three) but has one.
    """
    homes = {"B1": "M1111", "B2": "M1111", "B3": "M1112", "B4": "M1113", "B5": "M1113"}
    members = {"B1": 3, "B2": 3, "B3": 5, "B4": 4, "B5": 2}
    city = FeedCity(
        tmp_path,
        building=[{"unit": unit, "building_id": b, "compound_id": "K1"} for b, unit in homes.items()],
        member_stat=[stat(homes[b], "retired", "registered", n, b) for b, n in members.items()],
        party_org=[
            {"unit": "M1111", "type": "group", "building_id": "B1"}, {"unit": "M1112", "type": "group", "building_id": None},
            {"unit": "M1113", "type": "group", "building_id": "B5"}, {"unit": "X112", "type": "branch", "building_id": None},
            {"unit": "S11", "type": "committee", "building_id": None},
            {"unit": "X111", "type": "branch", "building_id": None, "ended_on": date(2026, 3, 1)},
        ],
    )  # fmt: skip
    table = gaps(city.build, EVERYBODY, default_scope(city.build), 1)
    found = {(row.code, row.kind): (row.required, row.built, row.missing, row.below) for row in table.itertuples()}
    assert found == {
        ("X111", "group"): (4, 2, 2, 1), ("X111", "branch"): (1, 0, 1, 0), ("X112", "branch"): (0, 0, 0, 1), ("S11", "committee"): (0, 0, 0, 1),
    }  # fmt: skip
    assert (table["missing"].sum(), table["required"].sum()) == city.parts("org333_gap_n") == (3, 5)
    assert gaps(city.build, EVERYBODY, default_scope(city.build), city.numbers["J2"]).empty


def test_the_national_rule_is_told_by_community(tmp_path: Path) -> None:
    """X111 with 60 members wants a branch, S11 with 60 a general branch; a branch stands, the general branch does not."""
    city = FeedCity(
        tmp_path, building=[{"unit": "M1111", "building_id": "B1", "compound_id": "K1"}], member_stat=[stat("X111", "retired", "registered", 60)],
        party_org=[{"unit": "X111", "type": "branch", "building_id": None}],
    )  # fmt: skip
    with_rules(city, org=replace(city.build.rules.org, rule="national"))
    table = gaps(city.build, EVERYBODY, default_scope(city.build), 1)
    assert table[["code", "kind", "required", "built", "missing"]].values.tolist() == [["S11", "any", 2, 1, 1]]
    assert np.isnan(table["below"][0])
