"""A panel's table by pages (分页清单): the first hundred rows, then the next; only the rows looked at are written."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import pandas as pd
import streamlit as st

from dashboard.parts.list_table import Cell, list_table
from dashboard.parts.page_tables import in_parts, offered
from dashboard.view.format import plain
from dashboard.view.run import Run
from etl.model.text import Text

PAGE = 100
SHOWN = Text("第 {first}–{last} 行，共 {n} 行；点表头只排本页。", "Rows {first}–{last} of {n}; heads sort this page.")
Items: TypeAlias = pd.DataFrame | Sequence[Any]


@st.fragment
def paged(run: Run, key: str, total: int, draw: Callable[[int, int], str]) -> None:
    """`draw` writes the rows from a place up to another as HTML. Turning a page redraws this table only."""
    start = 0
    if total > PAGE:
        with st.container(key=f"pages-{key}", horizontal=True, vertical_alignment="center", gap="small"):
            # a key of its own per view: another unit's list begins at its first page
            start = (st.pagination(-(-total // PAGE), key=f"page-{key}-{run.unit.unit_no}-{total}") - 1) * PAGE
            st.html(f'<p class="ga-note">{run.say(SHOWN.format(first=plain(start + 1), last=plain(min(start + PAGE, total)), n=plain(total)))}</p>')
    with in_parts():
        st.html(draw(start, start + PAGE))


def made(items: Items, make: Callable[[Any], Sequence[Cell]], start: int = 0, stop: int | None = None) -> list[Sequence[Cell]]:
    """The rows of some items, of all without places."""
    part = items.iloc[start:stop].itertuples() if isinstance(items, pd.DataFrame) else items[start:stop]
    return [make(one) for one in part]


def paged_list(run: Run, key: str, heads: Sequence[tuple[str, bool]], items: Items, make: Callable[[Any], Sequence[Cell]], empty: str, label: str = "") -> None:
    """`make` writes one row of `items` (of a frame: as a named tuple)."""

    def draw(start: int, stop: int) -> str:
        return list_table(heads, made(items, make, start, stop), empty, label)

    offered(label, heads, len(items), lambda: made(items, make))

    paged(run, key, len(items), draw)
