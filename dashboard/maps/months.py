"""The months of a view as the browser needs them: one byte per unit and month, and the words of every class."""

from typing import Any

from dashboard.maps.legend import ZERO_WORD, class_texts
from dashboard.maps.lights import NO_LIGHT
from dashboard.maps.values import STATE_LOOKS, deflated
from dashboard.maps.view import STATE_WORDS, UNSTABLE, MapView


def months_message(view: MapView) -> dict[str, Any]:
    """What a message tells of months: none, that they may be asked for, or all of them."""
    if view.months is None:
        return {"months": None, "offers_months": view.offers_months}
    strip = view.months
    return {
        "offers_months": True,
        "months": {"id": strip.id, "labels": list(strip.labels), "frames": deflated(strip.places.ravel(), 1), "texts": _texts(view)},
    }


def _texts(view: MapView) -> list[str]:
    """One text per place in the list of looks, in its order: classes and zero each with and without few cases, then states."""
    few = STATE_WORDS[UNSTABLE].to(view.lang)
    texts = [text for word in [*class_texts(view), ZERO_WORD.to(view.lang)] for text in (word, f"{word} · {few}")]
    texts = [few if text == f"{NO_LIGHT.to(view.lang)} · {few}" else text for text in texts]  # why there is no light is said once
    return texts + [STATE_WORDS[state].to(view.lang) for state in STATE_LOOKS]
