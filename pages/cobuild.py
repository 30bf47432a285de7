"""共建: contracts on their five steps, give and get, quarterly activity, meetings and resolutions, suggestions."""

import streamlit as st

from dashboard.bands_list import bands_list
from dashboard.breadcrumb import breadcrumb
from dashboard.cards import cards
from dashboard.contract_panels import contract_panels, contracts_table, late_contracts
from dashboard.deliberation_panels import activity_panels, meeting_panels
from dashboard.drill import shown
from dashboard.filters import chosen_indicator, filter_bar
from dashboard.frame import current
from dashboard.main_map import draw_map, follow_click
from dashboard.page_sets import COBUILD_CARDS
from dashboard.side import side_tabs
from dashboard.table import main_table
from dashboard.unit_profile import unit_profile
from etl.model.indicators import BY_ID

run = current()
chosen = chosen_indicator(run, COBUILD_CARDS, COBUILD_CARDS[0])
indicator, units_shown, scope = BY_ID[chosen], shown(run), run.scope_without_filters
bar = st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="small")
figures = st.container(key="cards")
with st.container(key="stage"):
    with st.container(key="stage-map"):  # first of all: it takes longest to paint in the browser
        follow_click(run, draw_map(run, indicator, units_shown, height=560))
    with st.container(key="stage-side"):
        unit_profile(run)
        if side_tabs(run, ("contracts_late", "ranking")) == "contracts_late":
            late_contracts(run, scope)
        else:
            bands_list(run, indicator, units_shown)
with bar:
    breadcrumb(run)
    filter_bar(run, chosen, COBUILD_CARDS)
with figures:
    cards(run, COBUILD_CARDS, chosen)
contract_panels(run, scope)
activity_panels(run, scope)
meeting_panels(run, scope)
contracts_table(run, scope)
main_table(run, indicator, units_shown)
