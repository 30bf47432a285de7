"""What the numbers of a chart count (图表单位): said once beside its legend, so that an axis of bare numbers is never a riddle."""

from etl.model.text import Text

CASES = Text("件", "cases")
CALLS = Text("部门次", "calls")  # one whistle may call several departments
DAYS = Text("天", "days")
GRIDS = Text("个", "grids")
HOURS = Text("小时", "hours")
ISSUES = Text("个", "issues")
POSTS = Text("个", "posts")
YUAN = Text("元", "yuan")
SAID = Text("单位：{unit}", "Unit: {unit}")


def unit_said(lang: str, unit: Text | None) -> str:
    """The words beside the legend; "" for a chart whose axis says it itself (per cent)."""
    return "" if unit is None else SAID.to(lang).format(unit=unit.to(lang))
