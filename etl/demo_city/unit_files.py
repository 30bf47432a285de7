"""The unit feed as cities deliver it (网格单元文件): attributes, outlines of small units in GeoJSON, of larger ones as shapefiles in GBK."""

import json

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import Transformer

from etl.demo_city.city import City
from etl.demo_city.plan import PLANE
from etl.demo_city.write import CREATED, Writer

LEVEL_WORDS = {"city": "市", "district": "区", "street": "街道", "community": "社区", "compound": "小区", "micro": "微网格"}
XLSX_ROWS = 100_000


def write(city: City, writer: Writer) -> None:
    """Attributes of all units; no households above the compounds' level, no geometry for district and city: both come from below."""
    units = city.units
    small = units.level.isin(["compound", "micro"]).to_numpy() & (units.kind == "一般").to_numpy()
    own = {header: units[name].astype("Int64").where(small) for header, name in
           (("户数", "households"), ("常住人口", "population"), ("18岁以下人口", "pop_u18"), ("60岁以上人口", "pop_60p"))}  # fmt: skip
    frame = pd.DataFrame({
        "网格编码": units.code, "网格名称": units.name, "网格级别": units.level.map(LEVEL_WORDS), "上级编码": units.parent_code,
        "网格类型": units.kind.where(units.level.isin(["compound", "micro"])), **own, "重点类型": units.focus_tags,
    })  # fmt: skip
    if len(frame) <= XLSX_ROWS:
        writer.xlsx("unit", "units/网格单元.xlsx", frame, title="锦屏市网格单元台账")
    else:
        writer.csv("unit", "units/网格单元.csv", frame)
    for level, file in (("compound", "小区边界"), ("micro", "微网格边界")):
        rows = units[units.level == level]
        writer.put(f"units/{file}.geojson", _geojson(rows))
        writer.source("unit", f"units/{file}.geojson", crs="EPSG:4490")
    for level, file in (("street", "街道边界"), ("community", "社区边界")):
        _shapefile(units[units.level == level], file, writer)


def _geojson(rows: pd.DataFrame) -> bytes:
    shapes = shapely.to_geojson(rows.geometry.to_numpy())
    labels = [json.dumps({"网格编码": code, "网格名称": name}, ensure_ascii=False) for code, name in zip(rows.code, rows.name, strict=True)]
    features = [f'{{"type":"Feature","properties":{p},"geometry":{g}}}' for p, g in zip(labels, shapes, strict=True)]
    return ('{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n").encode()


def _shapefile(rows: pd.DataFrame, file: str, writer: Writer) -> None:
    """A shapefile in GBK without .cpg, in metres; its DBF header carries the day of writing, which is replaced."""
    to_plane = Transformer.from_crs("EPSG:4490", PLANE, always_xy=True)
    shapes = shapely.transform(rows.geometry.to_numpy(), lambda xy: np.column_stack(to_plane.transform(xy[:, 0], xy[:, 1])))
    target = writer.folder / "units" / f"{file}.shp"
    pyogrio.raw.write(
        target, shapely.to_wkb(shapes), [rows.code.to_numpy(dtype=object), rows.name.to_numpy(dtype=object)], fields=["DM", "MC"], crs=PLANE, geometry_type="Polygon", driver="ESRI Shapefile", encoding="GBK",
    )  # fmt: skip
    target.with_suffix(".cpg").unlink(missing_ok=True)
    with target.with_suffix(".dbf").open("r+b") as dbf:
        dbf.seek(1)
        dbf.write(bytes([CREATED.year - 1900, CREATED.month, CREATED.day]))
    writer.source("unit", f"units/{file}.shp", encoding="gbk", crs=PLANE, columns={"unit_code": "DM", "name": "MC"})
