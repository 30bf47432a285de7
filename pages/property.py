"""小区物业: fees on the map and over time, property modes, trust, owners' committees, common income and dividends, premises."""

import streamlit as st

from dashboard.parts.bands_list import bands_list
from dashboard.parts.cards import cards
from dashboard.parts.main_map import follow_click
from dashboard.parts.table import main_table
from dashboard.parts.unit_profile import unit_profile
from dashboard.property.panels import dividend_panel, draw_property, income_panel, mode_list, trend_panel
from dashboard.property.tables import premises_table, register_table, service_panel, trust_panel, unmanaged_panel
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.filters import chosen_indicator, filter_bar
from dashboard.view.finest import reaches, shown_for
from dashboard.view.page_sets import PROPERTY_CARDS
from dashboard.view.run import current
from dashboard.view.side import side_tabs
from etl.model.indicators import BY_ID

run = current()
chosen = chosen_indicator(run, PROPERTY_CARDS, PROPERTY_CARDS[0])
indicator, units_shown = BY_ID[chosen], shown_for(run, chosen)
with st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="small"):
    breadcrumb(run)
    filter_bar(run, chosen, PROPERTY_CARDS)
figures = st.container(key="cards")
with st.container(key="stage"):
    with st.container(key="stage-map"):
        follow_click(run, draw_property(run, indicator, units_shown, run.view.tab == "modes", height=560))
    with st.container(key="stage-side"):
        unit_profile(run)
        if side_tabs(run, ("ranking", "modes")) == "ranking":
            bands_list(run, indicator, units_shown)
        else:
            mode_list(run)
with figures:
    cards(run, tuple(name for name in PROPERTY_CARDS if reaches(run, name)), chosen)
with st.container(key="panels-money"):
    trend_panel(run)
    income_panel(run)
dividend_panel(run)
with st.container(key="panels-compounds"):
    trust_panel(run)
    unmanaged_panel(run)
register_table(run)
premises_table(run)
service_panel(run)
main_table(run, indicator, units_shown)
