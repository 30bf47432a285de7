"""The public page for an internal reader (内部查看公示): the plain page itself in a frame, and the way to the wall.

A frame, because what Streamlit draws it cleans of every drawing (SVG), and because nothing can then differ from what the public sees.
Links in the frame move the frame; `atlas.js` then gives the page around it the address of what is shown, so that Back and a copied link hold.
"""

from html import escape

import streamlit as st

from dashboard.public.routes import FRAME
from dashboard.public.serving import public_of
from dashboard.public.view import parse_public
from dashboard.view.run import Run
from etl.model.errors import AtlasError
from etl.model.text import Text

SAME = Text("以下与公众所见完全相同，只读取公众库。", "Exactly what the public sees, read from the public tables only.")
WALL = Text("大屏轮播", "Lobby screen")


def framed_page(run: Run) -> None:
    """Draw the public page of the build in use. `place` is the area looked at: the public sees any, whatever the reader's own range is."""
    try:
        build = public_of(run.build.folder.parent, run.build.id)
    except AtlasError as error:
        st.html(f'<p class="ga-notice" role="status">{escape(run.say(error.text))}</p>')
        return
    asked = {"tab": run.view.tab, "unit": run.view.own("place") or run.view.unit, "p": run.view.own("p"), "lang": run.lang}
    view = parse_public(build, asked, FRAME)
    wall = f'<a href="/kiosk{"?lang=en" if run.lang == "en" else ""}" target="_blank" rel="noopener">{escape(run.say(WALL))}</a>'
    with st.container(key="public-content"):
        st.html(f'<p class="ga-note">{escape(run.say(SAME))} {wall}</p>')
        st.iframe(view.address(page=view.page), height=700)
