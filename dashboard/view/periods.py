"""Named periods (统计期间): those that end with the data (this week, this quarter …) and those of the calendar (years, seasons, months)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from etl.model.text import Text
from etl.query.series import add_months

YEARS_BACK = 3  # of the calendar's periods offered; older ones are typed as dates
MONTHS_BACK = 12
SEASONS: tuple[tuple[int, Text, Text], ...] = (
    (3, Text("春季", "Spring"), Text("3–5月", "Mar–May")), (6, Text("夏季", "Summer"), Text("6–8月", "Jun–Aug")),
    (9, Text("秋季", "Autumn"), Text("9–11月", "Sep–Nov")), (12, Text("冬季", "Winter"), Text("12–2月", "Dec–Feb")),
)  # fmt: skip
QUARTERS = (Text("一季度", "Q1"), Text("二季度", "Q2"), Text("三季度", "Q3"), Text("四季度", "Q4"))
HALVES = (Text("上半年", "First half"), Text("下半年", "Second half"))
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Period:
    """A named period up to the data date."""

    id: str
    name: Text

    def days(self, last: date) -> tuple[date, date]:
        """First and last day, both included."""
        month, year = last.replace(day=1), last.replace(month=1, day=1)
        quarter = add_months(year, (last.month - 1) // 3 * 3)
        starts = {
            "week": last - timedelta(days=last.weekday()), "month": month, "last_month": add_months(month, -1), "d30": last - timedelta(days=29),
            "d90": last - timedelta(days=89), "quarter": quarter, "last_quarter": add_months(quarter, -3), "year": year, "last_year": add_months(year, -12),
        }  # fmt: skip
        ends = {"last_month": month, "last_quarter": quarter, "last_year": year}  # the day after
        return starts[self.id], ends[self.id] - timedelta(days=1) if self.id in ends else last


@dataclass(frozen=True, slots=True)
class Dated:
    """A period of the calendar: it stays where it is when newer data come."""

    id: str
    name: Text
    first: date
    last: date


PERIODS: tuple[Period, ...] = (
    Period("week", Text("本周", "This week")),
    Period("month", Text("本月", "This month")),
    Period("last_month", Text("上月", "Last month")),
    Period("d30", Text("近30天", "Last 30 days")),
    Period("d90", Text("近90天", "Last 90 days")),
    Period("quarter", Text("本季度", "This quarter")),
    Period("last_quarter", Text("上季度", "Last quarter")),
    Period("year", Text("本年", "This year")),
    Period("last_year", Text("上年", "Last year")),
)
BY_ID: dict[str, Period] = {period.id: period for period in PERIODS}
TWELVE, FREE = "m12", "free"
NAMES: dict[str, Text] = {period.id: period.name for period in PERIODS} | {
    TWELVE: Text("近12个月", "Last 12 months"),
    FREE: Text("自选日期…", "Own dates …"),
}
ORDER: tuple[str, ...] = (TWELVE, *BY_ID, FREE)
SO_FAR = Text("{name}（至今）", "{name} so far")


def calendar(begin: date | None, last: date) -> tuple[Dated, ...]:
    """Seasons, quarters, half-years, years and months of the last years that have data (from `begin` to `last`), the newest of each
    kind first. The one under way ends with the data and says so."""
    found: list[Dated] = []
    for kind in (_seasons, _quarters, _halves, _years, _months):
        for one in kind(last):
            if one.first > last or (begin is not None and one.last < begin):
                continue
            if one.last > last:
                one = Dated(one.id, _so_far(one.name), one.first, last)
            found.append(one)
    return tuple(found)


def _so_far(name: Text) -> Text:
    """Without the months in brackets: not all of them are over."""
    return Text(SO_FAR.zh.format(name=name.zh.partition("（")[0]), SO_FAR.en.format(name=name.en.partition(" (")[0]))


def _dated(id_: str, name: Text, first: date, months: int) -> Dated:
    return Dated(id_, name, first, add_months(first, months) - timedelta(days=1))


def _years(last: date) -> Iterator[Dated]:
    for year in range(last.year, last.year - YEARS_BACK, -1):
        yield _dated(f"{year}", Text(f"{year}年", f"{year}"), date(year, 1, 1), 12)


def _halves(last: date) -> Iterator[Dated]:
    for year in range(last.year, last.year - YEARS_BACK, -1):
        for half in (1, 0):
            name = HALVES[half]
            yield _dated(f"{year}-H{half + 1}", Text(f"{year}年{name.zh}", f"{name.en} of {year}"), date(year, half * 6 + 1, 1), 6)


def _quarters(last: date) -> Iterator[Dated]:
    for year in range(last.year, last.year - YEARS_BACK, -1):
        for quarter in (3, 2, 1, 0):
            name = QUARTERS[quarter]
            yield _dated(f"{year}-Q{quarter + 1}", Text(f"{year}年{name.zh}", f"{name.en} {year}"), date(year, quarter * 3 + 1, 1), 3)


def _seasons(last: date) -> Iterator[Dated]:
    """By months, as weather reports count them; a winter is named by the year it begins in."""
    for year in range(last.year, last.year - YEARS_BACK, -1):
        for month, name, span in reversed(SEASONS):
            yield _dated(f"{year}-S{month:02}", Text(f"{year}年{name.zh}（{span.zh}）", f"{name.en} {year} ({span.en})"), date(year, month, 1), 3)


def _months(last: date) -> Iterator[Dated]:
    for back in range(MONTHS_BACK + 1):
        first = add_months(last.replace(day=1), -back)
        yield _dated(f"{first:%Y-%m}", Text(f"{first.year}年{first.month}月", f"{MONTHS_EN[first.month - 1]} {first.year}"), first, 1)
