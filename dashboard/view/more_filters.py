"""More filters (更多筛选): a box that is filled only while it is open; nothing is asked of the server until 应用."""

from collections.abc import Sequence

import streamlit as st

from dashboard.view.choice import choosing, view_now
from dashboard.view.filter_words import NAMES, categories, choices, idle, uses, value_name
from dashboard.view.run import Run
from dashboard.view.state import LONGEST, ONE_VALUE, ViewState
from etl.model.feed_filters import FEED_FILTERS
from etl.model.indicators import BY_ID
from etl.model.text import Text
from etl.query.feed_words import feed_words
from etl.query.lead_units import lead_units
from etl.query.own_classes import own_classes

KEY = "more-filters"
SEVERAL = ("category", "source", "severity", "status", "focus", "proper_level", "solved_level", "weekday", "hour")
SINGLE = ("own_class", "lead_unit")
TITLE = Text("更多筛选", "More filters")
TITLE_N = Text("更多筛选（{n}）", "More filters ({n})")
APPLY = Text("应用", "Apply")
ALL = Text("不限", "Any")
SEARCH = Text("输入名称或编码查找", "Type a name or code")
GREYED = Text("灰色的筛选对本页指标不起作用，会保留到其他页面。", "Greyed filters do nothing to the figures of this page; they wait for other pages.")
NOTE = Text("同一项选多个为“或”，不同项之间为“且”。", "Several values of one filter mean any of them; several filters mean all.")


def more_filters(run: Run, chosen: str, offered: Sequence[str]) -> None:
    """The button with the number of filters set in the box, and the box."""
    with st.container(key="filter-more", width="content"):
        _box(run, chosen, tuple(offered))


@st.fragment
def _box(run: Run, chosen: str, offered: tuple[str, ...]) -> None:
    counted = offered if len(offered) < len(BY_ID) else (chosen,)  # of a page that offers everything only what the figure shown goes by
    fields = (*SEVERAL, *SINGLE, *(name for name in FEED_FILTERS if uses(name, counted) or run.view.values(name)))
    set_here = sum(1 for field in fields if field not in (SEVERAL[0], SINGLE[0]) and run.view.values(field))
    title = run.say(TITLE_N.format(n=set_here)) if set_here else run.say(TITLE)
    box = st.popover(title, key=KEY, icon=":material/tune:", on_change="rerun", width="content")
    if not box.open:
        return
    with box, st.form("filters-form", border=False):
        keys = {field: f"more-{field}-{'-'.join(run.view.values(field))}" for field in fields}  # another view is another control: it starts from what is asked for
        left, right = st.columns(2, gap="medium")
        for place, field in enumerate(fields):
            with left if place % 2 == 0 else right:
                _field(run, field, offered, keys[field])
        is_greyed = any(idle(field, "", offered) for field in keys)
        st.html(f'<p class="ga-note">{run.say(NOTE)}{run.say(GREYED) if is_greyed else ""}</p>')
        is_sent = st.form_submit_button(run.say(APPLY), key="filters-apply", type="primary", width="stretch", on_click=choosing(lambda: _applied(tuple(keys.items()))))
    if is_sent:
        st.rerun()


def _applied(keys: tuple[tuple[str, str], ...]) -> ViewState:
    """The view with what the box holds; `keys`: the control of each field."""
    view = view_now()
    for field, key in keys:
        chosen = st.session_state[key]
        view = view.with_filter(field, *((chosen,) if isinstance(chosen, str) else chosen))
    return view


def _known(run: Run, field: str) -> tuple[str, ...]:
    """What one may choose: fixed words, or those of the period's cases."""
    if field in FEED_FILTERS:
        return tuple(name for name in feed_words(run.build, run.reader, field) if len(name) <= LONGEST)
    found = lead_units(run.build, run.reader, run.scope) if field == "lead_unit" else own_classes(run.build, run.reader, run.scope, only_where_usual=False)
    return tuple(name for name in found if len(name) <= LONGEST)


def _field(run: Run, field: str, offered: tuple[str, ...], key: str) -> None:
    """One filter; greyed with its reason where no indicator of the page is counted by it."""
    without = idle(field, "", offered)
    label, asked, reason = run.say(NAMES[field]), run.view.values(field), run.say(without[1]) if without else None
    if field in ONE_VALUE:
        known = _known(run, field)
        options = ("", *dict.fromkeys((*asked, *known)))
        st.selectbox(
            label, options, index=options.index(asked[0]) if asked else 0, key=key, disabled=without is not None, help=reason,
            format_func=lambda value: value_name(field, value, run.lang) if value else run.say(ALL),
        )  # fmt: skip
        return
    names = categories(run.lang) if field == "category" else {value: value_name(field, value, run.lang) for value in choices(field)}
    options = tuple(dict.fromkeys((*names, *asked)))
    placeholder = run.say(SEARCH) if field == "category" else run.say(ALL)
    st.multiselect(
        label, options, default=list(asked), key=key, placeholder=placeholder, disabled=without is not None, help=reason,
        format_func=lambda value: names.get(value, value_name(field, value, run.lang)), select_all=False,
    )  # fmt: skip
