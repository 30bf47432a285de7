"""Placing the rows of one feed (事实落格): point, else code, else compound, community, street, district; else the root.

Creates `p_<feed>`(row_seq, unit_no, placed_by). Needs `unit_version`, `t_<feed>`, and `g_<feed>` where rows have coordinates.
"""

import duckdb
import pandas as pd
import pyarrow as pa

from etl.clean.columns import filled, scrubbed
from etl.load.findings import FindingLog
from etl.model.levels import BY_ID
from etl.model.table import Table
from etl.place.days import day_sql
from etl.place.gazetteer import Gazetteer
from etl.query.duck import one
from etl.units.build import Units

# A row without a unit of its own lies where the row it belongs to lies: column -> (feed, how that counts)
BELONGS_TO = {"building_id": "building", "compound_id": "compound", "contract_id": "contract", "case_no": "case"}
ROOT = 1


def load_versions(con: duckdb.DuckDBPyConnection, units: Units) -> None:
    """`unit_version`(code, unit_no, start_on, end_on): what a code means on a day."""
    frame = units.frame[["unit_code", "unit_no", "valid_from", "valid_to"]].rename(columns={"unit_code": "code"})
    con.register("unit_frame", frame)
    con.execute("""CREATE TABLE unit_version AS SELECT code, unit_no::INTEGER AS unit_no, coalesce(valid_from::DATE, DATE '0001-01-01') AS start_on,
        coalesce(valid_to::DATE, DATE '9999-12-31') AS end_on, count(*) OVER (PARTITION BY code) > 1 AS is_dated FROM unit_frame""")
    con.unregister("unit_frame")


def _by_code(table: Table, columns: set[str]) -> str:
    """SQL: row_seq → unit_no by the row's own unit code, on the row's day; a code out of force on that day keeps its nearest version."""
    if "unit_code" not in columns:
        return "SELECT NULL::BIGINT AS row_seq, NULL::INTEGER AS unit_no WHERE false"
    return f"""SELECT t.row_seq, v.unit_no FROM t_{table.name} t JOIN unit_version v ON v.code = t.unit_code
        QUALIFY NOT v.is_dated OR row_number() OVER (PARTITION BY t.row_seq ORDER BY {_days_away(table)}, v.start_on DESC) = 1"""


def _days_away(table: Table) -> str:
    """SQL: how many days the version `v` of a unit is from being in force on the day of the row `t`."""
    day = f"coalesce({day_sql(table)}, DATE '9999-12-30')"
    return f"CASE WHEN {day} BETWEEN v.start_on AND v.end_on THEN 0 WHEN {day} < v.start_on THEN v.start_on - {day} ELSE {day} - v.end_on END"


def _by_owner(con: duckdb.DuckDBPyConnection, table: Table, columns: set[str], placed: set[str]) -> str:
    """SQL: row_seq → unit_no, placed_by of the row it belongs to (building, compound, contract, case)."""
    parts = []
    for rank, (column, feed) in enumerate(BELONGS_TO.items()):
        if column not in columns or feed == table.name or feed not in placed:
            continue
        match = f"o.{column} = t.{column}" + (" AND coalesce(o.source_system, '') = coalesce(t.source_system, '')" if column == "case_no" and "source_system" in columns else "")
        how = "'code'" if feed == "building" else ("'compound'" if feed == "compound" else "p.placed_by")
        parts.append(f"""SELECT t.row_seq, p.unit_no, {how} AS placed_by, {rank} AS rank FROM t_{table.name} t
            JOIN t_{feed} o ON {match} AND NOT o.is_out AND NOT o.is_duplicate JOIN p_{feed} p ON p.row_seq = o.row_seq WHERE p.placed_by <> 'none'""")
    if not parts:
        return "SELECT NULL::BIGINT AS row_seq, NULL::INTEGER AS unit_no, NULL::VARCHAR AS placed_by WHERE false"
    return f"SELECT row_seq, unit_no, placed_by FROM ({' UNION ALL '.join(parts)}) QUALIFY row_number() OVER (PARTITION BY row_seq ORDER BY rank, unit_no) = 1"


def place_feed(con: duckdb.DuckDBPyConnection, table: Table, units: Units, names: Gazetteer, placed: set[str], log: FindingLog) -> None:
    """Create `p_<feed>` and log what could not be placed. `placed` are the feeds placed before."""
    feed, columns = table.name, {column.name for column in table.columns if column.personal != "drop"}
    has_points = "lon" in columns
    point = f"LEFT JOIN g_{feed} g ON g.row_seq = t.row_seq" if has_points else ""
    con.execute(f"CREATE TEMP TABLE by_code AS {_by_code(table, columns)}")
    con.execute(f"CREATE TEMP TABLE by_owner AS {_by_owner(con, table, columns, placed)}")
    con.execute(f"""CREATE TEMP TABLE sure AS SELECT row_seq, coalesce(point_no, code_no, owner_no) AS unit_no,
            CASE WHEN point_no IS NOT NULL THEN 'point' WHEN code_no IS NOT NULL THEN 'code' WHEN owner_no IS NOT NULL THEN owner_by END AS placed_by
        FROM (SELECT t.row_seq, {"g.point_no" if has_points else "NULL::INTEGER"} AS point_no, c.unit_no AS code_no, o.unit_no AS owner_no, o.placed_by AS owner_by
            FROM t_{feed} t {point} LEFT JOIN by_code c ON c.row_seq = t.row_seq LEFT JOIN by_owner o ON o.row_seq = t.row_seq)""")
    con.execute("DROP TABLE by_code; DROP TABLE by_owner; CREATE TEMP TABLE named (row_seq BIGINT, said_no BIGINT, unit_no INTEGER, placed_by VARCHAR)")
    _by_name(con, table, columns, names, log)
    con.execute(f"""CREATE TABLE p_{feed} AS SELECT row_seq, coalesce(sure.unit_no, named.unit_no, {ROOT}) AS unit_no,
        coalesce(sure.placed_by, named.placed_by, 'none') AS placed_by FROM sure LEFT JOIN named USING (row_seq)""")
    con.execute("DROP TABLE sure; DROP TABLE named")
    kept = f"t_{feed} t JOIN p_{feed} p ON p.row_seq = t.row_seq WHERE NOT t.is_out AND NOT t.is_duplicate"
    if "unit_code" in columns:
        _unknown_codes(con, table, names, log)
    log.add_rows("not_placed", feed, f"SELECT file_no, src_row, '', '', '' FROM {kept} AND p.placed_by = 'none'")


def _unknown_codes(con: duckdb.DuckDBPyConnection, table: Table, names: Gazetteer, log: FindingLog) -> None:
    """Tell codes that no unit has, wherever the row landed; a unit's name standing there is no mistake."""
    kept = f"FROM t_{table.name} WHERE NOT is_out AND NOT is_duplicate AND unit_code NOT IN (SELECT code FROM unit_version)"
    unknown = [code for (code,) in con.execute(f"SELECT DISTINCT unit_code {kept}").fetchall() if names.find_any(code).placed_by == "none"]
    if not unknown:
        return
    con.register("unknown_frame", pd.DataFrame({"code": pd.Series(unknown, dtype="string")}))
    header = table.column("unit_code").header
    log.add_rows("unknown_unit_code", table.name, f"SELECT file_no, src_row, '{header}', {scrubbed('unit_code')}, '' {kept} AND unit_code IN (SELECT code FROM unknown_frame)")
    con.unregister("unknown_frame")


def _by_name(con: duckdb.DuckDBPyConnection, table: Table, columns: set[str], names: Gazetteer, log: FindingLog) -> None:
    """Fill `named`: the rows not in `sure`, placed by words, once per distinct set of words."""
    words: list[str] = [name for name in ("district", "street", "community", "place") if name in columns]
    if table.name == "compound":  # a compound without a code is known by its own name
        words = [*words, "name"]
    if "unit_code" in columns:  # a name may stand where the code should
        words = [*words, "unit_code"]
    if not words:
        return
    feed, fields = table.name, ", ".join(f"t.{name}" for name in words)
    any_word = " OR ".join(f"t.{name} IS NOT NULL" for name in words)
    open_rows = f"t_{feed} t JOIN sure p ON p.row_seq = t.row_seq WHERE p.unit_no IS NULL AND NOT t.is_out AND NOT t.is_duplicate AND ({any_word})"
    con.execute(f"CREATE TEMP TABLE said AS SELECT row_number() OVER () AS said_no, * FROM (SELECT DISTINCT {fields} FROM {open_rows})")
    con.register("named_frame", _named(con, words, names))
    con.execute("CREATE TEMP TABLE heard AS SELECT said.*, n.* EXCLUDE (said_no) FROM said JOIN named_frame n USING (said_no)")
    con.unregister("named_frame")
    same = " AND ".join(f"n.{name} IS NOT DISTINCT FROM t.{name}" for name in words)
    con.execute(f"""INSERT INTO named SELECT t.row_seq, n.said_no, CASE WHEN n.placed_by <> 'none' THEN n.unit_no END, nullif(n.placed_by, 'none')
        FROM (SELECT t.row_seq, {fields} FROM {open_rows}) t JOIN heard n ON {same} WHERE n.placed_by <> 'none' OR n.ambiguous <> ''""")
    # a name means the unit, whatever its version: the row's day decides which
    if one(con, "SELECT count(*) FROM unit_version WHERE is_dated")[0]:
        con.execute(f"""UPDATE named SET unit_no = d.unit_no FROM (
            SELECT t.row_seq, v.unit_no FROM named n JOIN t_{feed} t USING (row_seq) JOIN unit_version o ON o.unit_no = n.unit_no AND o.is_dated
                JOIN unit_version v ON v.code = o.code
            QUALIFY row_number() OVER (PARTITION BY t.row_seq ORDER BY {_days_away(table)}, v.start_on DESC) = 1) d WHERE d.row_seq = named.row_seq""")
    if one(con, "SELECT count(*) FROM heard WHERE ambiguous <> ''")[0]:
        shown = f"concat_ws('/', {', '.join(_filled(f'h.{name}') for name in words)})"
        log.add_rows("ambiguous_name", feed, f"""SELECT t.file_no, t.src_row, h.ambiguous, h.shown, h.placed_by FROM named n JOIN t_{feed} t USING (row_seq)
            JOIN (SELECT h.said_no, h.ambiguous, h.placed_by, {scrubbed(shown)} AS shown FROM heard h WHERE h.ambiguous <> '') h ON h.said_no = n.said_no""")
    con.execute("DROP TABLE said; DROP TABLE heard")


def _filled(text: str) -> str:
    """SQL: a text that says something, trimmed; NULL for 无, / and the like."""
    return f"CASE WHEN {filled(text)} THEN trim({text}) END"


def _named(con: duckdb.DuckDBPyConnection, words: list[str], names: Gazetteer) -> pa.Table:
    """What each distinct set of words in `said` leads to: said_no, unit_no, placed_by, ambiguous."""
    said = con.sql(f"SELECT said_no, {', '.join(f'{_filled(name)} AS {name}' for name in words)} FROM said").to_arrow_table()
    given = {name: said[name].to_pylist() for name in words}
    nothing = [None] * said.num_rows
    district, street, community = (given.get(name, nothing) for name in ("district", "street", "community"))
    place, own = given.get("place", nothing), given.get("name", nothing)
    hits = [names.find(*row[:3], row[3] or row[4]) for row in zip(district, street, community, place, own, strict=True)]
    for at, code in enumerate(given.get("unit_code", ())):
        if code and hits[at].placed_by == "none":
            hits[at] = names.find_any(code)
    return pa.table({
        "said_no": said["said_no"], "unit_no": pa.array([hit.unit_no for hit in hits], pa.int32()),
        "placed_by": pa.array([hit.placed_by for hit in hits], pa.string()), "ambiguous": pa.array([hit.ambiguous for hit in hits], pa.string()),
    })  # fmt: skip


def gazetteer_of(units: Units) -> Gazetteer:
    """All unit names from district to compound, of a unit with several versions the last; compounds of the feed `compound` come later."""
    names = Gazetteer([0, *units.frame.last_no.astype(int).tolist()])
    latest = units.frame.sort_values("valid_from", na_position="first", kind="stable").drop_duplicates("unit_code", keep="last")
    for no, name, level in zip(latest.unit_no.astype(int), latest["name"], latest.level, strict=True):
        if BY_ID[level].id in names.names:
            names.add(level, name, no)
    return names


def add_compounds(con: duckdb.DuckDBPyConnection, names: Gazetteer) -> None:
    """Add names and aliases of the feed `compound`."""
    rows = con.execute("""SELECT name, aliases, unit_no FROM t_compound t JOIN p_compound p ON p.row_seq = t.row_seq
        WHERE NOT is_out AND NOT is_duplicate AND placed_by <> 'none'""").fetchall()
    for name, aliases, unit_no in rows:
        for text in (name, *(aliases or ())):
            names.add("compound", text, unit_no)
