"""A plain sortable table of a page's own panel (清单表): heads, cells with the unrounded value behind them, a sentence when empty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from dashboard.parts.page_tables import offered
from dashboard.view.format import DASH, plain
from dashboard.view.picks import pick_link
from dashboard.view.run import Run
from etl.query.units import units


@dataclass(frozen=True, slots=True)
class Cell:
    """`html` is trusted markup (escape names before); `sort` None sorts by the text, NaN and "" last. Lines break only where `may_break`."""

    html: str
    sort: float | None = None
    is_number: bool = False
    may_break: bool = False


def number(value: float | None, digits: int = 0, suffix: str = "") -> Cell:
    """A number, the dash where there is none."""
    text = plain(value, digits)
    return Cell(text if text == DASH else text + suffix, None if text == DASH else float(value or 0), True)


def date_cell(value: date | None) -> Cell:
    """A day as tables and ledgers write it, 2026-10-31: narrow, and in order when sorted as text."""
    return Cell(DASH if value is None or value != value else f'<span class="ga-date">{value:%Y-%m-%d}</span>')


def percent(value: float | None) -> Cell:
    """A fraction as a percentage."""
    return number(None if value is None else value * 100, 1, "%")


def link(run: Run, unit_no: int, name: str = "") -> Cell:
    """The unit's name (or another text) leading to the unit."""
    frame = units(run.build)
    text = escape(name or frame.name[unit_no - 1])
    return Cell(f'<a href="{run.href(unit=frame.code[unit_no - 1], level="")}" data-go>{text}</a>')


def text(value: object, may_break: bool = False) -> Cell:
    """A text from the build; whatever is no text (not reported) is the dash."""
    return Cell(escape(value) if isinstance(value, str) and value else DASH, may_break=may_break)


def choice(chosen: str, value: object, may_break: bool = False) -> Cell:
    """A text that filters the page by what it stands for (`dashboard.view.picks.pick`)."""
    plain_text = text(value)
    return Cell(pick_link(chosen, plain_text.html), may_break=may_break) if plain_text.html != DASH else plain_text


def place(path: str) -> Cell:
    """The last two steps of a path; the whole of it for the pointer."""
    return Cell(f'<span title="{escape(path, quote=True)}">{escape(" / ".join(path.split(" / ")[-2:]))}</span>', may_break=True)


def yes(has: bool, word_yes: str, word_no: str) -> Cell:
    """A mark for yes, an amber one for no: told apart by word, not by colour alone."""
    look, word = ("ga-mark-ok", f"✓ {word_yes}") if has else ("ga-mark-warn", word_no)
    return Cell(f'<span class="ga-mark {look}">{escape(word)}</span>', float(has))


def list_table(heads: Sequence[tuple[str, bool]], rows: Sequence[Sequence[Cell]], empty: str, label: str = "") -> str:
    """`heads`: (word, is a number). Long tables scroll inside their frame. Under a name (`label`) it is among the page's lists that leave as a file."""
    offered(label, heads, len(rows), lambda: rows)
    if not rows:
        return f'<p class="ga-empty">{escape(empty)}</p>'
    head = "".join(
        f'<th scope="col"{" class=n" if is_number else ""}><button type="button">{escape(word)}</button></th>' if word else "<td></td>"
        for word, is_number in heads
    )
    body = "".join(f"<tr>{''.join(_cell(cell, at == 0) for at, cell in enumerate(row))}</tr>" for row in rows)
    name = f' aria-label="{escape(label, quote=True)}"' if label else ""
    return f'<div class="ga-scroll"><table class="ga-table ga-sort"{name}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(cell: Cell, is_first: bool) -> str:
    """The first cell stands under its head, whose button has that much room inside."""
    styles = ["padding-left:12px"] * is_first + (["min-width:8em"] if cell.may_break else [] if cell.is_number else ["white-space:nowrap"])
    style = f' style="{";".join(styles)}"' if styles else ""
    sort = f' data-sort="{cell.sort!r}"' if cell.sort is not None else ' data-sort=""' if cell.is_number else ""
    return f"<td{' class=n' if cell.is_number else ''}{sort}{style}>{cell.html}</td>"
