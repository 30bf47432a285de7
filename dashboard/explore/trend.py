"""An indicator over time for several units (变化): months as lines, the year before dashed, 同比 and 环比 in a table."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from dashboard.explore.picked import chips, picks
from dashboard.explore.stage import draw_stage
from dashboard.explore.words import word
from dashboard.parts import charts
from dashboard.parts.cards import change_text
from dashboard.parts.chart_style import Series
from dashboard.parts.list_table import Cell, link, list_table
from dashboard.view.drill import Shown
from dashboard.view.format import with_unit
from dashboard.view.picks import pick_period
from dashboard.view.run import Run
from etl.model.indicators import Indicator
from etl.query.series import Point, add_months, monthly, period_on_period, year_on_year
from etl.query.units import units

MONTHS = 12


def trend_panel(run: Run, indicator: Indicator, shown: Shown) -> None:
    """The whole part of the page: the units picked, or the one looked at."""
    picked = picks(run)
    numbers = picked or (run.unit.unit_no,)
    chips(run, None, word(run, "pick_hint_map", n=8))
    with st.container(key="stage-explore"):
        draw_stage(run, indicator, shown, picked)
        with charts.panel("trend", word(run, "trend_title", name=run.say(indicator.name)), word(run, "trend_note")):
            _lines(run, indicator, numbers)
    if len(numbers) > 1:
        _each(run, indicator, numbers)
    _changes(run, indicator, numbers)


def _points(run: Run, indicator: Indicator, unit_no: int) -> tuple[tuple[Point, ...], dict[int, float | None]]:
    """The unit's months, and the value of the same month a year before by the month's place."""
    scope = run.scope_for(indicator)
    months = monthly(run.build, run.reader, indicator.id, scope, unit_no, MONTHS)
    back = replace(scope, date_from=add_months(scope.date_from, -12), date_to=add_months(min(scope.date_to, run.build.data_date), -12), as_of=add_months(scope.as_of, -12))
    earlier = {point.month: point.figure.value for point in monthly(run.build, run.reader, indicator.id, back, unit_no, MONTHS)}
    return months, {at: earlier.get(add_months(point.month, -12)) for at, point in enumerate(months)}


def month_labels(run: Run, months: list[date]) -> list[str]:
    """Months for an axis, the year below the first one and each January."""
    names = [f"{month.month}月" if run.lang == "zh" else f"{month:%b}" for month in months]
    return [f"{name}<br>{month.year}" if at == 0 or month.month == 1 else name for at, (name, month) in enumerate(zip(names, months, strict=True))]


def _picks(months: Sequence[Point]) -> list[str]:
    return [pick_period(f"{point.month:%Y-%m}") for point in months]


def _shown(indicator: Indicator, value: float | None) -> float | None:
    return None if value is None else value * (100 if indicator.is_percent else 1)


def _lines(run: Run, indicator: Indicator, numbers: tuple[int, ...]) -> None:
    """All units in one chart; alone, a unit stands against its own year before."""
    frame, series, labels, partial = units(run.build), [], [], []
    for unit_no in numbers:
        months, earlier = _points(run, indicator, unit_no)
        labels = month_labels(run, [point.month for point in months])
        partial = [at for at, point in enumerate(months) if point.is_partial]
        hover = [f"{with_unit(indicator, point.figure.value, run.lang)}{_state(run, point.figure.state)}" for point in months]
        series.append(Series(str(frame.name[unit_no - 1]), [_shown(indicator, point.figure.value) for point in months], hover=hover, picks=_picks(months)))
        if len(numbers) == 1 and any(value is not None for value in earlier.values()):
            series.append(Series(word(run, "last_year"), [_shown(indicator, earlier[at]) for at in range(len(months))], look="dash"))
    alt = word(run, "trend_alt", n=len(numbers), name=run.say(indicator.name))
    charts.lines(run.lang, "explore-trend", labels, series, alt=alt, marks=partial, height=460, suffix="%" if indicator.is_percent else "", digits=indicator.digits, from_zero=not indicator.is_percent, unit=None if indicator.is_percent else indicator.unit)


def _state(run: Run, state: str) -> str:
    return "" if state == "ok" else word(run, "state_why", state=run.word(f"state_{state}"))


def _each(run: Run, indicator: Indicator, numbers: tuple[int, ...]) -> None:
    """Small charts side by side: each unit against its own year before."""
    st.html(f'<h2 class="ga-h2">{word(run, "each_yoy")}</h2>')
    with st.container(key="panels-each"):
        for unit_no in numbers:
            months, earlier = _points(run, indicator, unit_no)
            with charts.panel(f"each-{unit_no}", str(units(run.build).name[unit_no - 1])):
                series = [Series(word(run, "this_period"), [_shown(indicator, point.figure.value) for point in months], picks=_picks(months))]
                if any(value is not None for value in earlier.values()):
                    series.append(Series(word(run, "last_year"), [_shown(indicator, earlier[at]) for at in range(len(months))], look="dash"))
                marks = [at for at, point in enumerate(months) if point.is_partial]
                charts.lines(
                    run.lang, f"explore-each-{unit_no}", month_labels(run, [point.month for point in months]), series, alt=word(run, "each_yoy"), marks=marks, height=220,
                    suffix="%" if indicator.is_percent else "", digits=indicator.digits, from_zero=not indicator.is_percent, unit=None if indicator.is_percent else indicator.unit,
                )  # fmt: skip


def _changes(run: Run, indicator: Indicator, numbers: tuple[int, ...]) -> None:
    scope, rows = run.scope_for(indicator), []
    for unit_no in numbers:
        year = year_on_year(run.build, run.reader, indicator.id, scope, unit_no)
        before = period_on_period(run.build, run.reader, indicator.id, scope, unit_no)
        cells = [Cell(with_unit(indicator, figure.value if figure else None, run.lang), figure.value if figure else None, True) for figure in (year.current, year.earlier, before.earlier)]
        rows.append([link(run, unit_no), cells[0], cells[1], Cell(change_text(run, indicator, year)), cells[2], Cell(change_text(run, indicator, before))])
    heads = [(word(run, "unit"), False), (word(run, "this_period"), True), (word(run, "year_before"), True), (run.word("yoy"), False), (word(run, "period_before"), True), (run.word("mom"), False)]
    with charts.panel("changes", word(run, "yoy_title")):
        st.html(list_table(heads, rows, "", word(run, "yoy_title")))
