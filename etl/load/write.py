"""Writing the warehouse (写入成品库): final tables only, from the staging database; nothing else ever lies in this file."""

from pathlib import Path

import duckdb
import pandas as pd
import shapely

from etl.clean.scrub import scrub_text
from etl.load.case_steps import of_its_case
from etl.load.counted import COUNTED, mark_replaced
from etl.load.mapped import quoted
from etl.model.stored import UNIT, stored_columns
from etl.model.table import Table
from etl.model.tables import BY_NAME, TABLES
from etl.query.schema import create_all_sql
from etl.units.build import Units

_PLACE_NAMES = ("district", "street", "community")


def _source(table: Table, column: str) -> str:
    """SQL of one stored column over t (typed), p (placed), g (coordinates), k and r (case), c (the case of a step)."""
    by_stored = {c.stored_as or c.name: c for c in table.columns if c.personal != "drop"}
    if column in ("unit_no", "placed_by"):
        return f"p.{column}"
    if column in ("lon", "lat"):
        return f"g.{column}"
    if table.name == "case":
        special = {
            "code4": "k.code4", "severity": "k.severity", "counted_at": "k.counted_at", "limit_at": "k.limit_at",
            "is_placeholder_point": "coalesce(g.is_placeholder_point, false)", "repeat_of": "coalesce(t.repeat_of, r.repeat_of)",
            "is_named_repeat": "t.repeat_of IS NOT NULL",
            "repeat_kind": "CASE WHEN t.repeat_of IS NOT NULL THEN 'repeat' ELSE r.repeat_kind END",
            "is_in_scope": "coalesce(t.is_in_scope, true)", "source_system": "coalesce(t.source_system, '')",
            "status": "coalesce(t.status, CASE WHEN t.voided_at IS NOT NULL THEN 'void' WHEN t.closed_at IS NOT NULL THEN 'closed' ELSE 'filed' END)",
        }
        if column in special:
            return special[column]
    if column == "until_on":
        return "NULL"  # known when all rows of the feed are there
    if column == "case_at":
        return "c.counted_at"
    source = by_stored.get(column)
    return f't."{source.name if source else column}"'


def _scrub_rare(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Scrub what should be codes and names and is not: an unknown unit code may be anything, also a phone number, and a place name with
    digits may be an address (without a digit it is a name: 刘庄居民委员会 must stay itself). Such texts are few, so each is scrubbed once."""
    columns = {column.name for column in table.columns}
    tests = {"unit_code": "NOT IN (SELECT code FROM unit_version)", **dict.fromkeys(_PLACE_NAMES, "SIMILAR TO '.*[0-9０-９].*'")}
    for column, test in tests.items():
        if column not in columns:
            continue
        texts = [text for (text,) in con.execute(f"SELECT {column} FROM (SELECT DISTINCT {column} FROM t_{table.name}) WHERE {column} {test}").fetchall() if text]
        changed = [(text, clean) for text in texts if (clean := scrub_text(text)) != text]
        if changed:
            con.register("scrubbed_frame", pd.DataFrame(changed, columns=["text", "clean"]))
            con.execute(f"UPDATE t_{table.name} SET {column} = s.clean FROM scrubbed_frame s WHERE s.text = {column}")
            con.unregister("scrubbed_frame")


def insert_feed(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """The kept rows of `t_<feed>` and what placing found of them, into the warehouse attached as `w`."""
    _scrub_rare(con, table)
    columns = [stored.name for stored in stored_columns(table)]
    joins = f"t_{table.name} t JOIN p_{table.name} p USING (row_seq)"
    if any(c.name == "lon" for c in table.columns):
        joins += f" LEFT JOIN g_{table.name} g USING (row_seq)"
    if table.name == "case":
        joins += " JOIN k_case k USING (row_seq) LEFT JOIN r_case r USING (row_seq)"
    if table.name == "case_event":
        joins += f""" LEFT JOIN w."case" c ON {of_its_case("t")}"""
    names = ", ".join(f'"{name}"' for name in columns)
    fields = ", ".join(f'{_source(table, name)} AS "{name}"' for name in columns)
    con.execute(f'INSERT INTO w."{table.name}" ({names}) SELECT {fields} FROM {joins} WHERE NOT t.is_out AND NOT t.is_duplicate')
    if table.name in COUNTED:
        mark_replaced(con, table.name)


def _insert_units(con: duckdb.DuckDBPyConnection, units: Units) -> None:
    frame = units.frame.copy()
    frame["geom"] = shapely.to_wkb(frame["shape"].to_numpy())
    names = [column.name for column in UNIT]
    con.register("unit_frame", frame[names])
    con.execute(f"INSERT INTO w.unit SELECT {', '.join(f'{c.name}::{c.sql_type}' for c in UNIT)} FROM unit_frame ORDER BY unit_no")
    con.unregister("unit_frame")


def begin_warehouse(con: duckdb.DuckDBPyConnection, path: Path, units: Units) -> None:
    """Create the warehouse at `path`, attached as `w` for all connections of the workbench (the caller detaches it): every table, connected or not, and the units."""
    con.execute(f"ATTACH {quoted(str(path))} AS w; USE w")
    con.execute(f"BEGIN; {create_all_sql(TABLES)} COMMIT; USE memory")
    _insert_units(con, units)


def fill_warehouse(con: duckdb.DuckDBPyConnection, feeds: list[str], counts: dict[str, dict], meta: dict[str, str]) -> None:
    """Everything but the units into the warehouse attached as `w`."""
    for feed in feeds:
        if feed != "unit":
            insert_feed(con, BY_NAME[feed])
    con.execute('INSERT INTO w.finding SELECT feed, file, "row", "column", rule, severity, value, note FROM found ORDER BY feed, file, "row", "column", rule')
    con.execute("INSERT INTO w.meta_file SELECT file_no, feed, name, rows_read, encoding, crs FROM file ORDER BY file_no")
    con.executemany("INSERT INTO w.meta VALUES (?, ?)", list(meta.items()))
    rows = [(feed, n["files"], n["rows_read"], n["rows_loaded"], n["rows_rejected"], n["rows_duplicate"], n["newest"]) for feed, n in counts.items()]
    frame = pd.DataFrame(rows, columns=["feed", "files", "rows_read", "rows_loaded", "rows_rejected", "rows_duplicate", "newest"])
    con.register("feed_frame", frame)
    con.execute("INSERT INTO w.meta_feed SELECT feed, files, rows_read, rows_loaded, rows_rejected, rows_duplicate, newest::TIMESTAMP FROM feed_frame")
    con.unregister("feed_frame")
    con.execute("CHECKPOINT w")
