"""Charts (图表) of all pages: rows of numbers in, one Plotly picture out. Same type, colours, number formats and empty state.

Every function draws at once. `key` names the chart in the page, `alt` says in a sentence what it shows to who cannot see it.
Values are numbers ready to show (a rate as 93.4 with suffix "%"); None or NaN is a gap, never a zero. No text is drawn upright:
long names get the room they need. Plotly is loaded by the first chart drawn, not with the pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.maps.scale import YLGNBU, ZERO
from dashboard.parts.chart_picks import Choice, choice_list
from dashboard.parts.chart_style import (
    COLOURS,
    LINES,
    LONG_ROOM,
    PALE,
    ROW,
    SOFT,
    SYMBOLS,
    Link,
    Series,
    beside_bar,
    draw,
    emphasis,
    heights,
    is_nothing,
    known,
    largest,
    names_axis,
    numbers_axis,
    step_colour,
    value_text,
)
from dashboard.parts.chart_units import unit_said
from dashboard.parts.page_tables import noted
from dashboard.view.choice import view_now
from dashboard.view.format import DASH, plain
from dashboard.view.picks import pick_link
from dashboard.web.theme import FONT, INK
from etl.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator


GAP = 20  # pixels between two nodes of a Sankey: room for a label of a sliver
EMPTY = Text("当前范围内没有可显示的数据。", "There is nothing to show here.")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a chain: what, when, more words; `state` done, open (not yet) or wrong."""

    name: str
    when: str = ""
    note: str = ""
    state: str = "done"


@contextmanager
def panel(key: str, title: str, note: str = "") -> Iterator[None]:
    """A bordered panel with a heading; charts, lists and tables go inside. Put several into a container whose key starts with `panels`."""
    with st.container(key=f"panel-{key}"):
        below = f'<p class="ga-note">{escape(note)}</p>' if note else ""
        st.html(f'<h2 class="ga-h2">{escape(title)}</h2>{below}')
        with noted(note):
            yield


def bars(
    lang: str, key: str, labels: Sequence[str], series: Sequence[Series], *, alt: str, is_stacked: bool = False, is_upright: bool = False,
    suffix: str = "", digits: int = 0, height: int = 0, mark: float | None = None, mark_name: str = "", unit: Text | None = None,
) -> None:  # fmt: skip
    """Bars, lying unless `is_upright` (for time), side by side or `is_stacked`. `mark` draws a line across at that value (a standard);
    `unit`: what the numbers count."""
    if is_nothing(series):
        return empty(lang)
    from plotly import graph_objects as go

    figure = go.Figure()
    is_single = len(series) == 1 and not is_upright
    names = list(labels) if is_upright else [escape(label) for label in labels]  # Plotly reads some markup in names
    view, has_picks = view_now(), any(any(one.picks) for one in series)
    for place, one in enumerate(series):
        values, text = known(one.values), [beside_bar(value, lang, digits, suffix) for value in one.values]
        figure.add_bar(
            x=names if is_upright else values, y=values if is_upright else names, name=one.name, orientation="v" if is_upright else "h",
            marker=emphasis(one.colour or COLOURS[place % len(COLOURS)], one, series, view) | {"line": {"width": 0}}, text=text if is_single else None, textposition="outside" if is_single else "none",
            cliponaxis=False, textfont={"size": 14, "color": INK}, customdata=one.points(digits, suffix, view), hovertemplate=f"%{{{'x' if is_upright else 'y'}}}　{escape(one.name)} %{{customdata[0]}}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(barmode="stack" if is_stacked else "group", bargap=0.32, bargroupgap=0.08, showlegend=len(series) > 1)
    across = "yaxis" if is_upright else "xaxis"
    figure.update_layout(
        {
            across: numbers_axis(lang, largest(series, is_stacked, mark), suffix, room=LONG_ROOM if is_single else 1.14, is_lying=not is_upright),
            "xaxis" if is_upright else "yaxis": names_axis(not is_upright, names if is_upright else labels),
        }
    )
    if mark is not None:
        add_line = figure.add_hline if is_upright else figure.add_vline
        add_line(
            mark,
            line={"color": INK, "width": 1, "dash": "dot"},
            annotation={"text": escape(mark_name), "font": {"size": 14, "color": SOFT}},
        )
    groups = 1 if is_stacked else len(series)
    draw(
        figure,
        key,
        alt,
        height or (240 if is_upright else max(len(labels), 2) * (ROW + (groups - 1) * 14) + 34),
        has_picks=has_picks,
        unit=unit_said(lang, unit),
    )
    choice_list(lang, series_choices(labels, series, digits, suffix), alt)


def lines(
    lang: str, key: str, labels: Sequence[str], series: Sequence[Series], *, alt: str, suffix: str = "", digits: int = 0, height: int = 240,
    from_zero: bool = True, marks: Sequence[int] = (), unit: Text | None = None,
) -> None:  # fmt: skip
    """Values over time, the first series strong; look "dash" for the same period a year before. `marks`: places drawn hollow (not yet over)."""
    if is_nothing(series):
        return empty(lang)
    from plotly import graph_objects as go

    figure = go.Figure()
    for place, one in enumerate(series):
        colour = one.colour or (PALE if one.look == "dash" else LINES[place % len(LINES)])
        symbol = "circle" if one.look == "dash" else SYMBOLS[place % len(SYMBOLS)]
        fills = ["#ffffff" if at in marks and one.look != "dash" else colour for at in range(len(labels))]
        figure.add_scatter(
            x=list(labels), y=known(one.values), name=one.name, mode="lines+markers", connectgaps=False,
            line={"color": colour, "width": 2 if one.look == "dash" else 3, "dash": "dash" if one.look == "dash" else "solid"},
            marker={"symbol": symbol, "size": 5 if one.look == "dash" else 8, "color": fills, "line": {"color": colour, "width": 2}},
            customdata=one.points(digits, suffix, view_now()), hovertemplate=f"{escape(one.name)} %{{customdata[0]}}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(
        hovermode="x unified",
        showlegend=len(series) > 1,
        xaxis=names_axis(False, labels),
        yaxis=numbers_axis(lang, largest(series), suffix, from_zero),
    )
    draw(figure, key, alt, height, has_picks=any(any(one.picks) for one in series), unit=unit_said(lang, unit))
    choice_list(lang, series_choices(labels, series, digits, suffix), alt)


def series_choices(labels: Sequence[str], series: Sequence[Series], digits: int, suffix: str) -> list[Choice]:
    """Every point of every series that can be picked, named by its label and, where there are several, its series."""
    return [
        Choice(label.replace("<br>", " ") + (f" · {one.name}" if len(series) > 1 else ""), text, chosen)
        for one in series
        for label, (text, chosen) in zip(labels, one.told(digits, suffix), strict=True)
        if chosen
    ]


def heat(
    lang: str, key: str, rows: Sequence[str], columns: Sequence[str], values: Sequence[Sequence[float | None]], *, alt: str, name: str,
    digits: int = 0, suffix: str = "", height: int = 0, picks: Sequence[Sequence[str]] = (), choices: Sequence[Choice] = (), unit: Text | None = None,
) -> None:  # fmt: skip
    """A strip of cells, light to dark (hour × weekday, month × class); `values` row by row from the top. `picks`, in the shape of
    `values`: what a click on a cell filters by; `choices`: the same for the keyboard, by row and by column."""
    if not any(value for row in values for value in row if value is not None):
        return empty(lang)
    from plotly import graph_objects as go

    cells = [[[value_text(value, digits, suffix), picks[at][place] if picks else ""] for place, value in enumerate(row)] for at, row in enumerate(values)]
    most = max(value for row in values for value in known(row) if value is not None)
    scale = [[0, ZERO[0]], [0.0001, YLGNBU[0]], *([at / 5, colour] for at, colour in enumerate(YLGNBU[1:6], start=1))]
    figure = go.Figure(
        go.Heatmap(
            x=list(columns), y=list(rows), z=[known(row) for row in values], colorscale=scale, zmin=0, zmax=most, xgap=2, ygap=2, showscale=True,
            colorbar={"thickness": 10, "len": 0.9, "outlinewidth": 0, "tickfont": {"size": 14, "color": SOFT}, "nticks": 4, **({"dtick": 1} if not suffix and most < 5 else {}), "tickformat": ",", "ticksuffix": suffix},
            customdata=cells, hovertemplate=f"%{{y}} %{{x}}　{escape(name)} %{{customdata[0]}}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_layout(xaxis=names_axis(False, columns) | {"side": "bottom"}, yaxis=names_axis(True))
    draw(figure, key, alt, height or len(rows) * 26 + 46, has_picks=bool(picks), unit=unit_said(lang, unit))
    choice_list(lang, choices, alt)


def sankey(
    lang: str, key: str, nodes: Sequence[tuple[str, str, int]], links: Sequence[Link], *, alt: str, unit: str, height: int = 340,
    picks: Sequence[str] = (),
) -> None:  # fmt: skip
    """Flows between nodes (name, colour, column from 0 at the left). Nodes without a flow are left out by the caller.
    `picks`: what a click on each node filters by."""
    if not links:
        return empty(lang)
    from plotly import graph_objects as go

    columns = max(column for _, _, column in nodes) or 1
    figure = go.Figure(
        go.Sankey(
            arrangement="snap", valueformat=",d", valuesuffix=f" {escape(unit)}", textfont={"size": 15, "color": INK, "family": FONT},
            node={
                "label": [escape(name) for name, _, _ in nodes], "color": [colour for _, colour, _ in nodes], "pad": GAP, "thickness": 16,
                "x": [min(max(column / columns, 0.001), 0.999) for _, _, column in nodes], "y": heights(nodes, links, GAP / (height - 32)),
                "line": {"width": 0}, "customdata": [["", one] for one in picks], "hovertemplate": "%{label}　%{value}<extra></extra>",
            },
            link={
                "source": [link.source for link in links], "target": [link.target for link in links], "value": [link.value for link in links],
                "color": [link.colour or "rgba(143,155,171,.30)" for link in links], "customdata": [["", link.pick] for link in links], "hovertemplate": "%{source.label} → %{target.label}　%{value}<extra></extra>",
            },
        )
    )  # fmt: skip
    draw(figure, key, alt, height, margin=16, has_picks=any(picks) or any(link.pick for link in links))
    flows = [Choice(f"{nodes[link.source][0]} → {nodes[link.target][0]}", f"{plain(link.value)} {unit}", link.pick) for link in links if link.pick]
    choice_list(lang, [*(Choice(name, "", one) for (name, _, _), one in zip(nodes, picks or [""] * len(nodes), strict=True) if one), *flows], alt)


def funnel(
    lang: str, key: str, stages: Sequence[str], values: Sequence[float | None], *, alt: str, suffix: str = "", notes: Sequence[str] = (), picks: Sequence[str] = (),
) -> None:  # fmt: skip
    """Stages from many to few, each with its number, its share of the first, or the caller's note. `picks`: what a click on a stage with
    something in it picks."""
    first = next((value for value in values if value), None)
    if first is None:
        return empty(lang)
    view = view_now() if any(picks) else None
    shares = [f"{value / first * 100:.0f}%" if value is not None else DASH for value in values]
    rows = "".join(
        f'<tr><th scope="row">{pick_link(picks[at] if picks and value else "", escape(stage), view)}</th><td class="ga-funnel-cell"><i style="width:{(value or 0) / max(first, *(v or 0 for v in values)) * 100:.1f}%;background:{step_colour(at)}"></i></td>'
        f'<td class="n"><b>{plain(value)}</b>{escape(suffix)}</td><td class="n ga-note">{escape(notes[at]) if notes else shares[at]}</td></tr>'
        for at, (stage, value) in enumerate(zip(stages, values, strict=True))
    )
    st.html(f'<table class="ga-bars ga-funnel" aria-label="{escape(alt, quote=True)}"><tbody>{rows}</tbody></table>')


def chain(lang: str, steps: Sequence[Step], *, alt: str) -> None:
    """Steps in time from left to right (below each other on a phone): done, still open, or wrong — each said in words by its note."""
    if not steps:
        return empty(lang)
    body = "".join(
        f'<li class="is-{step.state}"><b>{escape(step.name)}</b><time>{escape(step.when)}</time><span>{escape(step.note)}</span></li>'
        for step in steps
    )
    st.html(f'<ol class="ga-chain" aria-label="{escape(alt, quote=True)}">{body}</ol>')


def empty(lang: str, sentence: str = "") -> None:
    """What stands where there is nothing to draw: a sentence, never an empty frame."""
    st.html(f'<p class="ga-empty">{escape(sentence or EMPTY.to(lang))}</p>')
