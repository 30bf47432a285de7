"""志愿与队伍: hours, posts, teams, wishes, community workers as aggregates, social organisations."""

import streamlit as st

from dashboard.bands_list import bands_list
from dashboard.breadcrumb import breadcrumb
from dashboard.cards import cards
from dashboard.drill import shown
from dashboard.filters import chosen_indicator, filter_bar
from dashboard.frame import current
from dashboard.main_map import draw_map, follow_click
from dashboard.page_sets import VOLUNTEERS_CARDS
from dashboard.side import side_tabs
from dashboard.table import main_table
from dashboard.unit_profile import unit_profile
from dashboard.volunteer_panels import service_panels, teams_table, wishes_panel
from dashboard.workforce_panels import organisations_list, organisations_panels, workers_panel
from etl.model.indicators import BY_ID

run = current()
chosen = chosen_indicator(run, VOLUNTEERS_CARDS, VOLUNTEERS_CARDS[0])
indicator, units_shown, scope = BY_ID[chosen], shown(run), run.scope_without_filters
bar = st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="small")
figures = st.container(key="cards")
with st.container(key="stage"):
    with st.container(key="stage-map"):  # first of all: it takes longest to paint in the browser
        follow_click(run, draw_map(run, indicator, units_shown, height=560))
    with st.container(key="stage-side"):
        unit_profile(run)
        if side_tabs(run, ("organisations", "ranking")) == "organisations":
            organisations_list(run, scope)
        else:
            bands_list(run, indicator, units_shown)
with bar:
    breadcrumb(run)
    filter_bar(run, chosen, VOLUNTEERS_CARDS)
with figures:
    cards(run, VOLUNTEERS_CARDS, chosen)
service_panels(run, scope)
with st.container(key="panels-people"):
    workers_panel(run, scope)
    organisations_panels(run, scope)
    wishes_panel(run, scope)
teams_table(run, scope)
main_table(run, indicator, units_shown)
