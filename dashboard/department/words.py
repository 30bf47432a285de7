"""Words of the department's page (部门工作台)."""

from dashboard.view.run import Run
from etl.model.text import Text

WORDS: dict[str, Text] = {
    "department": Text("选择部门", "Choose a department"),
    "none": Text("统计期内没有承办单位和吹哨记录。", "Nobody was in charge of a case or called by a whistle in this period."),
    "calls": Text("{n} 次吹哨", "{n} whistles"),
    "cases": Text("承办 {n} 件", "in charge of {n}"),
    "whistles_title": Text("吹哨报到", "Whistles"),
    "whistles_note": Text("未到的和等着到场的在前", "not there yet first"),
    "whistles_none": Text("统计期内没有吹哨。", "No whistles in this period."),
    "open_title": Text("在办诉求", "Cases in hand"),
    "open_note": Text("超期的在前，再按到期先后；不含关于本单位作风的投诉", "overdue first, then by due time; without complaints about this unit's conduct"),
    "open_none": Text("没有在办的诉求。", "No open cases."),
    "returns_title": Text("退单记录", "Sent back"),
    "returns_none": Text("统计期内没有退单。", "Nothing was sent back in this period."),
    "returns_note": Text("退回后又派来的标出", "those that came back are marked"),
    "again": Text("又派回", "came back"),
    "gone": Text("已转出", "went elsewhere"),
    "street": Text("街道", "Street"),
    "unit": Text("单元", "Unit"),
    "kind": Text("哨类", "Kind"),
    "matter": Text("事项", "Matter"),
    "blown": Text("吹哨时间", "Blown"),
    "due_arrive": Text("应到", "Due"),
    "arrived": Text("到场", "Arrived"),
    "state": Text("情况", "State"),
    "score": Text("街道评分", "Score"),
    "lead": Text("牵头", "lead"),
    "on_time": Text("按时", "in time"),
    "late": Text("迟到", "late"),
    "refused": Text("拒绝", "refused"),
    "absent": Text("未到", "absent"),
    "waiting": Text("未到时限", "not due yet"),
    "kind_hard": Text("难题", "Hard problem"),
    "kind_enforce": Text("执法", "Enforcement"),
    "kind_emergency": Text("应急", "Emergency"),
    "case_no": Text("工单编号", "Number"),
    "due": Text("期限", "Limit"),
    "place": Text("地点", "Place"),
    "title": Text("标题", "Title"),
    "when": Text("退回时间", "Sent back"),
    "to": Text("退给", "To"),
    "reason": Text("理由", "Reason"),
    "after": Text("之后", "Then"),
}


def word(run: Run, key: str, **values: object) -> str:
    """A word of this page in the reader's language."""
    return WORDS[key].format(**values).to(run.lang)
