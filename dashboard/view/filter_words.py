"""Filters in words (筛选用语): their names, their values, and why one does not apply."""

from collections.abc import Sequence
from functools import cache

from etl.model.feed_filters import FEED_FILTERS
from etl.model.indicators import BY_ID
from etl.model.levels import BY_ID as LEVELS
from etl.model.levels import LEVEL_IDS
from etl.model.tables import BY_NAME
from etl.model.taxonomy import CATEGORIES
from etl.model.text import Text
from etl.query.own_classes import last_part

NAMES: dict[str, Text] = {
    "category": Text("问题分类", "Category"),
    "own_class": Text("来源类别", "The source's class"),
    "source": Text("来源渠道", "Channel"),
    "status": Text("办理状态", "Status"),
    "lead_unit": Text("承办单位", "Unit in charge"),
    "severity": Text("事项大小", "Severity"),
    "focus": Text("重点区域", "Focus areas"),
    "proper_level": Text("应办层级", "Belongs to level"),
    "solved_level": Text("解决层级", "Solved at"),
    "hour": Text("反映时段", "Hour reported"),
    "weekday": Text("星期", "Weekday"),
    **{name: one.title for name, one in FEED_FILTERS.items()},
}
SOURCES: dict[str, Text] = {
    "12345": Text("12345 热线", "12345 hotline"),
    "steward": Text("网格员上报", "Grid stewards"),
    "city_mgmt": Text("数字城管", "City management"),
    "e_steward": Text("e管家", "e-steward"),
    "petition": Text("信访", "Petitions"),
    "other": Text("其他渠道", "Other"),
}
SEVERITIES: dict[str, Text] = {"minor": Text("小事", "Minor"), "major": Text("大事", "Major"), "group": Text("群体事件", "Group matter")}
STATUSES: dict[str, Text] = {
    "reported": Text("已登记", "Reported"), "filed": Text("已立案", "Filed"), "dispatched": Text("已派遣", "Dispatched"), "handling": Text("办理中", "In hand"),
    "feedback": Text("已反馈", "Reported back"), "checking": Text("核查中", "Being checked"), "closed": Text("已办结", "Closed"), "void": Text("作废", "Void"),
    "suspended": Text("挂账", "Suspended"),
}  # fmt: skip
FOCUS_TAGS: dict[str, Text] = {
    "old_compound": Text("老旧小区", "Old compound"), "urban_fringe": Text("城乡结合部", "Urban fringe"), "shanty": Text("棚户区", "Shanty area"),
    "urban_village": Text("城中村", "Urban village"), "unmanaged_yard": Text("三不管楼院", "Yard without a manager"), "factory_quarter": Text("厂矿生活区", "Factory quarter"),
}  # fmt: skip
CODED: dict[str, dict[str, Text]] = {"source": SOURCES, "severity": SEVERITIES, "status": STATUSES, "focus": FOCUS_TAGS}
WEEKDAYS = (
    Text("周一", "Monday"), Text("周二", "Tuesday"), Text("周三", "Wednesday"), Text("周四", "Thursday"), Text("周五", "Friday"),
    Text("周六", "Saturday"), Text("周日", "Sunday"),
)  # fmt: skip
ANY_FOCUS = Text("全部重点区域", "Any focus area")
IDLE = Text("本页指标不按“{name}”统计，此筛选在其他页面继续有效", "No indicator here is counted by {name}; the filter waits for other pages")
IDLE_MARK = Text("本页不适用", "not used here")
PARTLY = Text("“{indicator}”不按“{name}”统计，本页其他指标按此筛选", "{indicator} is not counted by {name}; other figures here are")
PARTLY_MARK = Text("当前指标不适用", "not for this indicator")


@cache
def choices(field: str) -> tuple[str, ...]:
    """Values a filter can take where they are fixed, in a sensible order."""
    if field == "category":
        return tuple(dict.fromkeys(code for category in CATEGORIES for code in (category.code2, category.code4)))
    if field == "hour":
        return tuple(str(hour) for hour in range(24))
    if field == "weekday":
        return tuple(str(day) for day in range(1, 8))
    if field in ("proper_level", "solved_level"):
        return tuple(reversed(LEVEL_IDS))
    if field == "focus":
        return ("any", *(BY_NAME["unit"].column("focus_tags").words or {}))
    if field in FEED_FILTERS:
        return tuple(FEED_FILTERS[field].values)
    words = tuple(BY_NAME["case"].column(field).words or {})
    return tuple(word for word in words if word != "void") if field == "status" else words


@cache
def categories(lang: str) -> dict[str, str]:
    """Names by code, first-level classes (two digits) before their second-level ones."""
    names: dict[str, str] = {}
    for category in CATEGORIES:
        names.setdefault(category.code2, f"{category.code2} {category.l1.to(lang)}")
        names[category.code4] = f"　{category.code4} {category.l2.to(lang)}"
    return dict(sorted(names.items()))


def value_name(field: str, value: str, lang: str) -> str:
    """One value in words; a city's own word as it stands."""
    if field == "category":
        return categories(lang).get(value, value).strip("　")
    if field == "weekday" and value in choices(field):
        return WEEKDAYS[int(value) - 1].to(lang)
    if field == "hour" and value in choices(field):
        return f"{value}–{int(value) + 1} 时" if lang == "zh" else f"{value}:00–{value}:59"
    if field in ("proper_level", "solved_level") and value in LEVELS:
        return LEVELS[value].name.to(lang)
    if field == "focus" and value == "any":
        return ANY_FOCUS.to(lang)
    known = FEED_FILTERS[field].values if field in FEED_FILTERS else CODED.get(field, {})
    if value in known:
        return known[value].to(lang)
    return last_part(value) if field == "own_class" else value


def uses(field: str, indicators: Sequence[str]) -> bool:
    """Whether any of the indicators can be counted by a filter."""
    return any(field in BY_ID[name].filters for name in indicators)


def idle(field: str, chosen: str, offered: Sequence[str]) -> tuple[Text, Text] | None:
    """(mark, reason) where a filter does nothing on this page, or nothing to the indicator on the map; None where it works."""
    name = NAMES[field]
    if not uses(field, offered):
        return IDLE_MARK, Text(IDLE.zh.format(name=name.zh), IDLE.en.format(name=name.en))
    if chosen and not uses(field, (chosen,)):
        said = BY_ID[chosen].name
        return PARTLY_MARK, Text(PARTLY.zh.format(indicator=said.zh, name=name.zh), PARTLY.en.format(indicator=said.en, name=name.en))
    return None
