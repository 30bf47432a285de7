"""What residents get and give (服务与参与): wishes, one-stop services, health checks, taking part."""

import ibis
import ibis.expr.types as ir

from etl.model.indicators.cases import COMMUNITIES, PERCENT, ones
from etl.model.indicators.record import Indicator, Part, Parts
from etl.model.indicators.terms import Terms, months_of
from etl.model.text import Text

HEALTH = "体检"  # in the channel's or the kind's name
MONTHLY = Text("便民服务月报", "monthly reports of services")


def _wishes(terms: Terms) -> Parts:
    made = terms.on_days(terms.rows("wish"), "made_on")
    rows = made.select("unit_no", top=ones(ibis.coalesce(made.done_on <= terms.as_of, False)), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


def reports(terms: Terms) -> ir.Table:
    """Monthly reports of services whose month touches the period."""
    rows = terms.rows("service_stat")
    return rows.filter(rows.month.between(*terms.fixed(months_of)))


def _first_time(terms: Terms) -> Parts:
    found = reports(terms)
    found = found.filter(found.first_time_n.notnull())
    rows = found.select("unit_no", top=found.first_time_n.cast("int64"), bottom=found.n.cast("int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


def health_checks(terms: Terms) -> ir.Table:
    """Monthly reports of free health checks."""
    found = reports(terms)
    return found.filter(found.channel.contains(HEALTH) | found["type"].contains(HEALTH))


def _health(terms: Terms) -> Parts:
    found, units = health_checks(terms), terms.units()
    old = units.filter(units.pop_60p.notnull()).select("unit_no", bottom=units.pop_60p.cast("int64"))
    return Parts(Part(found.select("unit_no", top=found.n.cast("int64")), "top"), Part(old, "bottom", roll="replace"))


def takers(terms: Terms) -> ir.Table:
    """Person-times of service, joint activities and meetings held in the period and by the as-of day: unit_no, held_on, top."""
    parts = []
    for feed, column in (("service_log", "participants"), ("joint_activity", "participants"), ("deliberation", "attendees")):
        rows = terms.on_days(terms.rows(feed), "held_on")
        rows = rows.filter(rows.held_on <= terms.as_of)
        parts.append(rows.select("unit_no", "held_on", top=ibis.coalesce(rows[column], 0).cast("int64")))
    return ibis.union(*parts)


def _taking_part(terms: Terms) -> Parts:
    units = terms.units()
    grown = (units.population - ibis.coalesce(units.pop_u18, 0)).cast("int64")
    adults = units.filter(units.population.notnull()).select("unit_no", bottom=grown)
    return Parts(Part(takers(terms).select("unit_no", "top"), "top"), Part(adults, "bottom", roll="replace"))


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "wish_done_rate", Text("微心愿完成率", "Wishes fulfilled"),
        Text("统计期内征集的微心愿中，截至统计时点已完成 ÷ 全部。", "Wishes made in the period: fulfilled by the as-of day ÷ all of them."),
        Text("已完成微心愿", "wishes fulfilled"), Text("征集微心愿", "wishes made"), PERCENT,
        "ratio", "up", COMMUNITIES, "volunteers", ("wish",), _wishes, Text("微心愿", "wishes"), is_percent=True,
    ),
    Indicator(
        "participation_rate", Text("百人参与人次", "Taking part, per 100 adults"),
        Text("统计期内志愿服务、共建活动、议事的参加人次 ÷ 18 岁以上常住人口 × 100；未填 18 岁以下人口的按全部常住人口。",
             "Person-times of service, joint activities and meetings in the period ÷ residents of 18 and over × 100; all residents where the young are not reported."),
        Text("参加人次", "person-times"), Text("18岁以上人口", "residents of 18 and over"), Text("人次/百人", "per 100"),
        "ratio", "up", COMMUNITIES, "volunteers", ("unit", "service_log", "joint_activity", "deliberation"), _taking_part,
        Text("志愿服务、共建活动、议事、常住人口", "volunteer service, joint activities, meetings, residents"), scale=100,
    ),
    Indicator(
        "first_time_rate", Text("一次办成率", "Done at the first attempt"),
        Text("统计期各月便民服务月报中，一次办成件数 ÷ 件数；未填一次办成数的不计。",
             "By the monthly reports of the period: done at the first attempt ÷ all; reports without the figure are left out."),
        Text("一次办成件数", "done at the first attempt"), Text("办件数", "services"), PERCENT,
        "ratio", "up", COMMUNITIES, "property", ("service_stat",), _first_time, MONTHLY, is_percent=True,
    ),
    Indicator(
        "health_check_rate", Text("老年人体检率", "Health checks of residents of 60 and over"),
        Text("统计期各月便民服务月报中，渠道或类型含“体检”的人次 ÷ 60 岁以上人口；一人多次会重复计数。",
             "Health checks in the monthly reports of the period ÷ residents of 60 and over; somebody checked twice counts twice."),
        Text("体检人次", "health checks"), Text("60岁以上人口", "residents of 60 and over"), PERCENT,
        "ratio", "up", COMMUNITIES, "property", ("unit", "service_stat"), _health, Text("便民服务月报、60岁以上人口", "monthly reports, residents of 60 and over"), is_percent=True,
    ),
)  # fmt: skip
