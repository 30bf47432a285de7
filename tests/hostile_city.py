"""A city whose every name and text is an attack, delivered as CSV files and built by the real build."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from etl.model.table import Column, Table
from etl.model.tables import BY_NAME, TABLES
from tests.mini_city import Built, City, middle, unit, units

ROWS = 24
PLACED = ("unit_code", "district", "street", "community", "lon", "lat", "place")
Words = Callable[[int], str]


def hostile_city(folder: Path, word: Words, feeds: Collection[str] = BY_NAME) -> Built:
    """All feeds, or those named; `word(n)` gives the n-th hostile text. Codes stay codes, or nothing could be placed."""
    city = City(folder)
    city.head = f'[city]\nname = {toml_text("市" + word(0))}\ncode = "510100"\n'
    rows = [unit(row["网格编码"], f"{word(i)}{row['网格名称']}" if i % 2 else f"{row['网格名称']}{word(i)}", row["网格级别"], row["上级编码"], **{k: v for k, v in row.items() if k in ("户数", "边界WKT")}) for i, row in enumerate(units())]
    city.units(rows)
    for table in TABLES:
        if table.name in feeds and table.name not in ("unit", "pilot"):
            city.add(table.name, [_row(table, i, word) for i in range(ROWS)], toml='crs = "EPSG:4490"' if any(column.name == "lon" for column in table.columns) else "")
    return city.build()


def toml_text(text: str) -> str:
    """A TOML string of anything a TOML file can hold."""
    kept = "".join(char for char in text if char.isprintable() and not 0xD800 <= ord(char) <= 0xDFFF)
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _row(table: Table, i: int, word: Words) -> dict[str, Any]:
    found = {column.header: _value(column, i, word) for column in table.columns if column.name not in PLACED}
    placed = {column.name: column.header for column in table.columns if column.name in PLACED}
    if "unit_code" in placed:
        found[placed["unit_code"]] = ("M1", "M2", "X1", "S1")[i % 4] if table.name in ("case", "grid_staff", "member_stat") else "S1"
    if "lon" in placed and table.name == "case":
        found[placed["lon"]], found[placed["lat"]] = middle(1 + i % 8)
    if table.name == "whistle":
        found[placed["unit_code"]] = "J1"
    if "place" in placed:
        found[placed["place"]] = word(i)
    return found


def _value(column: Column, i: int, word: Words) -> Any:
    if column.words:
        return list(column.words.values())[i % len(column.words)][0]
    if column.name == "code4":
        return ("0101", "0301", "0601")[i % 3]
    plain: dict[str, Any] = {
        "count": 1 + i % 5, "number": 1.5 + i % 3, "money": "100.00", "date": f"2026-03-{1 + i % 25:02d}", "time": f"2026-03-{1 + i % 25:02d} 1{i % 10}:00", "flag": "是", "period": "2026",
        "year": "2026",
    }  # fmt: skip
    if column.kind in plain:
        return plain[column.kind]
    if column.kind == "code":
        return f"{i}{word(i)}" if column.name == "case_no" else f"{column.name[:2]}{i}"
    return word(i)
