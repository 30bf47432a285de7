"""What a steward has to do today (今日要办), for a phone held in one hand: numbers, the most urgent cases, what to confirm, whom to call."""

from datetime import datetime
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.parts.feed_notes import connected
from dashboard.parts.unit_profile import short_html
from dashboard.steward.words import WORDS, word
from dashboard.view.format import day
from dashboard.view.run import Run
from etl.model.levels import BY_ID as LEVELS
from etl.model.taxonomy import BY_CODE
from etl.query import steward

MOST = 60
LOOKS = {"overdue": "is-overdue", "soon": "is-soon", "later": "", "unlimited": ""}


def today(run: Run) -> None:
    """The whole page."""
    with st.container(key="steward"):
        if LEVELS[run.unit.level].rank < LEVELS["compound"].rank:
            st.html(f'<p class="ga-notice" role="status">{escape(word(run, "wide", name=run.unit.name))}</p>')
        with st.container(key="steward-cases"):
            _cases(run)
        with st.container(key="steward-side"):
            _confirm(run)
            _offices(run)
            st.html(f'<section class="ga-desk"><h2 class="ga-h2">{word(run, "facts")}</h2>{short_html(run)}</section>')


def _cases(run: Run) -> None:
    counts = steward.tally(run.build, run.reader, run.unit.unit_no, run.scope.as_of)
    if counts is None:
        connected(run, "case")
        return
    numbers = (("overdue", counts.overdue, "is-overdue"), ("soon", counts.soon, "is-soon"), ("waiting", counts.waiting, ""), ("open", counts.open, ""))
    tiles = "".join(f'<li class="{look if n else ""}" data-count="{key}"><b>{n:,}</b><span>{word(run, key)}</span></li>' for key, n, look in numbers)
    table = steward.open_cases(run.build, run.reader, run.unit.unit_no, run.scope.as_of, limit=MOST)
    assert table is not None
    is_urgent = table["urgency"].isin(("overdue", "soon"))
    urgent, rest = table[is_urgent], table[~is_urgent]
    body = _list(run, urgent) if len(urgent) else f'<p class="ga-empty">{word(run, "nothing_urgent" if counts.open else "none")}</p>'
    if len(rest):
        body += f'<details class="ga-rest"><summary>{word(run, "rest", n=f"{len(rest):,}")}</summary>{_list(run, rest)}</details>'
    cut = f'<p class="ga-note">{word(run, "cut", n=f"{counts.open:,}", m=MOST)}</p>' if counts.open > MOST else ""
    note = word(run, "first_note", day=day(run.scope.as_of, run.lang))
    st.html(f'<ul class="ga-tally">{tiles}</ul><section class="ga-desk"><h2 class="ga-h2">{word(run, "first")} <span class="ga-note">{note}</span></h2>{body}{cut}</section>')


def _list(run: Run, table: pd.DataFrame) -> str:
    return f'<ul class="ga-todo">{"".join(_case(run, row) for row in table.itertuples())}</ul>'


def _case(run: Run, row: Any) -> str:
    category = BY_CODE.get(row.code4)
    name = run.say(category.l2) if category else "—"
    level = LEVELS.get(category.proper_level) if category else None
    who = word(run, "with", name=row.lead_unit) if isinstance(row.lead_unit, str) and row.lead_unit else word(run, "with_nobody")
    facts = [escape(part) for part in (row.place, word(run, "reported", day=_moment(run, row.counted_at)), who) if part]
    if level is not None:
        facts.append(escape(word(run, "settled_at", level=run.say(level.name))))
    if row.repeats:
        facts.append(f"<b>{escape(word(run, 'repeated', n=row.repeats))}</b>")
    return (
        f'<li class="{LOOKS[row.urgency]}"><header><span class="ga-due">{escape(due_text(run, row.limit_at))}</span><b>{escape(name)}</b>'
        f'<span class="ga-code">{escape(row.case_no)}</span></header><p>{escape(row.title)}</p><footer>{" · ".join(facts)}</footer></li>'
    )


def _moment(run: Run, at: datetime) -> str:
    """Day and time; the year only where it is another than the as-of day's."""
    return f"{at:%m-%d %H:%M}" if at.year == run.scope.as_of.year else f"{at:%Y-%m-%d}"


def due_text(run: Run, limit_at: datetime | None) -> str:
    """How much time is left or lost, seen from the end of the as-of day: hours below two days, else days."""
    if limit_at is None or limit_at is pd.NaT or pd.isna(limit_at):
        return word(run, "no_limit")
    hours = (limit_at - steward.until(run.scope.as_of)).total_seconds() / 3600
    size = abs(hours)
    key = ("late" if hours < -1e-3 else "left") + ("_hours" if size < 48 else "_days")
    return word(run, key, n=f"{int(size if size < 48 else size / 24):,}")


def _confirm(run: Run) -> None:
    waiting = steward.open_cases(run.build, run.reader, run.unit.unit_no, run.scope.as_of, only_waiting=True, limit=MOST)
    found = steward.doubts(run.build, run.reader, run.unit.unit_no, run.scope.as_of)
    body = ""
    if waiting is not None and len(waiting):
        body += f"<p>{word(run, 'confirm_cases')}</p>{_list(run, waiting)}"
    if found:
        lines = "".join(f"<li>{escape(word(run, f'doubt_{one.id}', n=f'{one.count:,}', day=day(one.day, run.lang)))}</li>" for one in found)
        body += f'<ul class="ga-doubts">{lines}</ul>'
    st.html(f'<section class="ga-desk"><h2 class="ga-h2">{word(run, "confirm")}</h2>{body or _empty(run, "confirm_none")}</section>')


def _offices(run: Run) -> None:
    found = steward.offices(run.build, run.reader, run.unit.unit_no, run.scope.as_of)
    lines = "".join(
        f'<li><b>{escape(one.name)}</b><span class="ga-note">{escape(word(run, f"kind_{one.kind}") if f"kind_{one.kind}" in WORDS else "")}</span>'
        f"<span>{escape(word(run, 'cases_here', n=one.cases)) if one.cases else ''}</span></li>"
        for one in found[:12]
    )
    body = f'<ul class="ga-offices">{lines}</ul>' if lines else _empty(run, "call_none")
    st.html(f'<section class="ga-desk"><h2 class="ga-h2">{word(run, "call")} <span class="ga-note">{word(run, "call_note")}</span></h2>{body}</section>')


def _empty(run: Run, key: str) -> str:
    return f'<p class="ga-empty">{word(run, key)}</p>'
