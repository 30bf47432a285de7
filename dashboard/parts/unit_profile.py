"""One unit on one page (一格一页): what it is, what lies below it, every indicator, people, organisations and requests as counts."""

from html import escape

import streamlit as st

from dashboard.parts.cards import parts_text, state_mark
from dashboard.parts.evidence_panel import basis_note
from dashboard.parts.follow_ups import follow_ups_html
from dashboard.parts.light_mark import band_mark
from dashboard.view.coded_words import coded
from dashboard.view.filter_words import NAMES
from dashboard.view.format import DASH, area, day, listing, of_indicator, plain
from dashboard.view.page_sets import OVERVIEW_CARDS
from dashboard.view.run import Run
from etl.model.indicators import INDICATORS
from etl.model.levels import BY_ID
from etl.model.tables import BY_NAME
from etl.query.figures import figure
from etl.query.lights import light_of
from etl.query.profile import HeadCount, counts_below, head_count, profile_counts
from etl.query.units import units


def unit_profile(run: Run) -> None:
    """The short profile, always beside the map, and the button that opens the whole page."""
    with st.container(key="unit-profile"):
        st.html(short_html(run))
        if st.button(run.word("open_profile"), key="open-profile", icon=":material/article:", width="stretch"):
            _dialog(run)


def _dialog(run: Run) -> None:
    """The title is known only now, so the decorator is applied here."""
    st.dialog(f"{run.unit.name} · {run.word('profile')}", width="large")(_whole)(run)


def _whole(run: Run) -> None:
    st.html(f'<div class="ga-profile">{short_html(run)}{_people_html(run)}{follow_ups_html(run)}{indicators_html(run)}</div>')


def short_html(run: Run) -> str:
    """Name, level, code and plain facts. A figure not reported is the dash, never 0."""
    unit, frame = run.unit, units(run.build)
    below = "\u00a0· ".join(
        f"{run.say(BY_ID[level].name)}\u00a0{n:,}" for level, n in counts_below(run.build, run.reader, unit.unit_no, run.scope.as_of)
    )
    tags = listing((coded("unit", "focus_tags", tag, run.lang) for tag in frame.focus_tags.get(unit.unit_no, ())), run.lang)
    facts = [
        ("households", _head_count(run, "households", f" {run.word('hh')}")),
        ("population", _head_count(run, "population")),
        ("area", area(unit.area_m2, run.lang)),
        *([("children", below)] if below else []),
        *([("focus_tags", tags)] if tags else []),
    ]
    rows = "".join(f"<dt>{run.word(key)}</dt><dd>{escape(value)}</dd>" for key, value in facts)
    up = (
        f'<a class="ga-up" href="{run.href(unit=frame.code[unit.parent_no - 1], level="")}" data-go>↑ {run.word("up")}</a>'
        if run.reader.sees(unit.parent_no)
        else ""
    )
    return (
        f'<header class="ga-unit"><h2>{escape(unit.name)}</h2><span class="ga-level">{escape(run.say(BY_ID[unit.level].name))}</span>'
        f'<span class="ga-code">{escape(unit.code)}</span>{up}</header><dl class="ga-facts">{rows}</dl>'
    )


def _head_count(run: Run, key: HeadCount, suffix: str = "") -> str:
    """The number, marked where it is a sum of what lies below and no figure of the unit itself."""
    count, is_sum = head_count(run.build, run.reader, run.unit.unit_no, key, run.scope.as_of)
    return DASH if count is None else f"{plain(count)}{suffix}{run.word('summed') if is_sum else ''}"


def _people_html(run: Run) -> str:
    """Counts only. Members of one micro-grid are told as covered or not, by the indicator above."""
    sections = []
    for group in profile_counts(run.build, run.reader, run.unit.unit_no, run.scope.as_of, run.scope.date_from, run.scope.date_to):
        title = run.say(BY_NAME[group.feed].title)
        if group.column in NAMES:  # cases stand there twice, by state and by channel
            title = f"{title} · {run.say(NAMES[group.column])}"
        if not group.is_connected:
            sections.append(f'<dt>{escape(title)}</dt><dd><span class="ga-mark ga-mark-none">{run.word("not_connected")}</span></dd>')
            continue
        parts = "　".join(f"{escape(coded(group.feed, group.column, value, run.lang))} <b>{n:,}</b>" for value, n in group.counts)
        sections.append(f"<dt>{escape(title)}</dt><dd>{parts or DASH}</dd>")
    return f'<h3>{run.word("people")}</h3><dl class="ga-facts">{"".join(sections)}</dl>'


def indicators_html(run: Run) -> str:
    """The indicators offered at the unit's level as a table: value, parts, band. Members of one micro-grid are told as covered or not, never by number."""
    rows = []
    for indicator in INDICATORS:
        if run.unit.level not in indicator.levels and indicator.id not in OVERVIEW_CARDS:
            continue
        found = figure(run.build, run.reader, indicator.id, run.scope_for(indicator), run.unit.unit_no)
        unit = "%" if indicator.is_percent else f" {run.say(indicator.unit)}"
        value = DASH if found.value is None else f"{of_indicator(indicator, found.value)}{unit}"
        rows.append(
            f'<tr><td title="{escape(run.say(indicator.definition))}">{escape(run.say(indicator.name))} {basis_note(run, indicator.id)}</td><td class="n"><b>{escape(value)}</b></td>'
            f'<td class="n">{parts_text(run, indicator, found) if indicator.has_denominator else ""}</td><td>{state_mark(run, found.state)}{band_mark(run, light_of(run.build, run.reader, indicator.id, run.scope_for(indicator), found))}</td></tr>'
        )
    span = f"{day(run.scope.date_from, run.lang)} – {day(run.scope.date_to, run.lang)}"
    head = f'<tr><th>{run.word("indicator")}</th><th class="n">{run.word("value")}</th><th class="n">{run.word("numerator")} / {run.word("denominator")}</th><th>{run.word("band")}</th></tr>'
    return f'<h3>{run.word("indicator")} <span class="ga-note">{span}</span></h3><table class="ga-table"><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table>'
