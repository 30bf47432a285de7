"""Levels (层级): who found a matter, to which level it belongs, where it was solved; the three sayings; what the joint meetings handle."""

from html import escape

import streamlit as st

from dashboard.maps.scale import YLGNBU
from dashboard.parts import charts
from dashboard.parts.chart_units import ISSUES
from dashboard.parts.charts import Link, Series
from dashboard.parts.feed_notes import connected
from dashboard.parts.kept_back import kept_back
from dashboard.parts.list_table import Cell, choice, list_table, number, percent, text
from dashboard.parts.sources import source_name
from dashboard.response.words import word
from dashboard.view.picks import pick
from dashboard.view.run import Run
from etl.model.indicators import BY_ID
from etl.model.indicators.disputes import DISPUTES
from etl.model.levels import BY_ID as LEVELS
from etl.model.levels import LEVEL_IDS
from etl.query.figures import Figure, figure
from etl.query.level_flow import SEVERITIES, Flow, level_flow, meetings

# fine to coarse: the further up a matter went, the darker
LEVEL_COLOURS = dict(zip(("micro", "compound", "community", "street", "district", "city"), ("#b5e0b5", "#6fc6be", "#35a3c2", "#2273b2", "#253a94", "#0b1d58"), strict=True))
# saying, goal, the rate by what belongs there (B), the rate of all (A); one and the same where the classes make no difference
SAYINGS = (
    ("sev_minor", "goal_minor", "minor_in_compound_rate", "minor_in_compound_rate"), ("sev_major", "goal_major", "major_in_community_rate", "major_all_in_community_rate"),
    ("sev_group", "goal_group", "group_in_street_rate", "group_in_street_rate"), ("dispute_minor", "goal_grid", "minor_dispute_in_grid_rate", "minor_dispute_in_grid_rate"),
    ("dispute_major", "goal_major", "dispute_in_community_rate", "dispute_in_community_rate"),
)  # fmt: skip
SMALLEST = 0.03  # channels with a smaller share of the flow are drawn as one
MATCHES = (("matched", YLGNBU[2]), ("pushed_down", "#e8963f"), ("pushed_up", "#542788"))


def level_panels(run: Run) -> None:
    """The flow, then severities against their goals."""
    if kept_back(run):
        return
    flow = level_flow(run.build, run.reader, run.scope_for(BY_ID["upflow_rate"]), run.unit.unit_no)
    if flow is None:
        return
    with st.container(key="panels-two-levels"):
        note = word(run, "levels_note", known=f"{flow.known:,}", unknown=f"{flow.unknown:,}")
        with charts.panel("levels", word(run, "levels_title"), note):
            nodes, links, picks = sankey_of(run, flow)
            if links:
                heads = "".join(f"<span>{word(run, key)}</span>" for key in ("flow_found", "flow_proper", "flow_solved"))
                st.html(f'<div class="ga-flow-heads" aria-hidden="true">{heads}</div>')
                charts.sankey(run.lang, "levels", nodes, links, alt=word(run, "levels_alt"), unit=word(run, "cases_unit"), height=400, picks=picks)
            else:
                charts.empty(run.lang, word(run, "levels_none"))
        with charts.panel("severity", word(run, "severity_title"), word(run, "severity_note")):
            _severities(run, flow)


def sankey_of(run: Run, flow: Flow) -> tuple[list[tuple[str, str, int]], list[Link], list[str]]:
    """Nodes in three columns — channel, proper level, solving level — and the flows between neighbours, upward ones darker;
    what each node filters by ("" for channels drawn as one of which some are not known)."""
    rows = flow.rows.dropna(subset=["proper"]).assign(source=flow.rows["source"].fillna(""))
    sizes = rows.groupby("source")["n"].sum()
    small = sorted(str(source) for source in sizes.index if source == "other" or sizes[source] < SMALLEST * sizes.sum())
    rows = rows.assign(source=rows["source"].where(rows["source"].map(sizes) >= SMALLEST * sizes.sum(), "other"))  # slivers cannot carry a name
    sources = rows.groupby("source")["n"].sum().sort_values(ascending=False)
    proper, solved = ([level for level in reversed(LEVEL_IDS) if (rows[column] == level).any()] for column in ("proper", "solved"))
    nodes = [(source_name(run, str(source)), "#8f9bab", 0) for source in sources.index]
    nodes += [(run.say(LEVELS[level].name), LEVEL_COLOURS[level], 1) for level in proper]
    nodes += [(run.say(LEVELS[level].name), LEVEL_COLOURS[level], 2) for level in solved]
    first = {source: at for at, source in enumerate(sources.index)}
    middle = {level: len(first) + at for at, level in enumerate(proper)}
    last = {level: len(first) + len(middle) + at for at, level in enumerate(solved)}
    asked = {source: source for source in first} | {"other": "" if "" in small else ",".join(small)}
    picks = [*(pick(source=asked[source]) for source in first), *(pick(proper_level=level) for level in proper), *(pick(solved_level=level) for level in solved)]
    links = [Link(first[row.source], middle[row.proper], float(row.n), pick=pick(source=asked[row.source], proper_level=row.proper)) for row in rows.groupby(["source", "proper"], as_index=False)["n"].sum().itertuples()]
    for row in rows.groupby(["proper", "solved"], as_index=False)["n"].sum().itertuples():
        is_up = LEVELS[row.solved].rank < LEVELS[row.proper].rank
        links.append(Link(middle[row.proper], last[row.solved], float(row.n), "rgba(84,39,136,.42)" if is_up else "rgba(53,163,194,.28)", pick(proper_level=row.proper, solved_level=row.solved)))
    return nodes, links, picks


def _severities(run: Run, flow: Flow) -> None:
    if not flow.known:
        charts.empty(run.lang, word(run, "levels_none"))
        return
    table = flow.by("severity", "solved").pivot(index="severity", columns="solved", values="n").fillna(0)
    kinds = [kind for kind in SEVERITIES if kind in table.index]
    levels = [level for level in reversed(LEVEL_IDS) if level in table.columns]
    series = [Series(run.say(LEVELS[level].name), [100 * table.loc[kind, level] / table.loc[kind].sum() for kind in kinds], LEVEL_COLOURS[level], picks=[pick(severity=kind, solved_level=level) if table.loc[kind, level] else "" for kind in kinds]) for level in levels]
    names = [word(run, f"sev_{kind}") for kind in kinds]
    charts.bars(run.lang, "severity", names, series, alt=word(run, "severity_alt"), is_stacked=True, suffix="%", digits=1, height=190)
    rows = []
    for kind, goal, of_class, of_all in SAYINGS:
        every = _figure(run, of_all)
        picks = pick(severity=kind.rpartition("_")[2], **({"category": DISPUTES} if kind.startswith("dispute") else {}))
        rows.append([choice(picks if every.denominator else "", word(run, kind)), text(word(run, goal)), percent(_figure(run, of_class).value), percent(every.value), number(every.denominator)])
    heads = [("severity", False), ("goal", False), ("within_proper", True), ("within_all", True), ("known_n", True)]
    st.html(list_table([(word(run, key), is_number) for key, is_number in heads], rows, run.say(charts.EMPTY), word(run, "severity_title")))


def _figure(run: Run, indicator: str) -> Figure:
    return figure(run.build, run.reader, indicator, run.scope_for(BY_ID[indicator]), run.unit.unit_no)


def meeting_panel(run: Run) -> None:
    """Issues of each level's meetings: handled where they belong, pushed down or pushed up."""
    with charts.panel("meetings", word(run, "meet_title"), word(run, "meet_note")):
        if not connected(run, "meeting_issue"):
            return
        table = meetings(run.build, run.reader, run.scope_without_filters, run.unit.unit_no)
        if table is None or table.empty:
            charts.empty(run.lang, word(run, "meet_none"))
            return
        names = [word(run, "meeting", level=run.say(LEVELS[level].name)) for level in table["level"]]
        series = [Series(word(run, key), list(table[key]), colour, picks=[pick(meeting_level=level) for level in table["level"]]) for key, colour in MATCHES]
        charts.bars(run.lang, "meetings", names, series, alt=word(run, "meet_alt"), is_stacked=True, height=len(names) * 34 + 74, unit=ISSUES)
        heads = [("meeting_level", False), ("issues", True), ("match_rate", True), ("pushed_down", True), ("pushed_up", True), ("meet_on_time", True)]
        rows = [
            [
                choice(pick(meeting_level=row.level), name), number(row.issues), percent(row.matched / row.known if row.known else None), number(row.pushed_down), number(row.pushed_up),
                Cell(f"{row.on_time:,} / {row.due:,}", row.on_time / row.due if row.due else None, True),
            ]
            for name, row in zip(names, table.itertuples(), strict=True)
        ]  # fmt: skip
        st.html(list_table([(word(run, key), is_number) for key, is_number in heads], rows, "", escape(word(run, "meet_title"))))
