"""How cases travel (办理过程): time to close, rework, repeats, returns, passing on (推诿). Steps count up to the as-of day."""

import ibis
import ibis.expr.types as ir

from etl.model.indicators.cases import CASES, COMMUNITIES, PERCENT, STREETS, is_closed, is_suspended, pair
from etl.model.indicators.record import CASE_FILTERS, Indicator, Part, Parts
from etl.model.indicators.terms import Terms
from etl.model.text import Text

STEPS = Text("诉求工单、工单流转", "cases, steps of cases")
REWORK = ("check_fail", "reopen")


def closed_cases(terms: Terms) -> ir.Table:
    """Cases of the period closed by the end of the as-of day."""
    cases = terms.cases()
    return cases.filter(~is_suspended(cases), is_closed(cases, terms))


def steps(terms: Terms, cases: ir.Table, *types: str) -> ir.Table:
    """Steps of `cases`, some of the period's, of the given types up to the as-of day, in the place of their case: unit_no, case_no,
    source_system, type, at, step_from, step_to and where the step was read."""
    events = terms.rows("case_event")  # a step lies where its case lies, so what lies elsewhere need not be looked at
    events = events.filter(events.case_at >= terms.start, events.case_at < terms.end)  # nor what is of another period's cases
    events = events.filter(events["type"].isin(types), events.at < terms.until).select(
        "type", "at", step_case="case_no", step_system=ibis.coalesce(events.source_system, ""), step_from="from_unit", step_to="to_unit",
        step_seq="seq", step_file="file_no", step_row="src_row",
    )  # fmt: skip
    found = cases.select("unit_no", "case_no", "lead_unit", source_system=ibis.coalesce(cases.source_system, ""))
    return found.inner_join(events, [found.case_no == events.step_case, found.source_system == events.step_system]).drop("step_case", "step_system")


def _marked(terms: Terms, least: int, *types: str) -> tuple[ir.Table, ir.BooleanValue]:
    """Cases of the period and whether each has at least that many steps of the types."""
    cases = terms.cases()
    cases = cases.mutate(system=ibis.coalesce(cases.source_system, ""))
    found = steps(terms, cases, *types).group_by("case_no", "source_system").agg(steps_n=ibis._.count())
    found = found.filter(found.steps_n >= least).select(marked_no="case_no", marked_system="source_system")
    cases = cases.left_join(found, [cases.case_no == found.marked_no, cases.system == found.marked_system])
    return cases, cases.marked_no.notnull()


def _hours(terms: Terms) -> Parts:
    cases = closed_cases(terms)
    cases = cases.filter(cases.closed_at.notnull())
    hours = (cases.closed_at.epoch_seconds() - cases.counted_at.epoch_seconds()) / 3600
    values = Part(cases.select("unit_no", value=hours.cast("float64")), "value", roll="median")
    return Parts(values)


def limit_used(terms: Terms) -> Parts:
    """Of each closed case with a limit the part of its time that was used (1 = to the last moment); the middle one is judged, for
    limits differ from class to class."""
    cases = closed_cases(terms)
    cases = cases.filter(cases.closed_at.notnull(), cases.limit_at > cases.counted_at)
    used = (cases.closed_at.epoch_seconds() - cases.counted_at.epoch_seconds()) / (cases.limit_at.epoch_seconds() - cases.counted_at.epoch_seconds())
    return Parts(Part(cases.select("unit_no", value=used.cast("float64")), "value", roll="median"))


def _rework(terms: Terms) -> Parts:
    return pair(*_marked(terms, 1, *REWORK))


def _repeats(terms: Terms) -> Parts:
    # without callers and without marks of the source a repeat cannot be told from a first case
    cases = terms.where_told(closed_cases(terms), "caller_hash", "repeat_of")
    return pair(cases, cases.repeat_kind == "repeat")


def _returns(terms: Terms) -> Parts:
    found = steps(terms, terms.cases(), "return", "dispatch")
    back, out = found.filter(found["type"] == "return"), found.filter(found["type"] == "dispatch")
    return Parts(
        Part(back.select("unit_no", lead_unit="step_from", top=ibis.literal(1, "int64")), "top"),
        Part(out.select("unit_no", lead_unit="step_to", bottom=ibis.literal(1, "int64")), "bottom"),
    )


def _pingpong(terms: Terms) -> Parts:
    cases, is_marked = _marked(terms, terms.rules.case.pingpong_dispatches, "dispatch")
    return Parts(Part(cases.filter(is_marked).select("unit_no", "lead_unit", top=ibis.literal(1, "int64")), "top"))


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "close_hours_p50", Text("办结时长中位", "Median time to close"),
        Text("统计期内立案、截至统计时点已结案的诉求，从立案到办结的小时数的中位数。",
             "Of the cases filed in the period and closed by the as-of day: the middle one's hours from filing to closing."),
        Text("（无）", "(none)"), Text("已结案件数", "cases closed"), Text("小时", "hours"),
        "median", "down", COMMUNITIES, "response", ("case",), _hours, CASES, filters=CASE_FILTERS,
    ),
    Indicator(
        "rework_rate", Text("返工率", "Rework"),
        Text("统计期内立案的诉求中，有过核查不通过或重开的 ÷ 全部；一件多次只计一次。",
             "Cases filed in the period with a failed check or a reopening ÷ all of them; a case counts once."),
        Text("返工件数", "cases reworked"), Text("立案件数", "cases filed"), PERCENT,
        "ratio", "down", STREETS, "response", ("case", "case_event"), _rework, STEPS, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "repeat_rate", Text("重复诉求率", "Repeats"),
        Text("已结案诉求中的重复诉求 ÷ 已结案诉求；首件办结前再来的是催办，不算重复。来源既无诉求人也无重复标记的不计算。",
             "Closed repeats ÷ closed cases; one that came before the first was closed is an urge, not a repeat. Not told by a source with neither callers nor marks of repeats."),
        Text("已结案重复件数", "repeats closed"), Text("已结案件数", "cases closed"), PERCENT,
        "ratio", "down", (*COMMUNITIES, "compound"), "hotspots", ("case",), _repeats, CASES, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "return_rate", Text("退单率", "Returned"),
        Text("统计期内立案的诉求，退单次数 ÷ 派遣次数；按单位看时，退单记退出单位、派遣记接收单位。",
             "Of the cases filed in the period: returns ÷ dispatches; by unit a return counts for who returned it, a dispatch for who received it."),
        Text("退单次数", "returns"), Text("派遣次数", "dispatches"), PERCENT,
        "ratio", "down", STREETS, "response", ("case", "case_event"), _returns, STEPS, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "pingpong_n", Text("推诿件", "Passed on three times"),
        Text("统计期内立案、截至统计时点已派遣 3 次及以上的诉求件数。", "Cases filed in the period and dispatched three times or more by the as-of day."),
        Text("推诿件数", "passed on"), None, Text("件", "cases"),
        "sum", "down", STREETS, "response", ("case", "case_event"), _pingpong, STEPS, digits=0, filters=CASE_FILTERS, by_lead=True,
    ),
)  # fmt: skip
