"""Fund projects on their chain, by hand: every violation named, the same verdict as the process rate."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from etl.model.indicators.funds import CHAIN
from etl.query.fund_chain import breach_counts, project, projects, step_counts
from etl.query.reader import Reader
from etl.query.scope import parse_scope
from tests.tiny_feeds import EVERYBODY, FeedCity

GOOD = dict(zip(CHAIN, ("2026-01-05", "2026-01-10", "2026-01-20", "2026-01-21", "2026-02-01", "2026-02-05", "2026-02-10", "2026-05-01", "2026-06-01"), strict=True))
BASE = {"name": "项目", "fund": "guarantee", "publish_days": 5, "approved_amt": Decimal("100.00"), "contract_amt": Decimal("90.10"), "target_group": None}


def paid(of: str, day: str, amt: str = "10.00", direction: str = "expense") -> dict:
    return {"unit": "S11", "project_id": of, "fund": "guarantee", "year": 2026, "direction": direction, "amt": Decimal(amt), "on_date": day, "origin": "government"}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    rows = [
        {**GOOD, "project_id": "fine", "unit": "S11"},
        {**GOOD, "project_id": "early", "unit": "S11"},  # paid on 01-20, published the day after
        {**GOOD, "project_id": "never", "unit": "S12", "published_on": None, "publish_days": None},  # paid, never published
        {**GOOD, "project_id": "turned", "unit": "S21", "contract_on": "2026-01-15"},  # contracted before taken on
        {**GOOD, "project_id": "short", "unit": "S21", "publish_days": 3, "contract_amt": Decimal("100.01")},  # notes only
        {**GOOD, "project_id": "skipped", "unit": "S21", "resolved_on": None},  # nothing paid: a note
        {**GOOD, "project_id": "counted", "unit": "S31", "publish_days": None, "published_on": "2026-01-27"},  # Tuesday to Sunday 02-01: four working days
        {**GOOD, "project_id": "stood", "unit": "S31", "publish_days": None},  # 01-21 to 02-01: eight
        {**GOOD, "project_id": "still", "unit": "S31", "publish_days": None, "published_on": "2026-10-30", **dict.fromkeys(CHAIN[4:])},  # nothing has followed yet
        {"suggested_on": "2026-10-01", "project_id": "new", "unit": "S22"},  # only suggested: not judged
        {**dict.fromkeys(CHAIN), "end_on": "2026-03-01", "resolved_on": "2026-11-15", "project_id": "later", "unit": "S22"},  # its step lies after the as-of day
        {**GOOD, "project_id": "old", "unit": "S11", "suggested_on": "2025-10-31"},  # before the period
    ]
    projects_ = [{**BASE, **dict.fromkeys((*CHAIN, "end_on")), **row} for row in rows]
    ledger = [
        paid("fine", "2026-03-01", "45.05"), paid("fine", "2026-04-01", "45.06"), paid("fine", "2026-05-01", "0.01", "refund"),
        paid("early", "2026-01-20"), paid("never", "2026-03-01"), paid("short", "2026-03-01", "100.02"),
    ]  # fmt: skip
    return FeedCity(tmp_path_factory.mktemp("funds"), fund_project=projects_, fund_ledger=ledger)


def names(city: FeedCity, project_id: str) -> list[tuple[str, bool]]:
    found = project(city.build, EVERYBODY, parse_scope(city.build), project_id)
    assert found is not None
    return [(breach.name.zh, breach.counts) for breach in found.breaches]


@pytest.mark.parametrize(
    ("project_id", "expected"),
    [
        ("fine", []),
        ("early", [("先付款后公示", True)]),
        ("never", [("未公示先付款", True)]),
        ("turned", [("先签约后承接", True)]),
        ("short", [("公示不足 5 个工作日", False), ("合同超过批准金额", False), ("付款超过合同金额", False)]),
        ("skipped", [("跳过议决", False)]),
        ("counted", [("公示不足 5 个工作日", False)]),
        ("stood", []),
        ("still", []),
        ("new", []),
        ("later", []),
    ],
)
def test_violations_by_name(city: FeedCity, project_id: str, expected: list[tuple[str, bool]]) -> None:
    """A contract of 01-15 stands before resolved, published and taken on: its neighbour on the chain is named."""
    assert names(city, project_id) == expected


def test_same_verdict_as_the_indicator(city: FeedCity) -> None:
    """Judged: fine, early, never, turned, short, skipped, counted, stood, still; in order: all but early, never, turned."""
    found = projects(city.build, EVERYBODY, parse_scope(city.build), 1)
    judged = [one for one in found if one.is_judged]
    assert (sum(one.in_order for one in judged), len(judged)) == city.parts("fund_process_rate") == (6, 9)
    assert {one.id for one in found[:3]} == {"early", "never", "turned"}, "violations come first"
    assert "old" not in {one.id for one in found}


def test_counts_and_money(city: FeedCity) -> None:
    scope = parse_scope(city.build)
    found = projects(city.build, EVERYBODY, scope, 1)
    assert dict(step_counts(found))["suggested_on"] == 10 and dict(step_counts(found))["audited_on"] == 8
    assert [(one.name.zh, one.n) for one in breach_counts(found) if one.counts] == [("先付款后公示", 1), ("先签约后承接", 1), ("未公示先付款", 1)]
    fine = next(one for one in found if one.id == "fine")
    assert (fine.paid, fine.unpaid, fine.paid_on) == (Decimal("90.10"), Decimal("0.00"), date(2026, 3, 1))
    assert fine.reached == "audited_on"


def test_filter_and_area(city: FeedCity) -> None:
    assert projects(city.build, EVERYBODY, parse_scope(city.build, where=["fund=激励"]), 1) == ()
    street = city.numbers["J1"]
    assert {one.id for one in projects(city.build, EVERYBODY, parse_scope(city.build), street)} == {"fine", "early", "never"}
    narrow = Reader("leader", city.numbers["S21"], city.numbers["S21"])
    assert {one.id for one in projects(city.build, narrow, parse_scope(city.build), 1)} == {"turned", "short", "skipped"}
    assert project(city.build, narrow, parse_scope(city.build), "fine") is None


def test_without_projects(tmp_path: Path) -> None:
    city = FeedCity(tmp_path, fund_ledger=[paid("x", "2026-03-01")])
    assert projects(city.build, EVERYBODY, parse_scope(city.build), 1) == ()
