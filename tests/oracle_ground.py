"""What the second calculations share: who lies below whom, what is in force, which cases count. No code of the product."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from types import SimpleNamespace

from etl.query.scope import Scope
from tests.tiny_city import Row

Pairs = Iterable[tuple[int | None, float, float]]  # unit, above the line, below the line
Answer = Callable[[int], tuple]  # unit_no → numerator, denominator[, value]
ORDER = ("city", "district", "street", "community", "compound", "micro")


class Ground:
    """Units by number and the rows of every feed, seen on one scope."""

    def __init__(self, units: list[Row], rows: dict[str, list[SimpleNamespace]], scope: Scope) -> None:
        self.scope, self.rows = scope, rows
        self.day, self.end = scope.as_of, datetime.combine(scope.as_of + timedelta(days=1), datetime.min.time())
        self.unit = {unit["unit_no"]: unit for unit in units}
        self.now = {no for no, unit in self.unit.items() if (unit["valid_from"] or date.min) <= self.day <= (unit["valid_to"] or date.max)}
        self.lines = {no: self._line(no) for no in self.unit}

    def _line(self, no: int) -> list[int]:
        found = [no]
        while (up := self.unit[found[-1]]["parent_no"]) is not None:
            found.append(up)
        return found

    def below(self, no: int) -> set[int]:
        return {other for other, line in self.lines.items() if no in line}

    def at(self, level: str) -> set[int]:
        return {no for no in self.now if self.unit[no]["level"] == level}

    def today(self, no: int) -> int | None:
        """The version of the unit's code in force."""
        return next((other for other in self.now if self.unit[other]["unit_code"] == self.unit[no]["unit_code"]), None)

    def up(self, no: int, level: str) -> int | None:
        """The unit of a level that the unit lies in today."""
        now = self.today(no)
        return next((other for other in self.lines[now] if other in self.at(level)), None) if now else None

    def inside(self, day: date | datetime | None) -> bool:
        """The day lies in the period."""
        if day is None:
            return False
        day = day.date() if isinstance(day, datetime) else day
        return self.scope.date_from <= day <= self.scope.date_to

    def past(self, day: date | None) -> bool:
        return day is not None and day <= self.day

    def own_or_children(self, no: int, name: str) -> float:
        """A unit's own figure, else the sum of its children's in force."""
        if self.unit[no][name] is not None:
            return self.unit[no][name]
        return sum(self.own_or_children(child, name) for child in self.now if self.unit[child]["parent_no"] == no)

    def adds(self, pairs: Pairs) -> Answer:
        """Sums of everything in a unit and below it."""
        found = [(no, top, bottom) for no, top, bottom in pairs if no is not None]

        def answer(no: int) -> tuple[float, float]:
            below = self.below(no)
            return sum(top for at, top, _ in found if at in below), sum(bottom for at, _, bottom in found if at in below)

        return answer

    def counts(self, places: Iterable[int | None]) -> Answer:
        sums = self.adds((no, 1, 0) for no in places)
        return lambda no: (sums(no)[0], None)

    def cases(self) -> list[SimpleNamespace]:
        """Cases filed in the period, void ones left out, of the class asked for."""
        wanted = [value for field, value in self.scope.where if field == "category"]
        return [
            case for case in self.rows["case"]
            if self.inside(case.counted_at) and case.status != "void" and case.voided_at is None and (not wanted or case.code4[:2] in wanted)
        ]  # fmt: skip

    def closed(self, case: SimpleNamespace) -> bool:
        if case.status == "suspended":
            return False
        return case.closed_at < self.end if case.closed_at is not None else case.status == "closed"


def middle(values: list[float]) -> float | None:
    """The middle value, the mean of the middle two."""
    values = sorted(values)
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2 if values else None
