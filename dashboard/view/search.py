"""Search for a unit (搜索网格) by name, code, alias or pinyin, in the header bar."""

from html import escape

import streamlit as st

from dashboard.view.run import Run
from etl.model.levels import BY_ID
from etl.query.units import units

KEY = "unit-search"
SHOWN = 8
UNIT_PAGES = ("overview", "grids")  # pages that show one unit; from the others a found unit opens the overview


def search_box(run: Run) -> None:
    """The input and, while it holds text, a list of links below it. Emptied when another unit is shown."""
    if st.session_state.get("atlas_search_unit") != run.unit.code:
        st.session_state["atlas_search_unit"] = run.unit.code
        st.session_state[KEY] = ""
    with st.container(key="search", width=320):
        _search(run)


@st.fragment
def _search(run: Run) -> None:
    text = st.text_input(
        run.word("search"),
        key=KEY,
        placeholder=run.word("search"),
        label_visibility="collapsed",
        live=True,
        icon=":material/search:",
        max_chars=60,
        autocomplete="off",
    )
    if not text or not text.strip():
        return
    found = units(run.build).search(text, run.reader, limit=SHOWN)
    page = "" if run.page.id in UNIT_PAGES else "overview"
    rows = "".join(
        f'<li><a href="{run.href(page, unit=hit.unit.code, level="")}" data-go><b>{escape(hit.unit.name)}</b><i>{escape(hit.unit.code)}</i>'
        f"<span>{escape(run.say(BY_ID[hit.unit.level].name))} · {escape(hit.path or run.build.city_name)}</span></a></li>"
        for hit in found
    )
    if not rows:
        rows = f'<li class="ga-note">{escape(run.word("search_none", text=text))}</li>'
    st.html(f'<ul class="ga-found">{rows}</ul>')
