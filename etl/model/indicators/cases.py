"""Indicators of cases (诉求工单). Basis: filed in the period; void cases count nowhere; state as at 24:00 of the as-of day."""

from datetime import datetime

import ibis
import ibis.expr.types as ir

from etl.model.indicators.record import CASE_FILTERS, Indicator, Part, Parts
from etl.model.indicators.terms import Terms
from etl.model.text import Text

PERCENT = Text("%", "%")
CASES = Text("诉求工单", "cases")
STREETS = ("city", "district", "street")
COMMUNITIES = (*STREETS, "community")
EVERYWHERE = (*COMMUNITIES, "compound", "micro")
BY_HAND = ("point", "code", "compound")  # places fine enough to name a grid; community and coarser do not


def ones(truth: ir.BooleanValue) -> ir.IntegerValue:
    """1 where true, 0 where false or unknown."""
    return ibis.ifelse(truth, 1, 0).cast("int64")


def is_closed(cases: ir.Table, terms: Terms) -> ir.BooleanValue:
    """Closed by the end of the as-of day. A case the source calls closed without saying when counts as closed, as nobody waits for it."""
    by_date = ibis.coalesce(cases.closed_at < terms.until, False)
    by_word = cases.closed_at.isnull() & ibis.coalesce(cases.status == "closed", False)
    return by_date | by_word


def is_suspended(cases: ir.Table) -> ir.BooleanValue:
    return ibis.coalesce(cases.status == "suspended", False)


def _should_close(terms: Terms) -> tuple[ir.Table, ir.BooleanValue]:
    """应结案 and whether each is closed: filed − void − suspended − (open and not yet due). Without a limit nothing ever falls due."""
    cases = terms.cases()
    cases = cases.filter(~is_suspended(cases))
    cases = cases.filter(is_closed(cases, terms) | ibis.coalesce(cases.limit_at <= terms.until, False))
    return cases, is_closed(cases, terms)


def pair(cases: ir.Table, top: ir.BooleanValue) -> Parts:
    """Share of `cases` for which `top` holds, read in one pass."""
    rows = cases.select("unit_no", "lead_unit", top=ones(top), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


def _close(terms: Terms) -> Parts:
    cases, closed = _should_close(terms)
    return pair(cases, closed)


def _ontime(terms: Terms) -> Parts:
    cases, closed = _should_close(terms)
    return pair(cases, closed & (cases.limit_at.isnull() | ibis.coalesce(cases.closed_at <= cases.limit_at, False)))


def open_cases(terms: Terms) -> ir.Table:
    """Cases of the period neither closed nor suspended at the end of the as-of day."""
    cases = terms.cases()
    return cases.filter(~is_suspended(cases), ~is_closed(cases, terms))


def due_before(terms: Terms, start: datetime, end: datetime) -> ir.Table:
    """Open cases whose limit lies in `start` (included) to `end` (excluded): the next hours' work (临期)."""
    cases = open_cases(terms)
    return cases.filter(cases.limit_at >= start, cases.limit_at < end)


def _overdue(terms: Terms) -> Parts:
    cases = open_cases(terms)
    cases = cases.filter(cases.limit_at < terms.last_moment)
    return Parts(Part(cases.select("unit_no", "lead_unit", top=ibis.literal(1, "int64")), "top"))


def _per_household(terms: Terms) -> Parts:
    cases = terms.cases()
    merged = cases.filter(cases.repeat_of.isnull()).select("unit_no", "lead_unit", top=ibis.literal(1, "int64"))
    units = terms.units()
    # with the focus filter the households are those of the focus areas too: cases and households of the same ground
    homes = terms.in_focus(units.filter(units.households.notnull())).select("unit_no", bottom=units.households.cast("int64"))
    return Parts(Part(merged, "top"), Part(homes, "bottom", roll="replace"))


def in_scope(terms: Terms) -> ir.Table:
    cases = terms.cases()
    return cases.filter(ibis.coalesce(cases.is_in_scope, True))


def solved(terms: Terms) -> Parts:
    cases = in_scope(terms)
    cases = cases.filter(cases.solved.notnull())
    return pair(cases, cases.solved == "yes")


def satisfied(terms: Terms) -> Parts:
    cases = in_scope(terms)
    cases = cases.filter(cases.satisfied.isin(("yes", "mostly", "no")))
    return pair(cases, cases.satisfied != "no")


def _located(terms: Terms) -> Parts:
    cases = terms.cases()
    return pair(cases, cases.placed_by.isin(BY_HAND))


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "case_per_1000hh", Text("千户诉求量", "Cases per 1,000 households"),
        Text("统计期内立案的诉求（合并重复，不含作废）÷ 户数 × 1000；未填户数的单元取下级户数之和。",
             "Cases filed in the period (repeats merged, void ones left out) ÷ households × 1,000; a unit without a figure has the sum of its children."),
        Text("合并后诉求件数", "merged cases"), Text("户数", "households"), Text("件/千户", "per 1,000 households"),
        "ratio", "down", EVERYWHERE, "hotspots", ("case", "unit"), _per_household,
        Text("诉求工单、网格单元户数", "cases, households of units"), scale=1000, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "close_rate", Text("结案率", "Closed"),
        Text("统计期内立案的诉求中，截至统计时点已结案 ÷ 应结案；应结案不含作废、挂账和未到期的在办件。",
             "Of the cases filed in the period: closed by the as-of day ÷ due to be closed (without void, suspended and open ones not yet due)."),
        Text("已结案件数", "cases closed"), Text("应结案件数", "cases due to be closed"), PERCENT,
        "ratio", "up", STREETS, "response", ("case",), _close, CASES, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "ontime_close_rate", Text("按期结案率", "Closed on time"),
        Text("统计期内立案的诉求中，在办理期限内结案 ÷ 应结案；没有期限的，结案即按期。",
             "Of the cases filed in the period: closed within their limit ÷ due to be closed; without a limit, closed is on time."),
        Text("按期结案件数", "cases closed on time"), Text("应结案件数", "cases due to be closed"), PERCENT,
        "ratio", "up", STREETS, "response", ("case",), _ontime, CASES, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "overdue_open_n", Text("超期未结", "Overdue and open"),
        Text("统计期内立案、截至统计时点已过办理期限仍未结案的件数，不含作废和挂账。",
             "Cases filed in the period, past their limit and still open at the as-of day; void and suspended ones left out."),
        Text("超期未结件数", "overdue cases"), None, Text("件", "cases"),
        "sum", "down", EVERYWHERE, "overview", ("case",), _overdue, CASES, digits=0, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "solve_rate", Text("解决率", "Solved"),
        Text("纳入考核的诉求中，回访认定“解决” ÷ 有效回访；部分解决不算解决。",
             "In-scope cases: solved at the call-back ÷ valid call-backs; partly solved is not solved."),
        Text("回访认定解决件数", "call-backs saying solved"), Text("有效回访件数", "valid call-backs"), PERCENT,
        "ratio", "up", COMMUNITIES, "response", ("case",), solved, CASES, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "satisfy_rate", Text("满意率", "Satisfied"),
        Text("纳入考核的诉求中，（满意＋基本满意）÷（满意＋基本满意＋不满意）；未评价不计。",
             "In-scope cases: (satisfied + mostly satisfied) ÷ (satisfied + mostly + not satisfied); no answer is left out."),
        Text("满意和基本满意件数", "satisfied or mostly satisfied"), Text("作出评价件数", "cases rated"), PERCENT,
        "ratio", "up", COMMUNITIES, "response", ("case",), satisfied, CASES, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "geo_match_rate", Text("落格率", "Located"),
        Text("统计期内诉求中，按坐标、网格编码或小区名称落到网格 ÷ 全部诉求（不含作废）；只落到社区及以上的不算。",
             "Cases placed by point, grid code or compound ÷ all cases of the period (void ones left out); community or coarser does not count."),
        Text("落到网格件数", "cases with a grid"), Text("诉求件数", "cases"), PERCENT,
        "ratio", "up", STREETS, "quality", ("case",), _located, CASES, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
)  # fmt: skip
