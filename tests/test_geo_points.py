"""Points in polygons, against asking every polygon about every point."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.geo.points import locate

# few different numbers: points often lie on a border, on a corner, or on one another
ROUND = st.sampled_from([-1.0, 0.0, 0.25, 1 / 3, 0.5, 1.0, 1.5, 2.0, 40.0, float("nan")])
PLACE = st.sampled_from([0.0, 0.25, 1 / 3, 0.5, 1.0, 1.5])
SIZE = st.sampled_from([1e-7, 0.25, 1 / 3, 1.0, 40.0])


def _asked_one_by_one(lon: np.ndarray, lat: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    found = np.full(len(lon), -1)
    for at, (x, y) in enumerate(zip(lon, lat, strict=True)):
        if np.isfinite(x) and np.isfinite(y):
            found[at] = next((no for no, shape in enumerate(shapes) if shapely.intersects_xy(shape, x, y)), -1)
    return found


@settings(max_examples=300, deadline=None)
@given(points=st.lists(st.tuples(ROUND, ROUND), max_size=30), boxes=st.lists(st.tuples(PLACE, PLACE, SIZE, SIZE, st.booleans()), max_size=12))
def test_the_first_polygon_a_point_touches_is_its_own(points: list[tuple[float, float]], boxes: list[tuple[float, float, float, float, bool]]) -> None:
    lon, lat = (np.array([point[at] for point in points], dtype=float) for at in (0, 1))
    boxed = [shapely.box(x, y, x + wide, y + high) for x, y, wide, high, _ in boxes]
    shapes = np.array([shape.buffer(0.1) if is_round else shape for shape, (*_, is_round) in zip(boxed, boxes, strict=True)] + [shapely.Polygon()], dtype=object)
    assert locate(lon, lat, shapes).tolist() == _asked_one_by_one(lon, lat, shapes).tolist()


def test_no_points_no_polygons_and_only_empty_ones() -> None:
    none, one = np.array([]), np.array([1.0])
    assert locate(none, none, np.array([shapely.box(0, 0, 1, 1)])).tolist() == []
    assert locate(one, one, np.array([], dtype=object)).tolist() == [-1]
    assert locate(one, one, np.array([shapely.Polygon(), shapely.Polygon()])).tolist() == [-1]
