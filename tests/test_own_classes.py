"""The sources' own classes as a filter: what they offer, and that no word of a source opens a ★ class that the standard filter keeps."""

from collections.abc import Iterator

import pytest

from etl.model.taxonomy import CATEGORIES, match_category
from etl.query.figures import figure, figures
from etl.query.own_classes import own_classes, standard_classes
from etl.query.reader import Reader
from etl.query.scope import parse_scope
from tests.tiny_feeds import EVERYBODY, FeedCity

SENSITIVE = tuple(category.code4 for category in CATEGORIES if category.is_sensitive)
STAR = SENSITIVE[0]
ANALYST = Reader("analyst", 1, 10**9)


def some(unit: str, raw: str, code: str | None, n: int) -> list[dict]:
    return [{"unit": unit, "raw_category": raw, "code4": code, "case_no": f"{unit}{raw}{at}", "counted_at": "2026-10-01 08:00", "status": "closed"} for at in range(n)]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeedCity]:
    """In S11: 12 lamps of two kinds without a standard class; under the same group 2 that the city's own table holds to be ★."""
    rows = [*some("S11", "公用/路灯不亮", None, 9), *some("S11", "公用/路灯常亮", None, 3), *some("S11", "公用/杂项", STAR, 2), *some("S12", "公用/路灯不亮", None, 4)]
    made = FeedCity(tmp_path_factory.mktemp("own"), case=rows)
    yield made
    made.build.close()


def counted(city: FeedCity, word: str, reader: Reader = EVERYBODY, unit: str = "S11") -> float | None:
    return figure(city.build, reader, "geo_match_rate", parse_scope(city.build, "2026-10-01", "2026-10-31", where=(f"own_class={word}",)), city.numbers[unit]).denominator


def test_a_word_and_its_group_are_counted(city: FeedCity) -> None:
    assert counted(city, "公用/路灯不亮") == 9
    assert counted(city, "公用") == 12  # all the group holds, without the ★ cases
    assert counted(city, "公用/路灯") == 0  # no beginning of a word, a level of it


def test_only_standard_classes_in_use_are_offered_and_every_star_class(city: FeedCity, tmp_path) -> None:
    """Whether there are cases of a ★ class is no matter of a list of choices."""
    scope, stars = parse_scope(city.build, "2026-10-01", "2026-10-31"), {code[:n] for code in SENSITIVE for n in (2, 4)}
    assert standard_classes(city.build, ANALYST, scope) == stars
    made = FeedCity(tmp_path, case=[*some("S11", "路灯", "0403", 1), *some("S12", "公交", "1301", 1)])
    assert standard_classes(made.build, Reader("analyst", made.numbers["S11"], made.numbers["S11"]), scope) == stars | {"04", "0403"}
    assert standard_classes(made.build, ANALYST, parse_scope(made.build, "2026-09-01", "2026-09-30")) == stars
    made.build.close()


def test_a_word_that_hides_a_star_class_counts_nothing_of_it(city: FeedCity) -> None:
    assert counted(city, "公用/杂项") == 0  # asked as what it is, the standard class, it is told by its own rules
    scope = parse_scope(city.build, "2026-10-01", "2026-10-31", where=("own_class=公用/杂项",))
    for level in ("community", "compound", "micro"):
        told = figures(city.build, ANALYST, "case_per_1000hh", scope, level)
        assert not (told["numerator"] > 0).any()


def test_a_word_that_says_a_star_class_is_kept_as_the_class_is(tmp_path) -> None:
    words = [word for word in ("低保申请", "残疾人服务", "特困救助", "刑满释放人员帮扶", "困难救助", "社区矫正", "精神障碍") if match_category(word) in SENSITIVE]
    assert words, "no alias of a ★ class among the words tried"
    word, code = words[0], match_category(words[0])
    made = FeedCity(tmp_path, case=[*some("S11", word, code, 2), *some("S11", "路灯", "0403", 40), *some("S12", "路灯", "0403", 40)])
    scope = parse_scope(made.build, "2026-10-01", "2026-10-31", where=(f"own_class={word}",))
    assert figure(made.build, EVERYBODY, "case_per_1000hh", scope, made.numbers["S11"]).numerator == 2
    told = figure(made.build, ANALYST, "case_per_1000hh", scope, made.numbers["S11"])
    assert (told.state, told.numerator, told.value) == ("suppressed", None, None)
    below = figures(made.build, ANALYST, "case_per_1000hh", scope, "micro")
    assert (below["state"] == "suppressed").all() and below["numerator"].isna().all()
    made.build.close()


def test_what_is_offered(city: FeedCity) -> None:
    scope = parse_scope(city.build, "2026-10-01", "2026-10-31")
    assert own_classes(city.build, ANALYST, scope) == ("公用", "公用/路灯不亮", "公用/路灯常亮")  # never a word of a ★ class
    assert own_classes(city.build, Reader("public", 1, 10**9), scope) == ()


def test_where_most_cases_have_a_standard_class_they_are_offered_among_the_further_filters_only(tmp_path) -> None:
    made = FeedCity(tmp_path, case=[*some("S11", "路灯", "0403", 9), *some("S11", "自编/其他", None, 2)])
    scope = parse_scope(made.build, "2026-10-01", "2026-10-31")
    assert own_classes(made.build, ANALYST, scope) == ()
    assert own_classes(made.build, ANALYST, scope, only_where_usual=False) == ("自编/其他",)
    made.build.close()
