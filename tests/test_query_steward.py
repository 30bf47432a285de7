"""The steward's own ground, by hand: X111 with three micro-grids, as at 24:00 of 2026-10-31 (so 2026-11-01 00:00)."""

from datetime import date
from pathlib import Path

import pytest

from etl.query import steward
from etl.query.reader import Reader
from tests.tiny_feeds import EVERYBODY, FeedCity

DAY = date(2026, 10, 31)
CASES = [  # number: unit, filed, limit, more
    ("late", "M1111", "2026-10-01 10:00", "2026-10-08 10:00", {"lead_unit": "锦绣物业"}),
    ("old", "M1111", "2024-05-01 10:00", "2024-05-08 10:00", {"lead_unit": "城管局"}),  # filed long before any period: still open
    ("today", "M1111", "2026-10-30 10:00", "2026-10-31 23:59:59.999999", {}),  # a bare date: due this day, not overdue
    ("soon", "M1111", "2026-10-30 10:00", "2026-11-01 23:59:59", {"status": "feedback"}),
    ("edge", "M1111", "2026-10-30 10:00", "2026-11-02 00:00", {"status": "checking"}),  # 24 hours and no second less: later
    ("free", "M1111", "2026-10-30 10:00", None, {}),
    ("closed", "M1111", "2026-10-01 10:00", "2026-10-08 10:00", {"status": "closed", "closed_at": "2026-10-20 10:00"}),
    ("closed later", "M1111", "2026-10-01 10:00", "2026-12-08 10:00", {"status": "closed", "closed_at": "2026-11-01 00:00"}),  # open on the day
    ("unsaid", "M1111", "2026-10-01 10:00", "2026-10-08 10:00", {"status": "closed"}),
    ("void", "M1111", "2026-10-01 10:00", "2026-10-08 10:00", {"status": "void"}),
    ("voided", "M1111", "2026-10-01 10:00", "2026-10-08 10:00", {"voided_at": "2026-10-02 10:00"}),
    ("hung", "M1111", "2026-10-01 10:00", "2026-10-08 10:00", {"status": "suspended"}),
    ("tomorrow", "M1111", "2026-11-01 00:00", "2026-11-02 10:00", {}),  # filed after the day
    ("conduct", "M1111", "2026-10-01 10:00", "2026-10-08 10:00", {"code4": "1204"}),  # about how an office behaved
    ("care", "M1111", "2026-10-02 10:00", "2026-10-09 10:00", {"code4": "1102"}),  # a class only its handler sees
    ("next door", "M1112", "2026-10-01 10:00", "2026-10-08 10:00", {}),
    ("again", "M1111", "2026-10-20 10:00", "2026-12-20 10:00", {"repeat_of": "late"}),
]


def case(no: str, unit: str, filed: str, limit: str | None, more: dict) -> dict:
    place = {"title": "联系13812345678", "place": "锦绣花园3栋2单元", "placed_by": "point", "closed_at": None, "lead_unit": None}
    return {"case_no": no, "unit": unit, "counted_at": filed, "limit_at": limit, **place, **more}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    return FeedCity(
        tmp_path_factory.mktemp("steward"),
        case=[case(*row) for row in CASES],
        compound=[{"unit": "X111", "compound_id": "K1", "name": "锦绣花园", "property_company": "锦绣物业"}],
        org=[
            {"unit": "S11", "name": "兴隆居委会", "kind": "community"}, {"unit": "J1", "name": "一街道", "kind": "street"},
            {"unit": "S12", "name": "别处居委会", "kind": "community"}, {"unit": "C", "name": "城管局", "kind": "department"},
        ],
        grid_staff=[{"unit": "M1111", "staff_id": "a", "role": "steward"}],
        grid_task=[
            {"unit": "M1111", "task_id": "1", "task": "x", "due_on": "2026-10-31"}, {"unit": "M1111", "task_id": "2", "task": "x", "due_on": "2026-11-01"},
            {"unit": "M1111", "task_id": "3", "task": "x", "due_on": "2026-10-01", "done_on": "2026-11-01"},
        ],
    )  # fmt: skip


def of(city: FeedCity, role: str, code: str) -> Reader:
    no = city.numbers[code]
    return Reader(role, no, no, "s1")  # type: ignore[arg-type]


def numbers(city: FeedCity, reader: Reader, code: str, **more: bool) -> list[str]:
    table = steward.open_cases(city.build, reader, city.numbers[code], DAY, **more)
    assert table is not None
    return table["case_no"].tolist()


def test_open_cases_by_urgency(city: FeedCity) -> None:
    reader = of(city, "steward", "M1111")
    assert numbers(city, reader, "M1111") == ["old", "late", "care", "today", "soon", "edge", "closed later", "again", "free"]
    assert steward.tally(city.build, reader, city.numbers["M1111"], DAY) == steward.Tally(3, 2, 3, 1, 2)
    assert numbers(city, reader, "M1111", only_waiting=True) == ["soon", "edge"]


def test_repeats_are_counted_and_texts_masked(city: FeedCity) -> None:
    table = steward.open_cases(city.build, of(city, "steward", "M1111"), city.numbers["M1111"], DAY)
    assert table is not None
    row = table[table["case_no"] == "late"].iloc[0]
    assert row["repeats"] == 1 and row["place"] == "锦绣花园" and "13812345678" not in row["title"]


def test_nothing_of_another_grid_is_told(city: FeedCity) -> None:
    reader = of(city, "steward", "M1112")
    assert numbers(city, reader, "M1112") == ["next door"]
    for asked in ("M1111", "M1211", "J2"):
        assert numbers(city, reader, asked) == [] and steward.offices(city.build, reader, city.numbers[asked], DAY) == []
        assert steward.tally(city.build, reader, city.numbers[asked], DAY) == steward.Tally(0, 0, 0, 0, 0)
        assert steward.doubts(city.build, reader, city.numbers[asked], DAY) == []
    assert numbers(city, reader, "C") == ["next door"]  # asked for more than one may see: what one may see


def test_conduct_and_care_by_role(city: FeedCity) -> None:
    assert "conduct" not in numbers(city, of(city, "steward", "M1111"), "M1111")
    leader = of(city, "leader", "M1111")
    assert not {"conduct", "care"} & set(numbers(city, leader, "M1111"))
    assert {"conduct", "care"} <= set(numbers(city, EVERYBODY, "M1111"))
    assert numbers(city, of(city, "auditor", "M1111"), "M1111") == []


def test_offices_to_call(city: FeedCity) -> None:
    found = steward.offices(city.build, of(city, "steward", "M1111"), city.numbers["M1111"], DAY)
    assert [(one.name, one.kind, one.cases) for one in found] == [
        ("锦绣物业", "property_of", 1), ("兴隆居委会", "community", 0), ("一街道", "street", 0), ("城管局", "department", 1),
    ]  # fmt: skip


def test_doubts(city: FeedCity) -> None:
    found = {one.id: (one.count, one.day) for one in steward.doubts(city.build, of(city, "steward", "M1111"), city.numbers["M1111"], DAY)}
    assert found == {"task": (2, date(2026, 10, 1))}
    found = {one.id: one.count for one in steward.doubts(city.build, EVERYBODY, city.numbers["X112"], DAY)}
    assert found == {"households": 1, "steward": 3}


def test_without_cases_there_is_no_list(tmp_path: Path) -> None:
    bare = FeedCity(tmp_path, grid_staff=[])
    assert steward.tally(bare.build, EVERYBODY, 1, DAY) is None and steward.open_cases(bare.build, EVERYBODY, 1, DAY) is None
