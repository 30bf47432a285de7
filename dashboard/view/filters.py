"""The filter bar (筛选条): indicator, level, period, category, and the rest in a box that opens. Every change is a new address."""

from dataclasses import replace
from datetime import date

import streamlit as st

from dashboard.view.chips import chips
from dashboard.view.choice import choosing, hold, select, view_now
from dashboard.view.drill import level_choices
from dashboard.view.filter_words import categories, idle
from dashboard.view.more_filters import more_filters
from dashboard.view.periods import BY_ID as PERIOD_BY_ID
from dashboard.view.periods import FREE, NAMES, ORDER, PERIODS, TWELVE, Dated, calendar
from dashboard.view.run import Run
from dashboard.view.state import ViewState
from etl.model.indicators import BY_ID, INDICATORS
from etl.model.levels import BY_ID as LEVELS
from etl.model.text import Text
from etl.query.figures import is_connected
from etl.query.own_classes import group_of, last_part, own_classes, standard_classes
from etl.query.series import first_day

EARLIEST = 2000
OWN_MARK = "own:"  # tells a source's own class from a code in the one list of classes
SEVERAL = Text("已选 {n} 类", "{n} chosen")
FREE_FLAG = "atlas-free-dates"
ALL_IDS: tuple[str, ...] = tuple(indicator.id for indicator in INDICATORS)
WIDTHS = {"zh": {"ind": 220, "level": 140}, "en": {"ind": 262, "level": 152}}  # two chips stand beside the row at 1440
PERIOD_WIDTHS = {"zh": 196, "en": 200}
FROM, TO = Text("起始日期", "From"), Text("截止日期", "To")
category_names = categories


def filter_bar(run: Run, indicator: str, indicators: tuple[str, ...], has_level: bool = True) -> None:
    """One row of controls and, below it, a chip for each filter in force. `indicators` are those the page offers, `indicator` is
    the one shown ("" on a page that shows none of its own choice)."""
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom", gap="small"):
        if indicator:
            select(
                run, "choose-ind", run.word("indicator"), indicators, indicator, lambda name: _indicator_name(run, name), lambda name: replace(view_now(), ind=name),
                width=WIDTHS[run.lang]["ind"], filter_mode="fuzzy" if len(indicators) > 12 else None,
            )  # fmt: skip
        if has_level:
            levels = ("", *level_choices(run))
            level = run.view.level if run.view.level in levels else ""
            select(
                run, "choose-level", run.word("level"), levels, level, lambda name: run.say(LEVELS[name].name) if name else run.word("level_auto"),
                lambda name: replace(view_now(), level=name), width=WIDTHS[run.lang]["level"], filter_mode=None,
            )  # fmt: skip
        with st.container(key="filter-period", horizontal=True, vertical_alignment="bottom", gap="small", width="content"):
            period_choice(run)
        with st.container(key="filter-category", width=140):
            _category(run, indicators)
        more_filters(run, indicator, indicators)
    chips(run, indicator, indicators)


def _indicator_name(run: Run, indicator_id: str) -> str:
    indicator = BY_ID[indicator_id]
    name = run.say(indicator.name)
    if is_connected(run.build, indicator):
        return name
    return f"{name}（{run.word('state_no_feed')}）" if run.lang == "zh" else f"{name} ({run.word('state_no_feed')})"


def dated_periods(run: Run) -> tuple[Dated, ...]:
    """Seasons, quarters, half-years, years and months that the build's cases reach into."""
    return calendar(first_day(run.build, "case_per_1000hh") if "case" in run.build.feeds else None, run.build.data_date)


def period_id(run: Run) -> str:
    """Which named period the view shows."""
    if run.view.period:
        return run.view.period
    if run.view.date_from is None and run.view.date_to is None:
        return TWELVE
    days = (run.scope.date_from, run.scope.date_to)
    named = next((period.id for period in PERIODS if period.days(run.build.data_date) == days), "")
    return named or next((one.id for one in dated_periods(run) if (one.first, one.last) == days), FREE)


def period_choice(run: Run) -> None:
    """The named periods; own dates beside them once they are asked for."""
    chosen, dated = period_id(run), {one.id: one for one in dated_periods(run)}
    is_free = chosen == FREE or bool(st.session_state.get(FREE_FLAG))

    def named(name: str) -> ViewState | None:
        st.session_state[FREE_FLAG] = name == FREE
        if name == FREE:
            return None
        first: date | None = None
        last: date | None = None
        if name in dated:
            first, last = dated[name].first, dated[name].last
        elif name != TWELVE:
            first, last = PERIOD_BY_ID[name].days(run.build.data_date)
        return replace(view_now(), date_from=first, date_to=last, period="")

    select(
        run, "period-name", run.word("period"), (*ORDER, *dated), FREE if is_free else chosen, lambda name: run.say(dated[name].name if name in dated else NAMES[name]), named,
        width=PERIOD_WIDTHS[run.lang], filter_mode="contains",
    )  # fmt: skip
    if is_free:
        _own_dates(run)


def _own_dates(run: Run) -> None:
    """First and last day, each a box of its own: a date can be typed (Enter or leaving the box takes it) or picked from the calendar.
    The day just set counts: where the other lies on its wrong side, it moves to the same day."""
    first, last = run.scope.date_from, run.scope.date_to
    # without a first one Streamlit refuses days over ten years back; the year of the data may be typed to its end
    earliest, latest = min(date(EARLIEST, 1, 1), first), max(date(run.build.data_date.year, 12, 31), last)

    def picked(changed: str) -> ViewState | None:
        if st.session_state.get("period-name") != FREE:  # a box on its way out speaks up once more, with the day it had when it came
            return None
        day, view = st.session_state[changed], view_now()  # the address: the other box may have changed since this run
        if day is None:
            return None
        start, end = view.date_from or first, view.date_to or last
        start, end = (day, max(day, end)) if changed == "period-from" else (min(day, start), day)
        return replace(view, date_from=start, date_to=end, period="")

    for key, label, day in (("period-from", FROM, first), ("period-to", TO, last)):
        hold(run, key, day)
        st.date_input(run.say(label), key=key, min_value=earliest, max_value=latest, on_change=choosing(picked), args=(key,), format="YYYY-MM-DD", width=152)


def _category(run: Run, indicators: tuple[str, ...]) -> None:
    """Disabled, not hidden, where the page's figures are no counts of cases: the choice waits in the address for the next page."""
    names, asked = categories(run.lang), run.view.values("category")
    several = ",".join(asked) if len(asked) > 1 else ""
    own = {f"{OWN_MARK}{word}": word for word in own_classes(run.build, run.reader, run.scope)}
    if own:  # a city with words of its own: standard classes that none of its cases has would only lead astray
        used = standard_classes(run.build, run.reader, run.scope)
        names = {code: name for code, name in names.items() if code in used or code in asked}
    own |= {f"{OWN_MARK}{word}": word for word in run.view.values("own_class")}  # also where the period has none of it
    chosen_own = next((f"{OWN_MARK}{word}" for word in run.view.values("own_class")), "")
    without = idle("category", "", indicators)

    def changed(chosen: str) -> ViewState | None:
        if chosen == several and several:
            return None
        view = view_now()
        return view.with_filter("category").with_filter("own_class", own[chosen]) if chosen in own else view.with_filter("own_class").with_filter("category", chosen)

    def name(code: str) -> str:
        if code in own:
            return own_name(own[code])
        return run.say(SEVERAL.format(n=len(asked))) if several and code == several else names.get(code, run.word("all_categories"))

    select(
        run, "choose-category", run.word("category"), (*((several,) if several else ()), "", *own, *names), several or (asked[0] if asked and asked[0] in names else chosen_own),
        name, changed, width="stretch", disabled=without is not None, help=run.say(without[1]) if without else None,
    )  # fmt: skip


def own_name(word: str) -> str:
    """A source's own class as people look for it: its finest part first, then where it belongs."""
    group = group_of(word)
    return last_part(word) if group == word else f"{last_part(word)} · {last_part(group)}"


def chosen_indicator(run: Run, offered: tuple[str, ...], default: str) -> str:
    """The indicator of the address if the page offers it, else the page's default."""
    return run.view.ind if run.view.ind in offered else default
