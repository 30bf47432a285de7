"""Boundaries (边界): repair, union of children, and the measures a build stores. All geometry here is lon/lat EPSG:4490."""

import numpy as np
import shapely

SAMPLE = 200  # sides looked at
NEIGHBOURS = 3  # a side meets itself and the two beside it
MOST_CROSSINGS = 100_000  # repaired in some seconds


def polygons_only(shape: shapely.Geometry) -> shapely.Geometry | None:
    """The areal part of a geometry; None when it has none (repairing may leave lines and points)."""
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else None


def repaired(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(valid areal geometries, which of them had to be repaired). Lines that close into rings are not polygons, and what crosses itself
    everywhere is no boundary: they become None."""
    wrong = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    fixed = shapes.copy()
    fixed[[at for at in np.flatnonzero(wrong) if is_tangled(shapes[at])]] = None
    mendable = wrong & ~shapely.is_missing(fixed)
    fixed[mendable] = shapely.make_valid(fixed[mendable], method="structure", keep_collapsed=False)
    # make_valid may leave lines beside the area
    odd = ~np.isin(shapely.get_type_id(fixed), (3, 6)) | shapely.is_empty(fixed)
    for at in np.flatnonzero(odd & ~shapely.is_missing(fixed)):
        fixed[at] = polygons_only(fixed[at])
    return fixed, wrong


def is_tangled(shape: shapely.Geometry) -> bool:
    """Whether so many of the sides cross that repairing would take minutes: every crossing becomes a corner. Judged by a sample of the sides."""
    corners = shapely.get_coordinates(shape)
    if len(corners) < SAMPLE:
        return False
    sides = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1))
    some = sides[:: len(sides) // SAMPLE]
    met = shapely.STRtree(sides).query(some, predicate="intersects").shape[1] / len(some) - NEIGHBOURS
    return met * len(sides) / 2 > MOST_CROSSINGS


def union_of(shapes: np.ndarray) -> shapely.Geometry | None:
    """The union of children as one areal geometry. A clean coverage takes the fast way; small gaps from digitising stay gaps."""
    shapes = shapes[~shapely.is_missing(shapes)]
    if not len(shapes):
        return None
    if shapely.coverage_is_valid(shapes):
        return polygons_only(shapely.coverage_union_all(shapes))
    return polygons_only(shapely.union_all(shapely.set_precision(shapes, 1e-9)))


def fill_from_children(parent_row: np.ndarray, depth: np.ndarray, shapes: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Geometry of every unit: its own, else the union of its children's. Rows are positions; `usable` marks versions in force.

    `parent_row` is -1 for the top. Works from the deepest level up.
    """
    shapes = shapes.copy()
    for level in range(int(depth.max()), 0, -1):
        children = np.flatnonzero((depth == level) & usable & ~shapely.is_missing(shapes))
        if not len(children):
            continue
        children = children[np.argsort(parent_row[children], kind="stable")]
        parents, first = np.unique(parent_row[children], return_index=True)
        for parent, group in zip(parents, np.split(children, first[1:]), strict=True):
            if shapes[parent] is None:
                shapes[parent] = union_of(shapes[group])
    return shapes
