"""Pilots (试点): the figure is worked out from other indicators by `etl.query.pilots`; here stand its words and its source."""

import ibis

from etl.model.indicators.record import Indicator, Part, Parts
from etl.model.indicators.terms import Terms
from etl.model.text import Text


def _pilots(terms: Terms) -> Parts:
    pilots = terms.rows("pilot").select("unit_no", bottom=ibis.literal(1, "int64"))
    return Parts(Part(pilots, "bottom"), Part(pilots, "bottom"), formula="pilot")


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "pilot_effect", Text("试点净效果", "Net effect of pilots"),
        Text("所看指标（试点后 − 试点前）的变化，试点单元减对照单元；试点后为开始日到统计期末，试点前为同样天数。同看一个指标的多个试点取平均；指标以低为好的，负数为改善。",
             "Change of the watched indicator (after − before) in the pilot units less that in the controls; after: from the first day to the "
             "period's end, before: as many days. Several pilots of one indicator: their mean. Where less is better a negative figure is the improvement."),
        Text("净效果之和", "sum of the net effects"), Text("试点数", "pilots"), Text("所看指标的单位", "unit of the watched indicator"),
        "ratio", "up", ("city", "district"), "overview", ("pilot", "unit"), _pilots, Text("试点及所看指标", "pilots and the indicator watched"),
        digits=3, is_relative=True,
    ),
)  # fmt: skip
