"""Choices of the page (控件): every one writes its word into the address and is read back from there."""

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from dashboard.explore.words import word
from dashboard.view.choice import select, view_now
from dashboard.view.run import Run
from etl.model.indicators import INDICATORS
from etl.query.figures import is_connected

TABS = ("relate", "spread", "why", "trend", "compare", "units", "cases", "todo")


def choose(run: Run, name: str, label: str, options: Sequence[str], value: str, text: Callable[[str], str], width: int = 220, forget: Sequence[str] = ()) -> None:
    """A list of choices for the own parameter `name`; a change also removes the parameters to `forget`."""
    select(
        run, f"explore-{name}", label, options, value, text, lambda chosen: view_now().with_own(**{name: chosen}, **dict.fromkeys(forget, "")),
        width=width, filter_mode=None if len(options) < 12 else "contains",
    )  # fmt: skip


def tabs(run: Run) -> str:
    """The page's parts as links; returns the one shown (the first when the address names none of them). Places in pages and searches
    stay behind with their part."""
    chosen = run.view.tab if run.view.tab in TABS else TABS[0]
    links = "".join(
        f'<a href="{run.href(tab=tab, extra=run.view.with_own(at="").extra)}" data-go role="tab" aria-selected="{str(tab == chosen).lower()}">{word(run, tab)}</a>' for tab in TABS
    )
    with st.container(key="explore-tabs"):
        st.html(f'<div class="ga-tabs ga-tabs-page" role="tablist">{links}</div>')
    return chosen


def connected_ids(run: Run) -> tuple[str, ...]:
    """Indicators whose feeds are in this build; all of them when none is."""
    found = tuple(one.id for one in INDICATORS if is_connected(run.build, one))
    return found or tuple(one.id for one in INDICATORS)


def own_link(run: Run, text: str, look: str = "", **changes: str) -> str:
    """A link to this page with own parameters changed."""
    return f'<a class="{look}" href="{run.href(extra=run.view.with_own(**changes).extra)}" data-go>{escape(text)}</a>'
