"""Metres and square metres: the local zone for lengths and areas (本地高斯-克吕格三度带)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from etl.geo.gcj import Floats
from etl.model.text import Text

FIRST_MERIDIAN, LAST_MERIDIAN = 75, 135  # EPSG 4534 … 4554


@dataclass(frozen=True, slots=True)
class Zone:
    """A flat system in metres, x = east. `crs` is what pyproj reads; `reason` says why this one."""

    crs: str
    reason: Text


def local_gk(lon: float) -> int | None:
    """EPSG code of the CGCS2000 3° Gauss-Krüger zone without prefix (4534–4554) at this longitude.

    None where no such zone exists (outside 73.5–136.5° east); `local_zone` says what to use there.
    """
    zone = round((lon - FIRST_MERIDIAN) / 3)
    if not 0 <= zone <= (LAST_MERIDIAN - FIRST_MERIDIAN) // 3:
        return None
    return 4534 + zone


def local_zone(lon: float, lat: float) -> Zone:
    """The zone for measuring around a point: Gauss-Krüger in China, else an equal-area projection centred there."""
    code = local_gk(lon) if 3.0 <= lat <= 54.0 else None
    if code is not None:
        meridian = FIRST_MERIDIAN + 3 * (code - 4534)
        return Zone(f"EPSG:{code}", Text(f"CGCS2000 三度带，中央经线 {meridian}°", f"CGCS2000 3° zone, central meridian {meridian}°"))
    # whole degrees, so that neighbouring files share one system
    centre = f"+lon_0={round(lon)} +lat_0={round(lat)}"
    return Zone(
        f"+proj=laea {centre} +ellps=GRS80 +units=m +no_defs",
        Text("不在 CGCS2000 三度带范围内，改用等面积投影", "outside the CGCS2000 3° zones; an equal-area projection is used"),
    )


def zone_of(geoms: Sequence[shapely.Geometry] | NDArray[np.object_]) -> Zone:
    """The one zone for a whole set (EPSG:4490): that of the middle of its bounds. A city is measured in one system."""
    array = np.asarray(geoms, dtype=object)
    if not array.size or shapely.is_missing(array).all():
        return local_zone(FIRST_MERIDIAN, 0.0)
    west, south, east, north = shapely.total_bounds(array)
    return local_zone((west + east) / 2, (south + north) / 2)


@lru_cache(maxsize=16)
def _to_zone(crs: str) -> Transformer:
    target = CRS.from_user_input(crs)
    return Transformer.from_crs(target.geodetic_crs, target, always_xy=True)


def points_to_metres(lon: Floats, lat: Floats, zone: Zone) -> tuple[Floats, Floats]:
    """EPSG:4490 degrees → (x east, y north) in metres of `zone`."""
    return _to_zone(zone.crs).transform(np.asarray(lon, float), np.asarray(lat, float))


def to_metres(geoms: Sequence[shapely.Geometry] | NDArray[np.object_], zone: Zone) -> NDArray[np.object_]:
    """Geometries in EPSG:4490 → metres of `zone`."""
    array = np.asarray(geoms, dtype=object)
    if not array.size:
        return array
    return shapely.transform(array, lambda points: np.column_stack(points_to_metres(points[:, 0], points[:, 1], zone)))


def area_m2(geoms: Sequence[shapely.Geometry] | NDArray[np.object_], zone: Zone | None = None) -> Floats:
    """Area of each geometry (EPSG:4490) in m², all in one zone; NaN where the geometry is missing."""
    return shapely.area(to_metres(geoms, zone or zone_of(geoms))).astype(float)
