"""Case indicators by hand: response, composite, found first, time to close, rework, repeats, returns, passing on, escalation."""

from pathlib import Path

import pytest

from tests.tiny_feeds import FeedCity

D = "2026-10-"


def case(at: str, filed: str, **more: object) -> dict:
    return {"unit": at, "counted_at": filed, **more}


@pytest.fixture(scope="module")
def rates(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    return FeedCity(tmp_path_factory.mktemp("rates"), case=[
        case("M1111", D + "01 10:00", first_contact_at=D + "02 10:00", solved="yes", satisfied="yes", source="steward"),  # the last moment: in time
        case("M1111", D + "01 10:00", first_contact_at=D + "02 10:01", solved="partly", satisfied="mostly"),  # a minute late
        case("M1112", D + "05 10:00", first_contact_at=None, solved="no", satisfied="no"),  # never
        case("M2122", D + "31 10:00", first_contact_at=D + "31 11:00", solved="yes", satisfied="none"),  # limit not passed: not judged yet
        case("M2122", D + "01 10:00", first_contact_at=None, is_in_scope=False, solved="no", satisfied="no"),  # out of scope
        case("M2122", D + "01 10:00", first_contact_at=D + "01 12:00", status="void", solved="no"),  # void
    ])  # fmt: skip


def test_response_solved_satisfied_and_their_composite(rates: FeedCity) -> None:
    assert rates.parts("response_rate") == (1, 3)
    assert rates.parts("response_rate", as_of="2026-11-01") == (2, 4)  # a day later the fourth is judged too
    assert rates.parts("solve_rate") == (2, 4) and rates.parts("satisfy_rate") == (2, 3)
    top, bottom, value, state = rates.ask("three_rate_score")
    assert (top, bottom, state) == (None, 3, "unstable")  # the smallest of 3, 4, 3
    assert value == pytest.approx(30 * 1 / 3 + 35 * 2 / 4 + 35 * 2 / 3)  # 50.83 of 100 points
    assert rates.ask("three_rate_score", "J2")[1:] == (0, None, "no_data")  # J2: no limit passed, so no response rate


def test_a_source_without_contact_times_has_no_response_rate(tmp_path: Path) -> None:
    city = FeedCity(tmp_path, case=[case("M1111", D + "01 10:00", solved="yes", satisfied="yes")])
    assert city.ask("response_rate") == (0, 0, None, "no_data") and city.ask("three_rate_score")[3] == "no_data"


def test_found_first(rates: FeedCity) -> None:
    assert rates.parts("found_first_rate") == (1, 5) and rates.parts("found_first_rate", "J2") == (0, 2)


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    return FeedCity(tmp_path_factory.mktemp("flow"), case=[
        case("M1111", D + "01 00:00", status="closed", closed_at=D + "01 10:00"),  # 10 h
        case("M1112", D + "01 00:00", status="closed", closed_at=D + "02 00:00", repeat_of="case0", repeat_kind="repeat"),  # 24 h
        case("M2122", D + "01 00:00", status="closed", closed_at=D + "03 00:00", repeat_of="case0", repeat_kind="urge"),  # 48 h
        case("M2122", D + "01 00:00", status="void", closed_at=D + "03 00:00"),
        case("M2122", D + "01 00:00", status="suspended", closed_at=D + "03 00:00"),  # neither open nor closed, but a case
        case("M2122", D + "30 00:00", status="closed", closed_at="2026-11-03 00:00"),  # open on 31 October; 96 h
    ])  # fmt: skip


def test_time_to_close_is_a_median_not_a_mean(flow: FeedCity) -> None:
    assert flow.ask("close_hours_p50") == (None, 3, 24.0, "unstable")
    assert flow.ask("close_hours_p50", "J1") == (None, 2, 17.0, "unstable")  # (10 + 24) ÷ 2
    assert flow.ask("close_hours_p50", as_of="2026-11-03") == (None, 4, 36.0, "unstable")  # (24 + 48) ÷ 2
    assert flow.ask("close_hours_p50", "J3") == (None, 0, None, "no_data")


def test_repeats_among_the_closed(flow: FeedCity) -> None:
    assert flow.parts("repeat_rate") == (1, 3)  # the urge is none


def step(case_no: str, day: str, kind: str, by: str | None = None, to: str | None = None) -> dict:
    return {"case_no": case_no, "at": D + day, "type": kind, "from_unit": by, "to_unit": to}


@pytest.fixture(scope="module")
def stepped(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    return FeedCity(
        tmp_path_factory.mktemp("steps"),
        case=[
            case("M1111", D + "01", lead_unit="物业A"), case("M1112", D + "01", lead_unit="街道甲"), case("M2122", D + "01", lead_unit=None),
            case("M2122", D + "01", status="void", lead_unit=None),
        ],
        case_event=[
            step("case0", "02", "dispatch", to="物业A"), step("case0", "03", "return", by="物业A"), step("case0", "04", "dispatch", to="街道甲"),
            step("case0", "05", "return", by="街道甲"), step("case0", "06", "dispatch", to="物业A"), step("case0", "07", "check_fail"),
            step("case0", "08", "reopen"), step("case1", "02", "dispatch", to="街道甲"), step("case1", "09", "reopen"),
            step("case2", "02", "dispatch", to="街道甲"), step("case2", "03", "dispatch", to="街道甲"), step("case2", "04", "reassign", to="物业A"),
            step("case3", "02", "return", by="街道甲"), step("case2", "31", "reopen"),
        ],
    )  # fmt: skip


def test_rework_counts_a_case_once(stepped: FeedCity) -> None:
    assert stepped.parts("rework_rate") == (3, 3) and stepped.parts("rework_rate", "J1") == (2, 2)
    assert stepped.parts("rework_rate", as_of="2026-10-30") == (2, 3)  # the last reopening is of the 31st
    assert stepped.by_lead("rework_rate") == [["物业A", 1, 1], ["街道甲", 1, 1], ["", 1, 1]]


def test_returns_are_charged_to_who_returned_dispatches_to_who_received(stepped: FeedCity) -> None:
    assert stepped.parts("return_rate") == (2, 6)  # the void case's return counts nowhere; a reassignment is no dispatch
    assert stepped.by_lead("return_rate") == [["物业A", 1, 2], ["街道甲", 1, 4]]


def test_passed_on_three_times(stepped: FeedCity) -> None:
    assert stepped.ask("pingpong_n") == (1, None, 1, "ok")
    assert stepped.parts("pingpong_n", as_of="2026-10-05") == (0, None)
    assert [row[:2] for row in stepped.by_lead("pingpong_n")] == [["物业A", 1], ["街道甲", 0]], "none passed on is an answer too"


ESCALATION = [  # severity, class, level given, unit of the last step → level known
    ("minor", "0101", "micro", None), ("minor", "0101", "community", None), ("minor", "0101", None, "锦绣物业"), ("minor", "0101", None, "不知道"),
    ("major", "0102", "community", None), ("major", "0102", "street", None), ("major", "0107", "street", None),  # 0107 belongs to the street: not in variant B
    ("group", "1005", "street", None), ("group", "1005", "district", None),
]  # fmt: skip


@pytest.fixture(scope="module")
def levels(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    return FeedCity(
        tmp_path_factory.mktemp("levels"),
        case=[
            case("M1111", D + "01", status="closed", closed_at=D + "05", severity=severity, code4=code4, resolved_level=level)
            for severity, code4, level, _ in ESCALATION
        ],
        case_event=[],
        org=[{"unit": "X111", "name": "锦绣物业公司", "aliases": ["锦绣物业"], "level": "compound"}, {"unit": "J1", "name": "街道办", "aliases": None, "level": "street"}],
        meeting_issue=[
            {"unit": "S11", "issue_id": "1", "held_on": "2026-10-10", "proper_level": "community", "handled_level": "community"},
            {"unit": "S11", "issue_id": "2", "held_on": "2026-10-10", "proper_level": None, "code4": "0107", "handled_level": "community"},  # class: street
            {"unit": "S11", "issue_id": "3", "held_on": "2026-10-10", "proper_level": "street", "handled_level": None},  # not handled yet: not judged
            {"unit": "S11", "issue_id": "4", "held_on": "2025-10-10", "proper_level": "street", "handled_level": "street"},  # before the period
        ],
    )  # fmt: skip


def test_small_matters_large_matters_group_incidents(levels: FeedCity) -> None:
    assert levels.parts("minor_in_compound_rate") == (1, 2)
    assert levels.parts("major_in_community_rate") == (1, 2)  # variant B
    assert levels.parts("group_in_street_rate") == (1, 2)
    assert levels.parts("upflow_rate") == (3, 7)  # compound class in the community, community class in the street, street class in the district


def test_level_of_an_issue(levels: FeedCity) -> None:
    assert levels.parts("level_match_rate") == (1, 2)


def test_level_of_the_unit_in_the_last_step(tmp_path: Path) -> None:
    """Not given: the level of the unit that fed back or closed last; an unknown unit leaves the case out."""
    city = FeedCity(
        tmp_path,
        case=[case("M1111", D + "01", status="closed", closed_at=D + "09") for _ in range(4)],
        case_event=[
            step("case0", "02", "feedback", "街道办"), step("case0", "03", "close", "锦绣物业"),  # the last counts: compound
            step("case1", "02", "close", "锦绣物业"), step("case1", "03", "feedback", "街道办"),  # the last counts: street
            step("case2", "02", "close", "不知道"),  # in no directory
            step("case3", "02", "feedback", "锦绣物业"), step("case3", "03", "close", "指挥中心"),  # the last one counts, also when nobody knows its level
        ],
        org=[{"name": "锦绣物业公司", "aliases": ["锦绣物业"], "level": "compound"}, {"name": "街道办", "aliases": None, "level": "street"}],
    )  # fmt: skip
    assert city.parts("minor_in_compound_rate") == (1, 2)
    assert city.parts("upflow_rate") == (1, 2)
