"""What is asked (统计范围): a period, an as-of day, filters on cases. Both ends of every range of days are included."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from difflib import get_close_matches

from etl.model.errors import CallError
from etl.model.feed_filters import FEED_FILTERS
from etl.model.indicators.record import CASE_FILTERS
from etl.model.levels import LEVEL_IDS
from etl.model.tables import BY_NAME
from etl.query.warehouse import Build

FILTERS = (*CASE_FILTERS, *FEED_FILTERS)
TIMES = {"hour": (0, 23), "weekday": (1, 7)}  # of the time a case was reported; Monday is 1
_COLUMNS = {"solved_level": ("case", "resolved_level"), "proper_level": ("case", "resolved_level"), "focus": ("unit", "focus_tags")}
Where = tuple[tuple[str, str], ...]
Ranges = tuple[tuple[int, int], ...]  # of unit numbers, both ends included, ascending, apart


@dataclass(frozen=True, slots=True)
class Scope:
    """`date_from`..`date_to` filed, states as at the end of `as_of`. `where`: (field, value) pairs; the same field twice means either.

    `chosen`: only these units count (a selection of units, see `etl.query.selection`); empty means all.
    """

    date_from: date
    date_to: date
    as_of: date
    where: Where = ()
    chosen: Ranges = ()

    def without(self, *fields: str) -> "Scope":
        """The scope without some of its filters: a chart goes on showing what was not picked in it."""
        return replace(self, where=tuple(pair for pair in self.where if pair[0] not in fields))


def default_scope(build: Build) -> Scope:
    """The 12 months up to the data date."""
    return make_scope(build)


def make_scope(build: Build, date_from: date | None = None, date_to: date | None = None, as_of: date | None = None, where: Where = ()) -> Scope:
    """A scope with its defaults: the 12 months up to `date_to`, itself the data date; as-of the earlier of the two. CallError when reversed."""
    date_to = date_to or (max(build.data_date, date_from) if date_from else build.data_date)
    date_from = date_from or twelve_months_up_to(date_to)
    if date_from > date_to:
        raise CallError(f"开始日期 {date_from} 晚于结束日期 {date_to}", f"the period starts on {date_from}, after its end on {date_to}")
    return Scope(date_from, date_to, as_of or min(date_to, build.data_date), tuple(sorted(set(where))))


def parse_scope(
    build: Build, date_from: str | None = None, date_to: str | None = None, as_of: str | None = None, where: tuple[str, ...] | list[str] = ()
) -> Scope:
    """The scope of texts as the command line and the address bar give them. CallError on a bad day, field or value."""
    filters = tuple(parse_filter(item) for item in where)
    return make_scope(build, _day(date_from, "--from"), _day(date_to, "--to"), _day(as_of, "--as-of"), filters)


def parse_filter(item: str) -> tuple[str, str]:
    """`FIELD=VALUE` → (field, canonical value); Chinese words are understood. CallError on an unknown field or word."""
    field, sign, value = (part.strip() for part in item.partition("="))
    if field not in FILTERS:
        near = get_close_matches(field, FILTERS, 1)
        hint = (f"；是否指 {near[0]}", f"; did you mean {near[0]}") if near else ("", "")
        raise CallError(
            f"不能按 {field!r} 筛选{hint[0]}。可用：{'、'.join(FILTERS)}", f"no filter {field!r}{hint[1]}. Known: {', '.join(FILTERS)}"
        )
    if not sign or not value:
        raise CallError(f"筛选条件应写成 字段=值：{item!r}", f"a filter is FIELD=VALUE: {item!r}")
    return field, _value(field, value)


def twelve_months_up_to(day: date) -> date:
    """First day of the 12 months that end with `day`."""
    after = day + timedelta(days=1)
    try:
        return after.replace(year=after.year - 1)
    except ValueError:  # 29 February: the 12 months start after 28 February
        return date(after.year - 1, 3, 1)


def _day(text: str | None, name: str) -> date | None:
    if text is None or text == "":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CallError(f"{name} 的日期 {text!r} 应为 YYYY-MM-DD", f"{name}: {text!r} is no date of the form YYYY-MM-DD") from None


def _value(field: str, value: str) -> str:
    """The canonical value of `field` that `value` spells."""
    if field in ("lead_unit", "own_class"):
        return value
    if field == "category":
        if not (value.isascii() and value.isdigit() and len(value) in (2, 4)):
            raise CallError(f"事项编码应为 2 位或 4 位数字：{value!r}", f"a category has 2 or 4 digits: {value!r}")
        return value
    if field in ("hour", "weekday"):
        first, last = TIMES[field]
        if not (value.isascii() and value.isdigit() and first <= int(value) <= last):
            raise CallError(f"{field} 应为 {first} 到 {last} 的整数：{value!r}", f"{field} is a whole number from {first} to {last}: {value!r}")
        return str(int(value))
    if field == "focus" and value == "any":
        return value
    if field in ("solved_level", "proper_level") and value in LEVEL_IDS:
        return value
    one = FEED_FILTERS.get(field)
    table, name = (one.feed, one.column) if one else _COLUMNS.get(field, ("case", field))
    column = BY_NAME[table].column(name)
    words = column.words or {}
    found = one.canonical(value) if one else next((canonical for canonical, local in words.items() if value == canonical or value in local), None)
    if found is not None:
        return found
    known = "、".join(next(iter(local), canonical) for canonical, local in words.items())
    raise CallError(f"筛选条件“{column.header}”（{field}）没有取值“{value}”。可用：{known}", f"the filter {field} has no value {value!r}. Known: {', '.join(words)}")
