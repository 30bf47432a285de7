"""The map as a page uses it: `event = atlas_map(view)`."""

from collections.abc import Hashable
from typing import Any

import streamlit as st
from streamlit_folium import st_folium

from dashboard.maps.layer import ViewGroup, unit_map
from dashboard.maps.months import months_message
from dashboard.maps.values import message
from dashboard.maps.view import MapEvent, MapView

ANSWERED = "atlas-map-answered"
EVENT_KINDS = ("click", "level", "pick", "area", "frames", "still")


def atlas_map(view: MapView, key: str = "map-main") -> MapEvent | None:
    """Draws `view` and returns what the reader did and nobody answered yet; None when there is nothing.

    The map mounts once per page and is only updated afterwards. `key`: class `st-key-<key>` of the element around it.
    """
    with st.container(key=key):
        given = st_folium(
            unit_map(), key=_state_key(key), height=view.height, use_container_width=True, returned_objects=[],
            feature_group_to_add=ViewGroup(message(view) | months_message(view)),
        )
    return _new_event(given, key)


def take_event(key: str = "map-main") -> MapEvent | None:
    """The event that started this run, before the map is drawn: apply it, then draw once, instead of drawing twice by `st.rerun`.
    It comes again in the next run until it is answered: a run may be interrupted before the event is applied."""
    return _new_event(st.session_state.get(_state_key(key)), key)


def answered_events() -> dict[str, Hashable]:
    """The last event of each map that was applied, to be written where the event is: one dict for the session, because every touch of
    the session itself may interrupt the run."""
    if ANSWERED not in st.session_state:
        st.session_state[ANSWERED] = {}
    return st.session_state[ANSWERED]


def answer(event: MapEvent) -> None:
    """The event needs nothing more."""
    answered_events()[event.key] = event.mark


def _state_key(key: str) -> str:
    # streamlit-folium copies the component's value to this place of the session before the script runs.
    return f"{key} value"


def _new_event(given: Any, key: str) -> MapEvent | None:
    """Our script sends its own value: streamlit-folium's `last_clicked` waits 250 ms and hides a second click on one place.

    Streamlit repeats a component's value on every run, so each one is told by its number within one mounting.
    """
    if not isinstance(given, dict) or given.get("kind") not in EVENT_KINDS:
        return None
    mark = (given["mounted"], given["seq"])
    if answered_events().get(key) == mark:
        return None
    return MapEvent(given["kind"], given["level"], given.get("unit_no"), given.get("lng"), given.get("lat"), given.get("ring"), key, mark)
