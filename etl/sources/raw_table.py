"""Filling a raw table (原始表) in batches: `_row`, `_geom` and one VARCHAR column per header, text untouched."""

from collections.abc import Iterable, Sequence

import pyarrow as pa
from duckdb import DuckDBPyConnection

BATCH = 50_000
BATCH_VIEW = "raw_table_batch"
_BLANKS = "chr(9) || chr(10) || chr(12) || chr(13) || chr(32) || chr(160) || chr(12288)"  # the last is the full-width blank


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def is_blank_row(width: int, prefix: str = "c") -> str:
    """SQL predicate: all cells are blank (spaces, tabs, line ends, full-width blanks). DuckDB tests first what fails most, so a full row costs one or two trims."""
    return " AND ".join(f"coalesce(trim({prefix}{i}, {_BLANKS}) = '', true)" for i in range(width)) or "true"


def drop_empty(con: DuckDBPyConnection, name: str, kept: int, width: int) -> int:
    """Drop the last columns that hold nothing, never going below `kept`; the width that is left."""
    while width > kept and con.execute(f"SELECT count(c{width - 1}) = 0 FROM {quoted(name)}").fetchone() == (True,):
        width -= 1
        con.execute(f"ALTER TABLE {quoted(name)} DROP COLUMN c{width}")
    return width


class RawTable:
    """A raw table being filled. Columns are added when a row turns out wider than the header."""

    def __init__(self, con: DuckDBPyConnection, name: str, width: int) -> None:
        self.con, self.name, self.width, self.rows = con, name, width, 0
        columns = "".join(f", c{i} VARCHAR" for i in range(width))
        con.execute(f"CREATE OR REPLACE TABLE {quoted(name)} (_row BIGINT, _geom BLOB{columns})")

    def widen(self, width: int) -> None:
        for i in range(self.width, width):
            self.con.execute(f"ALTER TABLE {quoted(self.name)} ADD COLUMN c{i} VARCHAR")
        self.width = max(self.width, width)

    def add(self, numbers: pa.Array, geometry: pa.Array | None, columns: Sequence[pa.Array]) -> None:
        """Append one batch: row numbers, WKB or None, and up to `width` text arrays."""
        names = ["_row", *(f"c{i}" for i in range(len(columns)))]
        arrays = [numbers, *columns]
        if geometry is not None:
            names, arrays = [*names, "_geom"], [*arrays, geometry]
        self.con.register(BATCH_VIEW, pa.table(dict(zip(names, arrays, strict=True))))
        try:
            self.con.execute(f"INSERT INTO {quoted(self.name)} ({', '.join(names)}) SELECT {', '.join(names)} FROM {BATCH_VIEW}")
        finally:
            self.con.unregister(BATCH_VIEW)
        self.rows += len(numbers)

    def add_rows(self, rows: Iterable[tuple[int, Sequence[str | None]]]) -> None:
        """Append (row number, cells) pairs; rows whose cells are all blank are left out, wider ones widen the table."""
        numbers: list[int] = []
        cells: list[Sequence[str | None]] = []
        for number, row in rows:
            if any(cell and not cell.isspace() for cell in row):
                numbers.append(number)
                cells.append(row)
                if len(numbers) >= BATCH:
                    self._flush(numbers, cells)
                    numbers, cells = [], []
        if numbers:
            self._flush(numbers, cells)

    def _flush(self, numbers: list[int], cells: list[Sequence[str | None]]) -> None:
        width = max(map(len, cells))
        if width > self.width:
            # cells beyond the header count only when they hold something
            width = max(self.width, max(_filled_width(row) for row in cells))
            self.widen(width)
        columns = [pa.array([row[i] or None if i < len(row) else None for row in cells], pa.string()) for i in range(self.width)]
        self.add(pa.array(numbers, pa.int64()), None, columns)


def _filled_width(row: Sequence[str | None]) -> int:
    width = len(row)
    while width and not (row[width - 1] or "").strip():
        width -= 1
    return width
