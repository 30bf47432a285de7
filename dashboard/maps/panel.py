"""The map as a page uses it: `event = atlas_map(view)`."""

from typing import Any

import streamlit as st
from streamlit_folium import st_folium

from dashboard.maps.layer import unit_map, view_group
from dashboard.maps.values import message
from dashboard.maps.view import MapEvent, MapView

EVENT_KINDS = ("click", "level")


def atlas_map(view: MapView, key: str = "map-main") -> MapEvent | None:
    """Draws `view` and returns what the reader did since the last run, once; None when nothing happened.

    The map mounts once per page and is only updated afterwards. `key`: class `st-key-<key>` of the element around it.
    """
    with st.container(key=key):
        answer = st_folium(
            unit_map(), key=key, height=view.height, use_container_width=True, returned_objects=[],
            feature_group_to_add=view_group(message(view)),
        )
    return _new_event(answer, f"{key} seen")


def _new_event(answer: Any, seen_key: str) -> MapEvent | None:
    """Our script sends its own value: streamlit-folium's `last_clicked` waits 250 ms and hides a second click on one place.

    Streamlit repeats a component's value on every run, so each one is told by its number within one mounting.
    """
    if not isinstance(answer, dict) or answer.get("kind") not in EVENT_KINDS:
        return None
    mark = (answer["mounted"], answer["seq"])
    if st.session_state.get(seen_key) == mark:
        return None
    st.session_state[seen_key] = mark
    return MapEvent(answer["kind"], answer["level"], answer.get("unit_no"), answer.get("lng"), answer.get("lat"))
