"""Lists of 党员覆盖: units left without, the 333 rule unit by unit, leadership by unit."""

from functools import partial
from html import escape

import pandas as pd
import streamlit as st

from dashboard.coverage.counted import counted
from dashboard.coverage.words import word
from dashboard.parts.charts import panel
from dashboard.parts.facts import facts_html
from dashboard.parts.feed_notes import connected
from dashboard.parts.light_mark import band_mark
from dashboard.parts.list_table import Cell, choice, link, list_table, number, place, text
from dashboard.parts.paged_list import paged_list
from dashboard.view.drill import Shown
from dashboard.view.finest import FINEST, unit_at
from dashboard.view.format import of_indicator, plain
from dashboard.view.picks import pick_row
from dashboard.view.run import Run
from etl.model.indicators import BY_ID
from etl.model.levels import BY_ID as LEVELS
from etl.query.coverage import units_without
from etl.query.figures import figures, is_connected
from etl.query.first_days import is_counted
from etl.query.org333 import KIND_WORDS, gaps, national_advice
from etl.query.ranking import bands_of
from etl.query.row_units import ORG_GAP_FEEDS
from etl.query.unit import Unit

LINES = 100  # of a list in the side panel
BOARD = (
    "member_cover_rate", "org_cover_rate", "member_in_grid_rate", "one_shoulder_rate", "cross_post_rate", "post_claim_ratio",
    "floating_contact_rate", "three_visit_rate",
)  # fmt: skip


def without_list(run: Run) -> None:
    """Micro-grids without a member and compound grids without an organisation, each a link that drills to it."""
    for key, indicator_id, level, feeds in (
        ("without_micro", "member_cover_rate", "micro", ("member_stat",)),
        ("without_org", "org_cover_rate", "compound", ("party_org",)),
    ):
        if not run.build.feeds.issuperset(feeds) or not is_counted(run.build, feeds, run.scope.as_of):
            st.html(f'<div class="ga-group"><h4>{escape(word(run, key))}</h4></div>')
            counted(run, *feeds)
            continue
        unit = unit_at(run, level) or run.unit
        found = units_without(run.build, run.reader, indicator_id, run.scope_without_filters, level, unit.unit_no)
        st.html(_group(run, word(run, key), found))


def _group(run: Run, title: str, found: pd.DataFrame) -> str:
    rows = "".join(
        f'<li><a href="{run.href(unit=row.code, level="")}" data-go><span class="ga-row-name">{escape(row.name)}</span>'
        f'<span class="ga-row-parts">{escape(" / ".join(row.path.split(" / ")[-2:]))}</span></a></li>'
        for row in found.head(LINES).itertuples(index=False)
    )
    if not len(found):
        rows = f'<li class="ga-note">{escape(word(run, "all_covered"))}</li>'
    elif len(found) > LINES:
        rows += f'<li class="ga-note">{escape(word(run, "more_units", n=f"{len(found) - LINES:,}"))}</li>'
    return f'<section class="ga-group"><h4>{escape(title)}<span>{len(found):,}</span></h4><ul>{rows}</ul></section>'


def gap_panel(run: Run) -> None:
    """The rule, and per kind of organisation how many are required, built, absent, below the size."""
    rule = run.build.rules.org
    is_national = rule.rule == "national"
    note = (
        word(run, "national_note")
        if is_national
        else word(run, "gaps_note", m=rule.group_members, g=rule.branch_groups, b=rule.committee_branches)
    )
    with panel("gaps", word(run, "gaps_title"), note):
        unit = unit_at(run, "compound")
        if counted(run, *ORG_GAP_FEEDS) and unit is not None:
            table = gaps(run.build, run.reader, run.keeping("org_gap", run.scope_without_filters), unit.unit_no)
            sums = table.groupby("kind")[["required", "built", "missing", "below"]].sum()
            kinds = ("any",) if is_national else ("group", "branch", "committee")
            sums = sums.reindex(kinds, fill_value=0)
            heads = [(word(run, key), key != "kind") for key in ("kind", "required", "built", "missing", "below")]
            rows = [
                [choice(pick_row("org_gap", str(kind)) if row["missing"] else "", run.say(KIND_WORDS[str(kind)])), number(row["required"]), number(row["built"]), number(row["missing"]), number(row["below"])]
                for kind, row in sums.iterrows()
            ]
            st.html(list_table(heads, rows, word(run, "missing_empty"), word(run, "gaps_title")))
            if not is_national:
                st.html(facts_html([(word(run, "national"), _advice(run, unit))]) + f'<p class="ga-note">{escape(word(run, "national_rule"))}</p>')


def _advice(run: Run, unit: Unit) -> str:
    """What the national rule would ask for beside the local one; it only advises."""
    required, absent = national_advice(run.build, run.reader, run.scope_without_filters, unit.unit_no)
    return word(run, "national_value", required=plain(required), absent=plain(absent))


def gap_lists(run: Run) -> None:
    """应建未建 and 已建不达标, unit by unit."""
    if not run.build.feeds.issuperset(ORG_GAP_FEEDS) or not is_counted(run.build, ORG_GAP_FEEDS, run.scope.as_of) or (table := _gaps(run)) is None:
        return
    with st.container(key="panels-333"):
        missing, below = table[table["missing"] > 0], table[table["below"] > 0].sort_values(["below", "unit_no"], ascending=[False, True])
        with panel("missing", word(run, "missing_title"), word(run, "n_places", n=f"{len(missing):,}")):
            heads = [(word(run, key), key in ("required", "missing")) for key in ("unit", "place", "kind", "required", "missing")]
            paged_list(run, "missing", heads, missing, partial(_missing, run), word(run, "missing_empty"), word(run, "missing_title"))
        with panel("below", word(run, "below_title"), word(run, "below_note", n=f"{len(below):,}")):
            heads = [(word(run, key), key == "below") for key in ("unit", "place", "kind", "below")]
            paged_list(run, "below", heads, below, partial(_below, run), word(run, "below_empty"), word(run, "below_title"))


def _missing(run: Run, row) -> list[Cell]:
    return [link(run, row.unit_no), place(row.path), text(run.say(KIND_WORDS[row.kind])), number(row.required), number(row.missing)]


def _below(run: Run, row) -> list[Cell]:
    return [link(run, row.unit_no), place(row.path), text(run.say(KIND_WORDS[row.kind])), number(row.below)]


def _gaps(run: Run) -> pd.DataFrame | None:
    """Of the unit looked at, of a micro-grid those of its compound grid: single buildings are never told."""
    unit = unit_at(run, "compound")
    return None if unit is None else gaps(run.build, run.reader, run.scope_without_filters, unit.unit_no)


def board(run: Run, units_shown: Shown) -> None:
    """One line per unit of the level shown (never below the community): coverage, leadership, members, visits."""
    level = units_shown.level if LEVELS[units_shown.level].rank <= LEVELS["community"].rank else "community"
    above = unit_at(run, "street" if level == "community" else run.unit.level)
    st.html(
        f'<h2 class="ga-h2">{escape(word(run, "board_title"))}</h2><p class="ga-note">{escape(word(run, "board_note"))}　{band_mark(run, "red")}　{band_mark(run, "amber")}</p>'
    )
    if above is None:
        st.html(f'<p class="ga-empty">{escape(word(run, "no_above"))}</p>')
        return
    if not any(is_connected(run.build, BY_ID[name]) for name in BOARD):
        connected(run, "member_stat", "party_org")
        return
    heads = [(word(run, "unit"), False), *((run.say(BY_ID[name].name), True) for name in BOARD)]
    tables = {
        name: figures(run.build, run.reader, name, run.scope_without_filters, level, above.unit_no) for name in BOARD
    }
    for name, table in tables.items():
        table["band"] = bands_of(run.build, run.reader, name, run.scope_without_filters, table)
        tables[name] = table.set_index("unit_no")

    def row(no: int) -> list[Cell]:
        return [link(run, no), *(_figure_cell(run, name, tables[name].loc[no]) for name in BOARD)]

    paged_list(run, "board", heads, [int(no) for no in tables[BOARD[0]].index], row, word(run, "no_above"), word(run, "board_title"))


def _figure_cell(run: Run, name: str, row: pd.Series) -> Cell:
    """Value with unit, its parts for the pointer; a state in words; a swatch for what has not reached the standard."""
    indicator = BY_ID[name]
    if row["state"] in ("no_feed", "suppressed", "no_data"):
        return Cell(f'<span class="ga-none">{escape(run.word("state_" + row["state"]))}</span>', None, True)
    value = of_indicator(indicator, row["value"]) + ("%" if indicator.is_percent else "")
    colour = row["band"]
    mark = band_mark(run, colour).split("</i>")[0] + "</i></span>" if colour in ("red", "amber") else ""
    parts = f"{plain(row['numerator'])} / {plain(row['denominator'])}"
    return Cell(f'<span title="{parts}">{mark}{value}</span>', float(row["value"]), True)


assert set(BOARD) <= set(FINEST)
