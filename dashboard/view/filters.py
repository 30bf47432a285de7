"""The filter bar (筛选条): indicator, level, period, category, and the rest in a box that opens. Every change is a new address."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from dashboard.view.chips import chips
from dashboard.view.drill import level_choices
from dashboard.view.filter_words import categories, idle
from dashboard.view.more_filters import more_filters
from dashboard.view.periods import BY_ID as PERIOD_BY_ID
from dashboard.view.periods import FREE, NAMES, ORDER, PERIODS, TWELVE
from dashboard.view.run import Run
from dashboard.view.state import ViewState, parse_view
from etl.model.indicators import BY_ID, INDICATORS
from etl.model.levels import BY_ID as LEVELS
from etl.model.text import Text
from etl.query.figures import is_connected
from etl.query.own_classes import group_of, last_part, own_classes

EARLIEST = 2000
OWN_MARK = "own:"  # tells a source's own class from a code in the one list of classes
SEVERAL = Text("已选 {n} 类", "{n} chosen")
FREE_FLAG = "atlas-free-dates"
ALL_IDS: tuple[str, ...] = tuple(indicator.id for indicator in INDICATORS)
WIDTHS = {"zh": {"ind": 190, "level": 150}, "en": {"ind": 270, "level": 190}}
category_names = categories


def filter_bar(run: Run, indicator: str, indicators: tuple[str, ...], has_level: bool = True) -> None:
    """One row of controls and, below it, a chip for each filter in force. `indicators` are those the page offers, `indicator` is
    the one shown ("" on a page that shows none of its own choice)."""
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        if indicator:
            _choose(run, "ind", run.word("indicator"), indicators, indicator, lambda name: _indicator_name(run, name))
        if has_level:
            levels = ("", *level_choices(run))
            level = run.view.level if run.view.level in levels else ""
            _choose(run, "level", run.word("level"), levels, level, lambda name: run.say(LEVELS[name].name) if name else run.word("level_auto"))
        with st.container(key="filter-period", horizontal=True, vertical_alignment="bottom", gap="small", width="content"):
            period_choice(run)
        with st.container(key="filter-category", width=190):
            _category(run, indicators)
        more_filters(run, indicator, indicators)
    chips(run, indicator, indicators)


def _go(change: ViewState) -> None:
    st.query_params.from_dict(change.query())


def _choose(run: Run, field: str, label: str, options: tuple[str, ...], value: str, name: Callable[[str], str]) -> None:
    key = f"choose-{field}"
    st.session_state[key] = value

    def changed() -> None:
        chosen = st.session_state[key]
        view = parse_view(dict(st.query_params))
        _go(replace(view, ind=chosen) if field == "ind" else replace(view, level=chosen))

    st.selectbox(label, options, key=key, format_func=name, on_change=changed, width=WIDTHS[run.lang][field], filter_mode="fuzzy" if len(options) > 12 else None)


def _indicator_name(run: Run, indicator_id: str) -> str:
    indicator = BY_ID[indicator_id]
    name = run.say(indicator.name)
    if is_connected(run.build, indicator):
        return name
    return f"{name}（{run.word('state_no_feed')}）" if run.lang == "zh" else f"{name} ({run.word('state_no_feed')})"


def period_id(run: Run) -> str:
    """Which named period the view shows."""
    if run.view.period:
        return run.view.period
    if run.view.date_from is None and run.view.date_to is None:
        return TWELVE
    days = (run.scope.date_from, run.scope.date_to)
    return next((period.id for period in PERIODS if period.days(run.build.data_date) == days), FREE)


def period_choice(run: Run) -> None:
    """The named periods; own dates beside them once they are asked for."""
    chosen = period_id(run)
    is_free = chosen == FREE or bool(st.session_state.get(FREE_FLAG))
    st.session_state["period-name"] = FREE if is_free else chosen

    def named() -> None:
        name = st.session_state["period-name"]
        st.session_state[FREE_FLAG] = name == FREE
        if name != FREE:
            first, last = PERIOD_BY_ID[name].days(run.build.data_date) if name != TWELVE else (None, None)
            _go(replace(parse_view(dict(st.query_params)), date_from=first, date_to=last, period=""))

    def picked() -> None:
        days = st.session_state["period-days"]
        if len(days) == 2:  # one day is a choice half made
            _go(replace(parse_view(dict(st.query_params)), date_from=days[0], date_to=days[1], period=""))

    st.selectbox(run.word("period"), ORDER, key="period-name", format_func=lambda name: run.say(NAMES[name]), on_change=named, width=150, filter_mode=None)
    if is_free:
        first, last = run.scope.date_from, run.scope.date_to
        st.session_state["period-days"] = (first, last)
        st.date_input(
            run.word("dates"),
            key="period-days",
            min_value=min(first.replace(year=EARLIEST, month=1, day=1), first),  # without one Streamlit refuses days over ten years back
            max_value=max(run.build.data_date, last),
            on_change=picked,
            format="YYYY-MM-DD",
            width=230,
        )


def _category(run: Run, indicators: tuple[str, ...]) -> None:
    """Disabled, not hidden, where the page's figures are no counts of cases: the choice waits in the address for the next page."""
    names, asked = categories(run.lang), run.view.values("category")
    several = ",".join(asked) if len(asked) > 1 else ""
    own = {f"{OWN_MARK}{word}": word for word in own_classes(run.build, run.reader, run.scope)}
    own |= {f"{OWN_MARK}{word}": word for word in run.view.values("own_class")}  # also where the period has none of it
    chosen_own = next((f"{OWN_MARK}{word}" for word in run.view.values("own_class")), "")
    st.session_state["choose-category"] = several or (asked[0] if asked and asked[0] in names else chosen_own)
    without = idle("category", "", indicators)

    def changed() -> None:
        chosen = st.session_state["choose-category"] or ""
        if chosen == several and several:
            return
        view = parse_view(dict(st.query_params))
        _go(view.with_filter("category").with_filter("own_class", own[chosen]) if chosen in own else view.with_filter("own_class").with_filter("category", chosen))

    def name(code: str) -> str:
        if code in own:
            return own_name(own[code])
        return run.say(SEVERAL.format(n=len(asked))) if several and code == several else names.get(code, run.word("all_categories"))

    st.selectbox(
        run.word("category"), (*((several,) if several else ()), "", *own, *names), key="choose-category", on_change=changed, width="stretch",
        disabled=without is not None, format_func=name, help=run.say(without[1]) if without else None,
    )  # fmt: skip


def own_name(word: str) -> str:
    """A source's own class as people look for it: its finest part first, then where it belongs."""
    group = group_of(word)
    return last_part(word) if group == word else f"{last_part(word)} · {last_part(group)}"


def chosen_indicator(run: Run, offered: tuple[str, ...], default: str) -> str:
    """The indicator of the address if the page offers it, else the page's default."""
    return run.view.ind if run.view.ind in offered else default
