"""Every spelling of a date that exports hold, mixed in one column."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.clean.columns import cleaned, prepare
from etl.model.table import Column
from etl.model.text import Text
from etl.query.duck import open_build

DOC = Text("", "")
AT = dt.datetime(2024, 3, 5, 9, 5)
DAY = dt.datetime(2024, 3, 5)

TIMES = {
    AT: (
        "2024-03-05 09:05:00", "2024/3/5 9:05", "2024.3.5 9:05", "2024-03-05T09:05:00+08:00", "2024-03-05T01:05:00Z", "2024-03-05T01:05:00.000Z", "20240305090500",
        "202403050905", "20240305090500000", "20240305T010500Z", "2024年3月5日 9时5分", "2024年03月05日09:05:00", "2024年3月5日上午9点5分", "2024年3月5日 星期二 9:05",
        "2024-03-05(周二) 9:05", "Mar 5 2024 9:05 AM", "5 March 2024 09:05", "Tue Mar 05 2024 09:05:00 GMT+0800 (中国标准时间)", "03/05/2024 09:05:00 AM",
        "45356.378472222", "1709600700", "1709600700000", "２０２４－０３－０５　０９：０５", " 2024-03-05 09:05\t", "05-3月 -24 09.05.00", "2024-03-04 20:05:00-0500", "24年3月5日 9时5分",
    ),
    DAY: (
        "2024-03-05", "2024/3/5", "2024.3.5", "20240305", "2024年3月5日", "2024年3月5号", "45356", "Mar 5, 2024", "5-Mar-2024", "2024-03-05 00:00:00.0", "'2024-03-05".lstrip("'"),
    ),
    dt.datetime(2024, 3, 5, 15): ("2024年3月5日 下午3时", "2024-3-5 下午3:00", "2024-03-05 3 PM", "2024年3月5日15时", "03/05/2024 03:00:00 PM", "2024年3月5日下午3时整"),
    dt.datetime(2024, 3, 5, 15, 20, 30): ("2024年3月5日15时20分30秒", "2024-03-05 15:20:30", "2024-03-05 下午 03:20:30"),
    dt.datetime(2024, 3, 5, 20, 30): ("2024年3月5日晚上8点半", "2024-3-5 晚8:30"),
    dt.datetime(2024, 3, 5, 12): ("2024年3月5日中午12点", "2024-03-05 12:00 PM"),
    dt.datetime(2024, 3, 5, 1): ("2024年3月5日凌晨1点", "2024-03-05 01:00"),
    dt.datetime(2024, 3, 5, 0, 20): ("03/05/2024 12:20:00 AM", "2024年3月5日 上午12:20"),
    dt.datetime(2024, 3, 6): ("2024-03-05 24:00", "2024年3月5日晚上12点"),
    dt.datetime(2024, 5, 13): ("13/5/2024", "5/13/2024"),
    dt.datetime(2024, 5, 5): ("5/5/2024",),
}  # fmt: skip
REFUSED = (
    "2024-02-31", "2024年2月31日", "20240231", "2023-02-29", "2024-13-05", "2024-03-05 25:00", "3/5/2024", "24-03-05", "2024-03", "下午3点", "1899-12-31", "2101-01-01", "9999-12-31",
    "0000-00-00", "infinity", "epoch", "now", "今天", "2024030509", "12345", "2024-03-05 上午13时", "2024-03-05 晚上1点", "2024-03-05 (BC)", "九月", "-", "无", "",
)  # fmt: skip


def column(kind, **more) -> Column:
    return Column("at", "时间", kind, DOC, **more)


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    con = open_build(tmp_path_factory.mktemp("dates") / "d.duckdb")
    prepare(con, b"0123456789abcdef")
    return con


def run(con, column, texts):
    con.execute("CREATE OR REPLACE TEMP TABLE cells AS SELECT unnest(?::VARCHAR[]) AS x, generate_subscripts(?::VARCHAR[], 1) AS i", [texts, texts])
    return [row[0] for row in con.execute(f"SELECT {cleaned(column, 'x')} FROM cells ORDER BY i").fetchall()]


def test_times_of_all_spellings_in_one_column(con):
    texts = [(text, at) for at, spellings in TIMES.items() for text in spellings] + [(text, None) for text in REFUSED]
    got = run(con, column("time"), [text for text, _ in texts])
    assert {text: value for (text, _), value in zip(texts, got, strict=True)} == dict(texts)


def test_a_date_keeps_its_day(con):
    assert run(con, column("date"), ["2024-03-05 23:59:59", "2024年3月5日 下午3时", "45356.9", "2024-02-30", None]) == [dt.date(2024, 3, 5)] * 3 + [None] * 2


def test_a_day_alone_ends_at_midnight(con):
    end = dt.datetime(2024, 3, 5, 23, 59, 59, 999999)
    bare = ["2024-03-05", "2024/3/5", "2024年3月5日", "45356", "20240305", " 2024.3.5 "]
    assert run(con, column("time", day_end=True), bare) == [end] * len(bare)
    timed = ["2024-03-05 00:00:00", "2024-03-05 17:00", "45356.5", "2024年3月5日17时"]
    assert run(con, column("time", day_end=True), timed) == [DAY, DAY.replace(hour=17), DAY.replace(hour=12), DAY.replace(hour=17)]


def test_periods_and_years(con):
    assert run(con, column("period"), ["2024", "2024年", "2024年度", "2024.0"]) == ["2024"] * 4
    assert run(con, column("period"), ["2024-03", "2024年3月", "2024/3", "202403", "2024.3", "2024-03-01 00:00:00", "45352", "2024年03月份"]) == ["2024-03"] * 8
    assert run(con, column("period"), ["2024.10", "2024.1", "2024Q1", "2024-13", "上半年"]) == ["2024-10", None, None, None, None]
    assert run(con, column("year"), ["2008", "2008年", "2008.0", "2008-05-01", "90年代", "1899", "20"]) == [2008] * 4 + [None] * 3


@settings(max_examples=60, deadline=None)
@given(st.lists(st.datetimes(dt.datetime(1970, 1, 2), dt.datetime(2100, 12, 31)), min_size=1, max_size=30))
def test_round_trips(con, moments):
    spellings = ("{:%Y-%m-%d %H:%M:%S}", "{:%Y年%m月%d日%H时%M分%S秒}", "{:%Y/%m/%d %I:%M:%S %p}", "{:%Y%m%d%H%M%S}", "{:%Y-%m-%dT%H:%M:%S+08:00}", "{:%m/%d/%Y %I:%M:%S %p}")
    moments = [m.replace(microsecond=0) for m in moments]
    texts = [spelling.format(m) for m in moments for spelling in spellings]
    assert run(con, column("time"), texts) == [m for m in moments for _ in spellings]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="0123456789-/.:年月日时上下午 APMZ+T周一", max_size=24), min_size=1, max_size=50))
def test_no_text_makes_it_fail(con, texts):
    for kind in ("time", "date", "period", "year", "number", "count", "money", "code", "flag", "list"):
        run(con, column(kind), texts)
    run(con, column("time", day_end=True), texts)
