"""A square city for map tests: every unit is divided into four, down to 1,024 micro-grids."""

import geopandas as gpd
import shapely

LEVELS = ("city", "district", "street", "community", "compound", "micro")


def lattice(depth: int = 5, side: float = 0.064, west: float = 104.0, south: float = 30.6) -> gpd.GeoDataFrame:
    """unit_no, last_no, parent_no, rank, level, name, lon, lat, area_m2, geometry (EPSG:4490), depth-first numbers."""
    rows: list[list[object]] = []

    def add(x: float, y: float, width: float, rank: int, parent: int, name: str) -> None:
        row: list[object] = [len(rows) + 1, 0, parent, rank, LEVELS[rank], name, x + width / 2, y + width / 2]
        rows.append([*row, (width * 1e5) ** 2, shapely.box(x, y, x + width, y + width)])
        number = len(rows)
        if rank < depth:
            for i in range(4):
                add(x + i % 2 * width / 2, y + i // 2 * width / 2, width / 2, rank + 1, number, f"{name if rank else ''}{'甲乙丙丁'[i]}")
        rows[number - 1][1] = len(rows)

    add(west, south, side, 0, 0, "示范<b>市</b>{{7*7}}")
    columns = ["unit_no", "last_no", "parent_no", "rank", "level", "name", "lon", "lat", "area_m2", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, crs="EPSG:4490")
