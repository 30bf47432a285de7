"""Services to residents month by month, health checks, done at first (便民服务) on the page 小区物业."""

from datetime import date

import streamlit as st

from dashboard.parts import charts
from dashboard.parts.chart_style import month_labels
from dashboard.parts.chart_units import CASES
from dashboard.parts.charts import Series, panel
from dashboard.parts.facts import facts_html
from dashboard.parts.feed_notes import connected
from dashboard.property.words import word
from dashboard.view.finest import unit_at
from dashboard.view.format import plain
from dashboard.view.picks import pick_period
from dashboard.view.run import Run
from etl.model.indicators import BY_ID
from etl.query.figures import figure
from etl.query.service_months import service_months

CHANNELS = 5
FACTS = ("health_check_rate", "first_time_rate")


def months_panel(run: Run) -> None:
    """The busiest channels over the months, and the two rates with their parts."""
    with panel("service-months", word(run, "months_title"), word(run, "months_note")):
        unit = unit_at(run, "community")
        if unit is None:
            charts.empty(run.lang, word(run, "no_above"))
        elif connected(run, "service_stat"):
            months, sums = service_months(run.build, run.reader, run.scope_without_filters, unit.unit_no)
            series = [Series(channel, sums[channel], picks=[pick_period(month) for month in months]) for channel in list(sums)[:CHANNELS]]
            is_monthly = all("-" in month for month in months)  # a report may be of a whole year
            labels = month_labels(run.lang, [date.fromisoformat(f"{month}-01") for month in months]) if is_monthly else list(months)
            charts.bars(run.lang, "service-months", labels, series, alt=word(run, "months_title"), is_stacked=True, is_upright=True, height=240, unit=CASES)
            st.html(facts_html((run.say(BY_ID[name].name), _said(run, name, unit.unit_no)) for name in FACTS))


def _said(run: Run, name: str, unit_no: int) -> str:
    found = figure(run.build, run.reader, name, run.scope_without_filters, unit_no)
    if found.value is None:
        return run.word(f"state_{found.state}")
    return f"{found.value * 100:.1f}%（{plain(found.numerator)} / {plain(found.denominator)}）" if run.lang == "zh" else f"{found.value * 100:.1f}% ({plain(found.numerator)} / {plain(found.denominator)})"
