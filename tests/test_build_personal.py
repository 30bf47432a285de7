"""Nothing personal reaches a published folder: every byte of every file and every cell of every table is searched."""

import stat
from pathlib import Path

import pytest

from etl.model.tables import TABLES
from etl.query.duck import open_sealed
from tests.mini_city import Built, City, Row, case, compounds, etl, middle

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
PHONE, PHONE2, LANDLINE, IDENTITY, PLATE, ROOM, NAME = "13812345678", "15987654321", "028-85123456", "51010719850312301X", "川A88K66", "1栋2单元1503", "王小明"
SPELT = (PHONE, "138-1234-5678", "138 1234 5678", PHONE2, LANDLINE, "85123456", IDENTITY, "51010719850312301", PLATE, "1503", "2单元", NAME, "职工工号7788", "STAFF7788")
PERSONAL = tuple(dict.fromkeys(form for text in SPELT for form in (text, text.translate(FULL_WIDTH))))
SAID = f"联系人：{NAME}，电话{PHONE}，身份证{IDENTITY}，车牌{PLATE}，家住阳光花园{ROOM}室，座机{LANDLINE}"


def planted(table_name: str) -> Row:
    """A row with personal data in every column that takes free text."""
    table = next(table for table in TABLES if table.name == table_name)
    return {column.header: SAID for column in table.columns if column.personal == "scrub"}


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Personal data in free text, places, unknown columns, dropped columns, bad cells, names that fit nothing, file by file."""
    lon, lat = middle(1)
    city = City(tmp_path_factory.mktemp("leaky")).units().add("compound", compounds())
    rows = []
    for n, said in enumerate((SAID, SAID.translate(FULL_WIDTH), f"请回电 138-1234-5678 或 138 1234 5678，{NAME}先生")):
        texts = dict.fromkeys(planted("case"), said)
        rows.append(case(f"t{n}", 网格编码=None, **texts, 联系电话=PHONE.translate(FULL_WIDTH) if n else PHONE, 来电人=NAME, 小区点位=f"阳光花园{ROOM}室{NAME}{PHONE}",
                         经办备注=said, 户主姓名=NAME, 联系人手机2=PHONE2, 家庭住址=f"阳光花园{ROOM}", 身份证号码=IDENTITY))  # fmt: skip
    # unreadable cells: the finding shows the value
    rows.append(case("bad", 联系电话="王小明的电话", 办结时间=f"问{PHONE}", 涉及人数=f"{NAME}电话{PHONE}", 办理期限=IDENTITY, 事项编码=PHONE, 网格编码=PHONE2))
    rows.append(case("odd", 网格编码=None, 所属社区=f"{PHONE}", 所属街道=f"街道电话{LANDLINE}", 小区点位=f"无名院{ROOM}室电话{PHONE}"))
    rows.append(case("twin", 网格编码=None, 所属街道=f"街道{PHONE}", 小区点位=f"锦绣家园{ROOM}"))
    rows.append(case("worse", 来电时间=f"电话{PHONE}打来"))
    rows.append(case("point", 网格编码=None, 经度=lon, 纬度=lat + 1, 小区点位=f"锦绣家园{ROOM}室{PHONE}"))
    city.add("case", rows, "cases.csv", 'crs = "EPSG:4490"')
    city.add("grid_staff", [{"人员编号": "STAFF7788", "岗位": "微网格员", "负责网格编码": "M1", "姓名": NAME, "联系电话": PHONE, "备注说明": SAID}], "staff.csv")
    city.add("case_event", [{"工单编号": "At0", "序号": 1, "操作时间": "2026-03-05", "环节": f"联系人：{NAME}，{PHONE}", **planted("case_event")},
                            {"工单编号": "At0", "序号": 2, "操作时间": "2026-03-05", "环节": "登记", **planted("case_event")}])  # fmt: skip
    city.add("suggestion", [{"编号": "1", "单元编码": "S1", "日期": "2026-03-05", **planted("suggestion")}])
    member = {"街道": f"东风街道{PHONE}", "党员类别": "在职", "关系": "在册", "人数": 1, "统计日期": "2026-01-01"}
    city.add("member_stat", [member, member])  # its key is made of names
    city.add("wish", [{"编号": "1", "单元编码": "S1", "日期": "2026-03-05", "内容": SAID}])
    return city.build()


def texts_of(database: Path) -> dict[str, str]:
    """Every table of a database as one text."""
    with open_sealed(database) as con:
        tables = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {name: "\n".join(map(str, con.execute(f'SELECT * FROM "{name}"').fetchall())) for name in tables}


def test_the_planted_words_are_found_where_they_are_not_scrubbed() -> None:
    """The search itself works."""
    assert [word for word in PERSONAL if word in f"{SAID} STAFF7788 {SAID.translate(FULL_WIDTH)}"]


def test_no_table_holds_anything_personal(leaky: Built) -> None:
    found = [
        (file.name, table, word)
        for file in leaky.build.folder.glob("*.duckdb") for table, text in texts_of(file).items() for word in PERSONAL if word in text
    ]  # fmt: skip
    assert found == []


def test_no_file_of_the_warehouse_holds_anything_personal(leaky: Built) -> None:
    files = [path for path in leaky.warehouse.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"warehouse.duckdb", "public.duckdb", "manifest.json", "CURRENT"}
    found = [(path.name, word) for path in files for content in [path.read_bytes()] for word in PERSONAL if len(word) > 4 and word.encode() in content]
    assert found == []


def test_the_rows_themselves_are_there(leaky: Built) -> None:
    assert leaky.account("case") == (8, 7, 1, 0) and leaky.account("case_event") == (2, 1, 1, 0)
    assert leaky.placed()["At0"] == ("X1", "compound") and leaky.rows("SELECT place FROM \"case\" WHERE case_no = 'At0'") == [("阳光花园",)]
    assert "***" in leaky.rows("SELECT body FROM \"case\" WHERE case_no = 'At1'")[0][0]


def test_the_findings_stay_useful(leaky: Built) -> None:
    told = {(column, value) for _, _, column, value, _ in leaky.findings("bad_value")}
    assert ("联系电话", "***") in told and any(column == "办结时间" and "***" in value for column, value in told)
    dropped = "".join(f"{column}{value}" for _, _, column, value, _ in leaky.findings("personal_column"))
    assert all(header in dropped for header in ("户主姓名", "联系人手机2", "家庭住址", "身份证号码"))


def test_callers_and_staff_are_hashes_that_a_key_made(leaky: Built, tmp_path: Path) -> None:
    callers = dict(leaky.rows('SELECT case_no, caller_hash FROM "case" WHERE caller_hash IS NOT NULL'))
    assert set(callers) == {"At0", "At1", "At2"} and len(set(callers.values())) == 1
    (staff,) = leaky.rows("SELECT staff_id FROM grid_staff")[0]
    assert len(staff) == 32 and set(staff) <= set("0123456789abcdef")
    key = leaky.warehouse.with_name(leaky.warehouse.name + ".key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert not any(key.read_bytes().strip() in path.read_bytes() for path in leaky.warehouse.rglob("*") if path.is_file())
    other = City(tmp_path).units().add("case", [case("t0", 联系电话=PHONE)]).build()
    assert other.rows('SELECT caller_hash FROM "case"') != [(callers["At0"],)], "another key gives another hash"
    again = City(tmp_path).units().add("case", [case("t0", 联系电话=f"+86 {PHONE}")]).build()
    assert again.rows('SELECT caller_hash FROM "case"') == other.rows('SELECT caller_hash FROM "case"'), "the key is kept between builds"


def test_a_key_in_the_environment_is_used_and_no_file_is_made(tmp_path: Path) -> None:
    city = City(tmp_path).units().add("case", [case("t0", 联系电话=PHONE)])
    assert city.command(ATLAS_KEY="k" * 40).returncode == 0
    assert not (tmp_path / "warehouse.key").exists()


def test_messages_of_a_refused_build_show_nobody(tmp_path: Path) -> None:
    done = City(tmp_path).units().add("case", [case(1, 来电时间=f"电话{PHONE}")]).command()
    assert done.returncode == 1 and PHONE not in done.stderr + done.stdout


def test_what_the_findings_command_prints_is_clean(leaky: Built) -> None:
    done = etl("findings", "--warehouse", leaky.warehouse)
    assert done.returncode == 0 and [word for word in PERSONAL if word in done.stdout] == []
