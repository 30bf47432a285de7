"""A page's own list as a file (清单导出): every row, amounts to the cent, codes as text, by the one-time route of all exports."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

import streamlit as st

from dashboard.parts.export_buttons import offer
from dashboard.parts.export_files import KINDS, ROW_COUNT, mark_of, run_facts, safe_name
from dashboard.parts.export_rows import Listing, Value, csv_cell, write_csv, write_xlsx
from dashboard.parts.filters_said import filters_said
from dashboard.parts.list_table import Cell
from dashboard.parts.page_tables import file_of, noted
from dashboard.parts.paged_list import Items, made, paged_list
from dashboard.view.run import Run
from etl.model.text import Text

ONLY = Text("只列点选的“{name}”；", "Only “{name}”, as picked. ")
Made = tuple[Sequence[str], Sequence[Sequence[object]]]


def shown_list(run: Run, key: str, heads: Sequence[tuple[str, bool]], items: Items, make: Callable[[Any], Sequence[Cell]], title: str, note: str, empty: str) -> None:
    """A list of its own on the page: heading, note, its files, and its rows by pages. The files hold every row, as shown."""
    list_head(run, key, title, "", (lambda: file_of(heads, made(items, make))) if len(items) else None, note)
    st.html(f'<p class="ga-note">{escape(note)}</p>')
    with noted(note):
        paged_list(run, key, heads, items, make, empty, title)


def only_picked(run: Run, *kinds: str) -> str:
    """Says that a list is cut down to the row picked in one of these panels; "" where none is picked."""
    if run.row is None or all(run.picked_in(kind) is None for kind in kinds):
        return ""
    return run.say(ONLY.format(name=run.say(run.row.units.name)))


def list_head(run: Run, key: str, title: str, note: str, make: Callable[[], Made] | None, said: str = "") -> None:
    """The heading of a list with its exports; `make` gives heads and rows when asked for, None where there is nothing to export.
    `said`: what the file says of its rows, without it the note beside the heading."""
    with st.container(key=f"list-head-{key}", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<h2 class="ga-h2">{escape(title)} <span class="ga-note">{escape(note)}</span></h2>')
        if make is not None:
            _buttons(run, key, title, make, said or note)


@st.fragment
def _buttons(run: Run, key: str, title: str, make: Callable[[], Made], said: str) -> None:
    with st.container(key=f"list-export-{key}", horizontal=True, vertical_alignment="center", gap="small", width="content"):
        for kind in KINDS[:2]:
            widget = f"export-list-{key}" if kind.id == "csv" else f"export-list-{kind.id}-{key}"
            if st.button(kind.label, key=widget, icon=":material/download:"):
                heads, rows = make()
                offer_rows(run, kind.id, title, heads, rows, len(rows), [(title, said)] if said else [])  # type: ignore[arg-type]


def offer_rows(run: Run, kind_id: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[Value]], count: int, about: Sequence[tuple[str, str]] = ()) -> None:
    """A list of any length as "csv" or "xlsx": made now, above 100,000 rows in the background. `rows` is read once, when written.
    `about`: what else was asked for, besides filters, period, who and when."""
    kind = next(kind for kind in KINDS if kind.id == kind_id)
    what = title if title != run.unit.name else run.say(run.page.title)
    name = safe_name(f"{run.unit.name}_{what}_{run.scope.date_to:%Y%m%d}") + f".{kind.ending}"
    facts = [*about, (run.word("filters"), filters_said(run.scope, run.lang) or "—"), (run.say(ROW_COUNT), f"{count:,}"), *run_facts(run)]
    listing = Listing(title, heads, rows, count, facts, run.word("definition"), mark=mark_of(run))
    write = write_csv if kind_id == "csv" else write_xlsx
    offer(run, name, kind.mime, count, lambda path, tell: write(path, listing, tell))


def to_csv(heads: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    """A short list as bytes: UTF-8 with BOM, which office programs ask for; no text can become a formula."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([[csv_cell(value) for value in row] for row in rows])
    return b"\xef\xbb\xbf" + file.getvalue().encode("utf-8")
