"""Ranking with bands (分档排名): units side by side without a blame list. Units with few cases are shown but not ranked."""

import numpy as np
import pandas as pd

from etl.query.figures import figures, indicator_of
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.warehouse import Build


def band_of(build: Build, indicator_id: str, value: float | None) -> str | None:
    """green, amber or red by the rules' thresholds; None without a value, or where a unit is only compared with its own past."""
    threshold = build.rules.thresholds.get(indicator_id)
    if value is None or np.isnan(value) or threshold is None or threshold.basis != "value":
        return None
    return threshold.colour(value, indicator_of(indicator_id).better)


def ranking(build: Build, reader: Reader, indicator_id: str, scope: Scope, level: str, under: int | None = None) -> pd.DataFrame:
    """`figures` with `band` and `rank` (1 is best, equals share one; none unless the
    state is ok, nor with fewer cases than `figure.rank_min_cases`), best first, unranked last."""
    indicator = indicator_of(indicator_id)
    table = figures(build, reader, indicator_id, scope, level, under)
    table["band"] = [band_of(build, indicator_id, value) for value in table["value"]]
    counts = table["state"] == "ok"
    if indicator.by_lead and indicator.has_denominator:
        counts &= table[["numerator", "denominator"]].max(axis=1) >= build.rules.figure.rank_min_cases
    ranked = table["value"].where(counts)
    table["rank"] = ranked.rank(method="min", ascending=indicator.better != "up")
    return table.sort_values(["rank", "unit_no"], na_position="last").reset_index(drop=True)
