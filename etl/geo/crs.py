"""Any declared coordinate system → EPSG:4490 longitude and latitude (坐标转换).

EPSG:4490 and 4326 are taken as equal (they agree within a metre, and no public transformation between them exists).
A name that is not one of the accepted forms is refused, never guessed.
"""

import re
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from etl.geo.gcj import Floats, bd_to_gcj, bdmc_to_bd, gcj_to_wgs
from etl.model.errors import CallError

# spellings without blanks, hyphens and underscores, upper case
NAMED = {
    "GCJ02": "GCJ-02", "火星坐标": "GCJ-02", "火星坐标系": "GCJ-02",
    "BD09": "BD-09", "BD09LL": "BD-09", "BD09MC": "BD-09MC",
    "WGS84": "EPSG:4326", "OGC:CRS84": "EPSG:4326", "CRS84": "EPSG:4326", "CGCS2000": "EPSG:4490",
}  # fmt: skip
SHIFTED = ("GCJ-02", "BD-09", "BD-09MC")
# geographic systems whose degrees are used as they are
SAME_DEGREES = frozenset({"EPSG:4490", "EPSG:4326", "EPSG:4979", "EPSG:4480"})
EPSG_FORM = re.compile(r"(?:EPSG:*|URN:OGC:DEF:CRS:EPSG:[\d.]*:)?(\d{4,6})")
WKT_FORM = re.compile(r"\s*(GEOGCS|PROJCS|GEOGCRS|GEODCRS|PROJCRS|COMPD_CS|COMPOUNDCRS|BOUNDCRS)\s*\[", re.IGNORECASE)
CHINA = (73.0, 3.5, 135.5, 54.0)  # west, south, east, north
LOWEST_LAT, HIGHEST_LAT = -60.0, 80.0  # no city lies beyond


def crs_name(crs: str) -> str:
    """The one spelling of a declared system: "EPSG:n", "GCJ-02", "BD-09", "BD-09MC", or the WKT itself.

    Raises CallError naming the accepted forms when it is none of them or unknown to PROJ.
    """
    if WKT_FORM.match(crs):
        return _known(crs.strip(), crs)
    plain = re.sub(r"[\s_-]", "", crs.replace("：", ":")).upper()
    if plain in NAMED:
        return NAMED[plain]
    found = EPSG_FORM.fullmatch(plain)
    if found:
        return _known(f"EPSG:{found[1]}", crs)
    raise _unknown(crs)


def _unknown(crs: str) -> CallError:
    said = crs if len(crs) <= 60 else crs[:60] + "…"
    return CallError(
        f"不认识的坐标系：“{said}”。可用：EPSG:4490、EPSG:4326、EPSG:4513–4554（CGCS2000 三度带）或其他 EPSG 编号、"
        "GCJ-02、BD-09、BD-09MC、WKT 文本。地方独立坐标系请先转换。",
        f"Unknown coordinate system “{said}”. Accepted: EPSG:4490, EPSG:4326, EPSG:4513–4554 (CGCS2000 3° zones) or another EPSG code, "
        "GCJ-02, BD-09, BD-09MC, a WKT text. Convert a local city grid first.",
    )


def _known(name: str, said: str) -> str:
    try:
        _crs(name)
    except CRSError as error:
        raise _unknown(said) from error
    return name


@lru_cache(maxsize=64)
def _crs(name: str) -> CRS:
    return CRS.from_user_input(name)


@lru_cache(maxsize=64)
def _transformer(name: str) -> Transformer | None:
    """From `name` to degrees with x = east, y = north; None when its degrees are used as they are."""
    if name in SAME_DEGREES:
        return None
    crs = _crs(name)
    base = crs.geodetic_crs
    datum = base.name.lower() if base is not None else ""
    own_degrees = "china geodetic" in datum or "cgcs2000" in datum or datum.startswith("wgs 84")
    if own_degrees and not crs.is_projected:
        return None
    # to the system's own degrees where these are the canonical ones: no "ballpark" datum step in between
    return Transformer.from_crs(crs, base if own_degrees else CRS.from_epsg(4326), always_xy=True)


def to_4490(x: Floats, y: Floats, crs: str) -> tuple[Floats, Floats]:
    """Coordinates in `crs` → (lon, lat) in EPSG:4490 degrees, same shape.

    `x` is always the easting or longitude, `y` the northing or latitude. What cannot be transformed becomes NaN.
    Raises CallError for an unknown `crs`.
    """
    name = crs_name(crs)
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if name == "BD-09MC":
        x, y = bdmc_to_bd(x, y)
    if name in ("BD-09", "BD-09MC"):
        x, y = bd_to_gcj(x, y)
    if name in SHIFTED:
        return gcj_to_wgs(x, y)
    transformer = _transformer(name)
    if transformer is None:
        return x, y
    lon, lat = transformer.transform(x, y)
    lost = ~(np.isfinite(lon) & np.isfinite(lat))
    return np.where(lost, np.nan, lon), np.where(lost, np.nan, lat)


def geometry_to_4490(geoms: NDArray[np.object_], crs: str) -> NDArray[np.object_]:
    """Shapely geometries in `crs` → EPSG:4490, two-dimensional, same shape; missing ones stay missing."""
    name = crs_name(crs)
    geoms = shapely.force_2d(np.asarray(geoms, dtype=object))
    if name not in SHIFTED and _transformer(name) is None:
        return geoms
    return shapely.transform(geoms, lambda points: np.column_stack(to_4490(points[:, 0], points[:, 1], name)))


def swapped(x: Floats, y: Floats, crs: str) -> bool:
    """Whether the two columns look exchanged: read as declared hardly any row lies where it can, exchanged most do.

    Judged by the area the system is made for, then by China's box. Empty and (0, 0) rows do not count.
    """
    name = crs_name(crs)
    x, y = np.asarray(x, dtype=float).ravel(), np.asarray(y, dtype=float).ravel()
    given = np.isfinite(x) & np.isfinite(y) & ((x != 0) | (y != 0))
    x, y = x[given], y[given]
    if x.size == 0:
        return False
    step = max(1, x.size // 500)
    x, y = x[::step], y[::step]
    area = _area(name)
    as_is, exchanged = _share_in(x, y, name, area), _share_in(y, x, name, area)
    if exchanged - as_is >= 0.5:
        return True
    return _share_in(x, y, name, CHINA) <= 0.1 and _share_in(y, x, name, CHINA) >= 0.5


def _area(name: str) -> tuple[float, float, float, float]:
    area = None if name in SHIFTED else _crs(name).area_of_use
    if area is None or area.west > area.east:
        return (-180.0, LOWEST_LAT, 180.0, HIGHEST_LAT)
    # a zone is used somewhat beyond its borders; along its meridian it holds everywhere
    if _crs(name).is_projected:
        return (area.west - 2.0, LOWEST_LAT, area.east + 2.0, HIGHEST_LAT)
    return (area.west - 2.0, max(area.south - 2.0, LOWEST_LAT), area.east + 2.0, min(area.north + 2.0, HIGHEST_LAT))


def _share_in(x: Floats, y: Floats, name: str, box: tuple[float, float, float, float]) -> float:
    lon, lat = to_4490(x, y, name)
    west, south, east, north = box
    return float(np.mean((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)))
