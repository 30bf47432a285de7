"""Points → polygons (落格). Border points go to the lowest code; nothing is ever snapped."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely


def locate(lon: np.ndarray, lat: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Position in `shapes` of the polygon each point lies in or on, -1 for none. `shapes` come in order of code; the first wins.

    Which points lie in a polygon's box is told by numbers alone (`_Bands`), four times faster than by a tree of points; which of
    them lie inside is asked on two cores.
    """
    found = np.full(len(lon), -1, dtype=np.int64)
    there = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if not len(there) or not len(shapes):
        return found
    boxes = shapely.bounds(shapes)
    bands = _Bands.of(lon[there], lat[there], boxes)
    there = there[bands.order]
    x, y = lon[there], lat[there]
    shape_at, point_at = bands.in_boxes(x, y, boxes)
    shapely.prepare(shapes)

    def inside(part: slice) -> np.ndarray:
        return shapely.intersects_xy(shapes[shape_at[part]], x[point_at[part]], y[point_at[part]])

    # no polygon in two parts: a prepared one must not be asked from two threads at once
    cut = int(np.searchsorted(shape_at, shape_at[len(shape_at) // 2])) if len(shape_at) else 0
    with ThreadPoolExecutor(2) as pool:
        hit = np.concatenate(list(pool.map(inside, (slice(0, cut), slice(cut, None)))))
    first = np.full(len(x), -1, dtype=np.int64)
    first[point_at[hit][::-1]] = shape_at[hit][::-1]  # shapes come in order, so written backwards the first one stays
    found[there] = first
    return found


@dataclass(frozen=True)
class _Bands:
    """The map cut into bands as high as a box is on average, so all boxes together cross twice as many bands as there are boxes.

    One number, band and x, orders the points: in each band that a box crosses, its points follow one another.
    """

    order: np.ndarray  # of the points
    key: np.ndarray  # of the points in that order
    left: float
    low: float
    top: float
    high: float
    wide: float  # of a band, with a gap behind it: rounding cannot carry a point into the next one

    @classmethod
    def of(cls, x: np.ndarray, y: np.ndarray, boxes: np.ndarray) -> "_Bands":
        heights = (boxes[:, 3] - boxes[:, 1])[np.isfinite(boxes[:, 1])]
        high = max(float(heights.mean()), 1e-9) if len(heights) else 1.0
        left, low, wide = float(x.min()), float(y.min()), float(x.max() - x.min()) + 1.0
        key = np.floor((y - low) / high) * wide + (x - left)
        order = np.argsort(key)
        return cls(order, key[order], left, low, float(y.max()), high, wide)

    def in_boxes(self, x: np.ndarray, y: np.ndarray, boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(box, point) positions of all points in or on each box (west, south, east, north), in order of the boxes; points as ordered here."""
        west, south, east, north = boxes.T
        lowest = np.floor((np.maximum(south, self.low) - self.low) / self.high)
        highest = np.floor((np.minimum(north, self.top) - self.low) / self.high)
        box, step = _runs(np.nan_to_num(highest - lowest + 1, nan=0.0))
        start = (lowest[box] + step) * self.wide
        begin = np.searchsorted(self.key, start + np.clip(west[box] - self.left, 0, self.wide) - 1e-9, "left")
        end = np.searchsorted(self.key, start + np.clip(east[box] - self.left, 0, self.wide - 0.5) + 1e-9, "right")
        run, step = _runs(end - begin)
        box, point = box[run], begin[run] + step
        there = (y[point] >= south[box]) & (y[point] <= north[box])
        return box[there], point[there]


def _runs(lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(which run, position in it) for all entries of runs of these lengths, one run after the other."""
    count = np.maximum(lengths, 0).astype(np.int64)
    run = np.repeat(np.arange(len(count)), count)
    return run, np.arange(len(run)) - np.repeat(np.cumsum(count) - count, count)


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
