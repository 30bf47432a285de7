"""The layout of every page with a map (页面版式): bar, cards, map with its side panel. What follows is the page's own.

The map is drawn first: it takes longest to paint in the browser. Containers keep the order on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.maps.view import MapEvent
from dashboard.parts.bands_list import bands_list
from dashboard.parts.card_places import card_places
from dashboard.parts.cards import cards
from dashboard.parts.first_map import await_map
from dashboard.parts.main_map import draw_map, follow_click
from dashboard.parts.unit_profile import unit_profile
from dashboard.view.breadcrumb import breadcrumb
from dashboard.view.drill import Shown
from dashboard.view.filters import filter_bar
from dashboard.view.run import Run
from dashboard.view.side import side_tabs
from dashboard.web.turns import TURNS
from etl.model.indicators import BY_ID, Indicator

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

HEIGHT = 560
Drawing = Callable[[Run, Indicator, Shown, int], MapEvent | None]
Nothing = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Slots:
    """Places of a page, top to bottom; filled in the order that suits the browser."""

    bar: DeltaGenerator
    figures: DeltaGenerator
    stage: DeltaGenerator
    side: DeltaGenerator
    cards: Sequence[DeltaGenerator] = ()


def open_slots(run: Run, card_ids: Sequence[str], under_bar: Nothing | None = None, above_stage: Nothing | None = None) -> Slots:
    """Opens the places, those of the cards while a first map is waited for; `under_bar` and `above_stage` draw what a page has between them."""
    bar = st.container(key="bar", horizontal=True, vertical_alignment="bottom", gap="small")
    if under_bar is not None:
        under_bar()
    figures = st.container(key="cards")
    with figures:
        places = card_places(run, card_ids)
    if above_stage is not None:
        above_stage()
    with st.container(key="stage"):
        return Slots(bar, figures, st.container(key="stage-map"), st.container(key="stage-side"), places)


def rest_in_turn() -> None:
    """The map is on its way; what follows waits for a picture on its way, and its turn (a reader who goes on ends the waiting)."""
    await_map()
    run = st.session_state.get("atlas_run")
    TURNS.take(lambda: st.session_state.get("atlas_run"), run.identity.account if run is not None else "")  # any look at the session's state tells Streamlit's run that it is to end


def fill_head(slots: Slots, run: Run, chosen: str, offered: tuple[str, ...], card_ids: tuple[str, ...], has_lit_card: bool = True) -> None:
    """The bar (where I am, what I ask) and the cards; that of the indicator on the map is lit."""
    with slots.bar:
        breadcrumb(run)
        filter_bar(run, chosen, offered)
    with slots.figures:
        cards(run, card_ids, chosen if has_lit_card else "", slots.cards)


def stage_page(
    run: Run, chosen: str, shown: Shown, offered: tuple[str, ...], card_ids: Sequence[str], tabs: Mapping[str, Nothing | None], *,
    draw: Drawing = draw_map, under_bar: Nothing | None = None, above_stage: Nothing | None = None, last_card: Nothing | None = None,
) -> None:  # fmt: skip
    """A page down to its map. `tabs` name the side panel's tabs in order (None = units in bands) and draw them; `draw` draws the map."""
    indicator = BY_ID[chosen]
    slots = open_slots(run, card_ids, under_bar, above_stage)
    with slots.stage:
        follow_click(run, draw(run, indicator, shown, HEIGHT))
    rest_in_turn()
    with slots.side:
        unit_profile(run)
        panel = tabs[side_tabs(run, tuple(tabs))]
        with st.container(key="side-body"):
            if panel is None:
                bands_list(run, indicator, shown)
            else:
                panel()
    fill_head(slots, run, chosen, offered, tuple(card_ids))
    if last_card is not None:
        with slots.figures:
            last_card()
