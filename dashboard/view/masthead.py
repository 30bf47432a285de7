"""The header bar (页眉): product, search, data stamp, language, navigation, and the bands below it."""

from html import escape

import streamlit as st

from dashboard.view.format import day
from dashboard.view.nav import PAGES, PUBLIC_PAGES
from dashboard.view.run import Run
from dashboard.view.search import search_box
from dashboard.view.words import say
from dashboard.web.serving import serving


def masthead(run: Run) -> None:
    """Two rows: the bar, and the pages as links that keep the whole view."""
    with st.container(key="masthead", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<a class="ga-brand" href="{run.href("overview", unit="", level="")}" data-go>'
            f'<span class="ga-brand-mark" aria-hidden="true"><i></i><i></i><i></i><i></i></span><b>{run.word("product")}</b>'
            f'<span class="ga-city">{escape(run.build.city_name)}</span></a>',
            width="content",
        )
        if run.reader.role != "public":
            search_box(run)
        with st.container(key="data-stamp", width="content"):
            st.html(stamp_html(run), width="content")
    links = "".join(
        f'<a href="{run.href(page.id, level="", tab="")}" data-go{_here(page.id == run.page.id)}>{escape(run.say(page.title))}</a>'
        for page in (PUBLIC_PAGES if run.reader.role == "public" else PAGES)
    )
    with st.container(key="nav"):
        st.html(f'<nav class="ga-nav" aria-label="{run.word("pages")}">{links}</nav>')


def _here(is_here: bool) -> str:
    return ' aria-current="page"' if is_here else ""


def stamp_html(run: Run) -> str:
    """Data date, build time and the language switch."""
    other = "zh" if run.lang == "en" else "en"
    built_at = str(run.build.manifest.get("built_at", ""))[:16].replace("T", " ")
    return (
        f'<div class="ga-stamp"><span>{run.word("data_to")} <b>{day(run.build.data_date, run.lang)}</b></span>'
        f'<span class="ga-stamp-built" title="{escape(run.build.id)}">{run.word("built_at")} {escape(built_at)}</span>'
        f'<a href="{run.href(lang=other)}" data-go lang="{"en" if other == "en" else "zh-CN"}">{run.word("other_language")}</a></div>'
    )


def bands(run: Run) -> None:
    """Demonstration data, map not reviewed, newest data held back: said on every screen."""
    marks = [f'<span class="ga-band-demo">{run.word("demo")}</span>'] if run.build.is_demo else []
    marks.append(f"<span>{run.word('internal')}</span>")
    if serving().problem is not None:
        marks.append(f'<span class="ga-band-held">{run.word("update_held")}</span>')
    with st.container(key="bands"):
        st.html(f'<div class="ga-bands">{"".join(marks)}</div>')


def bare_masthead(lang: str) -> None:
    """The bar alone, for when no build can be served."""
    st.html(f'<div class="ga-bare">{say("product", lang)}</div>')
