"""Panels of 诉求热点 (时间、事项、聚集): months against the year before, hour of the week, classes, raw and merged, clusters and a story."""

from datetime import date

import streamlit as st

from dashboard.hotspots.words import STATE_KINDS, STATE_ORDER, word
from dashboard.parts import charts
from dashboard.parts.chart_picks import Choice
from dashboard.parts.chart_units import CASES
from dashboard.parts.charts import Series, Step
from dashboard.parts.list_table import Cell, choice, link, number, text
from dashboard.parts.paged_list import paged_list
from dashboard.parts.sources import source_name
from dashboard.view.filter_words import value_name
from dashboard.view.format import day, plain
from dashboard.view.picks import pick, pick_period, pick_row
from dashboard.view.run import Run
from etl.model.indicators import BY_ID
from etl.model.taxonomy import BY_CODE, OTHER
from etl.query.case_patterns import MERGE_STEPS, Patterns, case_patterns, merge_counts
from etl.query.clusters import Story, clusters, story
from etl.query.figures import figure
from etl.query.hotspots import Hotspots

CLASSES = 12
REPEATS_FROM = {"caller_hash", "repeat_of"}  # columns of cases, one of which must be filled to know a repeat
MANY = 0.1  # share of cases without a class from which on their own words are shown


def pattern_panels(run: Run) -> None:
    """When, what, and how raw counts become merged ones."""
    found = case_patterns(run.build, run.reader, run.scope_for(BY_ID["case_per_1000hh"]), run.unit.unit_no)
    if found is None:
        return
    with st.container(key="panels-two"):
        _trend(run, found)
        _clock(run, found)
        _classes(run, found)
        _merged(run, found)


def _trend(run: Run, found: Patterns) -> None:
    months = found.months
    labels = month_labels(run, list(months["month"]))
    with charts.panel("trend", word(run, "trend_title"), word(run, "trend_note")):
        series = [Series(word(run, "this_year"), list(months["n"]), picks=[pick_period(f"{month:%Y-%m}") for month in months["month"]])]
        if months["earlier"].notna().any():
            series.append(Series(word(run, "last_year"), list(months["earlier"]), look="dash"))
        marks = [at for at, is_partial in enumerate(months["is_partial"]) if is_partial]
        charts.lines(run.lang, "hot-trend", labels, series, alt=word(run, "trend_alt"), marks=marks, height=300, unit=CASES)


def month_labels(run: Run, months: list[date]) -> list[str]:
    """Months for an axis, the year below the first one and each January."""
    names = [word(run, "months").split()[month.month - 1] for month in months]
    return [f"{name}<br>{month.year}" if at == 0 or month.month == 1 else name for at, (name, month) in enumerate(zip(names, months, strict=True))]


def _clock(run: Run, found: Patterns) -> None:
    note = word(run, "clock_note") + (" " + word(run, "clock_timeless", n=f"{found.timeless:,}") if found.timeless else "")
    with charts.panel("clock", word(run, "clock_title"), note):
        charts.heat(
            run.lang, "hot-clock", word(run, "days").split(), [str(hour) for hour in range(24)], found.clock.tolist(), alt=word(run, "clock_alt"),
            name=run.word("cases"), height=300,
            picks=[[pick(weekday=at + 1, hour=hour) if found.clock[at, hour] else "" for hour in range(24)] for at in range(7)], choices=clock_choices(run, found), unit=CASES,
        )  # fmt: skip


def clock_choices(run: Run, found: Patterns) -> list[Choice]:
    """Weekdays, then hours, with their cases."""
    days = [Choice(name, f"{found.clock[at].sum():,.0f}", pick(weekday=at + 1)) for at, name in enumerate(word(run, "days").split())]
    hours = [Choice(value_name("hour", str(hour), run.lang), f"{found.clock[:, hour].sum():,.0f}", pick(hour=hour)) for hour in range(24)]
    return [one for one in (*days, *hours) if one.value != "0"]


def class_name(run: Run, code4: str) -> str:
    """First- and second-level class; the code where the taxonomy has no name for it."""
    category = BY_CODE.get(code4)
    return code4 if category is None else f"{run.say(category.l1)} · {run.say(category.l2)}"


def _classes(run: Run, found: Patterns) -> None:
    told = found.classes.dropna(subset=["n"]).head(CLASSES)
    kept_back = int(found.classes["n"].isna().sum())
    note = word(run, "class_note", n=CLASSES)
    if kept_back:
        note += " " + word(run, "class_hidden", k=run.build.rules.privacy.vulnerable_k, n=kept_back)
    with charts.panel("classes", word(run, "class_title"), note):
        names = [class_name(run, code) for code in told["code4"]]
        series = [Series(word(run, "this_year"), list(told["n"]), picks=[pick(category=code) for code in told["code4"]]), Series(word(run, "year_before"), list(told["earlier"]), colour="#c3ccd6")]
        charts.bars(run.lang, "hot-classes", names, series if told["earlier"].notna().any() else series[:1], alt=word(run, "class_alt"), height=max(len(told), 2) * 34 + 60, unit=CASES)
        other = told.loc[told["code4"] == OTHER, "n"].sum()
        if found.unmapped and other > MANY * found.merged:
            st.html(f'<h3 class="ga-h3">{word(run, "unmapped_title", n=f"{other:,.0f}")}</h3>')
            counts = [n for _, n in found.unmapped]
            charts.bars(run.lang, "hot-unmapped", [name for name, _ in found.unmapped], [Series(run.say(MERGE_STEPS["merged"][0]), counts, picks=[pick(own_class=name) for name, _ in found.unmapped])], alt=word(run, "class_alt"), unit=CASES)


def _merged(run: Run, found: Patterns) -> None:
    with charts.panel("merge", word(run, "merge_title"), word(run, "merge_note")):
        is_untold = run.build.silent >= REPEATS_FROM  # none known, which is not none
        counts = {name: getattr(found, name) for name in MERGE_STEPS}
        if run.picked_in("merge"):
            counts = merge_counts(run.build, run.reader, run.keeping("merge", run.scope_for(BY_ID["case_per_1000hh"])), run.unit.unit_no)
        steps = ["raw"] if is_untold else list(counts)
        names, picks = [run.say(MERGE_STEPS[step][0]) for step in steps], [pick_row("merge", step) for step in steps]
        charts.funnel(run.lang, "hot-merge", names, [counts[step] for step in steps], alt=word(run, "merge_alt"), picks=picks)
        if is_untold:
            st.html(f'<p class="ga-note">{word(run, "repeats_untold")}</p>')
        parts = [(word(run, "fallback"), found.fallback), (word(run, "nowhere"), found.nowhere)]
        st.html(f'<p class="ga-note">{" · ".join(f"{name} {n:,}" for name, n in parts)}</p><h3 class="ga-h3">{word(run, "source_title")}</h3>{_found_first(run)}')
        names = [source_name(run, source) for source, _ in found.sources]
        charts.bars(run.lang, "hot-sources", names, [Series(run.say(MERGE_STEPS["raw"][0]), [n for _, n in found.sources], picks=[pick(source=source) for source, _ in found.sources])], alt=word(run, "source_title"), unit=CASES)


def _found_first(run: Run) -> str:
    """How much stewards found themselves; nothing where no case names its channel."""
    first = figure(run.build, run.reader, "found_first_rate", run.scope_for(BY_ID["found_first_rate"]), run.unit.unit_no)
    if first.value is None:
        return ""
    return f'<p class="ga-note">{word(run, "source_note", n=plain(first.numerator), share=f"{first.value:.1%}")}</p>'


def cluster_panels(run: Run, hot: Hotspots | None) -> None:
    """The story of one cluster, then all of them."""
    scope, unit_no = run.scope_for(BY_ID["case_per_1000hh"]), run.unit.unit_no
    table = clusters(run.build, run.reader, scope, unit_no)
    if table is None:
        return
    lasting = frozenset() if hot is None else frozenset(hot.cells.loc[hot.cells["state"] == "lasting", "unit_no"])
    told = story(run.build, run.reader, scope, unit_no, lasting)
    if told is not None:
        with charts.panel("story", word(run, "story_title", place=told.name, what=class_name(run, told.code4)), word(run, "story_note")):
            charts.chain(run.lang, story_steps(run, told), alt=word(run, "story_note"))
            if told.link == "place":
                st.html(f'<p class="ga-note">{word(run, "story_link_place")}</p>')
    rules = run.build.rules.hotspot
    note = word(run, "cluster_note", days=rules.cluster_days, cases=rules.cluster_cases, callers=rules.cluster_callers, n=f"{len(table):,}")
    with charts.panel("clusters", word(run, "cluster_title"), note + ("" if told or not len(table) else " " + word(run, "story_none"))):
        if hot is None:
            charts.empty(run.lang, word(run, "no_cells"))
            return
        states = dict(zip(hot.cells["unit_no"], hot.cells["state"], strict=True))
        heads = [("place", False), ("class", False), ("heat_state", False), ("first", False), ("last", False), ("cases", True), ("callers", True), ("repeats", True), ("closed", True), ("solved", True), ("met", False)]
        words = [(word(run, key), is_number) for key, is_number in heads]
        paged_list(run, "clusters", words, table, lambda row: _cluster(run, row, states.get(row.cell, "none")), word(run, "cluster_none"), word(run, "cluster_title"))


def _cluster(run: Run, row, state: str) -> list[Cell]:
    hot = text(run.say(STATE_KINDS[STATE_ORDER.index(state)].word) if state != "none" else "")
    counts = [number(value) for value in (row.cases, row.callers, row.repeats, row.closed, row.solved)]
    met = text(word(run, "met_n", n=row.opinions) if row.linked else "")
    return [link(run, row.cell), choice(pick(category=row.code4), class_name(run, row.code4)), hot, text(f"{row.first_at:%Y-%m-%d}"), text(f"{row.last_at:%Y-%m-%d}"), *counts, met]


def story_steps(run: Run, told: Story) -> list[Step]:
    """First case → again and again → opinions gathered → plan changed → carried out → solved, each with its day and number."""
    is_quiet = told.closed == told.cases and told.quiet_days > run.build.rules.hotspot.cluster_days
    meetings, last = told.meetings, day(told.last_on, run.lang)
    plan = word(run, "step_plan_note", n=told.resolutions) if told.resolutions else word(run, "step_plan_none")
    solved = (
        word(run, "step_solved_note", n=told.closed, m=told.solved, days=told.quiet_days)
        if is_quiet
        else word(run, "step_open_note", n=plain(told.closed), m=plain(told.cases))
    )
    return [
        Step(word(run, "step_first"), day(told.first_on, run.lang), class_name(run, told.code4)),
        Step(word(run, "step_again"), word(run, "step_until", day=last), word(run, "step_again_note", n=told.cases, m=told.callers)),
        Step(word(run, "step_opinions"), day(meetings[0], run.lang), word(run, "step_opinions_note", n=told.opinions, m=len(meetings))),
        Step(word(run, "step_plan"), day(meetings[-1], run.lang) if told.resolutions else "", plan, "done" if told.resolutions else "open"),
        Step(word(run, "step_done"), "", word(run, "step_done_note", n=told.done, m=told.resolutions), "done" if told.resolutions and told.done >= told.resolutions else "open"),
        Step(word(run, "step_solved"), "", solved, "done" if is_quiet else "open"),
    ]
