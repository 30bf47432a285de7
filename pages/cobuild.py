"""共建: contracts on their five steps, give and get, quarterly activity, meetings and resolutions, suggestions."""

import streamlit as st

from dashboard.cobuild.contracts import contract_panels, contracts_table, late_contracts
from dashboard.cobuild.deliberations import activity_panels, meeting_panels
from dashboard.parts.bands_list import bands_list
from dashboard.parts.cards import cards
from dashboard.parts.main_map import draw_map, follow_click
from dashboard.parts.table import main_table
from dashboard.parts.unit_profile import unit_profile
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.filters import chosen_indicator, filter_bar
from dashboard.view.finest import reaches, shown_for
from dashboard.view.needs import community_note, community_run
from dashboard.view.page_sets import COBUILD_CARDS
from dashboard.view.run import current
from dashboard.view.side import side_tabs
from etl.model.indicators import BY_ID

run = current()
chosen = chosen_indicator(run, COBUILD_CARDS, COBUILD_CARDS[0])
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
        if side_tabs(run, ("contracts_late", "ranking")) == "contracts_late":
            late_contracts(local, scope)
        else:
            bands_list(run, indicator, units_shown)
with bar:
    breadcrumb(run)
    filter_bar(run, chosen, COBUILD_CARDS)
with figures:
    cards(run, tuple(name for name in COBUILD_CARDS if reaches(run, name)), chosen)
contract_panels(local, scope)
activity_panels(local, scope)
meeting_panels(local, scope)
contracts_table(local, scope)
main_table(run, indicator, units_shown)
