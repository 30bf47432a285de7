"""Staff, members, organisations, volunteers by hand."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from etl.query.org333 import national_advice
from etl.query.scope import default_scope
from tests.tiny_feeds import EVERYBODY, FeedCity, with_rules

DAY = date(2026, 9, 30)


def test_stewards_per_grid_and_heads(tmp_path: Path) -> None:
    def post(unit: str, role: str, secretary: bool | None = None, end: str | None = None) -> dict:
        return {"unit": unit, "role": role, "is_org_secretary": secretary, "start_on": None, "end_on": end, "staff_id": unit + role}

    city = FeedCity(tmp_path, grid_staff=[
        post("M1111", "steward"), post("M1111", "steward"), post("X111", "steward"), post("M2121@old", "steward"),  # 4: a compound's steward is a person too
        post("M1112", "reserve"), post("M1112", "steward", end="2026-10-30"),
        post("S11", "chief", True), post("S12", "chief", False), post("X111", "general_head", True), post("X112", "general_head", None),
        post("X121", "general_head", True, end="2026-01-01"),
    ])  # fmt: skip
    assert city.parts("steward_per_grid") == (4, 30) and city.parts("steward_per_grid", "J1") == (3, 12)
    assert city.parts("steward_fill_rate") == (2, 30)
    assert city.parts("head_match_rate") == (2, 4) and city.parts("head_match_rate", "S11") == (2, 3)


def test_area_covered(tmp_path: Path) -> None:
    """S11 of 100 m² holds 60 + 30 m²: 90. S12 of 100 m² is overlapped by 150 m²: 100, no more. The others have no boundary."""
    area = {"S11": 100.0, "M1111": 60.0, "M1112": 30.0, "S12": 100.0, "M1211": 150.0, "M2111": 7.0}
    city = FeedCity(tmp_path, {code: {"area_m2": m2} for code, m2 in area.items()})
    assert city.parts("grid_geom_cover") == (190, 200) and city.parts("grid_geom_cover", "S11") == (90, 100)
    assert city.ask("grid_geom_cover", "J2")[3] == "no_data"
    holes = FeedCity(tmp_path / "holes", {"S11": {"area_m2": 100.0}, "M1211": {"area_m2": 5.0}})
    assert holes.ask("grid_geom_cover", "S11") == (0, 100, 0, "ok"), "elsewhere micro-grids are drawn: here is a hole"
    none = FeedCity(tmp_path / "none", {"S11": {"area_m2": 100.0}})
    assert none.ask("grid_geom_cover")[2:] == (None, "no_data"), "a city that gave no boundaries of micro-grids has no holes, and no cover"


def members(unit: str, n: int, building: str | None = None, relation: str = "registered", category: str = "retired", **more: object) -> dict:
    return {"unit": unit, "n": n, "building_id": building, "relation": relation, "category": category, "as_of_on": DAY, **more}


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    return FeedCity(
        tmp_path_factory.mktemp("joined"),
        {code: {"population": n} for code, n in {"X111": 400, "X112": 100, "J2": 1000}.items()},
        member_stat=[
            members("M1111", 2, "B1"), members("M1111", 3, "B2"),  # 5 in two buildings
            members("M1112", 4), members("M1112", 9, "B3"),  # the micro-grid's own 4 replaces its building's 9
            members("X112", 7),  # a compound's own: in no micro-grid
            members("S12", 20), members("M1211", 6),  # the community's 20 replaces the 6 below, which still lie in a micro-grid
            members("M1111", 8, relation="reported", category="in_service"), members("S12", 2, relation="reported", category="in_service"),
            members("M2111", 10, category="floating", contacted_n=7), members("M2112", 5, category="floating", contacted_n=None),
        ],
        service_post=[
            {"unit": "S11", "post_id": "1", "offered": 9, "claimed": 6, "as_of_on": DAY}, {"unit": "S12", "post_id": "2", "offered": 5, "claimed": 5, "as_of_on": DAY},
            {"unit": "S12", "post_id": "3", "offered": 5, "claimed": 5, "as_of_on": date(2026, 11, 1)},  # of tomorrow
        ],
        care_visit=[
            {"unit": "S11", "visit_id": str(i), "trigger": "festival", "due_on": due, "done_on": done}
            for i, (due, done) in enumerate([("2026-10-01", "2026-10-01"), ("2026-10-01", "2026-10-02"), ("2026-10-05", None), ("2026-11-05", "2026-10-05")])
        ],
        service_log=[
            {"unit": "S11", "held_on": "2026-10-01", "by": "member", "participants": 3, "hours": 25.5},
            {"unit": "X111", "held_on": "2026-10-02", "by": "volunteer", "participants": 3, "hours": 4.5},
            {"unit": "S11", "held_on": "2025-10-01", "by": "member", "participants": 3, "hours": 100.0},  # before the period
        ],
    )  # fmt: skip


def test_members(joined: FeedCity) -> None:
    # S11: 5 + 4 + 7 retired, 8 reporting = 24, of them 17 in micro-grids; S12: 20 + 2, of them 6; J2: 15 floating
    assert joined.parts("member_in_grid_rate", "S11") == (17, 24)
    assert joined.parts("member_in_grid_rate", "S12") == (6, 22)
    assert joined.parts("member_in_grid_rate") == (38, 61)
    assert joined.parts("floating_contact_rate") == (7, 15)
    assert joined.parts("post_claim_ratio") == (11, 10) and joined.parts("post_claim_ratio", "S12") == (5, 2)
    assert joined.parts("three_visit_rate") == (1, 3)  # the fourth is due in November
    assert joined.parts("member_hours_pc") == (25.5, 10)


def test_volunteer_hours(joined: FeedCity) -> None:
    assert joined.ask("vol_hours_per_1000", "S11")[:3] == (30.0, 500, 60.0)
    assert joined.parts("vol_hours_per_1000") == (30.0, 1500) and joined.parts("vol_hours_per_1000", "X111") == (4.5, 400)


@pytest.fixture()
def organised(tmp_path: Path) -> FeedCity:
    """X111 has 3 buildings of 3 members, as have X112 and X121; X122 has two. S11 holds X111 and X112; S12 X121 and X122."""
    def of(compound: str, buildings: int) -> list[tuple[str, str]]:
        return [(f"M{compound[1:]}{i}", f"{compound}-{i}") for i in range(1, buildings + 1)]

    where = of("X111", 3) + of("X112", 3) + of("X121", 3) + of("X122", 2)
    org = [
        {"unit": "M1111", "type": "group", "building_id": "X111-1"},  # serves its building
        {"unit": "M1112", "type": "group", "building_id": None},  # serves all buildings of the micro-grid
        {"unit": "X111", "type": "branch"},  # X111 has its branch
        {"unit": "M1121", "type": "branch"},  # stands in a micro-grid, not in X112
        {"unit": "X122", "type": "group"},  # covers X122 for the cover rate
        {"unit": "X121", "type": "branch", "founded_on": "2026-11-01"},  # tomorrow
        {"unit": "S11", "type": "committee", "is_one_shoulder": True, "two_committee_n": 9, "crosspost_n": 3},
        {"unit": "S12", "type": "general_branch", "is_one_shoulder": False, "two_committee_n": 7, "crosspost_n": 4},
        {"unit": "S21", "type": "general_branch", "is_one_shoulder": None, "two_committee_n": None, "crosspost_n": 4},
    ]
    blank = {"building_id": None, "founded_on": None, "ended_on": None, "is_one_shoulder": None, "two_committee_n": None, "crosspost_n": None}
    return FeedCity(
        tmp_path,
        building=[{"unit": unit, "building_id": building, "compound_id": "k"} for unit, building in [*where, ("M2111", "two")]],
        member_stat=[members(unit, 2, building) for unit, building in where] + [members(unit, 1, building, category="in_service") for unit, building in where]
        + [members("M2111", 2, "two"), members("M2111", 5, "two", relation="reported")],
        party_org=[{**blank, **row} for row in org],
    )  # fmt: skip


def test_333_required_and_absent(organised: FeedCity) -> None:
    """Required: 11 groups, branches of X111, X112, X121, no committee (no community has 3 such compounds). There: 2 groups, 1 branch."""
    assert organised.ask("org333_gap_n") == (11, 14, 11, "ok")
    assert organised.ask("org333_gap_n", "X111") == (1, 4, 1, "unstable")
    assert organised.ask("org333_gap_n", "J3") == (0, 0, 0, "ok")  # nothing required, nothing absent


def test_333_committee_and_reporting_members(organised: FeedCity) -> None:
    rule = organised.build.rules.org
    two = with_rules(organised, org=replace(rule, committee_branches=2, count_reported=True))
    # S11 holds two compounds that need a branch: its committee stands. M2111's building has 2 + 5 members now: one more group
    assert two.parts("org333_gap_n") == (12, 16) and two.parts("org333_gap_n", "S21") == (1, 1)


def test_national_rule(organised: FeedCity) -> None:
    """Branch for a compound of 3 members: X111 has it; X112, X121, X122 (6 members) lack theirs. X211 has 2 registered members."""
    assert national_advice(organised.build, EVERYBODY, default_scope(organised.build), 1) == (4, 3), "told beside the local rule too"
    national = with_rules(organised, org=replace(organised.build.rules.org, rule="national"))
    assert national.parts("org333_gap_n") == (3, 4)


def test_organisations(organised: FeedCity) -> None:
    assert organised.parts("org_cover_rate") == (3, 12)  # X111, X112 (its micro-grid's branch), X122
    assert organised.parts("one_shoulder_rate") == (1, 6) and organised.parts("one_shoulder_rate", "S12") == (0, 1)
    assert organised.parts("cross_post_rate") == (7, 16)


def test_workers_and_social_organisations(tmp_path: Path) -> None:
    city = FeedCity(
        tmp_path,
        worker_stat=[
            {"unit": "S11", "as_of_on": "2026-06-30", "n": 10, "n_member": 9}, {"unit": "S11", "as_of_on": "2026-09-30", "n": 12, "n_member": 6},  # the newest
            {"unit": "S11", "as_of_on": "2026-11-30", "n": 99, "n_member": 99}, {"unit": "S12", "as_of_on": "2026-09-30", "n": 8, "n_member": 2},
            {"unit": "S21", "as_of_on": "2026-09-30", "n": 50, "n_member": None},  # not told
        ],
        social_org=[
            {"unit": "S11", "name": "a", "has_standard": True, "is_active": True}, {"unit": "S11", "name": "b", "has_standard": False, "is_active": True},
            {"unit": "S12", "name": "c", "has_standard": True, "is_active": None}, {"unit": "S21", "name": "d", "has_standard": True, "is_active": True},
        ],
    )  # fmt: skip
    assert city.parts("worker_member_rate") == (8, 20) and city.parts("worker_member_rate", as_of="2026-07-01") == (9, 10)
    assert city.ask("social_org_n") == (2, None, 2, "ok") and city.parts("social_org_n", "S12") == (0, None)
