"""What the numbers of a chart count (图表单位): said once beside its legend, so that an axis of bare numbers is never a riddle."""

from etl.model.text import Text

CASES = Text("件", "cases")
CALLS = Text("单位次", "calls")  # one whistle may call several departments
COUNT = Text("个", "number")
DAYS = Text("天", "days")
GRIDS = Text("个网格", "grids")
HOURS = Text("小时", "hours")
ISSUES = Text("个议题", "issues")
POSTS = Text("个岗位", "posts")
YUAN = Text("元", "yuan")
SAID = Text("单位：{unit}", "Unit: {unit}")


def unit_said(lang: str, unit: Text | None) -> str:
    """The words beside the legend; "" for a chart whose axis says it itself (per cent)."""
    return "" if unit is None else SAID.to(lang).format(unit=unit.to(lang))
