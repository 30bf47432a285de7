"""Units by kind on the map (分类图): every kind has a number, a colour, a pattern and a word; the legend counts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd
import streamlit as st

from dashboard.maps.legend import PATTERNS
from dashboard.maps.scale import Scale
from dashboard.maps.view import MapEvent, NumberFormat
from dashboard.parts.main_map import map_view, mounted
from dashboard.parts.map_table import map_table
from dashboard.view.drill import Shown
from dashboard.view.format import day, span
from dashboard.view.run import Run
from etl.model.indicators import Indicator
from etl.model.levels import BY_ID
from etl.model.text import Text
from etl.query.units import units

CIRCLED = "①②③④⑤⑥⑦⑧⑨"  # a number beside a word like “1–2 名” must not read as part of it


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its word and its (colour, pattern)."""

    word: Text
    look: tuple[str, str]


def draw_kinds(
    run: Run, indicator: Indicator, shown: Shown, table: pd.DataFrame, kinds: Sequence[Kind], name: Text, unit: Text, height: int
) -> MapEvent | None:
    """Map and legend of `table` (unit_no, place of the kind from 0). The pointer tells the kind's word."""
    values = pd.DataFrame({"unit_no": table["unit_no"], "value": table["place"] + 1.0, "state": "ok"})
    scale = Scale(
        tuple(place + 1.5 for place in range(len(kinds) - 1)), tuple(kind.look for kind in kinds), False, tuple(kind.word for kind in kinds)
    )
    view = map_view(run, indicator, shown, values, height, scale=scale, number=NumberFormat(1.0, 0, unit, as_word=True), name=name)
    title = f"{run.say(name)} · {run.say(BY_ID[shown.level].name)}"
    period = f"{span(run.scope.date_from, run.scope.date_to, run.lang)} · {run.word('data_to')} {day(run.build.data_date, run.lang)}"
    st.html(f'<div class="ga-map-head"><h2>{escape(title)}</h2><span class="ga-note">{period}</span></div>')
    if not any(level.id == shown.level for level in view.levels):
        sentence = escape(run.word("no_boundary", level=run.say(BY_ID[shown.level].plural)))
        st.html(f'<div class="ga-no-map" style="min-height:{height // 2}px"><p>{sentence}</p></div>')
        return None
    event = mounted(view)
    in_focus = table["unit_no"].between(shown.under, int(units(run.build).last_no[shown.under - 1]))
    st.html(_legend(run, table.loc[in_focus, "place"], kinds))
    map_table(run, view, shown)
    return event


def _legend(run: Run, places: pd.Series, kinds: Sequence[Kind]) -> str:
    counts = places.value_counts()
    rows = "".join(
        f'<span style="display:inline-flex;align-items:center;gap:6px"><span style="display:inline-block;width:22px;height:14px;border:1px solid #8a94a3;'
        f'background:{_background(kind.look)};flex:none"></span><span>{CIRCLED[at]} {escape(run.say(kind.word))}</span>'
        f'<span style="opacity:.7;font-variant-numeric:tabular-nums">{int(counts.get(at, 0)):,}</span></span>'
        for at, kind in enumerate(kinds)
    )
    return f'<div role="group" aria-label="{run.word("legend")}" style="font-size:14px;line-height:1.5;display:flex;flex-wrap:wrap;gap:2px 16px">{rows}</div>'


def _background(look: tuple[str, str]) -> str:
    return ",".join(part for part in (PATTERNS[look[1]], f"linear-gradient({look[0]},{look[0]})") if part)
