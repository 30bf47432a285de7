"""How an indicator is spread (分布与分级): histogram, quantiles, units that stand apart, and the classes the map is coloured by."""


from html import escape
from itertools import pairwise

import numpy as np
import streamlit as st

from dashboard.explore.classes import class_controls, scale_chosen
from dashboard.explore.picked import chips, picks, span_of, span_text, with_pick
from dashboard.explore.scatter import axis_name
from dashboard.explore.stage import draw_stage, told
from dashboard.explore.unit_rows import unit_rows
from dashboard.explore.words import word
from dashboard.maps.lights import classes_of
from dashboard.maps.scale import Floats
from dashboard.parts import charts
from dashboard.parts.chart_picks import Choice, choice_list
from dashboard.parts.chart_style import FADED, INK, LINE, SOFT, draw
from dashboard.parts.list_table import Cell, list_table, number, text
from dashboard.parts.main_map import value_scale
from dashboard.parts.map_lights import is_by_value, lit, scale_of_lights
from dashboard.view.drill import Shown
from dashboard.view.format import DASH, headed, of_indicator, plain, with_unit
from dashboard.view.picks import is_picked, pick
from dashboard.view.run import Run
from etl.model.indicators import Indicator
from etl.query.distribution import Spread, distribution
from etl.query.figures import LevelFigures, figure
from etl.query.lights import judged, year_elapsed

APART = 12


def spread_panel(run: Run, indicator: Indicator, shown: Shown) -> None:
    """The whole part of the page."""
    found = distribution(run.build, run.reader, indicator.id, run.scope_for(indicator), shown.level, shown.under)
    level = told(run, indicator, shown)
    values, framed = level.value, _framed(run, found, level)
    with st.container(key="explore-controls"):
        class_controls(run, indicator, values)
    chosen = picks(run)
    chips(run, None if framed is None else len(framed), word(run, "pick_hint_bar", n=8))
    with st.container(key="stage-explore"):
        draw_stage(run, indicator, shown, chosen, framed)
        with charts.panel("spread", word(run, "spread_title", name=run.say(indicator.name), n=f"{found.n:,}")):
            if found.n:
                _histogram(run, indicator, found, *_bar_look(run, indicator, shown, found, values))
                _quantiles(run, indicator, found, shown)
            else:
                charts.empty(run.lang)
    _apart(run, indicator, found)
    unit_rows(run, (indicator,), shown, (*(framed or ()), *chosen))


def _framed(run: Run, found: Spread, level: LevelFigures) -> list[int] | None:
    """The units in the bar that is picked; a bar ends before the next begins, the last with its edge."""
    span = span_of(run.view)
    if span is None:
        return None
    is_in = (level.value >= span[0]) & ((level.value < span[1]) | ((level.value == span[1]) & (span[1:] == found.edges[-1:])))
    return level.unit_no[is_in].tolist()


def _bar_look(run: Run, indicator: Indicator, shown: Shown, found: Spread, values: Floats) -> tuple[list[str], list[float]]:
    """The colour of each bar, that of its middle, and the limits between them: the reader's classes, else what the map shows
    unasked, lights or values."""
    edges = np.array(found.edges)
    middles = (edges[:-1] + edges[1:]) / 2
    scale, threshold = scale_chosen(run, indicator, values), run.build.rules.thresholds.get(indicator.id)
    if scale is None and threshold is not None and not is_by_value(run, indicator) and lit(run, indicator, told(run, indicator, shown)) is not None:
        past = year_elapsed(run.scope_for(indicator)) if threshold.basis == "year_elapsed" else 0.0
        bounds = {limit + past for bound in (threshold.amber, threshold.green) for limit in (bound if isinstance(bound, tuple) else (bound,))}
        return [scale_of_lights(run, indicator).looks[at][0] for at in classes_of(judged(run.build, indicator.id, middles - past))], sorted(bounds)
    scale = scale or value_scale(run, indicator, shown.level)
    return [scale.looks[int(at)][0] for at in scale.class_of(middles)], list(scale.breaks)


def _histogram(run: Run, indicator: Indicator, found: Spread, colours: list[str], limits: list[float]) -> None:
    """Bars in the colours of the map's classes."""
    from plotly import graph_objects as go

    times = 100 if indicator.is_percent else 1
    edges = np.array(found.edges)
    middles = (edges[:-1] + edges[1:]) / 2
    spans = [f"{plain(low * times, _digits(edges * times))} – {plain(high * times, _digits(edges * times))}{'%' if indicator.is_percent else ''}" for low, high in pairwise(edges)]
    bars = [pick(brush=span_text(low, high)) if n else "" for (low, high), n in zip(pairwise(found.edges), found.counts, strict=True)]
    figure, is_any = go.Figure(), any(is_picked(run.view, one) for one in bars)
    figure.add_bar(
        x=middles * times, y=list(found.counts), width=np.diff(edges) * times * 0.96, marker={"color": colours, "opacity": [1.0 if not is_any or is_picked(run.view, one) else FADED for one in bars], "line": {"color": "#7c8a9b", "width": 0.6}},
        customdata=list(zip(spans, bars, strict=True)), hovertemplate=f"%{{customdata[0]}}　%{{y:,}} {word(run, 'bin_units')}<extra></extra>",
    )  # fmt: skip
    for limit in limits:
        if edges[0] <= limit <= edges[-1]:
            figure.add_vline(limit * times, line={"color": INK, "width": 1, "dash": "dot"})
    axis = {"gridcolor": LINE, "zeroline": False, "fixedrange": True, "automargin": True, "tickfont": {"size": 14, "color": SOFT}}
    figure.update_layout(xaxis={**axis, "title": _axis_title(axis_name(run, indicator)), "showgrid": False, "tickformat": ",", "ticksuffix": "%" if indicator.is_percent else "", "nticks": 8}, yaxis={**axis, "title": _axis_title(word(run, "bin_axis")), "rangemode": "tozero", **({"dtick": 1} if max(found.counts, default=0) <= 5 else {"nticks": 5})}, showlegend=False, bargap=0)
    draw(figure, f"spread-{indicator.id}", word(run, "spread_alt", name=run.say(indicator.name)), 300, has_picks=True)
    choice_list(run.lang, [Choice(span, f"{n:,}", one) for span, n, one in zip(spans, found.counts, bars, strict=True) if one], word(run, "spread_alt", name=run.say(indicator.name)))


def _axis_title(text: str) -> dict[str, object]:
    return {"text": escape(text), "font": {"size": 14, "color": SOFT}, "standoff": 8}


def _digits(edges: np.ndarray) -> int:
    return next((digits for digits in range(4) if np.allclose(edges, np.round(edges, digits), atol=1e-9)), 4)


def _quantiles(run: Run, indicator: Indicator, found: Spread, shown: Shown) -> None:
    whole = figure(run.build, run.reader, indicator.id, run.scope_for(indicator), shown.under)
    cells = "".join(f"<div><dt>{word(run, f'q{at}')}</dt><dd>{_bare(indicator, value)}</dd></div>" for at, value in enumerate(found.quantiles))
    rest = f"<div><dt>{word(run, 'mean_units')}</dt><dd>{_bare(indicator, found.mean)}</dd></div>"
    if indicator.has_denominator:
        rest = f"<div><dt>{word(run, 'whole_value')}</dt><dd>{_bare(indicator, whole.value)}</dd></div>{rest}"
    note = f'<p class="ga-note">{word(run, "mean_note")}</p>' if indicator.has_denominator else ""
    others = "　".join(f"{run.word(f'state_{state}')} {n:,}" for state, n in found.others.items())
    st.html(f'<dl class="ga-figures ga-figures-small">{cells}{rest}</dl>{note}<p class="ga-note">{escape(others)}</p>')


def _bare(indicator: Indicator, value: float | None) -> str:
    """Without its unit, which the axis above names; a rate with its sign."""
    text = of_indicator(indicator, value)
    return f"{text}%" if indicator.is_percent and text != DASH else text


def _apart(run: Run, indicator: Indicator, found: Spread) -> None:
    """Units beyond the fences by name, each with whether so few things behind it may explain it."""
    if found.fences is None or not len(found.apart):
        note = word(run, "apart_none") if found.n else ""
    else:
        low, high = (with_unit(indicator, fence, run.lang) for fence in found.fences)
        note = word(run, "apart_note", low=low, high=high, n=f"{len(found.apart):,}")
    if not found.n:
        return
    with charts.panel("apart", word(run, "apart"), note):
        rows = []
        for row in found.apart.head(APART).itertuples():
            href = run.href(extra=with_pick(run, int(row.unit_no)).extra)
            chance = "" if row.is_chance is None else word(run, "by_chance" if row.is_chance else "not_chance")
            parts = f"{plain(row.numerator)} / {plain(row.denominator)}" if indicator.has_denominator else ""
            rows.append([Cell(f'<a href="{href}" data-go>{escape(row.name)}</a>'), text(word(run, str(row.side))), number(row.value * (100 if indicator.is_percent else 1), indicator.digits), Cell(parts, is_number=True), text(chance)])
        if rows:
            heads = [(word(run, "unit"), False), ("", False), (headed(indicator, run.lang), True), (f"{run.word('numerator')} / {run.word('denominator')}", True), (word(run, "judgement"), False)]
            st.html(list_table(heads, rows, "", word(run, "apart")))
