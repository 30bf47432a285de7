"""A department's desk (部门工作台): its own rates, its whistles, the cases in its hands, and what it sent back."""

from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.department.words import word
from dashboard.parts.feed_notes import connected
from dashboard.parts.list_table import Cell, choice, link, list_table, number, text
from dashboard.view.choice import select, view_now
from dashboard.view.format import DASH, as_head, both_parts, of_indicator
from dashboard.view.picks import pick
from dashboard.view.run import Run
from etl.model.indicators import BY_ID
from etl.model.taxonomy import BY_CODE
from etl.query import department
from etl.query.department import Department, Rate
from etl.query.steward import until

LOOKS = {"absent": "ga-mark-warn", "late": "ga-mark-warn", "refused": "ga-mark-warn", "waiting": "ga-mark-none", "on_time": "ga-mark-ok"}


def chosen_department(run: Run, offered: list[Department]) -> str:
    """The department of the address; else the reader's own, known by the account's name; else the one with most work."""
    names = [one.name for one in offered]
    return next((name for name in (run.view.own("dept"), run.identity.name) if name in names), names[0])


def choose(run: Run, offered: list[Department], chosen: str) -> None:
    """The choice, written into the address. Offices with their work, departments first."""
    about = {one.name: one for one in offered}
    def label(name: str) -> str:
        one = about[name]
        said = [word(run, "calls", n=f"{one.calls:,}")] * bool(one.calls) + [word(run, "cases", n=f"{one.cases:,}")] * bool(one.cases)
        return f"{name}（{'，'.join(said)}）" if run.lang == "zh" else f"{name} ({', '.join(said)})"

    select(run, "choose-dept", word(run, "department"), [one.name for one in offered], chosen, label, lambda name: view_now().with_own(dept=name), width=420)


def rate_tiles(run: Run, name: str) -> None:
    """The department's own figures; parts below each, state in words."""
    found = department.rates(run.build, run.reader, run.scope, run.unit.unit_no, name)
    st.html(f'<ul class="ga-tally ga-rates">{"".join(_tile(run, one) for one in found)}</ul>')


def _tile(run: Run, one: Rate) -> str:
    indicator = BY_ID[one.indicator_id]
    value = of_indicator(indicator, one.value)
    unit = "%" if indicator.is_percent and value != DASH else ""
    parts = both_parts(one.numerator, one.denominator) if indicator.has_denominator and one.denominator is not None else ""
    note = parts if one.state == "ok" else " ".join(part for part in (parts, run.word(f"state_{one.state}")) if part)
    return f'<li data-rate="{one.indicator_id}" data-state="{one.state}"><b>{value}<i>{unit}</i></b><span>{escape(run.say(indicator.name))}</span><small>{escape(note)}</small></li>'


def whistles(run: Run, name: str) -> None:
    """Every call of the period."""
    _title(run, "whistles")
    if not connected(run, "whistle"):
        return
    table = department.calls(run.build, run.reader, run.scope, run.unit.unit_no, name)
    assert table is not None
    heads = [(word(run, key), is_number) for key, is_number in (
        ("state", False), ("street", False), ("kind", False), ("matter", False), ("blown", False), ("due_arrive", False), ("arrived", False), ("score", True),
    )]  # fmt: skip
    rows = [
        [
            Cell(f'<span class="ga-mark {LOOKS[row.state]}">{escape(word(run, row.state))}</span>{" " + escape(word(run, "lead")) if row.is_lead is True else ""}'),
            link(run, int(row.unit_no)), text(word(run, f"kind_{row.kind}") if row.kind in ("hard", "enforce", "emergency") else row.kind), _matter(run, row.code4),
            _time(row.blown_at), _time(row.due_arrive_at), _time(row.arrived_at), number(None if pd.isna(row.score) else float(row.score), 0),
        ]
        for row in table.itertuples()
    ]  # fmt: skip
    st.html(list_table(heads, rows, word(run, "whistles_none"), word(run, "whistles_title")))


def cases(run: Run, name: str) -> None:
    """What the department has and has not closed."""
    _title(run, "open")
    if not connected(run, "case"):
        return
    table = department.open_cases(run.build, run.reader, run.scope, run.unit.unit_no, name)
    assert table is not None
    heads = [(word(run, key), False) for key in ("due", "matter", "title", "unit", "place", "case_no")]
    rows = [
        [_due(run, row), _matter(run, row.code4), text(row.title, may_break=True), link(run, int(row.unit_no)), text(row.place), Cell(f'<span class="ga-code">{escape(row.case_no)}</span>')]
        for row in table.itertuples()
    ]
    st.html(list_table(heads, rows, word(run, "open_none"), word(run, "open_title")))


def returned(run: Run, name: str) -> None:
    """What the department sent back, and whether it came again."""
    _title(run, "returns")
    if not connected(run, "case", "case_event"):
        return
    table = department.returns(run.build, run.reader, run.scope, run.unit.unit_no, name)
    assert table is not None
    heads = [(word(run, key), False) for key in ("when", "matter", "to", "reason", "after", "case_no")]
    rows = [
        [
            _time(row.at), _matter(run, row.code4), text(row.to_unit), text(row.reason, may_break=True),
            Cell(f'<span class="ga-mark {"ga-mark-warn" if row.again else "ga-mark-none"}">{escape(word(run, "again" if row.again else "gone"))}</span>'),
            Cell(f'<span class="ga-code">{escape(row.case_no)}</span>'),
        ]
        for row in table.itertuples()
    ]  # fmt: skip
    st.html(list_table(heads, rows, word(run, "returns_none"), word(run, "returns_title")))


def _title(run: Run, key: str) -> None:
    st.html(f'<h2 class="ga-h2">{word(run, f"{key}_title")} <span class="ga-note">{word(run, f"{key}_note")}</span></h2>')


def _matter(run: Run, code4: object) -> Cell:
    category = BY_CODE.get(code4) if isinstance(code4, str) else None
    return choice(pick(category=code4), as_head(run.say(category.l2)) if category else "")


def _time(at: object) -> Cell:
    return Cell(DASH if not isinstance(at, pd.Timestamp) else f"{at:%Y-%m-%d %H:%M}")


def _due(run: Run, row: Any) -> Cell:
    """The limit and how far off it is, in words and days."""
    if pd.isna(row.limit_at):
        return Cell(DASH)
    days = (row.limit_at - until(run.scope.as_of)).total_seconds() / 86400
    mark = {"overdue": "ga-mark-warn", "soon": "ga-mark-warn"}.get(row.urgency, "")
    far = f"{abs(days):.0f}" if abs(days) >= 10 else f"{abs(days):.1f}"
    said = {"zh": f"超期 {far} 天" if days < 0 else f"还剩 {far} 天", "en": f"{far} d late" if days < 0 else f"{far} d left"}[run.lang]
    return Cell(f'{row.limit_at:%Y-%m-%d %H:%M} <span class="ga-mark {mark}">{said}</span>', days)
