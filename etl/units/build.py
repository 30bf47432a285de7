"""The `unit` table of a build: numbered, with boundaries, measures and search keys."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import duckdb
import numpy as np
import pandas as pd
import pypinyin
import shapely

from etl.geo.shapes import fill_from_children
from etl.geo.zones import area_m2
from etl.model.checks import Finding
from etl.units.rows import read_unit_rows
from etl.units.tree import number_units


@dataclass(frozen=True)
class Units:
    """Units in order of `unit_no` (row i has unit_no i + 1), `shape` in EPSG:4490. `rejected`, `duplicate`: row_seq of rows left out."""

    frame: pd.DataFrame
    rejected: list[int]
    duplicate: list[int]
    findings: list[Finding]

    @property
    def has_dates(self) -> bool:
        """Whether any unit began or ended on a known day."""
        return bool((self.frame.valid_from.notna() | self.frame.valid_to.notna()).any())

    def in_force(self, day: date) -> np.ndarray:
        """Which units are in force on a day; open dates mean always."""
        at = pd.Timestamp(day)
        start, end = self.frame.valid_from.astype("datetime64[s]"), self.frame.valid_to.astype("datetime64[s]")
        return ((start.isna() | (start <= at)) & (end.isna() | (end >= at))).to_numpy()


def build_units(con: duckdb.DuckDBPyConnection, crs_of_file: dict[int, str], city_code: str, city_name: str, today: date | None) -> Units:
    """Read, number and measure all units. `today` decides which dated versions make up a parent's union; None: the open-ended ones."""
    rows = read_unit_rows(con, crs_of_file)
    frame, findings = number_units(rows.units, city_code, city_name)
    findings = rows.findings + findings
    frame["shape"] = frame["shape"].where(frame["shape"].notna(), None)
    units = Units(frame, rows.rejected, rows.duplicate, findings)
    parent_row = frame.parent_no.fillna(0).astype(int).to_numpy() - 1
    usable = units.in_force(today) if today else frame.valid_to.isna().to_numpy()
    own = frame["shape"].to_numpy()
    has_any = ~shapely.is_missing(own)
    if has_any.any():
        frame["shape"] = fill_from_children(parent_row, frame.depth.to_numpy(), own, usable)
    _measure(frame)
    _search_keys(frame)
    if has_any.any():  # a set without any boundary is a list of codes: that is said once, not for each unit
        missing = frame[shapely.is_missing(frame["shape"].to_numpy()) & usable].rename(columns={"name": "name_"})
        findings += [Finding("no_geometry", "unit", u.file or "", None if pd.isna(u.src_row) else int(u.src_row), "边界", u.unit_code, u.name_) for u in missing.itertuples()]
    else:
        findings.append(Finding("no_geometry", "unit", note=f"全部 {len(frame)} 个单元均无边界"))
    return units


def _measure(frame: pd.DataFrame) -> None:
    """Add area_m2 (local Gauss-Krüger zone), a label point and the bounding box in degrees."""
    shapes = frame["shape"].to_numpy()
    there = ~shapely.is_missing(shapes)
    for name in ("area_m2", "lon", "lat", "west", "south", "east", "north"):
        frame[name] = np.nan
    if not there.any():
        return
    inside = shapely.point_on_surface(shapes[there])
    frame.loc[there, "area_m2"] = area_m2(shapes[there])
    frame.loc[there, "lon"], frame.loc[there, "lat"] = shapely.get_x(inside), shapely.get_y(inside)
    frame.loc[there, ["west", "south", "east", "north"]] = shapely.bounds(shapes[there])


@lru_cache(maxsize=65536)
def _syllable(char: str) -> str:
    return pypinyin.lazy_pinyin(char)[0]


def _search_keys(frame: pd.DataFrame) -> None:
    """Pinyin of the name, whole and initials. One reading per character: search forgives, and 600,000 names take seconds."""
    syllables = [[_syllable(char) for char in name] for name in frame["name"]]
    frame["pinyin"] = ["".join(parts).lower() for parts in syllables]
    frame["initials"] = ["".join(part[:1] for part in parts).lower() for parts in syllables]
