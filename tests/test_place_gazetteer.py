"""Names as clerks write them against names as the units are called."""

import pytest

from etl.place.gazetteer import Found, Gazetteer, normal, short

# 1 city: 2 区 (3 街 (4 社区 (5 小区 6 小区) 7 社区 (8 小区)) 9 街 (10 社区 (11 小区))) 12 区 (13 街 (14 社区))
LAST = [0, 14, 11, 8, 6, 5, 6, 8, 8, 11, 11, 11, 14, 14, 14]
NAMES = {
    2: ("district", "青山区"), 3: ("street", "东风街道"), 9: ("street", "西岭镇"), 12: ("district", "白水区"), 13: ("street", "东风街道"),
    4: ("community", "桂花社区"), 7: ("community", "梅园社区居民委员会"), 10: ("community", "桂花社区"), 14: ("community", "新村"),
    5: ("compound", "阳光花园"), 6: ("compound", "阳光花园二期"), 8: ("compound", "锦绣家园"), 11: ("compound", "锦绣家园"),
}  # fmt: skip


@pytest.fixture(scope="module")
def names() -> Gazetteer:
    book = Gazetteer(LAST)
    for number, (kind, name) in NAMES.items():
        book.add(kind, name, number)
    book.add("compound", "太阳城", 5)
    return book


@pytest.mark.parametrize(
    "written, plain, without_kind",
    [("桂溪街道办事处", "桂溪街道办事处", "桂溪"), ("桂溪街道", "桂溪街道", "桂溪"), ("桂花社区居委会", "桂花社区居委会", "桂花"), ("桂花 社区", "桂花社区", "桂花"),
     ("（梅园）社区居民委员会", "梅园社区居民委员会", "梅园"), ("Ｓｕｎ·City", "suncity", "suncity"), ("新村", "新村", "新村"), ("大社区", "大社区", "大社区"),
     ("西岭镇", "西岭镇", "西岭镇")],
)  # fmt: skip
def test_names_are_compared_without_offices_kinds_and_spelling(written: str, plain: str, without_kind: str) -> None:
    assert (normal(written), short(written)) == (plain, without_kind)


@pytest.mark.parametrize(
    "district, street, community, place, found",
    [
        ("青山区", None, None, None, Found(2, "district")),
        ("青山区", "东风街道办事处", None, None, Found(3, "street")),
        ("白水区", "东风", None, None, Found(13, "street")),
        (None, "东风街道", None, None, Found(1, "none", "所属街道")),  # one in each district
        ("青山区", None, "梅园", None, Found(7, "community")),
        (None, None, "梅园社区居委会", None, Found(7, "community")),
        ("青山区", None, "桂花社区", None, Found(2, "district", "所属社区")),
        ("青山区", "西岭镇", "桂花社区居委会", None, Found(10, "community")),
        (None, None, None, "阳光花园", Found(5, "compound")),
        (None, None, None, "青山区东风街道阳光花园二期南门", Found(6, "compound")),  # the longest name inside the text
        (None, None, None, "太阳城", Found(5, "compound")),
        (None, None, None, "锦绣家园", Found(1, "none", "小区点位")),
        ("青山区", "西岭镇", None, "锦绣家园", Found(11, "compound")),
        ("青山区", None, "梅园社区", "锦绣家园", Found(8, "compound")),
        ("白水区", None, None, "阳光花园", Found(12, "district")),  # it lies in the other district
        ("没有的区", "没有的街", "没有的社区", "没有的小区", Found(1, "none")),
        (None, None, None, None, Found(1, "none")),
    ],
)
def test_find(names: Gazetteer, district: str | None, street: str | None, community: str | None, place: str | None, found: Found) -> None:
    assert names.find(district, street, community, place) == found


@pytest.mark.parametrize(
    "name, found", [("阳光花园", Found(5, "compound")), ("梅园", Found(7, "community")), ("西岭镇", Found(9, "street")), ("白水区", Found(12, "district")),
                    ("锦绣家园", Found(1, "none", "网格编码")), ("M99", Found(1, "none"))],
)  # fmt: skip
def test_a_name_where_a_code_should_stand(names: Gazetteer, name: str, found: Found) -> None:
    assert names.find_any(name) == found


def test_short_names_never_match_inside_a_longer_text() -> None:
    book = Gazetteer([0, 2, 2])
    book.add("compound", "城东", 2)
    assert book.find(None, None, None, "城东路路口") == Found(1, "none")
    assert book.find(None, None, None, "城东小区") == Found(2, "compound")


def test_traditional_script_and_readings_name_the_same_place() -> None:
    """Exports mix scripts and leave an input method's reading behind a character."""
    from etl.place.gazetteer import normal

    assert normal("陽光花園") == normal("阳光花园") == normal("阳(yáng)光花园")
