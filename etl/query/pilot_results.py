"""Every pilot with its four groups and its light (试点成效): before and after, pilot units and controls."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from etl.model.indicators import Indicator
from etl.query.figures import figure
from etl.query.pilots import Cells, Effect, Pilot, effect_of, home_of, pilots
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.units import units
from etl.query.warehouse import Build

Judgement = Literal["better", "worse", "open"]


@dataclass(frozen=True, slots=True)
class Result:
    """One pilot below a unit; `effect` None where one of the four figures is not known."""

    pilot: Pilot
    unit_no: int
    effect: Effect | None
    start_on: date

    @property
    def judgement(self) -> Judgement:
        """Better or worse by the direction of what is watched; open without an effect, with none, or inside its margin."""
        effect = self.effect
        if effect is None or effect.watched.better == "band" or abs(effect.net) <= (effect.margin or 0.0):
            return "open"
        return "better" if (effect.net > 0) == (effect.watched.better == "up") else "worse"


def pilot_results(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[Result, ...]:
    """The pilots that lie in the unit and in what the reader sees; controls may lie anywhere, as the indicator holds against the whole city."""
    if "pilot" not in build.feeds:
        return ()
    frame = units(build)
    everybody, plain = Reader("admin", 1, len(frame)), Scope(scope.date_from, scope.date_to, scope.as_of)

    def ask(watched: Indicator, when: Scope, at: NDArray[np.int64]) -> Cells:
        found = (figure(build, everybody, watched.id, when, int(no) + 1) for no in at)
        return [tuple(np.nan if part is None else part for part in (one.numerator, one.denominator, _given(watched, one.value))) for one in found]  # type: ignore[misc]

    results = []
    for pilot in pilots(build):
        home = home_of(frame, pilot, plain)
        if home is not None and reader.sees(home) and under <= home <= int(frame.last_no[under - 1]):
            results.append(Result(pilot, home, effect_of(build, frame, pilot, plain, ask), pilot.start_on))
    return tuple(results)


def _given(watched: Indicator, value: float | None) -> float | None:
    """The value where it is not the quotient of its parts: only then the units' values are averaged."""
    return value if watched.kind != "ratio" or watched.id in ("three_rate_score", "focus_gap") else None
