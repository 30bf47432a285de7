"""Tiles: nothing is lost at any zoom, edges stay shared, the hash follows the content only."""

from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely
from map_lattice import lattice

from etl.geo.tiles import LAYER, geometry_hash, step_degrees, units_in_tiles, write_tiles, zooms


@pytest.fixture(scope="module")
def units() -> gpd.GeoDataFrame:
    return lattice()


@pytest.fixture(scope="module")
def written(units: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_tiles(units, tmp_path_factory.mktemp("tiles"))


def test_one_archive_per_level(units: gpd.GeoDataFrame, written: dict[str, Path]) -> None:
    assert {level: path.name for level, path in written.items()} == {level: f"{level}.pmtiles" for level in units["level"].unique()}


@pytest.mark.parametrize("end", [0, 1])
def test_every_unit_is_in_the_lowest_and_highest_zoom(units: gpd.GeoDataFrame, written: dict[str, Path], end: int) -> None:
    for level, path in written.items():
        numbers = units.loc[units["level"] == level, "unit_no"]
        assert units_in_tiles(path, zooms(level, len(numbers))[end]) == set(numbers), level


def test_layer_and_attribute(written: dict[str, Path]) -> None:
    info = pyogrio.read_info(written["micro"])
    assert info["layer_name"] == LAYER
    assert "n" in list(info["fields"])


def test_outlines_are_right_to_one_step(units: gpd.GeoDataFrame, written: dict[str, Path]) -> None:
    tiles = pyogrio.read_dataframe(written["district"]).dissolve("n").to_crs("EPSG:4326")
    step = step_degrees(zooms("district", 4)[1])
    for number, outline in units.loc[units["level"] == "district"].set_index("unit_no").geometry.items():
        assert tiles.loc[number].geometry.symmetric_difference(outline).area < 3 * step * outline.length


def test_units_without_polygon_and_broken_coverages_do_not_stop_it(units: gpd.GeoDataFrame, tmp_path: Path) -> None:
    few = units[units["level"] == "district"].copy()
    few.loc[few.index[0], "geometry"] = None
    few.loc[few.index[1], "geometry"] = shapely.Point(104, 30.6)
    few.loc[few.index[2], "geometry"] = few.geometry.iloc[3].buffer(0.001)  # overlaps its neighbour
    path = write_tiles(few, tmp_path)["district"]
    assert units_in_tiles(path, zooms("district", 4)[0]) == set(few["unit_no"].iloc[2:])


def test_writing_again_replaces(units: gpd.GeoDataFrame, tmp_path: Path) -> None:
    few = units[units["level"] == "city"]
    write_tiles(few, tmp_path)
    assert units_in_tiles(write_tiles(few, tmp_path)["city"], 6) == {1}


def test_hash_follows_content_not_order(units: gpd.GeoDataFrame) -> None:
    first = geometry_hash(units)
    assert geometry_hash(units.sample(frac=1, random_state=1)) == first
    assert geometry_hash(units.assign(name="x")) == first
    assert geometry_hash(units.assign(unit_no=units["unit_no"] + 1)) != first
    assert geometry_hash(units.assign(geometry=units.geometry.translate(1e-5))) != first
    assert geometry_hash(units.iloc[:-1]) != first
