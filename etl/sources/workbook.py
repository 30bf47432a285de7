"""XLSX, XLS, XLSB and ODS (工作簿): the sheet whose header fits best, title rows above the header, two-row headers."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import python_calamine as calamine
from duckdb import DuckDBPyConnection

from etl.model.checks import Finding
from etl.model.errors import AtlasError
from etl.model.tables import BY_NAME
from etl.sources.cells import cell_text
from etl.sources.config import Source
from etl.sources.headers import SEARCHED_ROWS, Header, find_header, is_note, wanted_headers
from etl.sources.place_in_toml import nearest
from etl.sources.raw_file import RawFile
from etl.sources.raw_table import RawTable

HEAD_ROWS = SEARCHED_ROWS + 2
UNREADABLE = (calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError)


def read_workbook(con: DuckDBPyConnection, source: Source, path: Path, name: str, table: str) -> RawFile:
    """Read one sheet into the raw table `table`; `_row` is the row number the spreadsheet shows.

    AtlasError: damaged or protected by a password; no such sheet.
    """
    with path.open("rb") as file:  # not by its name: the suffix may lie
        return _read_open(con, source, file, name, table)


def _read_open(con: DuckDBPyConnection, source: Source, file: BinaryIO, name: str, table: str) -> RawFile:
    try:
        book = calamine.load_workbook(file)
    except calamine.PasswordError as error:
        raise AtlasError(f"{name} 有密码保护。请去掉密码后重新保存。", f"{name} is protected by a password. Save it without.") from error
    except UNREADABLE as error:
        raise AtlasError(
            f"{name} 无法作为工作簿打开（{error}）。请用 Excel 或 WPS 打开后另存为 xlsx。",
            f"{name} cannot be opened as a workbook ({error}). Open it and save it again as xlsx.",
        ) from error
    try:
        sheet = _choose(book, source, name)
        rows = list(itertools.islice(_rows(book, sheet), HEAD_ROWS))
        return _fill(con, source, name, table, rows, _rows(book, sheet))
    except UNREADABLE as error:
        raise AtlasError(f"{name} 已损坏：{error}", f"{name} is damaged: {error}") from error
    finally:
        book.close()


def read_rows(con: DuckDBPyConnection, source: Source, name: str, table: str, rows: list[list[str | None]]) -> RawFile:
    """The same for rows already in memory (a web page's table)."""
    return _fill(con, source, name, table, rows[:HEAD_ROWS], iter(rows))


def _rows(book: calamine.CalamineWorkbook, sheet: str) -> Iterator[list[str | None]]:
    """All rows from the very first, as text."""
    opened = book.get_sheet_by_name(sheet)
    left = opened.start[1] if opened.start else 0
    # iter_rows begins with the sheet's first row, but with the first column that holds anything
    for row in opened.iter_rows():
        yield [*[None] * left, *map(cell_text, row)]


def _choose(book: calamine.CalamineWorkbook, source: Source, name: str) -> str:
    sheets = book.sheet_names
    if source.sheet:
        if source.sheet in sheets:
            return source.sheet
        near = nearest(source.sheet, sheets)
        raise AtlasError(
            f"{name} 没有工作表“{source.sheet}”；现有：{'、'.join(sheets)}。" + (f"是否应为“{near}”？" if near else ""),
            f"{name} has no sheet “{source.sheet}”; it has: {', '.join(sheets)}." + (f" Did you mean “{near}”?" if near else ""),
        )
    if not sheets:
        raise AtlasError(f"{name} 没有工作表。", f"{name} has no sheet.")
    if len(sheets) == 1 or not source.header:
        return sheets[0]
    fits = []
    for sheet in sheets:
        head = list(itertools.islice(_rows(book, sheet), HEAD_ROWS))
        fits.append(find_header(BY_NAME[source.feed], head, wanted_headers(source)).score)
    return sheets[fits.index(max(fits))]


def _fill(
    con: DuckDBPyConnection, source: Source, name: str, table: str, head: list[list[str | None]], rows: Iterator[list[str | None]]
) -> RawFile:
    findings = []
    header = Header(0, 0, tuple(str(i + 1) for i in range(max(map(len, head), default=0))), 0)
    if source.header:
        header = find_header(BY_NAME[source.feed], head, wanted_headers(source))
        if header.score and (header.first or header.height > 1):
            findings.append(Finding("header_found", source.feed, name, row=header.first + 1))
    width = len(header.names)
    while width and source.header and not header.names[width - 1]:
        width -= 1
    skip = header.first + header.height
    if source.header and skip < len(head) and is_note(head[skip]):
        skip += 1
    raw = RawTable(con, table, width)
    raw.add_rows((number, row) for number, row in enumerate(rows, 1) if number > skip)
    names = header.names[:width] + tuple("" if source.header else str(i + 1) for i in range(width, raw.width))
    return RawFile(source, name, table, names, skip + 1, raw.rows, "", source.crs, False, tuple(findings))
