"""微网格: size standard, staffing, the three-level tree with mismatches, on the map and in tables."""

import streamlit as st

from dashboard.grids.size import draw_size_map, size_bars
from dashboard.grids.tree import staffing, tree_table
from dashboard.parts.bands_list import bands_list
from dashboard.parts.cards import cards
from dashboard.parts.main_map import draw_map, follow_click
from dashboard.parts.table import main_table
from dashboard.parts.unit_profile import unit_profile
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.drill import shown
from dashboard.view.filters import chosen_indicator, filter_bar
from dashboard.view.page_sets import GRIDS_CARDS
from dashboard.view.run import current
from dashboard.view.side import side_tabs
from etl.model.indicators import BY_ID

run = current()
chosen = chosen_indicator(run, GRIDS_CARDS, GRIDS_CARDS[0])
indicator, units_shown = BY_ID[chosen], shown(run)
by_size = chosen == "grid_size_ok_rate" and units_shown.level == "micro"
bar = st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="small")
figures = st.container(key="cards")
with st.container(key="stage"):
    with st.container(key="stage-map"):  # first of all: it takes longest to paint in the browser
        follow_click(run, (draw_size_map if by_size else draw_map)(run, indicator, units_shown, height=560))
    with st.container(key="stage-side"):
        unit_profile(run)
        if side_tabs(run, ("size", "ranking")) == "size":
            size_bars(run)
            staffing(run)
        else:
            bands_list(run, indicator, units_shown)
with bar:
    breadcrumb(run)
    filter_bar(run, chosen, GRIDS_CARDS)
with figures:
    cards(run, GRIDS_CARDS, chosen)
tree_table(run)
main_table(run, indicator, units_shown)
