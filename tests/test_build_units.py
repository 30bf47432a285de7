"""The hierarchy and its boundaries, from files as cities have them."""

import json
from pathlib import Path

import pytest
import shapely

from etl.geo.zones import area_m2
from etl.model.errors import AtlasError
from tests.mini_city import Built, City, Row, case, middle, square, unit, units


def geojson(*features: tuple[Row, str]) -> str:
    """Features of (properties, WKT)."""
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shapely.from_wkt(wkt)))} for properties, wkt in features]},
        ensure_ascii=False)


def bare(*given: tuple[str, str, str, str]) -> list[Row]:
    """Unit rows without a boundary."""
    return [unit(*one) for one in given]


BOW_TIE = "POLYGON ((104.0 30.6, 104.001 30.601, 104.001 30.6, 104.0 30.601, 104.0 30.6))"


@pytest.fixture(scope="module")
def shaped(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Units from one file, boundaries from another: by code, by name within the parent, wrong ones, one of a row's own."""
    city = City(tmp_path_factory.mktemp("shaped"))
    rows = bare(("0510", "示范市", "市", ""), ("Q1", "青山区", "区", "0510"), ("J1", "东风街道", "街道", "Q1"), ("J2", "西岭街道", "街道", "Q1"),
                ("S1", "桂花社区", "社区", "J1"), ("S2", "桂花社区", "社区", "J2"), ("S3", "兰亭社区", "社区", "J2"), ("M9", "孤格", "微网格", "S3"))
    city.add("unit", rows, "units.csv")
    city.add("unit", geojson(({"网格编码": "S3"}, square(2)), ({"网格名称": "桂花社区", "上级编码": "J1"}, square(0)), ({"网格名称": "桂花社区"}, square(5)),
                             ({"网格编码": "S8"}, square(6)), ({"网格编码": "S2"}, BOW_TIE), ({"网格编码": "J1"}, "LINESTRING (104 30.6, 104.1 30.6)")),
             "shapes.geojson", 'crs = "EPSG:4490"')  # fmt: skip
    return city.build()


def test_boundaries_join_by_code_and_by_name_within_the_parent(shaped: Built) -> None:
    box = {code: (round(west, 4), round(east, 4)) for code, west, east in shaped.rows("SELECT unit_code, west, east FROM unit WHERE level = 'community'")}
    assert box["S3"] == (104.002, 104.003) and box["S1"] == (104.0, 104.001)
    assert shaped.account("unit") == (14, 11, 3, 0)  # a boundary that reached its unit counts as loaded


def test_a_boundary_of_nobody_is_rejected_and_named(shaped: Built) -> None:
    assert [(file, row, value) for file, row, _, value, _ in shaped.findings("geometry_unmatched")] == [
        ("shapes.geojson", 3, "桂花社区"), ("shapes.geojson", 4, "S8")]
    assert [(row, value) for _, row, _, value, _ in shaped.findings("geometry_unreadable")] == [(6, "J1")]


def test_a_self_crossing_boundary_is_repaired_and_reported(shaped: Built) -> None:
    assert [(row, value) for _, row, _, value, _ in shaped.findings("geometry_repaired")] == [(5, "S2")]
    shape = shapely.from_wkb(bytes(shaped.rows("SELECT geom FROM unit WHERE unit_code = 'S2'")[0][0]))
    assert shapely.is_valid(shape) and shape.area == pytest.approx(0.0005 * 0.001, rel=1e-6)


def test_parents_are_the_union_of_their_children(shaped: Built) -> None:
    shapes = {code: shapely.from_wkb(bytes(geom)) for code, geom in shaped.rows("SELECT unit_code, geom FROM unit WHERE geom IS NOT NULL")}
    assert shapely.equals_exact(shapely.normalize(shapes["J2"]), shapely.normalize(shapely.union_all([shapes["S2"], shapes["S3"]])), 1e-8)
    assert shapes["0510"].area == pytest.approx(shapes["J1"].area + shapes["J2"].area - shapely.intersection(shapes["J1"], shapes["J2"]).area, rel=1e-6)
    stored = dict(shaped.rows("SELECT unit_code, area_m2 FROM unit"))
    assert stored["S1"] == pytest.approx(float(area_m2([shapely.from_wkt(square(0))])[0]), rel=1e-6) and 10_000 < stored["S1"] < 11_000
    assert [value for *_, value, _ in shaped.findings("no_geometry")] == ["M9"]


def test_one_city_on_top_is_the_root_and_a_missing_level_is_told(shaped: Built) -> None:
    assert shaped.rows("SELECT unit_code, parent_no, last_no FROM unit WHERE unit_no = 1") == [("0510", None, 8)]
    assert shaped.findings("root_made") == []
    assert [(row, note) for _, row, _, _, note in shaped.findings("skipped_level")] == [(9, "M9 孤格 ⊂ S3 兰亭社区")]


def test_numbers_walk_depth_first_in_order_of_code(shaped: Built) -> None:
    order = [code for (code,) in shaped.rows("SELECT unit_code FROM unit ORDER BY unit_no")]
    assert order == ["0510", "Q1", "J1", "S1", "J2", "S2", "S3", "M9"]
    assert dict(shaped.rows("SELECT unit_code, last_no FROM unit")) == {"0510": 8, "Q1": 8, "J1": 4, "S1": 4, "J2": 8, "S2": 6, "S3": 8, "M9": 8}


@pytest.mark.parametrize("head, code", [('[city]\nname = "两区市"\n', "0"), ('[city]\nname = "两区市"\ncode = "510100"\n', "510100")])
def test_several_tops_get_a_city_above_them(tmp_path: Path, head: str, code: str) -> None:
    city = City(tmp_path, head=head)
    city.add("unit", bare(("Q1", "青山区", "区", ""), ("Q2", "白水区", "区", ""), ("J9", "飞地街道", "街道", "Q7")))
    built = city.build()
    assert built.rows("SELECT unit_code, name, level, parent_code, unit_no FROM unit WHERE level = 'city'") == [(code, "两区市", "city", None, 1)]
    assert set(built.rows("SELECT unit_code, parent_code, parent_no FROM unit WHERE unit_no > 1")) == {("J9", code, 1), ("Q1", code, 1), ("Q2", code, 1)}
    assert [(row, value) for _, row, _, value, _ in built.findings("orphan_unit")] == [(4, "Q7")]
    assert built.account("unit") == (3, 3, 0, 0)
    assert not (built.build.folder / "tiles").exists() or not list((built.build.folder / "tiles").iterdir())


def refused(city: City, words: str) -> None:
    """The build stops with a sentence; nothing is published over what is current."""
    with pytest.raises(AtlasError, match=words):
        city.build()


def test_what_makes_no_hierarchy_stops_and_the_old_build_stays(tmp_path: Path) -> None:
    City(tmp_path).add("unit", bare(("Q1", "青山区", "区", ""))).build()
    before = (tmp_path / "warehouse" / "CURRENT").read_text()
    top = ("Q1", "青山区", "区", "")
    refused(City(tmp_path).add("unit", bare(top, ("J1", "甲", "街道", "S1"), ("S1", "乙", "社区", "J1"))), "成环：J1、S1")
    refused(City(tmp_path).add("unit", bare(top, ("J1", "甲", "街道", "J1"))), "成环：J1")
    refused(City(tmp_path).add("unit", bare(top, ("J1", "甲", "街道", "Q1"), ("J1", "乙", "街道", "Q1"))), "第 3 行「甲」.*第 4 行「乙」")
    dated = [unit("J1", "甲", "街道", "Q1", 启用日期="2025-01-01", 停用日期="2026-01-01"), unit("J1", "甲", "街道", "Q1", 启用日期="2026-01-01")]
    refused(City(tmp_path).add("unit", [*bare(top), *dated]), "网格编码 J1 有两行同时有效")
    refused(City(tmp_path).add("unit", [unit("Q1", "青山区", "不明级别")]), "没有可用的网格单元")
    refused(City(tmp_path).add("case", [case(1)]), "没有 unit")
    refused(City(tmp_path).add("unit", units()), "未声明坐标系")
    assert (tmp_path / "warehouse" / "CURRENT").read_text() == before
    assert len(list((tmp_path / "warehouse").glob("*/manifest.json"))) == 1


def test_a_cycle_exits_1_with_one_sentence(tmp_path: Path) -> None:
    done = City(tmp_path).add("unit", bare(("Q1", "青山区", "区", ""), ("J1", "甲", "街道", "S1"), ("S1", "乙", "社区", "J1"))).command()
    assert done.returncode == 1 and done.stdout == "" and "成环" in done.stderr


def test_a_correction_in_a_later_file_replaces_a_unit(tmp_path: Path) -> None:
    city = City(tmp_path).add("unit", bare(("Q1", "青山区", "区", ""), ("J1", "旧名街道", "街道", "Q1")))
    built = city.add("unit", bare(("J1", "新名街道", "街道", "Q1"))).build()
    assert built.account("unit") == (3, 2, 0, 1)
    assert built.rows("SELECT name FROM unit WHERE unit_code = 'J1'") == [("新名街道",)]


@pytest.fixture(scope="module")
def redrawn(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """M1 and M2 swap their ground on 2026-01-01."""
    rows = [row for row in units() if row["网格编码"] not in ("M1", "M2")]
    for code, old, new in (("M1", 0, 1), ("M2", 1, 0)):
        rows.append(unit(code, f"旧{code}", "微网格", "X1", 边界WKT=square(old), 停用日期="2025-12-31"))
        rows.append(unit(code, f"新{code}", "微网格", "X1", 边界WKT=square(new), 启用日期="2026-01-01"))
    lon, lat = middle(1)
    at = {"经度": lon, "纬度": lat, "网格编码": None}
    cases = [case("old", 来电时间="2025-12-31 23:00", 立案时间="2025-12-31 23:59", **at), case("new", 来电时间="2025-12-31 23:00", 立案时间="2026-01-01 00:00", **at),
             case("reported", 来电时间="2025-06-01 09:00", 立案时间="", **at), case("code_old", 来电时间="2025-06-01", 立案时间=""), case("code_new")]
    return City(tmp_path_factory.mktemp("redrawn")).units(rows).add("case", cases, toml='crs = "EPSG:4490"').build()


def test_a_case_keeps_the_boundary_of_its_day(redrawn: Built) -> None:
    named = dict(redrawn.rows('SELECT case_no, name FROM "case" JOIN unit USING (unit_no)'))
    assert named == {"Aold": "旧M1", "Anew": "新M2", "Areported": "旧M1", "Acode_old": "旧M1", "Acode_new": "新M1"}


def test_versions_are_units_of_their_own_and_the_union_is_of_today(redrawn: Built) -> None:
    assert redrawn.rows("SELECT count(*), count(DISTINCT unit_no) FROM unit WHERE unit_code = 'M1'") == [(2, 2)]
    assert redrawn.account("unit") == (21, 21, 0, 0)
    assert redrawn.rows("SELECT round(east - west, 6) FROM unit WHERE unit_code = 'X1'") == [(0.002,)]


def test_the_name_of_a_redrawn_unit_means_the_version_of_the_day(tmp_path: Path) -> None:
    rows = [row for row in units() if row["网格编码"] != "X5"]
    rows += [unit("X5", "望江名邸", "小区", "S3", 停用日期="2025-12-31"), unit("X5", "望江名邸", "小区", "S3", 启用日期="2026-01-01", 户数=7)]
    by_name = {"网格编码": None, "小区点位": "望江名邸", "联系电话": "13812345678", "办结时间": "2025-12-31 23:50"}
    cases = [case("old", 来电时间="2025-12-31 09:00", 立案时间="", **by_name), case("new", 来电时间="2026-01-01 09:00", 立案时间="", **by_name)]
    built = City(tmp_path).units(rows).add("case", cases).build()
    assert built.placed() == {"Aold": ("X5", "compound"), "Anew": ("X5", "compound")}
    assert dict(built.rows('SELECT case_no, households FROM "case" JOIN unit USING (unit_no)')) == {"Aold": None, "Anew": 7}
    assert built.findings("ambiguous_name") == []
    assert built.rows("SELECT repeat_of FROM \"case\" WHERE case_no = 'Anew'") == [("Aold",)]  # one estate, drawn anew
