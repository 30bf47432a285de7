"""Files of some kilobytes that unpack to gigabytes are refused before they are unpacked (压缩炸弹)."""

import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from etl.model.errors import AtlasError
from etl.sources import read, vector
from etl.sources.geopackage import check_geopackage


def packed(path: Path, names: tuple[str, ...], size: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * size)
    return path


def test_a_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed(tmp_path / "cases.xlsx", ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"), 1 << 20)
    assert bomb.stat().st_size < 10_000
    assert read._zip_reader(bomb, bomb.name) is read.read_workbook
    monkeypatch.setattr(read, "WORKBOOK_LIMIT", 3 << 19)
    with pytest.raises(AtlasError, match="解压后超过"):
        read._zip_reader(bomb, bomb.name)


def test_a_zipped_shapefile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed(tmp_path / "grids.zip", ("grids.shp", "grids.shx", "grids.dbf"), 1 << 20)
    monkeypatch.setattr(vector, "UNZIPPED_LIMIT", 2 << 20)
    with pytest.raises(AtlasError, match="解压后超过"):
        vector.read_zipped_shape(None, None, bomb, bomb.name, "raw_1")  # type: ignore[arg-type]


GRIDS = "CREATE TABLE grids (fid INTEGER PRIMARY KEY, geom BLOB, code TEXT)"
ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS fid, 'M1' AS code FROM c"


def geopackage(path: Path, layer: str, *statements: str) -> Path:
    """A file with the tables that tell of layers, naming one layer."""
    with closing(sqlite3.connect(path)) as con:
        for statement in ("CREATE TABLE gpkg_contents (table_name TEXT)", f"INSERT INTO gpkg_contents VALUES ('{layer}')", *statements):
            con.execute(statement)
        con.commit()
    return path


@pytest.mark.parametrize(("layer", "statements"), [
    ("evil", (GRIDS, f"CREATE VIEW evil AS {ENDLESS}")),
    ("grids", (GRIDS, f"CREATE VIEW evil AS {ENDLESS}")),
    ("grids", ("CREATE TABLE grids (fid INTEGER PRIMARY KEY, code TEXT GENERATED ALWAYS AS (hex(zeroblob(400000000))) VIRTUAL)",)),
    ("grids", ("CREATE VIRTUAL TABLE grids USING rtree(id, a, b)",)),
    ("grids", (GRIDS, f"CREATE VIEW gpkg_extensions AS {ENDLESS}")),
], ids=["view", "a view beside it", "generated", "virtual", "the format's own table"])  # fmt: skip
def test_a_layer_that_would_be_computed_is_refused(tmp_path: Path, layer: str, statements: tuple[str, ...]) -> None:
    with pytest.raises(AtlasError, match="只含普通图层"):
        vector.read_vector(None, None, geopackage(tmp_path / "g.db", layer, *statements), "g.db", "raw_1")  # type: ignore[arg-type]


def test_plain_layers_their_index_and_triggers_are_not_in_the_way(tmp_path: Path) -> None:
    index = 'CREATE VIRTUAL TABLE "rtree_grids_geom" USING rtree(id, minx, maxx, miny, maxy)'
    check_geopackage(geopackage(tmp_path / "plain.gpkg", "grids", GRIDS, index, "CREATE TRIGGER t AFTER UPDATE ON grids BEGIN DELETE FROM grids; END"), "plain.gpkg")
    (tmp_path / "none.gpkg").write_bytes(b"no database")
    check_geopackage(tmp_path / "none.gpkg", "none.gpkg")
    with pytest.raises(AtlasError, match="无法作为矢量文件读取"):
        vector.read_vector(None, None, tmp_path / "none.gpkg", "none.gpkg", "raw_1")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["size", "sum", "cut", "password"])
def test_a_zip_that_lies_is_told_in_words(tmp_path: Path, kind: str) -> None:
    """A part said to be smaller than it is, changed on the way, cut short inside, or locked."""
    path = packed(tmp_path / "grids.zip", ("grids.shp", "grids.shx", "grids.dbf"), 5_000)
    raw = bytearray(path.read_bytes())
    if kind == "size":
        raw = bytearray(bytes(raw).replace(struct.pack("<I", 5_000), struct.pack("<I", 65)))
    elif kind == "sum":
        raw[14] ^= 0xFF
        raw[raw.index(b"PK\x01\x02") + 16] ^= 0xFF
    elif kind == "cut":
        raw[40 : 40 + 8] = b"\xff" * 8
    else:
        raw[6] |= 1
        raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    with pytest.raises(AtlasError, match="无法解压"):
        vector.read_zipped_shape(None, None, path, path.name, "raw_1")  # type: ignore[arg-type]
