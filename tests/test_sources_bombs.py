"""Files of some kilobytes that unpack to gigabytes are refused before they are unpacked (压缩炸弹)."""

import zipfile
from pathlib import Path

import pytest

from etl.model.errors import AtlasError
from etl.sources import read, vector


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
