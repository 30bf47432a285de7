"""CSV, TSV and other delimited text (文本表). No row is lost silently: every line of the file is accounted for.

DuckDB reads the file in strict mode. When it refuses, or when the lines do not add up (a blank line, a stray quote that swallowed
rows), the file is read again line by line (`ragged_text`), which never refuses.
"""

import tempfile
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from etl.model.checks import Finding
from etl.query.duck import one
from etl.sources.config import Source
from etl.sources.encodings import chunks, find_encoding, line_ends
from etl.sources.ragged_text import records
from etl.sources.raw_file import RawFile
from etl.sources.raw_table import RawTable, drop_empty, is_blank_row, quoted
from etl.sources.text_shape import shape_of

SAMPLE = 1 << 18
LINE_LIMIT = 1 << 26
ALONE = 1 << 28  # bytes; a file larger than this keeps all cores busy by itself


def read_text(con: DuckDBPyConnection, source: Source, path: Path, name: str, table: str) -> RawFile:
    """Read one delimited text file into the raw table `table`; `_row` is the line number of a spreadsheet (a record is a row)."""
    encoding, damaged = find_encoding(path, source.encoding)
    findings = encoding_findings(source, name, encoding, damaged)
    has_nul, lines = line_ends(path)
    if encoding == "utf-8-sig" and not has_nul and not damaged:
        return _read_utf8(con, source, path, name, table, encoding, lines, findings)
    # DuckDB reads UTF-8 only; the copy holds personal data, so it goes as soon as it is read
    with tempfile.TemporaryDirectory(prefix="atlas-") as folder:
        copy = Path(folder) / "text.csv"
        with path.open(encoding=encoding, errors="replace", newline="") as old, copy.open("w", encoding="utf-8", newline="") as new:
            while block := old.read(SAMPLE):
                new.write(block.replace("\0", ""))
        return _read_utf8(con, source, copy, name, table, encoding, line_ends(copy)[1], findings)


def encoding_findings(source: Source, name: str, encoding: str, damaged: int) -> list[Finding]:
    """What is told of the encoding a file was read in: nothing when it is the declared one, or UTF-8, and fits."""
    if damaged or (encoding != source.encoding and encoding != "utf-8-sig"):
        return [Finding("encoding_guessed", source.feed, name, note=f"{encoding}; {damaged} ?" if damaged else encoding)]
    return []


def _read_utf8(
    con: DuckDBPyConnection, source: Source, path: Path, name: str, table: str, encoding: str, lines: int | None, findings: list[Finding]
) -> RawFile:
    shape = shape_of(source, next(chunks(path), b"")[:SAMPLE].decode("utf-8-sig", errors="ignore"))
    if shape.header_row:
        findings.append(Finding("header_found", source.feed, name, row=shape.header_row))
    delimiter, skip = shape.delimiter, shape.skip
    names, width = shape.names, shape.width
    count = _read_strictly(con, path, table, delimiter, width, skip, shape.skipped_lines, lines)
    while width and source.header and not names[width - 1]:
        width -= 1  # trailing delimiters make no columns
    if count is None:
        raw = RawTable(con, table, width)
        raw.add_rows(records(path, delimiter, max(width, 1), skip))
        count, names = raw.rows, names[:width] + tuple("" if source.header else str(i + 1) for i in range(width, raw.width))
        findings += _ragged(con, source, name, table, width, raw.width)
    elif width < len(names):
        names = names[: drop_empty(con, table, width, len(names))]
    return RawFile(source, name, table, names, skip + 1, count, encoding, source.crs, False, tuple(findings))


def _read_strictly(
    con: DuckDBPyConnection, path: Path, table: str, delimiter: str, width: int, skip: int, skipped_lines: int, lines: int | None
) -> int | None:
    """Rows read by DuckDB, blank ones left out; None when it refuses or when lines of the file are not accounted for."""
    if lines is None or width == 0:
        return None
    fields = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    cells = ", ".join(f"c{i}" for i in range(width))
    try:
        (count,) = one(
            con,
            f"CREATE OR REPLACE TABLE {quoted(table)} AS SELECT row_number() OVER () + {skip} AS _row, NULL::BLOB AS _geom, {cells} "
            f"FROM read_csv(?, columns = {{{fields}}}, auto_detect = false, header = false, delim = ?, quote = '\"', escape = '\"', "
            # one thread per file: several files are read at a time, and a file cut in pieces costs a third more
            f"skip = {skip}, strict_mode = true, null_padding = false, max_line_size = {LINE_LIMIT}, parallel = {path.stat().st_size > ALONE})",
            [str(path), delimiter],
        )
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return None
    blank = _blank_rows(con, table, width)
    # as many records as lines: no cell holds a line end, so nothing can have been swallowed; else the cells are looked through
    if skipped_lines + count != lines and not _adds_up(con, table, delimiter, width, lines - skipped_lines - count):
        return None
    if blank:
        con.execute(f"DELETE FROM {quoted(table)} WHERE {is_blank_row(width)}")
    return count - blank


def _blank_rows(con: DuckDBPyConnection, table: str, width: int) -> int:
    """How many rows are blank. Planning the test of thirty columns takes 7 ms, and rows whose first two cells are blank are few."""
    for tested in (2, width):
        (blank,) = one(con, f"SELECT count(*) FROM {quoted(table)} WHERE {is_blank_row(min(tested, width))}")
        if not blank:
            return 0
    return int(blank)


def _adds_up(con: DuckDBPyConnection, table: str, delimiter: str, width: int, missing: int) -> bool:
    """The line ends inside cells are the `missing` lines, and no cell looks as if a pair of stray quotes had swallowed whole rows:
    such a cell holds just the delimiters of as many rows as it has line ends."""
    inside = {i: f"length(c{i}) - length(replace(c{i}, chr(10), ''))" for i in range(width)}
    breaks = " + ".join(f"CASE WHEN contains(c{i}, chr(10)) THEN {inside[i]} ELSE 0 END" for i in range(width))
    swallowed = " OR ".join(
        f"(contains(c{i}, chr(10)) AND length(c{i}) - length(replace(c{i}, ?, '')) = {width - 1} * ({inside[i]}))" for i in range(width)
    )
    found = con.execute(f"SELECT sum({breaks}), count(*) FILTER ({swallowed}) FROM {quoted(table)}", [delimiter] * width).fetchone()
    within, suspicious = found if found else (0, 0)
    return int(within or 0) == missing and not (suspicious and width > 1)


def _ragged(con: DuckDBPyConnection, source: Source, name: str, table: str, width: int, widest: int) -> list[Finding]:
    """The first row with more cells than the header, and how many there are."""
    if not source.header or widest <= width:
        return []
    test = " OR ".join(f"c{i} IS NOT NULL" for i in range(width, widest))
    first, count = one(con, f"SELECT min(_row), count(*) FROM {quoted(table)} WHERE {test}")
    return [Finding("ragged_row", source.feed, name, row=first, note=f"{count} 行")] if count else []
