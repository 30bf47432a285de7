"""Ranking with bands (分档排名): units side by side without a blame list. Units with few cases are shown but not ranked."""

import numpy as np
import pandas as pd

from etl.query.figures import figures, indicator_of
from etl.query.lights import NAMED, better_of, judged, lights, measures
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.warehouse import Build


def band_of(build: Build, indicator_id: str, value: float | None) -> str | None:
    """The light of a value that belongs to no unit (a department's); None where the value is not judged as it is. Units: `etl.query.lights`."""
    threshold = build.rules.thresholds.get(indicator_id)
    if value is None or threshold is None or threshold.basis != "value":
        return None
    return NAMED[judged(build, indicator_id, np.array([value]))][0]


def bands_of(build: Build, reader: Reader, indicator_id: str, scope: Scope, table: pd.DataFrame) -> pd.Series:
    """The lights of a table of `figures`, None where there is none."""
    found = lights(
        build, reader, indicator_id, scope, table["unit_no"].to_numpy(dtype=np.int64), table["value"].to_numpy(dtype=np.float64), (table["state"] == "ok").to_numpy(dtype=bool)
    )
    return pd.Series(found, index=table.index, dtype=object)


def measured(build: Build, reader: Reader, indicator_id: str, scope: Scope, table: pd.DataFrame) -> pd.Series:
    """What of each figure is held against the thresholds (see `etl.query.lights`); NaN where that is nothing."""
    return pd.Series(measures(build, reader, indicator_id, scope, table["unit_no"].to_numpy(dtype=np.int64), table["value"].to_numpy(dtype=np.float64)), index=table.index)


def ranking(build: Build, reader: Reader, indicator_id: str, scope: Scope, level: str, under: int | None = None) -> pd.DataFrame:
    """`figures` with `band` and `rank` (1 is best, equals share one; none unless the
    state is ok, nor with fewer cases than `figure.rank_min_cases`), best first, unranked last."""
    indicator = indicator_of(indicator_id)
    table = figures(build, reader, indicator_id, scope, level, under)
    table["band"] = bands_of(build, reader, indicator_id, scope, table)
    counts = table["state"] == "ok"
    if indicator.by_lead and indicator.has_denominator:
        counts &= table[["numerator", "denominator"]].max(axis=1) >= build.rules.figure.rank_min_cases
    ranked = table["value"].where(counts)
    table["rank"] = ranked.rank(method="min", ascending=better_of(build, indicator) != "up")
    return table.sort_values(["rank", "unit_no"], na_position="last").reset_index(drop=True)
