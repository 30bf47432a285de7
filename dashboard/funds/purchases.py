"""What is bought from social organisations (政府购买服务) on the page 资金."""

import streamlit as st

from dashboard.funds.money import yuan
from dashboard.funds.words import word
from dashboard.parts.charts import panel
from dashboard.parts.list_table import Cell, choice, list_table, number, percent
from dashboard.view.needs import has_feeds
from dashboard.view.picks import pick
from dashboard.view.run import Run
from etl.query.purchases import purchases
from etl.query.scope import Scope


def purchases_panel(run: Run, scope: Scope) -> None:
    """Payments of the year by field, with the share that went to registered social organisations."""
    with panel("purchases", word(run, "purchases"), word(run, "purchases_note")):
        if has_feeds(run, "fund_ledger", "fund_project", "social_org"):
            found = purchases(run.build, run.reader, scope.without("theme"), run.unit.unit_no)
            rows = [[choice(pick(theme=one.name), one.name), number(one.projects), Cell(yuan(one.paid), float(one.paid), True), Cell(yuan(one.to_social), float(one.to_social), True), percent(one.share)] for one in found]
            heads = [(word(run, key), key != "theme") for key in ("theme", "n_projects", "paid_yuan", "to_social", "social_share")]
            st.html(list_table(heads, rows, word(run, "ledger_none"), word(run, "purchases")))
