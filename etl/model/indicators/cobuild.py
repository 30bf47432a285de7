"""Co-building and deliberation (共建契约、联席活动、议事、建议)."""

from datetime import date, timedelta
from functools import reduce
from itertools import combinations

import ibis
import ibis.expr.types as ir

from etl.model.indicators.cases import COMMUNITIES, PERCENT, ones
from etl.model.indicators.placeholders import Days
from etl.model.indicators.record import Indicator, Part, Parts
from etl.model.indicators.terms import Terms, unbound
from etl.model.text import Text

CONTRACTS = Text("共建契约", "contracts")
ITEMS = Text("共建契约、契约项目", "contracts, contract items")
STEPS = ("talked_on", "signed_on", "published_on", "start_on", "appraised_on")  # 谈约 签约 亮约 履约 评约


def contracts(terms: Terms) -> ir.Table:
    """Contracts of the period: signed in it; without that date, their first date in it."""
    rows = terms.rows("contract")
    first = ibis.coalesce(rows.signed_on, ibis.least(*(rows[name] for name in (*STEPS, "end_on"))))
    return rows.filter(first.between(terms.date_from, terms.date_to))


def quarters(date_from: date, date_to: date) -> list[tuple[date, date]]:
    """Calendar quarters that lie wholly in a period, oldest first."""
    found = []
    for year in range(date_from.year, date_to.year + 1):
        for month in (1, 4, 7, 10):
            first = date(year, month, 1)
            last = date(year + month // 10, (month + 2) % 12 + 1, 1) - timedelta(days=1)
            if date_from <= first and last <= date_to:
                found.append((first, last))
    return found


def _whole_quarters(days: Days) -> tuple[tuple[date, date], ...]:
    return tuple(quarters(days.date_from, min(days.date_to, days.as_of)))


def _fulfilled(terms: Terms) -> Parts:
    items = terms.on_days(terms.rows("contract_item"), "due_on")
    items = items.filter(items.due_on <= terms.as_of)
    rows = items.select("unit_no", top=ones(items.done_on <= terms.as_of), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


def _five_steps(terms: Terms) -> Parts:
    rows, rule = contracts(terms), terms.rules.contract
    publish_by = rows.signed_on + ibis.interval(days=rule.publish_days)
    appraise_by = rows.end_on + ibis.interval(days=rule.appraise_days)
    rows = rows.mutate(publish_by=publish_by.cast("date"), appraise_by=appraise_by.cast("date"))
    rows = rows.filter(rows.publish_by <= terms.as_of)
    in_order = reduce(lambda a, b: a & b, (ibis.coalesce(rows[early] <= rows[late], True) for early, late in combinations(STEPS, 2)))
    published = rows.talked_on.notnull() & rows.start_on.notnull() & ibis.coalesce(rows.published_on <= rows.publish_by, False)
    appraised = ibis.coalesce(rows.appraised_on <= rows.appraise_by, False) | ~ibis.coalesce(rows.appraise_by <= terms.as_of, False)
    found = rows.select("unit_no", top=ones(in_order & published & appraised), bottom=ibis.literal(1, "int64"))
    return Parts(Part(found, "top"), Part(found, "bottom"))


def _mutual(terms: Terms) -> Parts:
    items = unbound("contract_item")
    sides = items.group_by(item_of="contract_id").agg(gives=(items.direction == "give").any(), gets=(items.direction == "get").any())
    rows = contracts(terms)
    rows = rows.left_join(sides, [rows.contract_id == sides.item_of])
    found = rows.select("unit_no", top=ones(rows.gives & rows.gets), bottom=ibis.literal(1, "int64"))
    return Parts(Part(found, "top"), Part(found, "bottom"))


def _quarters(terms: Terms) -> Parts:
    # a quarter not over on the as-of day may still see its activity
    whole = terms.fixed(_whole_quarters)
    held = terms.rows("joint_activity")
    inside = ibis.or_(ibis.literal(False), *(held.held_on.between(first, last) for first, last in whole))
    held = terms.within(held.filter(inside), "community")
    met = held.select("unit_no", quarter=held.held_on.truncate("Q")).distinct()
    communities = terms.units("community").select("unit_no", bottom=ibis.literal(len(whole), "int64"))
    return Parts(Part(met.select("unit_no", top=ibis.literal(1, "int64")), "top"), Part(communities, "bottom"))


def _carried_out(terms: Terms) -> Parts:
    held = terms.on_days(terms.rows("deliberation"), "held_on")
    held = held.filter(held.resolutions_n.notnull())
    rows = held.select("unit_no", top=ibis.coalesce(held.done_n, 0).cast("int64"), bottom=held.resolutions_n.cast("int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


def _adopted(terms: Terms) -> Parts:
    made = terms.on_days(terms.rows("suggestion"), "made_on")
    made = made.filter(made.group_id.notnull())
    return Parts(
        Part(made.filter(made.is_adopted).select("unit_no", "group_id"), "group_id", roll="distinct"),
        Part(made.select("unit_no", "group_id"), "group_id", roll="distinct"),
    )


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "contract_fulfil_rate", Text("履约率", "Contract items fulfilled"),
        Text("应完成日期在统计期内且已到期的契约项目中，截至统计时点已完成 ÷ 全部。",
             "Contract items due in the period and by the as-of day: done by then ÷ all of them."),
        Text("已完成项目数", "items done"), Text("到期项目数", "items due"), PERCENT,
        "ratio", "up", COMMUNITIES, "cobuild", ("contract_item",), _fulfilled, ITEMS, is_percent=True, filters=("partner_kind", "item_way"),
    ),
    Indicator(
        "contract_step_rate", Text("五步完成率", "Contracts with all steps in time"),
        Text("统计期内签约、亮约期限（签约后 30 日）已过的契约中，谈约、签约、亮约、履约、评约先后有序，按期亮约，到期的按期（履约截止后 30 日内）评约 ÷ 全部。",
             "Contracts signed in the period whose day for publishing (30 days on) has passed: five dates in order, published in time and, where "
             "due, appraised within 30 days of the end ÷ all of them."),
        Text("五步完成契约数", "contracts with all steps"), Text("到期契约数", "contracts due"), PERCENT,
        "ratio", "up", COMMUNITIES, "cobuild", ("contract",), _five_steps, CONTRACTS, is_percent=True, filters=("partner_kind",),
    ),
    Indicator(
        "contract_mutual_rate", Text("双向契约率", "Contracts with give and get"),
        Text("统计期内签约的契约中，至少一项“给予”和一项“获得” ÷ 全部。", "Contracts signed in the period with at least one item each way ÷ all of them."),
        Text("双向契约数", "contracts both ways"), Text("契约数", "contracts"), PERCENT,
        "ratio", "up", COMMUNITIES, "cobuild", ("contract", "contract_item"), _mutual, ITEMS, is_percent=True, filters=("partner_kind",),
    ),
    Indicator(
        "joint_quarter_rate", Text("季度活动率", "Quarters with a joint activity"),
        Text("完整落在统计期内的季度，每个社区每季度至少一次共建活动的社区季度数 ÷ 社区数 × 季度数。",
             "Of the quarters wholly inside the period: community-quarters with at least one joint activity ÷ communities × quarters."),
        Text("有活动社区季度数", "community-quarters with an activity"), Text("社区季度数", "community-quarters"), PERCENT,
        "ratio", "up", COMMUNITIES, "cobuild", ("joint_activity", "unit"), _quarters, Text("共建活动", "joint activities"), is_percent=True,
    ),
    Indicator(
        "resolution_done_rate", Text("议决落实率", "Resolutions carried out"),
        Text("统计期内各类议事形成的决议中，已落实 ÷ 全部。", "Resolutions of the period's deliberations: carried out ÷ all."),
        Text("已落实决议数", "resolutions carried out"), Text("决议数", "resolutions"), PERCENT,
        "ratio", "up", (*COMMUNITIES, "compound"), "cobuild", ("deliberation",), _carried_out, Text("议事", "deliberation"), is_percent=True, filters=("meeting_kind",),
    ),
    Indicator(
        "suggest_adopt_rate", Text("建议采纳率", "Suggestions adopted"),
        Text("统计期内归并后的建议中，有采纳的 ÷ 全部归并组；未归并的原始建议不计。",
             "Merged groups of the period's suggestions: those adopted ÷ all groups; raw suggestions not yet merged are left out."),
        Text("采纳组数", "groups adopted"), Text("归并组数", "merged groups"), PERCENT,
        "ratio", "band", COMMUNITIES, "funds", ("suggestion",), _adopted, Text("意见建议", "suggestions"), is_percent=True, filters=("suggested_by",),
    ),
)  # fmt: skip
