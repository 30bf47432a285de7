"""Map tiles of a build (地图瓦片): made anew only when a boundary or a number changed, else hard-linked from the current build."""

import os
from datetime import date
from pathlib import Path

import geopandas as gpd
import shapely

from etl.geo.tiles import geometry_hash, write_tiles
from etl.load.publish import sha256_of
from etl.units.build import Units


def build_tiles(units: Units, data_date: date, folder: Path, warehouse: Path, previous: dict | None) -> str:
    """Fill `folder` with one PMTiles file per level that has boundaries in force on `data_date`; returns their content hash."""
    folder.mkdir()
    frame = units.frame[units.in_force(data_date)]
    frame = frame[~shapely.is_missing(frame["shape"].to_numpy())]
    shapes = gpd.GeoDataFrame({"unit_no": frame.unit_no.astype(int), "level": frame.level}, geometry=frame["shape"].to_numpy(), crs=4490)
    content = geometry_hash(shapes)
    if previous and previous.get("tiles_hash") == content and _linked(warehouse / previous["build_id"], previous, folder):
        return content
    if len(shapes):
        write_tiles(shapes, folder)
    return content


def _linked(build: Path, manifest: dict, folder: Path) -> bool:
    """Hard-link the tiles of `build` into `folder`; False when one is missing or damaged (sealing it again would call it good) or links fail."""
    old = {build / name: facts["sha256"] for name, facts in manifest["files"].items() if name.startswith("tiles/")}
    if not all(tile.is_file() and sha256_of(tile) == digest for tile, digest in old.items()):
        return False
    try:
        for tile in old:
            os.link(tile, folder / tile.name)
    except OSError:  # a file system without hard links
        for tile in folder.iterdir():
            tile.unlink()
        return False
    return True
