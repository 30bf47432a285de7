"""共建: contracts on their five steps, give and get, quarterly activity, meetings and resolutions, suggestions."""

from functools import partial

from dashboard.cobuild.alliance import alliance_table, help_panel
from dashboard.cobuild.contracts import contract_panels, contracts_table, late_contracts
from dashboard.cobuild.deliberations import activity_panels, meeting_panels
from dashboard.cobuild.forms import forms_panels
from dashboard.parts.page_layout import stage_page
from dashboard.parts.table import main_table
from dashboard.view.filters import chosen_indicator
from dashboard.view.finest import reaches, shown_for
from dashboard.view.needs import community_note, community_run
from dashboard.view.page_sets import COBUILD_CARDS
from dashboard.view.run import current
from etl.model.indicators import BY_ID

run = current()
chosen = chosen_indicator(run, COBUILD_CARDS, COBUILD_CARDS[0])
units_shown, scope, local = shown_for(run, chosen), run.scope_without_filters, community_run(run)
of_contracts = run.scope_for(BY_ID["contract_fulfil_rate"])
stage_page(
    run, chosen, units_shown, COBUILD_CARDS, [name for name in COBUILD_CARDS if reaches(run, name)],
    {"contracts_late": partial(late_contracts, local, of_contracts), "ranking": None}, under_bar=partial(community_note, run, local),
)  # fmt: skip
contract_panels(local, of_contracts)
activity_panels(local, scope)
meeting_panels(local, run.scope_by(*BY_ID["resolution_done_rate"].filters, *BY_ID["suggest_adopt_rate"].filters))
forms_panels(local, scope)
alliance_table(local, scope)
help_panel(local, scope)
contracts_table(local, of_contracts)
main_table(run, BY_ID[chosen], units_shown)
