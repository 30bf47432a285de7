"""The legend as our own HTML (图例): classes with limits and counts, then zero, few cases, no data, not connected, suppressed."""

from dataclasses import replace
from html import escape

import numpy as np

from dashboard.maps.lights import NO_LIGHT_CLASS
from dashboard.maps.scale import ZERO
from dashboard.maps.values import STATE_LOOKS, state_look
from dashboard.maps.view import NO_DATA, NO_TEXT, OK, STATE_WORDS, UNSTABLE, MapView
from etl.model.text import Text

ZERO_WORD = Text("0（有统计，值为零）", "0 (counted, none)")
COUNT = Text("{n} 个", "{n}")
DATE = Text("数据截至 {date}", "Data to {date}")
TITLE = Text("图例", "Legend")
INK = "rgba(0,0,0,.42)"
INK_ON_DARK = "rgba(255,255,255,.42)"
# The same drawings as atlas-paint.js makes per pixel.
PATTERNS = {
    "plain": "",
    "no_data": f"repeating-linear-gradient(135deg,{INK} 0 1px,transparent 1px 6px)",
    "suppressed": f"repeating-linear-gradient(45deg,{INK} 0 1.5px,transparent 1.5px 6px),"
                  f"repeating-linear-gradient(135deg,{INK} 0 1.5px,transparent 1.5px 6px)",
    "no_feed": f"radial-gradient({INK} 1.4px,transparent 1.5px) 0 0/8px 8px",
    "stripes": f"repeating-linear-gradient(45deg,{INK} 0 1px,transparent 1px 3px)",
    "dots": f"radial-gradient({INK} .8px,transparent .9px) 0 0/4px 4px",
    "unstable": "radial-gradient(#fff 1px,transparent 1.1px) 0 0/6px 6px",
}


def legend_html(view: MapView) -> str:
    """One `<div class="atlas-legend">` with inline styles, for `st.html`. Counts are units of the drawn level in focus."""
    rows = [_row(look, text, count, view) for look, text, count in legend_entries(view)]
    name, unit = view.indicator.to(view.lang), view.number.suffix.to(view.lang).strip()
    unit = "" if unit.lower() in name.lower() else unit  # "Cases per 1,000 households" has said it
    head = escape(name) + (f"（{escape(unit)}）" if unit and view.lang == "zh" else f" ({escape(unit)})" if unit else "")
    if view.scale.note is not None and view.scale.note.to(view.lang):
        head += f' <span style="font-weight:400;opacity:.8">{escape(view.scale.note.to(view.lang))}</span>'
    date = f'<div class="atlas-legend-date" style="opacity:.75">{escape(DATE.format(date=_day(view.data_date, view.lang)).to(view.lang))}</div>' if view.data_date else ""
    return (
        f'<div class="atlas-legend" role="group" aria-label="{TITLE.to(view.lang)}" style="font-size:14px;line-height:1.5">'
        f'<div style="font-weight:600">{head}</div>'
        f'<div style="display:flex;flex-wrap:wrap;gap:2px 16px">{"".join(rows)}</div>{date}</div>'
    )


def _day(text: str, lang: str) -> str:
    """2026年10月31日 in Chinese, like every other date beside it."""
    year, month, day = (int(part) for part in text.split("-"))
    return f"{year}年{month}月{day}日" if lang == "zh" else text


def class_texts(view: MapView) -> list[str]:
    """One text per class: "1–4" for whole numbers, "12.5–25.0%" where a class holds its lower but not its upper limit."""
    if view.scale.texts:
        return [text.to(view.lang) for text in view.scale.texts]
    limits, figures = view.scale.breaks, _figures(view)
    is_whole = _whole(view, figures)
    step = 1.0 if is_whole else 0.0
    texts = []
    for low, high in zip([None, *limits], [*limits, None], strict=True):
        if low is None and high is None:
            texts.append(_extent(view, figures))
        elif high is None:
            texts.append(f"≥ {_text(view, low or 0.0)}")
        elif low is not None:
            texts.append(_span(view, low, high - step))
        elif is_whole and view.scale.zero_apart and np.all(figures >= 0):
            texts.append(_span(view, 1.0, high - step))
        else:
            texts.append(f"< {_text(view, high)}")
    if view.scale.words:
        return [f"{word.to(view.lang)} {text}" for word, text in zip(view.scale.words, texts, strict=True)]
    return texts


def _text(view: MapView, value: float) -> str:
    """With the unit only where it is a sign (%): words stand once, in the head."""
    suffix = view.number.suffix.to(view.lang)
    return view.number.write(value, view.lang) if suffix == "%" else replace(view.number, suffix=NO_TEXT).write(value, view.lang)


def _span(view: MapView, low: float, high: float) -> str:
    """The suffix is written once, after the higher end."""
    plain, full = replace(view.number, suffix=NO_TEXT).write(low, view.lang), _text(view, high)
    return full if low == high else f"{plain}–{full}"


def _whole(view: MapView, figures: np.ndarray) -> bool:
    is_plain = view.number.digits == 0 and view.number.scale == 1
    return is_plain and bool(np.all(figures == np.round(figures))) and all(limit == round(limit) for limit in view.scale.breaks)


def _extent(view: MapView, figures: np.ndarray) -> str:
    known = figures[figures != 0] if view.scale.zero_apart else figures
    return _span(view, float(known.min()), float(known.max())) if len(known) else "—"


def _figures(view: MapView) -> np.ndarray:
    return view.values[_is_told(view)]


def _is_told(view: MapView) -> np.ndarray:
    """Which places hold a figure in focus."""
    return _in_focus(view) & ((view.states == OK) | (view.states == UNSTABLE)) & np.isfinite(view.values)


def _in_focus(view: MapView) -> np.ndarray:
    number = np.arange(len(view.states))
    return (number >= view.visible[0]) & (number <= view.visible[1])


def legend_entries(view: MapView) -> list[tuple[tuple[str, str], str, int]]:
    focus, told = _in_focus(view), np.flatnonzero(_is_told(view))
    is_zero = view.values[told] == 0 if view.scale.zero_apart else np.zeros(len(told), bool)
    counts = np.bincount(view.class_of(told[~is_zero]), minlength=len(view.scale.looks))
    entries = [(look, text, int(count)) for look, text, count in zip(view.scale.looks, class_texts(view), counts, strict=True)]
    middle = view.scale.looks[len(view.scale.looks) // 2]
    if view.classes is not None:  # few cases have no light, and a row of their own below
        middle, few = view.scale.looks[NO_LIGHT_CLASS], int(np.count_nonzero(view.states[told] == UNSTABLE))
        look, text, count = entries.pop()
        entries += [(look, text, count - few)] if count > few else []
    if not len(told):
        entries = []  # colours of nothing
    if view.scale.zero_apart and is_zero.any():
        entries.insert(0, (ZERO, ZERO_WORD.to(view.lang), int(is_zero.sum())))
    states = view.states[focus]
    has_value = np.isfinite(view.values[focus])
    tallies = {state: int(np.count_nonzero(states == state)) for state in STATE_LOOKS}
    tallies[NO_DATA] += int(np.count_nonzero(((states == OK) | (states == UNSTABLE)) & ~has_value))
    if few := int(np.count_nonzero((states == UNSTABLE) & has_value)):
        entries.append(((middle[0], "unstable"), STATE_WORDS[UNSTABLE].to(view.lang), few))
    entries += [(state_look(state, view.dark), STATE_WORDS[state].to(view.lang), tallies[state]) for state in STATE_LOOKS if tallies[state]]
    return entries


def _row(look: tuple[str, str], text: str, count: int, view: MapView) -> str:
    colour, pattern = look
    drawing = PATTERNS[pattern].replace(INK, INK_ON_DARK) if view.dark and pattern in ("no_data", "no_feed", "suppressed") else PATTERNS[pattern]
    layers = ",".join(part for part in (drawing, f"linear-gradient({colour},{colour})") if part)
    swatch = f'<span style="display:inline-block;width:22px;height:14px;border:1px solid #8a94a3;background:{layers};flex:none"></span>'
    number = "" if view.months is not None else COUNT.format(n=f"{count:,}").to(view.lang)  # months share the legend, not the counts
    return (
        f'<span style="display:inline-flex;align-items:center;gap:6px">{swatch}<span>{escape(text)}</span>'
        f'<span style="opacity:.7;font-variant-numeric:tabular-nums">{number}</span></span>'
    )
