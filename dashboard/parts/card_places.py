"""Cards before their figures (卡片占位): a session's first map comes before all else, and nothing may move when they follow."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.cards import has_period_before
from dashboard.parts.first_map import is_first_map_awaited
from dashboard.parts.light_mark import band_mark
from dashboard.view.run import Run
from etl.model.indicators import BY_ID, Indicator

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def card_places(run: Run, ids: Sequence[str]) -> list[DeltaGenerator]:
    """Each card's name and as many lines as it will have, one place a card; none where no map is waited for."""
    return [_place(run, BY_ID[indicator_id], len(ids)) for indicator_id in ids] if is_first_map_awaited() else []


def _place(run: Run, indicator: Indicator, of: int) -> DeltaGenerator:
    changes = ("yoy", "mom") if has_period_before(run.scope_for(indicator)) else ("yoy",)
    deltas = "".join(f'<span class="ga-delta">{run.word(word)}</span>' for word in changes)
    with st.container(key=f"kpi-{indicator.id}"):
        return st.html(
            f'<article class="ga-card ga-card-place ga-of-{of}"><h3><span>{escape(run.say(indicator.name))}</span></h3><div aria-hidden="true">'
            f'<p class="ga-value"><b>00.0</b><span>%</span>{band_mark(run, "red")}</p>'
            f'<div class="ga-foot"><p class="ga-parts">0 / 0</p><p class="ga-change">{deltas}</p></div></div></article>'
        )
