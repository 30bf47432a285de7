"""The filter bar (筛选条): indicator, level, period, category. Every change is a new address."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import streamlit as st

from dashboard.view.drill import level_choices
from dashboard.view.run import Run
from dashboard.view.state import ViewState, parse_view
from etl.model.indicators import BY_ID, INDICATORS
from etl.model.levels import BY_ID as LEVELS
from etl.model.taxonomy import CATEGORIES
from etl.model.text import Text
from etl.query.figures import is_connected
from etl.query.series import add_months


@dataclass(frozen=True, slots=True)
class Period:
    """A named period up to the data date."""

    id: str
    name: Text

    def days(self, last: date) -> tuple[date, date]:
        """First and last day, both included."""
        month = last.replace(day=1)
        starts = {
            "week": last - timedelta(days=last.weekday()), "month": month, "last_month": add_months(month, -1), "d30": last - timedelta(days=29),
            "d90": last - timedelta(days=89), "year": last.replace(month=1, day=1),
        }  # fmt: skip
        return starts[self.id], month - timedelta(days=1) if self.id == "last_month" else last


PERIODS: tuple[Period, ...] = (
    Period("week", Text("本周", "This week")),
    Period("month", Text("本月", "This month")),
    Period("last_month", Text("上月", "Last month")),
    Period("d30", Text("近30天", "Last 30 days")),
    Period("d90", Text("近90天", "Last 90 days")),
    Period("year", Text("本年", "This year")),
)
TWELVE, FREE = "m12", "free"
EARLIEST = date(2000, 1, 1)
NAMES = {period.id: period.name for period in PERIODS} | {TWELVE: Text("近12个月", "Last 12 months"), FREE: Text("自选", "Own dates")}
ORDER = (TWELVE, *(period.id for period in PERIODS))


def filter_bar(run: Run, indicator: str, indicators: tuple[str, ...]) -> None:
    """One row of controls. `indicators` are those the page offers; `indicator` is the one shown."""
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        _choose(run, "ind", run.word("indicator"), indicators, indicator, lambda name: _indicator_name(run, name), width=190)
        levels = ("", *level_choices(run))
        level = run.view.level if run.view.level in levels else ""
        _choose(
            run,
            "level",
            run.word("level"),
            levels,
            level,
            lambda name: run.say(LEVELS[name].name) if name else run.word("level_auto"),
            width=150,
        )
        with st.container(key="filter-period", horizontal=True, vertical_alignment="bottom", gap="small", width="content"):
            _period(run)
        with st.container(key="filter-category", width=190):
            _category(run, is_used=any("category" in BY_ID[name].filters for name in indicators))


def _go(change: ViewState) -> None:
    st.query_params.from_dict(change.query())


def _choose(run: Run, field: str, label: str, options: tuple[str, ...], value: str, name, width: int) -> None:
    key = f"choose-{field}"
    st.session_state[key] = value

    def changed() -> None:
        _go(replace(parse_view(dict(st.query_params)), **{field: st.session_state[key]}))

    st.selectbox(label, options, key=key, format_func=name, on_change=changed, width=width, filter_mode=None)


def _indicator_name(run: Run, indicator_id: str) -> str:
    indicator = BY_ID[indicator_id]
    mark = (
        ""
        if is_connected(run.build, indicator)
        else f"（{run.word('state_no_feed')}）"
        if run.lang == "zh"
        else f" ({run.word('state_no_feed')})"
    )
    return run.say(indicator.name) + mark


def period_id(run: Run) -> str:
    """Which named period the view shows."""
    if run.view.date_from is None and run.view.date_to is None:
        return TWELVE
    days = (run.scope.date_from, run.scope.date_to)
    return next((period.id for period in PERIODS if period.days(run.build.data_date) == days), FREE)


def _period(run: Run) -> None:
    chosen = period_id(run)
    st.session_state["period-name"] = chosen
    st.session_state["period-days"] = (run.scope.date_from, run.scope.date_to)

    def named() -> None:
        period = next((period for period in PERIODS if period.id == st.session_state["period-name"]), None)
        first, last = period.days(run.build.data_date) if period else (None, None)
        _go(replace(parse_view(dict(st.query_params)), date_from=first, date_to=last))

    def picked() -> None:
        days = st.session_state["period-days"]
        if len(days) == 2:  # one day is a choice half made
            _go(replace(parse_view(dict(st.query_params)), date_from=days[0], date_to=days[1]))

    options = (*ORDER, FREE) if chosen == FREE else ORDER
    st.selectbox(
        run.word("period"),
        options,
        key="period-name",
        format_func=lambda name: run.say(NAMES[name]),
        on_change=named,
        width=140,
        filter_mode=None,
    )
    st.date_input(
        run.word("dates"),
        key="period-days",
        min_value=min(EARLIEST, run.scope.date_from),  # without one Streamlit refuses days more than ten years back
        max_value=max(run.build.data_date, run.scope.date_to),
        on_change=picked,
        format="YYYY-MM-DD",
        width=230,
    )


def _category(run: Run, is_used: bool) -> None:
    """Disabled, not hidden, where the page's figures are no counts of cases: the choice waits in the address for the next page."""
    names = category_names(run.lang)
    value = run.view.category if run.view.category in names else ""
    st.session_state["choose-category"] = value

    def changed() -> None:
        _go(parse_view(dict(st.query_params)).with_filter("category", st.session_state["choose-category"] or ""))

    st.selectbox(
        run.word("category"),
        ("", *names),
        key="choose-category",
        on_change=changed,
        width="stretch",
        disabled=not is_used,
        format_func=lambda code: names.get(code, run.word("all_categories")),
    )


@cache
def category_names(lang: str) -> dict[str, str]:
    """Names by code, first-level classes (two digits) before their second-level ones."""
    names: dict[str, str] = {}
    for category in CATEGORIES:
        names.setdefault(category.code2, f"{category.code2} {category.l1.to(lang)}")
        names[category.code4] = f"　{category.code4} {category.l2.to(lang)}"
    return dict(sorted(names.items()))


def chosen_indicator(run: Run, offered: tuple[str, ...], default: str) -> str:
    """The indicator of the address if the page offers it, else the page's default."""
    return run.view.ind if run.view.ind in offered else default


ALL_IDS: tuple[str, ...] = tuple(indicator.id for indicator in INDICATORS)
