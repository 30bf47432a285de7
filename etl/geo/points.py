"""Points → polygons (落格). Border points go to the lowest code; nothing is ever snapped."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import shapely


def locate(lon: np.ndarray, lat: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Position in `shapes` of the polygon each point lies in or on, -1 for none. `shapes` come in order of code; the first wins.

    An STRtree of the points queried by polygons is 2.4 times faster than one of polygons queried by points. The tree only gives the
    points in each polygon's box, holding Python meanwhile; which of them lie inside is asked on two cores.
    """
    found = np.full(len(lon), -1, dtype=np.int64)
    if not len(lon) or not len(shapes):
        return found
    # a block of flats is one point, counted many times; as complex numbers pairs sort four times faster than as rows
    pairs, back = np.unique(lon + 1j * lat, return_inverse=True)
    x, y = np.ascontiguousarray(pairs.real), np.ascontiguousarray(pairs.imag)
    shape_at, point_at = shapely.STRtree(shapely.points(x, y)).query(shapes)
    shapely.prepare(shapes)

    def inside(part: slice) -> np.ndarray:
        return shapely.intersects_xy(shapes[shape_at[part]], x[point_at[part]], y[point_at[part]])

    # no polygon in two parts: a prepared one must not be asked from two threads at once
    cut = int(np.searchsorted(shape_at, shape_at[len(shape_at) // 2])) if len(shape_at) else 0
    with ThreadPoolExecutor(2) as pool:
        hit = np.concatenate(list(pool.map(inside, (slice(0, cut), slice(cut, None)))))
    first = np.full(len(pairs), -1, dtype=np.int64)
    first[point_at[hit][::-1]] = shape_at[hit][::-1]  # shapes come in order, so written backwards the first one stays
    return first[back]


def nearest_within(lon: float, lat: float, tree: shapely.STRtree, metres: float) -> tuple[int, float] | None:
    """(position, metres) of the nearest polygon within `metres` of a point outside all of them; None when there is none."""
    # a degree of longitude shrinks with latitude: scale the search box, then measure in metres
    metre_lat, metre_lon = 111_320.0, 111_320.0 * float(np.cos(np.radians(lat)))
    reach = metres / min(metre_lat, metre_lon)
    point = shapely.Point(lon, lat)
    best: tuple[int, float] | None = None
    for at in tree.query(point.buffer(reach)):
        near = shapely.shortest_line(tree.geometries[at], point)
        (x0, y0), (x1, y1) = near.coords[0], near.coords[-1]
        distance = float(np.hypot((x1 - x0) * metre_lon, (y1 - y0) * metre_lat))
        if distance <= metres and (best is None or distance < best[1]):
            best = (int(at), distance)
    return best
