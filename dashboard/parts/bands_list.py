"""Units in bands (分档): by threshold where there is one, each with value and parts; not a league table of blame."""

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.access.roles import may_open
from dashboard.maps.lights import NO_LIGHT
from dashboard.maps.scale import BAND, BAND_WORDS
from dashboard.parts.table import is_deep
from dashboard.view.drill import Shown
from dashboard.view.format import both_parts, plain, with_unit
from dashboard.view.run import Run
from etl.model.indicators import Indicator
from etl.model.text import Text
from etl.query.breakdown import can_break
from etl.query.ranking import ranking
from etl.query.units import units

LONGEST = 60
ORDER = ("red", "amber", "green", "open", "unstable", "no_data", "no_feed", "suppressed")
ALL = Text("全部", "All")
WHY = Text("为什么？拆开看 →", "Why? Take it apart →")


@dataclass(frozen=True, slots=True)
class Group:
    """One band: its word, its swatch and the units in it."""

    id: str
    word: str
    rows: pd.DataFrame


def bands_list(run: Run, indicator: Indicator, shown: Shown) -> None:
    """Rows are links that drill down, so that list and map move together. The longest band is cut, the table is not."""
    table = ranking(run.build, run.reader, indicator.id, run.scope_for(indicator), shown.level, shown.under)
    groups = grouped(run, indicator, table)
    largest = float(np.nanmax(np.abs(table["value"]))) if table["value"].notna().any() else 0.0
    deep = is_deep(run, shown, table)
    body = "".join(_group_html(run, indicator, shown, group, largest, deep) for group in groups)
    with st.container(key="ranking"):
        st.html(f'<p class="ga-note">{escape(run.word("ranking_note"))}{_why(run, indicator)}</p>{body}')


def _why(run: Run, indicator: Indicator) -> str:
    """The way from a rate to what it is made of, where it can be taken apart and the role may see it."""
    if not can_break(indicator) or not may_open(run.reader.role, "explore"):
        return ""
    return f' <a class="ga-link" href="{run.href("explore", ind=indicator.id, tab="why")}" data-go>{run.say(WHY)}</a>'


def grouped(run: Run, indicator: Indicator, table: pd.DataFrame) -> list[Group]:
    """Bands in the order of urgency; few cases, no data and the like stand apart."""
    kind = table["band"].where(table["band"].notna(), "open")
    kind = kind.where(table["state"] == "ok", table["state"])
    words = dict(zip(("red", "amber", "green"), (word.to(run.lang) for word in BAND_WORDS), strict=True))
    words |= {"open": run.say(NO_LIGHT if table["band"].notna().any() else ALL)} | {state: run.word(f"state_{state}") for state in ("unstable", "no_data", "no_feed", "suppressed")}
    worst_first = indicator.better == "up"
    found = [
        Group(name, words[name], table[kind == name].sort_values(["value", "unit_no"], ascending=[worst_first, True])) for name in ORDER
    ]
    return [group for group in found if len(group.rows)]


def _group_html(run: Run, indicator: Indicator, shown: Shown, group: Group, largest: float, deep: bool) -> str:
    rows = "".join(_row_html(run, indicator, shown, row, largest, deep) for row in group.rows.head(LONGEST).itertuples())
    more = len(group.rows) - LONGEST
    tail = f'<li class="ga-note">{escape(run.word("more_in_table", n=f"{more:,}"))}</li>' if more > 0 else ""
    swatches = dict(zip(("red", "amber", "green"), (colour for colour, _ in BAND), strict=True))
    swatch = f'<i style="background:{swatches[group.id]}"></i>' if group.id in swatches else ""
    return f'<section class="ga-group"><h4>{swatch}{escape(group.word)}<span>{len(group.rows):,}</span></h4><ul>{rows}{tail}</ul></section>'


def _name(run: Run, deep: bool, row) -> str:
    """The name, with the parent's before it where the list crosses several parents."""
    frame = units(run.build)
    parent = int(frame.parent_no[row.unit_no - 1])
    return f"<small>{escape(frame.name[parent - 1])}</small> {escape(row.name)}" if deep and parent else escape(row.name)


def _parts(run: Run, numerator: float, denominator: float) -> str:
    """Numerator / denominator; of a median or a score, which have no numerator, only what it is of."""
    if np.isnan(denominator):
        return ""
    return run.word("base_n", n=plain(denominator)) if np.isnan(numerator) and denominator == int(denominator) else both_parts(numerator, denominator)


def _row_html(run: Run, indicator: Indicator, shown: Shown, row, largest: float, deep: bool) -> str:
    is_known = not np.isnan(row.value)
    width = 0 if not is_known or not largest else max(1, round(abs(row.value) / largest * 100))
    parts = _parts(run, row.numerator, row.denominator) if indicator.has_denominator else ""
    chosen = ' aria-current="true"' if row.unit_no == shown.selected else ""
    return (
        f'<li><a href="{run.href(unit=row.code, level="")}" data-go{chosen}><span class="ga-row-name">{_name(run, deep, row)}</span>'
        f'<span class="ga-row-parts">{parts}</span><b>{escape(with_unit(indicator, row.value, run.lang))}</b>'
        f'<i class="ga-bar"><i style="width:{width}%"></i></i></a></li>'
    )
