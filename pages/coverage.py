"""党员覆盖: every micro-grid a member, every grid an organisation, what the 333 rule lacks, the four categories, posts and visits."""

from functools import partial

import streamlit as st

from dashboard.coverage.covered_map import cover_card, draw_coverage
from dashboard.coverage.lists import board, gap_lists, gap_panel, without_list
from dashboard.coverage.panels import category_panel, post_panel, visit_panel
from dashboard.parts.page_layout import stage_page
from dashboard.parts.table import main_table
from dashboard.view.filters import chosen_indicator
from dashboard.view.finest import reaches, shown_for
from dashboard.view.page_sets import COVERAGE_CARDS, COVERAGE_IDS
from dashboard.view.run import current
from etl.model.indicators import BY_ID


def without_tab() -> None:
    with st.container(key="ranking"):
        without_list(run)


run = current()
chosen = chosen_indicator(run, COVERAGE_IDS, COVERAGE_CARDS[0])
units_shown = shown_for(run, chosen)
stage_page(
    run, chosen, units_shown, COVERAGE_IDS, [name for name in COVERAGE_CARDS if reaches(run, name)], {"without": without_tab, "ranking": None},
    draw=draw_coverage, last_card=partial(cover_card, run),
)  # fmt: skip
with st.container(key="panels-members"):
    gap_panel(run)
    visit_panel(run)
with st.container(key="panels-service"):
    category_panel(run)
    post_panel(run)
gap_lists(run)
board(run, units_shown)
main_table(run, BY_ID[chosen], units_shown)
