"""The map as a page uses it: `event = atlas_map(view)`."""

from typing import Any

import streamlit as st
from streamlit_folium import st_folium

from dashboard.maps.layer import ViewGroup, unit_map
from dashboard.maps.months import months_message
from dashboard.maps.values import message
from dashboard.maps.view import MapEvent, MapView

EVENT_KINDS = ("click", "level", "pick", "area", "frames", "still")


def atlas_map(view: MapView, key: str = "map-main") -> MapEvent | None:
    """Draws `view` and returns what the reader did since the last run, once; None when nothing happened or `take_event` had it.

    The map mounts once per page and is only updated afterwards. `key`: class `st-key-<key>` of the element around it.
    """
    with st.container(key=key):
        answer = st_folium(
            unit_map(), key=_state_key(key), height=view.height, use_container_width=True, returned_objects=[],
            feature_group_to_add=ViewGroup(message(view) | months_message(view)),
        )
    return _new_event(answer, key)


def take_event(key: str = "map-main") -> MapEvent | None:
    """The event that started this run, before the map is drawn: apply it, then draw once, instead of drawing twice by `st.rerun`."""
    return _new_event(st.session_state.get(_state_key(key)), key)


def _state_key(key: str) -> str:
    # streamlit-folium copies the component's value to this place of the session before the script runs.
    return f"{key} value"


def _new_event(answer: Any, key: str) -> MapEvent | None:
    """Our script sends its own value: streamlit-folium's `last_clicked` waits 250 ms and hides a second click on one place.

    Streamlit repeats a component's value on every run, so each one is told by its number within one mounting.
    """
    if not isinstance(answer, dict) or answer.get("kind") not in EVENT_KINDS:
        return None
    mark, seen_key = (answer["mounted"], answer["seq"]), f"{key} seen"
    if st.session_state.get(seen_key) == mark:
        return None
    st.session_state[seen_key] = mark
    return MapEvent(answer["kind"], answer["level"], answer.get("unit_no"), answer.get("lng"), answer.get("lat"), answer.get("ring"))
