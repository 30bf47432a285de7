"""Breakdowns of the page 小区物业, worked out by hand on the tiny city."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from etl.query.common_income import common_income, dividends, published_quarters
from etl.query.compounds import fee_trend, home_dividend, modes, modes_of_units, register, trusts, unmanaged
from etl.query.premises import facility_kinds, premises, services
from etl.query.reader import Reader
from etl.query.scope import default_scope, parse_scope
from tests.tiny_feeds import EVERYBODY, FeedCity


def compound(name: str, unit: str, mode: str | None, **more: object) -> dict:
    blank = {
        "owners_committee_on": None, "open_budget_on": None, "has_joint_account": None, "has_supervisor": None, "has_supervision_group": None,
        "has_mediation_body": None, "households": 100,
    }  # fmt: skip
    return {"compound_id": name, "unit": unit, "name": f"{name}苑", "property_mode": mode, **blank, **more}


def money(name: str, unit: str, period: str, direction: str, amt: float, **more: object) -> dict:
    blank = {"item": None, "voted_on": None, "basis_m2": None, "owners_n": None, "published_on": None}
    return {"compound_id": name, "unit": unit, "period": period, "direction": direction, "amt": Decimal(str(amt)), **blank, **more}


def fee(name: str, unit: str, period: str, due: float, paid: float, due_hh: int | None = None, paid_hh: int | None = None) -> dict:
    return {"compound_id": name, "unit": unit, "period": period, "due_amt": Decimal(str(due)), "paid_amt": Decimal(str(paid)), "due_hh": due_hh, "paid_hh": paid_hh}


@pytest.fixture
def city(tmp_path: Path) -> FeedCity:
    day = date(2026, 5, 1)
    return FeedCity(
        tmp_path,
        compound=[
            compound("K1", "X111", "trust", owners_committee_on=day, open_budget_on=day, has_joint_account=True, has_supervisor=True, has_supervision_group=True),
            compound("K2", "X112", "trust", owners_committee_on=day, open_budget_on=date(2026, 11, 5), has_joint_account=True, has_supervisor=False),
            compound("K3", "X121", "emergency"), compound("K4", "X122", "none", owners_committee_on=date(2026, 11, 2)),
            compound("K5", "X211", None), compound("K6", "X121", "lump_sum", households=900),
        ],
        property_fee=[
            fee("K1", "X111", "2025-09", 100, 50), fee("K1", "X111", "2026-03", 200, 100.10, 10, 6), fee("K1", "X111", "2026-09", 100, 80, 10, 9),
            fee("K3", "X121", "2026-09", 100, 20), fee("K3", "X121", "2026-12", 100, 100),
        ],
        compound_revenue=[
            money("K1", "X111", "2026", "income", 1000.5, item="parking", published_on=day), money("K1", "X111", "2026", "income", 200, item="advert", published_on=day),
            money("K1", "X111", "2026", "expense", 300, published_on=day),
            money("K1", "X111", "2026", "dividend", 288, basis_m2=72.0, owners_n=1, voted_on=day, published_on=day),
            money("K2", "X112", "2026", "income", 100, item="site"), money("K2", "X112", "2026", "dividend", 150),
            money("K2", "X112", "2024", "income", 7777, item="site"),
        ],
    )  # fmt: skip


def test_the_fields_own_examples() -> None:
    """72 m² × 4 yuan = 288 yuan; about 300,000 yuan to 606 owners is 495 each, and at 4 yuan implies 75,000 m²."""
    assert home_dividend(72, 4) == Decimal("288.00")
    assert home_dividend(72.35, 0.79) == Decimal("57.16")
    assert round(300_000 / 606) == 495 and home_dividend(75_000, 4) == 300_000


def test_register_modes_and_trust(city: FeedCity) -> None:
    table = register(city.build, EVERYBODY, default_scope(city.build), 1)
    assert table["compound_id"].tolist() == ["K1", "K2", "K3", "K6", "K4", "K5"]
    by_id = table.set_index("compound_id")
    assert by_id["flags_n"].to_dict() == {"K1": 4, "K2": 1, "K3": 0, "K6": 0, "K4": 0, "K5": 0}, "a budget published later is not published yet"
    assert by_id["owners_committee_on"].notna().to_dict() == {"K1": True, "K2": True, "K3": False, "K6": False, "K4": False, "K5": False}
    assert by_id.loc["K1", ["due", "paid", "income", "expense", "dividend", "per_m2"]].tolist() == [300, 180.1, 1200.5, 300, 288, 4]
    assert by_id.loc["K1", "fee_rate"] == 180.1 / 300 and np.isnan(by_id.loc["K2", "per_m2"]), "a dividend without an area has no amount per m²"
    assert trusts(table)["compound_id"].tolist() == ["K2", "K1"]
    assert city.parts("trust_ok_rate") == (1, 2)
    assert unmanaged(table)["compound_id"].tolist() == ["K4", "K3"]
    found = modes(table).set_index("mode")
    assert found["compounds"].to_dict() == {"lump_sum": 1, "trust": 2, "emergency": 1, "none": 1, "": 1}
    assert found.loc["trust", ["committees", "supervised"]].tolist() == [2, 1]
    drawn = dict(modes_of_units(table).values.tolist())
    assert drawn == {city.numbers["X111"]: 2, city.numbers["X112"]: 2, city.numbers["X121"]: 0, city.numbers["X122"]: 5}, "of two, the larger; unknown is not drawn"


def test_fees_over_time(city: FeedCity) -> None:
    """2026-12 lies after the period's end; September is held against September a year before."""
    table = fee_trend(city.build, EVERYBODY, default_scope(city.build), 1).set_index("period")
    assert table.index.tolist() == ["2025-09", "2026-03", "2026-09"]
    assert table.loc["2026-09", ["due", "paid", "rate", "earlier", "rate_hh"]].tolist() == [200, 100, 0.5, 0.5, 0.9]
    assert np.isnan(table.loc["2026-03", "earlier"]) and np.isnan(table.loc["2025-09", "rate_hh"])
    assert city.parts("fee_collect_rate") == (200.1, 400)
    one = fee_trend(city.build, Reader("leader", city.numbers["X121"], city.numbers["X121"]), default_scope(city.build), 1)
    assert one["due"].tolist() == [100], "only what the reader may see"


def test_income_and_dividends(city: FeedCity) -> None:
    scope = default_scope(city.build)
    found = common_income(city.build, EVERYBODY, scope, 1)
    assert found.items == (("parking", 1000.5), ("advert", 200), ("site", 100))
    assert (found.income, found.expense, found.dividend, found.balance) == (1300.5, 300, 438, 562.5)
    assert (found.basis_m2, found.owners, found.compounds, found.published) == (72, 1, 2, 1)
    assert published_quarters(city.build, EVERYBODY, scope, 1) == (1, 6), "K1 in the second of three whole quarters, K2 never"
    assert city.ask("dividend_per_m2")[:3] == (288, 72, 4)
    table = dividends(city.build, EVERYBODY, scope, 1).set_index("compound_id")
    assert table.loc["K1", ["per_m2", "per_owner", "balance", "checks"]].tolist() == [4, 288, 900.5, ()]
    assert table.loc["K2", "checks"] == ("over_balance", "no_vote", "not_published", "no_area")
    assert dividends(city.build, EVERYBODY, parse_scope(city.build, "2024-01-01", "2024-12-31"), 1).empty


def test_premises(tmp_path: Path) -> None:
    """S11 310 households: 1,000 m² pass both tests; S12 620: 1,200 m² pass both; S21's 999.5 m² fail the first; S22 has none."""
    areas = {"事务服务中心": 400.0, "社区文化活动中心": 200.0, "生活服务中心": 200.0, "社区卫生服务中心": 100.0, "综治维稳中心": 100.0}
    rows = [{"unit": "S11", "type": kind, "area_m2": area} for kind, area in areas.items()]
    rows += [{"unit": "M1211", "type": "党群服务中心", "area_m2": 1200.0}, {"unit": "S21", "type": "警务室", "area_m2": 999.5}]
    city = FeedCity(tmp_path, facility=rows)
    scope = default_scope(city.build)
    table = premises(city.build, EVERYBODY, scope, 1).set_index("code")
    assert table["centres"].to_dict() == {"S11": 5, "S12": 0, "S21": 0, "S22": 0, "S31": 0, "S32": 0}
    assert table.loc["S11", ["area", "households", "is_enough"]].tolist() == [1000, 310, True]
    assert table.loc["S21", ["has_area", "is_enough"]].tolist() == [False, False]
    assert table["is_enough"].sum() == city.parts("premises_ok_rate")[0] == 2
    assert table["is_enough"].eq(table["has_area"] & table["has_share"]).all()
    assert (table["centres"] == 5).sum() == city.parts("five_centre_rate")[0]
    assert facility_kinds(city.build, EVERYBODY, scope, city.numbers["J2"]).values.tolist() == [["警务室", 1, 999.5]]


def test_services(tmp_path: Path) -> None:
    """October 2025 lies before the period; a report without first-time counts does not lower their share."""
    def row(unit: str, month: str, n: int, first: int | None) -> dict:
        return {"unit": unit, "month": month, "channel": "一站式大厅", "type": "社保", "n": n, "first_time_n": first}

    city = FeedCity(tmp_path, service_stat=[row("S11", "2025-10", 99, 99), row("S11", "2025-11", 30, 27), row("S12", "2026-10", 10, 9), row("S12", "2026-09", 5, None), row("S21", "2026-09", 1, 0)])
    table = services(city.build, EVERYBODY, default_scope(city.build), city.numbers["J1"])
    assert table.values.tolist() == [["一站式大厅", "社保", 45, 36, 0.9]]
