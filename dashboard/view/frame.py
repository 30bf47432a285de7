"""The frame around every page (页面框架): header, navigation, bands, notices."""

from html import escape

import streamlit as st

from dashboard.view.masthead import bands, masthead
from dashboard.view.run import Run
from dashboard.view.watermark import watermark


def draw_frame(run: Run) -> None:
    """Header, navigation and the bands every screen carries."""
    masthead(run)
    bands(run)
    watermark(run)
    if run.notes:
        st.html("".join(f'<p class="ga-notice" role="status">{escape(note)}</p>' for note in run.notes))
