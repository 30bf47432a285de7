"""Volunteer hours, teams, posts and wishes on the page 志愿与队伍."""

import streamlit as st

from dashboard.parts.chart_style import month_labels
from dashboard.parts.chart_units import HOURS
from dashboard.parts.charts import Series, bars, funnel, panel
from dashboard.parts.list_table import choice, date_cell, list_table, number, percent
from dashboard.view.format import plain
from dashboard.view.needs import has_feeds
from dashboard.view.picks import pick, pick_period, pick_row
from dashboard.view.run import Run
from dashboard.volunteers.words import word
from etl.query.scope import Scope
from etl.query.volunteers import WISH_STEPS, months, posts, teams, wishes

SHOWN = 50


def service_panels(run: Run, scope: Scope) -> None:
    """Hours by month, posts by kind."""
    with st.container(key="panels-service"):
        with panel("hours", word(run, "hours"), word(run, "hours_note")):
            if has_feeds(run, "service_log"):
                found = months(run.build, run.reader, scope, run.unit.unit_no)
                kinds = [kind for kind in ("member", "volunteer", "unknown") if any(getattr(one, kind) for one in found)]
                series = [Series(word(run, kind), [getattr(one, kind) for one in found], picks=[pick_period(f"{one.month:%Y-%m}") for one in found]) for kind in kinds]
                bars(run.lang, "hours", month_labels(run.lang, [one.month for one in found]), series, alt=word(run, "hours"), is_stacked=True, is_upright=True, unit=HOURS)
        with panel("posts", word(run, "posts"), word(run, "posts_note")):
            if has_feeds(run, "service_post"):
                rows = [
                    [choice(pick(post_type=one.kind), one.kind), number(one.offered), number(one.claimed), percent(one.rate)]
                    for one in posts(run.build, run.reader, scope, run.unit.unit_no)
                ]
                heads = [(word(run, "kind"), False), *((word(run, key), True) for key in ("offered", "claimed", "rate"))]
                st.html(list_table(heads, rows, word(run, "no_post"), word(run, "posts")))


def wishes_panel(run: Run, scope: Scope) -> None:
    """Made, claimed, fulfilled."""
    with panel("wishes", word(run, "wishes"), word(run, "wishes_note")):
        if has_feeds(run, "wish"):
            found = wishes(run.build, run.reader, run.keeping("wish", scope), run.unit.unit_no)
            names, picks = [run.say(name) for name, _ in WISH_STEPS.values()], [pick_row("wish", name) for name in WISH_STEPS]
            funnel(run.lang, "wishes", names, [found.made, found.claimed, found.done], alt=word(run, "wishes"), picks=picks)
            lines = [word(run, "wish_waiting", n=plain(found.waiting), days=run.build.rules.watch.wish_days)] if found.made else []
            if found.days_p50 is not None:
                lines.insert(0, word(run, "wish_days", n=plain(found.days_p50)))
            if lines:
                st.html(f'<p class="ga-note">{("" if run.lang == "zh" else " ").join(lines)}</p>')


def teams_table(run: Run, scope: Scope) -> None:
    """Teams with the most hours."""
    found, n = teams(run.build, run.reader, run.keeping("team", scope), run.unit.unit_no, SHOWN)
    note = word(run, "teams_note", n=plain(n), shown=len(found)) if found else ""
    st.html(f'<h2 class="ga-h2">{word(run, "teams")} <span class="ga-note">{note}</span></h2>')
    if has_feeds(run, "service_log"):
        rows = [
            [
                choice(pick_row("team", one.name), one.name or word(run, "no_team")), number(one.activities), number(one.participants), number(one.hours, 1), number(one.hours_of_members, 1),
                date_cell(one.last_on),
            ]
            for one in found
        ]  # fmt: skip
        heads = [(word(run, "team"), False), *((word(run, key), True) for key in ("activities", "participants", "hours_h", "by_members")), (word(run, "last"), False)]
        st.html(list_table(heads, rows, word(run, "nothing"), word(run, "teams")))
