"""KPI cards (指标卡): value, change worded better or worse, numerator and denominator, definition, data date, state."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.parts.evidence_panel import evidence_slot
from dashboard.parts.light_mark import band_mark
from dashboard.view.format import DASH, of_indicator, part, short, span, unit_beside, with_unit
from dashboard.view.run import Run
from etl.model.indicators import BY_ID, Indicator
from etl.query.figures import Figure
from etl.query.lights import light_of
from etl.query.scope import Scope
from etl.query.series import Change, changes_ahead, period_on_period, year_on_year

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

STATE_NOTES = {"unstable": "unstable_note", "no_data": "no_data_note", "no_feed": "no_feed_note", "suppressed": "suppressed_note"}
ROOM = 13  # figures of both parts together that stand in one line of a card
NO_LIGHT = '<span class="ga-no-light"></span>'  # keeps its line where the other cards of the row have one


def cards(run: Run, ids: tuple[str, ...], chosen: str, places: Sequence[DeltaGenerator] = ()) -> None:
    """A row of cards for the unit looked at, into a container with the key `cards`; a card's title shows that indicator on the map.
    `places` kept for them are taken, each by its card."""
    asks = [(name, run.scope_for(BY_ID[name])) for name in ids]
    changes_ahead(run.build, run.reader, asks, run.unit.unit_no, with_period=any(has_period_before(scope) for _, scope in asks))
    for at, indicator_id in enumerate(ids):
        place = places[at] if places else st.container(key=f"kpi-{indicator_id}")
        place.html(card_html(run, BY_ID[indicator_id], is_chosen=indicator_id == chosen))


def has_period_before(scope: Scope) -> bool:
    """Of a whole year the period before is last year."""
    return (scope.date_to - scope.date_from).days < 364


def card_html(run: Run, indicator: Indicator, is_chosen: bool) -> str:
    """One card. The exact parts stand in data attributes, unrounded, for whoever wants to check them."""
    scope = run.scope_for(indicator)
    year = year_on_year(run.build, run.reader, indicator.id, scope, run.unit.unit_no)
    figure, changes = year.current, [("yoy", year)]
    if has_period_before(scope):
        changes.append(("mom", period_on_period(run.build, run.reader, indicator.id, scope, run.unit.unit_no)))
    light = light_of(run.build, run.reader, indicator.id, year.current_scope, figure)
    unit = "" if figure.value is None else "%" if indicator.is_percent else escape(unit_beside(indicator, run.lang))
    value = of_indicator(indicator, figure.value) if indicator.is_percent or indicator.has_denominator else short(figure.value, run.lang)
    if figure.value is None:
        value = DASH
    return (
        f'<article class="ga-card{" is-chosen" if is_chosen else ""}" {_data(figure)} data-light="{light or ""}">'
        f'<h3><a href="{run.href(ind=indicator.id)}" data-go>{escape(run.say(indicator.name))}</a></h3>'
        f'<p class="ga-value" title="{_closer(run, indicator, figure)}"><b>{value}</b><span>{unit}</span>{_judged(run, figure, light)}</p>'
        f'<div class="ga-foot"><p class="ga-parts">{parts_text(run, indicator, figure)}</p>{definition_html(run, indicator, changes)}'
        f'<p class="ga-change">{_changes(run, indicator, changes)}</p></div></article>'
    )


def _judged(run: Run, figure: Figure, light: str | None) -> str:
    """The light, or why there is none: few cases, no data, not connected."""
    if light:
        return band_mark(run, light)
    mark = state_mark(run, figure.state)
    return f'<span class="ga-no-light">{mark}</span>' if mark else NO_LIGHT


def _data(figure: Figure) -> str:
    parts = {"value": figure.value, "numerator": figure.numerator, "denominator": figure.denominator}
    return " ".join(f'data-{name}="{"" if part is None else repr(part)}"' for name, part in parts.items()) + f' data-state="{figure.state}"'


def _closer(run: Run, indicator: Indicator, figure: Figure) -> str:
    """On hover: the value with up to four decimals and its unit, where the card rounds or shortens it."""
    if figure.value is None:
        return ""
    number = f"{figure.value * (100 if indicator.is_percent else 1):,.4f}".rstrip("0").rstrip(".")
    return f"{number}%" if indicator.is_percent else escape(f"{number} {run.say(indicator.unit)}", quote=True)


def parts_text(run: Run, indicator: Indicator, figure: Figure) -> str:
    """Numerator / denominator, or what the state says."""
    if figure.state in ("no_feed", "suppressed"):
        return ""  # the mark beside it says so
    if not indicator.has_denominator:
        top = escape(run.say(indicator.top), quote=True)
        return f'<span class="ga-clip" title="{top}">{top}</span>'
    if figure.numerator is None and figure.denominator is not None and figure.denominator == int(figure.denominator):  # a median or a score of several rates: only what it is of
        of = f"{run.say(indicator.bottom or indicator.top)} {part(figure.denominator)}"
        return f'<span title="{escape(of, quote=True)}">{run.word("base_n", n=_eye(figure.denominator, run.lang))}</span>'
    exact = f"{run.say(indicator.top)} {part(figure.numerator)} / {run.say(indicator.bottom or indicator.top)} {part(figure.denominator)}"
    is_long = len(part(figure.numerator)) + len(part(figure.denominator)) > ROOM
    parts = " / ".join(_eye(one, run.lang, 1e4 if is_long else 1e6) for one in (figure.numerator, figure.denominator))
    return f'<span title="{escape(exact, quote=True)}">{parts}</span>'


def _eye(value: float | None, lang: str, most: float = 1e6) -> str:
    """What fits a card: from `most` on in 万 or k, with the exact number on hover and in the basis."""
    return part(value) if value is None or abs(value) < most else short(value, lang)


def state_mark(run: Run, state: str) -> str:
    """A worded mark for every state but ok."""
    if state == "ok":
        return ""
    look = {"unstable": "ga-mark-warn"}.get(state, "ga-mark-none")
    return f'<span class="ga-mark {look}" title="{escape(run.word(STATE_NOTES[state]))}">{escape(run.word(f"state_{state}"))}</span>'


def _changes(run: Run, indicator: Indicator, changes: list[tuple[str, Change]]) -> str:
    return "".join(
        f'<span class="ga-delta"><i>{run.word(word)}</i> {change_text(run, indicator, change)}</span>' for word, change in changes
    )


def change_text(run: Run, indicator: Indicator, change: Change) -> str:
    """↑ 2.1点 向好: points for rates, plain numbers for counts (two cases more than two are no +100%), else per cent.
    Direction and judgement are words, since more is not always better."""
    if change.difference is None or (indicator.has_denominator and not indicator.is_percent and change.ratio is None):
        return f'<span class="ga-none">{run.word("no_base")}</span>'
    if indicator.is_percent:
        size, text = change.difference * 100, f"{abs(change.difference) * 100:.1f}{'点' if run.lang == 'zh' else ' pp'}"
    elif indicator.has_denominator:
        size, text = (change.ratio or 0.0) * 100, f"{abs(change.ratio or 0.0) * 100:.1f}%"
    else:
        size, text = change.difference, f"{abs(change.difference):,.0f}{f' {run.say(indicator.unit)}' if run.lang == 'zh' else ''}"  # no "1 compounds"
    if abs(size) < 0.05:
        return run.word("same")
    arrow = "↑" if size > 0 else "↓"
    if indicator.better == "band":
        return f"{arrow} {escape(text)}"
    is_better = (size > 0) == (indicator.better == "up")
    word, look = ("better", "ga-better") if is_better else ("worse", "ga-worse")
    return f'<span class="{look}">{arrow} {escape(text)} {run.word(word)}</span>'


def definition_html(run: Run, indicator: Indicator, changes: list[tuple[str, Change]]) -> str:
    """口径: how it is counted and what it is compared with; what stands behind it is fetched when it is opened."""
    bases = "".join(
        f"<dt>{run.word(word)}</dt><dd>{span(change.earlier_scope.date_from, change.earlier_scope.date_to, run.lang)}"
        f"{'：' if run.lang == 'zh' else ': '}{escape(with_unit(indicator, change.earlier.value, run.lang)) if change.earlier else DASH}</dd>"
        for word, change in changes
    )
    return (
        f'<details class="ga-def"><summary>{run.word("basis")}</summary><div><p>{escape(run.say(indicator.definition))}</p><dl>{bases}</dl>'
        f"{evidence_slot(run, indicator.id)}</div></details>"
    )
