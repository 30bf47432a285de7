"""Getis-Ord Gi* of the smoothed rates (局部聚集检验): compound grids whose neighbourhood stands above the city's mean, beyond chance.

esda and libpysal take a second to load, so they are loaded by the first question, not with the pages; one answer per build and scope.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from etl.query.hotspots import hotspots
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.selection import touching
from etl.query.suppress import keeps_back
from etl.query.units import units
from etl.query.warehouse import Build

_tested: Once[tuple, pd.DataFrame | None] = Once(capacity=24)
EARTH_M = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Gistar:
    """`cells`: unit_no, code, name, rate (smoothed, per 1,000 households), z, p (one-sided), is_cluster. `cutoff` is the p of the false-discovery control."""

    cells: pd.DataFrame
    cutoff: float
    neighbours: int


def gistar(build: Build, reader: Reader, scope: Scope, under: int) -> Gistar | None:
    """Tested over the whole city, shown below `under` as far as the reader sees. None without cells, with too few of them for neighbours,
    or of withheld classes."""
    if keeps_back(reader, scope):
        return None
    whole = replace(scope, chosen=())  # judged against the whole city, whatever is picked out of it
    table = _tested.get((build.key, whole), lambda: _test(build, whole))
    if table is None:
        return None
    first, last = max(under, reader.first_no), min(int(units(build).last_no[under - 1]), reader.last_no)
    cells = table[table["unit_no"].between(first, last)]
    cells = cells[cells["unit_no"].isin(touching(units(build), cells["unit_no"].to_numpy(), scope.chosen))].reset_index(drop=True)
    return Gistar(cells, float(table.attrs["cutoff"]), build.rules.hotspot.neighbours)


def _test(build: Build, scope: Scope) -> pd.DataFrame | None:
    frame, rules = units(build), build.rules.hotspot
    found = hotspots(build, Reader("admin", 1, len(frame)), scope, 1)
    if found is None:
        return None
    at = found.cells["unit_no"].to_numpy() - 1
    points = metres(frame.numbers["lon"][at], frame.numbers["lat"][at])
    is_usable = np.isfinite(points).all(axis=1) & np.isfinite(found.cells["rate"].to_numpy())
    cells = found.cells.loc[is_usable, ["unit_no", "code", "name", "rate"]].reset_index(drop=True)
    if len(cells) <= 2 * rules.neighbours or cells["rate"].nunique() < 2:
        return None
    cells["z"], cells["p"] = getis_ord(cells["rate"].to_numpy(dtype=np.float64), points[is_usable], rules.neighbours)
    cutoff = cut_off(cells["p"].to_numpy(), rules.false_share)
    cells["is_cluster"] = cells["p"] < cutoff
    cells.attrs["cutoff"] = cutoff
    return cells


def getis_ord(values: np.ndarray, points: np.ndarray, neighbours: int) -> tuple[np.ndarray, np.ndarray]:
    """Standardised Gi* of each value, itself and its nearest `neighbours`, and the one-sided p of "higher only by chance". `points`: (n, 2) in metres."""
    from esda.getisord import G_Local
    from libpysal.weights import KNN

    weights = KNN.from_array(points, k=neighbours, silence_warnings=True)
    found = G_Local(values, weights, transform="B", permutations=0, star=True)
    z, tail = np.asarray(found.Zs), np.asarray(found.p_norm)  # esda gives the tail of |z|
    return z, np.where(z > 0, tail, 1 - tail)


def cut_off(p: np.ndarray, false_share: float) -> float:
    """What p must stay below so that at most this share of the finds is false (Benjamini–Hochberg)."""
    from esda import fdr

    return float(fdr(p, false_share))


def metres(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """(n, 2) metres east and north on a plane that touches at the points' middle; good to a fraction of a per cent within a city."""
    middle = np.radians(np.nanmean(lat)) if np.isfinite(lat).any() else 0.0
    return EARTH_M * np.column_stack((np.radians(lon) * np.cos(middle), np.radians(lat)))
