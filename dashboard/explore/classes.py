"""Classes chosen by the reader (分级): found once, then frozen in the address, so that periods and levels are coloured by the same limits."""

from itertools import pairwise
from math import isfinite

import numpy as np
import streamlit as st

from dashboard.explore.controls import choose, own_link
from dashboard.explore.words import word
from dashboard.maps.scale import Floats, Scale, find_breaks, sequential
from dashboard.view.beside import BETWEEN
from dashboard.view.choice import choosing, go, hold, view_now
from dashboard.view.format import with_unit
from dashboard.view.run import Run
from dashboard.view.state import ViewState
from etl.model.indicators import Indicator

METHODS = ("", "quantile", "natural", "equal", "fixed")
COUNTS = ("3", "4", "5", "6", "7")
USUAL = "5"


def method_of(run: Run) -> str:
    return run.view.own("method") if run.view.own("method") in METHODS else ""


def frozen(run: Run, indicator: Indicator) -> tuple[float, ...] | None:
    """The limits of the address when they are this indicator's; None when there are none."""
    name, _, text = run.view.own("breaks").partition(":")
    if name != indicator.id:
        return None
    try:
        limits = tuple(float(part) for part in text.split(BETWEEN) if part)
    except ValueError:
        return None
    is_rising = all(low < high for low, high in pairwise(limits))
    return limits if limits and is_rising and len(limits) < int(COUNTS[-1]) and all(isfinite(limit) for limit in limits) else None


def scale_chosen(run: Run, indicator: Indicator, values: Floats) -> Scale | None:
    """The scale of the map: None for the usual one, or the reader's classes (those of the address, else found from `values`)."""
    if not method_of(run):
        return None
    limits = frozen(run, indicator)
    return sequential(find(values, method_of(run), int(_count(run))) if limits is None else limits)


def find(values: Floats, method: str, classes: int) -> tuple[float, ...]:
    """Limits by a method. Equal steps go from the least to the greatest value; own limits begin as quantiles."""
    if method == "equal":
        known = values[np.isfinite(values)]
        if not len(known) or known.min() == known.max():
            return ()
        steps = np.linspace(known.min(), known.max(), classes + 1)[1:-1]
        return tuple(sorted({float(f"{step:.3g}") for step in steps}))
    return find_breaks(values, "natural" if method == "natural" else "quantile", classes)


def class_controls(run: Run, indicator: Indicator, values: Floats) -> None:
    """Method, number of classes, the limits themselves, and the sentence that they stay."""
    method, count = method_of(run), _count(run)
    key = "explore-classes-row"
    with st.container(key=key, horizontal=True, vertical_alignment="bottom", gap="small"):
        choose(run, "method", word(run, "method"), METHODS, method, lambda name: word(run, f"method_{name or 'auto'}"), width=290, forget=("breaks",))
        if method in ("quantile", "natural", "equal"):
            choose(run, "classes", word(run, "classes"), COUNTS, count, str, width=90, forget=("breaks",))
        if method == "fixed":
            _own_limits(run, indicator, values)
    if not method:
        return
    limits = frozen(run, indicator)
    if limits is None and method != "fixed":
        limits = find(values, method, int(count))
        if limits:  # freeze what was found: from here on it travels with the address
            go(run.view.with_own(breaks=limits_text(indicator, limits)))
    if limits:
        told = "、".join(with_unit(indicator, limit, run.lang) for limit in limits) if run.lang == "zh" else ", ".join(with_unit(indicator, limit, run.lang) for limit in limits)
        again = own_link(run, word(run, "refind"), "ga-link", breaks="") if method != "fixed" else ""
        st.html(f'<p class="ga-note">{word(run, "frozen", limits=told)} {again}</p>')


def limits_text(indicator: Indicator, limits: tuple[float, ...]) -> str:
    return f"{indicator.id}:{BETWEEN.join(f'{limit:.10g}' for limit in limits)}"


def _own_limits(run: Run, indicator: Indicator, values: Floats) -> None:
    """Typed limits, in the numbers people see (per cent for a rate)."""
    times = 100 if indicator.is_percent else 1
    limits = frozen(run, indicator) or find(values, "quantile", int(USUAL))
    hold(run, "explore-limits", ", ".join(f"{limit * times:.6g}" for limit in limits))

    def changed() -> ViewState | None:
        typed = read_limits(st.session_state["explore-limits"], times)
        st.session_state["explore-limits-bad"] = typed is None
        return view_now().with_own(breaks=limits_text(indicator, typed)) if typed is not None else None

    st.text_input(word(run, "limits"), key="explore-limits", on_change=choosing(changed), width=260)
    if st.session_state.pop("explore-limits-bad", False):
        st.html(f'<p class="ga-notice" role="alert">{word(run, "bad_limits")}</p>')


def read_limits(text: str, times: float) -> tuple[float, ...] | None:
    """Rising limits out of what was typed; None when it is something else."""
    parts = text.replace("，", ",").replace("、", ",").replace("%", "").split(",")
    try:
        found = tuple(round(float(part) / times, 12) for part in parts if part.strip())
    except ValueError:
        return None
    is_rising = all(low < high for low, high in pairwise(found))
    return found if found and is_rising and len(found) < int(COUNTS[-1]) and all(isfinite(limit) for limit in found) else None


def _count(run: Run) -> str:
    return run.view.own("classes") if run.view.own("classes") in COUNTS else USUAL
