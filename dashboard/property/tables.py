"""Tables of 小区物业: trust completeness, compounds without normal management, the register, premises and five centres."""

from functools import partial
from html import escape

import pandas as pd
import streamlit as st

from dashboard.parts import charts
from dashboard.parts.charts import panel
from dashboard.parts.feed_notes import connected
from dashboard.parts.list_export import shown_list
from dashboard.parts.list_table import Cell, choice, date_cell, link, number, percent, place, text, yes
from dashboard.parts.paged_list import paged_list
from dashboard.property.panels import register_of
from dashboard.property.words import CENTRE_WORDS, word
from dashboard.view.finest import unit_at
from dashboard.view.picks import pick, pick_link, pick_row
from dashboard.view.run import Run
from etl.query.compounds import FLAGS, trusts, unmanaged, with_branch
from etl.query.premises import facility_kinds, premises, service_name, services


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
        paged_list(run, "trust", heads, table, partial(_trust, run), word(run, "trust_empty"), word(run, "trust_title"))


def _trust(run: Run, row) -> list[Cell]:
    flags = (yes(getattr(row, flag), word(run, "has"), word(run, "lacks")) for flag in FLAGS)
    return [link(run, row.unit_no, row.name), *flags, Cell(f"{row.flags_n} / {len(FLAGS)}", float(row.flags_n), True)]


def unmanaged_panel(run: Run) -> None:
    """Emergency management and none: who has to be found a manager."""
    with panel("unmanaged", word(run, "unmanaged_title"), word(run, "unmanaged_note")):
        if connected(run, "compound"):
            table = unmanaged(register_of(run))
            heads = [
                (word(run, key), key in ("homes", "fee_rate"))
                for key in ("compound", "place", "mode", "homes", "fee_rate", "committees")
            ]
            paged_list(run, "unmanaged", heads, table, partial(_unmanaged, run), word(run, "unmanaged_empty"), word(run, "unmanaged_title"))


def _unmanaged(run: Run, row) -> list[Cell]:
    return [
        link(run, row.unit_no, row.name), place(row.path), _mode(run, row, '<span class="ga-mark ga-mark-warn">{}</span>'),
        number(row.households), percent(row.fee_rate), yes(pd.notna(row.owners_committee_on), word(run, "has"), word(run, "no_committee")),
    ]  # fmt: skip


def _mode(run: Run, row, look: str = "{}") -> Cell:
    return Cell(pick_link(pick(property_mode=row.property_mode), look.format(escape(word(run, row.property_mode)))))


def register_table(run: Run) -> None:
    """Every compound: mode, company, owners' committee, supervision, fees, common income, dividend."""
    if "compound" not in run.build.feeds:
        st.html(f'<h2 class="ga-h2">{escape(word(run, "register_title"))}</h2>')
        connected(run, "compound")
        return
    table = register_of(run)
    numeric = ("households", "fee_rate", "income", "expense", "dividend", "per_m2")
    unit = unit_at(run, "compound") or run.unit
    led = with_branch(run.build, run.reader, run.scope_without_filters, unit.unit_no) if "party_org" in run.build.feeds else None
    keys = ("compound", "place", "mode", "company", "households", "branch", "committee_on", "supervised", "has_mediation_body", "has_all", *numeric[1:])
    heads = [(word(run, key), key in numeric) for key in keys]
    note = word(run, "register_note", n=f"{len(table):,}")
    shown_list(run, "register", heads, table, partial(_estate, run, led), word(run, "register_title"), note, word(run, "register_empty"))


def _estate(run: Run, led: frozenset[int] | None, row) -> list[Cell]:
    return [
        link(run, row.unit_no, row.name), place(row.path), _mode(run, row), text(row.property_company, may_break=True), number(row.households),
        _branch(run, row.unit_no, led), _committee(run, row.owners_committee_on), yes(row.has_supervision_group, word(run, "has"), word(run, "lacks")),
        yes(row.has_mediation_body, word(run, "has"), word(run, "lacks")), _all_four(row, led), percent(row.fee_rate), number(row.income), number(row.expense),
        number(row.dividend), number(row.per_m2, 2),
    ]  # fmt: skip


def _branch(run: Run, unit_no: int, led: frozenset[int] | None) -> Cell:
    if led is None:
        return Cell(f'<span class="ga-none">{escape(run.word("not_connected"))}</span>')
    return yes(unit_no in led, word(run, "has"), word(run, "lacks"))


def _all_four(row, led: frozenset[int] | None) -> Cell:
    """How much of a compound's own order stands: branch, owners' committee, supervision group, mediation; without organisations of three."""
    marks = [pd.notna(row.owners_committee_on), bool(row.has_supervision_group), bool(row.has_mediation_body), *([] if led is None else [row.unit_no in led])]
    return Cell(f"{sum(marks)} / {len(marks)}", float(sum(marks)), True)


def _committee(run: Run, formed_on) -> Cell:
    if pd.isna(formed_on):
        return Cell(f'<span class="ga-mark ga-mark-warn">{escape(word(run, "no_committee"))}</span>')
    return date_cell(formed_on)


def premises_table(run: Run) -> None:
    """Communities with their premises, both tests, and the five centres side by side."""
    rule, unit = run.build.rules.premises, unit_at(run, "community")
    note = word(run, "premises_note", share=f"{rule.m2_per_100hh:g}", all=f"{rule.m2_min:,.0f}")
    if unit is None or "facility" not in run.build.feeds:
        st.html(f'<h2 class="ga-h2">{escape(word(run, "premises_title"))}</h2><p class="ga-note">{escape(note)}</p>')
        if connected(run, "facility"):
            charts.empty(run.lang, word(run, "no_above"))
        return
    table = premises(run.build, run.reader, run.scope_without_filters, unit.unit_no)
    heads = [
        (word(run, "community"), False),
        *((word(run, key), True) for key in ("total_m2", "households", "per_100hh")),
        (word(run, "is_enough"), False),
    ]
    heads += [(run.say(name), False) for name in CENTRE_WORDS.values()] + [(word(run, "centres"), True)]

    def row_of(at: int) -> list[Cell]:
        row = table.iloc[at]
        standing = (yes(row[centre], word(run, "has"), word(run, "lacks")) for centre in CENTRE_WORDS)
        return [
            link(run, row["unit_no"]), number(row["area"]), number(row["households"] or None), number(row["per_100hh"], 1), _enough(run, row), *standing,
            Cell(f"{row['centres']} / {len(CENTRE_WORDS)}", float(row["centres"]), True),
        ]  # fmt: skip

    shown_list(run, "premises", heads, range(len(table)), row_of, word(run, "premises_title"), note, word(run, "premises_empty"))
    kinds = facility_kinds(run.build, run.reader, run.keeping("premises", run.scope_without_filters), unit.unit_no)
    every = " · ".join(f'<span class="ga-whole">{pick_link(pick_row("premises", row.kind), escape(row.kind))} {row.n:,}</span>' for row in kinds.itertuples())
    st.html(f'<p class="ga-note">{word(run, "kinds", kinds=every)}</p>')


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
            table = services(run.build, run.reader, run.keeping("service", run.scope_without_filters), unit.unit_no)
            heads = [(word(run, key), key in ("pieces", "first_time")) for key in ("channel", "service", "pieces", "first_time")]
            paged_list(
                run, "services", heads, table,
                lambda row: [text(row.channel), choice(pick_row("service", service_name(row.channel, row.type)), row.type), number(row.n), percent(row.rate)],
                word(run, "services_empty"), word(run, "services_title"),
            )  # fmt: skip
