"""Named periods (统计期间): this week to this year, up to the data date."""

from dataclasses import dataclass
from datetime import date, timedelta

from etl.model.text import Text
from etl.query.series import add_months


@dataclass(frozen=True, slots=True)
class Period:
    """A named period up to the data date."""

    id: str
    name: Text

    def days(self, last: date) -> tuple[date, date]:
        """First and last day, both included."""
        month = last.replace(day=1)
        starts = {
            "week": last - timedelta(days=last.weekday()), "month": month, "last_month": add_months(month, -1), "d30": last - timedelta(days=29),
            "d90": last - timedelta(days=89), "year": last.replace(month=1, day=1),
        }  # fmt: skip
        return starts[self.id], month - timedelta(days=1) if self.id == "last_month" else last


PERIODS: tuple[Period, ...] = (
    Period("week", Text("本周", "This week")),
    Period("month", Text("本月", "This month")),
    Period("last_month", Text("上月", "Last month")),
    Period("d30", Text("近30天", "Last 30 days")),
    Period("d90", Text("近90天", "Last 90 days")),
    Period("year", Text("本年", "This year")),
)
BY_ID: dict[str, Period] = {period.id: period for period in PERIODS}
TWELVE, FREE = "m12", "free"
NAMES: dict[str, Text] = {period.id: period.name for period in PERIODS} | {
    TWELVE: Text("近12个月", "Last 12 months"),
    FREE: Text("自选日期…", "Own dates …"),
}
ORDER: tuple[str, ...] = (TWELVE, *BY_ID, FREE)
