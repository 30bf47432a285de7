"""Whistles and mobilisation (吹哨报到、动员): did who was called come, and how fast was the door reached."""

from datetime import timedelta

import ibis

from etl.model.indicators.cases import COMMUNITIES, PERCENT, STREETS, ones
from etl.model.indicators.record import Indicator, Part, Parts
from etl.model.indicators.terms import Terms
from etl.model.text import Text

WHISTLES = Text("吹哨报到", "whistles")
ORDERS = Text("动员回执", "mobilisation receipts")
OF_CALLS = ("whistle_kind", "whistle_dept")


def _whistles(terms: Terms) -> Parts:
    calls = terms.at_times(terms.rows("whistle"), "blown_at")
    cases = terms.cases()
    return Parts(
        Part(calls.select("unit_no", "whistle_id"), "whistle_id", roll="distinct"),
        Part(cases.select("unit_no", bottom=ibis.literal(1, "int64")), "bottom"),
    )


def _arrivals(terms: Terms) -> Parts:
    calls = terms.at_times(terms.rows("whistle"), "blown_at")
    calls = calls.filter(calls.due_arrive_at <= terms.until)
    in_time = ibis.coalesce(calls.arrived_at <= calls.due_arrive_at, False) & ~ibis.coalesce(calls.is_refused, False)
    rows = calls.select("unit_no", lead_unit=calls.dept, top=ones(in_time), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


def _minutes(terms: Terms) -> Parts:
    orders = terms.at_times(terms.rows("mobilisation"), "issued_at")
    orders = orders.filter(orders.first_hh_at < terms.until)
    minutes = (orders.first_hh_at.epoch_seconds() - orders.issued_at.epoch_seconds()) / 60
    return Parts(Part(orders.select("unit_no", value=minutes.cast("float64")), "value", roll="median"))


def _three_hours(terms: Terms) -> Parts:
    orders = terms.at_times(terms.rows("mobilisation"), "issued_at")
    limit = ibis.interval(seconds=round(timedelta(hours=terms.rules.mobilisation.hours).total_seconds()))
    in_time = (orders.done_at <= orders.issued_at + limit) & (orders.done_at < terms.until)
    rows = orders.select("unit_no", top=ones(in_time), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "whistle_rate", Text("吹哨率", "Whistles"),
        Text("统计期内吹哨次数（一次召多个部门算一次）÷ 同期诉求件数；过低过高都不好。",
             "Whistles of the period (one that calls several departments counts once) ÷ cases of the period; neither too few nor too many is good."),
        Text("吹哨次数", "whistles"), Text("诉求件数", "cases"), PERCENT,
        "ratio", "band", STREETS, "response", ("whistle", "case"), _whistles, Text("吹哨报到、诉求工单", "whistles, cases"), is_percent=True, filters=OF_CALLS,
    ),
    Indicator(
        "whistle_arrive_rate", Text("按时报到率", "Arrived on time"),
        Text("统计期内被召且应到时间已过的部门中，按时到场 ÷ 全部；拒绝和未到都不算按时。",
             "Department calls of the period whose time has come: arrived by then ÷ all; refused or absent is not on time."),
        Text("按时报到部门次", "calls answered on time"), Text("应报到部门次", "calls due"), PERCENT,
        "ratio", "up", STREETS, "response", ("whistle",), _arrivals, WHISTLES, is_percent=True, filters=OF_CALLS, by_lead=True,
    ),
    Indicator(
        "mobil_min_p50", Text("指令到户时长", "Order to first door"),
        Text("统计期内动员指令从发令到进入首户的分钟数的中位数；只计已到户的微网格。",
             "Of the period's orders: the middle micro-grid's minutes from the order to the first household; only those that reached one."),
        Text("（无）", "(none)"), Text("已到户微网格次", "micro-grids that reached a household"), Text("分钟", "minutes"),
        "median", "down", COMMUNITIES, "response", ("mobilisation",), _minutes, ORDERS,
    ),
    Indicator(
        "mobil_3h_rate", Text("3小时入户率", "Done within 3 hours"),
        Text("统计期内接到动员指令的微网格中，发令后 3 小时内完成入户 ÷ 全部。",
             "Micro-grids ordered out in the period: all doors done within three hours of the order ÷ all of them."),
        Text("3小时内完成微网格次", "micro-grids done in time"), Text("接令微网格次", "micro-grids ordered"), PERCENT,
        "ratio", "up", COMMUNITIES, "response", ("mobilisation",), _three_hours, ORDERS, is_percent=True,
    ),
)  # fmt: skip
