"""The same Shanghai in other clothes: other formats, encodings and coordinate systems must place every point in the same district."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import prcoords
import pytest
from real_builds import build_real

SOURCES = """
[city]
name = "上海市"
code = "310000"

[[source]]
feed = "unit"
path = "districts.*"
crs = "{crs}"
[source.columns]
unit_code = "ADMINCODE"
name = "NAME"
[source.constant]
level = "区"
parent_code = ""
"""
FACILITY = """
[[source]]
feed = "facility"
path = "{path}"
crs = "{crs}"
[source.columns]
type = "type"
name = "name"
district = "adname"
[source.constant]
facility_id = "{{stem}}-{{row}}"
"""


def moved(points: pd.DataFrame, change) -> pd.DataFrame:
    pairs = [change((lat, lon)) for lat, lon in zip(points.lat, points.lon, strict=True)]
    return points.assign(lat=[pair[0] for pair in pairs], lon=[pair[1] for pair in pairs])


@pytest.fixture(scope="module")
def city(real_data) -> tuple[gpd.GeoDataFrame, dict[str, pd.DataFrame], dict[str, str]]:
    """Districts, the points of both files, and the district code of each point by geopandas."""
    folder = real_data / "cn-shanghai"
    areas = gpd.read_file(next((folder / "shanghai_shp").glob("*.shp")), encoding="gbk")
    points = {kind: pd.read_csv(folder / f"shanghai_{kind}.csv", dtype={"name": str}) for kind in ("school", "hospital")}
    where: dict[str, str] = {}
    for kind, rows in points.items():
        joined = gpd.GeoDataFrame(rows[["name"]], geometry=gpd.points_from_xy(rows.lon, rows.lat), crs=areas.crs).sjoin(areas[["ADMINCODE", "geometry"]])
        where |= {f"{kind}-{at}": str(code) for at, code in joined.groupby(level=0).ADMINCODE.min().items()}
    return areas, points, where


def placed(folder: Path, first_row: dict[str, int]) -> tuple[dict[str, str], pd.DataFrame]:
    build = build_real(folder / "sources.toml", folder / "w")
    ours = build.ask("SELECT facility_id, unit_code FROM (SELECT f.facility_id, u.unit_code FROM facility f JOIN unit u USING (unit_no) WHERE placed_by = 'point')")
    found = {}
    for facility, code in ours.itertuples(index=False):
        kind, row = facility.rsplit("-", 1)
        found[f"{kind}-{int(row) - first_row[kind]}"] = code
    return found, build.ask("SELECT rule, file, \"column\" FROM finding")


def test_geopackage_in_gauss_zone_workbook_with_titles_and_swapped_bd09(city, tmp_path) -> None:
    areas, points, where = city
    areas.to_crs("EPSG:4549").to_file(tmp_path / "districts.gpkg", driver="GPKG")
    gcj = moved(points["hospital"], prcoords.wgs_gcj)
    with pd.ExcelWriter(tmp_path / "hospital.xlsx", engine="openpyxl") as book:
        gcj.to_excel(book, sheet_name="医院", startrow=2, index=False)
        book.sheets["医院"]["A1"] = "上海市医疗机构一览表"
    bd = moved(points["school"], prcoords.wgs_bd)
    bd.rename(columns={"lat": "lon", "lon": "lat"}).to_csv(tmp_path / "school.tsv", sep="\t", index=False, encoding="gb18030")
    text = SOURCES.format(crs="EPSG:4549") + FACILITY.format(path="hospital.xlsx", crs="GCJ-02") + FACILITY.format(path="school.tsv", crs="BD-09")
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    ours, findings = placed(tmp_path, {"hospital": 4, "school": 2})
    assert set(ours) == set(where) and len(where) == 13664
    assert sum(ours[key] != code for key, code in where.items()) <= 3  # a centimetre of conversion beside a border
    assert {"axes_swapped", "header_found"} <= set(findings.rule)


def test_geoparquet_and_parquet(city, tmp_path) -> None:
    areas, points, where = city
    areas.to_parquet(tmp_path / "districts.parquet")
    for kind, rows in points.items():
        rows.to_parquet(tmp_path / f"{kind}.parquet")
    text = SOURCES.format(crs="EPSG:4326") + FACILITY.format(path="[hs]*.parquet", crs="EPSG:4326")
    (tmp_path / "sources.toml").write_text(text, encoding="utf-8")
    ours, _ = placed(tmp_path, {"hospital": 1, "school": 1})
    assert ours == where
