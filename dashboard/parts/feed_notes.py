"""What stands in a panel whose data are not connected (未接入): the mark and the feeds to load, never zeros."""

from html import escape

import streamlit as st

from dashboard.view.run import Run
from etl.model.tables import BY_NAME
from etl.model.text import Text

LOAD = Text("请导入：{names}", "Load: {names}")


def to_load(run: Run, *feeds: str) -> str:
    """The sentence that names the feeds which are absent, as HTML; "" when none is."""
    absent = [feed for feed in dict.fromkeys(feeds) if feed not in run.build.feeds]
    names = ("、" if run.lang == "zh" else ", ").join(run.say(BY_NAME[feed].title) for feed in absent)
    return escape(run.say(LOAD.format(names=names))) if absent else ""


def connected(run: Run, *feeds: str) -> bool:
    """Whether all feeds are there; when not, the sentence is drawn in their place."""
    sentence = to_load(run, *feeds)
    if sentence:
        st.html(f'<p class="ga-empty"><span><span class="ga-mark ga-mark-none">{run.word("not_connected")}</span> {sentence}</span></p>')
    return not sentence
