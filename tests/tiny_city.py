"""Sealed builds made by hand: `write_build` turns plain rows into one, `tiny_city` is the city whose figures are known by heart.

Tree (code · households · in 30–100): one district D1, three streets, six communities, twelve compounds, 30 micro-grids.

    J1        S11   X111 [old_compound]   M1111 50 · M1112 30 · M1113 100          3 of 3
                    X112                  M1121 29 · M1122 101 · M1123 –           0 of 3
              S12   X121 own figure 500   M1211 60 [urban_village] · M1212 70 · M1213 80   3 of 3
                    X122                  M1221 40 · M1222 40 · M1223 40           3 of 3
    J2 2000   S21   X211                  M2111 10 · M2112 20 · M2113 30           1 of 3
                    X212                  M2121 190 until 2026-06-30, then 45 · M2122 35 · M2123 –   2 of 3 (1 of 3 before July)
              S22   X221 55 65 · X222 75 85                                        4 of 4
    J3        S31   X311 50 50 · X312 50 50                                        4 of 4
              S32   X321 50 50 · X322 – –                                          2 of 4
    households: X111 180, X112 130, S11 310, S12 500+120 = 620, J1 930, X212 80, J2 2000 (its own), J3 300, D1 = city 3230
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from etl.load.case_steps import mark_again, of_its_case
from etl.load.counted import COUNTED, mark_replaced
from etl.model.levels import LEVEL_IDS
from etl.model.rules import load_rules
from etl.model.tables import BY_NAME, TABLES
from etl.query.duck import open_build as open_for_writing
from etl.query.schema import create_all_sql
from etl.query.warehouse import Build, open_build

Row = dict[str, Any]
CODE = {"city": "C", "district": "D", "street": "J", "community": "S", "compound": "X", "micro": "M"}


def number_units(units: list[Row]) -> list[Row]:
    """Depth-first numbers, children in order of code and first day; a parent is named by its code (its last row when dated)."""
    by_parent: dict[str | None, list[Row]] = {}
    last = {unit["unit_code"]: unit for unit in units}
    for unit in units:
        by_parent.setdefault(unit.get("parent_code"), []).append(unit)
    numbered: list[Row] = []

    def walk(unit: Row, parent_no: int | None) -> None:
        unit = {**unit, "unit_no": len(numbered) + 1, "parent_no": parent_no}
        numbered.append(unit)
        if last[unit["unit_code"]] == {key: value for key, value in unit.items() if key not in ("unit_no", "parent_no")}:
            for child in sorted(by_parent.get(unit["unit_code"], []), key=lambda row: (row["unit_code"], row.get("valid_from") or date.min)):
                walk(child, unit["unit_no"])
        unit["last_no"] = len(numbered)

    walk(by_parent[None][0], None)
    return numbered


def write_build(
    warehouse: Path,
    units: list[Row],
    rows: dict[str, list[Row] | pd.DataFrame],
    data_date: date,
    newest: dict[str, datetime | None] | None = None,
    build_id: str = "20261101-000000",
) -> Build:
    """A sealed build of numbered `units` and feed rows; the feeds of `rows` (and `unit`) are the connected ones."""
    folder = warehouse / build_id
    folder.mkdir(parents=True)
    con = open_for_writing(folder / "warehouse.duckdb")
    con.execute(create_all_sql(TABLES))
    for name, data in {"unit": units, **rows}.items():
        _insert(con, name, pd.DataFrame(data))
        if name in COUNTED:
            mark_replaced(con, name, "warehouse")
    con.execute(f'UPDATE case_event AS e SET unit_no = c.unit_no FROM "case" c WHERE {of_its_case("e")}')  # as placing does
    mark_again(con, within="warehouse")
    facts = {
        "build_id": build_id, "built_at": "2026-11-01T00:00:00", "data_date": str(data_date), "city_name": "示范市", "city_code": "C",
        "rules": load_rules().source, "is_demo": "1",
    }  # fmt: skip
    _insert(con, "meta", pd.DataFrame({"key": list(facts), "value": list(facts.values())}))
    feeds = [{"feed": feed, "files": 1, "rows_loaded": 1, "newest": (newest or {}).get(feed)} for feed in ("unit", *rows)]
    _insert(con, "meta_feed", pd.DataFrame(feeds))
    con.close()
    database = (folder / "warehouse.duckdb").read_bytes()
    files = {"warehouse.duckdb": {"bytes": len(database), "sha256": hashlib.sha256(database).hexdigest()}}
    levels = {level: sum(unit["level"] == level for unit in units) for level in LEVEL_IDS}
    manifest = {"build_id": build_id, "built_at": facts["built_at"], "data_date": str(data_date), "city": "示范市", "feeds": {}, "units": levels, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), "utf-8")
    (warehouse / "CURRENT").write_text(build_id, "utf-8")
    return open_build(warehouse)


def _insert(con: Any, name: str, data: pd.DataFrame) -> None:
    if len(data):
        con.register("incoming", data)
        columns = ", ".join(f'"{column}"' for column in data.columns)
        con.execute(f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM incoming')
        con.unregister("incoming")


def _unit(level: str, code: str, parent: str | None, households: int | None = None, **more: Any) -> Row:
    blank = {"focus_tags": None, "valid_from": None, "valid_to": None}
    return {"unit_code": code, "name": f"{code}号", "level": level, "parent_code": parent, "households": households, **blank, **more}


def tiny_units() -> list[Row]:
    """The numbered units of the tree above, with boundaries 0.001° wide side by side."""
    households = {
        "X111": (50, 30, 100), "X112": (29, 101, None), "X121": (60, 70, 80), "X122": (40, 40, 40), "X211": (10, 20, 30),
        "X212": (45, 35, None), "X221": (55, 65), "X222": (75, 85), "X311": (50, 50), "X312": (50, 50), "X321": (50, 50), "X322": (None, None),
    }  # fmt: skip
    found = [_unit("city", "C", None), _unit("district", "D1", "C")]
    for street in "123":
        found.append(_unit("street", f"J{street}", "D1", 2000 if street == "2" else None))
        found += [_unit("community", f"S{street}{s}", f"J{street}") for s in "12"]
    for compound, figures in households.items():
        tags = {"X111": ["old_compound"]}.get(compound)
        found.append(_unit("compound", compound, f"S{compound[1:3]}", 500 if compound == "X121" else None, focus_tags=tags))
        for i, figure in enumerate(figures, start=1):
            code = f"M{compound[1:]}{i}"
            more = {"M2121": {"valid_from": date(2026, 7, 1)}, "M1211": {"focus_tags": ["urban_village"]}}.get(code, {})
            if code == "M2121":
                found.append(_unit("micro", code, compound, 190, valid_to=date(2026, 6, 30)))
            found.append(_unit("micro", code, compound, figure, **more))
    names = {"S11": ("兴隆社区", "xinglongshequ", "xlsq"), "X111": ("锦绣花园", "jinxiuhuayuan", "jxhy")}
    numbered = number_units(found)
    for unit in numbered:
        if unit["unit_code"] in names:
            unit["name"], unit["pinyin"], unit["initials"] = names[unit["unit_code"]]
    return _with_boundaries(numbered)


def _with_boundaries(units: list[Row]) -> list[Row]:
    """Micro-grids are cells of one row, in order; every other unit is the box around what lies below it."""
    cells: dict[str, int] = {}
    for unit in units:
        if unit["level"] == "micro":
            cells.setdefault(unit["unit_code"], len(cells))
    for unit in units:
        below = [cells[other["unit_code"]] for other in units[unit["unit_no"] - 1 : unit["last_no"]] if other["level"] == "micro"]
        west, east = 104 + min(below) / 1000, 104 + (max(below) + 1) / 1000
        unit.update(west=west, east=east, south=30.0, north=30.001, lon=(west + east) / 2, lat=30.0005)
        unit["geom"] = shapely.to_wkb(shapely.box(west, 30.0, east, 30.001))
    return units


def unit_nos(units: Iterable[Row]) -> dict[str, int]:
    """unit_no by code; of a dated unit the newest version, the older one as `CODE@old`."""
    numbers: dict[str, int] = {}
    for unit in units:
        if unit["unit_code"] in numbers:
            numbers[unit["unit_code"] + "@old"] = numbers[unit["unit_code"]]
        numbers[unit["unit_code"]] = unit["unit_no"]
    return numbers


CASE_COLUMNS = ("case_no", "at", "placed_by", "counted_at", "limit_at", "closed_at", "status", "solved", "satisfied")
CASES: tuple[tuple[str | None, ...], ...] = (
    ("c1", "M1111", "point", "2026-10-01 10:00", "2026-10-08 10:00", "2026-10-05 09:00", "closed", "yes", "yes"),  # on time
    ("c2", "M1111", "code", "2026-10-02 10:00", "2026-10-09 10:00", "2026-10-12 09:00", "closed", "partly", "mostly"),  # late
    ("c3", "X111", "compound", "2026-09-01 08:00", None, "2026-10-20 09:00", "closed", "no", "no"),  # no limit: on time
    ("c4", "M1113", "point", "2026-10-10 08:00", "2026-10-17 08:00", None, "handling", None, None),  # overdue and open
    ("c5", "M1121", "point", "2026-10-30 08:00", "2026-11-06 08:00", None, "handling", None, None),  # open, not yet due
    ("c6", "M1122", "code", "2026-10-20 08:00", "2026-10-27 08:00", None, "suspended", None, None),  # neither open nor closed
    ("c7", "M1123", "point", "2026-10-20 08:00", "2026-10-27 08:00", "2026-10-21 08:00", "void", "yes", "yes"),  # counts nowhere
    ("c8", "S11", "community", "2026-10-15 08:00", "2026-10-22 08:00", "2026-11-02 08:00", "closed", "yes", "yes"),  # open on 10-31
    ("c9", "M1111", "point", "2026-10-25 08:00", "2026-10-31 23:59:59.999999", None, "handling", None, None),  # due on 10-31 (a bare date); repeat of c1
    ("c10", "M1211", "point", "2025-11-01 00:00", "2025-11-03 00:00", "2025-11-02 08:00", "closed", None, None),  # first instant
    ("c11", "M1211", "point", "2025-10-31 23:59:59", None, "2025-11-02 08:00", "closed", "yes", "yes"),  # the day before
    ("c12", "M1212", "code", "2026-10-31 23:59:59", None, None, "reported", None, None),  # last second; never due
    ("c13", "X121", "compound", "2026-07-01 08:00", "2026-07-02 08:00", "2026-07-03 08:00", "closed", "yes", "yes"),  # late; out of scope
    ("c14", "M2121@old", "point", "2026-06-15 08:00", "2026-06-22 08:00", "2026-06-20 08:00", "closed", "yes", "none"),  # grid of its day
    ("c15", "M2121", "point", "2026-08-01 08:00", "2026-08-08 08:00", "2026-08-02 08:00", "closed", "no", "no"),
    ("c16", "J2", "street", "2026-05-05 08:00", "2026-05-12 08:00", None, "closed", None, None),  # closed, nobody knows when
    ("c17", "M3111", "point", "2026-04-01 08:00", "2026-04-02 08:00", "2026-04-01 20:00", "closed", "yes", "yes"),  # scope not given: in
    ("c18", "C", "none", "2026-03-03 08:00", "2026-03-10 08:00", "2026-03-04 08:00", "closed", None, None),  # placed nowhere
    ("c19", "M3121", "point", "2026-03-03 08:00", None, "2026-03-04 08:00", "closed", "yes", "yes"),  # voided_at: counts nowhere
    ("c20", "M3211", "code", "2026-10-05 08:00", "2026-11-01 00:00", "2026-10-31 23:59", "closed", None, None),  # on time by a minute
    ("c21", "D1", "district", "2026-02-02 08:00", "2026-02-09 08:00", None, "handling", None, None),  # overdue and open
    ("c22", "M1111", "point", "2026-10-03 08:00", "2026-10-10 08:00", "2026-10-05 08:00", "closed", None, None),  # urge of c1
)
CASE_MORE: dict[str, Row] = {
    "c1": {"lead_unit": "物业A"}, "c4": {"lead_unit": "物业A"}, "c2": {"lead_unit": "街道甲"}, "c3": {"lead_unit": "街道甲", "code4": "1299"},
    "c8": {"lead_unit": "街道甲", "severity": "group"}, "c9": {"repeat_of": "c1", "repeat_kind": "repeat"},
    "c13": {"is_in_scope": False}, "c17": {"code4": "1101", "source": "steward", "is_in_scope": None},
    "c19": {"voided_at": "2026-03-05 08:00"}, "c22": {"repeat_of": "c1", "repeat_kind": "urge"},
}  # fmt: skip
STAFF = (
    ("M1111", "steward", "2025-01-01", None),  # yes
    ("M1112", "steward", "2025-01-01", "2026-10-31"),  # yes: the last day counts
    ("M1113", "steward", "2025-01-01", "2026-10-30"),  # left the day before
    ("M1121", "reserve", "2025-01-01", None),  # no steward
    ("M1122", "steward", "2026-10-31", None),  # yes: the first day counts
    ("M1123", "steward", "2026-11-01", None),  # not yet
    ("X121", "steward", "2025-01-01", None),  # of a compound: serves no single micro-grid
    ("M1211", "steward", "2025-01-01", None),  # yes, two of them count once
    ("M1211", "steward", "2025-01-01", None),
    ("M2121@old", "steward", "2025-01-01", None),  # yes: the code goes on
    ("M3111", "full_time", "2025-01-01", None),
    ("M3112", "chief", "2025-01-01", None),
    ("M3121", "steward", None, None),  # yes: no dates, in post
)
MEMBERS = (  # unit, building, category, relation, n, as of
    ("M1111", None, "in_service", "registered", 2, "2026-09-30"),  # covered
    ("M1112", "B1", "retired", "registered", 1, "2026-09-30"),  # covered by its building
    ("M1113", "B2", "retired", "registered", 3, "2026-06-30"),
    ("M1113", None, "retired", "registered", 0, "2026-09-30"),  # own row replaces the building's: not covered
    ("M1121", None, "retired", "registered", 0, "2026-09-30"),
    ("M1121", "B3", "floating", "reported", 1, "2026-09-30"),  # another category and relation: covered
    ("M1122", None, "retired", "registered", 0, "2026-09-30"),  # not covered …
    ("M1122", None, "retired", "registered", 1, "2026-11-05"),  # … until this day
    ("M1123", "B4", "retired", "registered", 5, "2026-03-31"),  # covered in June …
    ("M1123", "B4", "retired", "registered", 0, "2026-09-30"),  # … not in October
    ("S12", None, "retired", "registered", 40, "2026-09-30"),  # a community's total covers no micro-grid
    ("X121", None, "retired", "registered", 9, "2026-09-30"),  # nor a compound's
    ("M2121@old", None, "in_service", "reported", 1, "2026-05-31"),  # covered: the code goes on
    ("M3111", "B5", "in_service", "registered", 1, "2026-09-30"),  # covered
    ("M3111", "B6", "in_service", "registered", 0, "2026-09-30"),
)
WHISTLES = (  # street, blown, due, arrived, refused
    ("J1", "2026-10-01 08:00", "2026-10-01 10:00", None, True),  # refused
    ("J1", "2026-10-02 08:00", "2026-10-02 10:00", "2026-10-02 11:00", False),  # late
    ("J2", "2026-10-02 08:00", "2026-10-02 10:00", "2026-10-02 09:00", False),  # in time
    ("J3", "2026-10-31 20:00", "2026-11-01 10:00", None, False),  # not yet due
)
DATA_DATE = date(2026, 10, 31)
NEWEST = {"case": datetime(2026, 10, 31, 23, 59, 59), "member_stat": datetime(2026, 9, 30), "whistle": datetime(2026, 10, 31, 20)}


def tiny_rows(numbers: dict[str, int]) -> dict[str, list[Row]]:
    """Rows of the connected feeds, placed."""
    cases = []
    for values in CASES:
        row: Row = dict(zip(CASE_COLUMNS, values, strict=True))
        row |= {"unit_no": numbers[row.pop("at")], "source_system": "", "code4": "0101", "severity": "minor", "source": "12345", "is_in_scope": True}
        row |= {"lead_unit": None, "voided_at": None, "repeat_of": None, "repeat_kind": None, **CASE_MORE.get(row["case_no"], {})}
        row["reported_at"] = row["counted_at"]
        cases.append(row)
    staff = [
        {"staff_id": f"h{i}", "role": role, "unit_no": numbers[at], "start_on": start, "end_on": end}
        for i, (at, role, start, end) in enumerate(STAFF)
    ]
    members = [
        {"unit_no": numbers[at], "building_id": building, "category": category, "relation": relation, "n": n, "as_of_on": day, "file_no": 1, "src_row": i}
        for i, (at, building, category, relation, n, day) in enumerate(MEMBERS)
    ]
    whistles = [
        {"whistle_id": f"w{i}", "unit_no": numbers[at], "blown_at": blown, "due_arrive_at": due, "arrived_at": arrived, "is_refused": refused}
        for i, (at, blown, due, arrived, refused) in enumerate(WHISTLES)
    ]
    compounds = [{"compound_id": "K1", "name": "锦绣花园一期", "aliases": ["锦绣苑"], "unit_no": numbers["X111"]}]
    return {"case": cases, "grid_staff": staff, "member_stat": members, "whistle": whistles, "compound": compounds}


def tiny_city(warehouse: Path, feeds: Iterable[str] | None = None) -> tuple[Build, dict[str, int]]:
    """The tiny city as a sealed build and its unit numbers by code; only `feeds` connected when given."""
    units = tiny_units()
    numbers = unit_nos(units)
    rows = {feed: data for feed, data in tiny_rows(numbers).items() if feeds is None or feed in feeds}
    return write_build(warehouse, units, rows, DATA_DATE, NEWEST), numbers


assert set(NEWEST) <= set(BY_NAME)
