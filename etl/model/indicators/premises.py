"""Premises (社区用房、五中心): stocks on the as-of day."""

import ibis
import ibis.expr.types as ir

from etl.model.indicators.cases import COMMUNITIES, PERCENT, STREETS
from etl.model.indicators.record import Indicator, Part, Parts
from etl.model.indicators.terms import Terms
from etl.model.text import Text

FACILITIES = Text("阵地设施、网格单元户数", "premises, households of units")
CENTRES = ("事务服务中心", "文化活动中心", "生活服务中心", "卫生服务中心", "综治维稳中心")


def _area(terms: Terms) -> Part:
    places = terms.as_of_units(terms.rows("facility"))
    return Part(places.filter(places.area_m2.notnull()).select("unit_no", top="area_m2"), "top")


def _homes(terms: Terms) -> Part:
    units = terms.units()
    return Part(units.filter(units.households.notnull()).select("unit_no", bottom=units.households.cast("int64")), "bottom", roll="replace")


def _per_households(terms: Terms) -> Parts:
    return Parts(_area(terms), _homes(terms))


def _enough(terms: Terms) -> Parts:
    return Parts(_area(terms), _homes(terms), formula="premises")


def centres(terms: Terms) -> ir.Table:
    """unit_no (community) and centre: which of the five centres stand in each community. 社区卫生服务中心 counts as 卫生服务中心."""
    places = terms.within(terms.rows("facility"), "community")
    which = ibis.cases(*((places["type"].contains(word), word) for word in CENTRES), else_=ibis.null("string"))
    return places.select("unit_no", centre=which).filter(ibis._.centre.notnull()).distinct()


def _five(terms: Terms) -> Parts:
    found = centres(terms).group_by("unit_no").agg(kinds=ibis._.count())
    complete = found.filter(found.kinds == len(CENTRES)).select("unit_no", top=ibis.literal(1, "int64"))
    return Parts(Part(complete, "top"), Part(terms.units("community").select("unit_no", bottom=ibis.literal(1, "int64")), "bottom"))


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "premises_per_100hh", Text("百户用房面积", "Premises per 100 households"),
        Text("阵地设施面积 ÷ 户数 × 100。", "Area of premises ÷ households × 100."),
        Text("用房面积", "area, m²"), Text("户数", "households"), Text("平方米/百户", "m² per 100 households"),
        "ratio", "up", COMMUNITIES, "property", ("facility", "unit"), _per_households, FACILITIES, scale=100,
    ),
    Indicator(
        "premises_ok_rate", Text("用房达标率", "Communities with enough premises"),
        Text("用房不少于 1000 平方米且每百户不少于 30 平方米的社区 ÷ 全部社区；户数不明的不算达标。",
             "Communities with at least 1,000 m² and 30 m² per 100 households ÷ all communities; without households it is not met."),
        Text("达标社区数", "communities with enough"), Text("社区数", "communities"), PERCENT,
        "ratio", "up", STREETS, "property", ("facility", "unit"), _enough, FACILITIES, is_percent=True,
    ),
    Indicator(
        "five_centre_rate", Text("五中心齐全率", "Communities with all five centres"),
        Text("事务、文化、生活、卫生、综治五个中心齐全的社区 ÷ 全部社区。",
             "Communities with all five centres (affairs, culture, daily life, health, public order) ÷ all communities."),
        Text("五中心齐全社区数", "communities with all five"), Text("社区数", "communities"), PERCENT,
        "ratio", "up", STREETS, "property", ("facility", "unit"), _five, Text("阵地设施", "premises"), is_percent=True,
    ),
)  # fmt: skip
