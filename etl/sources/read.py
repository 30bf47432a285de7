"""One file of a source → one raw table, whatever its kind (读取分派). The content decides, not the suffix."""

import zipfile
from collections.abc import Callable
from pathlib import Path

from duckdb import DuckDBPyConnection

from etl.model.errors import AtlasError
from etl.sources.columnar import read_parquet
from etl.sources.config import Source
from etl.sources.database import read_database
from etl.sources.html_table import html_rows
from etl.sources.raw_file import RawFile
from etl.sources.text_file import read_text
from etl.sources.vector import read_vector, read_zipped_shape
from etl.sources.workbook import read_rows, read_workbook

__all__ = ["RawFile", "read_file"]

Reader = Callable[[DuckDBPyConnection, Source, Path, str, str], RawFile]
HEAD = 4096
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and .xlsx with a password
SHAPE = b"\x00\x00\x27\x0a"
WORKBOOK_LIMIT = 2 << 30


def read_file(con: DuckDBPyConnection, source: Source, path: Path, name: str, table: str) -> RawFile:
    """Read one file into a new raw table `"<table>"` (see RawFile). For a database `path` is the sources file (its folder counts).

    AtlasError: the file cannot be read as anything known.
    """
    if source.url:
        return read_database(con, source, path.parent, name, table)
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise AtlasError(f"无法打开 {name}：{error.strerror}", f"Cannot open {name}: {error.strerror}") from error
    return _reader(head, path, name)(con, source, path, name, table)


def _reader(head: bytes, path: Path, name: str) -> Reader:
    if head.startswith(b"PK\x03\x04"):
        return _zip_reader(path, name)
    if head.startswith(OLE):
        return read_workbook
    if head.startswith(b"PAR1"):
        return read_parquet
    if head.startswith((SHAPE, b"SQLite format 3\0", b"fgb")):
        return read_vector
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{") and path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return read_vector
    lower = text[:HEAD].lower()
    if lower.startswith(b"<") and (b"<table" in lower or b"<html" in lower or b"<!doctype html" in lower):
        return _read_html
    if lower.startswith(b"<?xml") and b"schemas-microsoft-com:office:spreadsheet" in lower:
        raise AtlasError(
            f"{name} 是 XML 表格（Excel 2003）。请用 Excel 或 WPS 打开后另存为 xlsx。",
            f"{name} is an XML spreadsheet (Excel 2003). Open it and save it as xlsx.",
        )
    return read_text


def _zip_reader(path: Path, name: str) -> Reader:
    try:
        with zipfile.ZipFile(path) as archive:
            inside = [entry.lower() for entry in archive.namelist()]
            unpacked = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile as error:
        raise AtlasError(f"{name} 已损坏，请重新导出。", f"{name} is damaged; export it again.") from error
    if any(entry.startswith("xl/") or entry == "content.xml" for entry in inside):
        if unpacked > WORKBOOK_LIMIT:  # a workbook is held in memory: some kilobytes can unpack to gigabytes
            raise AtlasError(f"{name} 解压后超过 2 GB，请另存为 CSV 后导入。", f"{name} is larger than 2 GB when unpacked; save it as CSV and load that.")
        return read_workbook
    if any(entry.endswith(".shp") for entry in inside):
        return read_zipped_shape
    raise AtlasError(f"{name} 是压缩包，请解压后导入。", f"{name} is an archive; unpack it first.")


def _read_html(con: DuckDBPyConnection, source: Source, path: Path, name: str, table: str) -> RawFile:
    return read_rows(con, source, name, table, html_rows(path, source.encoding))
