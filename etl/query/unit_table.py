"""Units × indicators (多指标表): one page of the units of a level with the figures of several indicators, sorted by any of them.

Every indicator is one vector over all units, computed once and kept; sorting 120,000 of them and cutting out a page is array work
of milliseconds, and only the rows of the page become a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.query.figures import figures
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.units import units
from etl.query.warehouse import Build

PAGE = 100


@dataclass(frozen=True, eq=False)
class UnitPage:
    """`rows`: unit_no, code, name, parent (name of the unit above), then per indicator `<id>` and `<id>.state`, `<id>.numerator`,
    `<id>.denominator`. `total` units in all, `start` the place of the first row from 0."""

    rows: pd.DataFrame
    total: int
    start: int


def unit_page(
    build: Build, reader: Reader, columns: Sequence[tuple[str, Scope]], level: str, under: int | None, sort: str = "", is_falling: bool = True,
    start: int = 0, size: int = PAGE, only: NDArray[np.int64] | None = None,
) -> UnitPage:  # fmt: skip
    """The page from `start` on of the units of `level` (of `only` these, when given), sorted by the indicator `sort`, by "name" or, by
    default, in the order of the hierarchy. Units without a figure come last either way; equals keep the order of the hierarchy."""
    tables = {name: figures(build, reader, name, scope, level, under) for name, scope in columns}
    first = next(iter(tables.values()))
    at = np.arange(len(first)) if only is None else np.flatnonzero(np.isin(first["unit_no"].to_numpy(), only))
    at = at[_order(first, tables, at, sort, is_falling)]
    total = len(at)
    start = min(max(start, 0), max((total - 1) // size * size, 0))
    shown = at[start : start + size]
    rows = first.iloc[shown][["unit_no", "code", "name"]].reset_index(drop=True)
    frame = units(build)
    parents = frame.parent_no[rows["unit_no"].to_numpy(dtype=np.int64) - 1]
    rows["parent"] = [frame.name[no - 1] if no and reader.sees(int(no)) else "" for no in parents]
    more = {}
    for name, table in tables.items():
        part = table.iloc[shown].reset_index(drop=True)
        more[name] = part["value"].astype(float)
        more |= {f"{name}.{column}": part[column] for column in ("state", "numerator", "denominator")}
    return UnitPage(pd.concat([rows, pd.DataFrame(more)], axis=1), total, start)


def _order(first: pd.DataFrame, tables: dict[str, pd.DataFrame], at: NDArray[np.int64], sort: str, is_falling: bool) -> NDArray[np.int64]:
    """Places within `at` in the order wanted; a stable sort, so equals stay as they were."""
    if sort in tables:
        keys = tables[sort]["value"].to_numpy(dtype=np.float64)[at]
        return np.argsort(-keys if is_falling else keys, kind="stable")  # NaN sorts last either way
    if sort == "name":
        order = np.argsort(first["name"].to_numpy(dtype=object)[at].astype(str), kind="stable")
        return order[::-1] if is_falling else order
    return np.arange(len(at))
