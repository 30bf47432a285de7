"""Two indicators against each other over the units of a level (相关分析): how closely they go together, and what speaks against reading more into it."""

from dataclasses import dataclass
from math import atanh, sqrt, tanh
from typing import Literal

import numpy as np
import pandas as pd

from etl.query.figures import figures
from etl.query.reader import Reader
from etl.query.rollup import Floats
from etl.query.scope import Scope
from etl.query.subtree import stock
from etl.query.warehouse import Build

Weight = Literal["", "households", "base"]
FEW, TOO_FEW = 30, 4  # points below which chance rules; below which nothing can be said
Z95 = 1.959963984540054
CARRIED = 0.2  # one unit moves the coefficient by so much: it carries the whole
APART = 0.2  # distance between the two coefficients that shows a bend or outliers
SIZED = 0.5  # correlation with the number of households from which a count is rather a size
SAME = 0.9  # share of units whose denominators are equal


@dataclass(frozen=True, slots=True)
class Hint:
    """Something this very pair must be read with: `kind`, and the numbers or the name behind it."""

    kind: Literal["too_few", "few", "chance", "same_base", "part", "size_x", "size_y", "size_both", "one_unit", "bend", "unstable", "equal"]
    number: float = 0.0
    name: str = ""


@dataclass(frozen=True, eq=False)
class Relation:
    """`points`: unit_no, code, name, x, y, weight, state (unstable when either figure is), of the units with both figures.

    Coefficients are None where they cannot be: fewer than `TOO_FEW` points, or one side all equal. `low`..`high` is the 95%
    interval of `pearson` (Fisher), judged by the effective number of points when weighted; None too when |r| is 1. `line`: slope
    and intercept of the least squares line. `left_out`: units of the level without one of the figures, by state.
    """

    points: pd.DataFrame
    left_out: dict[str, int]
    pearson: float | None
    low: float | None
    high: float | None
    spearman: float | None
    line: tuple[float, float] | None
    effective_n: float
    hints: tuple[Hint, ...]

    @property
    def n(self) -> int:
        return len(self.points)


def relation(
    build: Build, reader: Reader, x: tuple[str, Scope], y: tuple[str, Scope], level: str, under: int | None = None, weight: Weight = ""
) -> Relation:
    """Indicator and scope of both axes over the units of `level` (below `under`), as far as the reader may be told their figures."""
    first, second = figures(build, reader, *x, level, under), figures(build, reader, *y, level, under)
    table = first.merge(second[["unit_no", "numerator", "denominator", "value", "state"]], on="unit_no", suffixes=("_x", "_y"))
    both = table["value_x"].notna() & table["value_y"].notna()
    states = table["state_x"].where(table["value_x"].isna(), table["state_y"])[~both]
    homes = stock(build, "households", x[1].as_of)[table["unit_no"].to_numpy() - 1]
    known = table[both].assign(households=homes[both.to_numpy()])
    points = pd.DataFrame({
        "unit_no": known["unit_no"], "code": known["code"], "name": known["name"], "x": known["value_x"].astype(float), "y": known["value_y"].astype(float),
        "weight": _weights(known, weight), "state": np.where((known["state_x"] == "unstable") | (known["state_y"] == "unstable"), "unstable", "ok"),
    }).reset_index(drop=True)  # fmt: skip
    used = points[points["weight"] > 0]
    a, b, w = (used[name].to_numpy(dtype=np.float64) for name in ("x", "y", "weight"))
    effective = float(w.sum() ** 2 / (w**2).sum()) if len(w) else 0.0
    r, rank = pearson(a, b, w), spearman(a, b, w)
    low, high = interval(r, effective)
    return Relation(
        points, {str(state): int(n) for state, n in states.value_counts().items()}, r, low, high, rank, _line(a, b, w), effective,
        _hints(used, known.reset_index(drop=True).loc[used.index], a, b, w, r, rank, low, high),
    )  # fmt: skip


def pearson(a: Floats, b: Floats, w: Floats | None = None) -> float | None:
    """Pearson's coefficient, weighted by `w`; None with too few points or where one side does not vary."""
    if len(a) < TOO_FEW:
        return None
    w = np.ones(len(a)) if w is None else w
    da, db = a - np.average(a, weights=w), b - np.average(b, weights=w)
    spread = sqrt(float((w * da * da).sum()) * float((w * db * db).sum()))
    if not spread or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return max(-1.0, min(1.0, float((w * da * db).sum()) / spread))


def spearman(a: Floats, b: Floats, w: Floats | None = None) -> float | None:
    """The same over ranks, equal values sharing their mean rank."""
    return pearson(pd.Series(a).rank().to_numpy(), pd.Series(b).rank().to_numpy(), w)


def interval(r: float | None, n: float) -> tuple[float | None, float | None]:
    """The 95% interval of a coefficient over `n` points by Fisher's transformation; none for |r| = 1 or n ≤ 3."""
    if r is None or n <= 3 or abs(r) >= 1:
        return None, None
    half = Z95 / sqrt(n - 3)
    return tanh(atanh(r) - half), tanh(atanh(r) + half)


def _weights(known: pd.DataFrame, weight: Weight) -> Floats:
    if weight == "households":
        return known["households"].to_numpy(dtype=np.float64)
    if weight == "base":
        return known["denominator_y"].fillna(known["denominator_x"]).fillna(0.0).to_numpy(dtype=np.float64)
    return np.ones(len(known))


def _line(a: Floats, b: Floats, w: Floats) -> tuple[float, float] | None:
    if len(a) < TOO_FEW or np.ptp(a) == 0:
        return None
    da = a - np.average(a, weights=w)
    slope = float((w * da * b).sum() / (w * da * da).sum())
    return slope, float(np.average(b, weights=w) - slope * np.average(a, weights=w))


def _hints(points: pd.DataFrame, known: pd.DataFrame, a: Floats, b: Floats, w: Floats, r: float | None, rank: float | None, low: float | None, high: float | None) -> tuple[Hint, ...]:
    """What is found in the numbers themselves, most serious first."""
    n = len(a)
    if n < TOO_FEW:
        return (Hint("too_few", n),)
    if r is None:
        return (Hint("equal"),)
    found = [Hint("few", n)] if n < FEW else []
    if low is not None and high is not None and low <= 0 <= high:
        found.append(Hint("chance"))
    found += _size_hints(known, a, b, w, r)
    tops, bottoms = (known[[f"{part}_x", f"{part}_y"]] for part in ("numerator", "denominator"))
    if _alike(bottoms["denominator_x"], bottoms["denominator_y"]):
        found.append(Hint("same_base"))
    if _alike(tops["numerator_x"], bottoms["denominator_y"]) or _alike(tops["numerator_y"], bottoms["denominator_x"]) or _alike(tops["numerator_x"], tops["numerator_y"]):
        found.append(Hint("part"))
    name, moved = _carrier(points, a, b, w, r)
    if moved >= CARRIED:
        found.append(Hint("one_unit", moved, name))
    if rank is not None and abs(rank - r) >= APART:
        found.append(Hint("bend", rank - r))
    if shaky := int((points["state"] == "unstable").sum()):
        found.append(Hint("unstable", shaky))
    return tuple(found)


def _size_hints(known: pd.DataFrame, a: Floats, b: Floats, w: Floats, r: float) -> list[Hint]:
    """Counts grow with the number of households: population in disguise. For two counts, what is left when size is taken out."""
    size = known["households"].to_numpy(dtype=np.float64)
    with_x = pearson(a, size, w) if known["denominator_x"].isna().all() else None
    with_y = pearson(b, size, w) if known["denominator_y"].isna().all() else None
    sized = [value is not None and value >= SIZED for value in (with_x, with_y)]
    if all(sized) and with_x is not None and with_y is not None:
        rest = (1 - with_x**2) * (1 - with_y**2)
        return [Hint("size_both", (r - with_x * with_y) / sqrt(rest) if rest > 0 else 0.0)]
    return [Hint("size_x", with_x or 0.0)] if sized[0] else [Hint("size_y", with_y or 0.0)] if sized[1] else []


def _alike(one: pd.Series, other: pd.Series) -> bool:
    known = one.notna() & other.notna()
    return bool(known.any()) and float((one[known] == other[known]).mean()) >= SAME


def _carrier(points: pd.DataFrame, a: Floats, b: Floats, w: Floats, r: float) -> tuple[str, float]:
    """The unit without which the coefficient changes most, and by how much: all coefficients with one left out, from sums."""
    if len(a) <= TOO_FEW:
        return "", 0.0
    a, b = a - a.mean(), b - b.mean()
    s, sa, sb = w.sum() - w, (w * a).sum() - w * a, (w * b).sum() - w * b
    saa, sbb, sab = (w * a * a).sum() - w * a * a, (w * b * b).sum() - w * b * b, (w * a * b).sum() - w * a * b
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(np.maximum(saa - sa**2 / s, 0) * np.maximum(sbb - sb**2 / s, 0))
        without = np.clip((sab - sa * sb / s) / spread, -1, 1)
    moved = np.abs(without - r)
    if not np.isfinite(moved).any():
        return "", 0.0
    at = int(np.nanargmax(np.where(np.isfinite(moved), moved, np.nan)))
    return str(points["name"].iloc[at]), float(moved[at])
