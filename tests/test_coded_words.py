"""No coded value reaches a screen without a word for it, in either language."""

import re

import pytest

from dashboard.view.coded_words import ENGLISH, NAMED, coded
from dashboard.view.filter_words import choices, value_name
from etl.model.tables import BY_NAME
from etl.query.profile import GROUPS

SHOWN = sorted({*ENGLISH, *NAMED, *((table, column) for table, column, _ in GROUPS)})


@pytest.mark.parametrize(("table", "column"), SHOWN)
def test_every_code_has_a_word_in_both_languages(table: str, column: str) -> None:
    words = BY_NAME[table].column(column).words
    assert words
    for code, local in words.items():
        zh, en = coded(table, column, code, "zh"), coded(table, column, code, "en")
        assert re.search("[一-鿿]", zh) and (zh in local or local[0] in zh or zh[:2] == local[0][:2] or column == "source"), code
        assert en and not re.search("[一-鿿_]", en), code
    assert len({coded(table, column, code, "en") for code in words}) == len(words), "no two codes under one word"
    assert coded(table, column, "本市自定", "en") == "本市自定", "a city's own word stands as it is"


@pytest.mark.parametrize("field", ["source", "status", "severity", "focus", "fund"])
def test_filters_have_words_for_all_their_values(field: str) -> None:
    for value in choices(field):
        assert value == "any" or value_name(field, value, "en") != value, value
        assert "_" not in value_name(field, value, "en") and re.search("[一-鿿]", value_name(field, value, "zh"))
