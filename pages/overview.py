"""总览: the one map, the main figures, what needs attention, bands, table."""

import streamlit as st

from dashboard.attention import attention
from dashboard.bands_list import bands_list
from dashboard.breadcrumb import breadcrumb
from dashboard.cards import cards
from dashboard.drill import shown
from dashboard.filters import ALL_IDS, chosen_indicator, filter_bar
from dashboard.frame import current
from dashboard.main_map import draw_map, follow_click
from dashboard.profile import unit_profile
from dashboard.side import side_tabs
from dashboard.table import main_table
from etl.model.indicators import BY_ID

CARDS = (
    "case_per_1000hh", "overdue_open_n", "close_rate", "ontime_close_rate", "solve_rate", "satisfy_rate", "member_cover_rate", "steward_fill_rate",
)  # fmt: skip

run = current()
chosen = chosen_indicator(run, ALL_IDS, CARDS[0])
indicator, units_shown = BY_ID[chosen], shown(run)
with st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="medium"):
    breadcrumb(run)
    filter_bar(run, chosen, ALL_IDS)
cards(run, CARDS, chosen)
with st.container(key="stage"):
    with st.container(key="stage-map"):
        follow_click(run, draw_map(run, indicator, units_shown, height=560))
    with st.container(key="stage-side"):
        unit_profile(run)
        tab = side_tabs(run, ("attention", "ranking"))
        if tab == "attention":
            attention(run)
        else:
            bands_list(run, indicator, units_shown)
main_table(run, indicator, units_shown)
