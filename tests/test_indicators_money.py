"""Funds, property, premises, co-building by hand."""

from pathlib import Path

import pytest

from tests.tiny_feeds import FeedCity

CHAIN = ("suggested_on", "collated_on", "resolved_on", "published_on", "bid_on", "contract_on", "start_on", "accepted_on", "audited_on")


def entry(unit: str, year: int, direction: str, amt: float, day: str, project: str | None = None, fund: str = "guarantee") -> dict:
    return {"unit": unit, "year": year, "direction": direction, "amt": amt, "on_date": day, "project_id": project, "fund": fund}


def project(unit: str, no: str, fund: str = "guarantee", amt: float | None = None, **days: str) -> dict:
    return {"unit": unit, "project_id": no, "name": no, "fund": fund, "contract_amt": amt, **dict.fromkeys(CHAIN), "end_on": None, **days}


@pytest.fixture(scope="module")
def funded(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    return FeedCity(
        tmp_path_factory.mktemp("funded"),
        fund_ledger=[
            entry("S11", 2026, "budget", 9999, "2026-01-02"), entry("S11", 2026, "received", 1000.10, "2026-03-01"),
            entry("S11", 2026, "expense", 300.33, "2026-05-01", "ok"), entry("S11", 2026, "refund", 100.11, "2026-06-01", "ok"),
            entry("S11", 2026, "expense", 50, "2026-11-01"),  # after the as-of day
            entry("S12", 2026, "received", 500, "2026-03-01", fund="incentive"), entry("S12", 2026, "expense", 20, "2026-05-02", "early", fund="incentive"),
            entry("S11", 2025, "received", 800, "2025-03-01"), entry("S11", 2025, "expense", 300, "2025-05-01"),
            entry("S11", 2025, "cleared", 50, "2026-05-20"), entry("S11", 2025, "refund", 10, "2025-07-01"), entry("S11", 2025, "expense", 60, "2025-12-01", "signed"),
            entry("S12", 2025, "received", 100, "2025-03-01"), entry("S12", 2025, "expense", 130, "2025-05-01"),
        ],
        fund_project=[
            project("S11", "ok", suggested_on="2026-01-05", resolved_on="2026-02-01", published_on="2026-02-03", start_on="2026-04-01"),  # paid in May
            project("S12", "early", "incentive", suggested_on="2026-01-05", resolved_on="2026-02-01", published_on="2026-06-01"),  # paid before published
            project("S12", "reversed", suggested_on="2026-03-01", contract_on="2026-04-01", accepted_on="2026-03-20"),
            project("S12", "gap", collated_on="2026-03-01", resolved_on="2026-02-01"),  # no suggestion: its first date counts; reversed
            project("S12", "idea", suggested_on="2026-03-01"),  # no step beyond 建议: does not count
            project("S12", "later", suggested_on="2026-03-01", collated_on="2026-11-05"),  # nor is this step taken yet
            project("S12", "before", suggested_on="2025-03-01", collated_on="2025-11-05"),  # suggested before the period
            project("S11", "signed", amt=200, suggested_on="2025-01-05", contract_on="2025-09-01"),  # 60 of 200 paid
        ],
    )  # fmt: skip


def test_funds_spent_to_the_cent(funded: FeedCity) -> None:
    assert funded.parts("fund_exec_rate", "S11") == (200.22, 1000.10)
    assert funded.parts("fund_exec_rate") == (220.22, 1500.10)
    assert funded.parts("fund_exec_rate", where=("fund=激励",)) == (20, 500)
    assert funded.parts("fund_exec_rate", end="2025-12-31") == (480, 900)  # the year of the period's end: 300 − 10 + 60 and 130


def test_residue_of_last_year(funded: FeedCity) -> None:
    """S11: 800 − 300 + 10 − 60 − 50 = 400, less the 140 of the contract not yet paid = 260. S12: 100 − 130 < 0 → 0. Together 230."""
    assert funded.parts("fund_residue_rate", "S11") == (260, 800)
    assert funded.parts("fund_residue_rate", "S12") == (0, 100)
    assert funded.parts("fund_residue_rate") == (230, 900)


def test_projects_in_due_order(funded: FeedCity) -> None:
    assert funded.parts("fund_process_rate") == (1, 4)
    assert funded.parts("fund_process_rate", "S11") == (1, 1)
    assert funded.parts("fund_process_rate", where=("fund=incentive",)) == (0, 1)


def test_dividend_of_four_yuan(tmp_path: Path) -> None:
    """72 m² at 4 yuan are 288 yuan; 300,000 yuan at 4 yuan are 75,000 m²."""
    def paid(unit: str, period: str, amt: float, m2: float | None, direction: str = "dividend") -> dict:
        return {"unit": unit, "compound_id": unit, "period": period, "direction": direction, "amt": amt, "basis_m2": m2}

    city = FeedCity(tmp_path, compound_revenue=[
        paid("X111", "2026-03", 288, 72), paid("X112", "2026", 299712, 74928), paid("X111", "2026-03", 999, None, "income"),
        paid("X111", "2025-10", 7, 7), paid("X121", "2025", 10, 1),  # October 2025 lies before the period; the year 2025 touches it
    ])  # fmt: skip
    assert city.ask("dividend_per_m2", "X111") == (288, 72, 4, "ok")
    assert city.ask("dividend_per_m2", "S11") == (300000, 75000, 4, "ok")
    assert city.parts("dividend_per_m2") == (300010, 75001)
    assert city.parts("dividend_per_m2", start="2026-03-31", end="2026-03-31") == (300000, 75000)


def test_property(tmp_path: Path) -> None:
    def compound(unit: str, mode: str, committee: str | None, **flags: object) -> dict:
        return {"unit": unit, "compound_id": unit, "name": unit, "property_mode": mode, "owners_committee_on": committee, "has_joint_account": None,
                "open_budget_on": None, "has_supervisor": None, "has_supervision_group": None, **flags}  # fmt: skip

    four = {"has_joint_account": True, "open_budget_on": "2026-01-01", "has_supervisor": True, "has_supervision_group": True}
    city = FeedCity(
        tmp_path,
        compound=[
            compound("X111", "trust", "2020-01-01", **four), compound("X112", "trust", "2026-11-01", **{**four, "has_supervisor": False}),
            compound("X121", "trust", None, **{**four, "open_budget_on": None}), compound("X122", "lump_sum", "2026-10-31", **four),
        ],
        property_fee=[
            {"unit": "X111", "compound_id": "a", "period": "2026-09", "due_amt": 100, "paid_amt": 40},  # the seed's low 40 %
            {"unit": "X112", "compound_id": "b", "period": "2026", "due_amt": 300.5, "paid_amt": 300.5},
            {"unit": "X111", "compound_id": "a", "period": "2024", "due_amt": 100, "paid_amt": 0},
        ],
    )  # fmt: skip
    assert city.parts("trust_ok_rate") == (1, 3) and city.parts("oc_cover_rate") == (2, 4)
    assert city.parts("fee_collect_rate", "X111") == (40, 100) and city.parts("fee_collect_rate") == (340.5, 400.5)


def test_premises(tmp_path: Path) -> None:
    """S11 of 310 households: 1,000 m² = 322 per 100. S12 of 620: 900 m² in all. S21 of 80: 2,000 m². S32 of 100: none."""
    kinds = ("社区事务服务中心", "文化活动中心", "生活服务中心", "社区卫生服务中心", "综治维稳中心")
    places = [{"unit": "S11", "type": kind, "area_m2": 200.0} for kind in kinds] + [
        {"unit": "X121", "type": "事务服务中心", "area_m2": 900.0}, {"unit": "S21", "type": "党群服务中心", "area_m2": 2000.0},
        {"unit": "S21", "type": "警务室", "area_m2": None},
    ]  # fmt: skip
    city = FeedCity(tmp_path, facility=[{"name": "n", **place} for place in places])
    assert city.ask("premises_per_100hh", "S11")[:3] == (1000, 310, pytest.approx(322.58064516))
    assert city.parts("premises_per_100hh") == (3900, 3230)
    assert city.parts("premises_ok_rate") == (2, 6) and city.parts("premises_ok_rate", "J1") == (1, 2) and city.parts("premises_ok_rate", "S12") == (0, 1)
    assert city.parts("five_centre_rate") == (1, 6) and city.parts("five_centre_rate", "S21") == (0, 1)


def contract(no: str, *days: str | None, end: str | None = None, unit: str = "S11") -> dict:
    names = ("talked_on", "signed_on", "published_on", "start_on", "appraised_on")
    return {"unit": unit, "contract_id": no, "partner": "p", **dict(zip(names, (*days, *[None] * (5 - len(days))), strict=True)), "end_on": end}


def test_contracts(tmp_path: Path) -> None:
    city = FeedCity(
        tmp_path,
        contract=[
            contract("full", "2026-01-01", "2026-01-10", "2026-02-09", "2026-02-10", "2026-09-30", end="2026-08-31"),  # the 30th day each time
            contract("late", "2026-01-01", "2026-01-10", "2026-02-10", "2026-02-10", end="2027-01-01"),  # published on the 31st day
            contract("unappraised", "2026-01-01", "2026-01-10", "2026-01-11", "2026-01-12", end="2026-08-31"),
            contract("running", "2026-01-01", "2026-01-10", "2026-01-11", "2026-01-12", end="2026-12-31"),  # not to be appraised yet
            contract("reversed", "2026-01-20", "2026-01-10", "2026-01-11", "2026-01-12", end="2026-12-31", unit="S12"),
            contract("new", "2026-10-01", "2026-10-10", end="2026-12-31"),  # its 30 days are not over
            contract("old", "2024-01-01", "2024-01-10", end="2024-12-31"),  # before the period
        ],
        contract_item=[
            {"contract_id": no, "item_id": str(i), "direction": side, "due_on": due, "done_on": done, "unit": "S11"}
            for i, (no, side, due, done) in enumerate([
                ("full", "give", "2026-06-01", "2026-05-01"), ("full", "get", "2026-06-01", "2026-10-31"), ("late", "give", "2026-06-01", "2026-11-01"),
                ("late", "give", "2026-10-31", None), ("running", "get", "2026-12-01", "2026-05-01"), ("old", "give", "2024-06-01", "2024-06-01"),
            ])
        ],
    )  # fmt: skip
    assert city.parts("contract_step_rate") == (2, 5) and city.parts("contract_step_rate", "S12") == (0, 1)
    assert city.parts("contract_mutual_rate") == (1, 6)
    assert city.parts("contract_fulfil_rate") == (2, 4)  # late, but done by the as-of day, is done


def test_quarters_resolutions_suggestions(tmp_path: Path) -> None:
    days = [("S11", "2026-01-01"), ("X112", "2026-03-31"), ("S11", "2026-05-01"), ("S21", "2026-09-30"), ("S21", "2026-10-01"), ("J3", "2026-05-01")]
    city = FeedCity(
        tmp_path,
        joint_activity=[{"activity_id": str(i), "unit": unit, "held_on": day} for i, (unit, day) in enumerate(days)],
        deliberation=[
            {"event_id": str(i), "unit": "X111", "type": "open_air", "held_on": day, "resolutions_n": n, "done_n": done}
            for i, (day, n, done) in enumerate([("2026-05-01", 4, 3), ("2026-06-01", 2, None), ("2026-06-02", None, None), ("2025-06-02", 9, 9)])
        ],
        suggestion=[
            {"suggestion_id": str(i), "unit": unit, "made_on": "2026-05-01", "group_id": group, "is_adopted": adopted}
            for i, (unit, group, adopted) in enumerate(
                [("S11", "g1", False), ("S11", "g1", True), ("S12", "g1", False), ("S21", "g1", None), ("S12", "g2", False), ("S12", None, True)])
        ],
    )  # fmt: skip
    # whole quarters: 1 to 3 of 2026, 6 communities. S11 in two of them (once by a compound), S21 in one; J3 is no community
    assert city.parts("joint_quarter_rate") == (3, 18) and city.parts("joint_quarter_rate", "S11") == (2, 3)
    assert city.ask("joint_quarter_rate", start="2026-02-01", end="2026-04-30")[3] == "no_data"
    assert city.parts("resolution_done_rate") == (3, 6)
    # 2,600 suggestions are not 2,600: groups g1 and g2; g1 lies in four places and is one group everywhere
    assert city.parts("suggest_adopt_rate") == (1, 2) and city.parts("suggest_adopt_rate", "J1") == (1, 2)
    assert city.parts("suggest_adopt_rate", "S12") == (0, 2) and city.parts("suggest_adopt_rate", "J2") == (0, 1)
