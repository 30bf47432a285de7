"""What a briefing is before it becomes a file (简报内容): headings, sentences, tables, pictures. Word, PDF, slides and preview read the same.

A sentence is made of pieces. Bare text holds no digit; whatever is a number says where it comes from: `Said` is a figure of the
query layer, `Fact` a name, a day, a rule's limit or a count of units.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from etl.model.text import Lang, Text
from etl.query.scope import Scope

Part = Literal["value", "numerator", "denominator", "share", "numerator_ratio", "value_difference", "value_ratio"]


@dataclass(frozen=True, slots=True)
class Said:
    """A figure as written. `number` unrounded; `earlier` is the period it is compared with, for `share` the scope of the whole."""

    text: str
    indicator: str
    unit_no: int
    scope: Scope
    part: Part
    number: float
    earlier: Scope | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """What is no figure and may hold digits."""

    text: str
    kind: Literal["name", "day", "rule", "count", "state", "source"]


Piece = str | Said | Fact
Pieces = tuple[Piece, ...]
_SLOT = re.compile(r"\{(\w+)\}")
_LATIN_END = re.compile(r"[A-Za-z.)]$")


def fill(lang: Lang, text: Text, **pieces: Piece | Pieces) -> Pieces:
    """The phrase with its slots filled by pieces."""
    found: list[Piece] = []
    for at, part in enumerate(_SLOT.split(text.to(lang))):
        if at % 2 == 0:
            found += [part] if part else []
        else:
            piece = pieces[part]
            found += piece if isinstance(piece, tuple) else [piece]
    return spaced(found) if lang == "zh" else tuple(found)


def spaced(pieces: list[Piece]) -> Pieces:
    """With a blank between a name in Latin letters and the number after it: Back Bay 82.4%, 翠亭街道82.4%."""
    found: list[Piece] = []
    for piece in pieces:
        before, text = (plain_text(found[-1:]), plain_text([piece]))
        if found and text and _LATIN_END.search(before) and text[0].isascii() and text[0].isdigit():
            found.append(" ")
        found.append(piece)
    return tuple(found)


def plain_text(pieces: Iterable[Piece]) -> str:
    """As read."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)


def joined(lists: Iterable[Pieces], between: str) -> Pieces:
    """Several phrases with a mark between them."""
    found: list[Piece] = []
    for at, pieces in enumerate(lists):
        found += [between] if at else []
        found += pieces
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1: 一、…; 2: （一）…"""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or more. "note" is smaller, below tables and at the end."""

    pieces: Pieces
    look: Literal["body", "note"] = "body"

    @property
    def text(self) -> str:
        return plain_text(self.pieces)


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table with a title. `wide` gives the columns' shares of the width; numbers stand right (`first` columns do not)."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Pieces, ...], ...]
    wide: tuple[float, ...]
    first: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG drawn on the server; `alt` says what it shows."""

    id: str
    title: str
    png: bytes
    alt: str
    width_cm: float
    height_cm: float


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The annex starts on a new page."""


Block = Heading | Paragraph | TableBlock | Picture | PageBreak


@dataclass(frozen=True, slots=True)
class Briefing:
    """One document. `stamp` is the line below the title; `sender` and `day` close the text; `about` goes into the file's properties;
    `tiles`: the figures that stand large on the slides, (label, as said or the word of their state)."""

    title: str
    subtitle: str
    stamp: tuple[str, str]
    blocks: tuple[Block, ...]
    sender: str
    day: str
    header: str
    file_name: str
    lang: Lang
    about: tuple[tuple[str, str], ...]
    mark: str = ""
    tiles: tuple[tuple[str, str], ...] = ()

    def claims(self) -> Iterator[Said]:
        """Every figure said, in order."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield from (piece for piece in block.pieces if isinstance(piece, Said))
            elif isinstance(block, TableBlock):
                for row in block.rows:
                    for cell in row:
                        yield from (piece for piece in cell if isinstance(piece, Said))

    def checksum(self) -> tuple[int, str]:
        """How many figures are said, and a short hash over all of them."""
        lines = [f"{one.indicator}|{one.unit_no}|{one.scope}|{one.earlier}|{one.part}|{one.number!r}|{one.text}" for one in self.claims()]
        return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
