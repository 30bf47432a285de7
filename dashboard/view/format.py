"""Numbers and dates as people read them (数字格式). Exact figures stay in tables and exports; this is for the eye."""

from collections.abc import Iterable
from datetime import date, datetime
from math import isnan

from etl.model.indicators.record import Indicator

DASH = "—"


def plain(value: float | None, digits: int = 0) -> str:
    """1,234.5 with so many decimals; the dash when there is nothing."""
    if value is None or isnan(value):
        return DASH
    return f"{value:,.{digits}f}"


def part(value: float | None) -> str:
    """A numerator or denominator: a count as it is, a quotient with as many decimals as its division needs to be followed by eye."""
    return plain(value, part_digits((value,)))


def part_digits(values: Iterable[float | None]) -> int:
    """Decimals of a column of parts, one number for all: none for counts, three where all are below ten, else two."""
    known = [abs(value) for value in values if value is not None and not isnan(value)]
    if all(value == int(value) for value in known):
        return 0
    return 3 if max(known) < 10 else 2


def both_parts(top: float | None, bottom: float | None) -> str:
    """Both parts in short, 1,234 / 5,678: sums without decimals, quotients below ten with three."""
    digits = 3 if part_digits((top, bottom)) == 3 else 0
    return f"{plain(top, digits)} / {plain(bottom, digits)}"


def signed(value: float | None, digits: int = 0) -> str:
    """A difference with its sign, the minus as long as the plus; no sign where it rounds to nothing."""
    if value is None or isnan(value):
        return DASH
    text = f"{abs(value):,.{digits}f}"
    return text if not any(digit in "123456789" for digit in text) else f"{'−' if value < 0 else '+'}{text}"


def short(value: float | None, lang: str, digits: int = 0) -> str:
    """Large counts in 万/亿 (Chinese) or k/M (English), below 10,000 in full."""
    if value is None or isnan(value):
        return DASH
    steps = ((1e8, "亿"), (1e4, "万")) if lang == "zh" else ((1e6, "M"), (1e4, "k"))
    for step, word in steps:
        if abs(value) >= step:
            return f"{value / (1e3 if word == 'k' else step):,.1f}{word}"
    return plain(value, digits)


def of_indicator(indicator: Indicator, value: float | None) -> str:
    """An indicator's value without its unit: rates as a percentage number."""
    if value is None or isnan(value):
        return DASH
    return plain(value * 100 if indicator.is_percent else value, indicator.digits)


def as_head(words: str) -> str:
    """Words at the head of a column: "Cases closed" of "cases closed"; signs like m² stay as they are."""
    return words[:1].upper() + words[1:] if words[:2].isalpha() else words


def with_unit(indicator: Indicator, value: float | None, lang: str) -> str:
    """An indicator's value with its unit: 93.4%, 12.3 件/千户."""
    text = of_indicator(indicator, value)
    if text == DASH:
        return text
    return f"{text}%" if indicator.is_percent else f"{text} {indicator.unit.to(lang)}"


def listing(names: Iterable[str], lang: str) -> str:
    """Names in a row: a、b · a, b."""
    return ("、" if lang == "zh" else ", ").join(names)


def unit_beside(indicator: Indicator, lang: str) -> str:
    """The unit where the name stands beside it, without what the name has said: nothing for "Cases per 1,000 households",
    "m²" for "Premises per 100 households"."""
    name, unit = indicator.name.to(lang).lower(), indicator.unit.to(lang)
    if " per " in name:
        unit = "" if unit.startswith("per ") else unit.partition(" per ")[0]
    return "" if unit.lower() in name else unit


def headed(indicator: Indicator, lang: str) -> str:
    """The head of a column: name and unit in the brackets of the language."""
    name, unit = indicator.name.to(lang), unit_beside(indicator, lang)
    if not unit:
        return name
    return f"{name}（{unit}）" if lang == "zh" else f"{name} ({unit})"


def day(value: date | datetime | str | None, lang: str) -> str:
    """2026年10月31日 · 2026-10-31."""
    if value is None or value == "":
        return DASH
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return f"{value.year}年{value.month}月{value.day}日" if lang == "zh" else f"{value:%Y-%m-%d}"


def span(first: date, last: date, lang: str) -> str:
    """A period in short: 2025年11月1日至2026年10月31日."""
    return f"{day(first, lang)}至{day(last, lang)}" if lang == "zh" else f"{day(first, lang)} to {day(last, lang)}"


def area(square_metres: float | None, lang: str) -> str:
    """Square kilometres from one on, else hectares (公顷)."""
    if square_metres is None or isnan(square_metres) or square_metres <= 0:
        return DASH
    if square_metres >= 1e6:
        return f"{square_metres / 1e6:,.1f} {'平方千米' if lang == 'zh' else 'km²'}"
    return f"{square_metres / 1e4:,.2f} {'公顷' if lang == 'zh' else 'ha'}"
