"""From when boundaries hold (边界启用日期), and the premises of the grids' communities, on the page 微网格."""

import streamlit as st

from dashboard.parts.cards import cards
from dashboard.parts.charts import panel
from dashboard.parts.feed_notes import connected
from dashboard.parts.list_table import date_cell, link, list_table, number, place, text
from dashboard.parts.paged_list import paged_list
from dashboard.view.page_sets import PREMISES_CARDS
from dashboard.view.run import Run
from etl.model.levels import BY_ID
from etl.model.text import Text
from etl.query.boundary_dates import boundary_changes, level_dates

WORDS: dict[str, Text] = {
    "premises": Text("社区用房与五中心", "Premises and the five centres"),
    "more": Text("逐社区看 →", "Community by community →"),
    "dates": Text("边界启用日期", "From when boundaries hold"),
    "dates_note": Text(
        "数字和地图按统计时点在用的边界；以前的诉求和人员仍归当时的单元。本期启用、停用看统计期。",
        "Figures and maps show the boundaries in force on the as-of day; what happened earlier stays with the unit of its day.",
    ),
    "level": Text("级别", "Level"), "in_force": Text("在用", "In force"), "newest": Text("最近启用", "Newest"), "undated": Text("未填日期", "Undated"),
    "begun": Text("本期启用", "Begun in the period"), "ended": Text("本期停用", "Ended in the period"),
    "changes": Text("统计期内的边界变更", "Boundaries changed in the period"), "changes_none": Text("统计期内没有启用或停用的单元。", "No unit began or ended in the period."),
    "unit": Text("网格", "Grid"), "place": Text("位置", "Place"), "change": Text("变更", "Change"), "on": Text("日期", "Day"),
}  # fmt: skip
CHANGES = {"begun": Text("启用", "Begun"), "ended": Text("停用", "Ended")}


def word(run: Run, key: str) -> str:
    return run.say(WORDS[key])


def premises_cards(run: Run, chosen: str) -> None:
    """The five centres and the area of premises; where each community stands is told by the page 小区物业."""
    st.html(f'<h2 class="ga-h2">{word(run, "premises")} <a class="ga-link ga-note" href="{run.href("property", ind=PREMISES_CARDS[0])}" data-go>{word(run, "more")}</a></h2>')
    if connected(run, "facility"):
        with st.container(key="cards-premises"):
            cards(run, PREMISES_CARDS, chosen)


def dated_panels(run: Run) -> None:
    """Levels with their first days; what changed in the period."""
    scope, under = run.scope_without_filters, run.unit.unit_no
    with st.container(key="panels-two-dated"):
        with panel("boundary-dates", word(run, "dates"), word(run, "dates_note")):
            heads = [(word(run, key), key not in ("level", "newest")) for key in ("level", "in_force", "newest", "undated", "begun", "ended")]
            rows = [
                [
                    text(run.say(BY_ID[one.level].name)), number(one.in_force), date_cell(one.newest), number(one.undated),
                    number(one.begun), number(one.ended),
                ]
                for one in level_dates(run.build, run.reader, scope, under)
            ]  # fmt: skip
            st.html(list_table(heads, rows, word(run, "changes_none"), word(run, "dates")))
        with panel("boundary-changes", word(run, "changes")):
            table = boundary_changes(run.build, run.reader, scope, under)
            heads = [(word(run, key), False) for key in ("unit", "level", "place", "change", "on")]
            paged_list(
                run, "boundary-changes", heads, table,
                lambda row: [link(run, row.unit_no), text(run.say(BY_ID[row.level].name)), place(row.path), text(run.say(CHANGES[row.change])), text(f"{row.on:%Y-%m-%d}")],
                word(run, "changes_none"), word(run, "changes"),
            )  # fmt: skip
