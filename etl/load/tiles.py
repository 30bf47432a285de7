"""Map tiles of a build (地图瓦片): made anew only when a boundary or a number changed, else hard-linked from the current build."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import shapely

from etl.geo.tiles import geometry_hash, write_tiles
from etl.geo.tiles_beside import TilesBeside
from etl.load.publish import sha256_of
from etl.units.build import Units

MANY = 5_000  # for fewer units, starting another process takes as long as drawing them


@dataclass(frozen=True)
class Tiles:
    """The tiles of a build, begun: `content` is their hash; `shapes` what is still to draw; `beside` who draws it already."""

    folder: Path
    content: str
    shapes: gpd.GeoDataFrame | None = None
    beside: TilesBeside | None = None

    def finish(self) -> str:
        """One PMTiles file per level with boundaries lies in `folder`; returns their content hash."""
        if self.shapes is None or (self.beside and self.beside.is_done()):
            return self.content
        for left in self.folder.iterdir():  # half a file of a process that died would be sealed with the others
            left.unlink()
        write_tiles(self.shapes, self.folder)
        return self.content

    def stop(self) -> None:
        if self.beside:
            self.beside.stop()


def begin_tiles(units: Units, day: date, folder: Path, warehouse: Path, previous: dict | None) -> Tiles:
    """Boundaries in force on `day`: linked from the current build where they are the same, else drawn, if many by a process of their own."""
    folder.mkdir()
    frame = units.frame[units.in_force(day)]
    frame = frame[~shapely.is_missing(frame["shape"].to_numpy())]
    shapes = gpd.GeoDataFrame({"unit_no": frame.unit_no.astype(int), "level": frame.level}, geometry=frame["shape"].to_numpy(), crs=4490)
    content = geometry_hash(shapes)
    if not len(shapes) or (previous and previous.get("tiles_hash") == content and _linked(warehouse / previous["build_id"], previous, folder)):
        return Tiles(folder, content)
    return Tiles(folder, content, shapes, TilesBeside(shapes, folder) if len(shapes) >= MANY else None)


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
