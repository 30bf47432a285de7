"""A second calculation of all ten indicators, in plain pandas, straight from the definitions and unit by unit; it shares no code with the product.

Slow and obvious on purpose: for each unit its cases are those of its descendants, found by following parents.
"""

import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from etl.query.figures import figures
from etl.query.reader import Reader
from etl.query.scope import Scope
from tests.random_city import LEVELS, City, random_city

EVERYBODY = Reader("admin", 1, 10**9)
SCOPES = (
    Scope(date(2025, 11, 1), date(2026, 10, 31), date(2026, 10, 31)),
    Scope(date(2026, 3, 1), date(2026, 9, 30), date(2026, 10, 10)),
    Scope(date(2026, 1, 15), date(2026, 1, 15), date(2026, 1, 15)),
    Scope(date(2025, 11, 1), date(2026, 10, 31), date(2026, 6, 30), (("category", "01"), ("source", "steward"))),
    Scope(date(2025, 11, 1), date(2026, 10, 31), date(2026, 10, 31), (("focus", "any"),)),
    Scope(date(2025, 11, 1), date(2026, 10, 31), date(2026, 10, 31), (("focus", "shanty"), ("lead_unit", "甲"), ("severity", "minor"))),
)


class Oracle:
    """Numerator and denominator of any indicator for any unit."""

    def __init__(self, city: City, scope: Scope) -> None:
        self.scope, self.end = scope, datetime.combine(scope.as_of + timedelta(days=1), datetime.min.time())
        self.units = city.units.set_index("unit_no")
        self.parent = {no: None if pd.isna(up) else int(up) for no, up in self.units["parent_no"].items()}
        self.lines = {no: self.line(no) for no in self.parent}
        self.now = {no for no, row in self.units.iterrows() if self.in_force(row)}
        self.micro = {no for no in self.now if self.units.at[no, "level"] == "micro"}
        self.cases = self.filed(city.cases)
        self.staffed, self.covered = self.with_steward(city.staff), self.with_member(city.members)

    def in_force(self, row: pd.Series) -> bool:
        starts, ends = row["valid_from"], row["valid_to"]
        return (pd.isna(starts) or starts <= self.scope.as_of) and (pd.isna(ends) or ends >= self.scope.as_of)

    def line(self, no: int) -> list[int]:
        """The unit and everything above it."""
        found = [no]
        while (up := self.parent[found[-1]]) is not None:
            found.append(up)
        return found

    def below(self, no: int) -> set[int]:
        return {other for other, line in self.lines.items() if no in line}

    def today(self, no: int) -> int | None:
        """The version of the unit's code in force on the as-of day."""
        code = self.units.at[no, "unit_code"]
        return next((other for other in self.now if self.units.at[other, "unit_code"] == code), None)

    def wanted(self, field: str) -> set[str]:
        return {value for name, value in self.scope.where if name == field}

    def is_focus(self, no: int) -> bool:
        tags = {tag for up in self.line(no) for tag in (self.units.at[up, "focus_tags"] or ())}
        return bool(tags) if "any" in self.wanted("focus") else bool(tags & self.wanted("focus"))

    def filed(self, cases: pd.DataFrame) -> pd.DataFrame:
        days = cases["counted_at"].dt.date
        cases = cases[(days >= self.scope.date_from) & (days <= self.scope.date_to) & (cases["status"] != "void") & cases["voided_at"].isna()]
        for field in ("source", "severity", "lead_unit"):
            if self.wanted(field):
                cases = cases[cases[field].isin(self.wanted(field))]
        if self.wanted("category"):
            cases = cases[cases["code4"].str[:2].isin(self.wanted("category"))]
        if self.wanted("focus"):
            cases = cases[pd.Series([self.is_focus(no) for no in cases["unit_no"]], index=cases.index, dtype=bool)]
        cases = cases.copy()
        cases["closed"] = (cases["closed_at"] < self.end) | ((cases["status"] == "closed") & cases["closed_at"].isna())
        cases["closed"] &= cases["status"] != "suspended"
        cases["open"] = ~cases["closed"] & (cases["status"] != "suspended")
        cases["ontime"] = cases["closed"] & (cases["limit_at"].isna() | (cases["closed_at"] <= cases["limit_at"]))
        cases["should"] = cases["closed"] | (cases["open"] & cases["limit_at"].notna() & ~(cases["limit_at"] > self.end))
        cases["overdue"] = cases["open"] & (self.end - timedelta(microseconds=1) > cases["limit_at"])
        cases["in_scope"] = pd.Series([flag is not False for flag in cases["is_in_scope"]], index=cases.index, dtype=bool)
        return cases

    def with_steward(self, staff: pd.DataFrame) -> set[int | None]:
        day = self.scope.as_of
        return {
            self.today(row.unit_no)
            for row in staff.itertuples()
            if row.role == "steward" and not (pd.notna(row.start_on) and row.start_on > day) and not (pd.notna(row.end_on) and row.end_on < day)
        }

    def with_member(self, members: pd.DataFrame) -> set[int]:
        members = members[members["as_of_on"] <= self.scope.as_of]
        self.is_counted = len(members) > 0  # before the first count nobody knows
        newest: dict[tuple, tuple] = {}
        for row in members.itertuples():
            place = ("unit", self.units.at[row.unit_no, "unit_code"]) if pd.isna(row.building_id) else ("building", row.building_id)
            key = (place, row.category, row.relation)
            if key not in newest or newest[key][0] <= row.as_of_on:
                newest[key] = (row.as_of_on, self.today(row.unit_no), row.n)
        covered = set()
        for micro in self.micro:
            for kind in {key[1:] for key in newest}:
                own = [n for key, (_, at, n) in newest.items() if key[1:] == kind and at == micro and key[0][0] == "unit"]
                buildings = [n for key, (_, at, n) in newest.items() if key[1:] == kind and at == micro and key[0][0] == "building"]
                if sum(own if own else buildings) >= 1:
                    covered.add(micro)
        return covered

    def households(self, no: int) -> float:
        counts = not self.wanted("focus") or self.is_focus(no)
        if counts and pd.notna(self.units.at[no, "households"]):
            return self.units.at[no, "households"]
        return sum(self.households(child) for child, up in self.parent.items() if up == no and child in self.now)

    def answers(self, no: int) -> dict[str, tuple[float, float | None]]:
        below = self.below(no)
        micro, cases = self.micro & below, self.cases[self.cases["unit_no"].isin(below)]
        scoped, due = cases[cases["in_scope"]], cases[cases["should"]]
        back, rated = scoped[scoped["solved"].notna()], scoped[scoped["satisfied"].isin(["yes", "mostly", "no"])]
        return {
            "grid_size_ok_rate": (sum(30 <= self.units.at[no, "households"] <= 100 for no in micro), len(micro)),
            "steward_fill_rate": (len(micro & self.staffed), len(micro)),
            "member_cover_rate": (len(micro & self.covered), len(micro)) if self.is_counted else (0, 0),
            "case_per_1000hh": (cases["repeat_of"].isna().sum(), self.households(no)),
            "close_rate": (due["closed"].sum(), len(due)),
            "ontime_close_rate": (due["ontime"].sum(), len(due)),
            "overdue_open_n": (cases["overdue"].sum(), None),
            "solve_rate": ((back["solved"] == "yes").sum(), len(back)),
            "satisfy_rate": (rated["satisfied"].isin(["yes", "mostly"]).sum(), len(rated)),
            "geo_match_rate": (cases["placed_by"].isin(["point", "code", "compound"]).sum(), len(cases)),
        }


CASE_INDICATORS = ("case_per_1000hh", "close_rate", "ontime_close_rate", "overdue_open_n", "solve_rate", "satisfy_rate", "geo_match_rate")
STOCK_INDICATORS = ("grid_size_ok_rate", "steward_fill_rate", "member_cover_rate")


@pytest.mark.parametrize("seed", range(3))
def test_every_figure_equals_the_second_calculation(tmp_path: Path, seed: int) -> None:
    city = random_city(tmp_path, seed)
    checked = 0
    for scope in SCOPES:
        oracle = Oracle(city, scope)
        micro = sorted(oracle.micro)
        chosen = (oracle.now - oracle.micro) | set(random.Random(seed).sample(micro, min(len(micro), 20)))
        expected = {no: oracle.answers(no) for no in chosen}
        for level in LEVELS:
            of_level = {no for no in oracle.now if oracle.units.at[no, "level"] == level}
            for indicator in CASE_INDICATORS if scope.where else CASE_INDICATORS + STOCK_INDICATORS:
                table = figures(city.build, EVERYBODY, indicator, scope, level)
                assert set(table["unit_no"]) == of_level
                for row in table[table["unit_no"].isin(chosen)].itertuples():
                    found = (row.numerator, None if pd.isna(row.denominator) else row.denominator)
                    assert found == expected[row.unit_no][indicator], (indicator, scope, row.code)
                    checked += 1
    assert checked > 500
    city.build.close()
