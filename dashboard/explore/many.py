"""The table of several indicators (多指标表): which columns, then the rows of `unit_rows`."""

import streamlit as st

from dashboard.explore.controls import connected_ids
from dashboard.explore.picked import chips, picks
from dashboard.explore.unit_rows import unit_rows
from dashboard.explore.words import word
from dashboard.view.beside import BETWEEN
from dashboard.view.choice import choosing, hold, view_now
from dashboard.view.drill import Shown
from dashboard.view.run import Run
from dashboard.view.state import ViewState
from etl.model.indicators import BY_ID, Indicator

MOST = 8
USUAL = ("case_per_1000hh", "ontime_close_rate", "satisfy_rate", "overdue_open_n")


def units_panel(run: Run, indicator: Indicator, shown: Shown) -> None:
    """The whole part of the page. The indicator of the filter bar is always the first column."""
    columns = columns_of(run, indicator)
    hold(run, "explore-columns", [one.id for one in columns[1:]])

    def changed() -> ViewState:
        chosen = st.session_state["explore-columns"][: MOST - 1]
        return view_now().with_own(columns=BETWEEN.join(chosen) or BETWEEN, sort="", at="")

    with st.container(key="explore-controls"):
        st.multiselect(
            word(run, "columns"), [name for name in connected_ids(run) if name != indicator.id], key="explore-columns", on_change=choosing(changed), placeholder=word(run, "columns_hint"),
            format_func=lambda name: run.say(BY_ID[name].name), max_selections=MOST - 1,
        )  # fmt: skip
    chosen = picks(run)
    chips(run, None, word(run, "pick_hint_rows", n=8))
    unit_rows(run, columns, shown, chosen)


def columns_of(run: Run, indicator: Indicator) -> tuple[Indicator, ...]:
    """The indicator shown and those of the address, each once; without any the usual ones."""
    asked = run.view.own("columns")
    names = asked.split(BETWEEN) if asked else [name for name in USUAL if name in connected_ids(run)]
    found = dict.fromkeys((indicator.id, *(name for name in names if name in BY_ID)))
    return tuple(BY_ID[name] for name in list(found)[:MOST])
