"""What a page says when it cannot answer (未接入、只统计到社区): never an empty table, never a zero."""

from dataclasses import replace
from html import escape

import streamlit as st

from dashboard.view.finest import unit_at
from dashboard.view.run import Run
from etl.model.tables import BY_NAME
from etl.model.text import Text

LOAD = Text("请导入：{names}", "Load: {names}")

ABOVE = Text("{page}按社区填报，以下为{name}的情况。", "{page}: reported by community. Below are the figures of {name}.")


def community_run(run: Run) -> Run:
    """The run for what is reported by community: below one, that community answers."""
    unit = unit_at(run, "community")
    return run if unit is None or unit.unit_no == run.unit.unit_no else replace(run, unit=unit)


def community_note(run: Run, local: Run) -> None:
    """Says so when another unit than the one looked at answers."""
    if local.unit.unit_no != run.unit.unit_no:
        said = run.say(ABOVE.format(page=run.say(run.page.title), name=local.unit.name))
        st.html(f'<p class="ga-notice" role="status">{escape(said)}</p>')


def has_feeds(run: Run, *feeds: str) -> bool:
    """Whether all of them are in this build; draws what to load when one is not."""
    absent = [feed for feed in feeds if feed not in run.build.feeds]
    if absent:
        names = ("、" if run.lang == "zh" else ", ").join(run.say(BY_NAME[feed].title) for feed in absent)
        st.html(
            f'<p class="ga-empty"><span><span class="ga-mark ga-mark-none">{run.word("not_connected")}</span> {escape(run.say(LOAD.format(names=names)))}</span></p>'
        )
    return not absent
