"""Where demands gather (诉求热点): lasting hotspots among the compound grids, focus areas against the rest."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import ibis
import ibis.expr.types as ir

from etl.model.indicators.cases import STREETS
from etl.model.indicators.placeholders import Days
from etl.model.indicators.record import CASE_FILTERS, Indicator, Part, Parts
from etl.model.indicators.terms import Terms
from etl.model.text import Text

SOURCE = Text("诉求工单、网格单元户数", "cases, households of units")


def months_back(end: date, n: int) -> list[tuple[date, date]]:
    """The last `n` months that end with `end`, newest first; calendar months when `end` is the last day of one."""
    after = end + timedelta(days=1)
    days = [_earlier(after, back) for back in range(n + 1)]
    return [(first, last - timedelta(days=1)) for last, first in pairwise(days)]


def _earlier(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    next_month = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), next_month - timedelta(days=1))


def _merged(terms: Terms) -> ir.Table:
    cases = terms.cases()
    return cases.filter(cases.repeat_of.isnull()).select("unit_no", top=ibis.literal(1, "int64"))


def _homes(units: ir.Table) -> Part:
    return Part(units.filter(units.households.notnull()).select("unit_no", bottom=units.households.cast("int64")), "bottom", roll="replace")


def _months(days: Days, n: int) -> tuple[tuple[date, date], ...]:
    return tuple(months_back(min(days.date_to, days.as_of), n))


def _hotspots(terms: Terms) -> Parts:
    months = terms.fixed(_months, terms.rules.hotspot.months)
    counts = [Part(_merged(replace(terms, date_from=first, date_to=last)), "top") for first, last in months]
    return Parts(counts[0], None, (*counts[1:], _homes(terms.units())), "hotspot")


def _gap(terms: Terms) -> Parts:
    asked = tuple(pair for pair in terms.where if pair[0] == "focus") or (("focus", "any"),)
    every = replace(terms, where=tuple(pair for pair in terms.where if pair[0] != "focus"))
    focus = replace(terms, where=every.where + asked)
    return Parts(
        Part(_merged(focus), "top"), Part(_merged(every), "top"), (_homes(focus.in_focus(focus.units())), _homes(every.units())), "gap"
    )


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "hotspot_n", Text("持续热点数", "Lasting hotspots"),
        Text("以小区网格为单位，最近 4 个月中至少 3 个月为热点的个数；当月热点：平滑后的户均诉求率居全市前 10%，且合并后不少于 5 件。",
             "Compound grids hot in at least 3 of the last 4 months; hot in a month: smoothed cases per household among the city's top 10%, "
             "and at least 5 cases with repeats merged."),
        Text("持续热点小区数", "lasting hotspots"), None, Text("个", "compounds"),
        "sum", "down", (*STREETS, "community"), "hotspots", ("case", "unit"), _hotspots, SOURCE, digits=0, filters=CASE_FILTERS, is_relative=True,
    ),
    Indicator(
        "focus_gap", Text("重点区域差距", "Focus areas against the rest"),
        Text("重点区域的户均诉求量（合并重复）÷ 其他区域的户均诉求量；1 表示没有差距。",
             "Cases per household in focus areas (repeats merged) ÷ the same elsewhere; 1 means no gap."),
        Text("重点区域户均诉求量", "cases per household in focus areas"), Text("其他区域户均诉求量", "cases per household elsewhere"), Text("倍", "times"),
        "ratio", "down", STREETS, "hotspots", ("case", "unit"), _gap, SOURCE, digits=2, filters=CASE_FILTERS,
    ),
)  # fmt: skip
