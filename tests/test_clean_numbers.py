"""Counts, numbers and money as people and Excel write them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.clean.columns import cleaned, filled, prepare
from etl.clean.numbers import in_range
from etl.model.table import Column
from etl.model.text import Text
from etl.query.duck import open_build


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    con = open_build(tmp_path_factory.mktemp("numbers") / "d.duckdb")
    prepare(con, b"0123456789abcdef")
    return con


def run(con, kind, texts):
    con.execute("CREATE OR REPLACE TEMP TABLE cells AS SELECT unnest(?::VARCHAR[]) AS x, generate_subscripts(?::VARCHAR[], 1) AS i", [texts, texts])
    return [row[0] for row in con.execute(f"SELECT {cleaned(Column('n', '数', kind, Text('', '')), 'x')} FROM cells ORDER BY i").fetchall()]


MONEY = {
    "$6,354.00": "6354.00", "￥1，234.50": "1234.50", "¥12": "12.00", "1.5万元": "15000.00", "2.5亿": "250000000.00", "(1,234.50)": "-1234.50", "（12）": "-12.00", "-12": "-12.00",
    "$-5.00": "-5.00", "-$5.00": "-5.00", "−5": "-5.00", "$0.": "0.00", "00.00": "0.00", "1.005": "1.01", "-1.005": "-1.01", "0.00499999999999999": "0.00", "100元整": "100.00",
    "人民币 1,000,000.10 元": "1000000.10", "999999999999.99": "999999999999.99", "0.12345万元": "1234.50", "１２３．４": "123.40", ".5": "0.50", "12345678.905": "12345678.91",
}  # fmt: skip
NO_MONEY = ["1,23", "1,2345", "abc", "$1,2.0O", "1e5", "1.2E+05", "9999999999999", "--5", "(-5)", "(5", "12-15", "约30", "inf", "nan", "1_000", "-", "", None, "元"]


def test_money_is_exact(con):
    assert dict(zip(MONEY, run(con, "money", list(MONEY)), strict=True)) == {text: Decimal(value) for text, value in MONEY.items()}
    assert run(con, "money", NO_MONEY) == [None] * len(NO_MONEY)


def test_counts_are_whole(con):
    texts = ["12", "12.0", " 1,200 户", "1.2万人", "0", "-3", "３００", "12.5", "1e3", "99999999999", "30余", "无"]
    assert run(con, "count", texts) == [12, 12, 1200, 12000, 0, -3, 300, None, None, None, None, None]


def test_numbers_lose_their_units(con):
    assert run(con, "number", ["104.066541", "95%", "85㎡", "85.5 平方米", "1.2e3", "3小时", "-0.5"]) == [104.066541, 95, 85, 85.5, 1200, 3, -0.5]
    assert run(con, "number", ["inf", "NaN", "1e999", "30分钟", "104.1,30.2"]) == [None] * 5


@settings(max_examples=50, deadline=None)
@given(st.lists(st.decimals("-99999999999.99", "99999999999.99", places=2), min_size=1, max_size=40))
def test_money_round_trips(con, amounts):
    texts = [f"{amount:,}" for amount in amounts] + [f"￥{amount}元" for amount in amounts]
    assert run(con, "money", texts) == amounts * 2


def test_codes_stay_text(con):
    texts = ["007", " 510107021001 ", "510107021001.0", "5.10107E+11", "5E+11", "1E5", "'510107", '="007"', "１２３", "510107 021 001", "Ward  18", "510107021001G004M012", "-"]
    assert run(con, "code", texts) == ["007", "510107021001", "510107021001", None, None, "1E5", "510107", "007", "123", "510107021001", "Ward 18", "510107021001G004M012", None]


def test_range(con):
    column = Column("n", "数", "count", Text("", ""), minimum=0, maximum=10)
    assert con.execute(f"SELECT {in_range(column, '5')}, {in_range(column, '-1')}, {in_range(column, '11')}, {in_range(column, 'NULL')}").fetchone() == (True, False, False, True)


def test_filled(con):
    empty = ["", " ", "\u3000", "\u00a0", "\ufeff", "-", "—", "——", "/", "null", "NULL", "None", "nan", "N/A", "#N/A", " " * 40, None]
    full = ["0", "无", "a", "x" * 50, "2024-03-05"]
    assert [con.execute(f"SELECT {filled('?::VARCHAR')}".replace("?", "$x"), {"x": text}).fetchone()[0] for text in empty + full] == [False] * len(empty) + [True] * len(full)
    date = Column("d", "日期", "date", Text("", ""))
    word = Column("w", "物业模式", "word", Text("", ""), words={"none": ("无",)})
    assert con.execute(f"SELECT {filled(chr(39) + '无' + chr(39), date)}, {filled(chr(39) + '无' + chr(39), word)}").fetchone() == (False, True)
