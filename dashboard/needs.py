"""What a panel says when its feeds are absent (未接入): never an empty table, never a zero."""

from html import escape

import streamlit as st

from dashboard.frame import Run
from etl.model.tables import BY_NAME
from etl.model.text import Text

LOAD = Text("请导入：{names}。", "Load: {names}.")


def has_feeds(run: Run, *feeds: str) -> bool:
    """Whether all of them are in this build; draws what to load when one is not."""
    absent = [feed for feed in feeds if feed not in run.build.feeds]
    if absent:
        names = ("、" if run.lang == "zh" else ", ").join(run.say(BY_NAME[feed].title) for feed in absent)
        st.html(
            f'<p class="ga-needs"><span class="ga-mark ga-mark-none">{run.word("not_connected")}</span> {escape(run.say(LOAD.format(names=names)))}</p>'
        )
    return not absent
