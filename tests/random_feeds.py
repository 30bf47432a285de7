"""Random sealed builds with rows in every feed, edge days included, for checks by a second calculation."""

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd

from etl.model.tables import BY_NAME
from etl.query.warehouse import Build
from tests.random_city import DATA_DATE, random_cases, random_members, random_staff, random_units
from tests.tiny_city import Row, write_build

LEVELS = ("city", "district", "street", "community", "compound", "micro")
FUNDS = ("guarantee", "incentive", "other")
CHAIN = ("suggested_on", "collated_on", "resolved_on", "published_on", "bid_on", "contract_on", "start_on", "accepted_on", "audited_on")
CENTRES = ("事务服务中心", "社区文化活动中心", "生活服务中心", "社区卫生服务中心", "综治维稳中心", "警务室")


class Dice(random.Random):
    """Random days, times, yes, no or nothing."""

    def day(self, span: int = 500, blank: float = 0.0) -> date | None:
        return None if self.random() < blank else DATA_DATE - timedelta(days=self.randint(-10, span))

    def time(self, blank: float = 0.0) -> datetime | None:
        day = self.day(420, blank)
        return day and datetime.combine(day, datetime.min.time()) + timedelta(minutes=self.choice([0, self.randint(0, 1439)]))

    def flag(self) -> bool | None:
        return self.choice([True, True, False, None])

    def money(self) -> float:
        return self.randint(1, 10**7) / 100


def plain(frame: pd.DataFrame) -> list[Row]:
    """Rows with None for everything missing."""
    return [{name: None if not isinstance(value, list) and pd.isna(value) else value for name, value in row.items()} for row in frame.to_dict("records")]


def random_feeds(dice: Dice) -> tuple[list[Row], dict[str, list[Row]]]:
    """Numbered units and rows of every feed."""
    units = random_units(dice)
    for unit in units:
        unit["population"] = dice.choice([None, dice.randint(0, 5000)])
        unit["area_m2"] = dice.choice([None, float(dice.randint(1, 400)), 0.0]) if unit["level"] in ("community", "micro") else None
    codes = [unit["unit_code"] for unit in units]
    rows: dict[str, list[Row]] = {feed: [] for feed in BY_NAME if feed != "unit"}

    def fill(feed: str, n: int, make: Any) -> None:
        rows[feed] = [{"unit_no": dice.choice(units)["unit_no"], **make(i)} for i in range(n)]

    rows["case"] = plain(random_cases(dice, units, 400))
    busy = dice.choice([unit["unit_no"] for unit in units if unit["level"] == "compound"])
    for row in rows["case"]:
        row["unit_no"] = busy if dice.random() < 0.5 else row["unit_no"]  # or no compound would ever be hot
        filed = row["counted_at"]
        row |= {
            "first_contact_at": dice.choice([None, filed + timedelta(hours=24), filed + timedelta(hours=dice.randint(0, 40))]),
            "resolved_level": dice.choice([None, None, *LEVELS]), "repeat_kind": dice.choice(["repeat", "urge"]) if row["repeat_of"] else None,
            "code4": dice.choice(["0101", "0102", "0107", "0406", "1299"]),
        }  # fmt: skip
    kinds = ("dispatch", "dispatch", "return", "feedback", "close", "check_fail", "reopen", "reassign")
    whom = ("甲", "乙", "小乙", "两义", None)
    fill("case_event", 500, lambda i: {"case_no": str(dice.randint(0, dice.choice([60, 420]))), "source_system": dice.choice([None, "", ""]), "type": dice.choice(kinds), "seq": i,
                                       "at": dice.time() + timedelta(seconds=i), "from_unit": dice.choice(whom), "to_unit": dice.choice(whom)})  # fmt: skip
    rows["org"] = [
        {"unit_no": 1, "org_id": str(i), "name": name, "aliases": aliases, "level": level}
        for i, (name, aliases, level) in enumerate([("甲", None, "street"), ("乙局", ["乙", "小乙", "两义"], "compound"), ("两义", None, "district"), ("丙", ["丁"], None)])
    ]  # fmt: skip
    fill("whistle", 60, lambda i: {"whistle_id": f"w{i // 2}", "dept": f"d{i % 3}", "blown_at": (at := dice.time()), "due_arrive_at": at + timedelta(hours=2),
                                   "arrived_at": dice.choice([None, at + timedelta(minutes=dice.randint(60, 180))]), "is_refused": dice.flag()})  # fmt: skip
    fill("mobilisation", 60, lambda i: {"mob_id": str(i), "issued_at": (at := dice.time()), "first_hh_at": dice.choice([None, at + timedelta(minutes=dice.randint(1, 90))]),
                                        "done_at": dice.choice([None, at + timedelta(hours=dice.choice([1, 3, 4, 40]))])})  # fmt: skip
    fill("meeting_issue", 50, lambda i: {"issue_id": str(i), "held_on": dice.day(), "code4": dice.choice(["0101", "0107", None]), "proper_level": dice.choice([None, *LEVELS[2:4]]),
                                         "handled_level": dice.choice([None, *LEVELS[2:5]])})  # fmt: skip
    rows["grid_staff"] = [{**row, "is_org_secretary": dice.flag(), "role": dice.choice([row["role"], "general_head", "chief"])} for row in plain(random_staff(dice, units))]
    rows["member_stat"] = [
        {**row, "category": dice.choice([row["category"], "floating"]), "contacted_n": dice.choice([None, row["n"], 0])} for row in plain(random_members(dice, units))
    ]
    seen: dict[tuple, Row] = {}  # keys stay unique as the build keeps them
    for row in rows["member_stat"]:
        seen[row["unit_no"], row["building_id"], row["category"], row["relation"], row["as_of_on"]] = row
    rows["member_stat"] = list(seen.values())
    rows["building"] = [{"building_id": name, "compound_id": "k", "unit_no": no} for name, no in {r["building_id"]: r["unit_no"] for r in rows["member_stat"] if r["building_id"]}.items()]
    types = ("group", "group", "branch", "general_branch", "committee", "work_committee")
    fill("party_org", 60, lambda i: {"org_id": str(i), "type": dice.choice(types), "building_id": dice.choice([None, None, dice.choice(rows["building"])["building_id"]]),
                                     "founded_on": dice.day(500, 0.5), "ended_on": dice.day(300, 0.7), "is_one_shoulder": dice.flag(),
                                     "two_committee_n": dice.choice([None, 7]), "crosspost_n": dice.choice([None, 3, 4])})  # fmt: skip
    fill("service_post", 25, lambda i: {"post_id": str(i), "offered": 9, "claimed": dice.randint(0, 9), "as_of_on": dice.day()})
    fill("care_visit", 50, lambda i: {"visit_id": str(i), "trigger": "festival", "due_on": (due := dice.day()), "done_on": dice.choice([None, due, due + timedelta(1)])})
    fill("service_log", 50, lambda i: {"log_id": str(i), "held_on": dice.day(), "by": dice.choice(["member", "volunteer"]), "participants": 3, "hours": dice.randint(1, 99) / 4})
    fill("worker_stat", 40, lambda i: {"as_of_on": dice.day(), "n": 9, "n_member": dice.choice([None, dice.randint(0, 9)]), "file_no": 1, "src_row": i})
    fill("social_org", 40, lambda i: {"org_id": str(i), "name": str(i), "has_standard": dice.flag(), "is_active": dice.flag()})
    fill("fund_project", 60, lambda i: {"project_id": str(i), "name": str(i), "fund": dice.choice(FUNDS), "contract_amt": dice.choice([None, dice.money()]), "end_on": dice.day(),
                                        **_chain(dice)})  # fmt: skip
    fill("fund_ledger", 150, lambda i: {"entry_id": str(i), "project_id": dice.choice([None, str(dice.randint(0, 59))]), "fund": dice.choice(FUNDS), "year": dice.choice([2024, 2025, 2026]),
                                        "direction": dice.choice(["budget", "received", "received", "expense", "refund", "cleared"]), "amt": dice.money(), "on_date": dice.day(700)})  # fmt: skip
    fill("compound", 30, lambda i: {"compound_id": str(i), "name": str(i), "property_mode": dice.choice(["trust", "trust", "fee", None]), "owners_committee_on": dice.day(500, 0.3),
                                    "open_budget_on": dice.day(500, 0.2),
                                    **{flag: dice.choice([True] * 4 + [False, None]) for flag in ("has_joint_account", "has_supervisor", "has_supervision_group")}})  # fmt: skip
    periods = ("2024", "2025", "2026", "2025-10", "2025-11", "2026-01", "2026-10", "2026-11")
    fill("compound_revenue", 60, lambda i: {"compound_id": str(i), "period": dice.choice(periods), "direction": dice.choice(["income", "dividend", "dividend"]), "amt": dice.money(),
                                            "basis_m2": dice.choice([None, dice.randint(1, 999) / 2])})  # fmt: skip
    fill("property_fee", 60, lambda i: {"compound_id": str(i), "period": dice.choice(periods), "due_amt": dice.money(), "paid_amt": dice.money()})
    fill("facility", 90, lambda i: {"facility_id": str(i), "name": str(i), "type": dice.choice(CENTRES), "area_m2": dice.choice([None, dice.randint(1, 3000) / 2])})
    fill("contract", 60, lambda i: {"contract_id": str(i), "partner": "p", **_steps(dice)})
    fill("contract_item", 120, lambda i: {"contract_id": str(dice.randint(0, 59)), "item_id": str(i), "direction": dice.choice(["give", "get"]), "due_on": dice.day(500, 0.1), "done_on": dice.day(500, 0.3)})
    fill("joint_activity", 60, lambda i: {"activity_id": str(i), "held_on": dice.day()})
    fill("deliberation", 40, lambda i: {"event_id": str(i), "type": "council", "held_on": dice.day(), "resolutions_n": dice.choice([None, 5]), "done_n": dice.choice([None, 2])})
    fill("suggestion", 80, lambda i: {"suggestion_id": str(i), "made_on": dice.day(), "group_id": dice.choice([None, *map(str, range(15))]), "is_adopted": dice.flag()})
    watched = ("close_rate", "close_rate", "geo_match_rate", "overdue_open_n", "close_hours_p50", "no_such")
    rows["pilot"] = [
        {"pilot_id": str(i), "name": str(i), "unit_codes": dice.sample(codes, 2), "control_codes": dice.choice([None, dice.sample(codes, 2)]), "indicator": one, "start_on": date(2026, 4, 1)}
        for i, one in enumerate(watched)
    ]  # fmt: skip
    _later_feeds(Dice(f"{len(units)} later"), units, rows, fill)
    return units, rows


def _later_feeds(dice: Dice, units: list[Row], rows: dict[str, list[Row]], fill: Any) -> None:
    """Disputes, petitions and the feeds of services and order, from dice of their own."""
    for row in rows["case"]:
        if dice.random() < 0.25:
            row["code4"] = dice.choice(["1001", "1003"])
        if dice.random() < 0.1:
            row["source"] = "petition"
    for unit in units:
        unit["pop_u18"], unit["pop_60p"] = dice.choice([None, dice.randint(0, (unit["population"] or 100) // 5)]), dice.choice([None, dice.randint(0, 500)])
        unit["kind"] = dice.choice(["general", "general", None, "exclusive"])
    for feed, column in (("service_log", "participants"), ("joint_activity", "participants"), ("deliberation", "attendees")):
        for row in rows[feed]:
            row[column] = dice.randint(1, 60) if feed == "service_log" else dice.choice([None, dice.randint(0, 60)])
    fill("grid_task", 60, lambda i: {"task_id": str(i), "task": "巡查", "due_on": dice.day(500, 0.1), "done_on": dice.day(500, 0.3)})
    fill("mediation", 60, lambda i: {"case_id": str(i), "type": "邻里", "accepted_on": dice.day(), "result": dice.choice(["success", "success", "failed", "open", None])})
    fill("wish", 60, lambda i: {"wish_id": str(i), "made_on": dice.day(), "done_on": dice.day(500, 0.4)})
    months = ("2025-10", "2025-11", "2025-12", "2026-06", "2026-10", "2026-11")
    what = (("一站式大厅", "社保"), ("健康体检", "60岁以上"), ("12349", "上门体检"))
    fill("service_stat", 80, lambda i: {"month": dice.choice(months), "channel": (pair := dice.choice(what))[0], "type": pair[1], "n": (n := dice.randint(0, 90)),
                                        "first_time_n": dice.choice([None, n, n // 2])})  # fmt: skip


def _chain(dice: Dice) -> Row:
    """Dates mostly in order, some missing, some out of order."""
    day, found = dice.day(400), {}
    for name in CHAIN:
        day = day + timedelta(days=dice.choice([0, 1, 10, 30, -1] if dice.random() < 0.3 else [0, 1, 10]))
        found[name] = None if dice.random() < 0.35 else day
    return found


def _steps(dice: Dice) -> Row:
    signed = dice.day(450)
    return {
        "talked_on": dice.choice([None, signed, signed, signed - timedelta(3), signed + timedelta(1)]), "signed_on": dice.choice([None, signed, signed, signed]),
        "published_on": dice.choice([None, signed + timedelta(30), signed + timedelta(31), signed]), "start_on": dice.choice([None, signed + timedelta(31), signed + timedelta(60)]),
        "end_on": dice.choice([None, (end := signed + timedelta(dice.randint(60, 300)))]), "appraised_on": dice.choice([None, end + timedelta(30), end + timedelta(31), end]),
    }  # fmt: skip


def random_feed_city(warehouse: Path, seed: int) -> tuple[Build, list[Row], dict[str, list[SimpleNamespace]]]:
    """A sealed build of the seed, its units, and its rows as plain objects."""
    units, rows = random_feeds(Dice(seed))
    build = write_build(warehouse, units, rows, DATA_DATE)
    return build, units, {feed: [SimpleNamespace(**row) for row in given] for feed, given in rows.items()}
