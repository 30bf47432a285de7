"""Parts that all public pages are made of (公示部件): counts with their three states, figures, bars, tables. HTML without any script."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from html import escape

from dashboard.public.words import say
from etl.model.text import Lang
from etl.query.public_build import Count

RATE_FROM = 20  # below this many cases no rate is told (E4); rates are made of published counts only, so they tell nothing more


def number(value: float | int | Decimal | None, digits: int = 0) -> str:
    return "—" if value is None else f"{value:,.{digits}f}"


def count_html(count: Count, lang: Lang) -> str:
    """A public count: the rounded number, “<10”, or a word with the reason."""
    if count.state == "shown":
        return number(count.value)
    if count.state == "small":
        return f'<span class="gp-small" title="{say("small_note", lang)}">{escape(say("small", lang))}</span>'
    if count.state == "withheld":
        return f'<span class="gp-none" title="{escape(say("withheld_note", lang))}">{say("withheld", lang)}</span>'
    return f'<span class="gp-none">{say("none", lang)}</span>'


def not_connected(lang: Lang) -> str:
    """What stands where a feed is absent: never a zero."""
    return f'<p class="gp-none gp-empty">{say("none", lang)}</p>'


def rate(part: Count, whole: Count) -> int | None:
    """Whole percent from two published counts; None where one is not shown or the base is small."""
    if part.state != "shown" or whole.state != "shown" or not whole.value or whole.value < RATE_FROM or part.value is None:
        return None
    return min(100, round(100 * part.value / whole.value))


def figure(title: str, value: str, unit: str = "", note: str = "", key: str = "") -> str:
    """One big figure. `value` and `note` are HTML."""
    mark = f' data-figure="{key}"' if key else ""
    unit_html = f' <i>{escape(unit)}</i>' if unit and "gp-none" not in value else ""
    return f'<div class="gp-figure"{mark}><dt>{escape(title)}</dt><dd><b>{value}</b>{unit_html}</dd><dd class="gp-sub">{note}</dd></div>'


def figures(items: Iterable[str]) -> str:
    return f'<dl class="gp-figures">{"".join(items)}</dl>'


def panel(title: str, body: str, note: str = "", classes: str = "", more: str = "") -> str:
    """A titled block. `body`, `note` and `more` are HTML."""
    note_html = f'<p class="gp-note">{note}</p>' if note else ""
    return f'<section class="gp-panel {classes}"><header><h2>{escape(title)}</h2>{more}</header>{body}{note_html}</section>'


def table(heads: Sequence[tuple[str, bool]], rows: Iterable[Sequence[str]], caption: str, classes: str = "") -> str:
    """A table of HTML cells; heads are (title, is a number). On phones one of six columns and more, or of the class "list", is a list of blocks without its dashes."""
    head = "".join(f'<th scope="col"{_num(is_number)}>{escape(title)}</th>' for title, is_number in heads)
    body = "".join(
        "<tr>" + "".join(f"<td{_num(is_number, cell)} data-label=\"{escape(title)}\">{cell}</td>" for cell, (title, is_number) in zip(row, heads, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<div class="gp-scroll"><table class="gp-table {classes}"><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _num(is_number: bool, cell: str = "") -> str:
    found = " ".join((*(["num"] if is_number else []), *(["none"] if cell == "—" else [])))
    return f' class="{found}"' if found else ""


def pair_bars(rows: Sequence[tuple[str, Count, Count]], lang: Lang, words: tuple[str, str]) -> str:
    """Bars of two counts a row (received, closed), the second inside the first. What is not shown has no length, only its word."""
    longest = max((count.value or 0 for _, *counts in rows for count in counts), default=0) or 1
    items = "".join(
        f'<li><span class="gp-bar-name">{escape(name)}</span><svg class="gp-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="all" x="0" y="0" width="{_length(first, longest)}" height="10"/><rect class="part" x="0" y="0" width="{min(_length(first, longest) or 100, _length(second, longest))}" height="10"/></svg>'
        f'<span class="gp-bar-n">{count_html(first, lang)}</span><span class="gp-bar-n part">{count_html(second, lang)}</span></li>'
        for name, first, second in rows
    )
    legend = f'<p class="gp-key"><span class="all">{escape(words[0])}</span><span class="part">{escape(words[1])}</span></p>'
    return f'{legend}<ul class="gp-bars">{items}</ul>'


def _length(count: Count, longest: int) -> float:
    return round(100 * (count.value or 0) / longest, 1) if count.state == "shown" else 0


LEFT, WIDTH = 62, 770


def columns(months: Sequence[str], series: Sequence[tuple[str, Sequence[Count]]], lang: Lang, alt: str, height: int = 190) -> str:
    """Columns by month, one or two series side by side; a count that is not shown leaves its place marked, not empty."""
    highest = _round_top(max((count.value or 0 for _, counts in series for count in counts), default=0))
    step, floor = (WIDTH - LEFT - 10) / max(1, len(months)), height + 20
    width = step * 0.66 / len(series)
    parts: list[str] = []
    for i, month in enumerate(months):
        left, middle = LEFT + i * step + step * 0.17, LEFT + (i + 0.5) * step
        for j, (name, counts) in enumerate(series):
            count, x = counts[i], left + j * width
            if count.state == "shown":
                tall = max(1.0, height * (count.value or 0) / highest)
                parts.append(f'<rect class="s{j}" x="{x:.1f}" y="{floor - tall:.1f}" width="{width - 1.5:.1f}" height="{tall:.1f}"><title>{month} {escape(name)} {number(count.value)}</title></rect>')
            else:
                word = say("small_note" if count.state == "small" else "withheld", lang)
                parts.append(f'<path class="gap" d="M{x:.1f} {floor - 3}h{width - 1.5:.1f}"><title>{month} {escape(name)} {escape(word)}</title></path>')
        label = f"{int(month[5:])}月" if lang == "zh" else f"{date.fromisoformat(f'{month}-01'):%b}"
        year = f'<tspan x="{middle:.1f}" dy="1.2em">{month[:4]}</tspan>' if i == 0 or month.endswith("-01") else ""
        parts.append(f'<text class="tick" x="{middle:.1f}" y="{floor + 6}" dy=".9em">{label}{year}</text>')
    grid = "".join(
        f'<path class="grid" d="M{LEFT} {floor - height * f:.1f}H{WIDTH - 10}"/><text class="tick y" x="{LEFT - 6}" y="{floor + 5 - height * f:.1f}">{_short(highest * f, lang)}</text>' for f in (0.5, 1.0)
    )
    key = "".join(f'<span class="s{j}">{escape(name)}</span>' for j, (name, _) in enumerate(series))
    return (
        f'<p class="gp-key">{key}</p><svg class="gp-columns" viewBox="0 0 {WIDTH} {floor + 58}" role="img" aria-label="{escape(alt)}">{grid}'
        f'<path class="axis" d="M{LEFT} {floor}H{WIDTH - 10}"/>{"".join(parts)}</svg>'
    )


def _round_top(value: int) -> int:
    """The next round number whose half is round too: 20, 40, 50, 60, 80, 100, 120 …"""
    size = 10 ** max(1, len(str(value)) - 1)
    return next(int(size * step) for step in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10) if size * step >= value)


def _short(value: float, lang: Lang) -> str:
    if value >= 10_000:
        return f"{value / 10_000:.1f}万" if lang == "zh" else f"{value / 1000:.0f}k"
    return f"{value:,.0f}"
