"""Large plain text files as Arrow batches, row after row (大文本流式读取): no copy of the text lies in memory or on disk.

Arrow's reader is twice as fast as DuckDB's and feeds one cleaning statement with many files. It is more lenient too, so a file only
counts as read when it has as many records as lines: then no cell holds a line end, and nothing can have been swallowed or split.
Whatever else a file turns out to be, `NotPlain` says so, and `text_file` reads it with all its care.
"""

import codecs
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from etl.sources.encodings import BOMS, line_ends
from etl.sources.text_file import SAMPLE
from etl.sources.text_shape import TextShape

BLOCK = 1 << 23  # bytes parsed at a time; a row longer than this is not plain
STREAMED = ("utf-8-sig", "gb18030")


class NotPlain(Exception):
    """The file must be read in another way; rows that came before are to be forgotten."""


def opening(path: Path, declared: str) -> tuple[str, str] | None:
    """(encoding, first characters) of a text file that may be plain; None when it surely is not, or not a text file at all.

    Of the encodings `find_encoding` would try, in its order, the first that fits the beginning: when it fits the whole file too,
    which the reader finds out, it is the same one.
    """
    try:
        with path.open("rb") as file:
            head = file.read(SAMPLE)
    except OSError:  # whoever reads it with care says so
        return None
    if b"\0" in head or head.startswith((b"PK\x03\x04", b"PAR1", b"fgb", b"\xd0\xcf\x11\xe0", b"SQLite format 3")):
        return None
    if head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"", b"{", b"<", b"["):
        return None
    bom = next((name for mark, name in BOMS if head.startswith(mark)), "")
    for name in dict.fromkeys(name for name in (declared.replace("auto", ""), bom, *STREAMED) if name):
        try:
            text = codecs.getincrementaldecoder(name)().decode(head)
        except UnicodeDecodeError:
            continue
        return (name, text) if name in STREAMED else None
    return None


def can_stream(shape: TextShape) -> bool:
    """Whether rows of this shape can be read here: a delimiter of one byte, and columns that all have a header."""
    return shape.width > 1 and shape.delimiter.isascii() and all(shape.names)


def batches(path: Path, encoding: str, shape: TextShape) -> Iterator[pa.RecordBatch]:
    """The data rows as VARCHAR columns c0, c1, …; empty cells are null. NotPlain at any time, also after the last row."""
    names = [f"c{i}" for i in range(shape.width)]
    with ThreadPoolExecutor(1) as pool:
        counted = pool.submit(line_ends, path)
        try:
            yield from _counted(_opened(path, encoding, shape, names), shape, counted)
        except (pa.ArrowException, UnicodeError, OSError) as error:
            raise NotPlain(str(error)) from error


def _opened(path: Path, encoding: str, shape: TextShape, names: list[str]) -> csv.CSVStreamingReader:
    return csv.open_csv(
        path,
        # Python's codec turns bytes into UTF-8 in between; UTF-8 itself goes straight through, checked, its mark taken off
        read_options=csv.ReadOptions(block_size=BLOCK, skip_rows=shape.skipped_lines, column_names=names, encoding="utf8" if encoding == "utf-8-sig" else encoding),
        parse_options=csv.ParseOptions(delimiter=shape.delimiter, newlines_in_values=False),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True),
    )  # fmt: skip


def _counted(reader: csv.CSVStreamingReader, shape: TextShape, counted: "Future[tuple[bool, int | None]]") -> Iterator[pa.RecordBatch]:
    records = 0
    with reader:
        for batch in reader:
            records += batch.num_rows
            yield batch
    has_nul, lines = counted.result()
    if has_nul or lines != shape.skipped_lines + records:
        raise NotPlain(f"{records} records in {lines} lines")
