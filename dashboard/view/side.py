"""Tabs of the side panel (侧栏页签), kept in the address."""

import streamlit as st

from dashboard.view.run import Run


def side_tabs(run: Run, tabs: tuple[str, ...]) -> str:
    """Links like tabs; returns the one shown (the first when the address names none of them)."""
    chosen = run.view.tab if run.view.tab in tabs else tabs[0]
    links = "".join(
        f'<a href="{run.href(tab=tab)}" data-go role="tab" aria-selected="{str(tab == chosen).lower()}">{run.word(tab)}</a>' for tab in tabs
    )
    st.html(f'<div class="ga-tabs" role="tablist">{links}</div>')
    return chosen
