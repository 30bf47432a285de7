"""Indicators of micro-grids and their stewards (微网格、微网格员): stocks on the as-of day, general and exclusive grids alike."""

import ibis
import ibis.expr.types as ir

from etl.model.indicators.record import Indicator, Part, Parts
from etl.model.indicators.terms import Terms, unbound
from etl.model.text import Text

PERCENT = Text("%", "%")
STREETS = ("city", "district", "street")


def all_micro(terms: Terms) -> Part:
    """Every micro-grid in force on the as-of day."""
    return Part(terms.units("micro").select("unit_no", bottom=ibis.literal(1, "int64")), "bottom")


def _size(terms: Terms) -> Parts:
    micro = terms.units("micro")
    # a micro-grid without a figure stays in the denominator: an unknown size has not met the standard
    fits = ibis.coalesce(micro.households.between(terms.rules.grid.households_min, terms.rules.grid.households_max), False)
    rows = micro.select("unit_no", top=fits.cast("int64"), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


def in_post(terms: Terms, roles: tuple[str, ...]) -> ir.Table:
    """Staff of the roles (reserve and full-time staff are no stewards) in the unit of the as-of day; first and last day in post included."""
    staff = unbound("grid_staff")
    return terms.as_of_units(
        staff.filter(
            staff.role.isin(roles),
            staff.start_on.isnull() | (staff.start_on <= terms.as_of),
            staff.end_on.isnull() | (staff.end_on >= terms.as_of),
        )
    )


def _filled(terms: Terms) -> Parts:
    staff = in_post(terms, ("steward",)).semi_join(terms.units("micro"), "unit_no")
    return Parts(Part(staff.select("unit_no", top=ibis.literal(1, "int64")).distinct(), "top"), all_micro(terms))


def _per_grid(terms: Terms) -> Parts:
    staff = in_post(terms, ("steward",))
    return Parts(Part(staff.select("unit_no", top=ibis.literal(1, "int64")), "top"), all_micro(terms))


def _heads(terms: Terms) -> Parts:
    heads = in_post(terms, ("chief", "general_head"))
    rows = heads.select("unit_no", top=ibis.coalesce(heads.is_org_secretary, False).cast("int64"), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


def _geometry(terms: Terms) -> Parts:
    every = unbound("unit")
    drawn = every.filter(every.level == "micro", every.area_m2 > 0).agg(drawn=ibis._.count())  # in a city without any nobody knows of holes
    communities = terms.units("community").cross_join(drawn)
    communities = communities.filter(communities.area_m2 > 0, communities.drawn > 0).select("unit_no", bottom="area_m2")
    micro = terms.within(terms.units("micro"), "community")
    found = micro.group_by(inside_no="unit_no").agg(inside=micro.area_m2.sum())
    rows = communities.left_join(found, [communities.unit_no == found.inside_no])
    # one community's overlap must not hide another's hole
    return _shared(rows.select("unit_no", "bottom", top=ibis.least(ibis.coalesce(rows.inside, 0.0), rows.bottom)))


def _shared(rows: ir.Table) -> Parts:
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "grid_size_ok_rate", Text("微网格规模达标率", "Micro-grids of standard size"),
        Text("户数在规定范围（默认 30～100 户）内的微网格 ÷ 全部微网格；未填户数的计入分母、不算达标。",
             "Micro-grids with households in the local range (30–100 by default) ÷ all micro-grids; one without a figure counts below, not above."),
        Text("规模达标微网格数", "micro-grids in range"), Text("微网格数", "micro-grids"), PERCENT,
        "ratio", "up", (*STREETS, "community", "compound"), "grids", ("unit",), _size, Text("网格单元", "grid units"), is_percent=True,
    ),
    Indicator(
        "steward_fill_rate", Text("微网格员配备率", "Micro-grids with a steward"),
        Text("统计时点有在岗微网格员的微网格 ÷ 全部微网格；后备和专职网格员不算。",
             "Micro-grids with a steward in post on the as-of day ÷ all micro-grids; reserve and full-time staff do not count."),
        Text("已配备微网格数", "micro-grids with a steward"), Text("微网格数", "micro-grids"), PERCENT,
        "ratio", "up", (*STREETS, "community", "compound"), "grids", ("unit", "grid_staff"), _filled,
        Text("网格单元、网格员", "grid units, grid staff"), is_percent=True,
    ),
    Indicator(
        "steward_per_grid", Text("格均网格员", "Stewards per micro-grid"),
        Text("统计时点在岗微网格员人数 ÷ 微网格数；后备和专职网格员不算。",
             "Stewards in post on the as-of day ÷ micro-grids; reserve and full-time staff do not count."),
        Text("在岗微网格员数", "stewards in post"), Text("微网格数", "micro-grids"), Text("人/格", "per micro-grid"),
        "ratio", "up", (*STREETS, "community"), "grids", ("unit", "grid_staff"), _per_grid, Text("网格单元、网格员", "grid units, grid staff"), digits=2,
    ),
    Indicator(
        "head_match_rate", Text("网格长对应率", "Heads who are the Party secretary"),
        Text("统计时点在岗的总网格长和一般网格长中，同时任党组织书记 ÷ 全部。",
             "Chief and general grid heads in post on the as-of day: also the Party secretary ÷ all of them."),
        Text("任书记的网格长数", "heads who are the secretary"), Text("网格长数", "heads"), PERCENT,
        "ratio", "up", (*STREETS, "community"), "grids", ("unit", "grid_staff"), _heads, Text("网格员", "grid staff"), is_percent=True,
    ),
    Indicator(
        "grid_geom_cover", Text("网格覆盖完整率", "Area covered by micro-grids"),
        Text("社区内微网格面积之和（每个社区不超过其面积）÷ 有边界的社区面积；低于 100% 说明有空白。全市都没有微网格边界的不计算。",
             "Area of the micro-grids in a community, at most its own ÷ area of the communities with a boundary; below 100% means holes. Not told where the whole city has no micro-grid drawn."),
        Text("微网格面积", "area of micro-grids"), Text("社区面积", "area of communities"), PERCENT,
        "ratio", "up", ("city", "district", "street", "community"), "quality", ("unit",), _geometry, Text("网格边界", "boundaries of units"), is_percent=True,
    ),
)  # fmt: skip
