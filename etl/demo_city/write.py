"""Files of the demonstration city (示范数据文件): CSV and XLSX whose bytes depend on the data alone, and their sources.toml."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
import xlsxwriter

from etl.demo_city.words import NOTE

if TYPE_CHECKING:
    from etl.demo_city.city import City

CREATED = datetime(2026, 11, 1, 8, 0)  # in place of today, so that the same seed gives the same bytes
BOM = b"\xef\xbb\xbf"
CODECS = {"utf-8-sig": "utf-8-sig", "utf-8": "utf-8", "gb18030": "gb18030", "gbk": "gb18030"}
Names = Mapping[str, Any]


class Writer:
    """Writes files below `folder` and collects their [[source]] blocks in the order of the calls."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blocks: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)

    def csv(
        self, feed: str, path: str, frame: pd.DataFrame, *, encoding: str = "utf-8-sig", crs: str = "", columns: Names | None = None,
        values: Names | None = None, constant: Names | None = None, register: bool = True,
    ) -> None:  # fmt: skip
        """Write `frame` (Chinese headers) as CSV. `register` False: the file is covered by a `source` call with a pattern."""
        sink = pa.BufferOutputStream()
        table = pa.Table.from_pandas(plain(frame), preserve_index=False)
        arrow_csv.write_csv(table, sink, arrow_csv.WriteOptions(quoting_style="needed"))
        data = sink.getvalue().to_pybytes()
        if encoding == "utf-8-sig":
            data = BOM + data
        elif CODECS[encoding] != "utf-8":
            data = data.decode("utf-8").encode(encoding)
        self.put(path, data)
        if register:
            self.source(feed, path, encoding=CODECS[encoding], crs=crs, columns=columns, values=values, constant=constant)

    def xlsx(
        self, feed: str, path: str, frame: pd.DataFrame, *, title: str = "", sheet: str = "Sheet1", crs: str = "", columns: Names | None = None,
        values: Names | None = None, constant: Names | None = None, register: bool = True,
    ) -> None:  # fmt: skip
        """Write `frame` as XLSX, with the `title` in a merged row above the header. Real dates become date cells."""
        frame = plain(frame, dates=True)
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(target, {"constant_memory": True, "nan_inf_to_errors": False, "strings_to_urls": False}) as book:
            book.set_properties({"created": CREATED, "comments": NOTE.zh})
            page = book.add_worksheet(sheet)
            bold = book.add_format({"bold": True})
            days = {True: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}), False: book.add_format({"num_format": "yyyy-mm-dd"})}
            page.set_column(0, len(frame.columns) - 1, 16)
            top = int(bool(title))
            if title:
                page.merge_range(0, 0, 0, max(len(frame.columns) - 1, 1), title, book.add_format({"bold": True, "align": "center", "font_size": 14}))
            page.write_row(top, 0, list(frame.columns), bold)
            formats = [_day_format(frame[name], days) for name in frame.columns]
            for at, row in enumerate(frame.itertuples(index=False, name=None), top + 1):
                for column, (value, day) in enumerate(zip(row, formats, strict=True)):
                    if pd.isna(value):
                        continue
                    if day is not None:
                        page.write_datetime(at, column, value.to_pydatetime(), day)
                    elif isinstance(value, str):
                        page.write_string(at, column, value)
                    else:
                        page.write_number(at, column, value)
        if register:
            self.source(feed, path, sheet="" if sheet == "Sheet1" else sheet, crs=crs, columns=columns, values=values, constant=constant)

    def put(self, path: str, data: bytes) -> None:
        """Write bytes below the folder."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    def source(self, feed: str, path: str, **keys: Any) -> None:
        """Register a [[source]]; keys as in sources.toml, empty ones are left out."""
        lines = ["[[source]]", f"feed = {_toml(feed)}", f"path = {_toml(path)}"]
        lines += [f"{key} = {_toml(value)}" for key, value in keys.items() if value and not isinstance(value, Mapping)]
        for key, value in keys.items():
            if value and isinstance(value, Mapping):
                lines.append(f"{key} = {_toml(value)}")
        self.blocks.append("\n".join(lines) + "\n")

    def close(self, city: "City") -> Path:
        """Write sources.toml and DEMO.txt; returns the former."""
        head = f"# {NOTE.zh}\n# {NOTE.en}\n\n[city]\nname = {_toml(city.name)}\ncode = {_toml(city.code)}\ndata_date = {city.data_date.isoformat()}\n\n"
        self.put("sources.toml", (head + "\n".join(self.blocks)).encode())
        self.put("DEMO.txt", f"{NOTE.zh}\n{NOTE.en}\n\nscale = {city.scale.name}\nseed = {city.seed}\n".encode())
        return self.folder / "sources.toml"


def plain(frame: pd.DataFrame, dates: bool = False) -> pd.DataFrame:
    """Cells as delivered: lists joined by ；, flags as 是/否, times as text to the second (or kept, for date cells)."""
    out = {}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_bool_dtype(column.dtype):
            column = pd.Series(np.where(column, "是", "否"), index=column.index, dtype=object)
        elif pd.api.types.is_datetime64_any_dtype(column.dtype):
            if not dates:
                clock = column.dt.normalize().eq(column) | column.isna()
                column = column.dt.strftime("%Y-%m-%d" if clock.all() else "%Y-%m-%d %H:%M:%S")
        elif column.dtype == object:
            first = next((value for value in column if value is not None), None)
            if isinstance(first, list):
                column = column.map(lambda value: "；".join(value) if value else None)
        out[name] = column
    return pd.DataFrame(out)


def _day_format(column: pd.Series, days: dict[bool, Any]) -> Any:
    if not pd.api.types.is_datetime64_any_dtype(column.dtype):
        return None
    return days[bool((column.dropna().dt.normalize() != column.dropna()).any())]


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_toml(key)} = {_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(inner) for inner in value) + "]"
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False)
