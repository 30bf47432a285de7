"""总览: the one map, the main figures, what needs attention, bands, table."""

import streamlit as st

from dashboard.overview.attention import attention
from dashboard.overview.four_blocks import four_blocks_panel
from dashboard.parts.bands_list import bands_list
from dashboard.parts.cards import cards
from dashboard.parts.main_map import draw_map, follow_click
from dashboard.parts.table import main_table
from dashboard.parts.unit_profile import unit_profile
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.drill import shown
from dashboard.view.filters import ALL_IDS, chosen_indicator, filter_bar
from dashboard.view.page_sets import OVERVIEW_CARDS
from dashboard.view.run import current
from dashboard.view.side import side_tabs
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
