"""Where a case is drawn (点位扰动, E7): moved 30–80 m, always to the same place, never out of its general grid.

The shift comes from HMAC-SHA256 of the case number with the key that lies outside the database, so it cannot be undone from the
build, and is the same at every look: an average over many looks gives nothing. A case that repeats another moves with it, so an
average over the repeats gives nothing either.
"""

import hashlib
import hmac
import math
import os
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from etl.model.levels import BY_ID as LEVELS
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.sensitive import WITHHELD
from etl.query.units import UnitFrame, units
from etl.query.warehouse import Build

EXACT = ("steward", "admin", "data_steward")
NEVER = ("public", "auditor")
TRIES = 96  # shifts tried before a case is left to the total of its grid
METRES_PER_DEGREE = 111_320.0
_shapes: Once[tuple[str, int], shapely.Geometry | None] = Once(capacity=2048)


def shown_points(build: Build, reader: Reader, cases: pd.DataFrame) -> pd.DataFrame:
    """`cases` (unit_no, case_no, source_system, code4, lon, lat; repeat_of if there is one) with lon and lat as the reader may see them.

    NaN where the case is not drawn as a point: outside the area, a ★ class or its companion (the handler, a steward, sees it), no room for a shift
    inside the grid, no boundary, or no key on this machine. Those are told as totals of their grid only.
    """
    shown = cases.copy()
    lon, lat = (shown[name].to_numpy(dtype=np.float64, copy=True) for name in ("lon", "lat"))
    numbers = shown["unit_no"].to_numpy(dtype=np.int64)
    gone = (numbers < reader.first_no) | (numbers > reader.last_no) | np.isnan(lon) | np.isnan(lat)
    if reader.role in NEVER:
        gone[:] = True
    if reader.role != "steward":
        gone |= shown["code4"].isin(WITHHELD).to_numpy()
    if reader.role not in EXACT:
        key = jitter_key(build)
        seeds = _seeds(shown)
        for i in np.flatnonzero(~gone):
            moved = None if key is None else _moved(build, key, seeds[i], int(numbers[i]), lon[i], lat[i])
            lon[i], lat[i] = moved or (np.nan, np.nan)
    lon[gone] = lat[gone] = np.nan
    shown["lon"], shown["lat"] = lon, lat
    return shown


def jitter_key(build: Build) -> bytes | None:
    """The hashing key of this warehouse, None where this process may not read it (then no point is drawn for limited readers)."""
    given = os.environ.get("ATLAS_KEY", "")
    if given:
        return given.encode()
    warehouse = Path(build.folder).parent
    try:
        return warehouse.with_name(warehouse.name + ".key").read_bytes().strip() or None
    except OSError:
        return None


def _seeds(cases: pd.DataFrame) -> list[str]:
    first = cases["repeat_of"].where(cases["repeat_of"].notna() & (cases["repeat_of"] != ""), cases["case_no"]) if "repeat_of" in cases else cases["case_no"]
    systems = cases["source_system"].fillna("") if "source_system" in cases else pd.Series("", index=cases.index)
    return [f"{system}\x1f{number}" for system, number in zip(systems, first, strict=True)]


def _moved(build: Build, key: bytes, seed: str, unit_no: int, lon: float, lat: float) -> tuple[float, float] | None:
    """The first of the seed's shifts that stays inside the general grid."""
    grid = general_grid(units(build), unit_no)
    shape = _shapes.get((build.key, grid), lambda: _shape(build, grid)) if grid else None
    if shape is None:
        return None
    privacy = build.rules.privacy
    near, far = privacy.jitter_min_metres, privacy.jitter_max_metres
    for attempt in range(TRIES):
        first, second = struct.unpack(">QQ", hmac.new(key, f"jitter\x1f{seed}\x1f{attempt}".encode(), hashlib.sha256).digest()[:16])
        metres = math.sqrt(near**2 + (far**2 - near**2) * first / 2**64)  # even over the ring, not crowded at its inner edge
        angle = 2 * math.pi * second / 2**64
        new_lat = lat + metres * math.sin(angle) / METRES_PER_DEGREE
        new_lon = lon + metres * math.cos(angle) / (METRES_PER_DEGREE * math.cos(math.radians(lat)))
        if shapely.contains_xy(shape, new_lon, new_lat):
            return new_lon, new_lat
    return None


def general_grid(frame: UnitFrame, unit_no: int) -> int:
    """The general grid (小区/一般网格) a unit lies in; the unit itself when it is coarser than that. 0 for what no grid holds."""
    rank = LEVELS["compound"].rank
    while unit_no > 0 and frame.level[unit_no - 1] > rank:
        unit_no = int(frame.parent_no[unit_no - 1])
    return unit_no


def _shape(build: Build, unit_no: int) -> shapely.Geometry | None:
    shape = units(build).shapes([unit_no]).get(unit_no)
    if shape is not None:
        shapely.prepare(shape)
    return shape
