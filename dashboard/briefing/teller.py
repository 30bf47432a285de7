"""From figures to words (数字成句): every number is asked of `figure`, written once, and keeps where it came from."""

from dataclasses import dataclass, replace

from dashboard.briefing.document import Fact, Part, Piece, Pieces, Said, fill
from dashboard.briefing.period import Period
from dashboard.view.format import of_indicator, plain
from dashboard.view.run import Run
from etl.model.indicators import BY_ID
from etl.model.text import Text
from etl.query.figures import Figure, figure, is_connected
from etl.query.lights import light_of
from etl.query.scope import Scope
from etl.query.series import Change, first_day, period_on_period, year_on_year

STATES = {
    "no_feed": Text("未接入", "not connected"), "no_data": Text("无数据", "no data"), "suppressed": Text("已隐去", "withheld"),
    "unstable": Text("（样本少）", " (few cases)"),
}  # fmt: skip
NO_BASE = Text("无可比数据", "no earlier data")
SAME = Text("持平", "unchanged")
# a count is said to rise or fall, a rate to be higher or lower; whether that is good is said by the band
ROSE, FELL = Text("上升{n}", "up {n}"), Text("下降{n}", "down {n}")
HIGHER, LOWER = Text("提高{n}个百分点", "up {n} points"), Text("降低{n}个百分点", "down {n} points")
MORE, FEWER = Text("增加{n}", "{n} more"), Text("减少{n}", "{n} fewer")
BANDS = {"green": Text("达标", "meets standard"), "amber": Text("接近达标", "near standard"), "red": Text("未达标", "below standard")}


@dataclass(frozen=True)
class Teller:
    """Tells about one unit in one period, in the run's language."""

    run: Run
    period: Period

    @property
    def scope(self) -> Scope:
        return self.run.scope

    @property
    def colon(self) -> str:
        return "：" if self.run.lang == "zh" else ": "

    def connected(self, indicator_id: str) -> bool:
        return is_connected(self.run.build, BY_ID[indicator_id])

    def figure(self, indicator_id: str, unit_no: int | None = None, scope: Scope | None = None) -> Figure:
        """The figure; without data where its feed begins only after the period (a first head count of later says nothing of today)."""
        found = figure(self.run.build, self.run.reader, indicator_id, scope or self.scope, unit_no or self.run.unit.unit_no)
        first = first_day(self.run.build, indicator_id)
        if first is not None and self.scope.as_of < first and found.state in ("ok", "unstable"):
            return replace(found, numerator=None, denominator=None, value=None, state="no_data")
        return found

    def scope_with(self, **where: str) -> Scope:
        return replace(self.scope, where=tuple(sorted(where.items())))

    def state(self, state: str) -> Fact:
        return Fact(self.run.say(STATES[state]), "state")

    def said(self, indicator_id: str, part: Part = "value", unit_no: int = 0, bare: bool = False, **where: str) -> Pieces:
        """One part of a figure; the word of its state where there is nothing to say. `bare`: without the unit of a count or a rate."""
        unit_no = unit_no or self.run.unit.unit_no
        found = self.figure(indicator_id, unit_no, self.scope_with(**where))
        return self.told(found, indicator_id, part, self.scope_with(**where), bare)

    def told(self, found: Figure, indicator_id: str, part: Part, scope: Scope, bare: bool = False) -> Pieces:
        """`said` for a figure that is there already."""
        if found.state in ("no_feed", "suppressed"):
            return (self.state(found.state),)
        number = {"value": found.value, "numerator": found.numerator, "denominator": found.denominator}[part]
        if number is None:
            return (self.state("no_data"),)
        indicator = BY_ID[indicator_id]
        if part == "value":
            unit = "" if bare else "%" if indicator.is_percent else "" if indicator.has_denominator else self.unit_of(indicator.unit)
            text = of_indicator(indicator, number) + unit
        else:
            text = plain(number, 0 if number == int(number) else 2)
        said: Piece = Said(text, indicator_id, found.unit_no, scope, part, number)
        is_few = not bare and part == "value" and found.state == "unstable"
        return (said, Fact(self.run.say(STATES["unstable"]), "state")) if is_few else (said,)

    def unit_of(self, unit: Text) -> str:
        """The unit of a count after its number: 2件, 2 cases."""
        return unit.zh if self.run.lang == "zh" else f" {unit.en}"

    def share(self, indicator_id: str, part: Part, whole: Figure, **where: str) -> Pieces:
        """What part of the whole unit's number is that under the filters, in per cent."""
        found = self.figure(indicator_id, scope=self.scope_with(**where))
        top, bottom = (getattr(one, part) for one in (found, whole))
        if top is None or not bottom:
            return (self.state("no_data"),)
        return (Said(f"{top / bottom * 100:.1f}%", indicator_id, found.unit_no, self.scope_with(**where), "share", top / bottom, self.scope),)

    def year(self, indicator_id: str, unit_no: int = 0) -> Change:
        return year_on_year(self.run.build, self.run.reader, indicator_id, self.scope, unit_no or self.run.unit.unit_no)

    def before(self, indicator_id: str, unit_no: int = 0) -> Change:
        return period_on_period(self.run.build, self.run.reader, indicator_id, self.scope, unit_no or self.run.unit.unit_no)

    def count_change(self, change: Change, indicator_id: str) -> Pieces:
        """How a count (the numerator) stands against the earlier period, in per cent."""
        now, then = change.current.numerator, change.earlier.numerator if change.earlier else None
        if now is None or not then:
            return (Fact(self.run.say(NO_BASE), "state"),)
        ratio = now / then - 1
        return self._moved(ratio * 100, "%", ROSE, FELL, change, indicator_id, "numerator_ratio", ratio)

    def rate_change(self, change: Change, indicator_id: str) -> Pieces:
        """How a value stands against the earlier period: points for rates, plain numbers for counts, else per cent."""
        indicator = BY_ID[indicator_id]
        if change.difference is None:
            return (Fact(self.run.say(NO_BASE), "state"),)
        if indicator.is_percent:
            return self._moved(change.difference * 100, "", HIGHER, LOWER, change, indicator_id, "value_difference", change.difference)
        if not indicator.has_denominator:
            return self._moved(change.difference, "", MORE, FEWER, change, indicator_id, "value_difference", change.difference, 0)
        if change.ratio is None:
            return (Fact(self.run.say(NO_BASE), "state"),)
        return self._moved(change.ratio * 100, "%", ROSE, FELL, change, indicator_id, "value_ratio", change.ratio)

    def _moved(
        self, size: float, sign: str, up: Text, down: Text, change: Change, indicator_id: str, part: Part, number: float, digits: int = 1
    ) -> Pieces:
        text = f"{abs(size):,.{digits}f}{sign}"
        if not any(char in "123456789" for char in text):
            return (self.run.say(SAME),)
        said = Said(text, indicator_id, change.current.unit_no, change.current_scope, part, number, change.earlier_scope)
        return fill(self.run.lang, up if size > 0 else down, n=said)

    def band(self, indicator_id: str, found: Figure) -> str | None:
        """green, amber or red; None where there is no threshold or too little behind the figure."""
        return light_of(self.run.build, self.run.reader, indicator_id, self.scope, found)

    def limit(self, indicator_id: str) -> Fact | None:
        """The value from which a figure is no longer below standard."""
        threshold = self.run.build.rules.thresholds.get(indicator_id)
        if threshold is None or isinstance(threshold.amber, tuple):
            return None
        indicator = BY_ID[indicator_id]
        unit = "" if indicator.has_denominator else self.unit_of(indicator.unit)
        text = f"{threshold.amber * 100:g}%" if indicator.is_percent else f"{threshold.amber:g}{unit}"
        return Fact(text, "rule")
