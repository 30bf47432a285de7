"""Rows as a file (行列导出): CSV and XLSX written row by row, so that length costs disk and not memory.

Every text is harmless in a spreadsheet, codes stay text, numbers and dates are real ones, and the file says who made it, when
and with which filters: CSV in lines below the rows, XLSX on a sheet of its own.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from dashboard.web.export_jobs import Tell
from etl.model.cells import harmless

STEP = 500  # rows between two words of progress
SHEET_ROWS = 1_000_000  # a sheet holds 1,048,576; more rows go on to the next sheet
WIDEST = 60
PLAIN, WHOLE = "#,##0.##########", "#,##0"  # a number as it is; the first alone would write a whole one as "87."
Value = str | int | float | Decimal | date | datetime | None


@dataclass(frozen=True)
class Listing:
    """What leaves: heads, rows (an iterable is read once), how many there are, and `about` (key, value) below or beside them.

    `numeric` formats by column place (an Excel format); `mark` is printed in the footer of every page (watermark), "" for none.
    """

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Value]]
    count: int
    about: Sequence[tuple[str, str]] = ()
    about_title: str = "About"
    formats: dict[int, str] = field(default_factory=dict)
    mark: str = ""


def write_csv(path: Path, listing: Listing, tell: Tell) -> None:
    """UTF-8 with BOM, so that Excel reads Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([harmless(head) for head in listing.heads])
        for at, row in enumerate(listing.rows, start=1):
            writer.writerow([csv_cell(value) for value in row])
            if at % STEP == 0:
                tell(at)
        if listing.about:
            writer.writerow([])
            writer.writerows([f"# {key}", harmless(value)] for key, value in listing.about)
    tell(listing.count)


def csv_cell(value: Value) -> str | int | float:
    """Dates as 2026-10-31, money to the cent, nothing as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, float) and value.is_integer():
        return int(value)  # 12117, not 12117.0
    return value.isoformat(" ", "seconds") if isinstance(value, datetime) else value.isoformat() if isinstance(value, date) else value


def write_xlsx(path: Path, listing: Listing, tell: Tell) -> None:
    """The rows (a further sheet for every million) and a sheet that says what they mean."""
    write_book(path, [listing], listing.about, listing.about_title, tell)


def write_book(path: Path, listings: Sequence[Listing], about: Sequence[tuple[str, str]], about_title: str, tell: Tell) -> None:
    """Several listings, each on sheets of its own, and a sheet that says what they mean. No cell is a formula or a link."""
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": False,
        "default_date_format": "yyyy-mm-dd", "tmpdir": str(path.parent),
    }  # fmt: skip
    book = xlsxwriter.Workbook(str(path), options)
    bold = book.add_format({"bold": True, "bg_color": "#F4F6F9", "bottom": 1, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    when = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    book.set_properties({"title": listings[0].title, "comments": "\n".join(f"{key}: {value}" for key, value in about)})
    at = 0
    for listing in listings:
        looks = {column: (book.add_format({"num_format": WHOLE if text == PLAIN else text}), book.add_format({"num_format": text})) for column, text in listing.formats.items()}
        rows, place = iter(listing.rows), 1
        row = next(rows, None)
        while place == 1 or row is not None:
            sheet = book.add_worksheet(_free_name(book, listing.title if place == 1 else f"{listing.title[:25]} {place}"))
            _head(sheet, listing, bold)
            line = 0
            while row is not None and line < SHEET_ROWS:
                line, at = line + 1, at + 1
                for column, value in enumerate(row):
                    _write(sheet, line, column, value, looks.get(column), when)
                if at % STEP == 0:
                    tell(at)
                row = next(rows, None)
            sheet.autofilter(0, 0, max(line, 1), len(listing.heads) - 1)
            place += 1
    notes = book.add_worksheet(_free_name(book, about_title))
    notes.set_column(0, 0, 20)
    notes.set_column(1, 1, 100)
    for line, (key, value) in enumerate(about):
        notes.write_string(line, 0, key, bold)
        notes.write_string(line, 1, harmless(value), wrap)
    book.close()
    tell(at)


def _head(sheet: Worksheet, listing: Listing, look: object) -> None:
    for at, head in enumerate(listing.heads):
        sheet.set_column(at, at, min(max(sum(2 if ord(char) > 255 else 1 for char in head) + 4, 12), WIDEST))
        sheet.write_string(0, at, harmless(head), look)
    sheet.freeze_panes(1, min(2, len(listing.heads)))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{listing.mark.replace('&', '&&')[:180]}&C&P / &N" if listing.mark else "&C&P / &N")


def _write(sheet: Worksheet, line: int, column: int, value: Value, looks: tuple[object, object] | None, when: object) -> None:
    """`looks`: of whole numbers and of others."""
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(line, column, harmless(value))
    elif isinstance(value, datetime):
        sheet.write_datetime(line, column, value.replace(tzinfo=None), when)
    elif isinstance(value, date):
        sheet.write_datetime(line, column, value)
    else:
        sheet.write_number(line, column, value, looks[not isinstance(value, int)] if looks else None)


def _free_name(book: xlsxwriter.Workbook, name: str) -> str:
    """A name no other sheet of the book has, whatever its case."""
    taken, first = {sheet.get_name().lower() for sheet in book.worksheets()}, _sheet_name(name[:28])
    return next(one for one in (first, *(f"{first[:26]} {n}" for n in range(2, 1000))) if one.lower() not in taken)


def _sheet_name(name: str) -> str:
    """What Excel allows: at most 31 characters, none of []:*?/\\, no quote at an end."""
    return "".join("_" if char in "[]:*?/\\" else char for char in name).strip("'")[:31] or "Sheet"
