"""Chips (筛选标签): one for each filter, period and selection in force, each with its own way out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

import numpy as np
import streamlit as st

from dashboard.view.filter_words import IDLE_MARK, NAMES, idle, value_name
from dashboard.view.format import listing, span
from dashboard.view.periods import NAMES as PERIOD_NAMES
from dashboard.view.run import Run
from dashboard.view.state import FILTERS, ViewState, address
from etl.model.levels import LEVELS
from etl.model.text import Text
from etl.query.row_units import ROW_KINDS, RowUnits
from etl.query.selection import contains, grids
from etl.query.units import units

LABEL = Text("正在生效的筛选", "Filters in force")
REMOVE = Text("去掉：{name}", "Remove {name}")
CLEAR = Text("全部清除", "Clear all")
PERIOD = Text("期间", "Period")
AREA = Text("自绘区域", "Drawn area")
PICKED = Text("已选单元", "Picked units")
GRIDS = Text("{n} 个网格", "{n} grids")
MORE = Text("{name} 等 {n} 个", "{name} and {n} in all")
WHAT_COUNTS = Text(
    "指标、地图、图表、清单和表格都只统计所选范围；按社区填报的数据（资金、契约、志愿、社工等）分不到网格，整个社区都选中才计入。",
    "Figures, map, charts, lists and tables count what is chosen; what is reported by community (funds, contracts, volunteers, workers) counts where the whole community is.",
)
COUNTED, UNITS = Text("{n} 个{name}", "{n} {name}"), Text("单元", "units")
SHOWN = 3  # values named on one chip


@dataclass(frozen=True, slots=True)
class Chip:
    """`view` is the view without it; `mark` and `reason` say where it does nothing."""

    id: str
    name: str
    text: str
    view: ViewState
    mark: str = ""
    reason: str = ""


def found_chips(run: Run, chosen: str, offered: Sequence[str], has_period: bool = True, told: Mapping[str, tuple[Text, Text]] | None = None) -> list[Chip]:
    """What is in force, in the order of the bar. A page that offers no indicators lets filters and selection pass, without
    `has_period` the period too: their chips say so. `told`: what such a page does with a filter after all, (mark, reason)."""
    view, lang = run.view, run.lang
    found = []
    passed = "" if offered else run.say(IDLE_MARK)
    if view.period or view.date_from or view.date_to:
        days = span(run.scope.date_from, run.scope.date_to, lang)
        text = f"{run.say(PERIOD_NAMES[view.period])} · {days}" if view.period else days
        found.append(Chip("period", run.say(PERIOD), text, replace(view, period="", date_from=None, date_to=None), "" if has_period else passed))
    for field in FILTERS:
        values = view.values(field)
        if values:
            without = (told or {}).get(field) or idle(field, chosen, offered)
            mark, reason = (run.say(one) for one in without) if without else ("", "")
            found.append(Chip(field, run.say(NAMES[field]), listed(run, [value_name(field, value, lang) for value in values]), view.with_filter(field), mark, reason))
    if view.units:
        frame = units(run.build)
        names = [frame.name[no - 1] if (no := frame.by_code(code)) else code for code in view.units]
        found.append(Chip("units", run.say(PICKED), listed(run, names), replace(view, units=()), passed, run.say(WHAT_COUNTS)))
    if view.area:
        count = run.say(GRIDS.format(n=f"{grids(run.build, run.scope.chosen):,}"))
        found.append(Chip("area", run.say(AREA), count, replace(view, area=()), passed, run.say(WHAT_COUNTS)))
    if run.row is not None:
        found.append(Chip("row", run.say(ROW_KINDS[run.row.units.kind].title), _row_said(run, run.row.units), replace(view, row=""), passed, run.say(WHAT_COUNTS)))
    return found


def _row_said(run: Run, row: RowUnits) -> str:
    """The row, and how many of its units are chosen; a reader of less than such a unit is told of no number."""
    n, levels = int(contains(run.scope.chosen, np.array(row.numbers)).sum()), {int(units(run.build).level[no - 1]) for no in row.numbers}
    level = LEVELS[levels.pop()] if len(levels) == 1 else None
    name = run.say(level.plural if level else UNITS) if n > 1 or level is None else run.say(level.name).lower()
    return f"{run.say(row.name)} · {run.say(COUNTED.format(n=f'{n:,}', name=name))}" if n else run.say(row.name)


def listed(run: Run, names: list[str]) -> str:
    """Some names; of many the first and how many."""
    return listing(names, run.lang) if len(names) <= SHOWN else run.say(MORE.format(name=names[0], n=len(names)))


def chips(run: Run, chosen: str, offered: Sequence[str], has_period: bool = True, told: Mapping[str, tuple[Text, Text]] | None = None) -> None:
    """Draws them in a row; nothing where nothing is in force."""
    found = found_chips(run, chosen, offered, has_period, told)
    if not found:
        return
    rows = "".join(_html(run, chip) for chip in found)
    clear = f'<li><a class="ga-clear" href="{_href(run, run.view.without_filters())}" data-go>{escape(run.say(CLEAR))}</a></li>' if len(found) > 1 else ""
    with st.container(key="chips"):
        st.html(f'<ul class="ga-chips" aria-label="{escape(run.say(LABEL))}">{rows}{clear}</ul>')


def _html(run: Run, chip: Chip) -> str:
    mark = f'<em>{escape(chip.mark)}</em>' if chip.mark else ""
    title = f' title="{escape(chip.reason, quote=True)}"' if chip.reason else ""
    name = escape(run.say(REMOVE.format(name=f"{chip.name} {chip.text}")), quote=True)
    return (
        f'<li class="ga-chip{" is-idle" if chip.mark else ""}" data-chip="{chip.id}"{title}><span><b>{escape(chip.name)}</b> {escape(chip.text)}{mark}</span>'
        f'<a href="{_href(run, chip.view)}" data-go aria-label="{name}" title="{name}">×</a></li>'
    )


def _href(run: Run, view: ViewState) -> str:
    return escape(address(run.page.id, view), quote=True)
