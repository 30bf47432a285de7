"""资金: money received, committed, paid and left, by fund, and every project on its chain with each violation named."""

import streamlit as st

from dashboard.funds.money import ledger_table, money_panels
from dashboard.funds.projects import fund_choice, opened_project, project_panels, projects_table, violations_list
from dashboard.parts.bands_list import bands_list
from dashboard.parts.cards import cards
from dashboard.parts.main_map import draw_map, follow_click
from dashboard.parts.table import main_table
from dashboard.parts.unit_profile import unit_profile
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.filters import chosen_indicator, filter_bar
from dashboard.view.finest import reaches, shown_for
from dashboard.view.needs import community_note, community_run
from dashboard.view.page_sets import FUNDS_CARDS
from dashboard.view.run import current
from dashboard.view.side import side_tabs
from etl.model.indicators import BY_ID

run = current()
chosen = chosen_indicator(run, FUNDS_CARDS, FUNDS_CARDS[0])
indicator, units_shown, scope = BY_ID[chosen], shown_for(run, chosen), run.scope_for(BY_ID["fund_exec_rate"])
local = community_run(run)
bar = st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="small")
fund_choice(run)
community_note(run, local)
figures = st.container(key="cards")
opened_project(run, scope)
with st.container(key="stage"):
    with st.container(key="stage-map"):  # first of all: it takes longest to paint in the browser
        follow_click(run, draw_map(run, indicator, units_shown, height=560))
    with st.container(key="stage-side"):
        unit_profile(run)
        if side_tabs(run, ("violations", "ranking")) == "violations":
            violations_list(local, scope)
        else:
            bands_list(run, indicator, units_shown)
with bar:
    breadcrumb(run)
    filter_bar(run, chosen, FUNDS_CARDS)
with figures:
    cards(run, tuple(name for name in FUNDS_CARDS if reaches(run, name)), chosen)
money_panels(local, scope)
project_panels(local, scope)
projects_table(local, scope)
ledger_table(local, scope)
main_table(run, indicator, units_shown)
