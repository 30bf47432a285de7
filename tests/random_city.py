"""Random sealed builds full of edge cases, and the frames they were made of, for checks by a second calculation."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from etl.query.warehouse import Build
from tests.tiny_city import Row, number_units, write_build

LEVELS = ("city", "district", "street", "community", "compound", "micro")
DATA_DATE = date(2026, 10, 31)
TAGS = ("old_compound", "urban_village", "shanty")


@dataclass(frozen=True)
class City:
    """The build and the very rows it holds."""

    build: Build
    units: pd.DataFrame
    cases: pd.DataFrame
    staff: pd.DataFrame
    members: pd.DataFrame


def random_units(dice: random.Random) -> list[Row]:
    """A numbered tree; some levels are skipped, some micro-grids dated, some figures missing."""
    units: list[Row] = []

    def add(depth: int, code: str, parent: str | None) -> None:
        row = {
            "unit_code": code, "name": code, "level": LEVELS[depth], "parent_code": parent, "valid_from": None, "valid_to": None,
            "households": dice.choice([None, None, dice.randint(0, 3000 >> depth)]) if depth < 5 else dice.choice([None, dice.randint(20, 110)]),
            "focus_tags": dice.sample(TAGS, dice.choice([1, 2])) if dice.random() < 0.12 else None,
        }  # fmt: skip
        if depth == 5 and dice.random() < 0.25:
            end = DATA_DATE - timedelta(days=dice.choice([0, 1, 40, 200]))
            units.append({**row, "valid_to": end})
            row = {**row, "valid_from": end + timedelta(days=1), "households": dice.randint(20, 110), "focus_tags": None}
        units.append(row)
        if depth < 5:
            for i in range(dice.randint(1, 3)):
                skips = depth in (1, 2, 3) and dice.random() < 0.1
                add(depth + 1 + skips, f"{code}{'abc'[i]}", code)

    add(0, "R", None)
    return number_units(units)


def _moment(dice: random.Random, days: int = 420) -> datetime:
    """A time up to the end of the data; now and then exactly at midnight."""
    day = datetime.combine(DATA_DATE + timedelta(days=1), datetime.min.time()) - timedelta(days=dice.randint(0, days))
    return day if dice.random() < 0.15 else day + timedelta(seconds=dice.randint(0, 86399))


def random_cases(dice: random.Random, units: list[Row], n: int) -> pd.DataFrame:
    """Cases with every status, missing times, limits at midnight, repeats, call-backs and placings."""
    rows: list[dict[str, Any]] = []
    for i in range(n):
        at, filed = dice.choice(units), _moment(dice)
        limit = dice.choice([None, filed + timedelta(days=dice.randint(0, 15)), datetime.combine(filed.date() + timedelta(days=dice.choice([0, 8])), datetime.max.time())])
        closed = dice.choice([None, filed + timedelta(days=dice.randint(0, 30), seconds=dice.randint(0, 80000)), limit])
        status = dice.choice(["handling", "closed", "closed", "closed", "checking", "suspended", "void", None])
        rows.append({
            "case_no": str(i), "source_system": "", "unit_no": at["unit_no"], "counted_at": filed, "reported_at": filed, "limit_at": limit,
            "closed_at": closed, "status": status, "voided_at": filed if dice.random() < 0.03 else None,
            "placed_by": dice.choice(["point", "code", "compound", "community", "street", "district", "none"]),
            "code4": dice.choice(["0101", "0102", "1101", "1299"]), "source": dice.choice(["12345", "steward", None]),
            "severity": dice.choice(["minor", "major", "group"]), "lead_unit": dice.choice(["甲", "乙", None]),
            "is_in_scope": dice.choice([True, True, False, None]), "repeat_of": dice.choice([None, None, None, "0"]),
            "solved": dice.choice([None, "yes", "partly", "no"]), "satisfied": dice.choice([None, "yes", "mostly", "no", "none"]),
        })  # fmt: skip
    return pd.DataFrame(rows)


def random_staff(dice: random.Random, units: list[Row]) -> pd.DataFrame:
    roles = ("steward", "steward", "reserve", "full_time", "chief")
    days = (None, DATA_DATE, DATA_DATE - timedelta(days=1), DATA_DATE + timedelta(days=1), date(2025, 5, 5))
    rows = [
        {"staff_id": str(i), "unit_no": dice.choice(units)["unit_no"], "role": dice.choice(roles), "start_on": dice.choice(days), "end_on": dice.choice(days)}
        for i in range(len(units))
    ]
    return pd.DataFrame(rows)


def random_members(dice: random.Random, units: list[Row]) -> pd.DataFrame:
    """Own rows and buildings' rows, several days each, counts often 0, keys unique as the build keeps them."""
    rows: dict[tuple, Row] = {}
    for unit in units:
        for building in (None, *(f"b{unit['unit_code']}{i}" for i in range(dice.randint(0, 2)))):
            for _ in range(dice.randint(0, 3)):
                day = DATA_DATE - timedelta(days=dice.choice([-5, 0, 30, 90, 200]))
                category, relation = dice.choice(["in_service", "retired"]), dice.choice(["registered", "reported"])
                key = (building or unit["unit_code"], building is None, category, relation, day)
                rows[key] = {
                    "unit_no": unit["unit_no"], "building_id": building, "category": category, "relation": relation,
                    "n": dice.choice([0, 0, 0, 1, 4]), "as_of_on": day,
                }  # fmt: skip
    return pd.DataFrame([{**row, "file_no": 1, "src_row": i} for i, row in enumerate(rows.values())])


def random_city(warehouse: Path, seed: int, cases: int = 400) -> City:
    """A sealed build of the seed and its rows."""
    dice = random.Random(seed)
    units = random_units(dice)
    frames = {"case": random_cases(dice, units, cases), "grid_staff": random_staff(dice, units), "member_stat": random_members(dice, units)}
    build = write_build(warehouse, units, dict(frames), DATA_DATE)
    return City(build, pd.DataFrame(units), frames["case"], frames["grid_staff"], frames["member_stat"])
