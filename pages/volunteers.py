"""志愿与队伍: hours, posts, teams, wishes, community workers as aggregates, social organisations."""

from functools import partial

import streamlit as st

from dashboard.parts.page_layout import stage_page
from dashboard.parts.table import main_table
from dashboard.view.filters import chosen_indicator
from dashboard.view.finest import reaches, shown_for
from dashboard.view.needs import community_note, community_run
from dashboard.view.page_sets import VOLUNTEERS_CARDS
from dashboard.view.run import current
from dashboard.volunteers.activity import activity_panels
from dashboard.volunteers.panels import service_panels, teams_table, wishes_panel
from dashboard.volunteers.workforce import organisations_list, organisations_panels, workers_panel
from etl.model.indicators import BY_ID

run = current()
chosen = chosen_indicator(run, VOLUNTEERS_CARDS, VOLUNTEERS_CARDS[0])
units_shown, scope, local = shown_for(run, chosen), run.scope_without_filters, community_run(run)
stage_page(
    run, chosen, units_shown, VOLUNTEERS_CARDS, [name for name in VOLUNTEERS_CARDS if reaches(run, name)],
    {"organisations": partial(organisations_list, local, run.scope_for(BY_ID["social_org_n"])), "ranking": None}, under_bar=partial(community_note, run, local),
)  # fmt: skip
service_panels(local, scope)
activity_panels(local, scope)
with st.container(key="panels-people"):
    workers_panel(local, scope)
    organisations_panels(local, run.scope_for(BY_ID["social_org_n"]))
    wishes_panel(local, scope)
teams_table(local, scope)
main_table(run, BY_ID[chosen], units_shown)
