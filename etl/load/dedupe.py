"""Repeated keys (重复编号): the later row counts, the earlier ones are duplicates."""

import duckdb

from etl.clean.columns import scrubbed
from etl.load.findings import FindingLog
from etl.model.table import Table

# with a sequence number the rest of the key is not needed, and a step corrected in its time must replace the old one
_ENOUGH = {"case_event": ("seq", ("at", "type"))}


def key_sql(table: Table) -> list[str]:
    """SQL expressions of the key. An empty part is a value like any other: two rows of one case without a source system are the same case."""
    enough, rest = _ENOUGH.get(table.name, ("", ()))
    return [f'CASE WHEN "{enough}" IS NULL THEN "{column}"::VARCHAR END' if column in rest else f'"{column}"::VARCHAR' for column in table.key]


def mark_duplicates(con: duckdb.DuckDBPyConnection, table: Table, log: FindingLog) -> int:
    """Set `is_duplicate` in `t_<feed>` and log each earlier row; returns how many. Rows already out are left alone."""
    feed = table.name
    if not table.key:
        return 0
    key = ", ".join(f"{sql} AS k{at}" for at, sql in enumerate(key_sql(table)))
    names = ", ".join(f"k{at}" for at in range(len(table.key)))
    # keys that come twice are few: a number of each finds them, since comparing all the texts takes four times as long
    whole = f"hash({', '.join(key_sql(table))})"
    con.execute(f"CREATE TEMP TABLE twice AS SELECT {whole} AS whole FROM t_{feed} WHERE NOT is_out GROUP BY whole HAVING count(*) > 1")
    con.execute(f"CREATE TEMP TABLE keyed AS SELECT row_seq, file_no, src_row, {key} FROM t_{feed} WHERE NOT is_out AND {whole} IN (SELECT whole FROM twice)")
    con.execute(f"CREATE TEMP TABLE repeated AS SELECT {names}, max(row_seq) AS last_seq FROM keyed GROUP BY ALL HAVING count(*) > 1")
    same = " AND ".join(f"t.k{at} IS NOT DISTINCT FROM r.k{at}" for at in range(len(table.key)))
    shown = ", ".join(scrubbed(f"t.k{at}") if table.column(column).kind == "text" else f"t.k{at}" for at, column in enumerate(table.key))
    con.execute(f"""CREATE TEMP TABLE earlier AS SELECT t.row_seq, t.file_no, t.src_row, concat_ws(' / ', {shown}) AS value
        FROM keyed t JOIN repeated r ON {same} WHERE t.row_seq < r.last_seq""")
    con.execute(f"UPDATE t_{feed} SET is_duplicate = true WHERE row_seq IN (SELECT row_seq FROM earlier)")
    header = "、".join(table.column(column).header for column in table.key)
    count = log.add_rows("duplicate", feed, f"SELECT file_no, src_row, '{header}', value, '' FROM earlier")
    con.execute("DROP TABLE twice; DROP TABLE keyed; DROP TABLE repeated; DROP TABLE earlier")
    return count
