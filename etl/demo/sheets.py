"""How a table becomes a file as an office would deliver it: XLSX with a title row, CSV in GB18030, CSV with a BOM (交付文件)."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import xlsxwriter

from etl.model.tables import BY_NAME

XLSX_MOST = 60_000  # more rows than this no office sends as a workbook
MADE = datetime(2026, 11, 1, 8, 0, 0)

Sheet = dict[str, object]  # canonical column -> list, NumPy array or Arrow array of equal length


def spelled(values: np.ndarray, style: str = "-") -> pa.Array:
    """Dates or times as text; NaT becomes null. Styles: '-' 2026-10-31, '/' 2026/10/31, '年' 2026年10月31日, '.' 2026.10.31, '' 20261031."""
    array = pa.array(values).cast(pa.string())
    if style == "-":
        return array
    if style == "年":
        return pc.replace_substring_regex(array, r"^(\d{4})-0?(\d+)-0?(\d+)", r"\1年\2月\3日")
    return pc.replace_substring_regex(array, r"^(\d{4})-(\d\d)-(\d\d)", rf"\1{style}\2{style}\3")


def after(base: np.ndarray, days: np.ndarray, chance: np.ndarray | float, rng: np.random.Generator) -> np.ndarray:
    """Dates `days` later, missing (NaT) with 1 - chance."""
    out = base + days.astype("timedelta64[D]")
    out[rng.random(len(out)) >= chance] = np.datetime64("NaT")
    return out


def yes_no(flags: np.ndarray) -> np.ndarray:
    """是 / 否."""
    return np.where(flags, "是", "否").astype(object)


def arrow(sheet: Sheet, feed: str, headers: dict[str, str] | None = None) -> pa.Table:
    """Text table under the standard Chinese headers, or those given per canonical column."""
    columns, titles = [], []
    for name, values in sheet.items():
        array = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values)
        columns.append(array if pa.types.is_string(array.type) else array.cast(pa.string()))
        titles.append((headers or {}).get(name) or BY_NAME[feed].column(name).header)
    return pa.table(columns, names=titles)


def write_csv(path: Path, table: pa.Table, encoding: str = "utf-8", delimiter: str = ",") -> None:
    """One CSV; `encoding` utf-8, utf-8-sig or gb18030."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sink = pa.BufferOutputStream()
    pacsv.write_csv(table, sink, pacsv.WriteOptions(quoting_style="needed", delimiter=delimiter))
    data = sink.getvalue().to_pybytes()
    if encoding == "gb18030":
        data = data.decode().encode("gb18030")
    elif encoding == "utf-8-sig":
        data = b"\xef\xbb\xbf" + data
    path.write_bytes(data)


def write_xlsx(path: Path, table: pa.Table, title: str, sheet: str = "Sheet1", numbers: tuple[str, ...] = ()) -> None:
    """One workbook: a title row, a note row, the header, the rows. Columns named in `numbers` are numeric cells, all else text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": MADE, "title": title})
    page = book.add_worksheet(sheet)
    bold = book.add_format({"bold": True})
    page.write_string(0, 0, title, bold)
    page.write_string(1, 0, "填报单位：锦屏市网格化服务管理中心（演示数据）")
    for c, name in enumerate(table.column_names):
        page.write_string(2, c, name, bold)
    columns = [column.to_pylist() for column in table.columns]
    numeric = [name in numbers for name in table.column_names]
    for r, row in enumerate(zip(*columns, strict=True), start=3):
        for c, value in enumerate(row):
            if value is None or value == "":
                continue
            if numeric[c]:
                page.write_number(r, c, float(value))
            else:
                page.write_string(r, c, value)
    book.close()


def deliver(folder: Path, stem: str, feed: str, sheet: Sheet, form: str, headers: dict[str, str] | None = None) -> str:
    """Write one feed in the given form (xlsx, gb18030, utf-8-sig, utf-8) and return the file's name relative to `folder`."""
    table = arrow(sheet, feed, headers)
    if form == "xlsx" and table.num_rows <= XLSX_MOST:
        numbers = tuple(
            (headers or {}).get(c.name) or c.header for c in BY_NAME[feed].columns if c.kind in ("count", "number", "money", "year") and c.name in sheet
        )
        name = f"{stem}.xlsx"
        write_xlsx(folder / name, table, f"锦屏市{BY_NAME[feed].title.zh}台账", numbers=numbers)
    else:
        name = f"{stem}.csv"
        write_csv(folder / name, table, "utf-8-sig" if form == "xlsx" else form)
    return name
