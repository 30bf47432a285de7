"""Panels of 党员覆盖 on people: four categories, reporting and posts, care visits. Communities and above only."""

from html import escape

import pandas as pd
import streamlit as st

from dashboard.coverage.counted import counted
from dashboard.coverage.words import word
from dashboard.parts import charts
from dashboard.parts.chart_style import COLOURS, PALE, Series
from dashboard.parts.chart_units import POSTS
from dashboard.parts.charts import panel
from dashboard.parts.feed_notes import connected
from dashboard.parts.list_table import Cell, list_table, number, percent, text
from dashboard.view.finest import unit_at
from dashboard.view.format import DASH, plain
from dashboard.view.picks import pick
from dashboard.view.run import Run
from etl.model.indicators import BY_ID
from etl.query.coverage import TRIGGERS, care_visits, member_service, posts
from etl.query.figures import figure
from etl.query.lost_members import lost_members
from etl.query.member_groups import CATEGORIES, SENSITIVE, member_groups
from etl.query.unit import Unit


def category_panel(run: Run) -> None:
    """Members by category, registered and reporting, with how each is managed."""
    unit = unit_at(run, "community")
    with panel("groups", word(run, "groups_title"), word(run, "groups_note", name=unit.name) if unit else ""):
        if unit is None:
            charts.empty(run.lang, word(run, "no_above"))
        elif counted(run, "member_stat"):
            row = member_groups(run.build, run.reader, run.scope_without_filters, unit.level, unit.unit_no).iloc[0]
            heads = [(word(run, key), key in ("registered", "reported")) for key in ("category", "how", "registered", "reported")]
            rows = [
                [
                    text(word(run, one)),
                    text(word(run, f"{one}_how")),
                    *(_members(run, one, row[f"{relation}_{one}"]) for relation in ("registered", "reported")),
                ]
                for one in CATEGORIES
            ]
            st.html(list_table(heads, rows, "", word(run, "groups_title")))
            st.html(_facts([*_member_facts(run, unit, row), *_lost_facts(run, unit)]))


def _members(run: Run, category: str, n: float) -> Cell:
    """A number of members; what this reader may not be told says so."""
    if pd.notna(n):
        return number(n)
    privacy = run.build.rules.privacy
    k = privacy.vulnerable_k if category in SENSITIVE else privacy.analyst_k
    return Cell(f'<span title="{escape(word(run, "hidden_note", k=k))}">{escape(run.word("state_suppressed"))}</span>', None, True)


def _member_facts(run: Run, unit: Unit, row: pd.Series) -> list[tuple[str, str]]:
    inside = figure(run.build, run.reader, "member_in_grid_rate", run.scope_without_filters, unit.unit_no)
    cards = share(run, row["cards_rate"], row["cards_done_n"], row["cards_of"])
    linked = DASH if pd.isna(row["linked_per"]) else f"{row['linked_per']:.1f}{word(run, 'linked_unit')}"
    return [
        (word(run, "in_grid"), share(run, inside.value, inside.numerator, inside.denominator)),
        (word(run, "cards"), cards),
        (word(run, "linked"), linked),
    ]


def _lost_facts(run: Run, unit: Unit) -> list[tuple[str, str]]:
    """Members nobody has spoken to or counted lately (失管)."""
    found, hidden = lost_members(run.build, run.reader, run.scope_without_filters, unit.unit_no), run.word("state_suppressed")
    pairs = (("lost_missed", found.not_contacted), ("lost_stale", found.stale))
    days = run.build.rules.member.lost_days
    return [(word(run, key, days=days), hidden if n is None else word(run, "lost_value", n=plain(n), all=plain(found.members))) for key, n in pairs]


def post_panel(run: Run) -> None:
    """Who reports, which posts are claimed, what was given in the period."""
    unit = unit_at(run, "community")
    with panel("posts", word(run, "posts_title"), word(run, "posts_note")):
        if unit is None:
            charts.empty(run.lang, word(run, "no_above"))
        elif counted(run, "service_post"):
            table = posts(run.build, run.reader, run.scope_without_filters, unit.unit_no)
            labels = [kind or word(run, "post_none") for kind in table["type"]]
            series = [Series(word(run, key), table[key].tolist(), colour, picks=[pick(post_type=kind) for kind in table["type"]]) for key, colour in (("offered", PALE), ("claimed", COLOURS[0]))]
            charts.bars(run.lang, "posts", labels, series, alt=word(run, "posts_alt"), unit=POSTS)
            st.html(_facts(_post_facts(run, unit)))


def _post_facts(run: Run, unit: Unit) -> list[tuple[str, str]]:
    found = figure(run.build, run.reader, "post_claim_ratio", run.scope_for(BY_ID["post_claim_ratio"]), unit.unit_no)
    per_member = DASH if found.value is None else f"{found.value:.2f}{bracket(run, word(run, 'per_member_base'))}"
    facts = [
        (word(run, "reporting"), plain(found.denominator)),
        (word(run, "claimed"), plain(found.numerator)),
        (word(run, "per_member"), per_member),
    ]
    if "service_log" in run.build.feeds:
        served = member_service(run.build, run.reader, run.scope_without_filters, unit.unit_no)
        per_time = (
            DASH
            if served.per_time is None
            else f"{word(run, 'hours', n=f'{served.per_time:.1f}')}{bracket(run, word(run, 'per_time_base'))}"
        )
        facts += [
            (word(run, "served"), word(run, "served_value", n=plain(served.participants), h=plain(served.hours))),
            (word(run, "per_time"), per_time),
        ]
    return facts


def visit_panel(run: Run) -> None:
    """Visits due by reason; the sum is the indicator's."""
    unit = unit_at(run, "community")
    with panel("visits", word(run, "visits_title"), word(run, "visits_note", name=unit.name) if unit else ""):
        if unit is None:
            charts.empty(run.lang, word(run, "no_above"))
        elif connected(run, "care_visit"):
            table = care_visits(run.build, run.reader, run.scope_without_filters, unit.unit_no).set_index("trigger")
            every = figure(run.build, run.reader, "three_visit_rate", run.scope_without_filters, unit.unit_no)
            heads = [(word(run, key), key != "trigger") for key in ("trigger", "due", "in_time", "late", "missed", "rate")]
            rows = [
                [text(word(run, trigger)), *(number(row[key]) for key in ("due", "in_time", "late", "missed")), percent(row["rate"])]
                for trigger, row in table.loc[list(TRIGGERS)].iterrows()
            ]
            total = table.sum(min_count=len(TRIGGERS))
            rows.append(
                [
                    text(word(run, "all")),
                    number(every.denominator),
                    number(every.numerator),
                    number(total["late"]),
                    number(total["missed"]),
                    percent(every.value),
                ]
            )
            st.html(list_table(heads, rows, "", word(run, "visits_title")))
        if unit is not None and "member_stat" in run.build.feeds:
            contacted = figure(run.build, run.reader, "floating_contact_rate", run.scope_without_filters, unit.unit_no)
            rate = (
                run.word(f"state_{contacted.state}")
                if contacted.value is None
                else share(run, contacted.value, contacted.numerator, contacted.denominator)
            )
            st.html(_facts([(word(run, "floating_title"), rate)]))


def share(run: Run, value: float | None, top: float | None, bottom: float | None) -> str:
    """93.4%（934 / 1,000）, the dash where there is nothing to say."""
    if value is None or pd.isna(value):
        return DASH
    return f"{value * 100:.1f}%{bracket(run, f'{plain(top)} / {plain(bottom)}')}"


def bracket(run: Run, inside: str) -> str:
    return f"（{inside}）" if run.lang == "zh" else f" ({inside})"


def _facts(facts: list[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return f'<dl class="ga-facts">{rows}</dl>'
