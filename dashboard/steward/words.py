"""Words of the steward's page (我的微网格)."""

from dashboard.view.run import Run
from etl.model.text import Text

WORDS: dict[str, Text] = {
    "overdue": Text("已超期", "Overdue"),
    "soon": Text("24 小时内到期", "Due in 24 h"),
    "waiting": Text("待现场确认", "To confirm"),
    "open": Text("在办", "Open"),
    "first": Text("先办这些", "Do these first"),
    "first_note": Text("截至 {day} 24 时", "as at the end of {day}"),
    "group_soon": Text("24 小时内到期 {n} 件，抓紧办还不超期", "Due within 24 h: {n}, still in time"),
    "group_overdue": Text("已超期 {n} 件，超期最久的在前", "Overdue: {n}, the longest first"),
    "more": Text("再看 {m} 件（已列 {shown}，共 {n}）", "Show {m} more ({shown} of {n} listed)"),
    "enough": Text("已列最前的 {shown} 件，共 {n} 件。其余请进入下级网格查看。", "The first {shown} of {n} are listed; open a grid below for the others."),
    "none": Text("没有在办的诉求。", "No open cases."),
    "nothing_urgent": Text("没有超期和 24 小时内到期的诉求。", "Nothing overdue or due within 24 hours."),
    "rest": Text("其余在办 {n} 件", "{n} more open"),
    "late_days": Text("超期 {n} 天", "{n} d late"),
    "late_hours": Text("超期 {n} 小时", "{n} h late"),
    "left_hours": Text("还剩 {n} 小时", "{n} h left"),
    "left_days": Text("还剩 {n} 天", "{n} d left"),
    "no_limit": Text("不限期", "no limit"),
    "reported": Text("{day} 反映", "reported {day}"),
    "repeated": Text("又反映 {n} 次", "reported again: {n} ×"),
    "with": Text("承办：{name}", "with {name}"),
    "with_nobody": Text("还没有承办单位", "with nobody yet"),
    "settled_at": Text("这类事由{level}解决", "settled at {level} level"),
    "confirm": Text("要您确认的", "For you to confirm"),
    "confirm_cases": Text("承办单位说办好了，请到现场看一眼：", "The unit in charge says it is done; have a look:"),
    "confirm_none": Text("没有要确认的。", "Nothing to confirm."),
    "doubt_households": Text("{n} 个微网格没有户数", "micro-grids without a number of households: {n}"),
    "doubt_one_households": Text("本格没有登记户数", "No number of households is on file for this grid"),
    "doubt_one_steward": Text("本格没有登记在岗的微网格员", "No steward in post is on file for this grid"),
    "doubt_steward": Text("{n} 个微网格没有在岗微网格员", "micro-grids without a steward in post: {n}"),
    "doubt_members": Text("党员人数停在 {day}，请核对", "the count of members is of {day}; please check it"),
    "doubt_placed": Text("{n} 件在办诉求位置不准，请到现场核实", "open cases without an exact place: {n}; check on the ground"),
    "doubt_task": Text("{n} 项清单事项到期未完成（最早 {day}）", "grid tasks due and not done: {n} (oldest {day})"),
    "doubt_order": Text("{n} 条近 7 天的动员指令没有回执（最早 {day}）", "orders of the last 7 days without receipt: {n} (oldest {day})"),
    "call": Text("找谁办", "Whom to call"),
    "call_note": Text("只列单位，不列个人", "offices, no persons"),
    "call_none": Text("没有可联系的单位：承办单位表未接入。", "No offices known: the feed of units in charge is not connected."),
    "kind_property_of": Text("本小区物业", "property company here"),
    "kind_community": Text("社区居委会", "community"),
    "kind_street": Text("街道", "street"),
    "kind_department": Text("部门", "department"),
    "kind_utility": Text("公共服务企业", "utility"),
    "kind_property": Text("物业", "property company"),
    "kind_social_org": Text("社会组织", "social organisation"),
    "cases_here": Text("在办 {n} 件", "{n} open here"),
    "facts": Text("基本情况", "At a glance"),
    "wide": Text("当前范围是{name}；微网格员只能看到自己的微网格。可在上方搜索框输入微网格名称或编码进入。", "This is {name}; stewards see their own grid only. Use the search above to open a micro-grid."),
}


def word(run: Run, key: str, **values: object) -> str:
    """A word of this page in the reader's language."""
    return WORDS[key].format(**values).to(run.lang)
