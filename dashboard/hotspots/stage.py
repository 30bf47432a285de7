"""The stage of 诉求热点 (热点地图与清单): three looks at the compound grids — states, rates against normal, Gi* — or the indicator itself."""

from dataclasses import replace
from datetime import date
from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.hotspots.words import GI_NAME, GI_WORDS, RATE_NAME, RATE_UNIT, STATE_KINDS, STATE_NAME, STATE_ORDER, STATE_UNIT, WORDS, word
from dashboard.maps.scale import BAND, Scale, find_breaks, sequential
from dashboard.maps.view import MapEvent, NumberFormat
from dashboard.parts.category_map import draw_kinds
from dashboard.parts.main_map import draw_view, map_view
from dashboard.view.choice import choosing, hold, view_now
from dashboard.view.drill import Shown, shown
from dashboard.view.format import plain
from dashboard.view.run import Run
from dashboard.view.state import ViewState
from etl.model.indicators import BY_ID
from etl.model.text import Text
from etl.query.gistar import Gistar, gistar
from etl.query.hotspots import CELL, Hotspots, hotspots
from etl.query.reader import Reader
from etl.query.series import add_months
from etl.query.units import units

LOOKS = ("hot", "rate", "gi", "ranking")
SHOWN = 14  # rows of one group in the list; the map shows the rest
SLIDER = "hot-month"


def look_tabs(run: Run, has_cells: bool) -> str:
    """Tabs that decide map and list together; an indicator in the address is shown as such."""
    offered = LOOKS if has_cells else ("ranking",)
    chosen = "ranking" if run.view.ind or not has_cells else run.view.tab if run.view.tab in offered else offered[0]
    links = "".join(
        f'<a href="{run.href(tab=look, ind="case_per_1000hh" if look == "ranking" else "")}" data-go role="tab" aria-selected="{str(look == chosen).lower()}">{word(run, f"look_{look}")}</a>'
        for look in offered
    )
    st.html(f'<div class="ga-tabs" role="tablist">{links}</div>')
    return chosen


def month_slider(run: Run, first: date) -> None:
    """The month up to which hotspots are told; sliding makes it the page's period, in the address like every other choice."""
    newest, last = run.build.data_date.replace(day=1), run.scope.date_to.replace(day=1)
    count = (newest.year - first.year) * 12 + newest.month - first.month
    months = [add_months(first.replace(day=1), n) for n in range(count + 1)]
    if len(months) < 2:
        return
    hold(run, SLIDER, min(max(last, months[0]), months[-1]), tuple(months))

    def moved() -> ViewState:
        month = st.session_state[SLIDER]
        end = min(add_months(month, 1) - pd.Timedelta(days=1).to_pytimedelta(), run.build.data_date)
        return replace(view_now(), date_from=month, date_to=end, period="")

    st.select_slider(word(run, "month"), months, key=SLIDER, on_change=choosing(moved), format_func=lambda month: word(run, "month_value", year=month.year, month=month.month))


def cells_shown(run: Run) -> Shown:
    """The compound grids of the unit looked at, or around it."""
    return shown(replace(run, view=replace(run.view, level=CELL)))


def draw_look(run: Run, look: str, found: Hotspots, height: int) -> MapEvent | None:
    """The map of the whole range; the part looked at is in focus."""
    indicator, where = BY_ID["hotspot_n"], cells_shown(run)
    every = hotspots(run.build, run.reader, run.scope_for(indicator), run.reader.first_no) or found
    first, last = found.months[0 if look == "hot" else -1][0], found.months[-1][1]
    asked, run = run, replace(run, scope=replace(run.scope, date_from=first, date_to=last))  # what the map's heading says it shows
    if look == "hot":
        places = every.cells[["unit_no"]].assign(place=every.cells["state"].map(STATE_ORDER.index))
        return draw_kinds(run, indicator, where, places, STATE_KINDS, STATE_NAME, STATE_UNIT, height)
    if look == "gi":
        tested = gistar(run.build, run.reader, asked.scope_for(indicator), run.reader.first_no)
        if tested is None:
            st.html(f'<div class="ga-no-map" style="min-height:{height // 2}px"><p>{word(run, "gi_none")}</p></div>')
            return None
        return _draw(run, where, tested.cells.rename(columns={"z": "value"}), gi_scale(tested), NumberFormat(1.0, 2), GI_NAME, height)
    return _draw(run, where, every.cells.rename(columns={"rate": "value"}), _rate_scale(run), NumberFormat(1.0, 1, RATE_UNIT), RATE_NAME, height)


def _draw(run: Run, where: Shown, cells: pd.DataFrame, scale: Scale, number: NumberFormat, name: Text, height: int) -> MapEvent | None:
    table = pd.DataFrame({"unit_no": cells["unit_no"], "value": cells["value"], "state": np.where(cells["value"].isna(), "no_data", "ok")})
    return draw_view(run, map_view(run, BY_ID["hotspot_n"], where, table, height, scale=scale, number=number, name=name), where)


def gi_scale(tested: Gistar) -> Scale:
    """Below the mean, above it, standing out; the last class begins with the least z that passed the control."""
    z, passed = tested.cells["z"].to_numpy(), tested.cells["is_cluster"].to_numpy()
    limit = float(z[passed].min()) if passed.any() else float(max(z.max(), 0.0)) + 1.0
    return Scale((0.0, limit), (("#eef1f0", "plain"), ("#fcd6a0", "plain"), BAND[0]), False, GI_WORDS)


def _rate_scale(run: Run) -> Scale:
    """Breaks of the newest month of the data, kept for every month shown."""
    last = run.build.data_date
    scope = replace(run.scope_for(BY_ID["hotspot_n"]), date_from=last.replace(day=1), date_to=last, as_of=last)
    newest = hotspots(run.build, Reader("admin", 1, len(units(run.build))), scope, 1)
    rates = np.empty(0) if newest is None else newest.cells["rate"].to_numpy(dtype=np.float64)
    return sequential(find_breaks(rates, "quantile", 6))


def hot_list(run: Run, look: str, found: Hotspots) -> None:
    """The list beside the map, with the rule that made it."""
    rules = run.build.rules.hotspot
    if look == "gi":
        tested = gistar(run.build, run.reader, run.scope_for(BY_ID["hotspot_n"]), cells_shown(run).under)
        body = _gi_html(run, tested) if tested is not None else f'<p class="ga-note">{word(run, "gi_none")}</p>'
    elif look == "rate":
        body = _rates_html(run, found)
    else:
        rule = word(run, "rule", prior=rules.prior_households, share=plain(rules.top_share * 100), cases=rules.min_cases, months=rules.months, hot=rules.hot_months)
        body = f'{_states_html(run, found)}<h4 class="ga-rule">{word(run, "rule_title")}</h4><p class="ga-note">{escape(rule)}</p>'
    with st.container(key="ranking"):
        st.html(body)


def _states_html(run: Run, found: Hotspots) -> str:
    groups = ""
    for state in ("lasting", "new", "again", "cooling"):
        rows = found.cells[found.cells["state"] == state].sort_values(["hot_months", "rate"], ascending=False)
        if len(rows):
            kind = STATE_KINDS[STATE_ORDER.index(state)]
            groups += _group(run, run.say(kind.word), kind.look[0], len(rows), "".join(_row(run, row, _months_html(run, row.pattern)) for row in rows.head(SHOWN).itertuples()))
    return groups or f'<p class="ga-note">{word(run, "no_hot")}</p>'


def _months_html(run: Run, pattern: str) -> str:
    """One square per month, filled where the cell was hot, with the same in words for who cannot see it."""
    squares = "".join(f'<i class="{"is-hot" if one == "1" else ""}"></i>' for one in pattern)
    label = f"{word(run, 'state_months', n=len(pattern))}：{pattern.count('1')} / {len(pattern)}"
    return f'<span class="ga-months" role="img" aria-label="{escape(label)}" title="{escape(label)}">{squares}</span>'


def _rates_html(run: Run, found: Hotspots) -> str:
    least = run.build.rules.hotspot.min_cases
    cells = found.cells[(found.cells["cases"] >= least) & (found.cells["normal"] > 0)]
    cells = cells.assign(ratio=cells["rate"] / cells["normal"])
    cells = cells[cells["ratio"] > 1].sort_values(["ratio", "unit_no"], ascending=[False, True])
    note = word(run, "rate_note", n=len(found.months) - 1, city=plain(found.city_rate, 1), cases=least)
    rows = "".join(_row(run, row, f"<b>{word(run, 'times', n=plain(row.ratio, 1))}</b>") for row in cells.head(3 * SHOWN).itertuples())
    return f'<p class="ga-note">{escape(note)}</p>{_group(run, word(run, "look_rate"), "", len(cells), rows, 3 * SHOWN)}'


def _gi_html(run: Run, tested: Gistar) -> str:
    cells = tested.cells[tested.cells["is_cluster"]].sort_values("z", ascending=False)
    every = gistar(run.build, Reader("admin", 1, len(units(run.build))), run.scope_for(BY_ID["hotspot_n"]), 1)
    total = len(every.cells) if every else 0
    rule = word(run, "gi_rule", k=tested.neighbours, share=plain(run.build.rules.hotspot.false_share * 100), n=f"{total:,}", found=f"{len(cells):,}")
    rows = "".join(
        f'<li><a href="{run.href(unit=row.code, level="")}" data-go><span class="ga-row-name">{escape(row.name)}</span><span class="ga-row-parts">{plain(row.rate, 1)} {run.say(RATE_UNIT).strip()}</span><b>z {row.z:.2f}</b></a></li>'
        for row in cells.head(3 * SHOWN).itertuples()
    )
    body = _group(run, run.say(GI_WORDS[2]), BAND[0][0], len(cells), rows, 3 * SHOWN) if len(cells) else f'<p class="ga-note">{word(run, "gi_calm")}</p>'
    return f'{body}<p class="ga-note ga-rule">{escape(rule)}</p>'


def _group(run: Run, name: str, colour: str, total: int, rows: str, limit: int = SHOWN) -> str:
    swatch = f'<i style="background:{colour}"></i>' if colour else ""
    tail = f'<li class="ga-note">{word(run, "more", n=f"{total - limit:,}")}</li>' if total > limit else ""
    return f'<section class="ga-group"><h4>{swatch}{escape(name)}<span>{total:,}</span></h4><ul>{rows}{tail}</ul></section>'


def _row(run: Run, row, mark: str) -> str:
    line = word(run, "rate_line", rate=plain(row.rate, 1), normal=plain(row.normal, 1), n=len(row.pattern) - 1)
    chosen = ' aria-current="true"' if row.unit_no == run.unit.unit_no else ""
    return (
        f'<li><a href="{run.href(unit=row.code, level="")}" data-go{chosen}><span class="ga-row-name">{escape(row.name)}</span>{mark}<b>{word(run, "cases_n", n=plain(row.cases))}</b>'
        f'<small class="ga-row-line">{escape(line)}</small></a></li>'
    )


assert set(WORDS) >= {f"look_{look}" for look in LOOKS}
