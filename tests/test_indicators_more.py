"""Order of grids, disputes, services, taking part and what cannot be told, by hand."""

from datetime import date
from pathlib import Path

import pytest

from etl.query.ranking import band_of
from tests.tiny_city import DATA_DATE, number_units, tiny_units, write_build
from tests.tiny_feeds import FeedCity

DAY = date(2026, 9, 30)


def test_grids_without_a_head(tmp_path: Path) -> None:
    """6 communities, 12 compounds, one of them exclusive: 17 heads are needed. S11 has one; S12's left; X111 has one, X112's is not yet there."""
    def post(unit: str, role: str, **days: str) -> dict:
        return {"unit": unit, "role": role, "staff_id": unit + role, "start_on": days.get("start"), "end_on": days.get("end")}

    city = FeedCity(tmp_path, {"X322": {"kind": "exclusive"}}, grid_staff=[
        post("S11", "chief"), post("S12", "chief", end="2026-10-30"), post("X111", "general_head"), post("X112", "general_head", start="2026-11-01"), post("X121", "steward"),
    ])  # fmt: skip
    assert city.ask("head_vacant_n") == (15, None, 15, "ok")
    assert city.parts("head_vacant_n", "S11") == (1, None) and city.parts("head_vacant_n", "S32") == (2, None), "of S32: itself and X321"
    assert city.parts("head_vacant_n", "S12", as_of="2026-10-30") == (2, None), "its two compounds"


def test_checklist(tmp_path: Path) -> None:
    task = {"unit": "X111", "task": "巡查"}
    city = FeedCity(tmp_path, grid_task=[
        {**task, "due_on": "2026-10-31", "done_on": "2026-10-31"}, {**task, "due_on": "2026-10-31", "done_on": "2026-11-01"}, {**task, "due_on": "2026-11-01", "done_on": None},
        {**task, "unit": "S31", "due_on": "2026-01-01", "done_on": "2026-02-01"},
    ])  # fmt: skip
    assert city.parts("grid_task_done_rate") == (2, 3) and city.parts("grid_task_done_rate", "X111") == (1, 2)


def test_service_branch_and_owners_in_one_grid(tmp_path: Path) -> None:
    """X111 has all three (its steward stands in a micro-grid), X112 no branch but a group, X121 a committee not yet formed."""
    staff = [{"unit": unit, "role": "steward", "staff_id": unit, "start_on": None, "end_on": None} for unit in ("M1111", "X112", "X121")]
    orgs = [{"unit": unit, "type": kind, "founded_on": None, "ended_on": None, "building_id": None} for unit, kind in (("X111", "branch"), ("X112", "group"), ("X121", "branch"))]
    estates = [{"unit": unit, "compound_id": unit, "name": unit, "owners_committee_on": day} for unit, day in (("X111", "2020-01-01"), ("X112", "2020-01-01"), ("X121", "2026-11-01"))]
    city = FeedCity(tmp_path, grid_staff=staff, party_org=orgs, compound=estates)
    assert city.parts("trinity_rate") == (1, 12) and city.parts("trinity_rate", "S12") == (0, 2)


def closed(n: int, code4: str, severity: str, level: str | None, **more: object) -> dict:
    return {"case_no": f"k{n}", "unit": "M1111", "counted_at": "2026-03-01 08:00", "closed_at": "2026-03-02 08:00", "status": "closed", "code4": code4, "severity": severity,
            "resolved_level": level, **more}  # fmt: skip


def test_all_major_matters_and_disputes(tmp_path: Path) -> None:
    """Major: three known, two at the community or below; of those that belong there (0102) one of one. Disputes: minor 1 of 2, major 1 of 2."""
    city = FeedCity(tmp_path, case=[
        closed(1, "0102", "major", "community"), closed(2, "1003", "major", "community"), closed(3, "1003", "major", "street"), closed(4, "0102", "major", None),
        closed(5, "1001", "minor", "micro"), closed(6, "1001", "minor", "community"), closed(7, "0101", "minor", "compound"),
    ])  # fmt: skip
    assert city.parts("major_all_in_community_rate") == (2, 3) and city.parts("major_in_community_rate") == (1, 1)
    assert city.parts("minor_dispute_in_grid_rate") == (1, 2) and city.parts("minor_in_compound_rate") == (2, 3)
    assert city.parts("dispute_in_community_rate") == (1, 2)


def test_petitions_mediation_wishes(tmp_path: Path) -> None:
    cases = [closed(1, "0101", "minor", None, source="petition"), closed(2, "0101", "minor", None, source=None), closed(3, "0101", "minor", None, source="steward")]
    results = [{"unit": "S11", "case_id": str(i), "accepted_on": day, "result": result}
               for i, (day, result) in enumerate((("2026-01-01", "success"), ("2026-01-01", "failed"), ("2026-01-01", "open"), ("2025-10-31", "success")))]  # fmt: skip
    wishes = [{"unit": "S11", "wish_id": str(i), "made_on": "2026-01-01", "done_on": done} for i, done in enumerate(("2026-10-31", "2026-11-01", None))]
    city = FeedCity(tmp_path, case=cases, mediation=results, wish=wishes)
    assert city.parts("petition_rate") == (1, 3) and city.parts("found_first_rate") == (1, 3)
    assert city.parts("mediation_ok_rate") == (1, 2) and city.parts("wish_done_rate") == (1, 3)


def test_services_and_taking_part(tmp_path: Path) -> None:
    """S11: residents 1,000, 200 of them under 18, 150 of 60 and over; 30 + 20 + 10 person-times; 45 of 60 checks done at first."""
    months = [{"unit": "S11", "month": month, "channel": channel, "type": kind, "n": n, "first_time_n": first} for month, channel, kind, n, first in (
        ("2026-01", "健康体检", "60岁以上体检", 60, 45), ("2025-10", "健康体检", "60岁以上体检", 99, 99), ("2026-02", "一站式大厅", "社保", 40, None))]  # fmt: skip
    city = FeedCity(
        tmp_path, {"S11": {"population": 1000, "pop_u18": 200, "pop_60p": 150}, "S12": {"population": 500}}, service_stat=months,
        service_log=[{"unit": "X111", "held_on": "2026-01-05", "by": "member", "participants": 30, "hours": 1.0}],
        joint_activity=[{"unit": "S11", "activity_id": "a", "held_on": "2026-01-06", "participants": 20}],
        deliberation=[{"unit": "S11", "event_id": "d", "type": "council", "held_on": "2026-01-07", "attendees": 10}],
    )  # fmt: skip
    assert city.ask("participation_rate", "S11") == (60, 800, 7.5, "ok") and city.parts("participation_rate") == (60, 1300)
    assert city.parts("health_check_rate", "S11") == (60, 150) and city.parts("first_time_rate") == (45, 60)


def test_resolved_before_begun(tmp_path: Path) -> None:
    days = (("2026-01-01", "2026-01-01"), ("2026-01-02", "2026-01-01"), (None, "2026-01-01"), ("2026-01-01", "2026-11-01"))
    projects = [{"unit": "S11", "name": "p", "fund": "guarantee", "resolved_on": resolved, "start_on": start} for resolved, start in days]
    city = FeedCity(tmp_path, fund_project=projects)
    assert city.parts("resolved_first_rate") == (1, 3) and city.parts("resolved_first_rate", where=("fund=incentive",)) == (0, 0)


def test_what_a_source_never_tells_is_no_zero(tmp_path: Path) -> None:
    """Without callers and marks of repeats nobody knows of repeats; without channels nobody knows who found a case; without compounds there are no hotspots."""
    city = FeedCity(tmp_path / "a", case=[closed(1, "0101", "minor", None, source=None)])
    for indicator in ("found_first_rate", "repeat_rate", "petition_rate"):
        assert city.ask(indicator) == (0, 0, None, "no_data"), indicator
    assert city.ask("hotspot_n") == (0, None, 0, "ok"), "there are compounds, none of them hot"
    drawn = ({key: value for key, value in unit.items() if key not in ("unit_no", "parent_no", "last_no")} for unit in tiny_units())
    units = number_units([unit for unit in drawn if unit["level"] not in ("compound", "micro")])
    flat = FeedCity.__new__(FeedCity)
    flat.numbers, flat.build = {"C": 1}, write_build(tmp_path / "b", units, {"case": []}, DATA_DATE)
    assert flat.ask("hotspot_n") == (None, None, None, "no_data")


def test_everybody_in_charge_is_listed(tmp_path: Path) -> None:
    """乙 has an open case that is not yet due: nothing below the line, and still a line of its own."""
    open_case = {"case_no": "o", "unit": "M1111", "counted_at": "2026-10-30 08:00", "limit_at": "2026-11-30 08:00", "lead_unit": "乙"}
    city = FeedCity(tmp_path, case=[closed(1, "0101", "minor", None, lead_unit="甲"), open_case])
    assert sorted(city.by_lead("close_rate")) == [["乙", 0, 0], ["甲", 1, 1]]


@pytest.mark.parametrize(("watched", "value", "light"), [("close_rate", 0.1, "green"), ("close_rate", -0.1, "red"), ("close_rate", 0.0, "amber"), ("case_per_1000hh", -3.0, "green"), ("case_per_1000hh", 3.0, "red")])
def test_the_light_of_a_pilot_is_that_of_what_it_watches(tmp_path: Path, watched: str, value: float, light: str) -> None:
    pilot = {"pilot_id": "p", "name": "试点", "unit_codes": ["S11"], "control_codes": ["S21"], "indicator": watched, "start_on": "2026-09-01"}
    assert band_of(FeedCity(tmp_path, case=[], pilot=[pilot]).build, "pilot_effect", value) == light


def test_pilots_of_different_indicators_have_no_mean(tmp_path: Path) -> None:
    cases = [closed(i, "0101", "minor", None, unit=unit, counted_at=day) for i, (unit, day) in enumerate((u, d) for u in ("M1111", "M2111") for d in ("2026-08-10", "2026-09-10"))]
    cases = [{**one, "limit_at": one["counted_at"], "closed_at": one["counted_at"]} for one in cases]
    pilot = {"name": "试点", "unit_codes": ["S11"], "control_codes": ["S21"], "start_on": "2026-09-01"}
    city = FeedCity(tmp_path, case=cases, pilot=[{**pilot, "pilot_id": "p", "indicator": "close_rate"}, {**pilot, "pilot_id": "q", "indicator": "case_per_1000hh"}])
    assert city.ask("pilot_effect")[2:] == (None, "no_data")
    assert band_of(city.build, "pilot_effect", 0.1) is None
