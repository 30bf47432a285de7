"""The Streamlit script: one run of one page, from navigation to drawing. Started by dashboard/server.py."""

import time

import streamlit as st

from dashboard.access.identity import Identity, NotSignedIn, current_identity
from dashboard.access.roles import may_open
from dashboard.errors import show_sentence, wait_for_data
from dashboard.parts.export_buttons import pending
from dashboard.parts.main_map import after_click
from dashboard.parts.page_tables import collect
from dashboard.parts.page_workbook import page_tables
from dashboard.parts.saved_views import views_button
from dashboard.view.audited import audited
from dashboard.view.choice import settle, told
from dashboard.view.frame import draw_frame
from dashboard.view.masthead import bare_masthead, refusal
from dashboard.view.nav import PAGES, PUBLIC_PAGES, pages_for
from dashboard.view.run import open_run
from dashboard.view.state import parse_view
from dashboard.view.words import say
from dashboard.web.metrics import COUNTERS
from dashboard.web.serving import serving
from dashboard.web.turns import TURNS
from etl.model.errors import AtlasError


def main() -> None:
    """Draw the page the address names. `/` is answered by the server with a redirect to the first page."""
    st.set_page_config(layout="wide", initial_sidebar_state="collapsed")
    lang = parse_view(dict(st.query_params)).lang
    product = say("product", lang)
    try:
        who = current_identity()
    except NotSignedIn as error:
        bare_masthead(lang)
        show_sentence(error.text.to(lang), "")
        return
    bind_session(who)
    settle()
    offered = PUBLIC_PAGES if serving().is_public else PAGES
    pages = {page.id: st.Page(str(page.script), title=f"{page.title.to(lang)} · {product}", url_path=page.id) for page in offered}

    def home() -> None:
        st.switch_page(pages[pages_for(who.role)[0].id], query_params=dict(st.query_params))

    chosen = st.navigation([st.Page(home, title=product, url_path="home", default=True), *pages.values()], position="hidden")
    info = next((page for page in offered if pages[page.id] == chosen), None)
    if info is None:
        chosen.run()
        return
    started = time.monotonic()
    try:
        run = open_run(info)
        if not may_open(who.role, info.id):
            refusal(run)
            return
        run = audited(after_click(run))
    except AtlasError as error:
        bare_masthead(lang)
        if serving().current is None:
            wait_for_data(lang, error)
        else:
            show_sentence(error.text.to(lang), "")
        return
    st.session_state["atlas_run"] = run
    draw_frame(run)
    views_button(run)
    tables = collect()
    with st.container(key="page"), TURNS.held():
        chosen.run()
        page_tables(run, tables)
    pending(run)
    told()
    COUNTERS.ran(info.id, time.monotonic() - started)


def bind_session(who: Identity) -> None:
    """What a browser session remembers belongs to one person with one role and area; anybody else starts with nothing."""
    if st.session_state.get("atlas_who", who) != who:
        st.session_state.clear()
    st.session_state["atlas_who"] = who


main()
