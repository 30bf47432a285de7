"""The list of what needs attention (需要关注): reason, number, unit, and a link that shows it."""

from html import escape
from urllib.parse import urlencode

import streamlit as st

from dashboard.view.nav import BY_ID as PAGES
from dashboard.view.run import Run
from etl.model.tables import BY_NAME
from etl.model.text import Text
from etl.query.attention import Item
from etl.query.attention import attention as found_in

UNPLACED = Text("（未落到下级）", " (no unit below)")  # what lies in the unit itself and in none of its children

ALL_CASES = Text("要办的事不随分类等筛选变化，列的是全部。", "What is to be done is listed whole, whatever class or other filter is chosen.")


def attention(run: Run) -> None:
    """Lines for the unit looked at and its children, grouped by what is watched."""
    items = found_in(run.build, run.reader, run.scope_without_filters, run.unit.unit_no)
    body = "".join(_line(run, item) for item in items) or f'<li class="ga-note">{run.word("attention_none")}</li>'
    note = f'<p class="ga-note">{escape(run.say(ALL_CASES))}</p>' if run.scope.where else ""
    with st.container(key="attention"):
        st.html(f'{note}<ul class="ga-attention">{body}</ul>')


def _line(run: Run, item: Item) -> str:
    feed = BY_NAME.get(item.name) if item.watch == "stale" else None
    reason = run.say(item.reason)
    if feed is not None:
        reason = reason.replace(item.name, run.say(feed.title))
    rest = run.say(UNPLACED) if item.unit_no == run.unit.unit_no and run.unit.last_no > run.unit.unit_no else ""
    name = "" if feed is not None else f"<b>{escape(item.name + rest)}</b> "
    return f'<li class="ga-watch-{item.watch}"><a href="{_address(run, item)}" data-go>{name}<span>{escape(reason)}</span></a></li>'


def _address(run: Run, item: Item) -> str:
    """The page named by the item once it is built, until then this page with the same unit and indicator."""
    query = dict(item.query)
    if not PAGES[item.page].is_built and "unit" in query:
        return run.href(unit=query["unit"], ind=query.get("ind", run.view.ind), level="")
    if "unit" in query:
        return run.href(item.page, unit=query["unit"], ind=query.get("ind", ""), level="")
    return escape(f"/{item.page}?{urlencode({**run.view.query(), **query})}", quote=True)
