"""吹哨与层级: the three rates, whistles and who comes, what is sent back, at which level things are solved, how fast the door is reached."""

from functools import partial

import streamlit as st

from dashboard.overview.attention import attention
from dashboard.parts.cards import cards
from dashboard.parts.page_layout import stage_page
from dashboard.parts.table import main_table
from dashboard.response.levels import level_panels, meeting_panel
from dashboard.response.providers import utility_panel
from dashboard.response.work import back_panels, order_panels, three_rates, whistle_panels
from dashboard.view.defaults import first_told
from dashboard.view.drill import shown
from dashboard.view.filters import chosen_indicator
from dashboard.view.page_sets import LEVEL_CARDS, ORDER_CARDS, RESPONSE_CARDS, WHISTLE_CARDS
from dashboard.view.run import current
from etl.model.indicators import BY_ID

OFFERED = (*RESPONSE_CARDS, *LEVEL_CARDS, *WHISTLE_CARDS, *ORDER_CARDS)

run = current()
chosen, units_shown = chosen_indicator(run, OFFERED, first_told(run, OFFERED)), shown(run)
tabs = {"ranking": None, "rates": partial(three_rates, run), "attention": partial(attention, run)}
stage_page(run, chosen, units_shown, OFFERED, RESPONSE_CARDS, tabs)
with st.container(key="cards-levels"):
    cards(run, LEVEL_CARDS, chosen)
level_panels(run)
meeting_panel(run)
with st.container(key="cards-whistles"):
    cards(run, (*WHISTLE_CARDS, *ORDER_CARDS), chosen)
whistle_panels(run)
back_panels(run)
order_panels(run)
utility_panel(run)
main_table(run, BY_ID[chosen], units_shown)
