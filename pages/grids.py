"""微网格: size standard, staffing, premises, the three-level tree with mismatches and dated boundaries, on the map and in tables."""

from dashboard.grids.dated import dated_panels, premises_cards
from dashboard.grids.order import order_panels
from dashboard.grids.size import draw_size_map, size_bars
from dashboard.grids.tree import staffing, tree_table
from dashboard.parts.main_map import draw_map
from dashboard.parts.page_layout import stage_page
from dashboard.parts.table import main_table
from dashboard.view.drill import shown
from dashboard.view.filters import chosen_indicator
from dashboard.view.page_sets import GRIDS_CARDS, PREMISES_CARDS
from dashboard.view.run import current
from etl.model.indicators import BY_ID


def size_tab() -> None:
    size_bars(run)
    staffing(run)


run = current()
OFFERED = (*GRIDS_CARDS, *PREMISES_CARDS)
chosen, units_shown = chosen_indicator(run, OFFERED, GRIDS_CARDS[0]), shown(run)
by_size = chosen == "grid_size_ok_rate" and units_shown.level == "micro"
stage_page(
    run, chosen, units_shown, OFFERED, GRIDS_CARDS, {"size": size_tab, "ranking": None}, draw=draw_size_map if by_size else draw_map
)
order_panels(run)
premises_cards(run, chosen)
tree_table(run)
dated_panels(run)
main_table(run, BY_ID[chosen], units_shown)
