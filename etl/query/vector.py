"""Totals of every unit of a build (单元向量): what one computation gives, before a level or a unit is cut out of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from etl.query.rollup import Floats


@dataclass(frozen=True, eq=False)
class Vector:
    """Indexed by `unit_no - 1`; right for units the reader sees, meaningless for others.

    `value` and `base` are given where the value is not numerator ÷ denominator, or the state is not to be judged by the
    denominator: `base` is then the count of things behind the figure (0: nothing to say, 1–9: unstable).
    """

    numerator: Floats
    denominator: Floats | None
    value: Floats | None = None
    base: Floats | None = None

    @property
    def bytes(self) -> int:
        """What its arrays take."""
        return sum(array.nbytes for array in (self.numerator, self.denominator, self.value, self.base) if array is not None)

    def at(self, positions: NDArray[np.int64]) -> "Vector":
        """The values at some positions, in their order."""
        return Vector(*(None if array is None else array[positions] for array in (self.numerator, self.denominator, self.value, self.base)))  # type: ignore[arg-type]

    def cells(self, at: NDArray[np.int64]) -> list[tuple[float, float, float]]:
        """Numerator, denominator, value given (NaN where there is none) at some positions."""
        none = np.full(len(at), np.nan)
        columns = (self.numerator[at], none if self.denominator is None else self.denominator[at], none if self.value is None else self.value[at])
        return [(float(top), float(bottom), float(value)) for top, bottom, value in zip(*columns, strict=True)]


def quotient(top: Floats, bottom: Floats, scale: float = 1) -> Floats:
    """top × scale ÷ bottom, NaN where bottom is 0 or unknown."""
    return np.divide(top * scale, bottom, out=np.full(len(top), np.nan), where=(bottom != 0) & ~np.isnan(bottom))
