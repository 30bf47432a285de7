"""The lists of a page as one workbook (本页清单): each on a sheet of its own, whole, with its units; last the sheet that says what they are."""

from html import escape

import streamlit as st

from dashboard.parts.export_buttons import offer
from dashboard.parts.export_files import KINDS, ROW_COUNT, mark_of, run_facts, safe_name
from dashboard.parts.export_rows import PLAIN, Listing, write_book
from dashboard.parts.filters_said import filters_said
from dashboard.parts.page_tables import PageTable, file_of
from dashboard.view.format import plain
from dashboard.view.run import Run
from etl.model.text import Text

TITLE = Text("本页清单", "Lists of this page")
SAID = Text("共 {n} 张、{rows} 行；一张清单一个工作表。", "{n} of them, {rows} rows; a sheet for each.")
WITH_OWN_FILE = ("audit", "import", "briefing")  # pages whose tables leave by a way of their own


def page_tables(run: Run, found: dict[str, PageTable]) -> None:
    """The line below a page that has lists: how many there are, and the workbook."""
    if found and run.page.id not in WITH_OWN_FILE and run.identity.provider != "public":
        _offer(run, found)


@st.fragment
def _offer(run: Run, found: dict[str, PageTable]) -> None:
    count, kind = sum(one.count for one in found.values()), KINDS[0]
    with st.container(key="page-tables", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<h2 class="ga-h2">{escape(run.say(TITLE))} <span class="ga-note">{escape(run.say(SAID.format(n=len(found), rows=plain(count))))}</span></h2>')
        if st.button(kind.label, key="export-page-tables", icon=":material/download:"):
            name = safe_name(f"{run.unit.name}_{run.say(run.page.title)}_{run.say(TITLE)}_{run.scope.date_to:%Y%m%d}") + f".{kind.ending}"
            told = ((title, f"{run.say(ROW_COUNT)} {plain(one.count)}", one.note) for title, one in found.items())
            about = [*((title, f"{rows}  {note}".strip()) for title, rows, note in told), (run.word("filters"), filters_said(run.scope, run.lang) or "—"), *run_facts(run)]
            tables = list(found.items())
            offer(run, name, kind.mime, count, lambda path, tell: write_book(path, [listing(title, one, mark_of(run)) for title, one in tables], about, run.word("definition"), tell))


def listing(title: str, table: PageTable, mark: str = "") -> Listing:
    """A shown table as what leaves."""
    heads, rows = file_of(table.heads, table.make())
    return Listing(title, heads, rows, len(rows), formats={at: PLAIN for at, (_, is_number) in enumerate(table.heads) if is_number}, mark=mark)
