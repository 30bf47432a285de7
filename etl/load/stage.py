"""From raw tables of text to one typed table per feed: every row kept, and what is wrong with each cell beside it.

`x_<feed>` gathers the files' rows as text (columns `r_…`); `t_<feed>` has the feed's columns, typed, plus
`row_seq` (order of reading, unique), `file_no`, `src_row`, `_geom` (WKB in the file's coordinates), `extra` (JSON),
`is_out` (a required column keeps the row out) and `is_duplicate` (false until looked for);
`b_<feed>` lists the bad cells: row_seq, file_no, src_row, col, rule, value (not yet scrubbed).
The cleaning macros are large: each statement here names each of them once, since DuckDB takes minutes to plan them nested.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate

import duckdb

from etl.clean.columns import cleaned, filled, scrubbed
from etl.clean.numbers import in_range
from etl.clean.words import partly_unknown
from etl.model.errors import AtlasError
from etl.model.table import Column, Table
from etl.query.duck import one
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
    """Two lists: names and texts of the columns the feed does not know."""
    if not mapping.extra:
        return "NULL::VARCHAR[], NULL::VARCHAR[]"
    names: list[str] = []
    for at in mapping.extra:
        name = raw.headers[at] or f"#{at + 1}"
        names.append(name if name not in names else f"{name}#{at + 1}")
    return f"[{', '.join(map(quoted, names))}], [{', '.join(f'c{at}' for at in mapping.extra)}]"


def _check_need(table: Table, raw: RawFile, mapping: Mapping) -> None:
    for names in table.need_one_of:
        if not any(name in mapping.columns or name in mapping.constants for name in names):
            words = "、".join(table.column(name).header for name in names)
            raise AtlasError(
                f"文件 {raw.name} 至少需要以下一列：{words}。请补充，或在 sources.toml 的 columns 中写明对应的表头。",
                f"File {raw.name} needs at least one of the columns {', '.join(names)}. Add one, or name its header under columns in sources.toml.",
            )


def kept_columns(table: Table) -> list[Column]:
    """The columns that are read at all."""
    return [column for column in table.columns if column.personal != "drop"]


def create_stage(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """An empty `x_<feed>`."""
    texts = ", ".join(f'"r_{column.name}" VARCHAR' for column in kept_columns(table))
    con.execute(f"CREATE TABLE x_{table.name} (row_seq BIGINT, file_no INTEGER, src_row BIGINT, _geom BLOB, xn VARCHAR[], xv VARCHAR[], {texts})")


def stage_select(table: Table, raw: RawFile, file_no: int) -> tuple[str, Mapping]:
    """SELECT that brings a raw table's rows into the shape of `x_<feed>`. AtlasError when a column the feed cannot do without is missing."""
    mapping = map_columns(table, raw)
    if table.name != "unit":
        _check_need(table, raw, mapping)
    fields = []
    for column in kept_columns(table):
        if column.name in mapping.columns:
            sql = _joined(raw, mapping.columns[column.name])
        elif column.name in mapping.constants:
            sql = _constant(mapping.constants[column.name], raw)
        else:
            sql = "NULL"
        fields.append(_mapped_words(sql, raw.source.values.get(column.name, {})))
    return f"SELECT {file_no}::BIGINT * {SEQ_SHIFT} + _row, {file_no}, _row, _geom, {_extra(raw, mapping)}, {', '.join(fields)} FROM {raw.table}", mapping


class Stage:
    """Gathers the files of one feed in `x_<feed>`. Many small files go in together: one insert of their own each takes four times as long.

    A view over the raw tables would save this copy (2 µs a row) and was slower: of each part only one core cleans at a time.
    """

    BATCH = 300_000  # rows kept as raw tables at most
    TOGETHER = 250_000  # of more rows two transactions leave row groups in pieces, and cleaning takes a fifth longer

    def __init__(self, con: duckdb.DuckDBPyConnection, table: Table) -> None:
        self.con, self.table = con, table
        self.given: set[str] = set()
        self._waiting: list[tuple[str, str, int]] = []
        self._rows = 0
        create_stage(con, table)

    def add(self, raw: RawFile, file_no: int) -> Mapping:
        """Take over a raw table; it is dropped once its rows are in."""
        select, mapping = stage_select(self.table, raw, file_no)
        self.given.update(mapping.columns, mapping.constants)
        self._waiting.append((raw.table, select, raw.rows))
        self._rows += raw.rows
        if self._rows >= self.BATCH:
            self.flush()
        return mapping

    def flush(self) -> None:
        """Everything taken over so far goes into `x_<feed>`, in the order it was taken over."""
        before = list(accumulate((rows for _, _, rows in self._waiting), initial=0))
        middle = sum(2 * rows < self._rows for rows in before[:-1]) if self._rows < self.TOGETHER else 0
        halves = [half for half in (self._waiting[:middle], self._waiting[middle:]) if half]
        # one core copies one statement's parts, one after the other: a statement and a transaction for each core, ended in order
        cursors = [self.con.cursor() for _ in halves]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self._copy, cursors, halves))
        for cursor in cursors:
            cursor.execute("COMMIT")
            cursor.close()
        if self._waiting:
            self.con.execute("; ".join(f"DROP TABLE {name}" for name, _, _ in self._waiting))
        self._waiting, self._rows = [], 0

    def _copy(self, cursor: duckdb.DuckDBPyConnection, waiting: list[tuple[str, str, int]]) -> None:
        cursor.execute(f"BEGIN; INSERT INTO x_{self.table.name} {' UNION ALL '.join(select for _, select, _ in waiting)}")


def _problems(column: Column, raw: str, value: str) -> Iterator[tuple[str, str]]:
    """(rule, SQL predicate) of what can be wrong with a cell, given SQL of its text and of its typed value."""
    unread = "bad_required" if column.required else ("unknown_word" if column.kind == "word" else "bad_value")
    if column.personal != "place":  # 3栋2单元 is read, and nothing of it may be kept
        yield unread, f"{value} IS NULL AND {raw} <> '' AND {filled(raw, column)}"
    if column.kind == "list" and column.words:  # the known words of the cell stay, the others are told
        yield "unknown_word", f"{value} IS NOT NULL AND {partly_unknown(column.words, raw)}"
    if column.required:
        yield "missing_required", f"{value} IS NULL AND NOT {filled(raw, column)}"


def _log_bad(con: duckdb.DuckDBPyConnection, feed: str, column: Column, among: str, rules: Iterable[tuple[str, str]]) -> None:
    """Bad cells of one column: `among` picks rows by the typed row `t` and its text `x`, each rule's test tells by `text` and `value`.

    The picked cells are set aside first: DuckDB would otherwise work the tests out for every row before it joins.
    """
    con.execute(f"""CREATE TEMP TABLE odd AS SELECT row_seq, t.file_no, t.src_row, x."r_{column.name}" AS text, t."{column.name}" AS value
        FROM t_{feed} t JOIN x_{feed} x USING (row_seq) WHERE {among}""")
    shown = "'***'" if column.personal == "hash" else "text"
    for rule, test in rules:
        con.execute(f"INSERT INTO b_{feed} SELECT row_seq, file_no, src_row, {quoted(column.header)}, '{rule}', {shown} FROM odd WHERE {test}")
    con.execute("DROP TABLE odd")


def _find_bad_cells(con: duckdb.DuckDBPyConnection, table: Table, columns: list[Column]) -> None:
    """Fill `b_<feed>` and empty the cells that are out of range. Counting filled and typed cells tells which columns need a look at all."""
    feed = table.name
    con.execute(f"CREATE TABLE b_{feed} (row_seq BIGINT, file_no INTEGER, src_row BIGINT, col VARCHAR, rule VARCHAR, value VARCHAR)")
    filled_n = ", ".join(f"count(*) FILTER (\"r_{column.name}\" <> '')" for column in columns) or "NULL"
    typed_n = ", ".join(f'count("{column.name}")' for column in columns) or "NULL"
    texts = one(con, f"SELECT {filled_n} FROM x_{feed}")
    total, *values = one(con, f"SELECT count(*), {typed_n} FROM t_{feed}")
    for column, n_texts, n_values in zip(columns, texts, values, strict=False):
        raw, value = f'x."r_{column.name}"', f't."{column.name}"'
        has_words = column.kind == "list" and bool(column.words)
        if n_values < n_texts or (column.required and n_values < total) or (has_words and n_texts):
            empty = f"{value} IS NULL" if column.required else f"{value} IS NULL AND {raw} <> ''"
            _log_bad(con, feed, column, f"{raw} <> ''" if has_words and not column.required else "true" if has_words else empty, _problems(column, "text", "value"))
        if column.minimum is not None or column.maximum is not None:
            outside = f"{value} IS NOT NULL AND NOT {in_range(column, value)}"
            if one(con, f"SELECT count(*) FROM t_{feed} t WHERE {outside}")[0]:
                _log_bad(con, feed, column, outside, [("out_of_range", "true")])
                con.execute(f'UPDATE t_{feed} AS t SET "{column.name}" = NULL WHERE {outside}')
    if feed == "unit":  # the unit loader knows which unit rows only bring a boundary
        return
    for names in table.need_one_of:
        headers = "/".join(table.column(name).header for name in names)
        con.execute(f"""INSERT INTO b_{feed} SELECT row_seq, file_no, src_row, {quoted(headers)}, 'missing_required', ''
            FROM t_{feed} WHERE {" AND ".join(f'"{name}" IS NULL' for name in names)}""")


def _extras(con: duckdb.DuckDBPyConnection, feed: str) -> tuple[str, str]:
    """SQL value and join of `extra`: the columns the feed does not know, scrubbed, as JSON. Each set of texts is scrubbed once."""
    con.execute("CREATE TEMP TABLE extra_texts (xn VARCHAR[], xv VARCHAR[], extra_no BIGINT); CREATE TEMP TABLE extras (xn VARCHAR[], xv VARCHAR[], extra VARCHAR)")
    if not one(con, f"SELECT count(xn) FROM x_{feed}")[0]:
        return "NULL::VARCHAR AS extra", ""
    con.execute(f"INSERT INTO extra_texts SELECT xn, xv, row_number() OVER () FROM (SELECT DISTINCT xn, xv FROM x_{feed} WHERE xn IS NOT NULL)")
    con.execute(f"""INSERT INTO extras SELECT xn, xv, known.extra FROM extra_texts JOIN (
        SELECT extra_no, to_json(map_from_entries(list((name, text))))::VARCHAR AS extra
        FROM (SELECT extra_no, name, {scrubbed("text")} AS text FROM (SELECT extra_no, unnest(xn) AS name, unnest(xv) AS text FROM extra_texts))
        WHERE text IS NOT NULL GROUP BY extra_no) known USING (extra_no)""")
    return "e.extra", "LEFT JOIN extras e ON e.xn = x.xn AND e.xv = x.xv"


def build_typed(con: duckdb.DuckDBPyConnection, table: Table, given: set[str]) -> int:
    """Create `t_<feed>` and `b_<feed>` from `x_<feed>`, which goes; returns the rows read.

    `given` are the columns that some file has: planning the cleaning of a column takes 30 ms, and most feeds come with a third of theirs.
    """
    feed, columns = table.name, kept_columns(table)
    used = [column for column in columns if column.name in given]
    typed = [f'{cleaned(c, f"x.r_{c.name}")} AS "{c.name}"' if c in used else f'NULL::{c.sql_type} AS "{c.name}"' for c in columns]
    extra, join = _extras(con, feed)
    con.execute(f"""CREATE TABLE t_{feed} AS SELECT x.row_seq, x.file_no, x.src_row, x._geom, {extra}, {", ".join(typed)}, false AS is_out, false AS is_duplicate
        FROM x_{feed} x {join}""")
    con.execute("DROP TABLE extra_texts; DROP TABLE extras")
    _find_bad_cells(con, table, [column for column in columns if column in used or column.required])
    con.execute(f"DROP TABLE x_{feed}")
    missing = [f'"{column.name}" IS NULL' for column in columns if column.required]
    missing += ["(" + " AND ".join(f'"{name}" IS NULL' for name in names) + ")" for names in table.need_one_of]
    if missing and feed != "unit":
        con.execute(f"UPDATE t_{feed} SET is_out = true WHERE {' OR '.join(missing)}")
    return one(con, f"SELECT count(*) FROM t_{feed}")[0]
