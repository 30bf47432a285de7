"""Who comes, who sends back, how fast the door is reached (报到、退单、动员、调解): in bands, with the counts behind every rate."""

from html import escape

import streamlit as st

from dashboard.parts import charts
from dashboard.parts.chart_units import CALLS, CASES, GRIDS
from dashboard.parts.charts import Series
from dashboard.parts.feed_notes import connected
from dashboard.parts.kept_back import kept_back
from dashboard.parts.light_mark import band_mark
from dashboard.parts.list_table import Cell, choice, link, list_table, number, percent, text
from dashboard.response.words import WORDS, word
from dashboard.view.format import plain
from dashboard.view.picks import pick, pick_row
from dashboard.view.run import Run
from etl.model.indicators import BY_ID
from etl.query.figures import figure
from etl.query.mobilisation import SPREAD, TOGETHER, mediation, mobilised
from etl.query.ranking import band_of
from etl.query.scope import Scope
from etl.query.whistles import amiss, by_department, by_kind, pair_value, sent_back, there_and_back

IN_TIME, NOT, WAITING = "#6fc6be", "#e8963f", "#c3ccd6"
UNITS = 40


def three_rates(run: Run) -> None:
    """The side panel: rate × weight = points, and their sum, from the same figures as the cards."""
    rules, parts = run.build.rules.three_rate, []
    from_query = {name: _value(run, name) for name in ("response_rate", "solve_rate", "satisfy_rate", "three_rate_score")}
    for name, weight in (("response_rate", rules.response), ("solve_rate", rules.solve), ("satisfy_rate", rules.satisfy)):
        value = from_query[name]
        parts.append([Cell(f'<a href="{run.href(ind=name)}" data-go>{escape(run.say(BY_ID[name].name))}</a>'), percent(value), number(weight * 100, 0, "%"), number(None if value is None else value * weight * 100, 1)])
    parts.append([text(word(run, "total")), text(""), number((rules.response + rules.solve + rules.satisfy) * 100, 0, "%"), number(from_query["three_rate_score"], 1)])
    heads = [(word(run, "rate"), False), (run.word("value"), True), (word(run, "weight"), True), (word(run, "points"), True)]
    table = list_table(heads, parts, "", word(run, "rates_title"))
    st.html(f'<h2 class="ga-h2">{word(run, "rates_title")}</h2>{table}<p class="ga-note">{word(run, "rates_note")}</p>')


def _value(run: Run, indicator_id: str) -> float | None:
    return figure(run.build, run.reader, indicator_id, run.scope_for(BY_ID[indicator_id]), run.unit.unit_no).value


def _heads(run: Run, *keys: tuple[str, bool]) -> list[tuple[str, bool]]:
    return [(word(run, key), is_number) for key, is_number in keys]


def _band(run: Run, indicator_id: str, value: float, count: float) -> Cell:
    """A band where there are enough calls or dispatches to judge, else the mark of few."""
    if count < run.build.rules.figure.rank_min_cases:
        return Cell(f'<span class="ga-mark ga-mark-none">{word(run, "few")}</span>', 3.0)
    colour = band_of(run.build, indicator_id, value) or ""
    return Cell(band_mark(run, colour), float(("red", "amber", "green", "").index(colour)))


def whistle_panels(run: Run) -> None:
    """Departments in bands, kinds of whistles, and every call that went wrong."""
    scope, unit_no = _calls(run).without("whistle_dept"), run.unit.unit_no
    least = run.build.rules.figure.rank_min_cases
    with charts.panel("departments", word(run, "whistles_title"), word(run, "whistles_note", n=least)):
        if not connected(run, "whistle"):
            return
        table = by_department(run.build, run.reader, scope, unit_no)
        assert table is not None
        cells = [
            [
                choice(pick(whistle_dept=row.dept), row.dept), _band(run, "whistle_arrive_rate", row.value, row.denominator), percent(row.value), number(row.denominator), number(row.numerator), number(row.late),
                number(row.refused), number(row.absent), number(row.waiting), Cell(_hours(run, row.minutes), None if row.minutes is None else float(row.minutes), True), number(row.score, 1),
            ]
            for row in table.itertuples()
        ]  # fmt: skip
        cells.sort(key=lambda row: row[1].sort if row[1].sort is not None else 9.0)
        counts = [(key, True) for key in ("arrive_rate", "due", "on_time", "late", "refused", "absent", "waiting", "minutes", "score")]
        st.html(list_table(_heads(run, ("dept", False), ("band", False), *counts), cells, word(run, "whistles_none"), word(run, "whistles_title")))
    with st.container(key="panels-two-whistles"):
        _kinds(run)
        _amiss(run)


def _hours(run: Run, minutes: float | None) -> str:
    if minutes is None or minutes != minutes:
        return plain(None)
    return word(run, "hours_value", n=plain(minutes / 60, 1))


def _calls(run: Run) -> Scope:
    return run.scope_for(BY_ID["whistle_arrive_rate"])


def _kinds(run: Run) -> None:
    table = by_kind(run.build, run.reader, _calls(run).without("whistle_kind"), run.unit.unit_no)
    assert table is not None
    with charts.panel("kinds", word(run, "kinds_title"), word(run, "kinds_note")):
        names = [word(run, "kind_label", kind=word(run, f"kind_{kind or ''}"), n=f"{n:,}") for kind, n in zip(table["kind"], table["whistles"], strict=True)]
        picks = [pick(whistle_kind=kind) for kind in table["kind"]]
        series = [
            Series(word(run, "kind_in_time"), list(table["on_time"]), IN_TIME, picks=picks),
            Series(word(run, "kind_not"), list(table["due"] - table["on_time"]), NOT, picks=picks),
            Series(word(run, "waiting"), list(table["calls"] - table["due"]), WAITING, picks=picks),
        ]
        charts.bars(run.lang, "kinds", names, series, alt=word(run, "kinds_alt"), is_stacked=True, height=len(names) * 76 + 90, unit=CALLS)


def _amiss(run: Run) -> None:
    table = amiss(run.build, run.reader, _calls(run), run.unit.unit_no)
    assert table is not None
    with charts.panel("amiss", word(run, "amiss_title"), word(run, "amiss_note", n=len(table))):
        rows = [
            [
                link(run, int(row.unit_no)), choice(pick(whistle_dept=row.dept), (row.dept or "—") + ((f"（{word(run, 'lead')}）" if run.lang == "zh" else f" ({word(run, 'lead')})") if row.is_lead is True else "")), Cell(f'<span class="ga-mark ga-mark-warn">{word(run, row.state)}</span>'),
                choice(pick(whistle_kind=row.kind), word(run, f"kind_{row.kind or ''}")), text(f"{row.blown_at:%Y-%m-%d}"),
            ]
            for row in table.itertuples()
        ]  # fmt: skip
        heads = _heads(run, ("street", False), ("dept", False), ("what", False), ("kind", False), ("blown", False))
        st.html(list_table(heads, rows, word(run, "amiss_none"), word(run, "amiss_title")))


def back_panels(run: Run) -> None:
    """Units by how much they send back, in bands, and the pairs between which cases travel to and fro."""
    scope, least = run.scope_for(BY_ID["return_rate"]), run.build.rules.figure.rank_min_cases
    with st.container(key="panels-two-back"):
        with charts.panel("back", word(run, "back_title"), word(run, "back_note", n=least)):
            if connected(run, "case", "case_event") and not kept_back(run):
                table = sent_back(run.build, run.reader, scope, run.unit.unit_no)
                assert table is not None
                rows = [
                    [choice(pick(lead_unit=row.unit), row.unit), _band(run, "return_rate", row.value, row.dispatches), percent(row.value), number(row.returns), number(row.dispatches),
                     Cell(_hours(run, row.wait_hours * 60), None if row.wait_hours != row.wait_hours else float(row.wait_hours), True)]
                    for row in table.head(UNITS).sort_values("unit").itertuples()
                ]  # fmt: skip
                rows.sort(key=lambda row: row[1].sort if row[1].sort is not None else 9.0)
                heads = _heads(run, ("unit", False), ("band", False), ("return_rate", True), ("returns", True), ("dispatches", True), ("wait", True))
                st.html(list_table(heads, rows, word(run, "back_none"), word(run, "back_title")))
        with charts.panel("pairs", word(run, "pairs_title"), word(run, "pairs_note")):
            if connected(run, "case", "case_event") and not kept_back(run):
                pairs = there_and_back(run.build, run.reader, run.keeping("pair", scope), run.unit.unit_no)
                assert pairs is not None
                rows = [[_pair(row, row.sender), _pair(row, row.receiver), number(row.n), number(row.cases), number(row.again)] for row in pairs.itertuples()]
                heads = _heads(run, ("sender", False), ("receiver", False), ("times", True), ("cases", True), ("again", True))
                st.html(list_table(heads, rows, word(run, "pairs_none"), word(run, "pairs_title")))


def _pair(row, name: str) -> Cell:
    return choice(pick_row("pair", pair_value(row.sender, row.receiver)), name)


def order_panels(run: Run) -> None:
    """From the order to the first door, order by order; mediation beside it."""
    with st.container(key="panels-two-orders"):
        scope, unit_no = run.scope_without_filters, run.unit.unit_no
        found = mobilised(run.build, run.reader, run.keeping("minutes", scope), unit_no)
        is_any = found is not None and not found.orders.empty
        texts = {name: plain(getattr(found, name), 1) for name in ("fastest", "median", "p90")} if is_any else {}
        with charts.panel("orders", word(run, "mob_title"), word(run, "mob_note", **texts) if is_any else ""):
            if connected(run, "mobilisation"):
                assert found is not None
                if not is_any:
                    charts.empty(run.lang, word(run, "mob_none"))
                else:
                    names, picks = [run.say(name) for name, _ in SPREAD.values()], [pick_row("minutes", name) if n else "" for name, n in zip(SPREAD, found.spread, strict=True)]
                    charts.bars(run.lang, "orders", names, [Series(word(run, "grids"), list(found.spread), picks=picks)], alt=word(run, "mob_alt"), unit=GRIDS)
                    listed = mobilised(run.build, run.reader, run.keeping("order", scope), unit_no)
                    assert listed is not None
                    _orders(run, listed.orders)
        _mediation(run)


def _orders(run: Run, orders) -> None:
    hours = plain(run.build.rules.mobilisation.hours)
    heads = [("order", False), ("issued", False), ("targets", True), ("fastest", True), ("median", True), ("p90", True), ("in_time", True), ("households", True)]
    words = [(word(run, key, n=hours) if key == "in_time" else word(run, key), is_number) for key, is_number in heads]
    rows = [
        [
            choice(pick_row("order", row.mob_id), row.mob_id), text(f"{row.issued_at:%Y-%m-%d %H:%M}"), number(row.targets), number(row.fastest, 1), number(row.median, 1), number(row.p90, 1),
            percent(row.in_time / row.targets if row.targets else None), percent(row.hh_done / row.hh_target if row.hh_target else None),
        ]
        for row in orders.itertuples()
    ]  # fmt: skip
    st.html(f'<h3 class="ga-h3">{word(run, "orders_title")}</h3>{list_table(words, rows, "", word(run, "orders_title"))}<p class="ga-note">{word(run, "orders_note", hours=hours)}</p>')


def _mediation(run: Run) -> None:
    table = mediation(run.build, run.reader, run.scope_without_filters, run.unit.unit_no)
    total = 0 if table is None else int(table["accepted"].sum())
    with charts.panel("mediation", word(run, "mediation_title"), word(run, "mediation_note", n=f"{total:,}") if total else ""):
        if not connected(run, "mediation"):
            return
        assert table is not None
        if not total:
            charts.empty(run.lang, word(run, "mediation_none"))
            return
        words = {"": word(run, "kind_"), TOGETHER: word(run, "together")}
        names = [word(run, "type_label", type=words.get(kind, kind), share=plain(share * 100)) for kind, share in zip(table["type"], table["share"], strict=True)]
        series = [Series(word(run, key), list(table[key]), colour, picks=[pick(dispute=kind, mediation_result=key) if n and kind not in words else "" for kind, n in zip(table["type"], table[key], strict=True)])
                  for key, colour in (("success", IN_TIME), ("failed", NOT), ("open", WAITING))]  # fmt: skip
        charts.bars(run.lang, "mediation", names, series, alt=word(run, "mediation_alt"), is_stacked=True, height=len(names) * 38 + 76, unit=CASES)


assert {"kind_hard", "kind_enforce", "kind_emergency"} <= set(WORDS)
