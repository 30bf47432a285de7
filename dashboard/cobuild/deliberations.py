"""Meetings, suggestions and joint activities on the page 共建."""

from collections.abc import Callable
from functools import partial
from html import escape

import streamlit as st

from dashboard.cobuild.words import MEETING, word
from dashboard.parts.charts import funnel, panel
from dashboard.parts.list_table import choice, list_table, number, percent
from dashboard.parts.page_tables import cells_of, offered
from dashboard.view.format import plain
from dashboard.view.needs import has_feeds
from dashboard.view.picks import pick, pick_row
from dashboard.view.run import Run
from etl.query.deliberations import (
    SUGGESTION_STEPS,
    Count,
    QuarterRow,
    activity_quarters,
    claimed_projects,
    meeting_kinds,
    suggestion_counts,
    suggestion_funnel,
)  # fmt: skip
from etl.query.scope import Scope
from etl.query.units import units


def activity_panels(run: Run, scope: Scope) -> None:
    """The quarterly joint activity of each community, and what partners claimed."""
    with st.container(key="panels-activities"):
        with panel("quarters", word(run, "quarters"), word(run, "quarters_note")):
            if has_feeds(run, "joint_activity"):
                _quarters(run, scope)
        with panel("claimed", word(run, "claimed")):
            if has_feeds(run, "joint_activity"):
                found = claimed_projects(run.build, run.reader, run.keeping("claimed", scope), run.unit.unit_no)
                _counts(run, found, ("claimed", "times", "people"), partial(pick_row, "claimed"))


def _quarters(run: Run, scope: Scope) -> None:
    found = activity_quarters(run.build, run.reader, scope, run.unit.unit_no)
    if not found.quarters or not found.rows:
        st.html(f'<p class="ga-empty">{word(run, "no_community" if found.quarters else "no_quarter")}</p>')
        return
    head = "".join(
        f'<th scope="col" class="n"><button type="button">{word(run, "quarter", year=start.year, n=(start.month + 2) // 3)}</button></th>'
        for start, _ in found.quarters
    )
    rows = "".join(_quarter_row(run, row) for row in found.rows)
    heads = [(word(run, "community"), False), *((word(run, "quarter", year=start.year, n=(start.month + 2) // 3), True) for start, _ in found.quarters)]
    offered(word(run, "quarters"), heads, len(found.rows), lambda: cells_of(heads, rows))
    st.html(
        f'<div class="ga-scroll ga-low"><table class="ga-table ga-sort ga-matrix"><thead><tr><th scope="col"><button type="button">{word(run, "community")}</button></th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _quarter_row(run: Run, row: QuarterRow) -> str:
    cells = "".join(
        f'<td class="n" data-sort="{n}"><span class="ga-mark {"ga-mark-ok" if n else "ga-mark-warn"}">{n or word(run, "none_held")}</span></td>' for n in row.counts
    )
    return f'<tr><td><a href="{run.href(unit=units(run.build).code[row.unit_no - 1], level="")}" data-go>{escape(row.name)}</a></td>{cells}</tr>'


def meeting_panels(run: Run, scope: Scope) -> None:
    """Meetings with their resolutions, and the suggestions funnel with channels and themes."""
    with st.container(key="panels-meetings"):
        with panel("meetings", word(run, "meetings"), word(run, "meetings_note")):
            if has_feeds(run, "deliberation"):
                _meetings(run, scope)
        with panel("suggestions", word(run, "suggestions"), word(run, "suggestions_note")):
            if has_feeds(run, "suggestion"):
                _suggestions(run, scope)


def _meetings(run: Run, scope: Scope) -> None:
    keys = ("held", "attendees", "opinions", "resolutions", "carried", "rate")
    rows = [
        [
            choice(pick(meeting_kind=one.kind), run.say(MEETING[one.kind])), number(one.held), number(one.attendees), number(one.opinions), number(one.resolutions), number(one.done),
            percent(one.rate),
        ]
        for one in meeting_kinds(run.build, run.reader, scope.without("meeting_kind"), run.unit.unit_no)
    ]  # fmt: skip
    st.html(list_table([(word(run, "meeting"), False), *((word(run, key), True) for key in keys)], rows, word(run, "nothing"), word(run, "meetings")))


def _suggestions(run: Run, scope: Scope) -> None:
    found = suggestion_funnel(run.build, run.reader, run.keeping("suggestion", scope), run.unit.unit_no)
    stages, picks = [run.say(name) for name, _ in SUGGESTION_STEPS.values()], [pick_row("suggestion", name) for name in SUGGESTION_STEPS]
    notes = ["", "", plain(None if found.adopt_rate is None else found.adopt_rate * 100, 1) + ("%" if found.adopt_rate is not None else "")]
    funnel(run.lang, "suggestions", stages, [found.raw, found.groups, found.adopted], alt=word(run, "suggestions"), notes=notes, picks=picks)
    themes = suggestion_counts(run.build, run.reader, scope, run.unit.unit_no, "theme")[:6]
    said = ("、" if run.lang == "zh" else ", ").join(f"{one.word} {one.n}" for one in themes if one.word)
    if said:
        st.html(f'<p class="ga-note">{escape(word(run, "themes", said=said))}</p>')
    _counts(run, suggestion_counts(run.build, run.reader, scope.without("suggested_by"), run.unit.unit_no, "channel")[:6], ("channel", "n", "adopted"), lambda channel: pick(suggested_by=channel))


def _counts(run: Run, found: tuple[Count, ...], keys: tuple[str, str, str], picks: Callable[[str], str]) -> None:
    rows = [[choice(picks(one.word), one.word), number(one.n), number(one.more)] for one in found]
    st.html(list_table([(word(run, keys[0]), False), (word(run, keys[1]), True), (word(run, keys[2]), True)], rows, word(run, "nothing"), word(run, keys[0])))
