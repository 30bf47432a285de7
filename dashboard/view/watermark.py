"""The watermark (水印): account and time over every screen, when atlas.toml asks for it. Faint to the eye, readable in a photo."""

from datetime import datetime
from html import escape
from urllib.parse import quote

import streamlit as st

from dashboard.view.run import Run
from dashboard.web.settings import atlas

WIDE, HIGH = 340, 190


def mark_of(run: Run) -> str:
    """Account and minute, as screens and files carry it; "" where no watermark is asked for or nobody is to be named."""
    if not atlas().watermark or run.reader.role == "public":
        return ""
    return f"{run.identity.account} {datetime.now():%Y-%m-%d %H:%M}"


def watermark(run: Run) -> None:
    """One layer over the whole window that lets every click through. The picture is an SVG in the address itself: text only."""
    if mark := mark_of(run):
        text = escape(mark)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{HIGH}"><g transform="rotate(-20 {WIDE // 2} {HIGH // 2})" '
            f'font-family="sans-serif" font-size="15" text-anchor="middle"><text x="{WIDE // 2}" y="{HIGH // 2}" fill="#1c2b45" fill-opacity=".13">{text}</text>'
            f'<text x="{WIDE // 2 - 1}" y="{HIGH // 2 - 1}" fill="#fff" fill-opacity=".10">{text}</text></g></svg>'
        )
        with st.container(key="watermark"):
            st.html(f'<div class="ga-watermark" aria-hidden="true" data-mark="{escape(mark, quote=True)}" style="background-image:url(\'data:image/svg+xml,{quote(svg)}\')"></div>')
