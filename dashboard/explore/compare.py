"""Two sides next to each other (对比): two periods of a unit, or two units, every indicator of a page, with the difference and its weight."""

from dataclasses import replace
from datetime import date
from html import escape

import streamlit as st

from dashboard.explore.controls import choose
from dashboard.explore.picked import chips, picks
from dashboard.explore.stage import draw_stage
from dashboard.explore.words import word
from dashboard.parts import charts
from dashboard.parts.cards import state_mark
from dashboard.parts.export_rows import Value
from dashboard.parts.list_export import list_head
from dashboard.parts.list_table import Cell, list_table
from dashboard.parts.page_tables import in_parts
from dashboard.view import page_sets as sets
from dashboard.view.beside import BETWEEN
from dashboard.view.choice import choosing, hold, view_now
from dashboard.view.drill import Shown
from dashboard.view.format import DASH, both_parts, of_indicator, signed, span
from dashboard.view.nav import BY_ID as PAGES
from dashboard.view.run import Run
from dashboard.view.state import ViewState
from etl.model.indicators import BY_ID, Indicator
from etl.query.comparison import Pair, Side, comparison
from etl.query.figures import Figure
from etl.query.scope import Scope
from etl.query.series import add_months
from etl.query.units import units

WAYS = ("period", "unit")


def compare_panel(run: Run, indicator: Indicator, shown: Shown) -> None:
    """The whole part of the page."""
    by = run.view.own("by") if run.view.own("by") in WAYS else ("unit" if len(picks(run)) > 1 else "period")
    offered = indicator_sets()
    chosen_set = run.view.own("set") if run.view.own("set") in offered else "overview"
    a, b = sides(run, by)
    with st.container(key="explore-controls", horizontal=True, vertical_alignment="bottom", gap="small"):
        choose(run, "by", word(run, "compare_by"), WAYS, by, lambda name: word(run, f"by_{name}"), width=230)
        choose(run, "set", word(run, "set"), tuple(offered), chosen_set, lambda name: run.say(PAGES[name].title), width=180)
        if by == "period":
            _other_period(run, b.scope)
    chips(run, None, word(run, "pick_hint_map", n=8))
    with st.container(key="stage-explore"):
        draw_stage(run, indicator, shown, picks(run))
        with st.container(key="compare-side"):
            _table(run, offered[chosen_set], a, b, by)


def indicator_sets() -> dict[str, tuple[str, ...]]:
    """The indicators of the pages' cards by page."""
    return {
        "overview": sets.OVERVIEW_CARDS, "grids": sets.GRIDS_CARDS, "coverage": sets.COVERAGE_CARDS, "hotspots": sets.HOTSPOTS_CARDS,
        "response": (*sets.RESPONSE_CARDS, *sets.LEVEL_CARDS, *sets.WHISTLE_CARDS, *sets.ORDER_CARDS), "funds": sets.FUNDS_CARDS, "property": sets.PROPERTY_CARDS,
        "cobuild": sets.COBUILD_CARDS, "volunteers": sets.VOLUNTEERS_CARDS,
    }  # fmt: skip


def sides(run: Run, by: str) -> tuple[Side, Side]:
    """Left and right. Two periods: the other one, then the page's own, of the unit picked last or looked at. Two units: the two picked
    last; with one picked, the one looked at and it; with none, the whole of the reader's range and the one looked at."""
    picked = picks(run)
    if by == "period":
        unit_no = picked[-1] if picked else run.unit.unit_no
        return Side(unit_no, other_scope(run)), Side(unit_no, run.scope)
    pair = picked[-2:] if len(picked) > 1 else (run.unit.unit_no, picked[0]) if picked else (run.reader.first_no, run.unit.unit_no)
    return Side(pair[0], run.scope), Side(pair[1], run.scope)


def other_scope(run: Run) -> Scope:
    """The other period: of the address, else the same days a year before."""
    try:
        first, last = (date.fromisoformat(part) for part in run.view.own("other").split(BETWEEN))
    except ValueError:
        first, last = (add_months(day, -12) for day in (run.scope.date_from, run.scope.date_to))
    if first > last:
        first, last = last, first
    return replace(run.scope, date_from=first, date_to=last, as_of=min(last, run.build.data_date))


def _other_period(run: Run, scope: Scope) -> None:
    other = other_scope(run)
    hold(run, "explore-other", (other.date_from, other.date_to))

    def changed() -> ViewState | None:
        days = st.session_state["explore-other"]  # one day is a choice half made
        return view_now().with_own(other=f"{days[0].isoformat()}{BETWEEN}{days[1].isoformat()}") if len(days) == 2 else None

    st.date_input(
        word(run, "other_period"), key="explore-other", on_change=choosing(changed), format="YYYY-MM-DD", width=240, min_value=min(date(2000, 1, 1), other.date_from),
        max_value=max(run.build.data_date, other.date_to),
    )  # fmt: skip


def _title(run: Run, side: Side, by: str, is_own: bool) -> str:
    return word(run, "this_period" if is_own else "other_period") if by == "period" else str(units(run.build).name[side.unit_no - 1])


def _table(run: Run, indicator_ids: tuple[str, ...], a: Side, b: Side, by: str) -> None:
    pairs = comparison(run.build, run.reader, indicator_ids, a, b)
    spans = [span(side.scope.date_from, side.scope.date_to, run.lang) for side in (a, b)]
    title = str(units(run.build).name[a.unit_no - 1]) if by == "period" else spans[1]
    note = f"{spans[0]} → {spans[1]}" if by == "period" else ""
    heads = [(run.word("indicator"), False), (_title(run, a, by, False), True), (_title(run, b, by, True), True), (word(run, "difference"), True), (word(run, "judgement"), False)]

    list_head(run, "compare", title, note, lambda: file_rows(run, pairs, (heads[1][0], heads[2][0])))
    rows = [_row(run, pair) for pair in pairs]
    with in_parts():  # it leaves by its own buttons, with more columns than are shown
        st.html(f'{list_table(heads, rows, charts.EMPTY.to(run.lang), title)}<p class="ga-note">{word(run, "compare_note")}</p>')


def file_rows(run: Run, pairs: tuple[Pair, ...], sides_said: tuple[str, str]) -> tuple[list[str], list[list[Value]]]:
    """The comparison as a file: unrounded figures in the unit named (rates in per cent), with their parts and states."""
    parts = [f"{side} · {name}" for side in sides_said for name in (run.word("value"), run.word("numerator"), run.word("denominator"), run.word("state"))]
    rows: list[list[Value]] = []
    for pair in pairs:
        indicator = BY_ID[pair.indicator_id]
        times = 100 if indicator.is_percent else 1
        cells: list[Value] = [run.say(indicator.name), run.say(indicator.unit)]
        for one in (pair.a, pair.b):
            cells += [None if one.value is None else one.value * times, one.numerator, one.denominator if indicator.has_denominator else None, run.word(f"state_{one.state}")]
        rows.append([*cells, None if pair.difference is None else pair.difference * times, remark(run, pair)])
    return [run.word("indicator"), word(run, "unit_said"), *parts, word(run, "difference"), word(run, "judgement")], rows


def _row(run: Run, pair: Pair) -> list[Cell]:
    indicator = BY_ID[pair.indicator_id]
    unit = "" if indicator.is_percent else f"<small>{escape(run.say(indicator.unit))}</small>"
    return [Cell(f'<a href="{run.href(ind=indicator.id, tab="")}" data-go>{escape(run.say(indicator.name))}</a>{unit}', may_break=True), _figure(run, indicator, pair.a), _figure(run, indicator, pair.b), Cell(difference_text(run, indicator, pair), pair.difference, True), Cell(remark(run, pair), may_break=True)]


def _figure(run: Run, indicator: Indicator, figure: Figure) -> Cell:
    parts = f" <small>{both_parts(figure.numerator, figure.denominator)}</small>" if indicator.has_denominator and figure.value is not None else ""
    told = of_indicator(indicator, figure.value) + ("%" if indicator.is_percent else "")
    return Cell(f"<b>{told if figure.value is not None else ''}</b>{parts}{state_mark(run, figure.state) if figure.value is None else ''}", figure.value, True)


def difference_text(run: Run, indicator: Indicator, pair: Pair) -> str:
    """Points for rates, else the difference and its share of the left side."""
    if pair.difference is None:
        return DASH
    if indicator.is_percent:
        return word(run, "pts", n=signed(pair.difference * 100, 1))
    share = "" if pair.ratio is None else f"（{signed(pair.ratio * 100)}%）" if run.lang == "zh" else f" ({signed(pair.ratio * 100)}%)"
    return f"{signed(pair.difference, indicator.digits)}{share}"


def remark(run: Run, pair: Pair) -> str:
    """What the difference must be read with."""
    if pair.difference is None:
        return ""
    if pair.difference == 0:
        return word(run, "same")
    said = [word(run, "small_base")] if pair.is_small else []
    if pair.is_chance is not None and not pair.is_small:
        said.append(word(run, "may_be_chance" if pair.is_chance else "clear_difference"))
    return "；".join(said)
