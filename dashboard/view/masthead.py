"""The header bar (页眉): product, search, data stamp, language, navigation, and the bands below it."""

from html import escape
from urllib.parse import urlencode

import streamlit as st

from dashboard.access.audit import record
from dashboard.access.roles import NAMES, may_open
from dashboard.view.format import day
from dashboard.view.nav import pages_for
from dashboard.view.run import Run
from dashboard.view.search import search_box
from dashboard.view.words import say
from dashboard.web.serving import serving
from etl.query.units import units


def masthead(run: Run) -> None:
    """Two rows: the bar, and the pages as links that keep the whole view."""
    with st.container(key="masthead", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<a class="ga-skip" href="#page">{run.word("skip")}</a><a class="ga-brand" href="{run.href(pages_for(run.reader.role)[0].id, unit="", level="", tab="")}" data-go>'
            f'<span class="ga-brand-mark" aria-hidden="true"><i></i><i></i><i></i><i></i></span><b>{run.word("product")}</b>'
            f'<span class="ga-city">{escape(run.build.city_name)}</span></a>',
            width="content",
        )
        if may_open(run.reader.role, "overview"):  # where a found unit is shown
            search_box(run)
        with st.container(key="data-stamp", width="content"):
            st.html(stamp_html(run), width="content")
    links = "".join(
        f'<a href="{run.href(page.id, level="", tab="")}" data-go{_here(page.id == run.page.id)}>{escape(run.say(page.title))}</a>'
        for page in pages_for(run.reader.role)
    )
    with st.container(key="nav"):
        st.html(f'<nav class="ga-nav" aria-label="{run.word("pages")}" data-view="{escape(urlencode(run.view.query()), quote=True)}">{links}</nav>')


def _here(is_here: bool) -> str:
    return ' aria-current="page"' if is_here else ""


def stamp_html(run: Run) -> str:
    """Data date, build time and the language switch."""
    other = "zh" if run.lang == "en" else "en"
    built_at = str(run.build.manifest.get("built_at", ""))[:16].replace("T", " ")
    return (
        f'<div class="ga-stamp"><span>{run.word("data_to")} <b>{day(run.build.data_date, run.lang)}</b></span>'
        f'<span class="ga-stamp-built" title="{escape(run.build.id)}">{run.word("built_at")} {escape(built_at)}</span>'
        f'<a class="ga-type" href="{run.href(is_large=not run.view.is_large)}" data-go>{run.word("type_normal" if run.view.is_large else "type_large")}</a>'
        f'<a href="{run.href(lang=other)}" data-go lang="{"en" if other == "en" else "zh-CN"}">{run.word("other_language")}</a>{who_html(run)}</div>'
    )


def who_html(run: Run) -> str:
    """Who is signed in, in which role and area, and the way out; nothing where there is no sign-in."""
    if run.identity.provider in ("machine", "public"):
        return ""
    area = units(run.build).name[run.reader.first_no - 1] if run.identity.unit_code else run.word("whole")
    role = run.say(NAMES[run.reader.role])
    return (
        f'<span class="ga-who" title="{escape(run.identity.account)}"><b>{escape(run.identity.name)}</b> {escape(role)} · {escape(area)}</span>'
        f'<a href="/sign-out?lang={run.lang}" target="_self">{run.word("sign_out")}</a>'
    )


def refusal(run: Run) -> None:
    """The frame with one calm sentence: this role may not open this page. It is recorded."""
    record(run.identity, "refused", run.page.id, detail="page")
    masthead(run)
    sentence = run.word("refused", role=run.say(NAMES[run.reader.role]), page=run.say(run.page.title))
    st.html(f'<div class="ga-error" role="alert"><p>{escape(sentence)}</p><p class="ga-note">{escape(run.word("refused_note"))}</p></div>')


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
