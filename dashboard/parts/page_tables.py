"""The lists a page shows (本页清单), gathered while it is drawn, and their cells as values of a file.

A table written by `list_table` or `paged_list` under a name is among them by itself; one written otherwise says so with `offered`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from typing import Protocol

from dashboard.parts.export_rows import Value
from dashboard.view.format import DASH

ROW, CELL = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL), re.compile(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", re.DOTALL)

NUMBER = re.compile(r"(-?\d+(?:\.(\d+))?)\s*([^\d/]{0,8})")  # and a unit behind it; "3 / 4" is no number

DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")

Head = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class WrittenCell:
    """A cell of a table written by hand."""

    html: str
    is_number: bool
    sort: float | None = None


class HtmlCell(Protocol):
    """A cell as it is shown (`dashboard.parts.list_table.Cell`)."""

    @property
    def html(self) -> str: ...
    @property
    def sort(self) -> float | None: ...
    @property
    def is_number(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class PageTable:
    """A list of the page: its heads, how many rows it has, how they are made when they are asked for, and what the page says of them."""

    heads: Sequence[Head]
    count: int
    make: Callable[[], Sequence[Sequence[HtmlCell]]]
    note: str = ""


_tables: ContextVar[dict[str, PageTable] | None] = ContextVar("page_tables", default=None)
_note: ContextVar[str] = ContextVar("page_tables_note", default="")


def collect() -> dict[str, PageTable]:
    """A new run of a page: its tables are gathered from here on."""
    found: dict[str, PageTable] = {}
    _tables.set(found)
    return found


def offered(name: str, heads: Sequence[Head], count: int, make: Callable[[], Sequence[Sequence[HtmlCell]]]) -> None:
    """A table that is drawn now."""
    found = _tables.get()
    if found is None or not name or not count:
        return
    names = (name, *(f"{name} {n}" for n in range(2, 20)))
    free = next((one for one in names if one not in found or found[one].heads == heads), name)
    found.setdefault(free, PageTable(heads, count, make, _note.get()))


@contextmanager
def noted(note: str) -> Iterator[None]:
    """What the page says of the tables drawn inside: what they count, by which rule, in which unit."""
    before = _note.set(note)
    try:
        yield
    finally:
        _note.reset(before)


@contextmanager
def in_parts() -> Iterator[None]:
    """What is drawn inside is a part of a longer list, which leaves whole."""
    before = _tables.set(None)
    try:
        yield
    finally:
        _tables.reset(before)


def cells_of(heads: Sequence[Head], html: str) -> list[list[WrittenCell]]:
    """The cells of rows written by hand."""
    lines = [CELL.findall(row) for row in ROW.findall(html)]
    return [[WrittenCell(cell, is_number) for cell, (_, is_number) in zip(line, heads, strict=False)] for line in lines]


def file_of(heads: Sequence[Head], cells: Sequence[Sequence[HtmlCell]]) -> tuple[list[str], list[list[Value]]]:
    """Shown cells as heads with units and rows of real values."""
    rows = [[value_of(cell) for cell in row] for row in cells]
    return heads_of(heads, rows), [[value for value, _ in row] for row in rows]


def heads_of(heads: Sequence[Head], rows: Sequence[Sequence[tuple[Value, str]]]) -> list[str]:
    """Heads with the unit that stood behind the numbers of the column."""
    told = []
    for at, (head, _) in enumerate(heads):
        units = {row[at][1] for row in rows if at < len(row)} - {""}
        told.append(f"{head} ({units.pop()})" if len(units) == 1 else head)
    return told


def value_of(cell: HtmlCell) -> tuple[Value, str]:
    """What a cell stands for, and the unit behind a number. A number is the unrounded one only where one is shown: what is kept back or
    banded on the screen is so in the file."""
    shown = plain_text(cell.html)
    if shown in ("", DASH):
        return None, ""
    number = NUMBER.fullmatch(shown.replace(",", "")) if cell.is_number else None
    if number is None:
        return _text(shown), ""
    seen, unit = float(number[1]), number[3].strip()
    value = float(cell.sort) if cell.sort is not None and abs(cell.sort - seen) <= 0.51 * 10 ** -len(number[2] or "") else seen
    return (int(value) if value == int(value) else value), unit


def _text(shown: str) -> Value:
    written = DAY.fullmatch(shown)
    try:
        return date(*map(int, written.groups())) if written else date.fromisoformat(shown)
    except ValueError:
        return shown.removeprefix("✓ ")


class _Words(HTMLParser):
    """The words of markup, as a reader sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def plain_text(html: str) -> str:
    """Markup of a cell as text."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.found).split())
