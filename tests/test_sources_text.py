"""Delimited text as it really arrives; no row may be lost silently."""

import codecs
from pathlib import Path

import duckdb
import hypothesis.strategies as st
import pytest
from hypothesis import given
from source_files import a_source, read

from etl.model.errors import AtlasError
from etl.model.tables import BY_NAME
from etl.query.duck import open_build
from etl.sources import encodings
from etl.sources.headers import find_header, map_columns, plain
from etl.sources.raw_file import RawFile

HEADER = "工单编号,来电时间,标题"


@pytest.fixture
def con(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    return open_build(tmp_path / "test.duckdb")


def write(folder: Path, content: bytes | str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        (lambda text: text.encode(), "utf-8-sig"),
        (lambda text: codecs.BOM_UTF8 + text.encode(), "utf-8-sig"),
        (lambda text: text.encode("gb18030"), "gb18030"),
        (lambda text: text.encode("utf-16"), "utf-16"),
        (lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"), "utf-16"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_encodings_line_ends_and_delimiters(con, tmp_path, encoded, encoding, end, mark) -> None:
    text = end.join((HEADER, "001,2026-03-05,楼道灯", "002,2026-03-06,井盖", "")).replace(",", mark)
    raw, rows = read(con, write(tmp_path, encoded(text)))
    assert raw.headers == ("工单编号", "来电时间", "标题")
    assert raw.encoding == encoding
    assert rows == [(2, "001", "2026-03-05", "楼道灯"), (3, "002", "2026-03-06", "井盖")]
    assert [finding.rule for finding in raw.findings] == ([] if encoding == "utf-8-sig" else ["encoding_guessed"])


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ("1,2,3", [(2, "1", "2", "3")]),
        ("1,2,3\n\n\n", [(2, "1", "2", "3")]),
        ("1,2,3\n\n4,5,6\n", [(2, "1", "2", "3"), (4, "4", "5", "6")]),
        (",,\n4,5,6\n  , ,　\n7,8,9\n", [(3, "4", "5", "6"), (5, "7", "8", "9")]),
        ('1,"二\n行",3\n4,5,6\n', [(2, "1", "二\n行", "3"), (3, "4", "5", "6")]),
        ('1,"a,""b""",3\n', [(2, "1", 'a,"b"', "3")]),
        ("1,2\n4,5,6\n", [(2, "1", "2", None), (3, "4", "5", "6")]),
        ("1,2,3,\n4,5,6\n", [(2, "1", "2", "3"), (3, "4", "5", "6")]),
        ("1, 2 ,3\n", [(2, "1", " 2 ", "3")]),
        ("1,\0 2,3\n", [(2, "1", " 2", "3")]),
        ('1,5" 管,3\n4,5,6\n', [(2, "1", '5" 管', "3"), (3, "4", "5", "6")]),
        ('1,"开,3\n4,5,6\n7,8,9\n', [(2, "1", '"开', "3"), (3, "4", "5", "6"), (4, "7", "8", "9")]),
        ('1,"开,3\n4,5",6\n7,8,9\n', [(2, "1", '"开', "3"), (3, "4", '5"', "6"), (4, "7", "8", "9")]),
        ('1,"二"行,3\n4,5,6\n', [(2, "1", "二行", "3"), (3, "4", "5", "6")]),
    ],
)
def test_untidy_rows_are_all_there(con, tmp_path, body, rows) -> None:
    assert read(con, write(tmp_path, f"{HEADER}\n{body}"))[1] == rows


def test_mixed_line_ends_lose_nothing(con, tmp_path) -> None:
    rows = read(con, write(tmp_path, f'{HEADER}\r\n1,2,3\r\n4,"a\nb",6\n7,8,9\r10,11,12'))[1]
    assert [row[1] for row in rows] == ["1", "4", "7", "10"]


def test_a_longer_row_keeps_its_cells(con, tmp_path) -> None:
    raw, rows = read(con, write(tmp_path, f"{HEADER}\n1,2,3\n4,5,6,多,出\n"))
    assert raw.headers == ("工单编号", "来电时间", "标题", "", "")
    assert rows[1] == (3, "4", "5", "6", "多", "出")


def test_title_rows_above_the_header(con, tmp_path) -> None:
    raw, rows = read(con, write(tmp_path, f"成都市诉求工单明细表,,\n导出时间：2026-10-31,,\n\n{HEADER}\n1,2,3\n"))
    assert raw.headers == ("工单编号", "来电时间", "标题")
    assert (raw.first_row, rows) == (5, [(5, "1", "2", "3")])
    assert [(finding.rule, finding.row) for finding in raw.findings] == [("header_found", 4)]


def test_a_title_that_is_not_closed_does_not_swallow_the_file(con, tmp_path) -> None:
    assert read(con, write(tmp_path, f'明细 5" 管\n{HEADER}\n1,2,3\n4,5,6\n'))[1] == [(3, "1", "2", "3"), (4, "4", "5", "6")]


def test_header_over_two_lines_of_the_file(con, tmp_path) -> None:
    raw, rows = read(con, write(tmp_path, '"工单\n编号",来电时间,标题\n1,2,3\n'))
    assert rows == [(2, "1", "2", "3")]
    assert map_columns(BY_NAME["case"], raw).columns["case_no"] == (0,)


@pytest.mark.parametrize(("content", "headers"), [("", ()), ("\n\n", ()), (HEADER, ("工单编号", "来电时间", "标题"))])
def test_empty_file_and_header_only(con, tmp_path, content, headers) -> None:
    raw, rows = read(con, write(tmp_path, content))
    assert (raw.headers, rows) == (headers, [])
    if not headers:
        with pytest.raises(AtlasError, match="空"):
            map_columns(BY_NAME["case"], raw)


def test_headerless(con, tmp_path) -> None:
    raw, rows = read(con, write(tmp_path, "x1,2026-01-01,t\nx2,2026-01-02\n"), header=False, columns={"case_no": 1, "reported_at": 2})
    assert (raw.headers, raw.first_row) == (("1", "2", "3"), 1)
    assert rows == [(1, "x1", "2026-01-01", "t"), (2, "x2", "2026-01-02", None)]
    mapping = map_columns(BY_NAME["case"], raw)
    assert (mapping.columns["case_no"], mapping.extra) == ((0,), (2,))


def test_damaged_utf8_stays_utf8(con, tmp_path) -> None:
    body = "\n".join(f"{i},2026-01-01,路灯不亮已经三天" for i in range(50)).encode()
    raw, rows = read(con, write(tmp_path, f"{HEADER}\n".encode() + body.replace("灯".encode(), "灯".encode()[:2], 1)))
    assert raw.encoding == "utf-8-sig"
    assert len(rows) == 50
    assert raw.findings[0].rule == "encoding_guessed"


def test_a_wrong_declaration_is_passed_over(con, tmp_path) -> None:
    raw, rows = read(con, write(tmp_path, f"{HEADER}\n1,2,井盖\n".encode("gb18030")), encoding="utf-8-sig")
    assert (raw.encoding, rows[0][3]) == ("gb18030", "井盖")


def test_csv_that_is_really_a_web_page(con, tmp_path) -> None:
    page = (
        "<html><head><meta charset=gbk></head><table><tr><td colspan=3>明细</td></tr>"
        "<tr><th>工单编号<th>来电时间<th>标题</tr><tr><td>1</td><td>2026-01-01</td><td>井盖&amp;路灯</td></tr></table></html>"
    )
    rows = read(con, write(tmp_path, page.encode("gb18030"), "a.xls"))[1]
    assert rows == [(3, "1", "2026-01-01", "井盖&路灯")]


def raw_file(*headers: str, feed: str = "case", **given) -> RawFile:
    return RawFile(a_source(feed, **given), "a.csv", "raw", headers, 2, 0, "utf-8-sig", "", False, ())


def test_matching_ignores_what_people_vary() -> None:
    found = map_columns(BY_NAME["case"], raw_file("＊工单 编号：", "来电时间", "CODE4", "备用"))
    assert (found.columns, found.extra) == ({"case_no": (0,), "reported_at": (1,), "code4": (2,)}, (3,))
    assert plain("金额（元）") == plain("金额")
    assert plain("金额（万元）") != plain("金额")


def test_standard_header_wins_then_alias_order() -> None:
    found = map_columns(BY_NAME["case"], raw_file("受理编号", "工单编号", "登记时间", "受理时间"))
    assert found.columns["case_no"] == (1,)
    assert found.columns["reported_at"] == (3,)
    assert found.extra == (0, 2)


def test_joined_aliases_declared_columns_and_constants() -> None:
    found = map_columns(
        BY_NAME["case"],
        raw_file("工单编号", "open", "大类名称", "小类名称", "a", "b", columns={"reported_at": "OPEN", "body": ["b", "a"]},
                 constant={"source": "12345"}),
    )  # fmt: skip
    assert found.columns["raw_category"] == (2, 3)
    assert found.columns["body"] == (5, 4)
    assert found.columns["reported_at"] == (1,)
    assert found.constants == {"source": "12345"}


def test_personal_columns_are_dropped() -> None:
    found = map_columns(
        BY_NAME["case"],
        raw_file("工单编号", "来电时间", "来电人", "联系电话", "备用手机号", "身份证号", "联系电话", "Home Address", "天气"),
    )
    assert found.columns["phone"] == (3,)
    assert "caller" not in found.columns
    assert found.dropped == (2, 4, 5, 6, 7)
    assert found.extra == (8,)


def test_a_missing_required_column_says_how_to_write_it() -> None:
    with pytest.raises(AtlasError) as caught:
        map_columns(BY_NAME["case"], raw_file("工单编码号", "来电时间"))
    for part in ("a.csv", "工单编号", "case_no", "工单编码号", "[source.columns]", 'case_no = "工单编码号"'):
        assert part in caught.value.text.zh
    assert "case_no" in caught.value.text.en


def test_a_declared_header_that_is_absent_names_the_nearest() -> None:
    with pytest.raises(AtlasError, match="open_dt"):
        map_columns(BY_NAME["case"], raw_file("case_no", "open_dt", columns={"reported_at": "opened_dt"}))


def test_units_may_give_a_part() -> None:
    assert map_columns(BY_NAME["unit"], raw_file("网格名称", feed="unit")).columns == {"name": (0,)}


def test_two_row_header_is_joined() -> None:
    rows = [
        ["诉求工单", "", "", "", ""],
        ["基本信息", "", "办理", "", "坐标"],
        ["工单编号", "来电时间", "承办单位", "时间", ""],
        ["1", "2", "3", "4", "5"],
    ]
    found = find_header(BY_NAME["case"], rows)
    assert (found.first, found.height) in ((1, 2), (2, 1))
    merged = [
        ["工单编号", "来电时间", "点位", "", "办理", ""],
        ["", "", "经度", "纬度", "承办单位", "说明"],
        ["1", "2", "3", "4", "5", "6"],
    ]
    found = find_header(BY_NAME["case"], merged)
    assert (found.first, found.height) == (0, 2)
    assert found.names == ("工单编号", "来电时间", "经度", "纬度", "承办单位", "办理/说明")


def test_a_database_moment_with_a_zone_is_told_as_wall_time_here() -> None:
    from datetime import UTC, datetime

    from etl.sources.cells import cell_text

    assert cell_text(datetime(2026, 3, 5, 16, 30, tzinfo=UTC)) == "2026-03-06 00:30:00"


@given(
    st.lists(st.sampled_from([*(letter.encode() for letter in "a中é😀\n"), b"\xff", b"\xe4\xb8", b"\x80", b"\xf0\x9f", b"\xed\xa0\x80", b"\xc0\xaf"]), max_size=12),
    st.integers(1, 9),
)
def test_a_file_is_utf8_exactly_when_python_can_decode_it(tmp_path_factory, parts, chunk) -> None:
    path = tmp_path_factory.mktemp("utf8") / "text.csv"
    path.write_bytes(b"".join(parts))
    try:
        b"".join(parts).decode()
        fits = True
    except UnicodeDecodeError:
        fits = False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encodings, "CHUNK", chunk)
        assert (encodings.find_encoding(path) == ("utf-8-sig", 0)) == fits
