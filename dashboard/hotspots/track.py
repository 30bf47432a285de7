"""Compounds that moved (小区位次变化) on the page 诉求热点: most improved and most in need of a look, against their own past."""

import pandas as pd
import streamlit as st

from dashboard.hotspots.words import word
from dashboard.parts.charts import panel
from dashboard.parts.list_table import Cell, link, list_table, number, percent
from dashboard.view.run import Run
from etl.model.indicators import BY_ID
from etl.query.rank_track import rank_track

SHOWN = 8


def track_panels(run: Run) -> None:
    """The two ends of one table, side by side; nothing without a whole year before."""
    table = rank_track(run.build, run.reader, run.scope_for(BY_ID["hotspot_n"]), run.unit.unit_no)
    if table is None:
        return
    with st.container(key="panels-two-track"):
        fewer = table["rate"] < table["rate_before"]
        better, worse = table[(table["moved"] > 0) & fewer], table[(table["moved"] < 0) & ~fewer].iloc[::-1]
        for key, part in (("track_better", better.head(SHOWN)), ("track_worse", worse.head(SHOWN))):
            with panel(key.replace("_", "-"), word(run, key), word(run, "track_note")):
                heads = [(word(run, "place"), False), *((word(run, name), True) for name in ("track_rate", "track_before", "track_change", "track_places"))]
                st.html(list_table(heads, [_row(run, row) for row in part.itertuples()], word(run, "track_none"), word(run, key)))


def _row(run: Run, row) -> list[Cell]:
    change = (row.rate - row.rate_before) / row.rate_before if row.rate_before else None
    arrow = "↑" if row.moved > 0 else "↓"
    places = f'{row.place_before} → {row.place} <span class="ga-note">{arrow}{abs(row.moved)}</span>'
    told = percent(None) if change is None or pd.isna(change) else Cell(f"{'+' if change > 0 else '−' if change < 0 else ''}{abs(change):.1%}", float(change), True)
    return [link(run, row.unit_no), number(row.rate, 1), number(row.rate_before, 1), told, Cell(places, float(row.moved), True)]
