"""Panels of 小区物业 on modes and money: modes, fees over time, common income, dividends."""

from datetime import date
from functools import partial
from html import escape

import pandas as pd
import streamlit as st

from dashboard.maps.view import MapEvent
from dashboard.parts import charts
from dashboard.parts.category_map import draw_kinds
from dashboard.parts.chart_style import COLOURS, Series
from dashboard.parts.chart_units import YUAN
from dashboard.parts.charts import panel
from dashboard.parts.feed_notes import connected
from dashboard.parts.list_table import Cell, choice, date_cell, link, list_table, number, percent, text
from dashboard.parts.main_map import draw_map
from dashboard.parts.paged_list import paged_list
from dashboard.property.words import MODE_KINDS, MODE_NAME, MODE_UNIT, word
from dashboard.view.drill import Shown
from dashboard.view.finest import unit_at
from dashboard.view.format import DASH, plain, short
from dashboard.view.picks import pick, pick_period
from dashboard.view.run import Run
from etl.model.indicators import Indicator
from etl.model.indicators.property import OF_COMPOUNDS
from etl.query.common_income import common_income, dividends, published_quarters
from etl.query.compounds import fee_trend, home_dividend, modes, modes_of_units, register
from etl.query.figures import figure
from etl.query.scope import Scope

HOME_M2, EXAMPLE_YUAN = 72, 4  # the field's own example: 72 m² × 4 yuan = 288 yuan
LOW_RATE = 40  # per cent of fees paid in the field's example of the vicious circle of poor service and poor payment


def draw_property(run: Run, indicator: Indicator, units_shown: Shown, is_modes: bool, height: int) -> MapEvent | None:
    """Modes of compounds, or the indicator."""
    if is_modes and units_shown.level == "compound" and "compound" in run.build.feeds:
        table = modes_of_units(register(run.build, run.reader, of_compounds(run), run.reader.first_no))
        return draw_kinds(run, indicator, units_shown, table, MODE_KINDS, MODE_NAME, MODE_UNIT, height)
    event = draw_map(run, indicator, units_shown, height)
    if is_modes and "compound" in run.build.feeds:
        st.html(f'<p class="ga-note">{escape(word(run, "modes_hint"))}</p>')
    return event


def of_compounds(run: Run) -> Scope:
    """The scope of what is told of compounds: those of the modes and with the incomes asked for."""
    return run.scope_by(*OF_COMPOUNDS)


def register_of(run: Run, but: str = "") -> pd.DataFrame:
    """The compounds of the unit looked at (of a micro-grid: of the compound grid it lies in, if the reader may see it), whatever the filter `but`."""
    unit = unit_at(run, "compound") or run.unit
    return register(run.build, run.reader, of_compounds(run).without(but), unit.unit_no)


def mode_list(run: Run) -> None:
    """How many compounds have which mode, how their fees are paid, who supervises."""
    with panel("modes", word(run, "modes_title")):
        if connected(run, "compound"):
            heads = [(word(run, key), key != "mode") for key in ("mode", "compounds", "fee_rate", "committees", "supervised")]
            rows = [
                [choice(pick(property_mode=row.mode), word(run, row.mode)), number(row.compounds), percent(row.fee_rate), number(row.committees), number(row.supervised)]
                for row in modes(register_of(run, but="property_mode")).itertuples()
            ]
            st.html(list_table(heads, rows, word(run, "register_empty"), word(run, "modes_title")))


def trend_panel(run: Run) -> None:
    """Fees paid by period, by amount and by households, beside the year before."""
    with panel("trend", word(run, "trend_title"), word(run, "trend_note", low=LOW_RATE)):
        if connected(run, "property_fee"):
            unit = unit_at(run, "compound") or run.unit
            table = fee_trend(run.build, run.reader, of_compounds(run), unit.unit_no)
            hover = [
                f"{rate * 100:.1f}%　{word(run, 'due_paid', paid=short(paid, run.lang), due=short(due, run.lang))}"
                for rate, paid, due in zip(table["rate"], table["paid"], table["due"], strict=True)
            ]
            series = [
                Series(word(run, "by_amount"), (table["rate"] * 100).tolist(), COLOURS[0], hover=hover, picks=[pick_period(period) for period in table["period"]]),
                Series(word(run, "year_before"), (table["earlier"] * 100).tolist(), look="dash"),
            ]
            charts.lines(
                run.lang,
                "fees",
                [_period(run, period) for period in table["period"]],
                series,
                alt=word(run, "trend_alt", name=unit.name),
                suffix="%",
                digits=1,
            )
            if len(table):
                last = table.iloc[-1]
                newest = word(
                    run, "newest_value", period=last["period"], rate=percent(last["rate"]).html, rate_hh=percent(last["rate_hh"]).html
                )
                st.html(f'<dl class="ga-facts"><dt>{escape(word(run, "newest"))}</dt><dd>{escape(newest)}</dd></dl>')


def _period(run: Run, period: str) -> str:
    """A period in two short lines, so that eight of them stand side by side on a phone."""
    year, _, month = period.partition("-")
    if not month:
        return year
    return f"{year}年<br>{int(month)}月" if run.lang == "zh" else f"{date(int(year), int(month), 1):%b}<br>{year}"


def income_panel(run: Run) -> None:
    """Income by item, then where it went, and what a home of 72 m² gets."""
    with panel("income", word(run, "income_title"), word(run, "income_note")):
        if connected(run, "compound_revenue"):
            unit = unit_at(run, "compound") or run.unit
            found = common_income(run.build, run.reader, of_compounds(run), unit.unit_no)
            items = common_income(run.build, run.reader, of_compounds(run).without("income_item"), unit.unit_no).items
            picks = [pick(income_item=item) for item, _ in items]
            series = [Series(word(run, "income_yuan"), [amount for _, amount in items], COLOURS[2], hover=[_yuan(run, amount) for _, amount in items], picks=picks)]
            charts.bars(
                run.lang,
                "income",
                [word(run, item) for item, _ in items],
                series,
                alt=word(run, "income_alt", name=unit.name),
                height=132,
                unit=YUAN,
            )
            per = figure(run.build, run.reader, "dividend_per_m2", of_compounds(run), unit.unit_no).value
            facts = [(word(run, key), _yuan(run, getattr(found, key))) for key in ("income", "expense", "dividend", "balance")]
            facts.append((word(run, "published"), word(run, "published_value", n=plain(found.published), m=plain(found.compounds))))
            met, asked = published_quarters(run.build, run.reader, of_compounds(run), unit.unit_no)
            facts.append((word(run, "by_quarter"), word(run, "by_quarter_value", n=plain(met), m=plain(asked)) if asked else DASH))
            share = (
                DASH
                if per is None
                else word(run, "example_value", home=HOME_M2, per=f"{per:.2f}", sum=f"{home_dividend(HOME_M2, round(per, 2)):,.2f}")
            )
            facts.append((word(run, "example", home=HOME_M2), share))
            rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
            st.html(f'<dl class="ga-facts">{rows}</dl>')


def _yuan(run: Run, amount: float) -> str:
    return f"{plain(amount, 2)} {word(run, 'yuan')}"


def dividend_panel(run: Run) -> None:
    """Each dividend with its vote and what does not fit."""
    note = word(run, "dividends_note", home=HOME_M2, sum=f"{home_dividend(HOME_M2, EXAMPLE_YUAN):,.0f}")
    with panel("dividends", word(run, "dividends_title"), note):
        if connected(run, "compound_revenue"):
            unit = unit_at(run, "compound") or run.unit
            table = dividends(run.build, run.reader, of_compounds(run), unit.unit_no)
            numeric = ("amount", "area", "per_m2", "owners", "per_owner")
            heads = [(word(run, key), key in numeric) for key in ("compound", "period", *numeric, "voted_on", "checks")]
            paged_list(run, "dividends", heads, table, partial(_dividend, run), word(run, "dividends_empty"), word(run, "dividends_title"))


def _dividend(run: Run, row) -> list[Cell]:
    return [
        link(run, row.unit_no, row.name), text(row.period), number(row.dividend, 2), number(row.basis_m2), number(row.per_m2, 2), number(row.owners_n),
        number(row.per_owner), date_cell(row.voted_on), _checks(run, row.checks),
    ]  # fmt: skip


def _checks(run: Run, checks: tuple[str, ...]) -> Cell:
    if not checks:
        return Cell(f'<span class="ga-mark ga-mark-ok">✓ {escape(word(run, "fine"))}</span>')
    return Cell(" ".join(f'<span class="ga-mark ga-mark-warn">{escape(word(run, check))}</span>' for check in checks))
