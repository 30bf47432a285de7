"""Buildings (楼栋) inside the micro-grids."""

import re

import numpy as np
import pandas as pd
import shapely

_NUMBERS = re.compile(r"\d+")


def make_buildings(units: pd.DataFrame, compounds: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One row per building; the micro-grid's name says which numbers it holds. lon, lat (EPSG:4490) lie inside the micro-grid."""
    micro = units[units.level == "micro"]
    spans = [[int(v) for v in _NUMBERS.findall(name)] for name in micro.name]
    numbers = [list(range(span[0], span[-1] + 1)) for span in spans]
    held = np.array([len(n) for n in numbers])
    owner = np.repeat(np.arange(len(micro)), held)
    households = micro.households.to_numpy()[owner]
    position = np.arange(owner.size) - np.repeat(np.cumsum(held) - held, held)
    share = households // held[owner] + (position < households % held[owner])
    lon, lat = _inside(micro.geometry.to_numpy(), owner, rng)
    up = micro.parent_at.to_numpy()[owner]
    code = units.code.to_numpy()[up]
    flat = [n for group in numbers for n in group]
    return pd.DataFrame({
        "building_id": [f"{c.replace('G', 'B')}{n:03d}" for c, n in zip(code, flat, strict=True)],
        "compound_id": [c.replace("G", "C") for c in code], "micro_code": micro.code.to_numpy()[owner],
        "community_code": [c[:12] for c in code], "households": share, "lon": lon, "lat": lat,
    })  # fmt: skip


def _inside(shapes: np.ndarray, owner: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A point per entry of `owner`, somewhere between the cell's inner point and one of its corners."""
    inner = shapely.get_coordinates(shapely.point_on_surface(shapes))[owner]
    corners, index = shapely.get_coordinates(shapely.get_exterior_ring(shapes), return_index=True)
    starts = np.searchsorted(index, np.arange(len(shapes)))
    counts = np.bincount(index)
    picked = corners[starts[owner] + (rng.random(owner.size) * counts[owner]).astype(int)]
    point = inner + (picked - inner) * rng.uniform(0.05, 0.6, owner.size)[:, None]
    outside = ~shapely.contains_xy(shapes[owner], point)
    point[outside] = inner[outside]
    return point[:, 0].round(7), point[:, 1].round(7)
