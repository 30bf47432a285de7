"""数据质量: rows per feed, findings by rule with how to mend them, share of cases located."""

import streamlit as st

from dashboard.imports.quality import feeds_table, findings_table
from dashboard.parts.cards import cards
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.filters import filter_bar
from dashboard.view.page_sets import QUALITY_CARDS
from dashboard.view.run import current

run = current()
with st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="small"):
    breadcrumb(run)
    filter_bar(run, "", QUALITY_CARDS, has_level=False)
with st.container(key="cards"):
    cards(run, QUALITY_CARDS, QUALITY_CARDS[0])
feeds_table(run)
findings_table(run)
