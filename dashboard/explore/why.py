"""Why a unit's rate is what it is (为什么): the gap to the whole, split into having other cases and doing them differently, row by row."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.explore.controls import choose
from dashboard.explore.picked import chips, picks, with_pick
from dashboard.explore.stage import draw_stage
from dashboard.explore.words import word
from dashboard.parts import charts
from dashboard.parts.chart_style import COLOURS, INK, LINE, ROW, SOFT, Series, draw, names_axis
from dashboard.parts.chart_units import CASES
from dashboard.parts.export_rows import Value
from dashboard.parts.list_export import list_head
from dashboard.parts.list_table import Cell, choice, list_table, number, percent, text
from dashboard.parts.page_tables import in_parts
from dashboard.parts.sources import source_name
from dashboard.view.drill import Shown
from dashboard.view.format import as_head, both_parts, plain, signed, with_unit
from dashboard.view.picks import carried, pick, pick_period
from dashboard.view.run import Run
from dashboard.view.state import LONGEST, ViewState
from etl.model.indicators import BY_ID, Indicator
from etl.model.taxonomy import BY_CODE, CATEGORIES
from etl.query.breakdown import STAR, WAYS, Breakdown, By, breakdown, can_break
from etl.query.own_classes import last_part
from etl.query.ranking import ranking
from etl.query.series import add_months
from etl.query.units import units

BARS, WORST, FARTHEST = 10, 3, 8



def why_panel(run: Run, indicator: Indicator, shown: Shown) -> None:
    """The whole part of the page: the unit picked last (else the one looked at) against the whole of the reader's range."""
    picked = picks(run)
    unit_no = picked[-1] if picked else run.unit.unit_no
    whole_no = run.unit.unit_no if picked and picked[-1] != run.unit.unit_no else run.reader.first_no
    ways = _ways(run)
    by = next((one for one in ways if one == run.view.own("by")), ways[0])
    with st.container(key="explore-controls", horizontal=True, vertical_alignment="bottom", gap="small"):
        choose(run, "by", word(run, "why_way"), ways, by, lambda name: word(run, f"by_{name}"), width=220)
    chips(run, None, word(run, "pick_hint_map", n=8))
    with st.container(key="stage-explore"):
        draw_stage(run, indicator, shown, picked)
        with st.container(key="why-side"):
            if not can_break(indicator):
                _cannot(run, indicator)
                return
            found = breakdown(run.build, run.reader, indicator.id, run.scope_for(indicator), by, unit_no, whole_no)
            _gap(run, indicator, found, by, unit_no, whole_no, shown)
    _rows(run, indicator, found, by, unit_no, unit_no != whole_no)


def _ways(run: Run) -> tuple[By, ...]:
    """Ways of taking apart; the source's own classes first where the standard ones say little (a city without a mapping)."""
    unmapped = run.build.rows("SELECT count(*) FILTER (code4 IS NULL OR code4 = '1299') > 0.5 * count(*) FROM \"case\"")[0][0] if "case" in run.build.feeds else False
    first: tuple[By, ...] = ("own_class", "lead_unit", "month", "weekday", "source", "severity", "class", "category")
    return first if unmapped else WAYS


def _cannot(run: Run, indicator: Indicator) -> None:
    offers = " ".join(f'<a class="ga-chosen" href="{run.href(ind=name)}" data-go>{escape(run.say(BY_ID[name].name))}</a>' for name in ("ontime_close_rate", "close_rate", "solve_rate", "satisfy_rate", "response_rate"))
    st.html(f'<p class="ga-empty">{escape(word(run, "why_cannot", name=run.say(indicator.name)))}</p><div class="ga-chosens">{offers}</div>')


def _gap(run: Run, indicator: Indicator, found: Breakdown, by: By, unit_no: int, whole_no: int, shown: Shown) -> None:
    frame = units(run.build)
    name, whole = str(frame.name[unit_no - 1]), str(frame.name[whole_no - 1])
    if found.value is None or found.whole is None:
        charts.empty(run.lang)
        return
    told = found.rows[found.rows["state"] != "suppressed"]
    if unit_no == whole_no:
        title = f"{name}　{run.say(indicator.name)} {with_unit(indicator, found.value, run.lang)}"
        with charts.panel("why-gap", title, word(run, "why_same")):
            _farthest(run, indicator, shown)
            st.html(f'<h3 class="ga-h3">{word(run, "why_misses", by=word(run, f"by_{by}").lower())}</h3>')
            largest = told.sort_values(["misses", "key"], ascending=[False, True]).head(BARS)
            series = [Series(word(run, "misses"), largest["misses"].tolist(), picks=[_pick(by, key) for key in largest["key"]])]
            charts.bars(run.lang, f"why-misses-{by}", [key_name(run, by, key) for key in largest["key"]], series, alt=word(run, "why_rows"), unit=CASES)
        return
    title = word(
        run, "why_title", unit=name, name=run.say(indicator.name), value=with_unit(indicator, found.value, run.lang), whole=whole,
        whole_value=with_unit(indicator, found.whole, run.lang), gap=points(run, found.value - found.whole),
    )  # fmt: skip
    with charts.panel("why-gap", title, word(run, "why_parts", mix=points(run, found.mix), effect=points(run, found.effect))):
        largest = told.assign(pull=told["mix"] + told["effect"]).head(BARS)
        same_way = largest[np.sign(largest["pull"]) == np.sign(found.value - found.whole)].head(WORST)
        if len(same_way):
            names = ("；" if run.lang == "zh" else "; ").join(f"{_short(run, by, row.key)} {points(run, row.pull)}" for row in same_way.itertuples())
            st.html(f'<p class="ga-verdict">{escape(word(run, "why_worst", names=names))}</p>')
        names_shown = [key_name(run, by, key) for key in largest["key"]]
        charts_of_pull(run, by, names_shown, largest["mix"].tolist(), largest["effect"].tolist(), [_pick(by, key) for key in largest["key"]])


def _farthest(run: Run, indicator: Indicator, shown: Shown) -> None:
    """Units to begin with: those with enough cases to be ranked, the farthest from good first. A click asks why of that one."""
    table = ranking(run.build, run.reader, indicator.id, run.scope_for(indicator), shown.level, shown.under)
    worst = table[table["rank"].notna()].sort_values(["rank", "unit_no"], ascending=[False, True]).head(FARTHEST)
    rows = "".join(
        f'<li><a href="{run.href(extra=with_pick(run, int(row.unit_no)).extra)}" data-go><span class="ga-row-name" title="{escape(row.name, quote=True)}">{escape(row.name)}</span>'
        f'<span class="ga-row-parts">{both_parts(row.numerator, row.denominator)}</span><b>{escape(with_unit(indicator, row.value, run.lang))}</b></a></li>'
        for row in worst.itertuples()
    )
    if rows:
        note = word(run, "why_farthest", n=run.build.rules.figure.rank_min_cases)
        st.html(f'<section class="ga-group ga-farthest"><p class="ga-note">{escape(note)}</p><ul>{rows}</ul></section>')


def charts_of_pull(run: Run, by: By, names: list[str], mix: list[float], effect: list[float], picks: Sequence[str]) -> None:
    """Lying bars to the left (pulls down) and right (pulls up), the two parts of each row on top of each other."""
    from plotly import graph_objects as go

    figure = go.Figure()
    for key, values, colour in (("effect", effect, COLOURS[0]), ("mix", mix, COLOURS[1])):
        told = [(f"{word(run, key)} {points(run, value)}", carried(run.view, chosen)) for value, chosen in zip(values, picks, strict=True)]
        figure.add_bar(y=[escape(name) for name in names], x=[value * 100 for value in values], name=word(run, key), orientation="h", marker={"color": colour}, customdata=told, hovertemplate="%{y}　%{customdata[0]}<extra></extra>")
    figure.add_vline(0, line={"color": INK, "width": 1})
    axis = {"zeroline": False, "fixedrange": True, "tickfont": {"size": 14, "color": SOFT}, "nticks": 6, "gridcolor": LINE, "automargin": True, "ticks": "", "side": "bottom", "title": {"text": word(run, "pull_axis"), "font": {"size": 14, "color": SOFT}, "standoff": 8}}
    figure.update_layout(barmode="relative", bargap=0.32, xaxis=axis, yaxis=names_axis(True, names), showlegend=True)
    draw(figure, f"why-pull-{by}", word(run, "why_rows"), max(len(names), 2) * ROW + 100, has_picks=any(picks))


def _rows(run: Run, indicator: Indicator, found: Breakdown, by: By, unit_no: int, has_whole: bool) -> None:
    """The whole table, each row with the way into its cases."""
    table = found.rows[(found.rows["denominator"] > 0) | found.rows["denominator"].isna()]
    heads = [
        (word(run, f"by_{by}"), False), (as_head(run.say(indicator.bottom or indicator.top)), True), (word(run, "misses"), True), (word(run, "rate"), True),
        *([(word(run, "whole_rate"), True), (word(run, "share"), True), (word(run, "whole_share"), True), (word(run, "mix"), True), (word(run, "effect"), True), (word(run, "pull"), True)] if has_whole else []),
        ("", False),
    ]  # fmt: skip
    rows = []
    for row in table.itertuples():
        if row.state == "suppressed":
            rows.append([text(key_name(run, by, row.key)), Cell(f'<span class="ga-mark ga-mark-none">{run.word("state_suppressed")}</span>'), *[number(None)] * (8 if has_whole else 2), Cell("")])
            continue
        pulls = [percent(row.whole_value), percent(row.share), percent(row.whole_share), *(Cell(points(run, value), float(value), True) for value in (row.mix, row.effect, row.mix + row.effect))] if has_whole else []
        few = " *" if row.state == "unstable" else ""
        rows.append([choice(_pick(by, row.key), key_name(run, by, row.key)), number(row.denominator), number(row.misses), Cell(f"{plain(row.value * 100, 1)}%{few}", float(row.value), True), *pulls, Cell(_case_link(run, by, row.key, unit_no))])
    title, note = f"{word(run, 'why_rows')} · {units(run.build).name[unit_no - 1]}", word(run, "why_note")
    if found.hidden:
        note += " " + word(run, "why_hidden", n=found.hidden)

    list_head(run, "why", title, note, lambda: file_rows(run, [head for head, _ in heads[:-1]], table, by, has_whole))
    with in_parts():  # it leaves by its own buttons, with more columns than are shown
        st.html(list_table(heads, rows, "", title))


def file_rows(run: Run, heads: list[str], table: pd.DataFrame, by: By, has_whole: bool) -> tuple[list[str], list[list[Value]]]:
    """The table as a file, unrounded: shares in per cent, pulls in points; what is kept back stands there as such."""
    shares = ("value", *(("whole_value", "share", "whole_share", "mix", "effect", "pull") if has_whole else ()))
    rows: list[list[Value]] = []
    for row in table.assign(pull=table["mix"] + table["effect"] if has_whole else 0.0).to_dict("records"):
        is_told = row["state"] != "suppressed"
        numbers = [float(row[name]) for name in ("denominator", "misses")] + [float(row[name]) * 100 for name in shares] if is_told else [None] * (2 + len(shares))
        rows.append([key_name(run, by, row["key"]), *numbers, run.word(f"state_{row['state']}")])
    return [*heads[:3], *(f"{head} (%)" for head in heads[3:]), run.word("state")], rows


def _case_link(run: Run, by: By, key: str, unit_no: int) -> str:
    """The misses of this row, one by one; only the unit where the row is no filter of the address."""
    view = _narrowed(run, by, key)
    if view is None:
        return ""
    view = replace(view, unit=str(units(run.build).code[unit_no - 1]), level="", tab="cases").with_own(which="misses", at="", find="", pick="")
    return f'<a href="{replace(run, view=view).href()}" data-go>{word(run, "see_cases")}</a>'


def _narrowed(run: Run, by: By, key: str) -> ViewState | None:
    """The view with the row as a filter; None where it cannot be one."""
    if by in ("category", "class"):
        return run.view.with_filter("category", key) if key else None
    if by == "month":
        begin = date.fromisoformat(f"{key}-01")
        end = add_months(begin, 1) - timedelta(days=1)
        return replace(run.view, date_from=max(begin, run.scope.date_from), date_to=min(end, run.scope.date_to), period="")
    if by == "own_class":
        return None if key in ("", STAR) or len(key) > LONGEST else run.view.with_filter("own_class", key)
    if by == "weekday":
        return run.view.with_filter("weekday", str(int(key) + 1)) if key else None
    return run.view.with_filter(by, key) if key else None


def _pick(by: By, key: str) -> str:
    """What a bar filters by; "" for what is no filter."""
    if not key or key == STAR:
        return ""
    return pick_period(key) if by == "month" else pick(weekday=int(key) + 1) if by == "weekday" else pick(**{"category" if by in ("category", "class") else by: key})


def _short(run: Run, by: By, key: str) -> str:
    """A row's name within a sentence: of a source's own class its finest part."""
    return last_part(key) if by == "own_class" and key not in ("", STAR) else key_name(run, by, key)


def key_name(run: Run, by: By, key: str) -> str:
    """A row's name in words."""
    if not key:
        return word(run, "unnamed")
    if by == "category":
        return next((run.say(one.l1) for one in CATEGORIES if one.code2 == key), key)
    if by == "class":
        return f"{run.say(BY_CODE[key].l1)} · {run.say(BY_CODE[key].l2)}" if key in BY_CODE else key
    if by == "own_class":
        return word(run, "star") if key == STAR else key
    if by == "weekday":
        return word(run, "days").split()[int(key)]
    if by == "source":
        return source_name(run, key)
    return word(run, f"severity_{key}") if by == "severity" else key


def points(run: Run, value: float) -> str:
    """A difference of rates in percentage points, signed."""
    return word(run, "pts", n=signed(value * 100, 1))
