"""The legend says what the map shows, with counts that add up to the units in focus."""

import re
from dataclasses import replace

import numpy as np
import pytest
from test_maps_scale import view

from dashboard.maps.legend import class_texts, legend_html
from dashboard.maps.scale import band, sequential
from dashboard.maps.view import NO_DATA, NO_FEED, OK, SUPPRESSED, UNSTABLE, NumberFormat
from etl.model.text import Text

NAN = np.nan
ALL = view([0, 1, 7, 12, NAN, NAN, NAN, 8], [OK, OK, OK, OK, NO_DATA, NO_FEED, SUPPRESSED, UNSTABLE], data_date="2026-10-31")


def test_whole_numbers_read_as_ranges() -> None:
    assert class_texts(ALL) == ["1–4", "5–9", "≥ 10"]


def test_shares_keep_decimals_and_one_suffix() -> None:
    shares = view([0.1, 0.6, 0.9], [OK] * 3, sequential((0.5, 0.85)))
    texts = class_texts(replace(shares, number=NumberFormat(100, 1, Text("%", "%"))))
    assert texts == ["< 50.0%", "50.0–85.0%", "≥ 85.0%"]


def test_one_class_shows_its_extent() -> None:
    assert class_texts(view([4, 4], [OK, OK], sequential(()))) == ["4"]
    assert class_texts(view([4, 9], [OK, OK], sequential(()))) == ["4–9"]
    assert class_texts(view([NAN], [NO_DATA], sequential(()))) == ["—"]


def test_bands_are_named() -> None:
    assert class_texts(view([1, 6], [OK, OK], band(5, 10)))[0].startswith("未达标")


def test_every_state_has_a_row_and_its_count() -> None:
    html = legend_html(ALL)
    for words in ("0（有统计，值为零）", "无数据", "数据未接入", "已隐去", "样本少", "数据截至 2026年10月31日"):
        assert words in html
    counts = [int(count.replace(",", "")) for count in re.findall(r">([\d,]+) 个<", html)]
    assert sum(counts) == 8 + 1  # few cases are counted in their class and again in their own row


def test_only_units_in_focus_count() -> None:
    html = legend_html(replace(ALL, visible=(2, 3)))
    assert [int(count) for count in re.findall(r">(\d+) 个<", html)] == [1, 1, 0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_languages_do_not_mix(lang: str) -> None:
    html = legend_html(replace(ALL, lang=lang))
    assert bool(re.search("[一-鿿]", html)) == (lang == "zh")


def test_names_are_escaped() -> None:
    assert "<script" not in legend_html(replace(ALL, indicator=Text("<script>", "<script>")))
