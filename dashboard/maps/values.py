"""A view as the small message the browser needs: a code per unit, and per code its value and its look.

Units with equal value and state share a code, so 120,000 units travel as one or two bytes each and the legend's classes
are worked out on the distinct values only.
"""

import base64
import zlib
from typing import Any

import numpy as np
import pandas as pd

from dashboard.maps.lights import NO_LIGHT
from dashboard.maps.scale import ZERO
from dashboard.maps.view import ABSENT, NO_DATA, NO_FEED, OK, STATE_WORDS, SUPPRESSED, UNSTABLE, MapView
from etl.model.levels import BY_ID
from etl.model.text import Text

# Grey hatch, grey dots and violet cross hatch: none of them is a step of any palette. Second colour: on a dark ground.
STATE_LOOKS: dict[int, tuple[str, str, str]] = {
    NO_DATA: ("#e4e6ea", "#303b4d", "no_data"), NO_FEED: ("#f3f4f6", "#1d2737", "no_feed"), SUPPRESSED: ("#e3dcec", "#3d3355", "suppressed"),
}
CLASSES = 8  # more than any scale by class has
FOLLOW_PX = 22  # zooming asks for the finest level whose median unit is at least this wide on the screen
BLANK = Text("本层级无此单元的数值", "No figure for this unit at this level")


def message(view: MapView) -> dict[str, Any]:
    """JSON-ready; arrays as base64 of little-endian bytes."""
    looks, words = _looks(view)
    codes, values, states, classes = _codes(view)
    return {
        "build_id": view.build_id, "level": view.level, "rank": BY_ID[view.level].rank, "lang": view.lang, "dark": view.dark,
        "tiles": view.tiles_url.format(build_id=view.build_id, level=view.level), "names": view.names_url.format(build_id=view.build_id),
        "levels": [
            {"id": level.id, "rank": BY_ID[level.id].rank, "area": level.median_area_m2, "tiles": level.has_tiles} for level in view.levels
        ],
        "bounds": [round(edge, 6) for edge in view.bounds], "fit": view.fit, "range": list(view.visible),
        "outside": "hidden" if view.hide_outside else "pale", "selected": view.selected, "also": list(view.also),
        "outlines": [BY_ID[level].rank for level in view.outline_levels], "follow": view.follow_zoom, "follow_px": FOLLOW_PX,
        "can_choose": view.can_choose, "area": [list(corner) for corner in view.area],
        "labels": view.labels, "note": view.note.to(view.lang), "mark": view.mark, "indicator": view.indicator.to(view.lang),
        "basemap": {"url": view.basemap.url, "attribution": view.basemap.attribution, "max_zoom": view.basemap.max_zoom},
        "format": {"scale": view.number.scale, "digits": view.number.digits, "suffix": view.number.suffix.to(view.lang), "as_word": view.number.as_word},
        "looks": [list(look) for look in looks], "looks_text": words, "blank_text": (view.blank or BLANK).to(view.lang),
        "size": len(view.values), "count": int(np.count_nonzero(view.states)),
        "data": {**_packed(codes, len(values)), "values": _base64(values.astype("<f8")), "looks": _base64(places_of(view, values, states, classes).astype("u1"))},
    }


def _looks(view: MapView) -> tuple[list[tuple[str, str]], list[str]]:
    """All (colour, pattern) pairs and the words hover adds: classes low to high, zero, then states; classes and zero twice (ok, unstable)."""
    words = [word.to(view.lang) for word in view.scale.words] or [""] * len(view.scale.looks)
    few, no_light = STATE_WORDS[UNSTABLE].to(view.lang), NO_LIGHT.to(view.lang)  # why there is none is then said once
    looks: list[tuple[str, str]] = []
    texts: list[str] = []
    for (colour, pattern), word in zip([*view.scale.looks, ZERO], [*words, ""], strict=True):
        looks += [(colour, pattern), (colour, "unstable" if pattern == "plain" else pattern)]
        texts += [word, f"{word} · {few}" if word and word != no_light else few]
    for state in STATE_LOOKS:
        looks.append(state_look(state, view.dark))
        texts.append(STATE_WORDS[state].to(view.lang))
    return looks, texts


def state_look(state: int, dark: bool) -> tuple[str, str]:
    """(colour, pattern) of a state without figure."""
    light_colour, dark_colour, pattern = STATE_LOOKS[state]
    return (dark_colour if dark else light_colour), pattern


def places_of(view: MapView, values: np.ndarray, states: np.ndarray, classes: np.ndarray | None = None) -> np.ndarray:
    """Place in the list of looks (`_looks`) of figures with their states, and their classes where these are not cut from the values."""
    classes = view.scale.class_of(np.nan_to_num(values)) if classes is None else classes.astype(np.int64)
    if view.scale.zero_apart:
        classes[values == 0] = len(view.scale.looks)
    places = classes * 2 + (states == UNSTABLE)
    for offset, state in enumerate(STATE_LOOKS):
        places[states == state] = 2 * (len(view.scale.looks) + 1) + offset
    return places


def _codes(view: MapView) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]:
    """(code per unit_no, value per code, state per code, class per code if the view has classes); code 0 = not drawn."""
    drawn = np.flatnonzero(view.states != ABSENT)
    # Figures of units that are not ok never leave the server: a suppressed value must not be readable in the browser.
    states = view.states[drawn]
    values = np.where((states == OK) | (states == UNSTABLE), view.values[drawn], np.nan)
    states = np.where(np.isnan(values) & ((states == OK) | (states == UNSTABLE)), NO_DATA, states)
    numbers, distinct = pd.factorize(values, use_na_sentinel=False)
    classes = np.zeros(len(drawn), np.int64) if view.classes is None else view.classes[drawn].astype(np.int64)
    pairs, entries = pd.factorize((numbers.astype(np.int64) * 8 + states) * CLASSES + classes)
    order = np.argsort(-np.bincount(pairs, minlength=len(entries)), kind="stable")  # frequent figures get small codes: shorter when packed
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    codes = np.zeros(len(view.values), dtype=np.int64)
    codes[drawn] = rank[pairs]
    entries = entries[order]
    figures = entries // CLASSES
    of_code = None if view.classes is None else np.r_[0, entries % CLASSES]
    return codes, np.r_[np.nan, distinct[figures // 8]], np.r_[ABSENT, figures % 8].astype(np.uint8), of_code


def _packed(codes: np.ndarray, entries: int) -> dict[str, Any]:
    """Dense (one code per unit_no) or, where few units are drawn, codes beside the steps from one unit number to the next."""
    width = 1 if entries <= 256 else 2 if entries <= 65_536 else 4
    drawn = np.flatnonzero(codes)
    if len(drawn) * (2 + width) < len(codes) * width:
        steps = np.diff(drawn, prepend=0)
        return {"width": width, "size": len(codes), "count": len(drawn), "numbers": deflated(steps, 4), "codes": deflated(codes[drawn], width)}
    return {"width": width, "size": len(codes), "count": len(codes), "codes": deflated(codes, width)}


def deflated(numbers: np.ndarray, width: int) -> str:
    """Base64 of the zlib bytes of whole numbers, their lowest bytes first, then their next ones: half as long as byte after byte
    left to the connection's own compression, and three times as quick."""
    planes = np.ascontiguousarray(numbers).astype(f"<u{width}").view(np.uint8).reshape(-1, width).T
    return base64.b64encode(zlib.compress(planes.tobytes(), 1)).decode()


def _base64(array: np.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode()
