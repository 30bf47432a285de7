"""XLSX templates (填报模板), one per feed, made from the registry. A filled template is read back by its standard headers."""

from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from etl.data_dictionary import KIND_NAMES, notes
from etl.model.errors import AtlasError
from etl.model.table import Column, Kind, Table
from etl.model.tables import TABLES

LAST_ROW = 20_000  # drop-downs reach this far down
NOTES_SHEET = "填写说明"
NOTES_HEADER = ("列 Column", "必填 Required", "类型 Type", "可用词 Words", "说明", "Meaning")
FORMATS: dict[Kind, str] = {
    "code": "@", "text": "@", "list": "@", "period": "@", "word": "@", "flag": "@", "count": "0", "number": "General", "money": "0.00",
    "date": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm", "year": "0",
}  # fmt: skip


def write_templates(folder: Path) -> list[Path]:
    """Write one template per feed into `folder` (made when absent), named like `05_诉求工单_case.xlsx`; returns the files.

    The same registry gives the same bytes. AtlasError when the folder cannot be written.
    """
    files = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number, table in enumerate(TABLES, start=1):
            file = folder / f"{number:02d}_{table.title.zh}_{table.name}.xlsx"
            file.unlink(missing_ok=True)
            _write(file, table)
            files.append(file)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise AtlasError(
            f"无法写入 {folder}：{error}。请换一个可写的文件夹，或关闭已打开的模板。",
            f"{folder} cannot be written: {error}. Choose a folder you may write, or close the open template.",
        ) from error
    return files


def template_columns(table: Table) -> tuple[Column, ...]:
    """The columns a template asks for: all but those never read (nobody should type names in vain)."""
    return tuple(column for column in table.columns if column.personal != "drop")


def _write(file: Path, table: Table) -> None:
    with xlsxwriter.Workbook(file) as book:
        book.set_properties({"title": table.title.zh, "created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
        _data_sheet(book, table)
        _notes_sheet(book, table)


def _data_sheet(book: Workbook, table: Table) -> None:
    sheet = book.add_worksheet(table.title.zh)
    plain = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
    required = book.add_format({"bold": True, "bg_color": "#F7D9C4", "border": 1})
    formats: dict[str, Format] = {pattern: book.add_format({"num_format": pattern}) for pattern in FORMATS.values()}
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(template_columns(table)):
        sheet.set_column(at, at, max(12, 2 * len(column.header) + 4), formats[FORMATS[column.kind]])
        sheet.write_string(0, at, column.header, required if column.required else plain)
        said = f"{'必填 Required。' if column.required else ''}{column.doc.zh}\n{column.doc.en}"
        sheet.write_comment(0, at, said, {"author": "Grid Atlas", "x_scale": 2})
        _drop_down(sheet, at, column)


def _drop_down(sheet: Worksheet, at: int, column: Column) -> None:
    """Offer the standard words; others are allowed (the reader knows more), several in one cell are not offered."""
    if column.kind == "flag":
        choice = ["是", "否"]
    elif column.kind == "word" and column.words:
        choice = [local[0] for local in column.words.values()]
    else:
        return
    sheet.data_validation(1, at, LAST_ROW, at, {
        "validate": "list", "source": choice, "error_type": "information", "error_title": column.header,
        "error_message": "不是标准用词，请核对填写说明。",
    })  # fmt: skip


def _notes_sheet(book: Workbook, table: Table) -> None:
    sheet = book.add_worksheet(NOTES_SHEET)
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for at, width in enumerate((20, 10, 24, 40, 60, 60)):
        sheet.set_column(at, at, width, wrap)
    sheet.write_string(0, 0, f"{table.title.zh} {table.title.en}", bold)
    sheet.merge_range(1, 0, 1, len(NOTES_HEADER) - 1, f"{table.doc.zh}\n{table.doc.en}", wrap)
    sheet.set_row(1, 60)
    for at, header in enumerate(NOTES_HEADER):
        sheet.write_string(3, at, header, bold)
    for row, column in enumerate(template_columns(table), start=4):
        kind, note = KIND_NAMES[column.kind], notes(table, column)
        words = "；".join(local[0] for local in (column.words or {}).values())
        for at, text in enumerate((
            column.header, "是 yes" if column.required else "", f"{kind.zh} {kind.en}", words,
            "；".join(filter(None, (column.doc.zh, note.zh))), "; ".join(filter(None, (column.doc.en, note.en))),
        )):  # fmt: skip
            sheet.write_string(row, at, text, wrap)
