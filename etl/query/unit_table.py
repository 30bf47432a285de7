"""Units × indicators (多指标表): one page of the units of a level with the figures of several indicators, sorted by any of them.

Every indicator is one vector over all units, computed once by the database and kept. Ordering them and cutting out the page is the
database's work again; only the rows of the page become a table. Cases, of which there may be twenty million, are paged by key where
they lie (`etl.query.case_list`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
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
    total = len(at)
    start = min(max(start, 0), max((total - 1) // size * size, 0))
    shown = _page(build, at, _key(first, tables, at, sort), is_falling, start, size)
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


def _key(first: pd.DataFrame, tables: dict[str, pd.DataFrame], at: NDArray[np.int64], sort: str) -> pd.Series:
    """What the rows are ordered by: a figure (NULL where there is none), the name, or nothing."""
    if sort in tables:
        return tables[sort]["value"].astype("float64").iloc[at].reset_index(drop=True)
    return first["name"].astype("string").iloc[at].reset_index(drop=True) if sort == "name" else pd.Series(np.zeros(len(at)))


def _page(build: Build, at: NDArray[np.int64], key: pd.Series, is_falling: bool, start: int, size: int) -> NDArray[np.int64]:
    """The places of one page's rows. Equals keep the order of the hierarchy, so pages neither repeat nor skip a row."""
    with build.cursor() as cursor:
        cursor.register("ordered", pa.table({"place": at, "key": pa.Array.from_pandas(key)}))
        found = cursor.execute(f"SELECT place FROM ordered ORDER BY key {'DESC' if is_falling else 'ASC'} NULLS LAST, place LIMIT $size OFFSET $start", {"size": size, "start": start})
        return np.asarray(found.fetchnumpy()["place"], dtype=np.int64)
