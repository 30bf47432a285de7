"""分析: two indicators against each other, distribution and classes, why, over time, side by side, tables, single cases, follow-ups."""

import streamlit as st

from dashboard.explore.cases import cases_panel
from dashboard.explore.compare import compare_panel
from dashboard.explore.controls import connected_ids, tabs
from dashboard.explore.many import units_panel
from dashboard.explore.relate import relate_panel
from dashboard.explore.spread import spread_panel
from dashboard.explore.trend import trend_panel
from dashboard.explore.why import why_panel
from dashboard.parts.follow_ups import follow_up_panel
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.defaults import first_told
from dashboard.view.drill import shown
from dashboard.view.filters import ALL_IDS, chosen_indicator, filter_bar
from dashboard.view.run import current
from etl.model.indicators import BY_ID

run = current()
chosen = chosen_indicator(run, ALL_IDS, first_told(run, ("case_per_1000hh", "ontime_close_rate", "close_rate", *connected_ids(run))))
indicator, units_shown = BY_ID[chosen], shown(run)
with st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="small"):
    breadcrumb(run)
    filter_bar(run, chosen, ALL_IDS)
part = tabs(run)
with st.container(key=f"explore-part-{part}"):
    if part == "cases":
        cases_panel(run, indicator)
    elif part == "todo":
        follow_up_panel(run)
    else:
        panels = {"relate": relate_panel, "spread": spread_panel, "why": why_panel, "trend": trend_panel, "compare": compare_panel, "units": units_panel}
        panels[part](run, indicator, units_shown)
