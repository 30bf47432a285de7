"""What a steward has to do today (今日要办), for a phone held in one hand: numbers, the most urgent cases, what to confirm, whom to call."""

from datetime import datetime
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.parts.feed_notes import connected
from dashboard.parts.list_table import Cell, date_cell, number, text
from dashboard.parts.page_tables import offered
from dashboard.parts.unit_profile import short_html
from dashboard.steward.words import WORDS, word
from dashboard.view.format import day
from dashboard.view.run import Run
from etl.model.levels import BY_ID as LEVELS
from etl.model.taxonomy import BY_CODE
from etl.query import steward

FEW, STEP, MOST = 8, 20, 200  # cases of a group: at first, more at a time, at most
GROUPS: dict[str, tuple[steward.Urgency, ...]] = {"soon": ("soon",), "overdue": ("overdue",), "rest": ("later", "unlimited")}
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
    urgent = _group(run, "soon", counts.soon) + _group(run, "overdue", counts.overdue)
    body = urgent or f'<p class="ga-empty">{word(run, "nothing_urgent" if counts.open else "none")}</p>'
    if rest := counts.later + counts.unlimited:
        is_open = " open" if run.view.own("n_rest") else ""
        body += f'<details class="ga-rest"{is_open}><summary>{word(run, "rest", n=f"{rest:,}")}</summary>{_group(run, "rest", rest)}</details>'
    note = word(run, "first_note", day=day(run.scope.as_of, run.lang))
    heads = [(word(run, key), key == "again") for key in ("case_no", "title", "class", "place", "reported_at", "due", "state", "in_charge", "again")]
    offered(word(run, "open_cases"), heads, counts.open, lambda: _file_rows(run))
    st.html(f'<ul class="ga-tally">{tiles}</ul><section class="ga-desk"><h2 class="ga-h2">{word(run, "first")} <span class="ga-note">{note}</span></h2>{body}</section>')


def _file_rows(run: Run) -> list[list[Cell]]:
    """Every open case for the workbook of the page, in the order of the list; as much of each as is shown."""
    table = steward.open_cases(run.build, run.reader, run.unit.unit_no, run.scope.as_of, limit=10**9)
    assert table is not None
    return [
        [
            text(row.case_no), text(row.title), text(_class_name(run, row.code4)), text(row.place), date_cell(row.counted_at),
            date_cell(None if pd.isna(row.limit_at) else row.limit_at), text(due_text(run, row.limit_at)), text(row.lead_unit), number(row.repeats),
        ]
        for row in table.itertuples()
    ]  # fmt: skip


def _class_name(run: Run, code4: str) -> str:
    category = BY_CODE.get(code4)
    name = run.say(category.l2) if category else "—"
    return name[:1].upper() + name[1:]


def _group(run: Run, key: str, n: int) -> str:
    """The first cases of one group with how many there are, and the way to more of them."""
    if not n:
        return ""
    shown = _asked(run, key)
    table = steward.open_cases(run.build, run.reader, run.unit.unit_no, run.scope.as_of, limit=shown, urgencies=GROUPS[key])
    assert table is not None
    head = f'<h3 class="ga-group {LOOKS.get(key, "")}">{escape(word(run, f"group_{key}", n=f"{n:,}"))}</h3>' if f"group_{key}" in WORDS else ""
    return head + _list(run, table) + _more(run, key, shown, n)


def _asked(run: Run, key: str) -> int:
    """How many cases of a group the address asks for."""
    given = run.view.own(f"n_{key}")
    return min(MOST, max(FEW, int(given))) if given.isdecimal() and len(given) < 5 else FEW


def _more(run: Run, key: str, shown: int, n: int) -> str:
    if shown >= n:
        return ""
    if shown >= MOST:
        return f'<p class="ga-note">{escape(word(run, "enough", n=f"{n:,}", shown=f"{shown:,}"))}</p>'
    wanted = min(MOST, n, shown + STEP)
    said = word(run, "more", m=f"{wanted - shown:,}", shown=f"{shown:,}", n=f"{n:,}")
    return f'<p class="ga-more"><a href="{run.href(extra=run.view.with_own(**{f"n_{key}": str(wanted)}).extra)}" data-go>{escape(said)}</a></p>'


def _list(run: Run, table: pd.DataFrame) -> str:
    return f'<ul class="ga-todo">{"".join(_case(run, row) for row in table.itertuples())}</ul>'


def _case(run: Run, row: Any) -> str:
    category = BY_CODE.get(row.code4)
    level = LEVELS.get(category.proper_level) if category else None
    who = word(run, "with", name=row.lead_unit) if isinstance(row.lead_unit, str) and row.lead_unit else word(run, "with_nobody")
    facts = [escape(part) for part in (row.place, word(run, "reported", day=_moment(run, row.counted_at)), who) if part]
    if level is not None:
        facts.append(escape(word(run, "settled_at", level=run.say(level.name))))
    if row.repeats:
        facts.append(f"<b>{escape(word(run, 'repeated', n=row.repeats))}</b>")
    return (
        f'<li class="{LOOKS[row.urgency]}"><header><span class="ga-due">{escape(due_text(run, row.limit_at))}</span><b>{escape(_class_name(run, row.code4))}</b>'
        f'<span class="ga-code">{escape(row.case_no)}</span></header><p>{escape(row.title)}</p><footer>{" · ".join(facts)}</footer></li>'
    )


def _moment(run: Run, at: datetime) -> str:
    """Day and time; the year only where it is another than the as-of day's."""
    return f"{at:%m-%d %H:%M}" if at.year == run.scope.as_of.year else f"{at:%Y-%m-%d}"


def due_text(run: Run, limit_at: datetime | None) -> str:
    """How much time is left or lost, seen from the end of the as-of day: hours below two days, else days; no "0 hours"."""
    if limit_at is None or limit_at is pd.NaT or pd.isna(limit_at):
        return word(run, "no_limit")
    hours = (limit_at - steward.until(run.scope.as_of)).total_seconds() / 3600
    size = abs(hours)
    key = ("late" if hours < -1e-3 else "left") + ("_little" if size < 1 else "_hours" if size < 48 else "_days")
    return word(run, key, n=f"{int(size if size < 48 else size / 24):,}")


def _confirm(run: Run) -> None:
    waiting = steward.open_cases(run.build, run.reader, run.unit.unit_no, run.scope.as_of, only_waiting=True, limit=_asked(run, "confirm"))
    counts = steward.tally(run.build, run.reader, run.unit.unit_no, run.scope.as_of)
    found = steward.doubts(run.build, run.reader, run.unit.unit_no, run.scope.as_of)
    body = ""
    if waiting is not None and len(waiting):
        more = _more(run, "confirm", _asked(run, "confirm"), counts.waiting if counts else 0)
        body += f"<p>{word(run, 'confirm_cases')}</p>{_list(run, waiting)}{more}"
    if found:
        lines = "".join(f"<li>{escape(word(run, _doubt_key(run, one.id), n=f'{one.count:,}', day=day(one.day, run.lang)))}</li>" for one in found)
        body += f'<ul class="ga-doubts">{lines}</ul>'
    st.html(f'<section class="ga-desk"><h2 class="ga-h2">{word(run, "confirm")}</h2>{body or _empty(run, "confirm_none")}</section>')


def _doubt_key(run: Run, doubt: str) -> str:
    """A single grid is spoken of as such, not as “1 micro-grids”."""
    return f"doubt_one_{doubt}" if run.unit.level == "micro" and f"doubt_one_{doubt}" in WORDS else f"doubt_{doubt}"


def _offices(run: Run) -> None:
    found = steward.offices(run.build, run.reader, run.unit.unit_no, run.scope.as_of)
    is_wide = LEVELS[run.unit.level].rank < LEVELS["compound"].rank
    kinds = {one.name: "property" if is_wide and one.kind == "property_of" else one.kind for one in found}
    heads = [(word(run, key), key == "open") for key in ("office", "kind", "open")]
    offered(word(run, "call"), heads, len(found), lambda: [[text(one.name), text(_kind(run, kinds[one.name])), number(one.cases)] for one in found])
    lines = "".join(
        f'<li><b>{escape(one.name)}</b><span class="ga-note">{escape(_kind(run, kinds[one.name]))}</span>'
        f"<span>{escape(word(run, 'cases_here', n=f'{one.cases:,}')) if one.cases else ''}</span></li>"
        for one in found[:12]
    )
    body = f'<ul class="ga-offices">{lines}</ul>' if lines else _empty(run, "call_none")
    st.html(f'<section class="ga-desk"><h2 class="ga-h2">{word(run, "call")} <span class="ga-note">{word(run, "call_note")}</span></h2>{body}</section>')


def _kind(run: Run, kind: str) -> str:
    return word(run, f"kind_{kind}") if f"kind_{kind}" in WORDS else ""


def _empty(run: Run, key: str) -> str:
    return f'<p class="ga-empty">{word(run, key)}</p>'
