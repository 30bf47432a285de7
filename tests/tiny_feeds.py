"""Builds on the units of the tiny city with a few rows of any feed: `unit` is the code of the unit a row lies in."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from etl.query.figures import figure, figures_by_lead
from etl.query.reader import Reader
from etl.query.scope import parse_scope
from etl.query.warehouse import Build
from tests.tiny_city import DATA_DATE, Row, tiny_units, unit_nos, write_build

EVERYBODY = Reader("admin", 1, 10**9)
KEYS = {
    "case": "case_no", "whistle": "whistle_id", "fund_project": "project_id", "fund_ledger": "entry_id", "contract": "contract_id",
    "party_org": "org_id", "social_org": "org_id", "org": "org_id", "facility": "facility_id", "service_log": "log_id",
}  # fmt: skip
ALWAYS: dict[str, Row] = {
    "case": {"source_system": "", "code4": "0101", "severity": "minor", "source": "12345", "status": "handling", "voided_at": None, "repeat_of": None},
    "case_event": {"source_system": None},
}


class FeedCity:
    """One such build and short questions to it; the period is 2025-11-01 to 2026-10-31 as at its end, unless said otherwise."""

    def __init__(self, folder: Path, more: dict[str, Row] | None = None, **feeds: list[Row]) -> None:
        units = [{**unit, **(more or {}).get(unit["unit_code"], {})} for unit in tiny_units()]
        self.numbers = unit_nos(units)
        rows = {feed: [self._row(feed, i, row) for i, row in enumerate(given)] for feed, given in feeds.items()}
        self.build: Build = write_build(folder, units, rows, DATA_DATE)

    def _row(self, feed: str, i: int, row: Row) -> Row:
        traced = {"unit_no": self.numbers[row.get("unit", "C")], "file_no": 1, "src_row": i}
        key = {KEYS[feed]: f"{feed}{i}"} if feed in KEYS else {}
        found = {**ALWAYS.get(feed, {}), **key, **traced, **{name: value for name, value in row.items() if name != "unit"}}
        return {**found, "reported_at": found["counted_at"]} if feed == "case" else found

    def ask(self, indicator: str, code: str = "C", start: str | None = None, end: str | None = None, as_of: str | None = None, where: tuple[str, ...] = ()) -> tuple[Any, ...]:
        """(numerator, denominator, value, state) of one unit."""
        found = figure(self.build, EVERYBODY, indicator, parse_scope(self.build, start, end, as_of, where), self.numbers[code])
        return found.numerator, found.denominator, found.value, found.state

    def parts(self, indicator: str, code: str = "C", **scope: Any) -> tuple[Any, Any]:
        """(numerator, denominator) of one unit."""
        return self.ask(indicator, code, **scope)[:2]

    def by_lead(self, indicator: str) -> list[list[Any]]:
        """[unit in charge, numerator, denominator] of the whole city."""
        table = figures_by_lead(self.build, EVERYBODY, indicator, parse_scope(self.build))
        return table[["code", "numerator", "denominator"]].values.tolist()


def with_rules(city: FeedCity, **sections: Any) -> FeedCity:
    """The same city under other local rules."""
    city.build = replace(city.build, rules=replace(city.build.rules, **sections), serial=city.build.serial + 1_000_000)
    return city
