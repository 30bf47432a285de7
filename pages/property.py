"""小区物业: fees on the map and over time, property modes, trust, owners' committees, common income and dividends, premises."""

from functools import partial

import streamlit as st

from dashboard.maps.view import MapEvent
from dashboard.parts.page_layout import stage_page
from dashboard.parts.table import main_table
from dashboard.property.panels import dividend_panel, draw_property, income_panel, mode_list, trend_panel
from dashboard.property.services import months_panel
from dashboard.property.tables import premises_table, register_table, service_panel, trust_panel, unmanaged_panel
from dashboard.view.drill import Shown
from dashboard.view.filters import chosen_indicator
from dashboard.view.finest import reaches, shown_for
from dashboard.view.page_sets import PROPERTY_CARDS
from dashboard.view.run import Run, current
from etl.model.indicators import BY_ID, Indicator


def draw(run: Run, indicator: Indicator, shown: Shown, height: int) -> MapEvent | None:
    return draw_property(run, indicator, shown, run.view.tab == "modes", height)


run = current()
chosen = chosen_indicator(run, PROPERTY_CARDS, PROPERTY_CARDS[0])
units_shown = shown_for(run, chosen)
stage_page(
    run, chosen, units_shown, PROPERTY_CARDS, [name for name in PROPERTY_CARDS if reaches(run, name)], {"ranking": None, "modes": partial(mode_list, run)},
    draw=draw,
)  # fmt: skip
with st.container(key="panels-money"):
    trend_panel(run)
    income_panel(run)
dividend_panel(run)
with st.container(key="panels-compounds"):
    trust_panel(run)
    unmanaged_panel(run)
register_table(run)
premises_table(run)
with st.container(key="panels-services"):
    service_panel(run)
    months_panel(run)
main_table(run, BY_ID[chosen], units_shown)
