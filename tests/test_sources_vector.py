"""Vector files, Parquet and databases."""

import json
import re
import sqlite3
import struct
import sys
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import ClassVar

import duckdb
import geopandas
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from source_files import a_source, read

from etl.model.errors import AtlasError
from etl.model.tables import BY_NAME
from etl.query.duck import open_build
from etl.sources.database import DRIVERS
from etl.sources.headers import map_columns
from etl.sources.read import read_file
from etl.sources.vector_faults import fault_text

SQUARE = shapely.normalize(shapely.box(104, 30, 105, 31))


@pytest.fixture
def con(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    return open_build(tmp_path / "test.duckdb")


def geometry(con: duckdb.DuckDBPyConnection) -> list[shapely.Geometry | None]:
    found = con.execute("SELECT _geom FROM raw ORDER BY _row").fetchall()
    return [shapely.normalize(shapely.from_wkb(bytes(wkb))) if wkb else None for (wkb,) in found]


def feature(properties: dict, shape: shapely.Geometry | None = SQUARE) -> dict:
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape)) if shape else None}


def write_json(folder: Path, content: object, name: str = "a.geojson", mark: str = "") -> Path:
    path = folder / name
    path.write_text(mark + json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def collection(*features: dict, **more: object) -> dict:
    return {"type": "FeatureCollection", **more, "features": list(features)}


@pytest.mark.parametrize("mark", ["", "\ufeff", "\n \n"])
def test_geojson_with_nested_properties(con, tmp_path, mark) -> None:
    content = collection(
        feature(
            {"code": "0101", "name": "一", "parent": {"adcode": 510100, "up": {"x": "深"}}, "n": 12.0, "on": "2026-01-01", "l": [1, 2]}
        ),
        feature({"code": "0102", "name": None, "parent": {"adcode": 510100}, "n": 1.5}, None),
    )
    raw, rows = read(con, write_json(tmp_path, content, mark=mark), "unit", columns={"unit_code": "code", "parent_code": "parent.adcode"})
    cells = [dict(zip(raw.headers, row[1:], strict=True)) for row in rows]
    assert cells[0] == {
        "code": "0101",
        "name": "一",
        "parent.adcode": "510100",
        "parent.up.x": "深",
        "n": "12",
        "on": "2026-01-01",
        "l": "[1, 2]",
    }
    assert (cells[1]["n"], cells[1]["name"]) == ("1.5", None)
    assert (raw.crs, raw.has_geometry, [row[0] for row in rows]) == ("", True, [1, 2])
    assert geometry(con) == [SQUARE, None]
    assert raw.headers[map_columns(BY_NAME["unit"], raw).columns["parent_code"][0]] == "parent.adcode"


def test_bare_geometry_and_named_crs(con, tmp_path) -> None:
    raw, rows = read(con, write_json(tmp_path, json.loads(shapely.to_geojson(SQUARE)), "510105.json"), "unit")
    assert (raw.headers, rows, geometry(con)) == ((), [(1,)], [SQUARE])
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4544"}}
    path = write_json(tmp_path, collection(feature({"name": "一"}), crs=member))
    assert read(con, path, "unit")[0].crs == "EPSG:4544"
    assert read(con, path, "unit", crs="GCJ-02")[0].crs == "GCJ-02"


def test_geojson_cut_short_is_refused(con, tmp_path) -> None:
    path = write_json(tmp_path, collection(feature({"name": "一"})))
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    with pytest.raises(AtlasError, match=r"a\.geojson"):
        read(con, path, "unit")


def test_gpkg_takes_the_layer_that_fits(con, tmp_path) -> None:
    path = tmp_path / "a.gpkg"
    geopandas.GeoDataFrame({"x": [1]}, geometry=[SQUARE], crs=4490).to_file(path, layer="other")
    geopandas.GeoDataFrame({"网格编码": ["01"], "户数": [30]}, geometry=[SQUARE], crs=4490).to_file(path, layer="units")
    raw, rows = read(con, path, "unit")
    assert (raw.headers, rows, raw.crs) == (("网格编码", "户数"), [(1, "01", "30")], "EPSG:4490")
    assert read(con, path, "unit", sheet="other")[0].headers == ("x",)
    with pytest.raises(AtlasError, match="units"):
        read(con, path, "unit", sheet="unit")


def shapefile(folder: Path, encoding: str) -> Path:
    frame = geopandas.GeoDataFrame({"网格编码": ["0101", "0102"], "网格名称": ["锦江区", "简阳市"]}, geometry=[SQUARE, SQUARE], crs=4490)
    frame.to_file(folder / "a.shp", encoding=encoding)
    return folder / "a.shp"


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize("keep_cpg", [True, False])
def test_shapefile_attributes_are_readable(con, tmp_path, encoding, keep_cpg) -> None:
    path = shapefile(tmp_path, encoding)
    if not keep_cpg:
        path.with_suffix(".cpg").unlink()
        with path.with_suffix(".dbf").open("r+b") as dbf:  # the language byte would tell, and often does not
            dbf.seek(29)
            dbf.write(struct.pack("B", 0))
    raw, rows = read(con, path, "unit")
    # UTF-8 names are cut off after ten bytes (网格编, 网格名), each the beginning of one column's headers only
    assert raw.headers == ("网格编码", "网格名称")
    assert [row[2] for row in rows] == ["锦江区", "简阳市"]
    assert (raw.crs, geometry(con)) == ("EPSG:4490", [SQUARE, SQUARE])
    assert [finding.rule for finding in raw.findings] == (["encoding_guessed"] if encoding == "GBK" and not keep_cpg else [])


def test_shapefile_in_a_zip_and_a_half_one(con, tmp_path) -> None:
    path = shapefile(tmp_path, "GBK")
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in (".shp", ".shx", ".dbf", ".prj"):
            archive.write(path.with_suffix(part), f"边界/网格{part}")
    assert [row[2] for row in read(con, packed, "unit")[1]] == ["锦江区", "简阳市"]
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.doc", "x")
    with pytest.raises(AtlasError, match=r"other\.zip"):
        read(con, tmp_path / "other.zip", "unit")
    path.with_suffix(".shx").unlink()
    with pytest.raises(AtlasError, match=r"\.shx"):
        read(con, path, "unit")


def test_parquet_and_geoparquet(con, tmp_path) -> None:
    moment = pa.array([1_772_000_000_000_000], pa.timestamp("us", "UTC"))
    columns = {"case_no": ["01"], "n": [3.0], "at": moment, "p": [{"a": 1}], "d": pa.array([20000], pa.date32())}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    raw, rows = read(con, tmp_path / "a.parquet")
    assert raw.headers == ("case_no", "n", "at", "p.a", "d")
    assert rows == [(1, "01", "3", "2026-02-25 14:13:20", "1", "2024-10-04")]
    geopandas.GeoDataFrame({"网格编码": ["01"]}, geometry=[SQUARE], crs=4544).to_parquet(tmp_path / "b.parquet")
    raw, rows = read(con, tmp_path / "b.parquet", "unit")
    assert (raw.headers, rows, raw.crs, geometry(con)) == (("网格编码",), [(1, "01")], "EPSG:4544", [SQUARE])
    (tmp_path / "c.parquet").write_bytes((tmp_path / "b.parquet").read_bytes()[:200])
    with pytest.raises(AtlasError, match=r"c\.parquet"):
        read(con, tmp_path / "c.parquet", "unit")


def test_sqlite_is_read_only(con, tmp_path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as link:
        link.execute("CREATE TABLE t (工单编号 TEXT, 来电时间 TEXT, n REAL)")
        link.execute("INSERT INTO t VALUES ('001', '2026-01-01', 2.0)")
    link.close()
    document = tmp_path / "sources.toml"
    source = a_source(url="sqlite:///a.db", query="SELECT * FROM t")
    raw = read_file(con, source, document, "sqlite:///a.db", "raw")
    assert (raw.headers, raw.rows) == (("工单编号", "来电时间", "n"), 1)
    assert con.execute("SELECT * EXCLUDE (_geom) FROM raw").fetchall() == [(1, "001", "2026-01-01", "2")]
    for query in ("DELETE FROM t", "SELECT * FROM missing"):
        with pytest.raises(AtlasError):
            read_file(con, a_source(url="sqlite:///a.db", query=query), document, "db", "raw")
    with pytest.raises(AtlasError, match=r"none\.db"):
        read_file(con, a_source(url="sqlite:///none.db", query="SELECT 1"), document, "db", "raw")


def test_a_mysql_source_is_read_as_it_comes_and_its_bits_are_numbers(con, tmp_path, monkeypatch) -> None:
    """A stand-in for the driver, after what pymysql 1.2 and MariaDB did when it was tried by hand: BIT(1) comes as a byte, rows stream."""
    asked: list[str] = []

    class Cursor:
        description = (("工单编号", 253), ("纳入考核", 16), ("附件", 252))
        batches: ClassVar[list[list[tuple]]] = [[("0001", b"\x01", b"\x00\xff"), ("0002", b"\x00", None), ("0003", None, None)], []]

        def execute(self, query: str) -> None:
            asked.append(query)

        def fetchmany(self, size: int) -> list[tuple]:
            return self.batches.pop(0)

        def close(self) -> None:
            pass

    def connect(**about: object) -> SimpleNamespace:
        asked.append(f"{about['user']}:{about['password']}@{about['host']}:{about['port']}/{about['database']} {about['charset']}")
        assert about["cursorclass"] is Cursor, "a cursor that does not hold the whole table"
        return SimpleNamespace(cursor=Cursor, close=lambda: None)

    driver = ModuleType("stand_in_mysql")
    driver.__dict__.update(connect=connect, Error=RuntimeError)
    cursors = ModuleType("stand_in_mysql.cursors")
    cursors.__dict__["SSCursor"] = Cursor
    monkeypatch.setitem(sys.modules, "stand_in_mysql", driver)
    monkeypatch.setitem(sys.modules, "stand_in_mysql.cursors", cursors)
    monkeypatch.setitem(DRIVERS, "mysql", ("stand_in_mysql",))
    source = a_source(url="mysql://reader:p%40ss%2Fw@db.example/hotline", query="SELECT 1")
    raw = read_file(con, source, tmp_path / "sources.toml", "hotline", "raw")
    assert raw.headers == ("工单编号", "纳入考核", "附件")
    assert asked == ["reader:p@ss/w@db.example:3306/hotline utf8mb4", "SET SESSION TRANSACTION READ ONLY", "SELECT 1"]
    assert [row[-3:] for row in con.sql("SELECT * FROM raw ORDER BY _row").fetchall()] == [("0001", "1", "00ff"), ("0002", "0", None), ("0003", None, None)]


def test_a_missing_driver_is_said_without_the_password(con, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("etl.sources.database.DRIVERS", {"postgresql": ("no_such_driver",)})
    source = a_source(url="postgresql://user:geheim@db/x", query="SELECT 1")
    with pytest.raises(AtlasError, match="pip install no_such_driver") as caught:
        read_file(con, source, tmp_path / "sources.toml", "db", "raw")
    assert "geheim" not in caught.value.text.zh + caught.value.text.en
    with pytest.raises(AtlasError, match="postgresql"):
        read_file(con, a_source(url="oracle://a:geheim@db/x", query="SELECT 1"), tmp_path / "s.toml", "db", "raw")


WHOLE = json.dumps({"type": "FeatureCollection", "features": [feature({"网格编码": "W1"}) for _ in range(3)]}).encode()


@pytest.mark.parametrize(("name", "body", "zh", "en"), [
    ("large.geojson", json.dumps({"type": "FeatureCollection", "features": [feature({"网格编码": "W1"}, shapely.LineString([(104 + i / 1e6, 30) for i in range(40_000)]))]}).encode(), "另存为 GeoPackage", "save the file as a GeoPackage"),
    ("deep.geojson", b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":' + b"[" * 5000 + b"]" * 5000 + b"}}]}", "嵌套过深", "nested"),
    ("cut.geojson", WHOLE[:-40], "没有传完", "not copied to its end"),
    ("other.geojson", b'{"a": 1}', "重新导出", "export it anew"),
    ("page.gpkg", b"SQLite format 3\0" + b"x" * 2000, "重新导出", "export it anew"),
    ("half.shp", b"\0\0\x27\x0a" + b"x" * 2000, ".shx", ".shx"),
    ("half.fgb", b"fgb\x03fgb\x00" + b"x" * 200, "重新导出", "export it anew"),
])  # fmt: skip
def test_a_vector_file_that_cannot_be_read_says_what_to_do(con, tmp_path, name: str, body: bytes, zh: str, en: str) -> None:
    """In the reader's words: GDAL's hints name options and drivers that nobody here can set."""
    (tmp_path / name).write_bytes(body)
    pyogrio.set_gdal_config_options({"OGR_GEOJSON_MAX_OBJ_SIZE": "1"})  # megabytes, so that a small file is too large
    try:
        with pytest.raises(AtlasError) as refused:
            read_file(con, a_source("unit"), tmp_path / name, name, "raw")
    finally:
        pyogrio.set_gdal_config_options({"OGR_GEOJSON_MAX_OBJ_SIZE": None})
    said = refused.value.text
    assert name in said.zh and zh in said.zh and name in said.en and en in said.en
    assert not re.search(r"option|driver|_SIZE|SHAPE_|sqlite", said.en) and not re.search(r"[A-Za-z]{4,} [a-z]+ [a-z]+", said.zh)


def test_a_fault_nobody_knows_keeps_its_words_without_the_hints() -> None:
    found = fault_text(ValueError("Layer x has a hole. You may set the FOO_BAR configuration option to 1; and a crack"))
    assert found.zh == found.en == "Layer x has a hole. and a crack"
