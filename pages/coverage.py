"""党员覆盖: every micro-grid a member, every grid an organisation, what the 333 rule lacks, the four categories, posts and visits."""

import streamlit as st

from dashboard.coverage.covered_map import cover_card, draw_coverage
from dashboard.coverage.lists import board, gap_lists, gap_panel, without_list
from dashboard.coverage.panels import category_panel, post_panel, visit_panel
from dashboard.parts.bands_list import bands_list
from dashboard.parts.cards import cards
from dashboard.parts.main_map import follow_click
from dashboard.parts.table import main_table
from dashboard.parts.unit_profile import unit_profile
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.filters import chosen_indicator, filter_bar
from dashboard.view.finest import reaches, shown_for
from dashboard.view.page_sets import COVERAGE_CARDS, COVERAGE_IDS
from dashboard.view.run import current
from dashboard.view.side import side_tabs
from etl.model.indicators import BY_ID

run = current()
chosen = chosen_indicator(run, COVERAGE_IDS, COVERAGE_CARDS[0])
indicator, units_shown = BY_ID[chosen], shown_for(run, chosen)
with st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="small"):
    breadcrumb(run)
    filter_bar(run, chosen, COVERAGE_IDS)
figures = st.container(key="cards")
with st.container(key="stage"):
    with st.container(key="stage-map"):
        follow_click(run, draw_coverage(run, indicator, units_shown, height=560))
    with st.container(key="stage-side"):
        unit_profile(run)
        if side_tabs(run, ("without", "ranking")) == "without":
            with st.container(key="ranking"):
                without_list(run)
        else:
            bands_list(run, indicator, units_shown)
with figures:
    cards(run, tuple(name for name in COVERAGE_CARDS if reaches(run, name)), chosen)
    cover_card(run)
with st.container(key="panels-members"):
    gap_panel(run)
    category_panel(run)
with st.container(key="panels-service"):
    post_panel(run)
    visit_panel(run)
gap_lists(run)
board(run, units_shown)
main_table(run, indicator, units_shown)
