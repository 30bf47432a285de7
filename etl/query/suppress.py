"""What a reader is not told (抑制): small counts that would point at persons (domain rules E3–E6).

Grids, premises and money are exact for everybody. The command line without an account (`admin`) and data stewards see
everything; a micro-grid's steward handles its cases and sees them.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.model.indicators.record import Indicator
from etl.model.levels import BY_ID as LEVELS
from etl.model.taxonomy import BY_CODE
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.units import units
from etl.query.warehouse import Build

UNLIMITED = ("admin", "data_steward", "steward")


def is_limited(reader: Reader) -> bool:
    """Whether any figure may be kept from the reader because it is small."""
    return reader.role not in UNLIMITED


def suppressed(build: Build, reader: Reader, indicator: Indicator, scope: Scope, table: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows of `table` (unit_no or code, numerator, denominator) the reader may not see; one flag per row."""
    if not is_limited(reader) or not len(table):
        return np.zeros(len(table), dtype=bool)
    privacy = build.rules.privacy
    is_public, is_sensitive = reader.role == "public", indicator.is_sensitive or asks_sensitive(scope)
    counts_cases = "case" in indicator.feeds or indicator.is_sensitive
    hidden = np.zeros(len(table), dtype=bool)
    if "unit_no" in table and (is_public or is_sensitive):
        ranks = units(build).level[table["unit_no"].to_numpy() - 1]
        hidden |= ranks > LEVELS["community"].rank
    if counts_cases and (is_public or is_sensitive):
        k = privacy.public_k if is_public else privacy.vulnerable_k
        hidden |= _small(table["numerator"], k) | _small(table["denominator"], k)
        if is_public and indicator.has_denominator:
            hidden |= (table["denominator"] < privacy.public_rate_below).to_numpy()
        hidden |= _second(build, table, hidden)
    return hidden


def asks_sensitive(scope: Scope) -> bool:
    """The filter picks sensitive classes (★) only: then case counts are counts of few persons in hardship."""
    asked = [value for field, value in scope.where if field == "category"]
    return bool(asked) and all(_is_sensitive(code) for code in asked)


def _is_sensitive(code: str) -> bool:
    below = [category for code4, category in BY_CODE.items() if code4.startswith(code)]
    return bool(below) and all(category.is_sensitive for category in below)


def _small(counts: pd.Series, k: int) -> NDArray[np.bool_]:
    return counts.between(1, k - 1).to_numpy()


def _second(build: Build, table: pd.DataFrame, hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """E5: where exactly one sibling under a shown total is hidden, the next smallest goes too, or a subtraction would give it."""
    more = np.zeros(len(table), dtype=bool)
    parents = units(build).parent_no[table["unit_no"].to_numpy() - 1] if "unit_no" in table else np.zeros(len(table), dtype=np.int64)
    top = table["numerator"].to_numpy(dtype=np.float64)
    for parent in np.unique(parents[hidden]):
        of_parent = parents == parent
        shown = np.flatnonzero(of_parent & ~hidden & (top > 0))
        if (of_parent & hidden).sum() == 1 and len(shown):
            more[shown[np.argmin(top[shown])]] = True
    return more
