"""Coordinate systems: agreement with an independent implementation, round trips, swapped axes, areas."""

import numpy as np
import prcoords
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from etl.geo.crs import crs_name, geometry_to_4490, swapped, to_4490
from etl.geo.gcj import bd_to_gcj, bdmc_to_bd, gcj_to_bd, gcj_to_wgs, wgs_to_gcj
from etl.geo.zones import area_m2, local_gk, local_zone, zone_of
from etl.model.errors import CallError

IN_CHINA = st.tuples(st.floats(74, 135), st.floats(4, 53.5))
METRES = 111_320.0


def one(function, lon, lat):
    x, y = function(np.array([lon]), np.array([lat]))
    return float(x[0]), float(y[0])


@settings(max_examples=300, deadline=None)
@given(IN_CHINA)
def test_gcj_agrees_with_prcoords_and_inverts(point) -> None:
    lon, lat = point
    gcj = one(wgs_to_gcj, lon, lat)
    expected = prcoords.wgs_gcj((lat, lon))
    assert gcj == pytest.approx((expected[1], expected[0]), abs=1e-10)
    assert np.hypot(*np.subtract(one(gcj_to_wgs, *gcj), point)) * METRES < 0.01
    bd = one(gcj_to_bd, *gcj)
    expected = prcoords.gcj_bd(prcoords.Coords(gcj[1], gcj[0]))
    assert bd == pytest.approx((expected[1], expected[0]), abs=1e-10)
    assert np.hypot(*np.subtract(one(bd_to_gcj, *bd), gcj)) * METRES < 0.01


@pytest.mark.parametrize("point", [(-71.06, 42.36), (2.35, 48.86), (151.2, -33.9)])
def test_outside_china_nothing_is_shifted(point) -> None:
    assert one(lambda x, y: to_4490(x, y, "GCJ-02"), *point) == point
    assert one(wgs_to_gcj, *point) == point


# pairs published with Baidu's own converter
@pytest.mark.parametrize(
    ("metres", "degrees"),
    [
        ((12958160.97, 4825907.72), (116.403874, 39.914889)),
        ((12958175.0, 4825923.77), (116.404, 39.915)),
        ((13525353.98, 3641593.36), (121.499, 31.240)),
    ],
)
def test_baidu_mercator(metres, degrees) -> None:
    assert one(bdmc_to_bd, *metres) == pytest.approx(degrees, abs=1.5e-6)
    via = one(lambda x, y: to_4490(x, y, "BD-09"), *degrees)
    assert one(lambda x, y: to_4490(x, y, "bd09mc"), *metres) == pytest.approx(via, abs=2e-6)


def test_baidu_mercator_bands_join_and_keep_signs() -> None:
    borders = np.array([1678043.12, 3481989.83, 5591021.0, 8362377.87])
    below, above = (bdmc_to_bd(np.full(4, 1.2e7), borders + step)[1] for step in (-0.01, 0.01))
    assert np.abs(above - below).max() < 1e-4
    lon, lat = bdmc_to_bd(np.array([-1.2e7]), np.array([-3.6e6]))
    assert lon[0] < 0 and lat[0] < 0
    assert np.isnan(bdmc_to_bd(np.array([np.nan]), np.array([np.nan]))[0]).all()


@pytest.mark.parametrize("said", ["EPSG:4544", "epsg:4544", "4544", "urn:ogc:def:crs:EPSG::4544", " EPSG：4544 "])
def test_spellings_of_epsg(said) -> None:
    assert crs_name(said) == "EPSG:4544"


@pytest.mark.parametrize(
    ("said", "name"), [("gcj02", "GCJ-02"), ("GCJ_02", "GCJ-02"), ("bd09ll", "BD-09"), ("BD-09-MC", "BD-09MC"), ("WGS-84", "EPSG:4326")]
)
def test_spellings_of_names(said, name) -> None:
    assert crs_name(said) == name


@pytest.mark.parametrize("said", ["", "foo", "EPSG:99999", "成都独立坐标系", "PROJCS[broken"])
def test_unknown_systems_are_refused(said) -> None:
    with pytest.raises(CallError) as caught:
        to_4490(np.array([1.0]), np.array([1.0]), said)
    assert "GCJ-02" in caught.value.text.zh and "EPSG" in caught.value.text.en


@pytest.mark.parametrize("code", range(4513, 4555))
def test_every_gauss_zone_inverts(code) -> None:
    meridian = 75 + 3 * (code - (4534 if code >= 4534 else 4513))
    easting = 500_000 + (0 if code >= 4534 else (25 + code - 4513) * 1_000_000)
    lon, lat = one(lambda x, y: to_4490(x, y, f"EPSG:{code}"), easting, 3_400_000)
    assert (lon, lat) == (pytest.approx(meridian, abs=1e-9), pytest.approx(30.7197, abs=1e-3))
    assert not swapped(np.array([easting]), np.array([3.4e6]), f"EPSG:{code}")
    assert swapped(np.array([3.4e6]), np.array([easting]), f"EPSG:{code}")


@pytest.mark.parametrize(
    ("crs", "x", "y"),
    [("EPSG:4490", 104.0, 30.6), ("GCJ-02", 104.0, 30.6), ("BD-09MC", 1.16e7, 3.5e6), ("EPSG:3857", 1.16e7, 3.5e6),
     ("EPSG:4326", -71.06, 42.36), ("EPSG:4326", 80.0, 41.0), ("EPSG:2249", 775000.0, 2950000.0)],
)  # fmt: skip
def test_swapped_axes_are_noticed(crs, x, y) -> None:
    xs, ys = np.append(np.full(20, x), [0.0, np.nan]), np.append(np.full(20, y), [0.0, 1.0])
    assert not swapped(xs, ys, crs)
    assert swapped(ys, xs, crs)


def test_nothing_given_is_not_swapped() -> None:
    assert not swapped(np.array([]), np.array([]), "EPSG:4490")
    assert not swapped(np.array([np.nan, 0.0]), np.array([np.nan, 0.0]), "EPSG:4490")


def test_4490_and_4326_are_equal() -> None:
    for name in ("EPSG:4490", "EPSG:4326"):
        assert one(lambda x, y, name=name: to_4490(x, y, name), 104.123456789, 30.5) == (104.123456789, 30.5)


def test_geometries_lose_height_and_keep_gaps() -> None:
    geoms = np.array([shapely.Point(500000, 3400000, 12), None, shapely.box(499000, 3400000, 500000, 3401000)], dtype=object)
    found = geometry_to_4490(geoms, "EPSG:4544")
    assert found[1] is None and not shapely.has_z(found[0])
    assert area_m2(found[2:])[0] == pytest.approx(1e6, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.floats(74, 136), st.floats(18, 50))
def test_areas_agree_with_the_ellipsoid(lon, lat) -> None:
    assert local_gk(lon) == 4534 + round((lon - 75) / 3)
    box = shapely.segmentize(shapely.box(lon, lat, lon + 0.01, lat + 0.01), 0.001)
    true = abs(Geod(ellps="GRS80").geometry_area_perimeter(box)[0])
    assert area_m2([box])[0] == pytest.approx(true, rel=8e-4)  # 1.5° from the meridian


def test_outside_china_an_equal_area_system_with_its_reason() -> None:
    assert local_gk(-71.06) is None
    zone = local_zone(-71.06, 42.36)
    assert "laea" in zone.crs and zone.reason.zh and zone.reason.en
    box = shapely.segmentize(shapely.box(-71.1, 42.3, -71.0, 42.4), 0.001)
    assert area_m2([box])[0] == pytest.approx(abs(Geod(ellps="GRS80").geometry_area_perimeter(box)[0]), rel=1e-5)


def test_areas_of_nothing() -> None:
    assert area_m2([]).size == 0
    assert np.isnan(area_m2([None])).all()
    assert zone_of([shapely.box(103.9, 30.5, 104.2, 30.8)]).crs == "EPSG:4544"
