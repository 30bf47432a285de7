"""A page's own list as a CSV file (清单导出): every row, amounts to the cent, codes as text, by the one-time route of all exports."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from html import escape

import streamlit as st

from dashboard.parts.export_files import harmless
from dashboard.view.run import Run
from dashboard.web.exports import EXPORTS

Made = tuple[Sequence[str], Sequence[Sequence[object]]]


def list_head(run: Run, key: str, title: str, note: str, make: Callable[[], Made] | None) -> None:
    """The heading of a list with its export; `make` gives heads and rows when asked for, None where there is nothing to export."""
    with st.container(key=f"list-head-{key}", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<h2 class="ga-h2">{escape(title)} <span class="ga-note">{escape(note)}</span></h2>')
        if make is not None:
            _button(run, key, title, make)


@st.fragment
def _button(run: Run, key: str, title: str, make: Callable[[], Made]) -> None:
    with st.container(key=f"list-export-{key}", horizontal=True, vertical_alignment="center", gap="small", width="content"):
        if st.button("CSV", key=f"export-list-{key}", icon=":material/download:"):
            heads, rows = make()
            name = f"{run.unit.name}_{title}_{run.scope.date_to:%Y%m%d}.csv"
            token = EXPORTS.prepare(name, "text/csv; charset=utf-8", to_csv(heads, rows), run.reader_key)
            text = escape(run.word("export_ready", name=name, n=f"{len(rows):,}"))
            st.html(f'<a class="ga-download" href="/export/{token}" download="{escape(name)}" data-download>{text}</a>')


def to_csv(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """UTF-8 with BOM, which office programs ask for; no text can become a formula."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([[_cell(value) for value in row] for row in rows])
    return b"\xef\xbb\xbf" + file.getvalue().encode("utf-8")


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else harmless(value) if isinstance(value, str) else value
