"""What public.duckdb holds (E4, E5, E10, E11, E13): suppressed counts, exact money, nobody by name, no free text, months at the finest."""

import shutil
from pathlib import Path

import duckdb
import pytest

from etl.load.publish import KEPT
from etl.model.tables import BY_NAME
from etl.query.duck import open_sealed
from etl.query.public_build import PublicBuild, open_public
from etl.query.public_schema import PUBLIC_TABLES
from tests.mini_city import Built, City, case, compounds
from tests.test_build_personal import NAME, PERSONAL, PHONE, SAID

MEMBERS = ({"街道": "东风街道", "社区": "桂花社区", "党员类别": "流动", "关系": "在册", "人数": 7, "统计日期": "2026-01-01"},)


def many_cases() -> list[dict]:
    """S1 has 46 cases (44 of them 0101), S2 three, S3 twelve; two ★ in S1; a void one."""
    rows = [case(f"a{i}", 网格编码="M1", 来电时间=f"2026-0{1 + i % 3}-05 09:00", 立案时间=f"2026-0{1 + i % 3}-05 10:00", 办结时间=f"2026-0{1 + i % 3}-07 09:00") for i in range(44)]
    rows += [case(f"s{i}", 网格编码="M1", 事项编码="1101", 标题="独居老人王桂芳求助", 主要内容=SAID) for i in range(2)]
    rows += [case(f"b{i}", 网格编码="M4", 主要内容=SAID) for i in range(3)]
    rows += [case(f"c{i}", 网格编码="M7", 事项编码="0201") for i in range(12)]
    return [*rows, case("v", 网格编码="M7", 工单状态="作废")]


def projects() -> list[dict]:
    usual = {"单元编码": "S1", "所属单元编码": "S1", "资金类型": "保障", "建议日期": "2026-01-05", "批准金额": 8000.5, "合同金额": 7000}
    return [
        {"项目编号": "P1", "项目名称": f"楼道灯更换，联系{PHONE}", "承接单位": "明德社区服务中心", "公示日期": "2026-02-01", "评议得分": 91, **usual},
        {"项目编号": "P2", "项目名称": "绿化补种", "承接单位": "李四", **usual},
        {"项目编号": "P3", "项目名称": "助餐", "承接单位": f"{NAME}（个人）", **usual},
    ]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    city = City(tmp_path_factory.mktemp("public"), head='[city]\nname = "示范市"\ncode = "510100"\ndata_date = 2026-04-17\n').units().add("compound", compounds())
    city.add("case", many_cases()).add("fund_project", projects()).add("member_stat", list(MEMBERS))
    city.add("service_log", [{"编号": f"F{i}", "单元编码": code, "日期": "2026-02-03", "主体": "志愿者", "队伍": NAME, "人次": n, "时长": 12} for i, (code, n) in enumerate((("S1", 40), ("S2", 3)))])
    city.add("compound_revenue", [{"小区编号": "P1", "期间": "2026", "方向": "分红", "项目": "广告", "金额": 288, "表决日期": "2026-01-01", "分红面积": 72, "公示日期": "2026-01-20"},
                                  {"小区编号": "P2", "期间": "2026", "方向": "分红", "项目": "广告", "金额": 500}])  # fmt: skip
    return city.build()


@pytest.fixture(scope="module")
def public(built: Built) -> PublicBuild:
    return open_public(built.warehouse)


def file_of(built: Built) -> Path:
    return built.warehouse / (built.warehouse / "CURRENT").read_text().strip() / "public.duckdb"


def test_the_tables_are_the_fixed_set(built: Built) -> None:
    with open_sealed(file_of(built)) as con:
        found = con.execute("SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY table_oid, column_index").fetchall()
    assert {(table, column) for table, column, _ in found} == {(table, column) for table, (_, columns) in PUBLIC_TABLES.items() for column, _ in columns}


def test_small_counts_are_alike_and_others_rounded(public: PublicBuild) -> None:
    """61 in all: 60; S2's three are <10, and no shown total has a single part that is not shown (E5)."""
    shown = {code: public.count("received", code) for code in public.areas}
    assert shown["510100"].value == 60 and shown["S2"].state == "small"
    assert not (shown["J1"].state == "shown" and shown["S1"].state == "shown"), "J1 less S1 would give S2"
    assert not (shown["510100"].state == "shown" and shown["J1"].state == "shown"), "the city less J1 would give J2"
    assert all(count.value is None for count in shown.values() if count.state != "shown")
    assert all(count.value is None or (count.value >= 15 and count.value % 5 == 0) for count in public.counts.values())
    assert public.count("received", "S3").state == "withheld", "12 would be known to three numbers"


def test_zero_looks_like_nine(public: PublicBuild) -> None:
    assert public.count("received", "510100", "2025-06").state == "small"


def test_months_are_whole_and_nothing_is_finer(public: PublicBuild, built: Built) -> None:
    assert (public.months[0], public.months[-1]) == ("2025-04", "2026-03"), "April is not over"
    assert {month for _, _, month, _ in public.counts} <= {"", *public.months}
    with open_sealed(file_of(built)) as con:
        days = [(table, column) for table, (_, columns) in PUBLIC_TABLES.items() for column, kind in columns if kind == "DATE"]
        assert days == [("project", "started_on"), ("project", "published_on"), ("project", "accepted_on"), ("dividend", "voted_on")], "dates of public acts only"
        assert con.execute("SELECT count(*) FROM figure WHERE length(month) NOT IN (0, 7)").fetchone() == (0,)


def test_sensitive_classes_members_and_grids_are_absent(public: PublicBuild) -> None:
    assert not any(category.startswith("1101") or category.endswith("*") for _, _, _, category in public.counts), "★ classes and their remainder"
    assert {measure for measure, *_ in public.counts} <= {"received", "closed", "on_time", "participants", "stewards", "services"}, "no count of members"
    assert {area.level for area in public.areas.values()} == {"city", "district", "street", "community"}
    assert not [key for key in public.counts if key[3] and public.areas[key[1]].level == "community"], "no class of a community"


def test_money_is_exact_and_persons_are_masked(public: PublicBuild) -> None:
    assert {one.id: one.provider for one in public.projects} == {"P1": "明德社区服务中心", "P2": "李*", "P3": "王*"}
    assert {str(one.approved) for one in public.projects} == {"8000.50"}
    assert [(one.compound, str(one.amt), one.per_m2) for one in public.dividends] == [("阳光花园", "288.00", 4.0)], "only what was voted and published"


def test_hours_go_with_the_people(public: PublicBuild) -> None:
    assert public.volunteers["S2", ""][1] is None, "three people: no hours either"


def test_grids_are_exact(public: PublicBuild) -> None:
    city = public.areas["510100"]
    assert (city.streets, city.communities, city.compounds, city.micros) == (2, 3, 5, 8)
    assert all(area.shape is not None and area.shape.is_valid for area in public.areas.values())


def test_no_byte_of_it_names_anybody(built: Built) -> None:
    body = file_of(built).read_bytes()
    free = ("独居老人", "王桂芳", "联系人")
    assert [word for word in (*PERSONAL, *free) if word.encode() in body] == []
    with open_sealed(file_of(built)) as con:
        said = "\n".join(str(con.execute(f'SELECT * FROM "{table}"').fetchall()) for table in PUBLIC_TABLES)
    assert [word for word in (*PERSONAL, *free) if word in said] == []
    assert "阳光花园" in said, "the search works"


def test_free_text_of_feeds_has_no_way_in() -> None:
    """Columns of the public tables that hold words at all, and where from."""
    words = {(table, column) for table, (_, columns) in PUBLIC_TABLES.items() for column, kind in columns if kind == "VARCHAR"}
    assert not words & {("project", "body"), ("project", "reason"), ("figure", "title")}
    assert {column.name for column in BY_NAME["case"].columns if column.personal == "scrub"} >= {"title", "body"}
    assert "case" not in PUBLIC_TABLES and "case_event" not in PUBLIC_TABLES


def test_the_audit_is_recorded_and_finds_nothing(built: Built) -> None:
    with open_sealed(file_of(built)) as con:
        meta = dict(con.execute('SELECT "key", "value" FROM meta').fetchall())
    assert int(meta["audit_cells"]) > 100 and meta["audit_earlier_builds"] == "0"
    assert built.rows("SELECT count(*) FROM finding WHERE rule = 'public_withheld'") == [(0,)]


def test_public_tables_open_without_the_warehouse(built: Built, tmp_path: Path) -> None:
    shutil.copytree(built.warehouse, tmp_path / "w")
    folder = tmp_path / "w" / (tmp_path / "w" / "CURRENT").read_text().strip()
    (folder / "warehouse.duckdb").unlink()
    shutil.rmtree(folder / "tiles", ignore_errors=True)
    assert open_public(tmp_path / "w").city_name == "示范市"
    with pytest.raises(duckdb.Error), open_sealed(folder / "public.duckdb") as con:
        con.execute("SELECT * FROM read_text('/etc/hostname')")


def test_the_next_build_is_audited_together_with_this_one(tmp_path: Path) -> None:
    """Also while a server in the same process holds the earlier build open; the earlier figures stay as they were."""
    city = City(tmp_path).units().add("case", many_cases())
    first = city.build()
    with_reader = first.rows("SELECT count(*) FROM unit")
    assert with_reader
    body = file_of(first).read_bytes()
    city.add("case", [case("late", 网格编码="M4", 来电时间="2026-03-30 09:00", 立案时间="2026-03-30 10:00")])
    second = city.build()
    with open_sealed(file_of(second)) as con:
        meta = dict(con.execute('SELECT "key", "value" FROM meta').fetchall())
    assert meta["audit_earlier_builds"] == "1"
    assert (first.warehouse / sorted(path.name for path in first.warehouse.glob("2*"))[0] / "public.duckdb").read_bytes() == body


def test_what_was_told_is_remembered_after_its_build_is_gone(tmp_path: Path) -> None:
    """Daily builds pass the public tables on for a week; by then the build that told them has been pruned, but not what it told."""
    city = City(tmp_path).units().add("case", many_cases())
    first = city.build()
    for day in (*range(6, 6 + KEPT), 20):
        days = [f"2026-03-{day:02d}", *(["2026-02-10"] if day == 20 else [])]  # only what changes a told month makes an edition of its own
        built = city.add("case", [case(f"{at}", 网格编码="M4", 来电时间=f"{at} 09:00", 立案时间=f"{at} 10:00", 办结时间=None, 工单状态="处置中") for at in days]).build()
        with open_sealed(file_of(built)) as con:
            meta = dict(con.execute('SELECT "key", "value" FROM meta').fetchall())
        assert (meta["build_id"] == first.build.id) == (day < 20), day
    assert not first.build.folder.exists() and meta["audit_earlier_builds"] == "1"
    told = [edition for (edition,) in built.rows("SELECT edition FROM public_told ORDER BY edition")]
    assert told == [first.build.id, meta["build_id"]]
    with open_sealed(file_of(built)) as con:
        assert con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'public_told'").fetchone() == (0,), "true counts never go out"
