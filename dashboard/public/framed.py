"""The public page for an internal reader (内部查看公示): the same content from the same public tables, and the way to the wall."""

from collections.abc import Mapping
from html import escape

import streamlit as st

from dashboard.assets import FOLDER
from dashboard.public.page import content
from dashboard.public.serving import public_of
from dashboard.public.settings import approval
from dashboard.public.view import parse_public
from dashboard.view.run import Run
from etl.model.errors import AtlasError
from etl.model.text import Text

SAME = Text("以下与公众所见完全相同，只读取公众库。", "Exactly what the public sees, read from the public tables only.")
WALL = Text("大屏轮播", "Lobby screen")


def framed_page(run: Run, query: Mapping[str, str]) -> None:
    """Draw the public page of the run's build."""
    try:
        build = public_of(run.build.folder.parent, run.build.id)
    except AtlasError as error:
        st.html(f'<p class="ga-notice" role="status">{escape(run.say(error.text))}</p>')
        return
    view = parse_public(build, query)
    wall = f'<a href="/kiosk{"?lang=en" if run.lang == "en" else ""}" target="_blank" rel="noopener">{escape(run.say(WALL))}</a>'
    st.html(f"<style>{(FOLDER / 'public.css').read_text('utf-8')}</style>")
    with st.container(key="public-content"):
        st.html(f'<p class="ga-note">{escape(run.say(SAME))} {wall}</p>{content(build, view, approval(), is_framed=True)}')
