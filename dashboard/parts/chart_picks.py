"""What a chart offers to pick, as a list of links below it (图中项列表): the same choice for the keyboard and for who cannot see the chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from dashboard.view.choice import view_now
from dashboard.view.picks import pick_link
from etl.model.text import Text

SUMMARY = Text("列表与筛选", "List and filter")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing of a chart: what it is called, its value in words, what picking it means ("" = nothing)."""

    name: str
    value: str
    pick: str


def choice_list(lang: str, choices: Sequence[Choice], alt: str) -> None:
    """A folded list; nothing where nothing can be picked."""
    if not any(choice.pick for choice in choices):
        return
    view = view_now()
    rows = "".join(
        f'<tr><th scope="row">{pick_link(choice.pick, escape(choice.name), view)}</th><td class="n">{escape(choice.value)}</td></tr>' for choice in choices
    )
    st.html(
        f'<details class="ga-picks"><summary>{escape(SUMMARY.to(lang))}</summary><table class="ga-table" aria-label="{escape(alt, quote=True)}">'
        f"<tbody>{rows}</tbody></table></details>"
    )
