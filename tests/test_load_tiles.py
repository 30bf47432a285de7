"""Tiles drawn beside the reading are the tiles drawn in place; whoever draws them never outlives the import."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import pytest
from map_lattice import lattice

from etl.geo import tiles_beside
from etl.geo.tiles import units_in_tiles, write_tiles
from etl.geo.tiles_beside import TilesBeside
from etl.load import tiles
from etl.load.build import build
from etl.model.errors import AtlasError
from tests.mini_city import Built, City, case
from tests.mini_city import units as units_of


@pytest.fixture(scope="module")
def units() -> gpd.GeoDataFrame:
    return lattice()


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.pmtiles"))}


def test_the_same_tiles_as_in_place(units: gpd.GeoDataFrame, tmp_path: Path) -> None:
    (tmp_path / "beside").mkdir()
    beside = TilesBeside(units, tmp_path / "beside")
    write_tiles(units, tmp_path / "here")
    assert beside.is_done()
    assert digests(tmp_path / "beside") == digests(tmp_path / "here")
    assert len(digests(tmp_path / "here")) == units["level"].nunique()


def test_one_that_dies_is_told_and_its_work_done_here(units: gpd.GeoDataFrame, tmp_path: Path) -> None:
    beside = TilesBeside(units, tmp_path)
    beside.stop()
    (tmp_path / "micro.pmtiles.tmp").write_bytes(b"half")
    begun = tiles.Tiles(tmp_path, "hash", units, beside)
    assert not beside.is_done()
    assert begun.finish() == "hash"
    assert {path.name for path in tmp_path.iterdir()} == {f"{level}.pmtiles" for level in units["level"].unique()}
    assert units_in_tiles(tmp_path / "micro.pmtiles", 9) == set(units.loc[units["level"] == "micro", "unit_no"])


def test_it_ends_when_the_import_is_killed(units: gpd.GeoDataFrame, tmp_path: Path) -> None:
    """The parent is killed as soon as the drawing process runs: within seconds that is gone too."""
    units.to_parquet(tmp_path / "units.parquet")
    script = f"""
import sys, time, geopandas
from etl.geo.tiles_beside import TilesBeside
beside = TilesBeside(geopandas.read_parquet({str(tmp_path / "units.parquet")!r}), __import__("pathlib").Path({str(tmp_path)!r}))
import os, signal
beside._process.send_signal(signal.SIGSTOP)  # as if it had half a minute of work before it
print(beside._process.pid, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=tiles_beside.ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    os.kill(child, signal.SIGCONT)
    for _ in range(200):
        if not alive(child):
            assert not (tmp_path / "micro.pmtiles").exists(), "it drew on to the end"
            return
        time.sleep(0.1)
    pytest.fail("the drawing process lives on")


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_a_build_draws_beside_and_links_what_did_not_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    city = City(tmp_path).units().add("case", [case(n) for n in range(30)])
    here = digests(city.build().build.folder / "tiles")
    started: list[Path] = []

    class Counted(TilesBeside):
        def __init__(self, shapes: gpd.GeoDataFrame, folder: Path) -> None:
            started.append(folder)
            super().__init__(shapes, folder)

    monkeypatch.setattr(tiles, "MANY", 1)
    monkeypatch.setattr(tiles, "TilesBeside", Counted)
    other = tmp_path / "other"
    beside = Built(other, build(city.sources, other)).build.folder / "tiles"
    assert len(started) == 1
    assert digests(beside) == here
    again = Built(other, build(city.sources, other, anew=True)).build.folder / "tiles"
    assert len(started) == 1
    assert (again / "micro.pmtiles").stat().st_ino == (beside / "micro.pmtiles").stat().st_ino


def test_a_build_that_stops_leaves_nobody_drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    city = City(tmp_path).units().add("case", [case(n) for n in range(30)])
    begun: list[TilesBeside] = []

    class Kept(TilesBeside):
        def __init__(self, shapes: gpd.GeoDataFrame, folder: Path) -> None:
            super().__init__(shapes, folder)
            begun.append(self)

    def stopped(*_: object) -> None:
        raise AtlasError("停", "stopped")

    monkeypatch.setattr(tiles, "MANY", 1)
    monkeypatch.setattr(tiles, "TilesBeside", Kept)
    monkeypatch.setattr("etl.load.build.counts.check", stopped)
    with pytest.raises(AtlasError):
        build(city.sources, city.warehouse)
    assert begun and begun[0]._process.returncode is not None
    assert not list(city.warehouse.glob(".work-*"))


@pytest.mark.parametrize("day", ["", 'data_date = "2025-06-30"\n'])
def test_boundaries_in_force_on_the_day_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    """Without a data date the newest event, of March 2026, tells the day, and nothing can be drawn before that is known."""
    monkeypatch.setattr(tiles, "MANY", 1)
    rows = [row | {"生效日期": "2026-01-01" if row["网格编码"] == "M1" else ""} for row in units_of()]
    rows.append(next(row for row in units_of() if row["网格编码"] == "M1") | {"失效日期": "2025-12-31", "网格名称": "旧微网格"})
    city = City(tmp_path)
    city.head += day
    built = city.units(rows).add("case", [case(n) for n in range(30)]).build()
    drawn = units_in_tiles(built.build.folder / "tiles" / "micro.pmtiles", 9)
    names = [name for (name,) in built.rows(f"SELECT name FROM unit WHERE unit_no IN ({', '.join(map(str, drawn))})")]
    assert len(names) == 8
    assert ("旧微网格" in names) == bool(day)
