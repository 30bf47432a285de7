"""Who stands by each community (两委两会、大党委、结对帮扶) on the page 共建."""

from functools import partial
from html import escape

import streamlit as st

from dashboard.cobuild.words import word
from dashboard.parts.charts import panel
from dashboard.parts.list_table import Cell, choice, link, list_table, number, yes
from dashboard.parts.paged_list import paged_list
from dashboard.view.needs import has_feeds
from dashboard.view.picks import pick_row
from dashboard.view.run import Run
from etl.query.alliance import FEEDS, Community, communities, help_kinds
from etl.query.scope import Scope


def alliance_table(run: Run, scope: Scope) -> None:
    """One line per community; what is not connected says so."""
    rule = run.build.rules.alliance
    st.html(f'<h2 class="ga-h2">{escape(word(run, "alliance"))}</h2><p class="ga-note">{escape(word(run, "alliance_note", givers=rule.givers_min, surveys=rule.surveys_min))}</p>')
    if not any(feed in run.build.feeds for feed in FEEDS):
        has_feeds(run, *FEEDS)
        return
    found = communities(run.build, run.reader, scope, run.unit.unit_no)
    keys = (("community", False), ("two_committee", True), ("council", False), ("federation", False), ("post", True), ("convenor_n", True), ("joint_n", True), ("givers", True), ("value_yuan", True),
            ("surveys", True), ("delegate_days", True))  # fmt: skip
    paged_list(run, "alliance", [(word(run, key), is_number) for key, is_number in keys], found, partial(_row, run), word(run, "no_community"), word(run, "alliance"))


def _row(run: Run, one: Community) -> list[Cell]:
    rule = run.build.rules.alliance
    return [
        link(run, one.unit_no), _count(run, one.two_committee), _flag(run, one.has_council), _flag(run, one.has_federation), _count(run, one.posts),
        _count(run, one.convenors), _count(run, one.activities), _least(run, one.givers, rule.givers_min),
        _absent(run) if one.value is None else number(float(one.value)), _least(run, one.surveys, rule.surveys_min), _count(run, one.delegate_days),
    ]  # fmt: skip


def _absent(run: Run) -> Cell:
    return Cell(f'<span class="ga-none">{escape(run.word("not_connected"))}</span>', None, True)


def _count(run: Run, n: int | None) -> Cell:
    return _absent(run) if n is None else number(n)


def _flag(run: Run, has: bool | None) -> Cell:
    return _absent(run) if has is None else yes(has, word(run, "has"), word(run, "lacks"))


def _least(run: Run, n: int | None, least: int) -> Cell:
    """A number held against the rule's least."""
    if n is None:
        return _absent(run)
    mark = "" if n >= least else f' <span class="ga-mark ga-mark-warn">{escape(word(run, "below_least"))}</span>'
    return Cell(f"{n:,}{mark}", float(n), True)


def help_panel(run: Run, scope: Scope) -> None:
    """Help from outside by kind, with its value."""
    with panel("help", word(run, "help"), word(run, "help_note")):
        if has_feeds(run, "assistance"):
            found = help_kinds(run.build, run.reader, run.keeping("help", scope), run.unit.unit_no)
            rows = [[choice(pick_row("help", one.kind), one.kind), number(one.times), number(one.givers), number(float(one.value))] for one in found]
            st.html(list_table([(word(run, key), key != "what") for key in ("what", "times", "givers", "value_yuan")], rows, word(run, "nothing"), word(run, "help")))
