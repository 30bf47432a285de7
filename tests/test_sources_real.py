"""The real files read whole: every row, the right header, readable names."""

from pathlib import Path

import duckdb
import pytest
import shapely
from source_files import read

from etl.model.tables import BY_NAME
from etl.query.duck import open_build
from etl.sources.headers import map_columns


@pytest.fixture
def con(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    return open_build(tmp_path / "test.duckdb")


def test_boston_cases(con, real_data) -> None:
    path = real_data / "us-boston311-2011" / "311_service_requests_2011.csv"
    columns = {"case_no": "case_enquiry_id", "reported_at": "open_dt", "raw_category": ["subject", "reason", "type"]}
    raw, rows = read(con, path, crs="EPSG:4326", columns=columns)
    assert (raw.rows, raw.first_row, rows[-1][0], len(raw.headers)) == (58251, 2, 58252, 29)
    mapping = map_columns(BY_NAME["case"], raw)
    assert [raw.headers[i] for i in mapping.columns["raw_category"]] == ["subject", "reason", "type"]
    assert [raw.headers[mapping.columns[name][0]] for name in ("lon", "lat")] == ["longitude", "latitude"]
    blank = con.execute("SELECT count(*) FROM raw WHERE c20 = ' '").fetchone()
    assert blank is not None and blank[0] >= 2829  # a neighbourhood of one space stays one space


def test_boston_polygons(con, real_data) -> None:
    raw, _ = read(con, real_data / "us-boston311-2011" / "boston_neighborhood_boundaries.geojson", "unit")
    assert (raw.rows, raw.crs, raw.has_geometry) == (26, "", True)


def test_chengdu_headerless_codes(con, real_data) -> None:
    rows = 0
    for path in sorted((real_data / "cn-adcode-chengdu" / "chengdu" / "adcode").glob("*.csv")):
        raw, found = read(con, path, "unit", header=False, columns={"unit_code": 1, "parent_code": 2, "name": 3, "level": 4})
        assert raw.headers == tuple(str(i) for i in range(1, 21))
        assert raw.rows == len(path.read_text(encoding="utf-8").splitlines())
        assert all(len(row[1]) == 12 and row[3] for row in found)
        rows += raw.rows
    assert rows == 1 + 22 + 375 + 4345 - 1  # the city; 21 districts with 市辖区 among them


def test_chengdu_bare_outlines(con, real_data) -> None:
    outlines = sorted((real_data / "cn-adcode-chengdu" / "chengdu" / "fences").glob("*.json"))
    for path in outlines:
        raw, rows = read(con, path, "unit", crs="GCJ-02")
        assert (raw.headers, rows, raw.crs) == ((), [(1,)], "GCJ-02")
        wkb = con.execute("SELECT _geom FROM raw").fetchone()
        assert wkb is not None and shapely.from_wkb(bytes(wkb[0])).geom_type in ("Polygon", "MultiPolygon")
    assert len(outlines) >= 19


def test_chengdu_nested_parent(con, real_data) -> None:
    columns = {"unit_code": "adcode", "name": "name", "level": "level", "parent_code": "parent.adcode"}
    raw, rows = read(con, real_data / "cn-chengdu-counties-datav" / "510100.json", "unit", columns=columns, crs="GCJ-02")
    parent = map_columns(BY_NAME["unit"], raw).columns["parent_code"][0]
    assert (raw.rows, {row[1 + parent] for row in rows}) == (20, {"510100"})


def test_shanghai_names_are_readable(con, real_data) -> None:
    folder = real_data / "cn-shanghai"
    raw, rows = read(con, folder / "shanghai_shp" / "区县界_area.shp", "unit")
    assert (raw.rows, raw.encoding, raw.crs) == (17, "gb18030", "EPSG:4326")
    assert {"宝山区", "闸北区", "崇明县"} <= {row[1] for row in rows}
    for file, count in (("shanghai_school.csv", 6151), ("shanghai_hospital.csv", 7513)):
        assert read(con, folder / file, "facility")[0].rows == count


def test_complaints_with_mixed_dates(con, real_data) -> None:
    raw, rows = read(con, real_data / "cn-complaints" / "附件3.xlsx")
    assert (raw.rows, raw.headers[-1]) == (4326, "五")
    times = {row[4][4] for row in rows}
    assert times == {"/", "-"}  # text, and true dates
    mapping = map_columns(BY_NAME["case"], raw)
    assert {name: raw.headers[i[0]] for name, i in mapping.columns.items()} == {
        "case_no": "留言编号", "reported_at": "留言时间", "title": "留言主题", "body": "留言详情",
    }  # fmt: skip
    assert [raw.headers[i] for i in mapping.dropped] == ["留言用户"]
    assert all("." not in row[1] for row in rows)


def test_compounds_in_two_encodings(con, real_data) -> None:
    folder = real_data / "cn-chengdu-compounds"
    for file, encoding, first in (("成都.csv", "gb18030", "宏济新路95号"), ("华阳.csv", "utf-8-sig", "华润凤凰城二期")):
        raw, rows = read(con, folder / file, "compound", header=False, columns={"name": 1})
        assert raw.encoding == encoding
        assert rows[0][1].startswith(first)
        assert raw.rows == len((folder / file).read_text(encoding=encoding).splitlines())


def test_chicago_money(con, real_data) -> None:
    folder = real_data / "us-chicago-wards"
    assert read(con, folder / "menu.csv", "fund_ledger")[0].rows == 20160
    assert read(con, folder / "wards.geojson", "unit")[0].rows == 50


def test_codes_of_all_china(con, real_data) -> None:
    raw, rows = read(
        con, real_data / "cn-division-codes" / "villages.csv", "unit", columns={"unit_code": "code", "parent_code": "streetCode"}
    )
    assert raw.rows == 620573
    assert rows[0][1] == "110101001001"
