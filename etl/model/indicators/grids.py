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


def _stewards_in_post(terms: Terms) -> ir.Table:
    """Stewards (微网格员; reserve and full-time staff are other posts) on the as-of day, first and last day in post included."""
    staff = unbound("grid_staff")
    return staff.filter(
        staff.role == "steward",
        staff.start_on.isnull() | (staff.start_on <= terms.as_of),
        staff.end_on.isnull() | (staff.end_on >= terms.as_of),
    )


def _filled(terms: Terms) -> Parts:
    staff = terms.as_of_units(_stewards_in_post(terms), "micro")
    return Parts(Part(staff.select("unit_no", top=ibis.literal(1, "int64")).distinct(), "top"), all_micro(terms))


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
)  # fmt: skip
