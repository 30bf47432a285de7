"""总览: the one map, the main figures, what needs attention, bands, table."""

import streamlit as st

from dashboard.attention import attention
from dashboard.bands_list import bands_list
from dashboard.breadcrumb import breadcrumb
from dashboard.cards import cards
from dashboard.drill import shown
from dashboard.filters import ALL_IDS, chosen_indicator, filter_bar
from dashboard.four_blocks import four_blocks_panel
from dashboard.main_map import draw_map, follow_click
from dashboard.page_sets import OVERVIEW_CARDS
from dashboard.run import current
from dashboard.side import side_tabs
from dashboard.table import main_table
from dashboard.unit_profile import unit_profile
from etl.model.indicators import BY_ID

run = current()
chosen = chosen_indicator(run, ALL_IDS, OVERVIEW_CARDS[0])
indicator, units_shown = BY_ID[chosen], shown(run)
bar = st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="small")
figures = st.container(key="cards")
with st.container(key="stage"):
    with st.container(key="stage-map"):  # first of all: it takes longest to paint in the browser
        follow_click(run, draw_map(run, indicator, units_shown, height=560))
    with st.container(key="stage-side"):
        unit_profile(run)
        if side_tabs(run, ("attention", "ranking")) == "attention":
            attention(run)
        else:
            bands_list(run, indicator, units_shown)
with bar:
    breadcrumb(run)
    filter_bar(run, chosen, ALL_IDS)
with figures:
    cards(run, OVERVIEW_CARDS, chosen)
four_blocks_panel(run)
main_table(run, indicator, units_shown)
