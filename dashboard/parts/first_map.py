"""The map first (首图): what follows it on the page waits until the browser says that it stands."""

from collections.abc import Hashable

import streamlit as st

from dashboard.web.first_map import AGAIN_S, FIRST_MAPS, PATIENCE_S

MARK, WAITS_S, SENT = "atlas_first_map", "atlas_first_map_waits", "atlas_map_sent"
PHONE = "Mobi"  # by this part of its name a phone's browser is known; there the map lies below the cards, off the first screen


def mark_of_session() -> str:
    """The mark the session's maps carry, the same in every run, so that a run that changes nothing sends nothing new; "" for none."""
    if MARK not in st.session_state:
        is_awaited = FIRST_MAPS.patience_s > 0 and PHONE not in (st.context.headers.get("User-Agent") or "")
        st.session_state[MARK] = FIRST_MAPS.mark() if is_awaited else ""
        st.session_state[WAITS_S] = PATIENCE_S if is_awaited else 0.0
    return str(st.session_state[MARK])


def is_first_map_awaited() -> bool:
    """Whether what follows the map of this run will wait for it; to be asked before the map is drawn."""
    return bool(mark_of_session()) and st.session_state[WAITS_S] > 0


def send_map(place: Hashable, colours: Hashable) -> str:
    """Just before a map is sent: its mark. The rest of the page will wait for a map that only takes other colours, as after a filter;
    one that moves elsewhere shows the unit's profile at once instead."""
    mark, before = mark_of_session(), st.session_state.get(SENT)
    st.session_state[SENT] = (place, colours)
    if mark and before is not None and before[0] == place and before[1] != colours:
        FIRST_MAPS.expect(mark)
        st.session_state[WAITS_S] = AGAIN_S
    return mark


def await_map() -> None:
    """Waits for the map of this run, if it is one to wait for."""
    if longest_s := st.session_state.get(WAITS_S):
        st.session_state[WAITS_S] = 0.0
        FIRST_MAPS.wait(st.session_state[MARK], lambda: st.session_state.get(MARK), longest_s)  # any look at the state tells the run that it is to end
