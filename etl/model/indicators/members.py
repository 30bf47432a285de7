"""Indicators of Party members (党员覆盖). Only counts by building or unit exist; no indicator can reach a person."""

import ibis
import ibis.expr.types as ir

from etl.model.indicators.grids import PERCENT, STREETS, all_micro
from etl.model.indicators.record import Indicator, Part, Parts
from etl.model.indicators.terms import Terms, unbound
from etl.model.text import Text


def newest_members(terms: Terms) -> ir.Table:
    """`member_stat` rows that hold on the as-of day: of each place, category and relation the newest not after it.

    A place is a building, else the unit's code (so that a new boundary version continues the old one's rows). Extra columns:
    `is_own` (the unit's own row, not a building's).
    """
    stat, units = unbound("member_stat"), unbound("unit").select(then_no="unit_no", then_code="unit_code")
    rows = stat.filter(stat.as_of_on <= terms.as_of)
    rows = rows.inner_join(units, [rows.unit_no == units.then_no])
    rows = rows.mutate(is_own=rows.building_id.isnull(), place=ibis.coalesce(rows.building_id, rows.then_code))
    latest = ibis.window(
        group_by=[rows.is_own, rows.place, rows.category, rows.relation],
        order_by=[rows.as_of_on.desc(), rows.file_no.desc(), rows.src_row.desc()],
    )
    rows = rows.mutate(rank=ibis.row_number().over(latest))
    return rows.filter(rows["rank"] == 0).drop("rank", "place", "then_no", "then_code")


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


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "member_cover_rate", Text("微网格党员覆盖率", "Micro-grids with a Party member"),
        Text("统计时点至少有 1 名在册或报到党员的微网格 ÷ 全部微网格；只有社区或小区合计数的不算覆盖。",
             "Micro-grids with at least one member registered or reporting there ÷ all micro-grids; totals of a community or compound cover none."),
        Text("有党员微网格数", "micro-grids with a member"), Text("微网格数", "micro-grids"), PERCENT,
        "ratio", "up", (*STREETS, "community", "compound"), "coverage", ("unit", "member_stat"), _covered,
        Text("网格单元、党员统计", "grid units, member counts"), is_percent=True,
    ),
)  # fmt: skip
