"""Allowed words, yes and no, lists and plain text."""

import pytest

from etl.clean.columns import cleaned, prepare
from etl.clean.text import clean_text
from etl.clean.words import partly_unknown
from etl.model.table import Column
from etl.model.text import Text
from etl.query.duck import open_build

STATUS = {"closed": ("已办结", "已结案", "[作废]结案"), "handling": ("办理中", "处理中"), "void": ("作废", "[作废]")}
TAGS = {"old": ("老旧小区",), "urban_village": ("城中村",)}


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    con = open_build(tmp_path_factory.mktemp("words") / "d.duckdb")
    prepare(con, b"0123456789abcdef")
    return con


def run(con, kind, texts, **more):
    con.execute("CREATE OR REPLACE TEMP TABLE cells AS SELECT unnest(?::VARCHAR[]) AS x, generate_subscripts(?::VARCHAR[], 1) AS i", [texts, texts])
    return [row[0] for row in con.execute(f"SELECT {cleaned(Column('n', '数', kind, Text('', ''), **more), 'x')} FROM cells ORDER BY i").fetchall()]


def test_words(con):
    texts = ["已办结", " 已办结 ", "已 结案", "closed", "CLOSED", "Ｃｌｏｓｅｄ", "[作废]", "【作废】", "处理中", "别的", "", None]
    assert run(con, "word", texts, words=STATUS) == ["closed"] * 6 + ["void", "void", "handling", None, None, None]


def test_flags(con):
    yes = ["是", "有", "Y", "yes", "TRUE", "True", "t", "1", "√", "已", "ONTIME", "OnTime", "中共党员", "１", " 是 "]
    no = ["否", "无", "N", "no", "FALSE", "f", "0", "×", "未", "OVERDUE", "群众", "x"]
    assert run(con, "flag", [*yes, *no, "也许", "2", "", None]) == [True] * len(yes) + [False] * len(no) + [None] * 4


def test_lists(con):
    assert run(con, "list", ["甲；乙; 丙、甲，丁|", "；", "", None, "-"]) == [["甲", "乙", "丙", "丁"], None, None, None, None]
    assert run(con, "list", ["老旧小区、城中村", "老旧小区；别的", "别的"], words=TAGS) == [["old", "urban_village"], ["old"], None]
    cells = ("'老旧小区；别的'", "'老旧小区'", "NULL")
    assert con.execute("SELECT " + ", ".join(partly_unknown(TAGS, f"{cell}::VARCHAR") for cell in cells)).fetchone() == (True, False, False)


def test_text(con):
    texts = ["\n\t 领导：您好！\r\n\tＡ市", "创(chuàng)新(xīn)驱动", "（东）社区", "a\u200bb\ufeff", "a(bc)", " - ", "好  的"]
    assert run(con, "text", texts) == ["领导：您好！ A市", "创新驱动", "(东)社区", "ab", "a(bc)", None, "好 的"]
    assert run(con, "text", ["张三"], personal="drop") == [None]


def test_clean_text():
    assert clean_text("\ufeff社區名稱（必填）：　") == "社区名称(必填):"
    assert clean_text("創(chuàng)新 ＡＢ") == "创新 AB"


@pytest.mark.parametrize("mark", [*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u200b\u2060\ufeff\u00ad\x00\x1b\x7f\x85\x9b\ufff9"], ids=lambda mark: f"U+{ord(mark):04X}")
def test_no_mark_turns_or_hides_a_name(con, mark: str) -> None:
    assert run(con, "text", [f"锦绣{mark}花园"]) == ["锦绣花园"] and clean_text(f"锦绣{mark}花园") == "锦绣花园"
