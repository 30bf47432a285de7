"""Tables of 小区物业: trust completeness, compounds without normal management, the register, premises and five centres."""

from html import escape

import pandas as pd
import streamlit as st

from dashboard.parts import charts
from dashboard.parts.charts import panel
from dashboard.parts.feed_notes import connected
from dashboard.parts.list_table import LONGEST, Cell, cut, link, list_table, number, percent, place, text, yes
from dashboard.property.panels import register_of
from dashboard.property.words import CENTRE_WORDS, word
from dashboard.view.finest import unit_at
from dashboard.view.format import day
from dashboard.view.run import Run
from etl.query.compounds import FLAGS, trusts, unmanaged
from etl.query.premises import facility_kinds, premises, services


def trust_panel(run: Run) -> None:
    """The four flags of every trust compound."""
    if "compound" not in run.build.feeds:
        with panel("trust", word(run, "trust_title")):
            connected(run, "compound")
        return
    table = trusts(register_of(run))
    with panel(
        "trust", word(run, "trust_title"), word(run, "trust_note", n=f"{len(table):,}", ok=f"{(table['flags_n'] == len(FLAGS)).sum():,}")
    ):
        heads = [(word(run, key), False) for key in ("compound", *FLAGS)] + [(word(run, "complete"), True)]
        rows = [
            [
                link(run, row.unit_no, row.name),
                *(yes(getattr(row, flag), word(run, "has"), word(run, "lacks")) for flag in FLAGS),
                Cell(f"{row.flags_n} / {len(FLAGS)}", float(row.flags_n), True),
            ]
            for row in table.head(LONGEST).itertuples()
        ]
        st.html(list_table(heads, rows, word(run, "trust_empty"), word(run, "trust_title")) + cut(run, len(table)))


def unmanaged_panel(run: Run) -> None:
    """Emergency management and none: who has to be found a manager."""
    with panel("unmanaged", word(run, "unmanaged_title"), word(run, "unmanaged_note")):
        if connected(run, "compound"):
            table = unmanaged(register_of(run))
            heads = [
                (word(run, key), key in ("households", "fee_rate"))
                for key in ("compound", "place", "mode", "households", "fee_rate", "committees")
            ]
            rows = [
                [
                    link(run, row.unit_no, row.name), place(row.path), Cell(f'<span class="ga-mark ga-mark-warn">{escape(word(run, row.property_mode))}</span>'),
                    number(row.households), percent(row.fee_rate), yes(pd.notna(row.owners_committee_on), word(run, "has"), word(run, "no_committee")),
                ]
                for row in table.head(LONGEST).itertuples()
            ]  # fmt: skip
            st.html(list_table(heads, rows, word(run, "unmanaged_empty"), word(run, "unmanaged_title")) + cut(run, len(table)))


def register_table(run: Run) -> None:
    """Every compound: mode, company, owners' committee, supervision, fees, common income, dividend."""
    head = f'<h2 class="ga-h2">{escape(word(run, "register_title"))}</h2>'
    if "compound" not in run.build.feeds:
        st.html(head)
        connected(run, "compound")
        return
    table = register_of(run)
    st.html(f'{head}<p class="ga-note">{escape(word(run, "register_note", n=f"{len(table):,}"))}</p>')
    numeric = ("households", "fee_rate", "income", "expense", "dividend", "per_m2")
    keys = ("compound", "place", "mode", "company", "households", "committee_on", "supervised", "has_mediation_body", *numeric[1:])
    rows = [
        [
            link(run, row.unit_no, row.name), place(row.path), text(word(run, row.property_mode)), text(row.property_company, may_break=True), number(row.households),
            _committee(run, row.owners_committee_on), yes(row.has_supervision_group, word(run, "has"), word(run, "lacks")),
            yes(row.has_mediation_body, word(run, "has"), word(run, "lacks")), percent(row.fee_rate), number(row.income), number(row.expense),
            number(row.dividend), number(row.per_m2, 2),
        ]
        for row in table.head(LONGEST).itertuples()
    ]  # fmt: skip
    st.html(
        list_table([(word(run, key), key in numeric) for key in keys], rows, word(run, "register_empty"), word(run, "register_title"))
        + cut(run, len(table))
    )


def _committee(run: Run, formed_on) -> Cell:
    if pd.isna(formed_on):
        return Cell(f'<span class="ga-mark ga-mark-warn">{escape(word(run, "no_committee"))}</span>')
    return Cell(day(formed_on, run.lang))


def premises_table(run: Run) -> None:
    """Communities with their premises, both tests, and the five centres side by side."""
    rule, unit = run.build.rules.premises, unit_at(run, "community")
    st.html(
        f'<h2 class="ga-h2">{escape(word(run, "premises_title"))}</h2>'
        f'<p class="ga-note">{escape(word(run, "premises_note", share=f"{rule.m2_per_100hh:g}", all=f"{rule.m2_min:,.0f}"))}</p>'
    )
    if not connected(run, "facility"):
        return
    if unit is None:
        charts.empty(run.lang, word(run, "no_above"))
        return
    table = premises(run.build, run.reader, run.scope_without_filters, unit.unit_no)
    heads = [
        (word(run, "community"), False),
        *((word(run, key), True) for key in ("total_m2", "households", "per_100hh")),
        (word(run, "is_enough"), False),
    ]
    heads += [(run.say(name), False) for name in CENTRE_WORDS.values()] + [(word(run, "centres"), True)]
    rows = [
        [
            link(run, row["unit_no"]), number(row["area"]), number(row["households"] or None), number(row["per_100hh"], 1), _enough(run, row),
            *(yes(row[centre], word(run, "has"), word(run, "lacks")) for centre in CENTRE_WORDS), Cell(f"{row['centres']} / {len(CENTRE_WORDS)}", float(row["centres"]), True),
        ]
        for _, row in table.head(LONGEST).iterrows()
    ]  # fmt: skip
    st.html(list_table(heads, rows, word(run, "premises_empty"), word(run, "premises_title")) + cut(run, len(table)))
    kinds = facility_kinds(run.build, run.reader, run.scope_without_filters, unit.unit_no)
    every = " · ".join(f"{row.kind} {row.n:,}" for row in kinds.itertuples())
    st.html(f'<p class="ga-note">{escape(word(run, "kinds", kinds=every))}</p>')


def _enough(run: Run, row) -> Cell:
    """Which of the two tests is not passed."""
    short = "short_both" if not row["has_area"] and not row["has_share"] else "short_all" if not row["has_area"] else "short_share"
    return yes(row["is_enough"], word(run, "enough"), word(run, short))


def service_panel(run: Run) -> None:
    """一站式, 12349 and health checks: how many, and how many done at the first attempt."""
    with panel("services", word(run, "services_title"), word(run, "services_note")):
        unit = unit_at(run, "community")
        if unit is None:
            charts.empty(run.lang, word(run, "no_above"))
        elif connected(run, "service_stat"):
            table = services(run.build, run.reader, run.scope_without_filters, unit.unit_no)
            heads = [(word(run, key), key in ("pieces", "first_time")) for key in ("channel", "service", "pieces", "first_time")]
            rows = [[text(row.channel), text(row.type), number(row.n), percent(row.rate)] for row in table.head(LONGEST).itertuples()]
            st.html(list_table(heads, rows, word(run, "services_empty"), word(run, "services_title")))
