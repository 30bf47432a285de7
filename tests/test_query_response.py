"""Whistles, returns, levels, meetings, orders and mediation on the tiny city, every number worked out by hand. As of 24:00 on 2026-10-31."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.query.figures import figure
from etl.query.level_flow import level_flow, meetings
from etl.query.mobilisation import mediation, mobilised
from etl.query.reader import Reader
from etl.query.scope import default_scope
from etl.query.whistles import amiss, by_department, by_kind, sent_back, there_and_back
from tests.tiny_feeds import EVERYBODY, FeedCity


def call(unit: str, whistle: str, dept: str, arrived: str | None, refused: bool = False, kind: str = "hard", due: str = "2026-10-01 12:00", **more: object) -> dict:
    return {"unit": unit, "whistle_id": whistle, "dept": dept, "kind": kind, "blown_at": "2026-10-01 08:00", "due_arrive_at": due, "arrived_at": arrived, "is_refused": refused, **more}


WHISTLES = [
    call("J1", "w1", "甲局", "2026-10-01 10:00", score=90.0, done_at="2026-10-03 10:00"),
    call("J1", "w1", "乙局", "2026-10-01 12:00", score=70.0),  # to the minute: on time
    call("J2", "w2", "甲局", "2026-10-01 16:00", score=80.0),  # late
    call("J2", "w3", "甲局", "2026-10-01 09:00", refused=True, kind="enforce"),  # a refusal is none, whatever else is written
    call("J2", "w4", "乙局", None),  # never came
    call("J3", "w5", "乙局", None, kind="emergency", due="2026-11-02 12:00"),  # not yet due
    call("J3", "w6", "乙局", "2026-11-01 08:00"),  # came after the as-of day
]
CASES = [
    {"unit": "M1111", "case_no": "k1", "counted_at": "2026-10-01 08:00", "status": "closed", "closed_at": "2026-10-05 08:00", "resolved_level": "compound", "source": "steward"},
    {"unit": "M1111", "case_no": "k2", "counted_at": "2026-10-01 08:00", "status": "closed", "closed_at": "2026-10-05 08:00", "resolved_level": "street"},
    {"unit": "M2111", "case_no": "k3", "counted_at": "2026-10-01 08:00", "status": "closed", "closed_at": "2026-10-05 08:00"},  # nobody knows where
    {"unit": "M2111", "case_no": "k4", "counted_at": "2026-10-01 08:00", "code4": "0601", "severity": "major", "status": "closed", "closed_at": "2026-10-05 08:00", "resolved_level": "compound"},
    {"unit": "M2111", "case_no": "k5", "counted_at": "2026-10-01 08:00"},  # open
]
STEPS = [
    ("k1", 1, "2026-10-01 09:00", "dispatch", "中心", "甲局"), ("k1", 2, "2026-10-01 10:00", "return", "甲局", "中心"),
    ("k1", 3, "2026-10-01 11:00", "dispatch", "中心", "甲局"), ("k1", 4, "2026-10-01 14:00", "sign", "甲局", None),
    ("k2", 1, "2026-10-01 09:00", "dispatch", "中心", "甲局"), ("k2", 2, "2026-10-01 10:00", "return", "甲局", "中心"),
    ("k2", 3, "2026-10-01 11:00", "dispatch", "中心", "乙局"), ("k2", 4, "2026-10-01 12:00", "sign", "乙局", None),
    ("k3", 1, "2026-10-01 09:00", "dispatch", "中心", "甲局"), ("k3", 2, "2026-10-01 14:00", "sign", "甲局", None),
]  # fmt: skip
ISSUES = [
    ("compound", "compound", "compound", "2026-10-10", "2026-10-10"),
    ("compound", "compound", "micro", "2026-10-10", "2026-10-11"),  # pushed down, late
    ("compound", None, "street", "2026-11-20", None),  # 0101 belongs to the compound: pushed up; not yet due
    ("street", "street", None, "2026-10-10", None),  # nobody said where; overdue
]
ORDERS = [
    ("m1", "M1111", "2026-10-01 09:04", "2026-10-01 11:00", 50, 50),
    ("m1", "M1112", "2026-10-01 09:05", "2026-10-01 12:00", 30, 20),  # five minutes; three hours to the minute
    ("m1", "M1113", "2026-10-01 09:20", "2026-10-01 12:01", 100, 90),
    ("m1", "M2111", None, None, 10, 0),
]
TALKS = [("噪声", "success"), ("噪声", "failed"), ("噪声", "open"), ("房屋", "success"), ("房屋", "success")]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeedCity]:
    made = FeedCity(
        tmp_path_factory.mktemp("response"),
        whistle=WHISTLES,
        case=CASES,
        case_event=[dict(zip(("case_no", "seq", "at", "type", "from_unit", "to_unit"), step, strict=True)) for step in STEPS],
        meeting_issue=[
            {"unit": "S11", "issue_id": f"i{n}", "meeting_level": level, "held_on": "2026-10-01", "code4": "0101", "proper_level": proper, "handled_level": handled, "due_on": due, "closed_on": closed}
            for n, (level, proper, handled, due, closed) in enumerate(ISSUES)
        ],
        mobilisation=[
            {"mob_id": mob, "unit": unit, "unit_code": unit, "issued_at": "2026-10-01 09:00", "first_hh_at": first, "done_at": done, "hh_target": target, "hh_done": reached}
            for mob, unit, first, done, target, reached in ORDERS
        ],
        mediation=[{"case_id": f"t{n}", "unit": "S11", "type": kind, "accepted_on": "2026-10-01", "result": result} for n, (kind, result) in enumerate(TALKS)],
    )
    yield made
    made.build.close()


def test_departments(city: FeedCity) -> None:
    """甲局: 3 due, 1 in time; 2 and 8 hours to arrive (the refused call is no arrival). 乙局: 3 due, 1 in time, one not yet due, one absent, one not there by the as-of day."""
    table = by_department(city.build, EVERYBODY, default_scope(city.build), 1)
    assert table is not None
    table = table.set_index("dept")
    one, two = table.loc["甲局"], table.loc["乙局"]
    assert one[["calls", "on_time", "late", "refused", "absent", "waiting", "numerator", "denominator"]].tolist() == [3, 1, 1, 1, 0, 0, 1, 3]
    assert two[["calls", "on_time", "late", "refused", "absent", "waiting", "numerator", "denominator"]].tolist() == [4, 1, 0, 0, 2, 1, 1, 3]
    assert (one["minutes"], one["score"], one["done"]) == (300, 85, 1) and two["minutes"] == 240
    assert figure(city.build, EVERYBODY, "whistle_arrive_rate", default_scope(city.build), 1).denominator == table["denominator"].sum()


def test_kinds_and_what_went_wrong(city: FeedCity) -> None:
    kinds = by_kind(city.build, EVERYBODY, default_scope(city.build), 1)
    wrong = amiss(city.build, EVERYBODY, default_scope(city.build), city.numbers["J2"])
    assert kinds is not None and wrong is not None
    assert sorted(kinds.to_numpy().tolist()) == [["emergency", 1, 1, 0, 0], ["enforce", 1, 1, 1, 0], ["hard", 4, 5, 5, 2]]
    assert dict(zip(wrong["whistle_id"], wrong["state"], strict=True)) == {"w2": "late", "w3": "refused", "w4": "absent"}
    assert set(wrong["street"]) == {"J2号"}


def test_returns_and_pairs(city: FeedCity) -> None:
    """甲局 received 4 and returned 2; it signed after 3 and 5 hours. Both returns are A→B→A; once the same one was asked again."""
    units = sent_back(city.build, EVERYBODY, default_scope(city.build), 1)
    pairs = there_and_back(city.build, EVERYBODY, default_scope(city.build), 1)
    assert units is not None and pairs is not None
    assert units[["unit", "returns", "dispatches", "wait_hours"]].to_numpy().tolist() == [["甲局", 2, 4, 4], ["乙局", 0, 1, 1]]
    assert pairs.to_numpy().tolist() == [["中心", "甲局", 2, 2, 1]]


def test_flow_of_levels(city: FeedCity) -> None:
    flow = level_flow(city.build, EVERYBODY, default_scope(city.build), 1)
    assert flow is not None
    assert (flow.known, flow.unknown) == (3, 1)
    assert sorted(flow.rows.to_numpy().tolist()) == [
        ["12345", "major", "compound", "compound", 1], ["12345", "minor", "compound", "street", 1], ["steward", "minor", "compound", "compound", 1],
    ]  # fmt: skip
    upward = figure(city.build, EVERYBODY, "upflow_rate", default_scope(city.build), 1)
    assert (upward.numerator, upward.denominator) == (1, flow.known)
    limited = level_flow(city.build, Reader("leader", city.numbers["J2"], city.numbers["J3"] - 1), default_scope(city.build), 1)
    assert limited is not None and (limited.known, limited.unknown) == (1, 1)


def test_meetings_by_level(city: FeedCity) -> None:
    table = meetings(city.build, EVERYBODY, default_scope(city.build), 1)
    assert table is not None
    columns = ["level", "issues", "known", "matched", "pushed_down", "pushed_up", "due", "on_time"]
    assert table[columns].to_numpy().tolist() == [["compound", 3, 3, 1, 1, 1, 2, 1], ["street", 1, 0, 0, 0, 0, 1, 0]]
    rate = figure(city.build, EVERYBODY, "level_match_rate", default_scope(city.build), 1)
    assert (rate.numerator, rate.denominator) == (table["matched"].sum(), table["known"].sum())


def test_orders_to_the_door(city: FeedCity) -> None:
    """4, 5 and 20 minutes: the middle is 5, nine tenths lie at 5 + 0.8 · 15 = 17. Done within 3 hours: two of four."""
    found = mobilised(city.build, EVERYBODY, default_scope(city.build), 1)
    assert found is not None
    assert (found.fastest, found.median, found.p90) == (4, 5, pytest.approx(17))
    assert found.spread == (2, 0, 1, 0, 0, 0, 1)
    order = found.orders.iloc[0]
    assert order[["targets", "reached", "in_time", "hh_target", "hh_done"]].tolist() == [4, 3, 2, 190, 160]
    assert figure(city.build, EVERYBODY, "mobil_min_p50", default_scope(city.build), 1).value == found.median


def test_mediation(city: FeedCity) -> None:
    table = mediation(city.build, EVERYBODY, default_scope(city.build), 1)
    assert table is not None
    assert table.to_numpy().tolist() == [["噪声", 3, 1, 1, 1, 0.5], ["房屋", 2, 2, 0, 0, 1.0]]


def test_missing_feeds_have_no_answer(tmp_path: Path) -> None:
    bare = FeedCity(tmp_path)
    scope = default_scope(bare.build)
    for ask in (by_department, by_kind, amiss, sent_back, there_and_back, level_flow, meetings, mobilised, mediation):
        assert ask(bare.build, EVERYBODY, scope, 1) is None
