"""The fund ledger by hand: sums to the cent, residue, sources, target groups against residents, yearly floors."""

from datetime import date
from decimal import Decimal

import pytest

from etl.query.fund_money import accounts, by_year, ledger, sources
from etl.query.fund_people import floors, per_household, target_groups
from etl.query.scope import parse_scope
from tests.tiny_feeds import EVERYBODY, FeedCity


def entry(unit: str, direction: str, amt: str, day: str, **more: object) -> dict:
    return {
        "unit": unit, "project_id": None, "fund": "guarantee", "year": 2026, "direction": direction, "amt": Decimal(amt), "on_date": day, "origin": "government", **more,
    }  # fmt: skip


def project(key: str, unit: str, **more: object) -> dict:
    return {"project_id": key, "unit": unit, "name": key, "fund": "guarantee", "contract_on": None, "contract_amt": None, "target_group": None, "provider": None, **more}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    ledger_ = [
        entry("S11", "budget", "1000.00", "2026-01-10"), entry("S11", "received", "600.10", "2026-04-30"),
        entry("S12", "received", "400.20", "2026-05-01", origin="enterprise"), entry("S11", "expense", "0.10", "2026-05-02", project_id="kids"),
        entry("S11", "expense", "0.20", "2026-05-03", project_id="kids"), entry("S12", "expense", "0.70", "2026-05-04", project_id="all"),
        entry("S12", "refund", "0.10", "2026-05-05", project_id="all"), entry("S21", "received", "50.00", "2026-06-01", fund="incentive", origin=None),
        entry("S21", "expense", "20.00", "2026-11-01", fund="incentive"),  # after the as-of day
        entry("S11", "received", "300.00", "2025-04-01", year=2025), entry("S11", "expense", "100.00", "2025-06-01", year=2025),
        entry("S11", "cleared", "150.00", "2026-05-31", year=2025), entry("S11", "cleared", "40.00", "2026-06-01", year=2025),
    ]  # fmt: skip
    projects_ = [
        project("kids", "S11", target_group="18岁以下", contract_on="2026-05-01", contract_amt=Decimal("10.00"), provider="邻里社"),
        project("all", "S12", target_group="全体居民"),
    ]
    people = {"S11": {"population": 100, "pop_u18": 20, "pop_60p": 30}, "S12": {"population": 100, "pop_u18": 20, "pop_60p": 10}}
    blank = {code: {"population": None, "pop_u18": None, "pop_60p": None} for code in ("J1",)}
    return FeedCity(tmp_path_factory.mktemp("money"), more={**blank, **people}, fund_ledger=ledger_, fund_project=projects_,
                    social_org=[{"unit": "S11", "name": "邻里社"}])  # fmt: skip


def test_accounts_to_the_cent(city: FeedCity) -> None:
    """0.1 + 0.2 + 0.7 − 0.1 is 0.90, and no float has touched it."""
    guarantee, incentive, total = accounts(city.build, EVERYBODY, parse_scope(city.build), 1)
    assert (guarantee.budget, guarantee.received, guarantee.expense, guarantee.refund) == tuple(map(Decimal, ("1000.00", "1000.30", "1.00", "0.10")))
    assert (guarantee.paid, guarantee.balance, guarantee.committed, guarantee.free) == tuple(map(Decimal, ("0.90", "999.40", "9.70", "989.70")))
    assert (incentive.fund, incentive.received, incentive.expense) == ("incentive", Decimal("50.00"), Decimal(0))
    assert (total.fund, total.balance) == ("", Decimal("1049.40"))


def test_accounts_equal_the_indicators(city: FeedCity) -> None:
    total = accounts(city.build, EVERYBODY, parse_scope(city.build), 1)[-1]
    assert (float(total.paid), float(total.received)) == city.parts("fund_exec_rate") == (0.9, 1050.3)
    last_year = accounts(city.build, EVERYBODY, parse_scope(city.build), 1, 2025)[-1]
    assert (float(last_year.free), float(last_year.received)) == city.parts("fund_residue_rate") == (10.0, 300.0)
    assert [one.year for one in by_year(city.build, EVERYBODY, parse_scope(city.build), 1)] == [2025, 2026]


def test_the_ledger_adds_up(city: FeedCity) -> None:
    found = ledger(city.build, EVERYBODY, parse_scope(city.build), 1)
    assert found.adds_up and found.n == 8
    assert found.by_entry == found.entries[0].balance == Decimal("1049.40")
    assert [one.balance for one in found.entries][-3:] == [Decimal("1000.30"), Decimal("600.10"), Decimal("0")]
    assert len(ledger(city.build, EVERYBODY, parse_scope(city.build), 1, limit=2).entries) == 2


def test_sources_and_filter(city: FeedCity) -> None:
    scope = parse_scope(city.build)
    assert [(origin, amt) for origin, amt, _ in sources(city.build, EVERYBODY, scope, 1)] == [
        ("government", Decimal("600.10")), ("enterprise", Decimal("400.20")), ("", Decimal("50.00")),
    ]  # fmt: skip
    only = accounts(city.build, EVERYBODY, parse_scope(city.build, where=["fund=激励"]), 1)
    assert [(one.fund, one.received) for one in only] == [("incentive", Decimal("50.00")), ("", Decimal("50.00"))]


def test_target_groups_against_residents(city: FeedCity) -> None:
    """Street J1: 0.60 of 0.90 for everybody, 0.30 for children, who are 40 of 200 residents: 33.3% ÷ 20% = 1.67."""
    everybody, children = target_groups(city.build, EVERYBODY, parse_scope(city.build), city.numbers["J1"])
    assert (everybody.name, everybody.paid, everybody.index) == ("全体居民", Decimal("0.60"), None)
    assert (children.paid, children.projects, children.people, children.people_share) == (Decimal("0.30"), 1, 40.0, 0.2)
    assert children.index == pytest.approx(1 / 3 / 0.2)


def test_per_household(city: FeedCity) -> None:
    """S11 has 310 households."""
    scope, no = parse_scope(city.build), city.numbers["S11"]
    found = per_household(city.build, scope, no, accounts(city.build, EVERYBODY, scope, no)[-1])
    assert (found.households, found.received) == (310.0, pytest.approx(600.10 / 310))


def test_floors(city: FeedCity) -> None:
    """Budget and social organisations of the district; 600.10 of 1,050.30 came by the end of April; 150 of 200 were cleared by the end of May."""
    budget, orgs, paid_in, cleared = floors(city.build, EVERYBODY, parse_scope(city.build), 1)
    assert (budget.value, budget.least, budget.is_met) == (Decimal("1000.00"), Decimal(10_000_000), False)
    assert (orgs.value, orgs.is_met) == (Decimal("0.30"), None), "the year is not over"
    assert (paid_in.value, paid_in.least, paid_in.is_met, paid_in.by) == (Decimal("600.10"), Decimal("1050.30"), False, date(2026, 4, 30))
    assert (cleared.value, cleared.least, cleared.is_met) == (Decimal("150.00"), Decimal("200.00"), False)
    of_street = floors(city.build, EVERYBODY, parse_scope(city.build), city.numbers["J1"])
    assert [one.unit_name for one in of_street[:2]] == ["D1号", "D1号"], "the district's floors are the district's wherever one stands"
