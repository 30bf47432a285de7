"""What the first rows of a delimited text file tell (文本表的样式): delimiter, header, where the data begins."""

import csv
import io
from dataclasses import dataclass

from etl.model.tables import BY_NAME
from etl.sources.config import Source
from etl.sources.headers import SEARCHED_ROWS, Header, find_header, is_note, wanted_headers

DELIMITERS = (",", "\t", ";", "|", "，", "；")


@dataclass(frozen=True, slots=True)
class TextShape:
    """`names` has one entry per column; the data begins after `skip` records, which take `skipped_lines` lines."""

    delimiter: str
    names: tuple[str, ...]
    skip: int
    skipped_lines: int
    header_row: int | None  # the row a person sees the header in, when it is not the first

    @property
    def width(self) -> int:
        return len(self.names)


def shape_of(source: Source, text: str) -> TextShape:
    """The shape of the file that begins with `text`; without a header (header = false) columns are called 1, 2, 3 …"""
    delimiter, rows, ends = _split(source, text)
    header = Header(0, 0, tuple(str(i + 1) for i in range(max(map(len, rows), default=0))), 0)
    header_row = None
    if source.header:
        header = find_header(BY_NAME[source.feed], rows, wanted_headers(source))
        if header.first and header.score:
            header_row = header.first + 1
    skip = header.first + header.height
    if source.header and skip < len(rows) and is_note(rows[skip]):
        skip += 1
    return TextShape(delimiter, header.names, skip, ends[skip - 1] if skip else 0, header_row)


def _split(source: Source, text: str) -> tuple[str, list[list[str]], list[int]]:
    """(delimiter, the first rows, the line each of them ends on): the delimiter that names most columns, else that splits best."""
    best: tuple[tuple[int, int, int], str, list[list[str]], list[int]] | None = None
    for place, delimiter in enumerate(DELIMITERS):
        if place and delimiter not in text:  # it would split as the comma does where there is none: not at all
            continue
        rows: list[list[str]] = []
        ends: list[int] = []
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            for row in reader:
                rows.append(row)
                ends.append(reader.line_num)
                if len(rows) > SEARCHED_ROWS + 2:
                    break
        except csv.Error:
            pass  # a field beyond csv's limit: a stray quote; what was read before it is enough to choose
        score = find_header(BY_NAME[source.feed], rows, wanted_headers(source)).score if source.header else 0
        widths = [len(row) for row in rows if any(row)]
        usual = max(set(widths), key=widths.count, default=0)
        rank = (score, usual if usual > 1 else 0, -place)
        if best is None or rank > best[0]:
            best = (rank, delimiter, rows, ends)
    return best[1:] if best else (",", [], [])
