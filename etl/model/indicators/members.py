"""Indicators of Party members (党员覆盖). Only counts by building or unit exist; no indicator can reach a person."""

import ibis
import ibis.expr.types as ir

from etl.model.indicators.grids import PERCENT, STREETS, all_micro
from etl.model.indicators.record import Indicator, Part, Parts
from etl.model.indicators.terms import Terms, unbound
from etl.model.text import Text


def newest_members(terms: Terms) -> ir.Table:
    """`member_stat` rows that hold on the as-of day: of each place, category and relation the newest not after it.

    A place is a building, else the unit's code (so that a new boundary version continues the old one's rows); which count a newer
    one has replaced, and when, is worked out at the import (`etl.load.counted`). Extra column: `is_own` (the unit's own row, not a building's).
    """
    rows = terms.in_force(unbound("member_stat"))
    return rows.mutate(is_own=rows.building_id.isnull())


def micro_members(terms: Terms) -> ir.Table:
    """unit_no, category, relation, n of every micro-grid with rows: its own row, else the sum of its buildings'.

    Rows of a community or compound tell nothing about one micro-grid and are left out.
    """
    rows = terms.as_of_units(newest_members(terms), "micro")
    sums = rows.group_by("unit_no", "category", "relation").agg(
        own=rows.n.sum(where=rows.is_own).cast("int64"), built=rows.n.sum(where=~rows.is_own).cast("int64")
    )
    return sums.select("unit_no", "category", "relation", n=ibis.coalesce(sums.own, sums.built))


def _covered(terms: Terms) -> Parts:
    members = micro_members(terms)
    covered = members.filter(members.n >= 1).select("unit_no", top=ibis.literal(1, "int64")).distinct()
    return Parts(Part(covered, "top"), all_micro(terms))


def every_member(terms: Terms, rows: ir.Table, column: str) -> Part:
    """Sum of `column` over members of a unit: its own row stands for everything below it, by category and relation."""
    found = terms.as_of_units(rows)
    found = found.select("unit_no", "is_own", "category", "relation", members=ibis.coalesce(found[column], 0).cast("int64"))
    return Part(found, "members", roll="replace", own="is_own", by=("category", "relation"))


def reporting(terms: Terms) -> Part:
    """Members who report to their home community (报到)."""
    rows = newest_members(terms)
    return every_member(terms, rows.filter(rows.relation == "reported"), "n")


def _in_grid(terms: Terms) -> Parts:
    known = micro_members(terms).select("unit_no", top="n")
    return Parts(Part(known, "top"), every_member(terms, newest_members(terms), "n"))


def _contacted(terms: Terms) -> Parts:
    rows = newest_members(terms)
    rows = rows.filter(rows.category == "floating")
    return Parts(every_member(terms, rows, "contacted_n"), every_member(terms, rows, "n"))


def _posts(terms: Terms) -> Parts:
    posts = terms.rows("service_post")
    posts = terms.as_of_units(posts.filter(posts.as_of_on <= terms.as_of))
    return Parts(Part(posts.select("unit_no", top=posts.claimed.cast("int64")), "top"), reporting(terms))


def _visits(terms: Terms) -> Parts:
    visits = terms.on_days(terms.rows("care_visit"), "due_on")
    visits = visits.filter(visits.due_on <= terms.as_of)
    in_time = ibis.coalesce(visits.done_on <= visits.due_on, False)
    rows = visits.select("unit_no", top=in_time.cast("int64"), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


COUNTS = Text("党员统计", "member counts")
INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "member_cover_rate", Text("微网格党员覆盖率", "Micro-grids with a Party member"),
        Text("统计时点至少有 1 名在册或报到党员的微网格 ÷ 全部微网格；只有社区或小区合计数的不算覆盖。",
             "Micro-grids with at least one member registered or reporting there ÷ all micro-grids; totals of a community or compound cover none."),
        Text("有党员微网格数", "micro-grids with a member"), Text("微网格数", "micro-grids"), PERCENT,
        "ratio", "up", (*STREETS, "community", "compound"), "coverage", ("unit", "member_stat"), _covered,
        Text("网格单元、党员统计", "grid units, member counts"), is_percent=True,
    ),
    Indicator(
        "member_in_grid_rate", Text("党员入格率", "Members in a micro-grid"),
        Text("落到微网格或其楼栋的党员（在册和报到）÷ 全部党员；单元自己填报的数代替其下各级之和。",
             "Members known by micro-grid or building (registered and reporting) ÷ all members; a unit's own count stands for everything below it."),
        Text("入格党员数", "members in a micro-grid"), Text("党员数", "members"), PERCENT,
        "ratio", "up", (*STREETS, "community"), "coverage", ("unit", "member_stat"), _in_grid, COUNTS, is_percent=True,
    ),
    Indicator(
        "floating_contact_rate", Text("流动党员联系率", "Floating members contacted"),
        Text("90 日内联系过的流动党员 ÷ 全部流动党员。", "Floating members contacted within 90 days ÷ all floating members."),
        Text("90日内联系人数", "contacted within 90 days"), Text("流动党员数", "floating members"), PERCENT,
        "ratio", "up", (*STREETS, "community"), "coverage", ("unit", "member_stat"), _contacted, COUNTS, is_percent=True, is_sensitive=True,
    ),
    Indicator(
        "post_claim_ratio", Text("人均认岗数", "Posts per reporting member"),
        Text("统计时点认领的服务岗位数 ÷ 报到党员数。", "Service posts claimed on the as-of day ÷ members reporting to their home community."),
        Text("认领岗位数", "posts claimed"), Text("报到党员数", "members reporting"), Text("个/人", "per member"),
        "ratio", "up", (*STREETS, "community"), "coverage", ("unit", "member_stat", "service_post"), _posts,
        Text("认领岗位、党员统计", "service posts, member counts"), digits=2, filters=("post_type",),
    ),
    Indicator(
        "three_visit_rate", Text("三必访完成率", "Care visits"),
        Text("统计期内应访且已到期的走访中，按期完成 ÷ 全部。", "Care visits due in the period: made by the due day ÷ all of them."),
        Text("按期走访次数", "visits made in time"), Text("应访次数", "visits due"), PERCENT,
        "ratio", "up", (*STREETS, "community"), "coverage", ("care_visit",), _visits, Text("走访", "care visits"), is_percent=True, is_sensitive=True,
    ),
)  # fmt: skip
