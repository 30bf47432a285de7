"""诉求热点: where, when and in what demands exceed the normal; new, lasting and cooling hotspots, clusters and what was done about one."""

import streamlit as st

from dashboard.hotspots.panels import cluster_panels, pattern_panels
from dashboard.hotspots.stage import cells_shown, draw_look, hot_list, look_tabs, month_slider
from dashboard.hotspots.track import track_panels
from dashboard.hotspots.words import word
from dashboard.parts.bands_list import bands_list
from dashboard.parts.feed_notes import connected
from dashboard.parts.kept_back import is_kept_back, kept_back
from dashboard.parts.main_map import draw_map, follow_click
from dashboard.parts.page_layout import HEIGHT, fill_head, open_slots, rest_in_turn
from dashboard.parts.table import main_table
from dashboard.parts.unit_profile import unit_profile
from dashboard.view.defaults import first_told
from dashboard.view.drill import shown
from dashboard.view.filters import chosen_indicator
from dashboard.view.page_sets import HOTSPOTS_CARDS
from dashboard.view.run import current
from etl.model.indicators import BY_ID
from etl.query.hotspots import hotspots
from etl.query.series import first_day

run = current()
found = hotspots(run.build, run.reader, run.scope_for(BY_ID["hotspot_n"]), cells_shown(run).under)
chosen = chosen_indicator(run, HOTSPOTS_CARDS, first_told(run, tuple(name for name in HOTSPOTS_CARDS if found or name != "hotspot_n")))
indicator, units_shown = BY_ID[chosen], shown(run)
slots, begin = open_slots(run, HOTSPOTS_CARDS), first_day(run.build, "case_per_1000hh")
with slots.side:
    unit_profile(run)
    look = look_tabs(run, found is not None)
    if found is None and "case" in run.build.feeds:
        st.html(f'<p class="ga-note">{word(run, "no_cells_kept" if is_kept_back(run) else "no_cells")}</p>')
with slots.stage:
    if begin is not None:
        month_slider(run, begin)
    if found is None or look == "ranking":
        follow_click(run, draw_map(run, indicator, units_shown, HEIGHT))
    else:
        follow_click(run, draw_look(run, look, found, height=HEIGHT))
rest_in_turn()
with slots.side, st.container(key="side-body"):
    if found is None or look == "ranking":
        bands_list(run, indicator, units_shown)
    else:
        hot_list(run, look, found)
fill_head(slots, run, chosen, HOTSPOTS_CARDS, HOTSPOTS_CARDS, has_lit_card=found is None or look == "ranking")
if connected(run, "case") and not kept_back(run):
    pattern_panels(run)
    cluster_panels(run, found)
    track_panels(run)
main_table(run, indicator, units_shown)
