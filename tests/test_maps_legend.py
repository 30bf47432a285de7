"""The legend says what the map shows, with counts that add up to the units in focus."""

import re
from dataclasses import replace

import numpy as np
import pytest
from test_maps_scale import lit_view, view

from dashboard.maps.legend import class_texts, legend_entries, legend_html
from dashboard.maps.lights import lights_scale
from dashboard.maps.scale import sequential
from dashboard.maps.view import NO_DATA, NO_FEED, OK, SUPPRESSED, UNSTABLE, NumberFormat
from etl.model.rules import Threshold
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


SHARE, COUNT = NumberFormat(100, 1, Text("%", "%")), NumberFormat(1, 0, Text(" 件", " cases"))


@pytest.mark.parametrize(("threshold", "better", "number", "is_count", "told"), [
    (Threshold(0.95, 0.85), "up", SHARE, False, ["未达标 < 85.0%", "接近达标 85.0–95.0%", "达标 ≥ 95.0%"]),
    (Threshold(0.03, 0.08), "down", SHARE, False, ["未达标 > 8.0%", "接近达标 3.0–8.0%", "达标 ≤ 3.0%"]),
    (Threshold(0, 5), "down", COUNT, True, ["未达标 > 5", "接近达标 1–5", "达标 ≤ 0"]),
    (Threshold(10, 5), "up", COUNT, True, ["未达标 < 5", "接近达标 5–9", "达标 ≥ 10"]),
    (Threshold((0.005, 0.05), (0.002, 0.1)), "band", SHARE, False, ["未达标 < 0.2% 或 > 10.0%", "接近达标 0.2–10.0%", "达标 0.5–5.0%"]),
    (Threshold(1, 1.2, "own_mean"), "down", COUNT, False, ["未达标 > 1.2 倍", "接近达标 1.0–1.2 倍", "达标 ≤ 1.0 倍"]),
    (Threshold(0.5, 1, "limit"), "down", COUNT, False, ["未达标 > 100%", "接近达标 50–100%", "达标 ≤ 50%"]),
    (Threshold(-0.05, -0.2, "year_elapsed"), "up", SHARE, False, ["未达标 < 30.0%", "接近达标 30.0–45.0%", "达标 ≥ 45.0%"]),
    (Threshold(0, 0, "value", True), "up", SHARE, False, ["未达标 < 0.0%", "接近达标 = 0.0%", "达标 > 0.0%"]),
    (Threshold(0, 0, "value", True), "down", SHARE, False, ["未达标 > 0.0%", "接近达标 = 0.0%", "达标 < 0.0%"]),
])  # fmt: skip
def test_the_limits_of_lights_are_told_on_their_own_basis(threshold: Threshold, better: str, number: NumberFormat, is_count: bool, told: list[str]) -> None:
    scale = lights_scale(threshold, better, number, is_count, 0.5)
    assert [text.zh for text in scale.texts[:3]] == told
    assert not re.search("[一-鿿]", "".join(text.en for text in (*scale.texts, scale.note)))
    assert bool(scale.note.zh) == (threshold.basis != "value")


def test_the_legend_counts_lights_and_few_cases_apart() -> None:
    entries = legend_entries(lit_view([0.5, 0.85, 0.96, 0.5, 0.99, NAN], [OK, OK, OK, OK, UNSTABLE, NO_DATA], [0, 1, 2, 3, 3, 0]))
    assert [count for _, _, count in entries] == [1, 1, 1, 1, 1, 1]
    without = legend_entries(lit_view([0.5, 0.99], [OK, UNSTABLE], [0, 3]))
    assert [(text.split()[0], count) for _, text, count in without] == [("未达标", 1), ("接近达标", 0), ("达标", 0), ("样本少（分母不足", 1)]


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
