"""Lights on the map (地图亮灯): the scale of 未达标, 接近达标, 达标 and "no light", with the limit of each in words.

Which class a unit has is not cut from its value here: it comes from `etl.query.lights`, the one judge of every surface
(`MapView.classes`).
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dashboard.maps.scale import BAND, BAND_WORDS, Scale
from dashboard.maps.view import NO_TEXT, NumberFormat
from etl.model.rules import Threshold
from etl.model.text import Lang, Text

NO_LIGHT = Text("不亮灯（无从比较）", "No light (nothing to compare with)")
NO_LIGHT_LOOK = ("#d3dae3", "plain")
NO_LIGHT_CLASS = len(BAND)
CUTS = tuple(place + 0.5 for place in range(NO_LIGHT_CLASS))  # between the classes' own numbers
OUTSIDE = Text("< {low} 或 > {high}", "< {low} or > {high}")
NOTES = {
    "own_mean": Text("与本单元此前 12 个月的日均相比", "Compared with the unit's own daily mean of the 12 months before"),
    "limit": Text("办理用时占时限的比例（中位数）", "Part of the time limit used (median)"),
    "year_elapsed": Text("按本年已过 {past} 折算", "With {past} of the year over"),
}
# said beside values that the standard does not judge by themselves
VALUE_NOTES = {
    "own_mean": Text("颜色看数量多少；达标看本单元与自己此前 12 个月相比", "Colours tell how many; the standard compares each unit with its own 12 months before"),
    "limit": Text("颜色看用时长短；达标看用时占各自时限的比例", "Colours tell how long; the standard is the part of each case's own limit used"),
}
LANGS: tuple[Lang, Lang] = ("zh", "en")
FORMATS = {"own_mean": NumberFormat(1.0, 1, Text(" 倍", "×")), "limit": NumberFormat(100.0, 0, Text("%", "%"))}


def lights_scale(threshold: Threshold, better: str, number: NumberFormat, is_count: bool, past: float) -> Scale:
    """Classes 0 to 2 as in `BAND`, 3 is no light. `past`: the part of the year that has passed, for limits that move with it."""
    number = FORMATS.get(threshold.basis) or (number if number.suffix.zh == "%" else replace(number, suffix=NO_TEXT))
    moved = past if threshold.basis == "year_elapsed" else 0.0
    zh, en = (_Limits(threshold, better, number, is_count, moved, lang).texts() for lang in LANGS)
    texts = tuple(Text(f"{word.zh} {a}".strip(), f"{word.en} {b}".strip()) for word, a, b in zip(BAND_WORDS, zh, en, strict=True))
    note = NOTES.get(threshold.basis, NO_TEXT).format(past=f"{past:.1%}")
    return Scale(CUTS, (*BAND, NO_LIGHT_LOOK), False, (*BAND_WORDS, NO_LIGHT), (*texts, NO_LIGHT), note)


def classes_of(places: NDArray[np.int8]) -> NDArray[np.int8]:
    """Classes of the scale from the places `etl.query.lights` gives (-1: none)."""
    return np.where(places < 0, NO_LIGHT_CLASS, places).astype(np.int8)


class _Limits:
    """What a threshold asks, in one language."""

    def __init__(self, threshold: Threshold, better: str, number: NumberFormat, is_count: bool, moved: float, lang: Lang) -> None:
        self.threshold, self.is_down, self.number, self.is_count, self.moved, self.lang = threshold, better == "down", number, is_count, moved, lang

    def texts(self) -> tuple[str, str, str]:
        """What is red, amber and green."""
        green, amber = self.threshold.green, self.threshold.amber
        if isinstance(amber, tuple):
            red, near = OUTSIDE.format(low=self._write(amber[0]), high=self._write(amber[1])).to(self.lang), self._span(*amber)
        else:
            red = f"{'>' if self.is_down else '<'} {self._write(amber)}"
            near = self._between(amber, green) if not isinstance(green, tuple) else f"{'≤' if self.is_down else '≥'} {self._write(amber)}"
        if isinstance(green, tuple):
            return red, near, self._span(*green)
        sign = "<>"[not self.is_down] if self.threshold.beyond else "≤" if self.is_down else "≥"
        return red, near, f"{sign} {self._write(green)}"

    def _between(self, amber: float, green: float) -> str:
        """From one limit to the other; of counts without the one that is green already."""
        if amber == green:
            return f"= {self._write(amber)}" if self.threshold.beyond else "—"
        low, high = sorted((amber, green))
        if self.is_count:
            low, high = (low + 1, high) if self.is_down else (low, high - 1)
        return self._span(low, high)

    def _span(self, low: float, high: float) -> str:
        plain = replace(self.number, suffix=NO_TEXT).write(low + self.moved, self.lang)
        return self._write(high) if low == high else f"{plain}–{self._write(high)}"

    def _write(self, value: float) -> str:
        return self.number.write(value + self.moved, self.lang)
