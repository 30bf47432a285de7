"""Real Chinese files against plain pandas and geopandas on the raw files: units, points, names, messages."""

import json
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import prcoords
import pytest
import shapely
from real_builds import TOML, RealBuild, build_real

DDL = ["code", "parent", "name", "level", "rank", "adcode", "post_code", "area_code", "ur_code", "municipality", "virtual", "dummy",
       "longitude", "latitude", "center", "province", "city", "county", "town", "village"]  # fmt: skip


@pytest.fixture(scope="module")
def built(real_data, tmp_path_factory):
    """Each data set built once: `built("shanghai")`."""
    folder = tmp_path_factory.mktemp("real")
    done: dict[str, RealBuild] = {}

    def get(name: str) -> RealBuild:
        if name not in done:
            done[name] = build_real(TOML / f"{name}.toml", folder / name)
        return done[name]

    return get


@pytest.fixture(scope="module")
def adcode(real_data) -> pd.DataFrame:
    files = sorted((real_data / "cn-adcode-chengdu" / "chengdu" / "adcode").glob("*.csv"))
    frames = [pd.read_csv(file, names=DDL, dtype=str, keep_default_na=False).assign(stem=file.stem, row=lambda f: f.index + 1) for file in files]
    return pd.concat(frames, ignore_index=True)


def outlines(real_data) -> gpd.GeoDataFrame:
    """The districts' outlines in their own GCJ-02, by six digits."""
    files = sorted((real_data / "cn-adcode-chengdu" / "chengdu" / "fences").glob("*.json"))
    shapes = {file.stem: shapely.make_valid(shapely.from_geojson(file.read_text(encoding="utf-8"))) for file in files if file.stem != "510100"}
    return gpd.GeoDataFrame({"district": list(shapes)}, geometry=list(shapes.values()))


def test_chengdu_hierarchy_is_that_of_the_file(built, adcode) -> None:
    city = built("chengdu2016")
    units = city.ask("SELECT u.unit_no, u.last_no, u.unit_code, u.name, u.level, u.parent_code, p.unit_no AS up, p.last_no AS up_last FROM unit u LEFT JOIN unit p ON p.unit_no = u.parent_no")
    assert units.level.value_counts().to_dict() == {"city": 1, "district": 21, "street": 375, "community": 4345}
    theirs = adcode.set_index("code")
    assert units.set_index("unit_code").name.sort_index().equals(theirs.name.sort_index().astype(units.name.dtype).rename_axis("unit_code"))
    below = units[units.level != "city"]
    assert (below.parent_code.to_numpy() == theirs.parent[below.unit_code].to_numpy()).all()
    for level, digits in (("street", 6), ("community", 9)):
        some = below[below.level == level]
        assert (some.parent_code.str[:digits] == some.unit_code.str[:digits]).all()
    assert ((below.up < below.unit_no) & (below.last_no <= below.up_last)).all()
    spot = units.set_index("unit_code").loc["510104020000"]
    assert (spot["name"], spot.parent_code) == ("督院街街道办事处", "510104000000")
    assert city.findings("orphan_unit").value.tolist() == ["510000000000"]


def test_chengdu_missing_outlines_are_told(built) -> None:
    city = built("chengdu2016")
    missing = city.ask("SELECT value FROM finding JOIN unit ON unit_code = value WHERE rule = 'no_geometry' AND level = 'district' ORDER BY 1").value.tolist()
    assert missing == ["510101000000", "510124000000", "510185000000"]
    assert city.ask("SELECT unit_code FROM unit WHERE level = 'district' AND geom IS NULL ORDER BY 1").unit_code.tolist() == missing


def test_chengdu_centre_points_63_in_no_district_none_in_a_wrong_one(built, adcode, real_data) -> None:
    city, shapes = built("chengdu2016"), outlines(real_data)
    points = adcode[(adcode.longitude != "") & (adcode.stem != "510100")].copy()
    geometry = gpd.points_from_xy(points.longitude.astype(float), points.latitude.astype(float))
    points["district"] = gpd.GeoDataFrame(points[["code"]], geometry=geometry).sjoin(shapes, predicate="intersects").groupby(level=0).district.min()
    centres = points[points.level.isin(["town", "village"])]
    assert centres.level.value_counts().to_dict() == {"village": 816, "town": 326}
    lost = centres[centres.district.isna()]
    assert len(lost) == 63 and (centres.district.dropna() == centres.code.str[:6][centres.district.notna()]).all()

    assert city.counts("facility") == (4741, len(points), 4741 - len(points), 0)
    ours = city.ask("SELECT facility_id, unit_code, placed_by FROM (SELECT f.facility_id, f.placed_by, u.unit_code FROM facility f JOIN unit u USING (unit_no))").set_index("facility_id")
    found = ours.loc[centres.code]
    assert ((found.placed_by == "point").to_numpy() == centres.district.notna().to_numpy()).all()
    right = found[found.placed_by == "point"]
    assert (right.unit_code.str[:6] == right.index.str[:6]).all()
    told = city.findings("point_outside")
    told = {(Path(file).stem, int(row), note.split("；")[0]) for file, row, note in told[["file", "row", "note"]].itertuples(index=False)}
    assert told >= set(lost[["stem", "row", "name"]].itertuples(index=False, name=None))
    assert {(stem, row) for stem, row, _ in told} == set(points[points.district.isna()][["stem", "row"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(("kind", "rows", "plain", "mapped"), [("school", 6151, 93.9, 99.8), ("hospital", 7513, 92.9, 99.9)])
def test_shanghai_points_fall_where_adname_says(built, real_data, kind, rows, plain, mapped) -> None:
    city = built("shanghai")
    raw = pd.read_csv(real_data / "cn-shanghai" / f"shanghai_{kind}.csv")
    areas = gpd.read_file(next((real_data / "cn-shanghai" / "shanghai_shp").glob("*.shp")), encoding="gbk")
    joined = gpd.GeoDataFrame(raw[["name"]], geometry=gpd.points_from_xy(raw.lon, raw.lat), crs=areas.crs).sjoin(areas[["NAME", "ADMINCODE", "geometry"]])
    raw[["theirs", "code"]] = joined.groupby(level=0)[["NAME", "ADMINCODE"]].min()
    raw["facility_id"] = [f"shanghai_{kind}-{at + 2}" for at in raw.index]
    ours = city.ask(f"SELECT facility_id, f.name, district, placed_by, u.unit_code, u.name AS unit FROM facility f JOIN unit u USING (unit_no) WHERE facility_id LIKE 'shanghai_{kind}-%'")
    both = raw.merge(ours, on="facility_id", suffixes=("_raw", ""))
    assert len(both) == len(ours) == rows
    assert (both.placed_by == "point").all()  # none outside
    assert (both.unit_code == both.code.astype(str)).all() and (both.district == both.adname).all()
    assert round(100 * (both.theirs == both.adname).mean(), 1) == plain
    assert round(100 * (both.unit == both.adname).mean(), 1) == mapped
    names = city.ask("SELECT unit_code, name FROM unit WHERE level = 'district'")
    renamed = areas.NAME.replace({"闸北区": "静安区", "崇明县": "崇明区"})
    assert dict(names.itertuples(index=False)) == dict(zip(areas.ADMINCODE.astype(str), renamed, strict=True))


def test_complaints_are_loaded_whole_and_placed_nowhere(built, real_data) -> None:
    city = built("complaints")
    assert city.counts("case") == (4326, 4326, 0, 0)
    rows = list(openpyxl.load_workbook(real_data / "cn-complaints" / "附件3.xlsx", read_only=True)["Sheet1"].iter_rows(min_row=2, values_only=True))
    raw = pd.DataFrame(rows, columns=["no", "user", "title", "at", "body", "against", "for", "five"])
    assert {type(cell).__name__ for cell in raw["at"]} == {"str", "datetime"}  # text and true dates in one column
    raw["at"] = [pd.to_datetime(cell, format="%Y/%m/%d %H:%M:%S" if isinstance(cell, str) and cell.count(":") == 2 else None) for cell in raw["at"]]
    ours = city.ask('SELECT * FROM "case" ORDER BY src_row')
    assert ours.case_no.tolist() == raw.no.astype(str).tolist()
    assert ours.reported_at.astype("datetime64[s]").tolist() == raw["at"].astype("datetime64[s]").tolist()
    assert ours.lon.isna().all() and set(ours.placed_by) == {"none"} and set(ours.unit_no) == {1}
    assert len(city.findings("not_placed")) == 4326
    assert not ours.body.str.contains(r"[\n\t]").any()
    unmapped = city.findings("unmapped_category")["row"].tolist()
    assert unmapped == ours.src_row[ours.code4 == "1299"].tolist() and 0 < len(unmapped) < 2163


def test_complaints_keep_no_user(built, real_data) -> None:
    city = built("complaints")
    sheet = openpyxl.load_workbook(real_data / "cn-complaints" / "附件3.xlsx", read_only=True)["Sheet1"]
    users = {str(row[0]).strip() for row in sheet.iter_rows(min_row=2, min_col=2, max_col=2, values_only=True)} - {"None", ""}
    texts = city.ask('SELECT c::VARCHAR AS t FROM "case" c UNION ALL SELECT f::VARCHAR FROM finding f').t
    assert not users & set(texts.str.extractall(r"([A-Z]?\d{5,})")[0])
    assert city.findings("personal_column").column.tolist() == ["留言用户"]


def test_datav_nested_properties(built, real_data) -> None:
    city = built("datav")
    features = json.loads((real_data / "cn-chengdu-counties-datav" / "510100.json").read_text(encoding="utf-8"))["features"]
    names = {str(f["properties"]["adcode"]): f["properties"]["name"] for f in features}
    units = city.ask("SELECT unit_code, name, level, parent_code, lon, lat FROM unit WHERE level = 'district'")
    assert dict(zip(units.unit_code, units.name, strict=True)) == names and len(names) == 20
    assert set(units.parent_code) == {"510100"}
    assert len(city.findings("geometry_repaired")) == 4
    for code, shape in zip(names, (f["geometry"] for f in features), strict=True):
        moved = shapely.transform(shapely.from_geojson(json.dumps(shape)), lambda xy: [prcoords.gcj_wgs_bored((y, x))[::-1] for x, y in xy])
        here = shapely.from_wkb(bytes(city.one(f"SELECT geom FROM unit WHERE unit_code = '{code}'")))
        apart = shapely.symmetric_difference(here, shapely.make_valid(moved)).area / here.area
        assert apart < 1e-6, code  # unmoved, the file lies half a kilometre off, and nothing in it says so


def test_echarts_files_join_by_chinese_name(built, real_data, adcode) -> None:
    city = built("echarts")
    names = sorted(file.stem for file in (real_data / "cn-chengdu-counties-echarts" / "成都市").glob("*.geojson"))
    shaped = city.ask("SELECT name FROM unit WHERE level = 'district' AND geom IS NOT NULL").name
    assert sorted(shaped) == sorted(name.replace("郫都区", "郫县") for name in names) and len(names) == 20
    assert city.counts("unit") == (4762, 4762, 0, 0) and len(adcode) == 4742
    assert city.findings("geometry_unmatched").empty
    assert city.one("SELECT count(*) FROM unit WHERE level = 'district' AND geom IS NULL") == 1  # 市辖区
    assert shapely.is_valid(shapely.from_wkb([bytes(geom) for geom in city.ask("SELECT geom FROM unit WHERE geom IS NOT NULL").geom])).all()


def test_compounds_of_headerless_sales_lists(built, real_data) -> None:
    city, folder = built("compounds"), real_data / "cn-chengdu-compounds"
    raw = [(stem, at, line.split(",")) for stem, encoding in (("华阳", "utf-8"), ("成都", "gbk"))
           for at, line in enumerate((folder / f"{stem}.csv").read_text(encoding=encoding).splitlines(), 1) if line.strip()]
    assert city.counts("compound") == (len(raw), len(raw), 0, 0) and len(raw) == 7276
    ours = city.ask("SELECT compound_id, name, extra, placed_by FROM compound").set_index("compound_id")
    for stem, at, cells in raw:
        row = ours.loc[f"{stem}-{at}"]
        assert row["name"].split(" ")[0] == cells[0].split(" ")[0]
        assert list(json.loads(row.extra).values()) == cells[1:]
    assert set(ours.placed_by) == {"code"}
    assert ours.name.str.split(" ").str[0].nunique() == len({cells[0].split(" ")[0] for _, _, cells in raw})
