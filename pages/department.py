"""部门工作台: one department's whistles, cases in hand and returns."""

from html import escape

import streamlit as st

from dashboard.department import desk
from dashboard.department.words import word
from dashboard.parts.kept_back import kept_back
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.filters import filter_bar
from dashboard.view.run import current
from etl.query.department import RATES, departments

run = current()
offered = departments(run.build, run.reader, run.scope, run.unit.unit_no)
with st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="small"):
    breadcrumb(run)
    filter_bar(run, "", RATES, has_level=False)
chosen = desk.chosen_department(run, offered) if offered else ""
if offered:
    desk.choose(run, offered, chosen)
if not offered and not kept_back(run):
    st.html(f'<p class="ga-empty">{escape(word(run, "none"))}</p>')
if offered:
    rates = st.container(key="department-rates")  # filled last: seven indicators take longer than three lists
    desk.cases(run, chosen)
    desk.whistles(run, chosen)
    desk.returned(run, chosen)
    with rates:
        desk.rate_tiles(run, chosen)
