"""Units picked beside each other for comparison (并选单元), on pages where a click on the map picks instead of drilling down.

They are the page's own parameter `pick`: marked in map, chart and table, while figures go on counting everything. The selection that
narrows figures down is `ViewState.units`.
"""

from dashboard.view.state import OWN, ViewState

MOST = 8  # more lines and columns than that nobody tells apart
BETWEEN = "~"


def can_pick(page_id: str) -> bool:
    """Whether a click on this page's map picks."""
    return "pick" in OWN.get(page_id, ())


def codes(view: ViewState) -> tuple[str, ...]:
    """The codes picked, in the order picked."""
    return tuple(dict.fromkeys(code for code in view.own("pick").split(BETWEEN) if code))[:MOST]


def toggled_beside(view: ViewState, code: str) -> ViewState:
    """The view with a unit picked, or released when it was; the oldest goes when there are too many. Places in pages are left."""
    chosen = codes(view)
    chosen = tuple(one for one in chosen if one != code) if code in chosen else (*chosen, code)[-MOST:]
    return view.with_own(pick=BETWEEN.join(chosen), at="")
