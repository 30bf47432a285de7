"""The three rates and how a case was found (三率、主动发现). Weights and the response limit are local rules."""

from datetime import timedelta

import ibis

from etl.model.indicators.cases import CASES, COMMUNITIES, PERCENT, in_scope, pair, satisfied, solved
from etl.model.indicators.record import CASE_FILTERS, Indicator, Parts
from etl.model.indicators.terms import Terms
from etl.model.text import Text


def _response(terms: Terms) -> Parts:
    cases = in_scope(terms)
    limit = cases.counted_at + ibis.interval(seconds=round(timedelta(hours=terms.rules.case.response_hours).total_seconds()))
    cases = cases.mutate(contact_limit=limit)
    # a source that never tells when it called back says nothing about how often it did so in time
    cases = terms.where_told(cases.filter(cases.contact_limit <= terms.until), "first_contact_at")
    return pair(cases, ibis.coalesce(cases.first_contact_at <= cases.contact_limit, False))


def _score(terms: Terms) -> Parts:
    answered, closed_well, pleased = _response(terms), solved(terms), satisfied(terms)
    more = (closed_well.numerator, *closed_well.all[1:], pleased.numerator, *pleased.all[1:])
    return Parts(answered.numerator, answered.denominator, more, "three_rate")


def _found_first(terms: Terms) -> Parts:
    # a source that never tells how a case came in says nothing about who found it
    cases = terms.where_told(terms.cases(), "source")
    return pair(cases, cases["source"] == "steward")


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "response_rate", Text("响应率", "Response"),
        Text("纳入考核且首次联系时限（默认立案后 24 小时）已过的诉求中，在时限内联系诉求人 ÷ 全部；来源从不填首次联系时间的不计算。",
             "In-scope cases whose contact limit (24 hours from filing by default) has passed: first contact within the limit ÷ all of them; not told by a source that never gives the time."),
        Text("按时联系件数", "cases contacted in time"), Text("应联系件数", "cases whose contact was due"), PERCENT,
        "ratio", "up", COMMUNITIES, "response", ("case",), _response, CASES, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "three_rate_score", Text("三率综合", "Composite of the three rates"),
        Text("响应率、解决率、满意率按权重（默认 30/35/35）加权，百分制；三率缺一不计分。",
             "Response, solved and satisfied rates by their weights (30/35/35 by default), of 100 points; no score without all three."),
        Text("（无）", "(none)"), Text("三率中最小的分母", "smallest of the three denominators"), Text("分", "points"),
        "ratio", "up", COMMUNITIES, "response", ("case",), _score, CASES, filters=CASE_FILTERS,
    ),
    Indicator(
        "found_first_rate", Text("主动发现率", "Found first"),
        Text("统计期内立案的诉求中，由网格员上报的 ÷ 全部；来源从不填受理渠道的不计算。",
             "Cases reported by grid stewards ÷ all cases filed in the period; not told by a source that never gives the channel."),
        Text("网格员上报件数", "cases reported by stewards"), Text("诉求件数", "cases"), PERCENT,
        "ratio", "up", (*COMMUNITIES, "compound"), "hotspots", ("case",), _found_first, CASES, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
)  # fmt: skip
