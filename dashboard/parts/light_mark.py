"""The light of a figure (亮灯) as swatch and word; the word is always there, colour never tells alone."""

from html import escape

from dashboard.maps.scale import BAND, BAND_WORDS
from dashboard.view.run import Run


def band_mark(run: Run, colour: str | None) -> str:
    """Word and swatch of a band; nothing where there is none."""
    if not colour:
        return ""
    place = ("red", "amber", "green").index(colour)
    return f'<span class="ga-band-word"><i style="background:{BAND[place][0]}"></i>{escape(BAND_WORDS[place].to(run.lang))}</span>'
