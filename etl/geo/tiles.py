"""Vector tiles of unit boundaries (网格边界瓦片): one PMTiles archive per level that has geometry.

A tile carries nothing but outlines and `n` = unit_no, so it never changes with the figures and may be cached for ever.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from geopandas import GeoDataFrame, GeoSeries

from etl.model.levels import LEVEL_IDS

LAYER = "units"
# The browser draws zooms below the lowest from several tiles and zooms above the highest from the outline of the highest.
LOWEST_ZOOM = {"city": 6, "district": 6, "street": 8, "community": 9, "compound": 9, "micro": 9}
HIGHEST_ZOOM = 14
# One zoom less for many units: 1.2 m per tile step instead of 0.6 m, for a quarter of the tiles.
MANY_UNITS = 30_000
STEPS_PER_TILE = 4096
WRITER = {
    # GDAL thins out a tile that is "too big"; a unit missing from a tile would be a hole in the map.
    "MAX_SIZE": "200000000",
    "MAX_FEATURES": "10000000",
    # GDAL would simplify polygon by polygon and open gaps between neighbours; the coverage is simplified beforehand.
    "SIMPLIFICATION": "0",
    "SIMPLIFICATION_MAX_ZOOM": "0",
}


def write_tiles(units: GeoDataFrame, folder: Path) -> dict[str, Path]:
    """Writes `<folder>/<level>.pmtiles` for each level with geometry; returns level → file.

    `units`: one row per unit in force (`unit_no`, `level`, `geometry` in EPSG:4490 lon/lat); rows without polygon are left out.
    Layer "units", integer attribute `n` = unit_no. Neighbours keep their shared edges.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for level in LEVEL_IDS:
        rows = units[(units["level"] == level) & drawable(units.geometry)]
        if len(rows):
            written[level] = _write_level(rows, level, folder / f"{level}.pmtiles")
    return written


def geometry_hash(units: GeoDataFrame) -> str:
    """SHA-256 (hex) of what the tiles depend on: numbers, levels and outlines, whatever the order of rows, and how tiles are made."""
    rows = units[drawable(units.geometry)].sort_values(["level", "unit_no"])
    digest = hashlib.sha256(repr((sorted(LOWEST_ZOOM.items()), HIGHEST_ZOOM, MANY_UNITS, sorted(WRITER.items()))).encode())
    digest.update(rows["unit_no"].to_numpy("int64").tobytes())
    digest.update("\n".join(rows["level"]).encode())
    for outline in shapely.to_wkb(shapely.normalize(rows.geometry.to_numpy()), byte_order=1):
        digest.update(outline)
    return digest.hexdigest()


def drawable(outlines: GeoSeries) -> np.ndarray:
    """True where there is a polygon with an inside."""
    shapes = outlines.to_numpy()
    return (shapely.get_dimensions(shapes) == 2) & ~shapely.is_empty(shapes)


def zooms(level: str, units: int) -> tuple[int, int]:
    """Lowest and highest zoom of a level's tiles."""
    return LOWEST_ZOOM[level], HIGHEST_ZOOM - (units > MANY_UNITS)


def step_degrees(zoom: int) -> float:
    """Width of one tile step in degrees of longitude: what a tile of that zoom can tell apart."""
    return 360.0 / 2**zoom / STEPS_PER_TILE


def _write_level(rows: GeoDataFrame, level: str, path: Path) -> Path:
    lowest, highest = zooms(level, len(rows))
    shapes = _simplified(rows.geometry.to_numpy(), step_degrees(highest))
    # EPSG:4326 in name only: the numbers stay CGCS2000 (the two differ by centimetres), and PROJ needs no grid files.
    layer = GeoDataFrame({"n": rows["unit_no"].to_numpy("int32")}, geometry=shapes, crs="EPSG:4326").sort_values("n")
    path.unlink(missing_ok=True)
    zoom_range = {"MINZOOM": str(lowest), "MAXZOOM": str(highest)}
    pyogrio.write_dataframe(layer, path, driver="PMTiles", layer=LAYER, dataset_options={**WRITER, **zoom_range, "NAME": level})
    return path


def _simplified(shapes: np.ndarray, tolerance: float) -> np.ndarray:
    """Outlines without detail finer than `tolerance` (degrees), shared edges kept; an invalid coverage stays as it is."""
    if not shapely.coverage_is_valid(shapes):
        return shapes
    simpler = shapely.coverage_simplify(shapes, tolerance)
    return np.where(shapely.is_empty(simpler), shapes, simpler)


def units_in_tiles(path: Path, zoom: int) -> set[int]:
    """The unit numbers found in the tiles of one zoom."""
    return set(_numbers(path, zoom))


def _numbers(path: Path, zoom: int) -> Iterable[int]:
    return pyogrio.read_dataframe(path, columns=["n"], read_geometry=False, ZOOM_LEVEL=zoom)["n"].astype(int)
