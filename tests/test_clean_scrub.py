"""Personal data must vanish in every spelling; ordinary sentences must stay."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.clean.columns import prepare, scrubbed
from etl.clean.scrub import scrub_text, to_compound
from etl.clean.text import prose
from etl.query.duck import open_build


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    con = open_build(tmp_path_factory.mktemp("scrub") / "d.duckdb")
    prepare(con, b"0123456789abcdef")
    return con


def masked(con, texts):
    con.execute("CREATE OR REPLACE TEMP TABLE cells AS SELECT unnest(?::VARCHAR[]) AS x, generate_subscripts(?::VARCHAR[], 1) AS i", [texts, texts])
    return [row[0] for row in con.execute(f"SELECT {scrubbed('x')} FROM cells ORDER BY i").fetchall()]


# (text, what must not be left of it)
HOSTILE = [
    *[(text, "5678") for text in (
        "13812345678", "电话13812345678。", "138-1234-5678", "138 1234 5678", "１３８１２３４５６７８", "+8613812345678", "+86 138-1234-5678", "008613812345678", "(+86)13812345678",
        "0086-138 1234 5678", "手机:1-3-8-1-2-3-4-5-6-7-8", "138—1234—5678", "138.1234.5678", "138\u200b1234\u200b5678", "138\u00a01234\u00a05678", "Tel13812345678转", "微信13812345678",
        "13912345678,13812345678", "13912345678 13812345678", "王女士13812345678反映", "013812345678", "1 3 8 1 2 3 4 5 6 7 8", "86-13812345678", "12345转13812345678",
    )],
    *[(text, "4321") for text in (
        "028-87654321", "02887654321", "(028)87654321", "028 8765 4321", "0816-2654321", "电话87654321", "座机：8765-4321", "联系电话是87654321", "０２８－８７６５４３２１", "tel: 87654321",
        "028-87654321转4321",
    )],
    *[(text, "1234") for text in (
        "510107199003071234", "身份证510107199003071234", "510107 19900307 1234", "510107-19900307-1234", "５１０１０７１９９００３０７１２３４", "5 1 0 1 0 7 1 9 9 0 0 3 0 7 1 2 3 4",
        "证件号码：510107200012311234", "身份证号:51010719900307 1234",
    )],
    ("51010719900307123X", "0307123"), ("51010719900307123ｘ", "0307123"), ("510107900307123", "0307123"), ("身份证尾号是：900307123X", "0307123"),
    *[(text, "1") for text in (
        "川A12345", "川A·12345", "川a12345", "川AD12345", "川A 12345", "川Ａ１２３４５", "川A-1B2C3", "粤B1234学", "京A1234警", "川A D12345", "车牌沪C·1A2B3违停",
        "6222021234567890123", "6222 0212 3456 7890 123", "a.b1@example.com", "ａ１＠ｂ．ｃｏｍ", "QQ：1234567", "qq号1234567", "微信号abc_1234", "WeChat: abc1234",
    )],
    ("一三八一二三四五六七八", "六七八"), ("电话幺三八零零零零幺二三四", "二三四"),
    *[(text, "[0-9]|[一二三四五六]栋|[一二三四五六]单元") for text in (
        "3栋2单元1502室", "12号楼3单元5楼", "5-2-1201", "3#2-501", "六栋一单元", "A座1201", "3 栋 2 单元 1502 室", "３栋２单元１５０２", "3栋，2单元，1502室", "3幢1502", "16栋4楼", "B3栋",
        "12号楼", "2单元", "1502室", "1303号房", "5楼住户", "阳光花园3-1502", "3栋-2单元-1502", "8栋业主", "六栋电梯", "三号楼", "二单元门口", "3栋2单元1502号",
    )],
    ("王女士反映", "女士"), ("张先生来电", "先生"), ("李某称", "某"), ("李某某反映", "某"), ("联系人：王小明", "小明"), ("姓名：欧阳修", "阳修"), ("来电人王小明反映", "小明"), ("反映人:张三", "三"),
    ("我叫李小红，", "小红"), ("本人张杰，", "杰"), ("王小明先生", "小明"), ("欧阳女士", "女士"), ("张伟13812345678", "伟"), ("刘洋，电话13812345678", "洋"), ("李大爷家", "大爷"), ("王师傅说", "师傅"),
]  # fmt: skip

ORDINARY = [
    "请拨打12345热线反映", "工单202403050000123已办结", "案件20240305123456", "2024-03-05 09:05至2024-03-08", "2024年3月5日15时20分", "2024.03.05", "涉及30户居民", "一楼商铺油烟扰民", "18层高楼",
    "加装电梯费用15000.50元", "坐标104.066541,30.572269", "东大街12号门口", "幸福路12号院", "3室一厅", "100平方米", "5G基站辐射", "302办公室", "安排师傅上门维修", "周边大妈跳广场舞", "位于某小区",
    "来电人高度重视此事", "反映人表示不满", "来电人何时能得到回复", "二〇二四年", "更新Server端", "网格510107021001G004M012", "每天3-5次", "居民代表12人参加", "一栋楼都停水", "两栋楼之间", "1.5万元",
    "电话打不通，座机没人接", "微信小程序无法登录", "QQ音乐", "车牌识别系统", "110出警", "百分之20", "9:00-17:00施工", "温江区", "我是黄兴镇的居民", "从2019年到2023年", "投诉某公司", "金牛区城管局",
]  # fmt: skip


def test_personal_data_vanishes(con):
    texts = [text for text, _ in HOSTILE]
    left = [(text, out) for (text, rest), out in zip(HOSTILE, masked(con, texts), strict=True) if re.search(rest, out)]
    assert len(HOSTILE) >= 60
    assert left == []


def test_inside_a_sentence_too(con):
    texts = [f"居民反映，{text}，请处理" for text, _ in HOSTILE]
    assert [(text, out) for text, (_, rest), out in zip(texts, HOSTILE, masked(con, texts), strict=True) if re.search(rest, out)] == []


def test_ordinary_text_stays(con):
    assert len(ORDINARY) >= 30
    assert [(text, out) for text, out in zip(ORDINARY, masked(con, ORDINARY), strict=True) if text != out] == []


def test_places_end_at_the_compound(con):
    places = {
        "阳光花园3栋2单元501": "阳光花园", "幸福路12号院3号楼": "幸福路12号院", "东大街100号阳光城5-2-1201": "东大街100号阳光城", "阳光花园A座": "阳光花园", "阳光花园一期六栋": "阳光花园一期",
        "阳光花园3#2-501": "阳光花园", "东大街12号": "东大街12号", "阳光花园（3栋）": "阳光花园", "幸福小区501室": "幸福小区", "九座桥村": "九座桥村", "3栋2单元": None, "-": None,
        "阳光花园 张先生 13812345678": "阳光花园 张* ***",
    }  # fmt: skip
    assert {place: con.execute(f"SELECT {to_compound('$x::VARCHAR')}", {"x": place}).fetchone()[0] for place in places} == places


GAPS = st.sampled_from(["", "", " ", "-", "—", " - ", "\u3000", "\u200b", "·", "."])
AROUND = st.text(alphabet="反映小区，。请处理（）:：电话 张女士abc\n", max_size=8)
FULL_WIDTH = {ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789X"}


@st.composite
def written(draw, digits):
    """Digits as someone writes them: gaps in between, sometimes full-width."""
    gaps = draw(st.lists(GAPS, min_size=len(digits) - 1, max_size=len(digits) - 1)) if draw(st.booleans()) else [""] * (len(digits) - 1)
    text = "".join(digit + gap for digit, gap in zip(digits, [*gaps, ""], strict=True))
    return draw(AROUND) + (text.translate(FULL_WIDTH) if draw(st.booleans()) else text) + draw(AROUND)


MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
IDS = st.from_regex(r"[1-6][1-5]0[1-9][0-2][1-9](19[3-9]|20[01])[0-9](0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}[0-9X]", fullmatch=True)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(MOBILES, IDS).flatmap(lambda digits: st.tuples(st.just(digits), written(digits))), min_size=1, max_size=12))
def test_no_phone_and_no_identity_number_survives(con, cases):
    outs = masked(con, [text for _, text in cases])
    for (digits, text), out in zip(cases, outs, strict=True):
        assert digits not in re.sub(r"[^0-9X]", "", out), text
        assert not re.search(r"[0-9](?:[^0-9*]{0,4}[0-9]){6}", out), (text, out)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="0123456789-栋单元号楼室王李女士某联系人：电话川A微信@.一二十 （）本人，*\u3000１", max_size=40), min_size=1, max_size=30))
def test_sql_and_python_agree(con, texts):
    for text, out in zip(texts, masked(con, texts), strict=True):
        if out is not None:
            assert out == scrub_text(text)
        else:
            assert prose(text) == scrub_text(text)
