"""Every row of every file ends as loaded, rejected or duplicate, and each finding says where it was found."""

import io
import json
from pathlib import Path

import openpyxl
import pytest

from etl.model.table import Column
from etl.model.tables import BY_NAME, TABLES
from tests.mini_city import Built, City, case, compounds, csv_text, manifest_of

HEADER = "工单编号,来电时间,立案时间,事项编码,网格编码,工单状态,办结时间,涉及人数,来电人,联系人手机2,备用字段\n"
MESSY = HEADER + (
    "A1,2026-03-05 09:00,,0101,M1,已办结,2026-03-06,3,王小明,13812345678,旧值\n"
    ",2026-03-05 09:00,,0101,M1,已办结,,,,,\n"
    "A3,昨天,,0101,M1,已办结,,,,,\n"
    "A4,2026-03-05 09:00,,0101,M1,已办结,2026-13-45,,,,\n"
    "A5,2026-03-05 09:00,,0101,M1,神秘,,,,,\n"
    "A6,2026-03-05 09:00,,0101,M1,已办结,,-3,,,请回电13812345678\n"
    "A1,2026-03-05 09:00,,0101,M2,已办结,2026-03-06,4,王小明,13812345678,新值\n"
)
LATER = "工单编号,来电时间,网格编码,工单状态,标题\nA5,2026-03-05 09:00,M2,办理中,更正\nB1,2026-03-05 09:00,M3,办理中,路灯不亮\n"
TITLED = (
    "某市热线工单导出,,,,\n统计时间：2026年3月,,,,\n来话日期,大类,小类,网格编码,阶段\n2026-03-01,物业管理,服务质量,M4,Closed\n2026-03-02,物业管理,,M4,Open\n"
)


def workbook() -> bytes:
    """A sheet of notes first, then the table with a title and a header of two rows, one cell merged."""
    book = openpyxl.Workbook()
    book.active.append(["说明", "本表由系统导出"])
    sheet = book.create_sheet("数据")
    for row in (["三月工单"], ["工单编号", "时间", None, "地点"], [None, "来电时间", "办结时间", "网格编码"], ["X1", "2026-03-03", "2026-03-04", "M5"]):
        sheet.append(row)
    sheet.merge_cells("B2:C2")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Built:
    city = City(tmp_path_factory.mktemp("messy")).units()
    city.add("case", MESSY, "z_first.csv", encoding="utf-8-sig")
    city.add("case", LATER, "a_later.csv", encoding="gb18030")
    city.add("case", TITLED, "热线_三月.csv", toml="""[source.columns]
reported_at = "来话日期"
raw_category = ["大类", "小类"]
status = "阶段"
[source.values.status]
"Closed" = "closed"
"Open" = "handling"
[source.constant]
source_system = "{stem}"
case_no = "R{row}"
source = "12345"
""")
    city.add("case", workbook(), "book.xlsx")
    return city.build()


def test_every_feed_adds_up(messy: Built) -> None:
    assert messy.account("case") == (12, 8, 2, 2)
    assert messy.account("unit") == (19, 19, 0, 0)
    assert messy.result.manifest["feeds"]["case"]["files"] == 4
    assert messy.rows("SELECT name, rows_read FROM meta_file WHERE feed = 'case' ORDER BY file_no") == [
        ("z_first.csv", 7), ("a_later.csv", 2), ("热线_三月.csv", 2), ("book.xlsx", 1)]
    assert manifest_of(messy.warehouse)["feeds"] == messy.result.manifest["feeds"]


def test_a_required_cell_that_is_empty_or_unreadable_keeps_the_row_out(messy: Built) -> None:
    assert messy.findings("missing_required") == [("z_first.csv", 3, "工单编号", "", "")]
    assert messy.findings("bad_required") == [("z_first.csv", 4, "来电时间", "昨天", "")]
    assert messy.rows("SELECT count(*) FROM \"case\" WHERE case_no = 'A3'") == [(0,)]
    assert messy.rows("SELECT DISTINCT severity FROM finding WHERE rule IN ('missing_required', 'bad_required')") == [("reject",)]


def test_an_optional_cell_that_is_wrong_is_empty_and_told(messy: Built) -> None:
    assert messy.findings("bad_value") == [("z_first.csv", 5, "办结时间", "2026-13-45", "")]
    assert messy.findings("unknown_word") == [("z_first.csv", 6, "工单状态", "神秘", "")]
    assert messy.findings("out_of_range") == [("z_first.csv", 7, "涉及人数", "-3", "")]
    assert messy.rows("SELECT case_no, closed_at, group_size FROM \"case\" WHERE case_no IN ('A4', 'A6') ORDER BY 1") == [("A4", None, None), ("A6", None, None)]


def test_the_later_row_counts_in_one_file_and_in_a_later_source(messy: Built) -> None:
    assert messy.findings("duplicate") == [("z_first.csv", 2, "来源系统、工单编号", "A1", ""), ("z_first.csv", 6, "来源系统、工单编号", "A5", "")]
    assert messy.rows("SELECT group_size, src_row FROM \"case\" WHERE case_no = 'A1'") == [(4, 8)]
    # the source named later wins, although its file comes first by name
    assert messy.rows("SELECT title, status FROM \"case\" WHERE case_no = 'A5'") == [("更正", "handling")]


def test_encodings_title_rows_and_headers_of_two_rows(messy: Built) -> None:
    assert messy.rows("SELECT title FROM \"case\" WHERE case_no = 'B1'") == [("路灯不亮",)]
    assert [(file, note) for file, *_, note in messy.findings("encoding_guessed")] == [("a_later.csv", "gb18030")]
    assert messy.rows("SELECT CAST(reported_at AS VARCHAR), CAST(closed_at AS VARCHAR), src_row FROM \"case\" WHERE case_no = 'X1'") == [
        ("2026-03-03 00:00:00", "2026-03-04 00:00:00", 4)]
    assert {(file, row) for file, row, *_ in messy.findings("header_found")} == {("热线_三月.csv", 3), ("book.xlsx", 2)}


def test_constants_values_and_joined_columns(messy: Built) -> None:
    assert messy.rows("SELECT case_no, source_system, source, raw_category, code4, status FROM \"case\" WHERE case_no LIKE 'R%' ORDER BY 1") == [
        ("R4", "热线_三月", "12345", "物业管理/服务质量", "0101", "closed"), ("R5", "热线_三月", "12345", "物业管理", "0101", "handling")]


def test_unknown_columns_are_kept_without_personal_data(messy: Built) -> None:
    extra = {no: json.loads(text) for no, text in messy.rows("SELECT case_no, extra FROM \"case\" WHERE extra IS NOT NULL AND case_no LIKE 'A%'") if json.loads(text)}
    assert extra == {"A1": {"备用字段": "新值"}, "A6": {"备用字段": "请回电***"}}
    assert ("z_first.csv", None, "", "备用字段", "") in [(f, r, c, v, n) if c == "" else (f, r, "", c, n) for f, r, c, v, n in messy.findings("extra_column")]
    dropped = " ".join(f"{column}{value}" for _, _, column, value, _ in messy.findings("personal_column"))
    assert "来电人" in dropped and "联系人手机2" in dropped


def events(*steps: tuple[object, str, str]) -> list[dict]:
    return [{"工单编号": "A1", "序号": seq, "操作时间": at, "环节": type} for seq, at, type in steps]


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One feed per kind of key, each with rows that repeat it and rows that only look alike."""
    city = City(tmp_path_factory.mktemp("keyed")).units().add("case", [case(1)]).add("compound", compounds())
    city.add("case_event", events((1, "2026-03-05 09:00", "登记"), (2, "2026-03-05 10:00", "派遣"), (1, "2026-03-05 09:30", "登记"),
                                  ("", "2026-03-06 09:00", "反馈"), ("", "2026-03-06 09:00", "反馈"), ("", "2026-03-06 09:00", "结案"),
                                  ("", "2026-03-06 10:00", "结案")))
    whistle = {"哨单编号": "W1", "吹哨街道编码": "J1", "哨类": "执法", "吹哨时间": "2026-03-05 09:00", "应到时间": "2026-03-05 10:00"}
    city.add("whistle", [whistle | {"报到单位": dept, "街道评分": score} for dept, score in (("城管局", 3), ("水务局", 4), ("城管局", 5))])
    member = {"单元编码": "M1", "党员类别": "在职", "关系": "在册", "统计日期": "2026-01-31", "人数": 3}
    city.add("member_stat", [member, member | {"人数": 4}, member | {"统计日期": "2026-02-28"}, member | {"关系": "报到"}, member | {"单元编码": "M2"}])
    order = {"指令编号": "D1", "发令时间": "2026-03-05 09:00", "微网格编码": "M1"}
    city.add("mobilisation", [order, order | {"微网格编码": "M2"}, order | {"实入户数": 5}])
    city.add("contract", [{"契约编号": "C1", "社区编码": "S1", "共建单位": "第一小学"}])
    item = {"契约编号": "C1", "项目编号": "1", "方向": "给予", "应完成日期": "2026-03-31"}
    city.add("contract_item", [item, item | {"项目编号": "2"}, item | {"完成日期": "2026-03-30"}])
    fee = {"小区编号": "P1", "期间": "2026-01", "应收": "100", "实收": "80"}
    city.add("property_fee", [fee, fee | {"期间": "2026-02"}, fee | {"实收": "90"}, fee | {"小区编号": "P2"}])
    income = {"小区编号": "P1", "期间": "2026-01", "方向": "收入", "金额": "100"}
    city.add("compound_revenue", [income, income])
    return city.build()


@pytest.mark.parametrize(
    "feed, account",
    [("case_event", (7, 5, 0, 2)), ("whistle", (3, 2, 0, 1)), ("member_stat", (5, 4, 0, 1)), ("mobilisation", (3, 2, 0, 1)),
     ("contract_item", (3, 2, 0, 1)), ("property_fee", (4, 3, 0, 1)), ("compound_revenue", (2, 2, 0, 0))],
)  # fmt: skip
def test_each_feed_has_its_own_key(keyed: Built, feed: str, account: tuple[int, int, int, int]) -> None:
    assert keyed.account(feed) == account


def test_of_repeated_keys_the_last_row_is_the_one_kept(keyed: Built) -> None:
    assert keyed.rows("SELECT CAST(\"at\" AS VARCHAR) FROM case_event WHERE seq = 1") == [("2026-03-05 09:30:00",)]
    assert keyed.rows("SELECT score FROM whistle WHERE dept = '城管局'") == [(5.0,)]
    assert keyed.rows("SELECT n FROM member_stat WHERE relation = 'registered' AND CAST(as_of_on AS VARCHAR) = '2026-01-31' ORDER BY n DESC") == [(4,), (3,)]
    assert keyed.rows("SELECT CAST(paid_amt AS VARCHAR) FROM property_fee WHERE compound_id = 'P1' AND period = '2026-01'") == [("90.00",)]


def test_files_of_one_source_are_read_by_name_and_quoted_line_breaks_are_one_row(tmp_path: Path) -> None:
    city = City(tmp_path).units()
    (tmp_path / "days").mkdir()
    for name, title in (("day_2.csv", '"第二天\n换行"'), ("day_1.csv", "第一天")):
        (tmp_path / "days" / name).write_text(f"工单编号,来电时间,网格编码,标题\nA1,2026-03-05,M1,{title}\nA2,,M1,\n", encoding="utf-8")
    city.entries.append('[[source]]\nfeed = "case"\npath = "days/*.csv"\n')
    built = city.build()
    assert built.account("case") == (4, 1, 2, 1)
    assert built.rows('SELECT title FROM "case"')[0][0].startswith("第二天")
    assert [(file, row) for file, row, *_ in built.findings("missing_required")] == [("days/day_1.csv", 3), ("days/day_2.csv", 3)]


def test_an_export_of_a_header_alone_is_connected_and_empty(tmp_path: Path) -> None:
    built = City(tmp_path).units().add("case", csv_text([case(1)]).splitlines()[0] + "\n").build()
    assert built.account("case") == (0, 0, 0, 0)
    assert built.build.feeds == {"unit", "case"}


CELLS = {"count": "3", "number": "3.5", "money": "12.50", "date": "2026-03-05", "time": "2026-03-05 09:00", "flag": "是", "period": "2026-03", "year": "2026"}


def cell(column: Column) -> str:
    """A valid cell of any column."""
    known = {"unit_code": "M1", "unit_codes": "M1；M2", "control_codes": "M3", "compound_id": "P1", "building_id": "B1", "lon": "104.0005", "lat": "30.6005", "phone": "13812345678"}
    if column.words:
        return next(iter(column.words.values()))[0]
    return known.get(column.name) or CELLS.get(column.kind) or f"{column.name}9"


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Every feed of the registry with one row in which every column is filled."""
    city = City(tmp_path_factory.mktemp("full")).units()
    for table in TABLES:
        if table.name != "unit":
            city.add(table.name, [{column.header: cell(column) for column in table.columns}], toml='crs = "EPSG:4490"')
    return city.build()


def test_every_feed_of_the_registry_loads_with_every_column_filled(full: Built) -> None:
    wrong = {feed: n for feed, n in full.result.manifest["feeds"].items() if n["rows_loaded"] != n["rows_read"]}
    assert not wrong and full.build.feeds == set(BY_NAME)
    assert full.rows("SELECT feed, rule, \"column\", value FROM finding WHERE rule IN ('bad_value', 'bad_required', 'unknown_word', 'out_of_range')") == []


def test_no_column_of_a_full_row_is_lost(full: Built) -> None:
    for table in TABLES:
        if table.name != "unit":
            stored = {column.stored_as or column.name for column in table.columns if column.personal != "drop"}
            empty = [name for name in sorted(stored) if full.rows(f'SELECT count("{name}") FROM "{table.name}"') != [(1,)]]
            assert not empty, (table.name, empty)
