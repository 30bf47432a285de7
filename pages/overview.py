"""总览: the one map, the main figures, what needs attention, bands, table."""

from functools import partial

from dashboard.overview.attention import attention
from dashboard.overview.four_blocks import four_blocks_panel
from dashboard.overview.mechanism import mechanism_panels
from dashboard.parts.page_layout import stage_page
from dashboard.parts.table import main_table
from dashboard.view.defaults import first_told
from dashboard.view.drill import shown
from dashboard.view.filters import ALL_IDS, chosen_indicator
from dashboard.view.page_sets import OVERVIEW_CARDS
from dashboard.view.run import current
from etl.model.indicators import BY_ID

run = current()
chosen, units_shown = chosen_indicator(run, ALL_IDS, first_told(run, OVERVIEW_CARDS)), shown(run)
stage_page(run, chosen, units_shown, ALL_IDS, OVERVIEW_CARDS, {"attention": partial(attention, run), "ranking": None})
four_blocks_panel(run)
mechanism_panels(run)
main_table(run, BY_ID[chosen], units_shown)
