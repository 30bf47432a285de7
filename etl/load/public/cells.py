"""The counts of cases and people that the public may be told (公开计数), before anything is hidden: each a cell, and how cells add up.

A cell is (measure, area, month, class); an empty month is the whole period, an empty class all of them. Cells that one build publishes
form groups, a total and its parts (streets of a district, months of the period, classes of a street), and pairs of which one is a part
of the other (closed of received). What the parts leave over is known here, so the audit can grant an attacker even that.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

import duckdb
import numpy as np
import pandas as pd

from etl.model.levels import LEVELS
from etl.query.duck import one

AREA_LEVELS = tuple(level.id for level in LEVELS[:4])  # city … community: no public figure is finer
MONTH_LEVELS = AREA_LEVELS[:3]
# A figure for each of thousands of communities is audited against all the others: a large city tells its streets, by month its districts.
MOST_AREAS = 1000
MOST_BY_MONTH = 60
MONTHS = 12
CASE_MEASURES = ("received", "closed", "on_time")
PART_OF = {"closed": "received", "on_time": "closed"}


class Key(NamedTuple):
    """What one published count is about."""

    measure: str
    area: str
    month: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """total = the sum of parts + rest, all true counts."""

    total: int
    parts: tuple[int, ...]
    rest: int


@dataclass
class Cells:
    """The counts of one build. `is_told` is False for what follows from others without being published (a ★ remainder)."""

    window: str
    keys: list[Key] = field(default_factory=list)
    n: list[int] = field(default_factory=list)
    is_told: list[bool] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    at_most: list[tuple[int, int]] = field(default_factory=list)
    index: dict[Key, int] = field(default_factory=dict)

    def add(self, key: Key, n: int, is_told: bool = True) -> int:
        """The position of a cell, made now if it is new."""
        if key not in self.index:
            self.index[key] = len(self.keys)
            self.keys.append(key)
            self.n.append(int(n))
            self.is_told.append(is_told)
        return self.index[key]

    def group(self, total: Key, parts: Iterable[Key]) -> None:
        """Says that `parts` lie in `total`; cells that are not there are left out."""
        found = tuple(self.index[part] for part in parts if part in self.index)
        if total in self.index and found:
            at = self.index[total]
            self.groups.append(Group(at, found, self.n[at] - sum(self.n[part] for part in found)))


@dataclass(frozen=True)
class Area:
    """One area of the public screen: `parent` is the code of the next coarser one shown, "" for the top."""

    unit_no: int
    last_no: int
    level: str
    code: str
    name: str
    parent: str


def whole_months(data_date: date) -> list[str]:
    """The last twelve complete months up to the data date, oldest first (YYYY-MM): a month in progress is not told."""
    month = (data_date + timedelta(days=1)).replace(day=1)
    months: list[str] = []
    for _ in range(MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        months.append(f"{month:%Y-%m}")
    return months[::-1]


def read_areas(con: duckdb.DuckDBPyConnection, schema: str, data_date: date) -> list[Area]:
    """City to community, in force on the data date, in the order of their numbers; no communities where there are too many areas to audit."""
    in_force = f"FROM {schema}.unit WHERE level IN ? AND (valid_from IS NULL OR valid_from <= ?) AND (valid_to IS NULL OR valid_to >= ?)"
    levels = list(AREA_LEVELS)
    while len(levels) > 1 and one(con, f"SELECT count(*) {in_force}", [levels, data_date, data_date])[0] > MOST_AREAS:
        levels.pop()
    rows = con.execute(f"SELECT unit_no, last_no, level, unit_code, name {in_force} ORDER BY unit_no", [levels, data_date, data_date]).fetchall()
    areas: list[Area] = []
    open_: list[Area] = []
    for unit_no, last_no, level, code, name in rows:
        while open_ and open_[-1].last_no < unit_no:
            open_.pop()
        areas.append(Area(unit_no, last_no, level, code, name or code, open_[-1].code if open_ else ""))
        open_.append(areas[-1])
    return areas


def month_levels(areas: list[Area]) -> tuple[str, ...]:
    """The levels whose figures are also told by month and by class."""
    few = sum(area.level in MONTH_LEVELS for area in areas) <= MOST_BY_MONTH
    return MONTH_LEVELS if few else MONTH_LEVELS[:-1]


def places(areas: list[Area]) -> pd.DataFrame:
    """unit_no → position of the deepest area it lies in."""
    place = np.zeros(max((area.last_no for area in areas), default=0), dtype=np.int64)
    for position, area in enumerate(areas):
        place[area.unit_no - 1 : area.last_no] = position
    return pd.DataFrame({"unit_no": np.arange(1, len(place) + 1), "area": place})
