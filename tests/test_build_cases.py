"""What a build works out for a case: class, severity, limit, repeats; each expected value reckoned by hand."""

import pytest

from tests.mini_city import SOUTH, STEP, WEST, Built, City, Row, case, middle

PHONE = "13812345678"


@pytest.fixture(scope="module")
def classed(tmp_path_factory: pytest.TempPathFactory) -> Built:
    city = City(tmp_path_factory.mktemp("classed")).units()
    city.add("case", [
        case("given", 事项编码="0101"), case("words", 事项编码=None, 问题分类="物业管理->服务质量"), case("unmapped", 事项编码=None, 问题分类="外星人来访"),
        case("nothing", 事项编码=None), case("bad_code", 事项编码="9999"), case("bad_code_words", 事项编码="9999", 问题分类="物业投诉"),
        case("other", 事项编码="1299"), case("own_severity", 事项编码="0102", 事件等级="小"), case("default_severity", 事项编码="0102"),
        case("group", 事项编码="0101", 涉及人数=5), case("four", 事项编码="0101", 涉及人数=4), case("group_but_said", 涉及人数=50, 事件等级="大"),
        case("due_day", 办理期限="2026-03-09"), case("due_time", 办理期限="2026-03-09 12:00"), case("unfiled", 立案时间=None),
        case("hours", 事项编码="0501"), case("scope_no", 纳入考核="否"), case("scope_blank", 纳入考核=""),
    ])  # fmt: skip
    city.add("case", [
        case("m_right", 办理期限="2026-03-08", 来源按期标记="按期"), case("m_wrong", 办理期限="2026-03-06", 来源按期标记="按期"),
        case("m_none", 办理期限="2026-03-08", 来源按期标记=""), case("m_open", 办理期限="2026-03-08", 办结时间="", 来源按期标记=""),
        case("m_last_minute", 办理期限="2026-03-07", 办结时间="2026-03-07 23:59", 来源按期标记="超期"),
        case("m_backwards", 办结时间="2026-03-01 09:00", 来源按期标记=""),
    ], "marked.csv")  # fmt: skip
    city.add("case", [case(f"s_{n}", 工单状态="", **more) for n, more in (("closed", {}), ("open", {"办结时间": ""}), ("void", {"作废时间": "2026-03-06"}))])
    return city.build()


def column(built: Built, name: str) -> dict[str, object]:
    return {no.removeprefix("A"): value for no, value in built.rows(f'SELECT case_no, {name} FROM "case"')}


def test_class_from_code_else_from_words_else_1299(classed: Built) -> None:
    code = column(classed, "code4")
    assert {no: code[no] for no in ("given", "words", "unmapped", "nothing", "bad_code", "bad_code_words", "other")} == {
        "given": "0101", "words": "0101", "unmapped": "1299", "nothing": "1299", "bad_code": "1299", "bad_code_words": "0101", "other": "1299"}
    assert [(row, value) for _, row, _, value, _ in classed.findings("unmapped_category")] == [(4, "外星人来访"), (5, "")]
    assert [(row, value) for _, row, _, value, _ in classed.findings("unknown_code4")] == [(6, "9999"), (7, "9999")]


def test_severity_is_the_one_given_else_group_by_persons_else_the_class(classed: Built) -> None:
    severity = column(classed, "severity")
    assert {no: severity[no] for no in ("given", "own_severity", "default_severity", "group", "four", "group_but_said")} == {
        "given": "minor", "own_severity": "minor", "default_severity": "major", "group": "group", "four": "minor", "group_but_said": "major"}
    assert None not in severity.values()


def test_limits(classed: Built) -> None:
    limit, due = column(classed, "CAST(limit_at AS VARCHAR)"), column(classed, "CAST(due_at AS VARCHAR)")
    assert limit["given"] == "2026-03-12 10:00:00"  # 0101: seven days from filing
    assert limit["unfiled"] == "2026-03-12 09:00:00"  # … from the call where it was not filed
    assert limit["hours"] == "2026-03-06 10:00:00"  # 0501: 24 hours
    assert limit["other"] is None and limit["nothing"] is None
    assert limit["due_day"] == due["due_day"] == "2026-03-09 23:59:59.999999" and limit["due_time"] == "2026-03-09 12:00:00"
    assert due["given"] is None  # the class's limit is no date of the source


def test_counted_by_filing_else_by_the_call_and_scope_missing_is_yes(classed: Built) -> None:
    counted, scope = column(classed, "CAST(counted_at AS VARCHAR)"), column(classed, "is_in_scope")
    assert counted["given"] == "2026-03-05 10:00:00" and counted["unfiled"] == "2026-03-05 09:00:00"
    assert (scope["scope_no"], scope["scope_blank"], scope["given"]) == (False, True, True)


def test_a_missing_status_is_read_off_the_dates(classed: Built) -> None:
    status = column(classed, "status")
    assert (status["s_closed"], status["s_open"], status["s_void"]) == ("closed", "filed", "void")


def test_the_sources_own_mark_is_checked_against_its_dates(classed: Built) -> None:
    assert [(file, row, value) for file, row, _, value, _ in classed.findings("source_ontime_differs")] == [
        ("marked.csv", 3, "按期"), ("marked.csv", 4, "（空）"), ("marked.csv", 6, "超期")]
    assert [(file, row) for file, row, *_ in classed.findings("time_order")] == [("marked.csv", 7), ("marked.csv", 7)]


def call(number: str, reported: str, closed: str = "", **given: object) -> Row:
    return case(number, **({"来电时间": reported, "立案时间": "", "办结时间": closed, "工单状态": "已办结" if closed else "办理中", "联系电话": PHONE} | given))


def near(number: str, day: str, phone: str, metres_east_of_m3: float) -> Row:
    """A case at a point some metres from the border of M2 (X1) and M3 (X2)."""
    lon = WEST + 2 * STEP + metres_east_of_m3 * STEP / 95.8
    return call(number, f"2026-05-0{day} 09:00", 联系电话=phone, 网格编码=None, 经度=f"{lon:.7f}", 纬度=SOUTH + STEP / 2)


@pytest.fixture(scope="module")
def repeated(tmp_path_factory: pytest.TempPathFactory) -> Built:
    rows = [
        call("1", "2026-01-01 09:00", "2026-01-10 09:00"), call("2_urge", "2026-01-05 09:00", "2026-01-06 09:00"),
        # the limit counts from the close of any earlier one: A1 closed 01-10, 90 days → 04-10 09:00
        call("3_last", "2026-04-10 09:00", "2026-04-11 09:00", 联系电话="+86 138 1234 5678"),
        call("4_class", "2026-01-12 09:00", 事项编码="0102"), call("5_caller", "2026-01-12 09:00", 联系电话="13987654321"),
        call("6_compound", "2026-01-12 09:00", 网格编码="M3"), call("7_same_compound", "2026-01-11 09:00", "2026-01-11 12:00", 网格编码="M2"),
        call("8_no_phone", "2026-01-02 09:00", 联系电话="", 网格编码="M4"), call("9_no_phone", "2026-01-03 09:00", 联系电话="", 网格编码="M4"),
        call("10_given", "2026-01-13 09:00", "2026-01-14", 重复于="ZZ9", 联系电话="13700000010", 网格编码="M6"),
        call("11_late", "2026-04-01 09:00", "2026-04-02 09:00", 联系电话="13700000011"), call("12_late", "2026-07-01 09:01", 联系电话="13700000011"),
        call("13_void", "2026-04-01 09:00", "2026-04-02 09:00", 联系电话="13700000013", 工单状态="已作废"), call("14", "2026-04-03 09:00", 联系电话="13700000013"),
        call("15", "2026-04-01 09:00", "2026-04-02 09:00", 联系电话="13700000015"), call("16_void", "2026-04-03 09:00", 联系电话="13700000015", 工单状态="作废"),
        call("17_street", "2026-04-01 09:00", "2026-04-02 09:00", 联系电话="13700000017", 网格编码="J1"),
        call("18_street", "2026-04-03 09:00", 联系电话="13700000017", 网格编码="J1"),
        near("20", "1", "13700000020", -40), near("21_80m", "2", "13700000020", 40), near("22", "1", "13700000022", -60), near("23_120m", "2", "13700000022", 60),
    ]
    lon, lat = middle(8)
    crowd = [call(f"p{n}", "2026-05-01 09:00", 联系电话=f"1360000{n:04d}", 网格编码=None, 经度=lon, 纬度=lat) for n in range(50)]
    crowd.append(call("p_again", "2026-05-02 09:00", 联系电话="13600000001", 网格编码=None, 经度=lon, 纬度=lat))
    return City(tmp_path_factory.mktemp("repeated")).units().add("case", rows + crowd, toml='crs = "EPSG:4490"').build()


def test_repeats_and_urges(repeated: Built) -> None:
    found = {no: (of, kind) for no, of, kind in repeated.rows('SELECT case_no, repeat_of, repeat_kind FROM "case" WHERE repeat_of IS NOT NULL')}
    assert found == {
        "A2_urge": ("A1", "urge"), "A3_last": ("A7_same_compound", "repeat"), "A7_same_compound": ("A2_urge", "repeat"),
        "A10_given": ("ZZ9", "repeat"), "A21_80m": ("A20", "urge"),
    }  # fmt: skip


def test_none_never_matches_none_but_numbers_match_however_written(repeated: Built) -> None:
    hashes = dict(repeated.rows('SELECT case_no, caller_hash FROM "case"'))
    assert hashes["A1"] == hashes["A3_last"] and len(str(hashes["A1"])) == 32 and hashes["A8_no_phone"] is None
    assert hashes["A1"] != hashes["A5_caller"]


@pytest.mark.parametrize("pause, kind", [("2026-04-10 09:00", "repeat"), ("2026-04-10 09:01", None), ("2026-01-10 09:00", "repeat"), ("2026-01-10 08:59", "urge")])
def test_ninety_days_from_the_close_to_the_minute(windows: Built, pause: str, kind: str | None) -> None:
    assert windows.rows(f"SELECT repeat_kind FROM \"case\" WHERE strftime(reported_at, '%Y-%m-%d %H:%M') = '{pause}'") == [(kind,)]


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Pairs of one caller each: closed 2026-01-10 09:00, then called again."""
    rows = []
    for n, again in enumerate(("2026-04-10 09:00", "2026-04-10 09:01", "2026-01-10 09:00", "2026-01-10 08:59")):
        phone = f"1350000000{n}"
        rows += [call(f"{n}a", "2026-01-01 10:00", "2026-01-10 09:00", 联系电话=phone), call(f"{n}b", again, 联系电话=phone)]
    return City(tmp_path_factory.mktemp("windows")).units().add("case", rows).build()
