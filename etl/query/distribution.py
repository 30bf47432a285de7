"""How an indicator is spread over the units of a level (分布): quantiles, bins, and the units that stand apart, by name."""

from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
import pandas as pd

from etl.model.indicators import Indicator
from etl.query.figures import figures, indicator_of
from etl.query.reader import Reader
from etl.query.rollup import Floats
from etl.query.scope import Scope
from etl.query.warehouse import Build

QUANTILES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
FENCE = 1.5  # Tukey: so many quartile distances beyond the quartiles stands apart
BINS = (6, 30)
LIMIT_Z = 3.0  # a rate farther from the whole's than chance gives with that denominator (control limits of a funnel plot)


@dataclass(frozen=True, eq=False)
class Spread:
    """`n` units with a figure; `quantiles` of `QUANTILES` (empty without any); `edges` has one more place than `counts`.

    `apart`: unit_no, code, name, value, numerator, denominator, state, side (low, high), is_chance (None where it cannot be told),
    the farthest first. `fences`: values beyond which a unit stands apart. `others`: units without a figure, by state.
    """

    n: int
    quantiles: tuple[float, ...]
    mean: float | None
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    fences: tuple[float, float] | None
    apart: pd.DataFrame
    others: dict[str, int]
    unstable: int


def distribution(build: Build, reader: Reader, indicator_id: str, scope: Scope, level: str, under: int | None = None) -> Spread:
    """The spread of an indicator over the units of `level` (below `under`) whose figures the reader may be told."""
    indicator = indicator_of(indicator_id)
    table = figures(build, reader, indicator_id, scope, level, under)
    known = table[table["value"].notna()]
    values = known["value"].to_numpy(dtype=np.float64)
    others = {str(state): int(n) for state, n in table.loc[table["value"].isna(), "state"].value_counts().items()}
    unstable = int((known["state"] == "unstable").sum())
    if not len(values):
        return Spread(0, (), None, (), (), None, _apart(known, indicator, None), others, unstable)
    quantiles = tuple(float(value) for value in np.quantile(values, QUANTILES))
    quartile = quantiles[4] - quantiles[2]
    fences = (quantiles[2] - FENCE * quartile, quantiles[4] + FENCE * quartile) if quartile > 0 else None
    edges = bin_edges(values)
    counts = tuple(int(n) for n in np.histogram(values, np.array(edges))[0])
    return Spread(len(values), quantiles, float(values.mean()), edges, counts, fences, _apart(known, indicator, fences), others, unstable)


def bin_edges(values: Floats) -> tuple[float, ...]:
    """Edges of bins of one readable width (1, 2 or 5 times a power of ten) that hold all values; whole numbers get whole widths.
    The width follows Freedman and Diaconis as far as that gives `BINS` bins."""
    low, high = float(values.min()), float(values.max())
    is_whole = bool(np.all(values == np.rint(values)))
    if low == high:
        return (low, low + 1.0) if is_whole else (low, low + (abs(low) or 1.0) / 10)
    quartile = float(np.subtract(*np.quantile(values, (0.75, 0.25))))
    wanted = 2 * quartile / len(values) ** (1 / 3) if quartile else (high - low) / BINS[0]
    wanted = min(max(wanted, (high - low) / BINS[1]), (high - low) / BINS[0])
    width = readable(wanted)
    if is_whole:
        width = max(1.0, width)
    start = floor(low / width + 1e-9)
    count = max(1, ceil(high / width - 1e-9) - start)
    if is_whole:  # the largest needs a bin that begins with it or before
        count = floor(high / width + 1e-9) - start + 1
    digits = max(0, 1 - floor(log10(width)))
    edges = [round((start + at) * width, digits) for at in range(count + 1)]
    return (min(edges[0], low), *edges[1:-1], max(edges[-1], high))


def readable(rough: float) -> float:
    """1, 2 or 5 times a power of ten, at most `rough`."""
    power = 10.0 ** floor(log10(rough) + 1e-9)
    return next(times * power for times in (5, 2, 1) if times * power <= rough * (1 + 1e-9))


def _apart(known: pd.DataFrame, indicator: Indicator, fences: tuple[float, float] | None) -> pd.DataFrame:
    table = known[["unit_no", "code", "name", "value", "numerator", "denominator", "state"]].copy()
    table = table.iloc[:0] if fences is None else table[(table["value"] < fences[0]) | (table["value"] > fences[1])]
    middle = 0.0 if fences is None else sum(fences) / 2
    table["side"] = np.where(table["value"] > middle, "high", "low")
    table["is_chance"] = [within_chance(row.numerator, row.denominator, known, indicator) for row in table.itertuples()]
    far = (table["value"] - middle).abs()
    return table.assign(far=far).sort_values(["far", "unit_no"], ascending=[False, True]).drop(columns="far").reset_index(drop=True)


def within_chance(top: float, bottom: float, known: pd.DataFrame, indicator: Indicator) -> bool | None:
    """Whether a share so far from the whole's can be chance with so few behind it; None for what is no share of counted things."""
    if not indicator.is_percent or indicator.kind != "ratio" or not bottom > 0 or not 0 <= top <= bottom:
        return None
    whole = float(known["numerator"].sum() / known["denominator"].sum())
    if not 0 < whole < 1:
        return None
    return bool(abs(top / bottom - whole) <= LIMIT_Z * np.sqrt(whole * (1 - whole) / bottom))
