"""Files gathered as text (汇集): `x_<feed>` has the rows of many raw tables in one shape (columns `r_…`), to be cleaned in one statement.

Beside the texts stand `row_seq`, `file_no`, `src_row`, `_geom` (see `typed`) and two lists, `xn` and `xv`: names and texts of the
columns the feed does not know.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate

import duckdb

from etl.clean.columns import scrubbed
from etl.load.mapped import kept_columns, mapped, quoted
from etl.load.typed import SEQ_SHIFT, insert_typed
from etl.model.table import Table
from etl.query.duck import one
from etl.sources.headers import Mapping
from etl.sources.read import RawFile


def create_stage(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """An empty `x_<feed>`."""
    texts = ", ".join(f'"r_{column.name}" VARCHAR' for column in kept_columns(table))
    con.execute(f"CREATE TABLE x_{table.name} (row_seq BIGINT, file_no INTEGER, src_row BIGINT, _geom BLOB, xn VARCHAR[], xv VARCHAR[], {texts})")


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
        """Take over a raw table; it is dropped once its rows are in. AtlasError when a column the feed cannot do without is missing."""
        found = mapped(self.table, raw)
        names, texts = ("[" + ", ".join(items) + "]" if items else "NULL" for items in ([quoted(n) for n, _ in found.extra], [sql for _, sql in found.extra]))
        select = f"""SELECT {file_no}::BIGINT * {SEQ_SHIFT} + _row, {file_no}, _row, _geom, {names}::VARCHAR[], {texts}::VARCHAR[],
            {", ".join(found.texts.values())} FROM {raw.table}"""
        self.given |= found.given
        self._waiting.append((raw.table, select, raw.rows))
        self._rows += raw.rows
        if self._rows >= self.BATCH:
            self.flush()
        return found.mapping

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


def clean_staged(con: duckdb.DuckDBPyConnection, table: Table, given: set[str]) -> None:
    """The rows of `x_<feed>`, which goes, into `t_<feed>`; `given` are the columns that some file has."""
    feed = table.name
    extra, join = _extras(con, feed)
    texts = ", ".join(f'x."r_{column.name}"' for column in kept_columns(table))
    insert_typed(con, table, f"SELECT x.row_seq, x.file_no, x.src_row, x._geom, {extra}, {texts} FROM x_{feed} x {join}", given)
    con.execute(f"DROP TABLE extra_texts; DROP TABLE extras; DROP TABLE x_{feed}")
