"""From raw tables of text to one typed table per feed: every row kept, each with what is wrong with it.

A typed table `t_<feed>` has the feed's columns, typed, plus
`row_seq` (order of reading, unique), `file_no`, `src_row`, `_geom` (WKB in the file's coordinates), `extra` (JSON) and
`bad` (list of {col, rule, value}); `is_out` marks rows that a required column keeps out.
"""

import duckdb

from etl.clean.columns import cleaned, filled, scrubbed
from etl.clean.numbers import in_range
from etl.model.errors import AtlasError
from etl.model.table import Column, Table
from etl.sources.headers import Mapping, map_columns
from etl.sources.read import RawFile

SEQ_SHIFT = 1 << 32  # row_seq = file number above, row number below: later files and later rows win


def quoted(text: str) -> str:
    """An SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def _joined(raw: RawFile, indexes: tuple[int, ...]) -> str:
    parts = [f"c{i}" for i in indexes]
    return parts[0] if len(parts) == 1 else f"nullif(concat_ws('/', {', '.join(f'nullif(trim({p}), ' + quoted('') + ')' for p in parts)}), '')"


def _constant(text: str, raw: RawFile) -> str:
    stem = raw.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    pieces = text.replace("{stem}", stem).split("{row}")
    return " || _row::VARCHAR || ".join(quoted(piece) for piece in pieces)


def _mapped_words(sql: str, words: dict[str, str]) -> str:
    if not words:
        return sql
    cases = " ".join(f"WHEN {quoted(local.strip())} THEN {quoted(canonical)}" for local, canonical in words.items())
    return f"CASE trim({sql}) {cases} ELSE {sql} END"


def _extra(raw: RawFile, mapping: Mapping) -> str:
    """Unknown columns as JSON, each value scrubbed: a free column may hold a phone number. One lambda, since scrubbing is a large expression."""
    if not mapping.extra:
        return "NULL"
    names: list[str] = []
    for at in mapping.extra:
        name = raw.headers[at] or f"#{at + 1}"
        names.append(name if name not in names else f"{name}#{at + 1}")
    values = f"list_transform([{', '.join(f'c{at}' for at in mapping.extra)}], lambda v: {scrubbed('v')})"
    pairs = f"list_filter(list_zip([{', '.join(map(quoted, names))}], {values}), lambda p: p[2] IS NOT NULL)"
    return f"to_json(map_from_entries({pairs}))::VARCHAR"


def _check_need(table: Table, raw: RawFile, mapping: Mapping) -> None:
    for names in table.need_one_of:
        if not any(name in mapping.columns or name in mapping.constants for name in names):
            words = "、".join(table.column(name).header for name in names)
            raise AtlasError(
                f"文件 {raw.name} 至少需要以下一列：{words}。请补充，或在 sources.toml 的 columns 中写明对应的表头。",
                f"File {raw.name} needs at least one of the columns {', '.join(names)}. Add one, or name its header under columns in sources.toml.",
            )


def raw_view(table: Table, raw: RawFile, file_no: int) -> tuple[str, Mapping]:
    """A SELECT of the file's rows under canonical names, still text."""
    mapping = map_columns(table, raw)
    if table.name != "unit":
        _check_need(table, raw, mapping)
    fields = []
    for column in table.columns:
        if column.personal == "drop":
            continue
        if column.name in mapping.columns:
            sql = _joined(raw, mapping.columns[column.name])
        elif column.name in mapping.constants:
            sql = _constant(mapping.constants[column.name], raw)
        else:
            sql = "NULL::VARCHAR"
        fields.append(f'{_mapped_words(sql, raw.source.values.get(column.name, {}))} AS "{column.name}"')
    select = f'SELECT {file_no} AS file_no, _row AS src_row, _geom, {_extra(raw, mapping)} AS extra, {", ".join(fields)} FROM "{raw.table}"'
    return select, mapping


def _problem(column: Column) -> str:
    """SQL giving the problem of one cell as a struct, or NULL; x is the text row, t the typed one."""
    raw, value = f'x."{column.name}"', f't."{column.name}"'
    unread = f"{filled(raw, column)} AND {value} IS NULL"
    rule = "'bad_required'" if column.required else ("'unknown_word'" if column.kind == "word" else "'bad_value'")
    shown = "'***'" if column.personal == "hash" else raw  # scrubbed when it is logged: forty scrubs in one statement take minutes to plan
    cases = [f"WHEN {unread} THEN {{'col': {quoted(column.header)}, 'rule': {rule}, 'value': {shown}}}"]
    if column.required:
        cases.append(f"WHEN {value} IS NULL THEN {{'col': {quoted(column.header)}, 'rule': 'missing_required', 'value': ''}}")
    if column.minimum is not None or column.maximum is not None:
        cases.append(f"WHEN NOT {in_range(column, value)} THEN {{'col': {quoted(column.header)}, 'rule': 'out_of_range', 'value': {raw}}}")
    return f"CASE {' '.join(cases)} END"


def _need_problem(table: Table, names: tuple[str, ...]) -> str:
    headers = "/".join(table.column(name).header for name in names)
    empty = " AND ".join(f't."{name}" IS NULL' for name in names)
    return f"CASE WHEN {empty} THEN {{'col': {quoted(headers)}, 'rule': 'missing_required', 'value': ''}} END"


def build_typed(con: duckdb.DuckDBPyConnection, table: Table, selects: list[str], given: set[str]) -> int:
    """Create `t_<feed>` from the files' SELECTs; returns the rows read. Personal columns marked `drop` do not exist in it.

    `given` are the columns that some file has: planning the cleaning of a column takes 30 ms, and most feeds come with a third of theirs.
    """
    # Three plain steps: as one statement the cleaning macros, written out in each other, take minutes to plan.
    columns = [column for column in table.columns if column.personal != "drop"]
    con.execute(f"CREATE TABLE x_{table.name} AS {' UNION ALL BY NAME '.join(selects)}")
    typed = ", ".join(f'{_cleaned(column, given)} AS "{column.name}"' for column in columns)
    # the text row x goes along as a struct: a new table need not keep the order of the old one, so the two cannot be joined by position
    con.execute(f"CREATE TABLE c_{table.name} AS SELECT x, {typed} FROM x_{table.name} x")
    cells = [_problem(column) for column in columns if column.name in given or column.required]
    missing: list[str] = []
    if table.name != "unit":  # the unit loader knows which unit rows only bring a boundary
        cells += [_need_problem(table, names) for names in table.need_one_of]
        missing += [f't."{column.name}" IS NULL' for column in columns if column.required]
        missing += ["(" + " AND ".join(f't."{name}" IS NULL' for name in names) + ")" for names in table.need_one_of]
    ranged = [f'CASE WHEN {in_range(c, _typed(c))} THEN {_typed(c)} END AS "{c.name}"' for c in columns if c.minimum is not None or c.maximum is not None]
    con.execute(f"""
        CREATE TABLE t_{table.name} AS
        SELECT x.file_no::BIGINT * {SEQ_SHIFT} + x.src_row AS row_seq, x.file_no, x.src_row, x._geom, x.extra,
            t.* EXCLUDE (x){f" REPLACE ({', '.join(ranged)})" if ranged else ""},
            list_filter([{", ".join(cells)}], lambda cell: cell IS NOT NULL) AS bad, ({" OR ".join(missing) or "false"}) AS is_out
        FROM c_{table.name} t""")
    con.execute(f"DROP TABLE x_{table.name}; DROP TABLE c_{table.name}")
    return con.execute(f"SELECT count(*) FROM t_{table.name}").fetchone()[0]


def _cleaned(column: Column, given: set[str]) -> str:
    return cleaned(column, f'"{column.name}"') if column.name in given else f"NULL::{column.sql_type}"


def _typed(column: Column) -> str:
    return f't."{column.name}"'
