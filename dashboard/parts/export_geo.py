"""Boundaries with figures as a file (带边界的导出): GeoJSON and GeoPackage in EPSG:4490, written piece by piece."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path

import numpy as np
import shapely
from pyogrio.raw import write as write_layer

from dashboard.parts.export_rows import Value
from dashboard.web.export_jobs import Tell

CRS = "EPSG:4490"
CRS_URN = "urn:ogc:def:crs:EPSG::4490"
STEP = 2_000
NUMBERS = ("numerator", "denominator", "value")


@dataclass(frozen=True, slots=True)
class Feature:
    """One unit: its code, its boundary (None: unknown) and its figures by key."""

    code: str
    shape: shapely.Geometry | None
    properties: dict[str, Value]


def write_geojson(path: Path, name: str, features: Iterable[Feature], about: list[tuple[str, str]], tell: Tell) -> None:
    """Longitude, latitude in EPSG:4490; a unit without a boundary has a null geometry. `about` says what, who and when."""
    head = {"type": "FeatureCollection", "name": name, "crs": {"type": "name", "properties": {"name": CRS_URN}}, "about": dict(about)}
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [')
        for at, feature in enumerate(features):
            file.write((",\n" if at else "\n") + _feature(feature))
            if at % 500 == 499:
                tell(at + 1)
        file.write("\n]}\n")


def _feature(feature: Feature) -> str:
    properties = json.dumps({key: _plain(value) for key, value in feature.properties.items()}, ensure_ascii=False)
    shape = "null" if feature.shape is None else shapely.to_geojson(feature.shape)
    return f'{{"type": "Feature", "id": {json.dumps(feature.code, ensure_ascii=False)}, "geometry": {shape}, "properties": {properties}}}'


def _plain(value: Value) -> str | int | float | None:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def write_gpkg(path: Path, name: str, features: Iterable[Feature], about: list[tuple[str, str]], tell: Tell) -> None:
    """A layer of units and a table `about` without geometry. GeoPackage is a database: it is appended to, batch by batch."""
    target = path.with_name(f"{path.name}.gpkg")  # the driver looks at the ending
    done, rows = 0, iter(features)
    try:
        while batch := list(islice(rows, STEP)):
            _append(target, name, batch, is_first=done == 0)
            done += len(batch)
            tell(done)
        keys, values = (np.array([pair[place] for pair in about], dtype=object) for place in (0, 1))
        write_layer(str(target), geometry=None, field_data=[keys, values], fields=np.array(["key", "value"]), layer="about", driver="GPKG", append=done > 0, geometry_type=None)
        target.replace(path)
    finally:
        target.unlink(missing_ok=True)


def _append(target: Path, name: str, batch: list[Feature], is_first: bool) -> None:
    shapes = np.array([None if one.shape is None else shapely.to_wkb(_many(one.shape)) for one in batch], dtype=object)
    fields = list(batch[0].properties)
    data = [_column(field, [one.properties[field] for one in batch]) for field in fields]
    write_layer(
        str(target), geometry=shapes, field_data=data, fields=np.array(fields), layer=name, driver="GPKG", crs=CRS, geometry_type="MultiPolygon", append=not is_first,
        field_mask=[np.array([value is None for value in (one.properties[field] for one in batch)]) if field in NUMBERS else None for field in fields],
    )  # fmt: skip


def _column(field: str, values: list[Value]) -> np.ndarray:
    if field in NUMBERS:
        return np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)  # type: ignore[arg-type]
    if isinstance(values[0], date):
        return np.array(values, dtype="datetime64[D]")
    return np.array([None if value is None else str(value) for value in values], dtype=object)


def _many(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.MultiPolygon([shape]) if shape.geom_type == "Polygon" else shape


