"""Reading a delimited text line by line when strict reading fails (不规范文本): never refuses, never swallows a row.

A quote that opens and does not close before rows that look complete by themselves is taken as a plain character.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

csv.field_size_limit(1 << 26)  # free text can be long; the standard limit would refuse the row
LONGEST_RECORD = 2000  # lines one quoted cell may span


def records(path: Path, delimiter: str, width: int, skip: int) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells) of each record of a UTF-8 file after the first `skip`; `width` is that of the header.

    Blank lines count in the numbering and are given as they are. All line ends (\\n, \\r\\n, \\r) are understood.
    """
    with path.open(encoding="utf-8-sig", newline=None) as file:
        number = 0
        waiting: list[str] = []
        exhausted = False
        while True:
            if not waiting:
                line = "" if exhausted else file.readline()
                if not line:
                    return
                waiting.append(line)
            taken, cells, exhausted = _one_record(file, waiting, delimiter, width, exhausted)
            del waiting[:taken]
            number += 1
            if number > skip:
                yield number, cells


def _one_record(file: TextIO, waiting: list[str], delimiter: str, width: int, exhausted: bool) -> tuple[int, list[str], bool]:
    """(lines used, cells, whether the file has ended) of the record starting at waiting[0]; reads ahead into `waiting`."""
    if '"' not in waiting[0]:
        return 1, _plain_cells(waiting[0], delimiter), exhausted
    if waiting[0].count('"') % 2 == 0 and len(cells := _cells(waiting[0], delimiter)) == width:
        return 1, cells, exhausted
    if _is_closed(waiting[0], delimiter):
        return 1, _cells(waiting[0], delimiter), exhausted
    text = waiting[0]
    for used in range(1, LONGEST_RECORD):
        if used == len(waiting):
            line = "" if exhausted else file.readline()
            if not line:
                exhausted = True
                break
            waiting.append(line)
        line = waiting[used]
        text += line
        if _is_closed(text, delimiter):
            # two stray quotes in one column look like a quoted cell, but then every line is a whole row
            if width > 1 and all(len(_plain_cells(part, delimiter)) == width for part in waiting[: used + 1]):
                break
            return used + 1, _cells(text, delimiter), exhausted
        # inside a quoted cell a line rarely splits into a whole row of its own
        if width > 1 and _is_closed(line, delimiter) and len(_cells(line, delimiter)) == width:
            break
    return 1, _plain_cells(waiting[0], delimiter), exhausted


def _is_closed(text: str, delimiter: str) -> bool:
    """Whether no quoted cell is open at the end of `text`. A quote within an unquoted cell opens nothing."""
    if '"' not in text:
        return True
    at_start, quoted, i, size = True, False, 0, len(text)
    while i < size:
        char = text[i]
        if quoted:
            if char == '"':
                if i + 1 < size and text[i + 1] == '"':
                    i += 1
                else:
                    quoted = False
        elif char == '"' and at_start:
            quoted = True
        at_start = not quoted and char in (delimiter, "\n")
        i += 1
    return not quoted


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text.rstrip("\n")], delimiter=delimiter), [])
    except csv.Error:
        return _plain_cells(text, delimiter)


def _plain_cells(text: str, delimiter: str) -> list[str]:
    return text.rstrip("\n").split(delimiter)
