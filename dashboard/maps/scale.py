"""From values to classes and colours (分级设色). Breaks are found once and then kept, so a colour means the same in every period."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from etl.model.text import Text

Method = Literal["quantile", "natural", "fixed"]
Floats = NDArray[np.float64]

# ColorBrewer YlGnBu without its lightest step (too near to white), cividis and PuOr: safe for the colour-blind, ordered in greyscale.
YLGNBU = ("#e6f3b8", "#b5e0b5", "#6fc6be", "#35a3c2", "#2273b2", "#253a94", "#0b1d58")
CIVIDIS = ("#fdea45", "#d4c16a", "#a89f78", "#7f7f7b", "#5a6270", "#2f476b", "#00224e")
PUOR = ("#b35806", "#e8963f", "#fcd6a0", "#f2f0ee", "#cfcae4", "#9183bd", "#542788")
PALETTES: dict[str, tuple[str, ...]] = {"ylgnbu": YLGNBU, "cividis": CIVIDIS, "puor": PUOR}
# Purple striped, amber dotted, teal plain: told apart in grey print and by the colour-blind, and none is the brand's red.
BAND = (("#6b3f98", "stripes"), ("#f0b440", "dots"), ("#3d9f8f", "plain"))
BAND_WORDS = (Text("未达标", "Below standard"), Text("接近达标", "Near standard"), Text("达标", "Meets standard"))
ZERO = ("#f6f1de", "plain")  # ivory: neither the white ground nor a step of a palette
NATURAL_SAMPLE = 256  # order statistics given to the exact natural-breaks search


@dataclass(frozen=True, slots=True)
class Scale:
    """Inner class limits, low to high, and one (colour, pattern) per class, so `len(looks) == len(breaks) + 1`.

    A value equal to a limit belongs to the class above it. `zero_apart`: exactly 0 has a look of its own.
    `words` name the classes where they have names; `texts` are what the legend says of each, with `note` once above them (else
    both are made from the limits).
    """

    breaks: tuple[float, ...]
    looks: tuple[tuple[str, str], ...]
    zero_apart: bool = True
    words: tuple[Text, ...] = ()
    texts: tuple[Text, ...] = ()
    note: Text | None = None

    def __post_init__(self) -> None:
        if len(self.looks) != len(self.breaks) + 1:
            raise ValueError(f"{len(self.breaks)} breaks need {len(self.breaks) + 1} looks, got {len(self.looks)}")
        if any(low >= high for low, high in zip(self.breaks, self.breaks[1:], strict=False)):
            raise ValueError(f"breaks must rise: {self.breaks}")

    def class_of(self, values: Floats) -> NDArray[np.int64]:
        """Class index per value (0 = lowest); callers leave NaN out."""
        return np.searchsorted(np.asarray(self.breaks), values, side="right")


def sequential(breaks: Sequence[float], palette: str = "ylgnbu", zero_apart: bool = True) -> Scale:
    """A light-to-dark scale over frozen `breaks` (at most six)."""
    limits = tuple(float(limit) for limit in breaks)
    return Scale(limits, tuple((colour, "plain") for colour in shades(palette, len(limits) + 1)), zero_apart)


def shades(palette: str, classes: int) -> tuple[str, ...]:
    """`classes` colours spread over a palette, ends included (one class: a middle tone)."""
    colours = PALETTES[palette]
    if classes == 1:
        return (colours[len(colours) // 2],)
    return tuple(colours[round(i * (len(colours) - 1) / (classes - 1))] for i in range(classes))


def find_breaks(values: Floats, method: Method = "quantile", classes: int = 5, fixed: Sequence[float] = (), zero_apart: bool = True) -> tuple[float, ...]:
    """Inner limits, rounded to readable numbers; fewer than asked where values are few, none when all are equal.

    Deterministic. `values`: any order, NaN ignored; with `zero_apart` zeros do not take part.
    """
    if method == "fixed":
        return tuple(float(limit) for limit in sorted(set(fixed)))
    known = np.sort(values[np.isfinite(values)])
    if zero_apart:
        known = known[known != 0]
    if len(known) == 0 or known[0] == known[-1]:
        return ()
    distinct = np.unique(known)
    if len(distinct) <= classes:
        return tuple(float(limit) for limit in distinct[1:])
    return _readable(_quantiles(known, classes) if method == "quantile" else _natural(known, classes), known)


def _quantiles(known: Floats, classes: int) -> list[float]:
    return [float(limit) for limit in np.quantile(known, np.arange(1, classes) / classes)]


def _natural(known: Floats, classes: int) -> list[float]:
    """Fisher-Jenks natural breaks (自然断点) on sorted values: least sum of squares within classes, found exactly.

    The same classes as mapclassify.FisherJenks (a test compares them), 40 times faster without numba and without its warning.
    """
    if len(known) > NATURAL_SAMPLE:
        known = known[np.linspace(0, len(known) - 1, NATURAL_SAMPLE).round().astype(int)]
    place = np.arange(len(known) + 1)
    centred = known - known.mean()  # squares of far-off values would eat the digits
    sums, squares = np.r_[0.0, np.cumsum(centred)], np.r_[0.0, np.cumsum(centred**2)]
    size = np.maximum(place[None, :] - place[:, None], 1)
    cost = squares[None, :] - squares[:, None] - (sums[None, :] - sums[:, None]) ** 2 / size
    cost[place[:, None] >= place[None, :]] = np.inf
    best, cuts = cost[0].copy(), []
    for _ in range(classes - 1):
        total = best[:, None] + cost
        cuts.append(total.argmin(axis=0))
        best = total.min(axis=0)
    limits, end = [], len(known)
    for cut in reversed(cuts):
        end = int(cut[end])
        limits.append(float(known[end]))
    return limits[::-1]


def _readable(limits: Sequence[float], known: Floats) -> tuple[float, ...]:
    """Limits with as few digits as keep them apart and keep a value on either side of each."""
    whole = bool(np.all(known == np.round(known)))
    for digits in (2, 3, 4, 17):
        rounded = sorted({_significant(limit, digits, whole) for limit in limits})
        kept = tuple(limit for limit in rounded if known[0] < limit <= known[-1])
        if len(kept) >= len(set(limits)) or digits == 17:
            return kept
    return ()


def _significant(value: float, digits: int, whole: bool) -> float:
    if value == 0 or digits == 17:
        return value
    rounded = float(f"{value:.{digits - 1}e}")
    return float(np.ceil(rounded)) if whole else rounded
