"""Points → micro-grids: ours beside geopandas.sjoin, on the same points and polygons."""

import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from etl.geo.points import locate
from etl.query.warehouse import open_build
from tests.bench.machine import table


def measure(warehouse: Path, points: int = 200_000) -> None:
    """Random points over the city's bounds."""
    build = open_build(warehouse)
    rows = build.rows("SELECT unit_code, geom FROM unit WHERE level = 'micro' AND geom IS NOT NULL ORDER BY unit_code")
    shapes = shapely.from_wkb([bytes(row[1]) for row in rows])
    west, south, east, north = shapely.total_bounds(shapes)
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(west, east, points), rng.uniform(south, north, points)
    started = time.perf_counter()
    ours = locate(lon, lat, shapes)
    mine = time.perf_counter() - started
    polygons = gpd.GeoDataFrame({"at": np.arange(len(shapes))}, geometry=shapes, crs=4490)
    started = time.perf_counter()
    dots = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4490)
    joined = gpd.sjoin(dots, polygons, predicate="intersects", how="left")
    plain = time.perf_counter() - started
    first = joined.groupby(level=0)["at"].min().fillna(-1).astype(int).to_numpy()
    table("Placing points", ("way", "points", "polygons", "seconds", "points/s"), [
        ("ours", f"{points:,}", f"{len(shapes):,}", f"{mine:.2f}", f"{points / mine:,.0f}"),
        ("geopandas.sjoin", f"{points:,}", f"{len(shapes):,}", f"{plain:.2f}", f"{points / plain:,.0f}"),
    ])
    print(f"\nSame answer for every point: {'yes' if (first == ours).all() else 'NO'}")
