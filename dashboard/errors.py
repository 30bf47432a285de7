"""What a reader sees when a page fails (页面出错): a sentence, a number and the build id. Details go to the log only."""

import logging
import secrets
from html import escape

import streamlit as st

from dashboard.view.state import parse_view
from dashboard.view.words import say
from dashboard.web.metrics import COUNTERS
from etl.model.errors import AtlasError

log = logging.getLogger("atlas.pages")


def on_script_error(error: Exception) -> bool:
    """Hook of st.App: show our sentence instead of Streamlit's box. Returns True: nothing else is to be shown."""
    lang = parse_view(dict(st.query_params)).lang
    COUNTERS.page_errors += 1
    if isinstance(error, AtlasError):
        show_sentence(error.text.to(lang), "")
        return True
    number = secrets.token_hex(4)
    log.error("page error %s", number, exc_info=error)
    run = st.session_state.get("atlas_run")
    show_sentence(say("page_error", lang), say("error_id", lang, id=number, build=run.build.id if run else "—"))
    return True


def show_sentence(sentence: str, detail: str) -> None:
    """A quiet panel with one sentence and a line below it."""
    st.html(f'<div class="ga-error" role="alert"><p>{escape(sentence)}</p><p class="ga-note">{escape(detail)}</p></div>')
