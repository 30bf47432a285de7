"""Text → one typed table per feed (分列清洗): every row kept, and what looks wrong with a cell kept beside it until it is told.

`t_<feed>` has the feed's columns, typed, plus `row_seq` (file number above, row number below: unique, later files and rows win),
`file_no`, `src_row`, `_geom` (WKB in the file's coordinates), `extra` (JSON), `is_out` (a required column keeps the row out),
`is_duplicate` (false until looked for) and, until `bad_cells` takes it, `odd`: the cells whose text has to be looked at.
The cleaning macros are large: each statement here names each of them once, since DuckDB takes minutes to plan them nested.
"""

from collections.abc import Iterator

import duckdb

from etl.clean.columns import cleaned
from etl.clean.numbers import in_range
from etl.load.mapped import kept_columns
from etl.model.table import Column, Table

SEQ_SHIFT = 1 << 32
ODD = "STRUCT(col VARCHAR, kind VARCHAR, text VARCHAR)[]"


def create_typed(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """An empty `t_<feed>`."""
    columns = ", ".join(f'"{column.name}" {column.sql_type}' for column in kept_columns(table))
    con.execute(f"""CREATE TABLE t_{table.name} (row_seq BIGINT, file_no INTEGER, src_row BIGINT, _geom BLOB, extra VARCHAR, {columns},
        is_out BOOLEAN, is_duplicate BOOLEAN, odd {ODD})""")


def insert_typed(con: duckdb.DuckDBPyConnection, table: Table, rows: str, given: set[str], constants: dict[str, str] | None = None) -> None:
    """Clean the rows of the SELECT `rows` (row_seq, file_no, src_row, _geom, extra and a text `r_<column>` for each column) into `t_<feed>`.

    `given` are the columns that some row has: planning the cleaning of a column takes 30 ms, and most feeds come with a third of theirs.
    `constants` are literals that stand for a whole column: those are cleaned once.
    """
    columns = kept_columns(table)
    used = [column for column in columns if column.name in given]
    # the text a second time, beside the value: the outer SELECT compares the two
    text = {column.name: (constants or {}).get(column.name) or f'"r_{column.name}"' for column in columns}
    typed = ", ".join(f'{cleaned(column, text[column.name])} AS "{column.name}"' for column in used)
    texts = ", ".join(f'"r_{column.name}"' for column in columns if column in used or column.required)
    value = {column.name: _in_range(column) if column in used else f"NULL::{column.sql_type}" for column in columns}
    signs = [(column, kind, test) for column in columns if column in used or column.required for kind, test in _signs(column, f'"{column.name}"' if column in used else "NULL")]
    odd = f"NULL::{ODD}"
    if signs:
        cells = ", ".join(f"""CASE WHEN {test} THEN {{'col': '{column.name}', 'kind': '{kind}', 'text': "r_{column.name}"}} END""" for column, kind, test in signs)
        odd = f"CASE WHEN {' OR '.join(f'({test})' for _, _, test in signs)} THEN list_filter([{cells}], lambda cell: cell IS NOT NULL) END"
    con.execute(f"""INSERT INTO t_{table.name}
        SELECT row_seq, file_no, src_row, _geom, extra, {", ".join(value[column.name] for column in columns)}, {_is_out(table, value)}, false, {odd}
        FROM (SELECT row_seq, file_no, src_row, _geom, extra, {", ".join(filter(None, (texts, typed)))} FROM ({rows}))""")


def _in_range(column: Column) -> str:
    """A value out of range is none."""
    if column.minimum is None and column.maximum is None:
        return f'"{column.name}"'
    name = f'"{column.name}"'
    return f"CASE WHEN {in_range(column, name)} THEN {name} END"


def _signs(column: Column, value: str) -> Iterator[tuple[str, str]]:
    """(kind, SQL predicate): how a cell shows that its text has to be looked at. `bad_cells` tells what it then is."""
    text = f'"r_{column.name}"'
    if column.required:
        yield "null", f"{value} IS NULL"
    elif column.personal != "place":  # 3栋2单元 is read, and nothing of it may be kept
        yield "null", f"{value} IS NULL AND {text} <> ''"
    if column.kind == "list" and column.words and value != "NULL":
        yield "list", f"{value} IS NOT NULL AND {text} <> ''"
    if column.minimum is not None or column.maximum is not None:
        yield "outside", f"NOT {in_range(column, value)}"


def _is_out(table: Table, value: dict[str, str]) -> str:
    """SQL: a required column, or all of a group of which one is needed, is missing. The unit loader judges its rows itself."""
    missing = [f"{value[column.name]} IS NULL" for column in kept_columns(table) if column.required]
    missing += ["(" + " AND ".join(f"{value[name]} IS NULL" for name in names) + ")" for names in table.need_one_of]
    return " OR ".join(missing) if missing and table.name != "unit" else "false"

