"""Where the reader is (面包屑): from the top of the own range down to the unit looked at, each a link."""

from html import escape

import streamlit as st

from dashboard.view.run import Run
from etl.model.levels import BY_ID
from etl.query.units import units


def breadcrumb(run: Run) -> None:
    """What the page is for, and the chain of units above, ending with the one looked at, and its level."""
    frame = units(run.build)
    above = [no for no in frame.ancestors(run.unit.unit_no) if run.reader.sees(no)]
    links = "".join(
        f'<li><a href="{run.href(unit=frame.code[no - 1] if no != run.reader.first_no else "", level="")}" data-go>{escape(frame.name[no - 1])}</a></li>'
        for no in above
    )
    level = escape(run.say(BY_ID[run.unit.level].name))
    here = f'<li aria-current="location"><b>{escape(run.unit.name)}</b><span class="ga-level">{level}</span></li>'
    with st.container(key="breadcrumb"):
        st.html(f'{lead_html(run)}<nav aria-label="{run.word("here")}"><ol class="ga-crumbs">{links}{here}</ol></nav>')


def lead_html(run: Run) -> str:
    """One sentence for who opens the page for the first time: what stands here."""
    return f'<p class="ga-lead">{escape(run.say(run.page.about))}</p>'
