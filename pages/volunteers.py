"""志愿与队伍: hours, posts, teams, wishes, community workers as aggregates, social organisations."""

import streamlit as st

from dashboard.parts.bands_list import bands_list
from dashboard.parts.cards import cards
from dashboard.parts.main_map import draw_map, follow_click
from dashboard.parts.table import main_table
from dashboard.parts.unit_profile import unit_profile
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.filters import chosen_indicator, filter_bar
from dashboard.view.finest import reaches, shown_for
from dashboard.view.needs import community_note, community_run
from dashboard.view.page_sets import VOLUNTEERS_CARDS
from dashboard.view.run import current
from dashboard.view.side import side_tabs
from dashboard.volunteers.panels import service_panels, teams_table, wishes_panel
from dashboard.volunteers.workforce import organisations_list, organisations_panels, workers_panel
from etl.model.indicators import BY_ID

run = current()
chosen = chosen_indicator(run, VOLUNTEERS_CARDS, VOLUNTEERS_CARDS[0])
indicator, units_shown, scope = BY_ID[chosen], shown_for(run, chosen), run.scope_without_filters
local = community_run(run)
bar = st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="small")
community_note(run, local)
figures = st.container(key="cards")
with st.container(key="stage"):
    with st.container(key="stage-map"):  # first of all: it takes longest to paint in the browser
        follow_click(run, draw_map(run, indicator, units_shown, height=560))
    with st.container(key="stage-side"):
        unit_profile(run)
        if side_tabs(run, ("organisations", "ranking")) == "organisations":
            organisations_list(local, scope)
        else:
            bands_list(run, indicator, units_shown)
with bar:
    breadcrumb(run)
    filter_bar(run, chosen, VOLUNTEERS_CARDS)
with figures:
    cards(run, tuple(name for name in VOLUNTEERS_CARDS if reaches(run, name)), chosen)
service_panels(local, scope)
with st.container(key="panels-people"):
    workers_panel(local, scope)
    organisations_panels(local, scope)
    wishes_panel(local, scope)
teams_table(local, scope)
main_table(run, indicator, units_shown)
