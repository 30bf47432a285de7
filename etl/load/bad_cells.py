"""What is wrong with cells (问题单元格): from the odd cells of `t_<feed>` to `b_<feed>`(row_seq, file_no, src_row, col, rule, value).

`value` is not scrubbed yet; of a hashed column it is never kept.
"""

from collections.abc import Iterator

import duckdb

from etl.clean.columns import filled
from etl.clean.words import partly_unknown
from etl.load.mapped import kept_columns, quoted
from etl.model.table import Column, Table


def find_bad_cells(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create `b_<feed>`; `t_<feed>` loses its column `odd`, and with it the last raw texts."""
    feed = table.name
    con.execute(f"CREATE TABLE b_{feed} (row_seq BIGINT, file_no INTEGER, src_row BIGINT, col VARCHAR, rule VARCHAR, value VARCHAR)")
    con.execute(f"""CREATE TEMP TABLE odd_cell AS SELECT row_seq, file_no, src_row, unnest(odd, recursive := true)
        FROM (SELECT row_seq, file_no, src_row, odd FROM t_{feed} WHERE odd IS NOT NULL)""")
    con.execute(f"ALTER TABLE t_{feed} DROP COLUMN odd")
    there = set(con.execute("SELECT DISTINCT col, kind FROM odd_cell").fetchall())
    for column in kept_columns(table):
        shown = "'***'" if column.personal == "hash" else "text"
        for kind, rule, test in _problems(column):
            if (column.name, kind) in there:
                con.execute(f"""INSERT INTO b_{feed} SELECT row_seq, file_no, src_row, {quoted(column.header)}, '{rule}', {shown}
                    FROM odd_cell WHERE col = '{column.name}' AND kind = '{kind}' AND {test}""")
    con.execute("DROP TABLE odd_cell")
    if feed == "unit":  # the unit loader knows which unit rows only bring a boundary
        return
    for names in table.need_one_of:
        headers = "/".join(table.column(name).header for name in names)
        con.execute(f"""INSERT INTO b_{feed} SELECT row_seq, file_no, src_row, {quoted(headers)}, 'missing_required', ''
            FROM t_{feed} WHERE {" AND ".join(f'"{name}" IS NULL' for name in names)}""")


def _problems(column: Column) -> Iterator[tuple[str, str, str]]:
    """(kind of odd cell, rule, SQL predicate over its `text`)."""
    unread = "bad_required" if column.required else ("unknown_word" if column.kind == "word" else "bad_value")
    if column.personal != "place":
        yield "null", unread, f"text <> '' AND {filled('text', column)}"
    if column.kind == "list" and column.words:  # the known words of the cell stay, the others are told
        yield "list", "unknown_word", partly_unknown(column.words, "text")
    if column.required:
        yield "null", "missing_required", f"NOT {filled('text', column)}"
    yield "outside", "out_of_range", "true"
