"""资金: money received, committed, paid and left, by fund, and every project on its chain with each violation named."""

from functools import partial

from dashboard.funds.money import ledger_table, money_panels, spent
from dashboard.funds.projects import fund_choice, opened_project, project_panels, projects_table, violations_list
from dashboard.funds.purchases import purchases_panel
from dashboard.parts.page_layout import stage_page
from dashboard.parts.table import main_table
from dashboard.view.filters import chosen_indicator
from dashboard.view.finest import reaches, shown_for
from dashboard.view.needs import community_note, community_run
from dashboard.view.page_sets import FUNDS_CARDS
from dashboard.view.run import current
from etl.model.indicators import BY_ID


def under_bar() -> None:
    fund_choice(run)
    community_note(run, local)


run = current()
chosen = chosen_indicator(run, FUNDS_CARDS, FUNDS_CARDS[0])
units_shown, local = shown_for(run, chosen), community_run(run)
of_money, of_projects = (run.scope_for(BY_ID[name]) for name in ("fund_exec_rate", "fund_process_rate"))
stage_page(
    run, chosen, units_shown, FUNDS_CARDS, [name for name in FUNDS_CARDS if reaches(run, name)],
    {"violations": partial(violations_list, local, of_projects), "ranking": None}, under_bar=under_bar, above_stage=partial(opened_project, run, of_projects),
)  # fmt: skip
money_panels(local, of_money)
project_panels(local, of_projects)
purchases_panel(local, spent(local))
projects_table(local, of_projects)
ledger_table(local, of_money)
main_table(run, BY_ID[chosen], units_shown)
