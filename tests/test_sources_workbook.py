"""Workbooks as they really arrive."""

from datetime import date, datetime, time
from pathlib import Path

import duckdb
import openpyxl
import pytest
import xlwt
from source_files import read

from etl.model.errors import AtlasError
from etl.model.tables import BY_NAME
from etl.query.duck import open_build
from etl.sources.headers import map_columns

HEADER = ["工单编号", "来电时间", "标题"]


@pytest.fixture
def con(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    return open_build(tmp_path / "test.duckdb")


def write(folder: Path, rows: list[list[object]], name: str = "a.xlsx", merged: tuple[str, ...] = (), **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Sheet1"
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    for title, more in sheets.items():
        sheet = book.create_sheet(title)
        for row in more:
            sheet.append(row)
    path = folder / name
    book.save(path)
    return path


def test_values_arrive_as_a_person_sees_them(con, tmp_path) -> None:
    path = write(
        tmp_path,
        [
            HEADER,
            [188006.0, datetime(2026, 3, 5, 14, 30, 1), "文本"],
            ["007", date(2026, 3, 5), 12.5],
            [510107021001, datetime(2026, 3, 5, 8), 0.1 + 0.2],
            [True, time(8, 30), None],
        ],
    )
    rows = read(con, path)[1]
    assert rows == [
        (2, "188006", "2026-03-05 14:30:01", "文本"),
        (3, "007", "2026-03-05", "12.5"),
        (4, "510107021001", "2026-03-05 08:00:00", "0.3"),
        (5, "true", "08:30:00", None),
    ]


def test_title_rows_empty_rows_and_columns(con, tmp_path) -> None:
    rows = [
        [],
        [None, "成都市诉求工单明细"],
        [],
        [None, *HEADER, None],
        [None, 1, "2026-01-01", "a"],
        [],
        [None, 2, "2026-01-02", "b"],
        [],
        [" "],
    ]
    raw, found = read(con, write(tmp_path, rows))
    assert raw.headers == ("", *HEADER)
    assert (raw.first_row, raw.rows) == (5, 2)
    assert [(row[0], row[2]) for row in found] == [(5, "1"), (7, "2")]
    assert [(finding.rule, finding.row) for finding in raw.findings] == [("header_found", 4)]


def test_two_row_header_with_merged_cells(con, tmp_path) -> None:
    rows = [
        ["明细表", None, None, None, None, None],
        ["工单编号", "来电时间", "坐标", None, "办理情况", None],
        [None, None, "经度", "纬度", "承办单位", "办结时间"],
        [1, "2026-01-01", 104.06, 30.67, "城管局", "2026-01-02"],
    ]
    raw, found = read(con, write(tmp_path, rows, merged=("A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:F2")), crs="GCJ-02")
    assert raw.headers == ("工单编号", "来电时间", "经度", "纬度", "承办单位", "办结时间")
    assert found == [(4, "1", "2026-01-01", "104.06", "30.67", "城管局", "2026-01-02")]
    assert set(map_columns(BY_NAME["case"], raw).columns) == {"case_no", "reported_at", "lon", "lat", "lead_unit", "closed_at"}


def test_the_sheet_that_fits_is_taken_or_the_one_named(con, tmp_path) -> None:
    path = write(
        tmp_path, [["说明"], ["填表须知"]], 工单=[HEADER, [1, "2026-01-01", "a"]], 旧表=[["工单编号", "来电时间"], [9, "2020-01-01"]]
    )
    assert read(con, path)[1] == [(2, "1", "2026-01-01", "a")]
    assert read(con, path, sheet="旧表")[1] == [(2, "9", "2020-01-01")]
    with pytest.raises(AtlasError, match="工单"):
        read(con, path, sheet="工但")


def test_notes_row_of_the_template_is_no_data(con, tmp_path) -> None:
    assert read(con, write(tmp_path, [HEADER, ["填写说明：必填", "时间", ""], [1, "2026-01-01", "a"]]))[1] == [(3, "1", "2026-01-01", "a")]


def test_duplicate_headers_and_a_stray_column(con, tmp_path) -> None:
    raw, rows = read(con, write(tmp_path, [[*HEADER, "标题"], [1, "2026-01-01", "a", "b", "外"]]))
    assert raw.headers == (*HEADER, "标题", "")
    assert rows == [(2, "1", "2026-01-01", "a", "b", "外")]
    assert map_columns(BY_NAME["case"], raw).columns["title"] == (2,)


@pytest.mark.parametrize("rows", [[], [HEADER]])
def test_empty_and_header_only(con, tmp_path, rows) -> None:
    raw, found = read(con, write(tmp_path, rows))
    assert (found, raw.headers) == ([], tuple(HEADER) if rows else ())


@pytest.mark.parametrize("name", ["a.csv", "a.xls", "a.txt", "没有后缀"])
def test_a_workbook_under_any_name(con, tmp_path, name) -> None:
    path = write(tmp_path, [HEADER, [1, "2026-01-01", "a"]])
    assert read(con, path.rename(tmp_path / name))[1] == [(2, "1", "2026-01-01", "a")]


def test_text_under_the_name_of_a_workbook(con, tmp_path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes("工单编号\t来电时间\n1\t2026-01-01\n".encode("gb18030"))
    assert read(con, path)[1] == [(2, "1", "2026-01-01")]


def test_damaged_workbooks_are_refused_in_words(con, tmp_path) -> None:
    whole = write(tmp_path, [HEADER, [1, "2026-01-01", "a"]]).read_bytes()
    for content in (whole[: len(whole) // 2], b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000):
        path = tmp_path / "damaged.xlsx"
        path.write_bytes(content)
        with pytest.raises(AtlasError, match=r"damaged\.xlsx"):
            read(con, path)


def test_an_old_binary_xls_under_a_title_row(con, tmp_path) -> None:
    """The format of twenty years of office exports: title row, true dates, numbers that are codes."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("工单")
    sheet.write(0, 0, "某街道2024年3月工单明细表")
    for at, header in enumerate(("工单编号", "来电时间", "标题", "办结时间")):
        sheet.write(1, at, header)
    moment = xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM:SS")
    sheet.write(2, 0, 240301001)
    sheet.write(2, 1, datetime(2024, 3, 1, 9, 30), moment)
    sheet.write(2, 2, "路灯不亮")
    sheet.write(2, 3, date(2024, 3, 5), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    book.save(str(tmp_path / "old.xls"))
    raw, rows = read(con, tmp_path / "old.xls")
    assert raw.headers == ("工单编号", "来电时间", "标题", "办结时间")
    assert rows == [(3, "240301001", "2024-03-01 09:30:00", "路灯不亮", "2024-03-05")]
