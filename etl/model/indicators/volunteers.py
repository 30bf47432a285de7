"""Volunteer service, community workers, social organisations (志愿服务、社区工作者、社会组织)."""

import ibis
import ibis.expr.types as ir

from etl.model.indicators.cases import COMMUNITIES, PERCENT, STREETS
from etl.model.indicators.members import reporting
from etl.model.indicators.record import Indicator, Part, Parts
from etl.model.indicators.terms import Terms, unbound
from etl.model.text import Text


def _hours(terms: Terms) -> Parts:
    logs = terms.on_days(terms.rows("service_log"), "held_on")
    units = terms.units()
    people = units.filter(units.population.notnull()).select("unit_no", bottom=units.population.cast("int64"))
    return Parts(Part(logs.select("unit_no", top="hours"), "top"), Part(people, "bottom", roll="replace"))


def _member_hours(terms: Terms) -> Parts:
    logs = terms.on_days(terms.rows("service_log"), "held_on")
    return Parts(Part(logs.filter(logs["by"] == "member").select("unit_no", top="hours"), "top"), reporting(terms))


def newest_workers(terms: Terms) -> ir.Table:
    """`worker_stat` rows that hold on the as-of day: of each unit the newest not after it, in the unit of that day."""
    return terms.as_of_units(terms.in_force(unbound("worker_stat")))


def _workers(terms: Terms) -> Parts:
    workers = newest_workers(terms)
    workers = workers.filter(workers.n_member.notnull())
    rows = workers.select("unit_no", top=workers.n_member.cast("int64"), bottom=workers.n.cast("int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


def _organisations(terms: Terms) -> Parts:
    orgs = terms.as_of_units(terms.rows("social_org"))
    orgs = orgs.filter(orgs.is_active & orgs.has_standard)
    return Parts(Part(orgs.select("unit_no", top=ibis.literal(1, "int64")), "top"))


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "vol_hours_per_1000", Text("千人志愿时长", "Volunteer hours per 1,000"),
        Text("统计期内志愿服务时长（党员和志愿者合计）÷ 常住人口 × 1000；未填人口的单元取下级之和。",
             "Hours of volunteer service in the period (members and volunteers) ÷ residents × 1,000; a unit without a figure has its children's sum."),
        Text("服务时长", "hours"), Text("常住人口", "residents"), Text("小时/千人", "hours per 1,000 residents"),
        "ratio", "up", COMMUNITIES, "volunteers", ("service_log", "unit"), _hours, Text("志愿服务、常住人口", "volunteer service, residents"), scale=1000,
    ),
    Indicator(
        "member_hours_pc", Text("人均服务时长", "Hours per reporting member"),
        Text("统计期内党员服务时长 ÷ 报到党员数；统计期为一年时即年人均。",
             "Hours served by members in the period ÷ members reporting to their home community; over a year it is the yearly figure."),
        Text("党员服务时长", "hours of members"), Text("报到党员数", "members reporting"), Text("小时/人", "hours per member"),
        "ratio", "up", COMMUNITIES, "volunteers", ("unit", "service_log", "member_stat"), _member_hours,
        Text("志愿服务、党员统计", "volunteer service, member counts"),
    ),
    Indicator(
        "social_org_n", Text("社会组织数", "Social organisations"),
        Text("在运行且有服务标准的社会组织个数。", "Social organisations that are active and have a service standard."),
        Text("社会组织数", "organisations"), None, Text("个", "organisations"),
        "level", "up", (*STREETS, "community"), "volunteers", ("social_org",), _organisations, Text("社会组织", "social organisations"), digits=0, filters=("org_field",),
    ),
    Indicator(
        "worker_member_rate", Text("社工党员占比", "Community workers in the Party"),
        Text("各社区最近一期统计中，社区工作者党员数 ÷ 人数；未填党员数的社区不计。",
             "By each community's newest count: community workers who are members ÷ workers; a community without the figure is left out."),
        Text("党员数", "members"), Text("社区工作者人数", "workers"), PERCENT,
        "ratio", "up", STREETS, "volunteers", ("worker_stat",), _workers, Text("社区工作者统计", "counts of community workers"), is_percent=True,
    ),
)  # fmt: skip
