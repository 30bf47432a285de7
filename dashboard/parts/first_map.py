"""A session's first map (首图): what follows it on the page waits until the browser says that it stands."""

import streamlit as st

from dashboard.web.first_map import FIRST_MAPS

MARK, IS_AWAITED = "atlas_first_map", "atlas_first_map_awaited"
PHONE = "Mobi"  # by this part of its name a phone's browser is known; there the map lies below the cards, off the first screen


def mark_of_session() -> str:
    """The mark the session's maps carry, the same in every run, so that a run that changes nothing sends nothing new; "" for none."""
    if MARK not in st.session_state:
        is_awaited = FIRST_MAPS.patience_s > 0 and PHONE not in (st.context.headers.get("User-Agent") or "")
        st.session_state[MARK] = FIRST_MAPS.mark() if is_awaited else ""
        st.session_state[IS_AWAITED] = is_awaited
    return str(st.session_state[MARK])


def is_first_map_awaited() -> bool:
    """Whether what follows the map of this run will wait for it."""
    return bool(mark_of_session()) and bool(st.session_state[IS_AWAITED])


def await_first_map() -> None:
    """Waits for the map of the session's first run, once."""
    if st.session_state.get(IS_AWAITED):
        st.session_state[IS_AWAITED] = False
        FIRST_MAPS.wait(st.session_state[MARK], lambda: st.session_state.get(MARK))  # any look at the state tells the run that it is to end
