"""吹哨与层级: the three rates, whistles and who comes, what is sent back, at which level things are solved, how fast the door is reached."""

import streamlit as st

from dashboard.overview.attention import attention
from dashboard.parts.bands_list import bands_list
from dashboard.parts.cards import cards
from dashboard.parts.main_map import draw_map, follow_click
from dashboard.parts.table import main_table
from dashboard.parts.unit_profile import unit_profile
from dashboard.response.levels import level_panels, meeting_panel
from dashboard.response.work import back_panels, order_panels, three_rates, whistle_panels
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.defaults import first_told
from dashboard.view.drill import shown
from dashboard.view.filters import chosen_indicator, filter_bar
from dashboard.view.page_sets import LEVEL_CARDS, ORDER_CARDS, RESPONSE_CARDS, WHISTLE_CARDS
from dashboard.view.run import current
from dashboard.view.side import side_tabs
from etl.model.indicators import BY_ID

OFFERED = (*RESPONSE_CARDS, *LEVEL_CARDS, *WHISTLE_CARDS, *ORDER_CARDS)

run = current()
chosen = chosen_indicator(run, OFFERED, first_told(run, OFFERED))
indicator, units_shown = BY_ID[chosen], shown(run)
with st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="small"):
    breadcrumb(run)
    filter_bar(run, chosen, OFFERED)
figures = st.container(key="cards")
with st.container(key="stage"):
    with st.container(key="stage-map"):
        follow_click(run, draw_map(run, indicator, units_shown, height=560))
    with st.container(key="stage-side"):
        unit_profile(run)
        tab = side_tabs(run, ("ranking", "rates", "attention"))
        if tab == "rates":
            three_rates(run)
        elif tab == "attention":
            attention(run)
        else:
            bands_list(run, indicator, units_shown)
with figures:
    cards(run, RESPONSE_CARDS, chosen)
with st.container(key="cards-levels"):
    cards(run, LEVEL_CARDS, chosen)
with st.container(key="panels-two-levels"):
    level_panels(run)
meeting_panel(run)
with st.container(key="cards-whistles"):
    cards(run, (*WHISTLE_CARDS, *ORDER_CARDS), chosen)
whistle_panels(run)
back_panels(run)
order_panels(run)
main_table(run, indicator, units_shown)
