"""Units × indicators (多指标表): a page of rows sorted where the figures are, each unit with a box to select it and a link into it."""

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from dashboard.explore.controls import own_link
from dashboard.explore.picked import picks, with_pick
from dashboard.explore.words import word
from dashboard.parts.cards import state_mark
from dashboard.parts.export_rows import Value
from dashboard.parts.list_export import list_head
from dashboard.view.drill import Shown
from dashboard.view.format import both_parts, headed, of_indicator
from dashboard.view.run import Run
from etl.model.indicators import Indicator
from etl.model.levels import BY_ID as LEVELS
from etl.query.unit_table import PAGE, unit_page


def unit_rows(run: Run, indicators: Sequence[Indicator], shown: Shown, chosen: Sequence[int] = (), size: int = PAGE) -> None:
    """The table; `chosen` units are marked and come alone when the address asks for it. The order is that of the address: `sort` is an
    indicator, with "-" before it from the greatest down."""
    sort, is_falling = sort_of(run, indicators)
    only = np.array(sorted(set(chosen)), dtype=np.int64) if chosen and run.view.own("only") == "picked" else None
    columns = [(one.id, run.scope_for(one)) for one in indicators]
    page = unit_page(run.build, run.reader, columns, shown.level, shown.under, sort, is_falling, _start(run), size, only)
    marked = set(chosen)
    last = min(page.start + size, page.total)
    told = word(run, "unit_rows", total=f"{page.total:,}", first=f"{min(page.start + 1, page.total):,}", last=f"{last:,}")
    toggle = ""
    if chosen:
        is_alone = only is not None
        toggle = own_link(run, word(run, "all_units" if is_alone else "only_picked"), "ga-link", only="" if is_alone else "picked", at="")
    heads = [_head(run, word(run, "unit"), "name", sort, is_falling), f'<th scope="col">{run.word("belongs")}</th>', *(_head(run, headed(one, run.lang), one.id, sort, is_falling, True) for one in indicators)]
    body = "".join(_row(run, indicators, row, row["unit_no"] in marked) for row in page.rows.to_dict("records"))
    what = run.say(LEVELS[shown.level].plural)
    list_head(run, "units", f"{what[:1].upper()}{what[1:]} · {run.unit.name}", told, lambda: every_row(run, indicators, shown, only))
    with st.container(key="table-main"):
        st.html(f'{toggle}<div class="ga-scroll"><table class="ga-table ga-paged"><thead><tr>{"".join(heads)}</tr></thead><tbody>{body}</tbody></table></div>{pager(run, page.start, size, page.total)}')


def every_row(run: Run, columns: Sequence[Indicator], shown: Shown, only: NDArray[np.int64] | None) -> tuple[list[str], list[list[Value]]]:
    """Every row of the table in its order for a file, figures unrounded (rates in per cent)."""
    sort, is_falling = sort_of(run, columns)
    page = unit_page(run.build, run.reader, [(one.id, run.scope_for(one)) for one in columns], shown.level, shown.under, sort, is_falling, 0, 10**9, only)
    heads = [run.word("code"), run.word("name"), run.word("belongs")]
    for one in columns:
        heads += [headed(one, run.lang), run.word("numerator"), run.word("denominator"), run.word("state")]
    rows: list[list[Value]] = []
    for row in page.rows.to_dict("records"):
        cells: list[Value] = [row["code"], row["name"], row["parent"]]
        for one in columns:
            numbers = [row[one.id] * (100 if one.is_percent else 1), row[f"{one.id}.numerator"], row[f"{one.id}.denominator"]]
            cells += [None if np.isnan(number) else float(number) for number in numbers]
            cells.append(run.word(f"state_{row[f'{one.id}.state']}"))
        rows.append(cells)
    return heads, rows


def sort_of(run: Run, indicators: Sequence[Indicator]) -> tuple[str, bool]:
    """What the rows are sorted by and whether from the greatest down; without a word of the address the first indicator, worst first."""
    asked = run.view.own("sort")
    name = asked.lstrip("-")
    if name == "name" or name in (one.id for one in indicators):
        return name, asked.startswith("-")
    return indicators[0].id, indicators[0].better != "up"


def _start(run: Run) -> int:
    text = run.view.own("at")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _head(run: Run, text: str, name: str, sort: str, is_falling: bool, is_number: bool = False) -> str:
    """A head that sorts by a link: the whole level is sorted, not the rows that happen to be on the page."""
    arrow = "" if sort != name else " ↓" if is_falling else " ↑"
    next_sort = f"-{name}" if (sort != name and is_number) or (sort == name and not is_falling) else name
    aria = f' aria-sort="{"descending" if is_falling else "ascending"}"' if sort == name else ""
    return f'<th scope="col" class="{"n" if is_number else ""}"{aria}>{own_link(run, text + arrow, sort=next_sort, at="")}</th>'


def _row(run: Run, indicators: Sequence[Indicator], row: dict, is_marked: bool) -> str:
    href = run.href(extra=with_pick(run, int(row["unit_no"])).extra)
    box = f'<a class="ga-box" role="checkbox" aria-checked="{str(row["unit_no"] in picks(run)).lower()}" aria-label="{escape(str(row["name"]), quote=True)}" href="{href}" data-go></a>'
    cells = "".join(_cell(run, one, row) for one in indicators)
    look = ' class="is-chosen"' if is_marked else ""
    return f'<tr{look} data-code="{escape(row["code"], quote=True)}"><td>{box}<a href="{run.href(unit=row["code"], level="")}" data-go title="{word(run, "go_in")}">{escape(row["name"])}</a></td><td>{escape(row["parent"])}</td>{cells}</tr>'


def _cell(run: Run, indicator: Indicator, row: dict) -> str:
    value, state = row[indicator.id], row[f"{indicator.id}.state"]
    parts = both_parts(row[f"{indicator.id}.numerator"], row[f"{indicator.id}.denominator"]) if indicator.has_denominator and state in ("ok", "unstable") else ""
    mark = state_mark(run, state) if state != "ok" else ""
    return f'<td class="n" data-value="{"" if np.isnan(value) else repr(float(value))}"><b>{of_indicator(indicator, value)}</b> <small>{parts}</small>{mark}</td>'


def pager(run: Run, start: int, size: int, total: int) -> str:
    """Links to the neighbouring pages; nothing where all rows are on one."""
    if total <= size:
        return ""
    last = (total - 1) // size * size
    steps = [("first_page", 0, start > 0), ("previous", max(start - size, 0), start > 0), ("next", start + size, start < last), ("last_page", last, start < last)]
    links = "".join(own_link(run, word(run, key), "ga-step", at=str(to) if to else "") if is_open else f'<span class="ga-step" aria-disabled="true">{word(run, key)}</span>' for key, to, is_open in steps)
    return f'<nav class="ga-pager">{links}</nav>'
