"""What the pages tell beyond indicators — pilots, sizes, checklist, focus, places, calendar, helpers, purchases — by hand."""

from decimal import Decimal
from math import sqrt
from pathlib import Path

import pytest

from etl.query.activity import bodies, calendar
from etl.query.alliance import communities, help_kinds
from etl.query.focus_areas import focus_kinds
from etl.query.fund_money import ledger
from etl.query.grid_order import checklist, trinity_counts, vacancies, workload
from etl.query.lost_members import lost_members
from etl.query.pilot_results import pilot_results
from etl.query.purchases import purchases
from etl.query.rank_track import rank_track
from etl.query.reader import Reader
from etl.query.scale_ratios import sizes
from etl.query.scope import parse_scope
from etl.query.service_months import service_months
from tests.tiny_feeds import EVERYBODY, FeedCity


def cases(unit: str, day: str, n: int, closed: int, key: str = "") -> list[dict]:
    return [
        {"unit": unit, "case_no": f"{unit}{day}{key}{i}", "counted_at": day, "limit_at": day, "closed_at": day if i < closed else None, "status": "closed" if i < closed else "handling"}
        for i in range(n)
    ]


def test_a_pilot_with_its_margin(tmp_path: Path) -> None:
    """40 cases in each group. S11 closes 20 then 36 (0.5 → 0.9), S21 20 then 24 (0.5 → 0.6): net +0.3 ± 1.96·√(.25/40·2 + .09/40 + .24/40) = 0.2820."""
    rows = cases("S11", "2026-08-10", 40, 20) + cases("S11", "2026-09-10", 40, 36) + cases("S21", "2026-08-10", 40, 20) + cases("S21", "2026-09-10", 40, 24)
    pilot = {"pilot_id": "p", "name": "试点", "unit_codes": ["S11"], "control_codes": ["S21"], "indicator": "close_rate", "start_on": "2026-09-01"}
    fewer = {**pilot, "pilot_id": "q", "indicator": "case_per_1000hh"}  # 40 in both spans on both sides: no effect
    blind = {**pilot, "pilot_id": "r", "control_codes": ["nowhere"]}
    city = FeedCity(tmp_path, case=rows, pilot=[pilot, fewer, blind])
    found = {one.pilot.id: one for one in pilot_results(city.build, EVERYBODY, parse_scope(city.build), 1)}
    effect = found["p"].effect
    assert effect is not None and effect.net == pytest.approx(0.3) and effect.days == 61
    assert effect.margin == pytest.approx(1.96 * sqrt((0.25 + 0.25 + 0.09 + 0.24) / 40)) and found["p"].judgement == "better"
    other = found["q"].effect
    assert other is not None and other.net == pytest.approx(0) and other.margin is None and found["q"].judgement == "open"
    assert found["r"].effect is None and found["r"].judgement == "open"
    assert [one.pilot.id for one in pilot_results(city.build, EVERYBODY, parse_scope(city.build), city.numbers["J2"])] == []
    beyond = Reader("leader", city.numbers["J2"], city.numbers["J3"] - 1)
    assert pilot_results(city.build, beyond, parse_scope(city.build), city.numbers["J2"]) == ()


def test_sizes_beside_the_reference(tmp_path: Path) -> None:
    """30 micro-grids in 6 communities: 5 each (Chengdu 120,000 / 3,045); 3 stewards; 600 residents."""
    staff = [{"unit": unit, "role": "steward", "staff_id": unit, "start_on": None, "end_on": None} for unit in ("M1111", "M1112", "M2111")]
    city = FeedCity(tmp_path, {"D1": {"population": 600}}, grid_staff=staff)
    found = sizes(city.build, EVERYBODY, parse_scope(city.build), 1)
    lines = {one.id: (one.own, one.reference) for one in found.lines}
    assert (found.communities, found.micro_grids, found.stewards, found.residents) == (6, 30, 3, 600)
    assert lines["micro_per_community"] == (5, pytest.approx(39.41, abs=0.01)) and lines["stewards_per_micro"] == (0.1, pytest.approx(1.167, abs=0.001))
    assert lines["residents_per_micro"][0] == 20 and lines["residents_per_steward"][0] == 200 and lines["residents_per_km2"][0] is None


def test_vacancies_checklist_and_trinity(tmp_path: Path) -> None:
    """The lists add up to the indicators."""
    task = {"unit": "X111", "due_on": "2026-06-01"}
    city = FeedCity(
        tmp_path,
        grid_staff=[{"unit": "S11", "role": "chief", "staff_id": "a", "start_on": None, "end_on": None}, {"unit": "M1111", "role": "steward", "staff_id": "b", "start_on": None, "end_on": None}],
        grid_task=[{**task, "task_id": "1", "task": "巡查", "done_on": "2026-06-02"}, {**task, "task_id": "2", "task": "巡查", "done_on": None}, {**task, "task_id": "3", "task": "党支部标准化", "done_on": "2026-05-01"},
                   {**task, "task_id": "4", "task": "巡查", "due_on": "2026-12-01", "done_on": None}, {**task, "task_id": "5", "task": "巡查", "due_on": "2025-01-01", "done_on": None}],
        case=cases("M1111", "2026-06-01", 6, 6), party_org=[{"unit": "X111", "type": "branch", "founded_on": None, "ended_on": None, "building_id": None}],
        compound=[{"unit": unit, "compound_id": unit, "name": unit, "owners_committee_on": "2020-01-01"} for unit in ("X111", "X112")],
    )  # fmt: skip
    scope = parse_scope(city.build, None, "2026-12-31", "2026-10-31")
    found = vacancies(city.build, EVERYBODY, scope, 1)
    assert len(found) == city.ask("head_vacant_n")[0] == 17 and found["rank"].tolist() == [3] * 5 + [4] * 12
    tasks = checklist(city.build, EVERYBODY, scope, 1)
    assert [(one.name, one.is_branch, one.due, one.done, one.late, one.to_come) for one in tasks] == [("巡查", False, 2, 1, 1, 1), ("党支部标准化", True, 1, 1, 0, 0)]
    load = workload(city.build, EVERYBODY, scope, 1)
    assert load is not None and (load.tasks, load.cases, load.share) == (4, 6, 0.4)
    counts = trinity_counts(city.build, EVERYBODY, scope, 1)
    assert counts == {"has_service": 1, "has_branch": 1, "has_owners": 2, "cells": 12, "all_three": 1} and city.parts("trinity_rate") == (1, 12)


def test_focus_areas_by_kind(tmp_path: Path) -> None:
    """Old compounds: X111 with 180 households and 9 cases; urban villages: M1211 with 60 and none."""
    city = FeedCity(tmp_path, case=cases("M1111", "2026-06-01", 9, 9) + cases("M3111", "2026-06-01", 10, 10))
    found = {one.tag: one for one in focus_kinds(city.build, EVERYBODY, parse_scope(city.build), 1)}
    assert set(found) == {"old_compound", "urban_village"} and found["old_compound"].units == 1
    assert found["old_compound"].rate.value == pytest.approx(50.0) and found["old_compound"].gap.value == pytest.approx((9 / 180) / (10 / 3050))
    assert found["urban_village"].rate.value == 0


def test_compounds_against_their_own_past(tmp_path: Path) -> None:
    """X111 from 10 cases to 2, X112 from 5 to 9; the others have none: the other nine with households share a place, X111 rises from 11th to 10th, X112 falls."""
    rows = [*cases("X111", "2025-03-01", 10, 10), *cases("X111", "2026-03-01", 2, 2), *cases("X112", "2025-03-01", 5, 5), *cases("X112", "2026-03-01", 9, 9)]
    rows += cases("S32", "2024-11-01 08:00", 1, 1, "first")
    city = FeedCity(tmp_path, case=rows)
    found = rank_track(city.build, EVERYBODY, parse_scope(city.build), 1)
    assert found is not None and found["unit_no"].tolist() == [city.numbers["X111"], city.numbers["X112"]]
    assert found["moved"].tolist() == [1, -1] and found["place"].tolist() == [10, 11] and found["cases_before"].tolist() == [10, 5]
    mean = 15 / (1650 + 145)  # households of the eleven compounds that have any; M2121 had 190 then, 45 now
    assert found["rate_before"].iloc[0] == pytest.approx((10 + 100 * mean) / 280 * 1000)
    assert rank_track(city.build, EVERYBODY, parse_scope(city.build, "2025-01-01", "2025-12-31"), 1) is None, "nothing is known of the year before"


def test_calendar_and_bodies(tmp_path: Path) -> None:
    """14 days from Monday 2026-06-01: service on the 1st and 3rd, a meeting on the 9th: 11 empty days, 5 in a row twice, no empty week."""
    log = {"unit": "S11", "by": "member", "hours": 2.5, "participants": 4}
    city = FeedCity(
        tmp_path, service_log=[{**log, "held_on": "2026-06-01", "team": "红袖标巡逻队"}, {**log, "held_on": "2026-06-03", "team": "护河队"}, {**log, "held_on": "2026-08-01", "team": "护河队"}],
        joint_activity=[{"unit": "S11", "activity_id": "a", "held_on": "2026-07-01", "convenor": "税务所", "participants": 9}],
        deliberation=[{"unit": "S12", "event_id": "d", "type": "council", "held_on": "2026-06-09", "attendees": 3}],
    )  # fmt: skip
    scope = parse_scope(city.build, "2026-06-01", "2026-06-14")
    found = calendar(city.build, EVERYBODY, scope, 1)
    assert (found.days, found.empty_days, found.weeks, found.empty_weeks, found.longest_gap) == (14, 11, 2, 0, 5)
    assert [(one.days, one.active) for one in found.months] == [(14, 3)]
    assert calendar(city.build, EVERYBODY, scope, city.numbers["S12"]).empty_weeks == 1
    who = bodies(city.build, EVERYBODY, scope, 1)
    assert (who.teams, who.convenors, who.patrol_hours, who.patrol_times) == (2, 0, 2.5, 4)


def test_who_stands_by_a_community(tmp_path: Path) -> None:
    helped = {"unit": "S11", "kind": "物资", "value_amt": Decimal("100.50"), "given_on": "2026-03-01"}
    city = FeedCity(
        tmp_path, party_org=[{"unit": "S11", "type": "committee", "two_committee_n": 9, "founded_on": None, "ended_on": None, "building_id": None}],
        social_org=[{"unit": "S11", "name": "兴隆社区共建理事会", "is_active": True, "has_standard": None}],
        contract=[{"unit": "S11", "partner": "小学", "parttime_post": "兼职委员", "signed_on": "2026-01-01", "end_on": "2026-12-31"},
                  {"unit": "S11", "partner": "医院", "parttime_post": "兼职委员", "signed_on": "2025-01-01", "end_on": "2025-12-31"}],
        assistance=[{**helped, "assistance_id": "1", "giver": "税务局"}, {**helped, "assistance_id": "2", "giver": "税务局"}, {**helped, "assistance_id": "3", "giver": "银行", "kind": "资金", "value_amt": Decimal("900")}],
        deliberation=[{"unit": "X111", "event_id": str(i), "type": kind, "held_on": "2026-02-01"} for i, kind in enumerate(("delegate_survey", "delegate_survey", "delegate_day", "council"))],
    )  # fmt: skip
    one, other = communities(city.build, EVERYBODY, parse_scope(city.build), city.numbers["J1"])
    assert (one.two_committee, one.has_council, one.has_federation, one.posts, one.convenors) == (9, True, False, 1, None)
    assert (one.givers, one.value, one.surveys, one.delegate_days) == (2, Decimal("1101.00"), 2, 1)
    assert (other.two_committee, other.givers, other.surveys, other.convenors) == (0, 0, 0, None)
    kinds = help_kinds(city.build, EVERYBODY, parse_scope(city.build), 1)
    assert [(kind.kind, kind.times, kind.givers, kind.value) for kind in kinds] == [("资金", 1, 1, Decimal("900.00")), ("物资", 2, 1, Decimal("201.00"))]


def test_purchases_and_the_ledger_by_pages(tmp_path: Path) -> None:
    project = {"unit": "S11", "fund": "guarantee", "suggested_on": "2026-01-01"}
    pay = {"unit": "S11", "fund": "guarantee", "year": 2026, "on_date": "2026-05-01", "direction": "expense"}
    city = FeedCity(
        tmp_path, social_org=[{"unit": "S11", "name": "邻里社", "is_active": True}],
        fund_project=[{**project, "project_id": "a", "name": "助餐", "theme": "养老", "provider": "邻里社"}, {**project, "project_id": "b", "name": "修路", "theme": "养老", "provider": "工程公司"}],
        fund_ledger=[{**pay, "entry_id": "1", "project_id": "a", "amt": Decimal("10.10")}, {**pay, "entry_id": "2", "project_id": "b", "amt": Decimal("30.30")},
                     {**pay, "entry_id": "3", "project_id": "a", "amt": Decimal("0.10"), "direction": "refund", "on_date": "2026-06-01"}],
    )  # fmt: skip
    (field,) = purchases(city.build, EVERYBODY, parse_scope(city.build), 1)
    assert (field.name, field.projects, field.paid, field.to_social) == ("养老", 2, Decimal("40.30"), Decimal("10.00")) and field.share == pytest.approx(10 / 40.3)
    whole, second = ledger(city.build, EVERYBODY, parse_scope(city.build), 1), ledger(city.build, EVERYBODY, parse_scope(city.build), 1, 1, 1)
    assert whole.n == second.n == 3 and second.entries == whole.entries[1:2]


def test_services_by_month_and_members_out_of_sight(tmp_path: Path) -> None:
    report = {"unit": "S11", "type": "助餐", "first_time_n": None}
    member = {"unit": "S11", "category": "floating", "relation": "registered", "building_id": None}
    city = FeedCity(
        tmp_path, service_stat=[{**report, "month": "2026-01", "channel": "12349", "n": 5}, {**report, "month": "2026-02", "channel": "12349", "n": 7}, {**report, "month": "2026-02", "channel": "大厅", "n": 1}],
        member_stat=[{**member, "n": 30, "contacted_n": 18, "as_of_on": "2026-09-30"}, {**member, "category": "retired", "n": 20, "contacted_n": None, "as_of_on": "2026-03-31"}],
    )  # fmt: skip
    assert service_months(city.build, EVERYBODY, parse_scope(city.build), 1) == (("2026-01", "2026-02"), {"12349": [5, 7], "大厅": [None, 1]})
    found = lost_members(city.build, EVERYBODY, parse_scope(city.build), 1)
    assert (found.members, found.not_contacted, found.stale) == (50, 12, 20), "the retired were last counted 214 days ago"
    few = lost_members(city.build, Reader("leader", 1, 10**6), parse_scope(city.build, as_of="2026-09-30"), 1)
    assert few.not_contacted == 12 and few.stale == 20 and not few.is_hidden
