"""A department's side, by hand: three whistles and seven cases of 城管局 in two streets."""

import pytest

from etl.query import department
from etl.query.reader import Reader
from etl.query.scope import parse_scope
from tests.tiny_feeds import EVERYBODY, FeedCity

NAME = "城管局"


def case(no: str, unit: str, lead: str | None, limit: str, **more: object) -> dict:
    plain = {"closed_at": None, "title": "电话13812345678", "place": "锦绣花园3栋", "placed_by": "point"}
    return {"case_no": no, "unit": unit, "lead_unit": lead, "counted_at": "2026-10-01 08:00", "limit_at": limit, **plain, **more}


def step(no: str, kind: str, at: str, **more: object) -> dict:
    return {"case_no": no, "type": kind, "at": at, "from_unit": None, "to_unit": None, "reason": None, "seq": None, **more}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    return FeedCity(
        tmp_path_factory.mktemp("department"),
        case=[
            case("a", "M1111", NAME, "2026-10-08 08:00", closed_at="2026-10-05 08:00", status="closed"),  # on time
            case("b", "M1111", NAME, "2026-10-08 08:00", closed_at="2026-10-09 08:00", status="closed"),  # late
            case("c", "M2111", NAME, "2026-10-08 08:00"),  # overdue
            case("d", "M2111", NAME, "2026-11-01 12:00"),  # due within a day
            case("e", "M2111", NAME, "2026-10-08 08:00", code4="1204"),  # a complaint about conduct that lies with the one complained of
            case("f", "M1111", "别的局", "2026-10-08 08:00"),
            case("g", "M1111", NAME, "2026-10-08 08:00", status="void"),
        ],
        case_event=[
            step("a", "dispatch", "2026-10-01 09:00", to_unit=NAME), step("a", "return", "2026-10-01 10:00", from_unit=NAME, to_unit="中心", reason="不是我局 13812345678"),
            step("a", "dispatch", "2026-10-01 11:00", to_unit=NAME), step("c", "dispatch", "2026-10-02 09:00", to_unit=NAME),
            step("c", "return", "2026-10-02 10:00", from_unit=NAME, to_unit="中心"), step("f", "return", "2026-10-02 10:00", from_unit="别的局"),
            step("d", "return", "2026-11-01 00:00", from_unit=NAME),  # after the day
        ],
        whistle=[
            {"unit": "J1", "whistle_id": "w1", "dept": NAME, "blown_at": "2026-10-01 08:00", "due_arrive_at": "2026-10-01 10:00", "arrived_at": "2026-10-01 09:00", "is_refused": False},
            {"unit": "J2", "whistle_id": "w2", "dept": NAME, "blown_at": "2026-10-02 08:00", "due_arrive_at": "2026-10-02 10:00", "arrived_at": None, "is_refused": False},
            {"unit": "J2", "whistle_id": "w3", "dept": NAME, "blown_at": "2026-10-31 20:00", "due_arrive_at": "2026-11-01 10:00", "arrived_at": None, "is_refused": False},
            {"unit": "J1", "whistle_id": "w4", "dept": "别的局", "blown_at": "2026-10-02 08:00", "due_arrive_at": "2026-10-02 10:00", "arrived_at": None, "is_refused": True},
        ],
        org=[{"unit": "D1", "name": NAME, "kind": "department"}],
    )  # fmt: skip


def street(city: FeedCity, code: str, role: str = "leader") -> Reader:
    no = city.numbers[code]
    last = int(city.build.rows("SELECT last_no FROM unit WHERE unit_no = ?", [no])[0][0])
    return Reader(role, no, last)  # type: ignore[arg-type]


def test_who_may_be_chosen(city: FeedCity) -> None:
    scope = parse_scope(city.build)
    found = [(one.name, one.kind, one.calls, one.cases) for one in department.departments(city.build, EVERYBODY, scope, 1)]
    assert found == [(NAME, "department", 3, 5), ("别的局", "", 1, 1)]
    found = [(one.name, one.calls, one.cases) for one in department.departments(city.build, street(city, "J1"), scope, 1)]
    assert found == [(NAME, 1, 2), ("别的局", 1, 1)]


def test_rates_are_the_indicators_own(city: FeedCity) -> None:
    found = {one.indicator_id: (one.numerator, one.denominator) for one in department.rates(city.build, EVERYBODY, parse_scope(city.build), 1, NAME)}
    assert found["ontime_close_rate"] == (1, 4)  # a of a, b, c and e
    assert found["whistle_arrive_rate"] == (1, 2)  # w3 is not due yet
    assert found["return_rate"] == (2, 3)
    assert found["overdue_open_n"][0] == 2


def test_calls_that_wait_come_first(city: FeedCity) -> None:
    table = department.calls(city.build, EVERYBODY, parse_scope(city.build), 1, NAME)
    assert table is not None and table[["whistle_id", "state"]].values.tolist() == [["w2", "absent"], ["w3", "waiting"], ["w1", "on_time"]]
    mine = department.calls(city.build, street(city, "J1"), parse_scope(city.build), 1, NAME)
    assert mine is not None and mine["whistle_id"].tolist() == ["w1"]


def test_cases_in_hand_without_complaints_about_itself(city: FeedCity) -> None:
    scope = parse_scope(city.build)
    for reader in (EVERYBODY, street(city, "J2"), Reader("leader", 1, 10**6), street(city, "J2", "analyst")):
        table = department.open_cases(city.build, reader, scope, 1, NAME)
        assert table is not None and table["case_no"].tolist() == ["c", "d"], reader
        assert table["urgency"].tolist() == ["overdue", "soon"]
        assert "13812345678" not in "".join(table["title"]) and set(table["place"]) == {"锦绣花园"}
    none = department.open_cases(city.build, street(city, "J1"), scope, 1, NAME)
    assert none is not None and not len(none)


def test_what_was_sent_back(city: FeedCity) -> None:
    table = department.returns(city.build, EVERYBODY, parse_scope(city.build), 1, NAME)
    assert table is not None and table[["case_no", "again"]].values.tolist() == [["c", False], ["a", True]]
    assert "13812345678" not in table["reason"].iloc[1]
    mine = department.returns(city.build, street(city, "J2"), parse_scope(city.build), 1, NAME)
    assert mine is not None and mine["case_no"].tolist() == ["c"]
