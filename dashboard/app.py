"""The Streamlit script: one run of one page, from navigation to drawing. Started by dashboard/server.py."""

import time
from collections.abc import Callable

import streamlit as st

from dashboard.errors import show_sentence
from dashboard.frame import draw_frame, open_run
from dashboard.main_map import after_click
from dashboard.masthead import bare_masthead
from dashboard.metrics import COUNTERS
from dashboard.nav import PAGES, PageInfo
from dashboard.placeholder import show_placeholder
from dashboard.state import parse_view
from dashboard.words import say
from etl.model.errors import AtlasError


def page_of(page: PageInfo, title: str):  # type: ignore[no-untyped-def]  # st.Page is a function in stubs, a class in use
    """The Streamlit page of one record; a page not built yet shows what it will need."""
    if page.is_built:
        return st.Page(str(page.script), title=title, url_path=page.id)
    return st.Page(_placeholder(), title=title, url_path=page.id)


def _placeholder() -> Callable[[], None]:
    def placeholder() -> None:
        show_placeholder(st.session_state["atlas_run"])

    return placeholder


def main() -> None:
    """Draw the page the address names. `/` is answered by the server with a redirect to the first page."""
    st.set_page_config(layout="wide", initial_sidebar_state="collapsed")
    lang = parse_view(dict(st.query_params)).lang
    product = say("product", lang)
    pages = {page.id: page_of(page, f"{page.title.to(lang)} · {product}") for page in PAGES}
    home = st.Page(lambda: st.switch_page(pages["overview"], query_params=dict(st.query_params)), title=product, url_path="home", default=True)
    chosen = st.navigation([home, *pages.values()], position="hidden")
    info = next((page for page in PAGES if pages[page.id] == chosen), None)
    if info is None:
        chosen.run()
        return
    started = time.monotonic()
    try:
        run = after_click(open_run(info))
    except AtlasError as error:
        bare_masthead(lang)
        show_sentence(error.text.to(lang), say("no_build", lang))
        return
    st.session_state["atlas_run"] = run
    draw_frame(run)
    with st.container(key="page"):
        chosen.run()
    COUNTERS.ran(info.id, time.monotonic() - started)


main()
