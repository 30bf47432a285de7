"""Ranking with bands (分档排名): units side by side without a blame list. Units with few cases are shown but not ranked."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.model.indicators import BY_ID, Indicator
from etl.model.indicators.record import Better
from etl.query.figures import figures, indicator_of
from etl.query.pilots import pilots
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.warehouse import Build


def band_of(build: Build, indicator_id: str, value: float | None) -> str | None:
    """green, amber or red by the rules' thresholds; None without a value, or where a unit is only compared with its own past."""
    threshold = build.rules.thresholds.get(indicator_id)
    if value is None or np.isnan(value) or threshold is None or threshold.basis != "value":
        return None
    better = better_of(build, indicator_of(indicator_id))
    return None if better is None else threshold.colour(value, better)


def bands_of(build: Build, indicator_id: str, values: NDArray[np.float64]) -> NDArray[np.object_]:
    """`band_of` for many values at once."""
    threshold = build.rules.thresholds.get(indicator_id)
    if threshold is None or threshold.basis != "value":
        return np.full(len(values), None, dtype=object)
    distinct, place = np.unique(values, return_inverse=True)
    return np.array([band_of(build, indicator_id, float(value)) for value in distinct], dtype=object)[place]


def better_of(build: Build, indicator: Indicator) -> Better | None:
    """The direction in which an indicator gets better. The effect of a pilot is good or bad by the indicator it watches: with pilots of
    both kinds in the city there is none."""
    if indicator.id != "pilot_effect":
        return indicator.better
    found = {BY_ID[pilot.indicator].better for pilot in pilots(build) if pilot.indicator in BY_ID} if "pilot" in build.feeds else set()
    return found.pop() if len(found) == 1 and "band" not in found else None


def ranking(build: Build, reader: Reader, indicator_id: str, scope: Scope, level: str, under: int | None = None) -> pd.DataFrame:
    """`figures` with `band` and `rank` (1 is best, equals share one; none unless the
    state is ok, nor with fewer cases than `figure.rank_min_cases`), best first, unranked last."""
    indicator = indicator_of(indicator_id)
    table = figures(build, reader, indicator_id, scope, level, under)
    table["band"] = bands_of(build, indicator_id, table["value"].to_numpy(dtype=np.float64))
    counts = table["state"] == "ok"
    if indicator.by_lead and indicator.has_denominator:
        counts &= table[["numerator", "denominator"]].max(axis=1) >= build.rules.figure.rank_min_cases
    ranked = table["value"].where(counts)
    table["rank"] = ranked.rank(method="min", ascending=better_of(build, indicator) != "up")
    return table.sort_values(["rank", "unit_no"], na_position="last").reset_index(drop=True)
