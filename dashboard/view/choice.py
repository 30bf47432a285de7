"""A reader's choice (选择) becomes the address, also when the next one is made while the page is still being drawn.

Two things could undo a choice. The browser learns of a new address a moment later: what it sends meanwhile names the old one, which
`settle` and `view_now` know to be overtaken. And a control told its value on every run would take back what the reader has just chosen
in it: `hold` tells it only what it does not show yet.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, get_script_run_ctx

from dashboard.maps.panel import answered_events
from dashboard.maps.view import MapEvent
from dashboard.view.run import Run
from dashboard.view.state import ViewState, parse_view

KEY = "atlas-choice"
MOST = 24  # addresses a browser may still name: choices of a few seconds
Query = dict[str, str]


@dataclass(slots=True)
class Course:
    """Where a session's address stands. One object for the whole session: putting a choice down must not be interrupted, and
    Streamlit may interrupt wherever its own session is touched.

    `latest` is the last address given to the browser, `overtaken` those before it that the browser may still name. `shown` tells what
    each control was told under which looks, `untold` those whose run was interrupted before the browser heard of it.
    """

    latest: Query | None = None
    overtaken: list[Query] = field(default_factory=list)
    shown: dict[str, Hashable] = field(default_factory=dict)
    untold: set[str] = field(default_factory=set)


def _course() -> Course:
    if KEY not in st.session_state:
        st.session_state[KEY] = Course()
    return st.session_state[KEY]


def _is_overtaken(course: Course, query: Query) -> bool:
    """Whether the browser has not yet heard of the latest address. Back, Forward and links say of themselves that they mean what they name."""
    context = get_script_run_ctx(suppress_warning=True)
    return query in course.overtaken and not (context is not None and context.is_history_navigation)


def view_now() -> ViewState:
    """The view of the address as it stands now."""
    course, query = _course(), dict(st.query_params)
    return parse_view(course.latest if course.latest is not None and _is_overtaken(course, query) else query)


def settle() -> None:
    """Called first in every run: take up the latest address when the browser's request was older, else what the browser says."""
    course, query = _course(), dict(st.query_params)
    if course.latest is not None and _is_overtaken(course, query):
        st.query_params.from_dict(course.latest)
    elif query != course.latest:
        course.latest, course.overtaken = None, []


def go(view: ViewState, event: MapEvent | None = None) -> None:
    """Make this the address. `event`: what was done on a map that leads here, answered in the same moment."""
    course, query, answered = _course(), dict(st.query_params), answered_events()
    wanted = view.query()
    before = [*course.overtaken, *([course.latest] if course.latest is not None else []), query]
    course.latest, course.overtaken = wanted, [one for one in before if one != wanted][-MOST:]
    if event is not None:
        answered[event.key] = event.mark
    st.query_params.from_dict(wanted)


def choosing(change: Callable[..., ViewState | None]) -> Callable[..., None]:
    """A control's callback: `change` reads the control and tells the view asked for, None for no other. A newer request of the browser
    breaks in at any touch of the session; it waits until this choice is put down."""

    def callback(*args: Any) -> None:
        newer: RerunException | None = None
        while True:
            try:
                if (view := change(*args)) is not None:
                    go(view)
                break
            except RerunException as request:
                newer = request
        if newer is not None:
            raise newer

    return callback


def hold(run: Run, key: str, value: Any, *looks: Hashable) -> None:
    """Have the control `key` show `value`. `looks`: what its words depend on; a control with other words is told anew."""
    course, looks = _course(), (run.page.id, run.lang, *looks)
    shown = key in st.session_state and st.session_state[key] == value
    if shown and course.shown.get(key) == looks and key not in course.untold:
        return
    course.untold.add(key)
    course.shown[key] = looks
    st.session_state[key] = value


def told() -> None:
    """Called last in every run: the browser has heard of everything."""
    _course().untold.clear()


def select(run: Run, key: str, label: str, options: Sequence[Any], value: Any, name: Callable[[Any], str], change: Callable[[Any], ViewState | None], **look: Any) -> None:
    """A list of choices that shows `value`; `change` tells the view that another one leads to."""
    hold(run, key, value, tuple(name(one) for one in options))
    st.selectbox(label, options, key=key, format_func=name, on_change=choosing(lambda: change(st.session_state[key])), **look)
