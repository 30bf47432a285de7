"""The map of 党员覆盖: micro-grids by band (or covered, not covered), everything else by its indicator."""

from html import escape

import streamlit as st

from dashboard.coverage.words import BAND_KINDS, BAND_NAME, BAND_UNIT, COVER_KINDS, word
from dashboard.maps.view import MapEvent
from dashboard.parts.category_map import draw_kinds
from dashboard.parts.main_map import draw_map
from dashboard.view.drill import Shown, shown
from dashboard.view.finest import FINEST
from dashboard.view.run import Run
from etl.model.indicators import Indicator
from etl.model.levels import BY_ID
from etl.query.coverage import micro_bands, sees_bands
from etl.query.first_days import is_counted


def cover_card(run: Run) -> None:
    """Of a micro-grid in words: covered or not, and the band for those who may know it."""
    if run.unit.level != "micro" or "member_stat" not in run.build.feeds or run.reader.role == "public":
        return
    band = micro_bands(run.build, run.reader, run.scope_without_filters, run.unit.unit_no)["band"]
    if len(band):
        covered = word(run, "here_yes" if band[0] else "here_no")
        detail = run.say(BAND_KINDS[band[0]].word) if band[0] and sees_bands(run.reader) else ""
        with st.container(key="kpi-cover-here"):
            st.html(
                f'<article class="ga-card"><h3>{escape(word(run, "here_title"))}</h3><p class="ga-value"><b>{escape(covered)}</b></p><p class="ga-parts">{escape(detail)}</p></article>'
            )


def draw_coverage(run: Run, indicator: Indicator, units_shown: Shown, height: int) -> MapEvent | None:
    """Micro-grids are never coloured by a number of members: bands for those who may know them, else covered or not."""
    is_micro = indicator.id == "member_cover_rate" and units_shown.level == "micro" and run.reader.role != "public"
    if is_micro and "member_stat" in run.build.feeds and is_counted(run.build, ("member_stat",), run.scope.as_of):
        table = micro_bands(run.build, run.reader, run.scope_without_filters, run.reader.first_no)
        kinds = BAND_KINDS if sees_bands(run.reader) else COVER_KINDS
        return draw_kinds(run, indicator, units_shown, table.rename(columns={"band": "place"}), kinds, BAND_NAME, BAND_UNIT, height)
    event = draw_map(run, indicator, units_shown, height)
    if shown(run).level != units_shown.level:
        sentence = word(run, "only_to", name=run.say(indicator.name), level=run.say(BY_ID[FINEST[indicator.id]].name))
        st.html(f'<p class="ga-note">{escape(sentence)}</p>')
    return event
