"""The money of the page 资金: accounts by fund, sources, whom it reaches, yearly floors, the ledger to the cent."""

from decimal import Decimal
from html import escape

import streamlit as st

from dashboard.funds.words import DIRECTION, FLOOR, FUND, ORIGIN, word
from dashboard.parts.chart_units import YUAN
from dashboard.parts.charts import Series, bars, panel
from dashboard.parts.list_export import Made, list_head
from dashboard.parts.list_table import Cell, choice, list_table, number, percent, text
from dashboard.parts.page_tables import cells_of, offered
from dashboard.parts.paged_list import paged
from dashboard.view.format import DASH, day, plain
from dashboard.view.needs import has_feeds
from dashboard.view.picks import pick, pick_period
from dashboard.view.run import Run
from etl.model.indicators import BY_ID
from etl.query.fund_money import Account, Entry, accounts, by_year, ledger, sources
from etl.query.fund_people import Floor, floors, per_household, target_groups
from etl.query.scope import Scope

LINES = ("budget", "received", "expense", "refund", "cleared", "balance", "committed", "free")
LEDGER = ("date", "entry", "unit", "fund", "direction", "origin", "project", "amount", "running")
OF_CONTRACTS = ("committed", "free")
STRONG = ("received", "expense", "balance")


def yuan(amount: Decimal | None) -> str:
    """14,151,000.00: every cent, from the decimal itself."""
    return DASH if amount is None else f"{amount:,.2f}"


def spent(run: Run) -> Scope:
    """What of the spending is asked for: an entry says its fund and origin, its project whom and what it is for."""
    return run.scope_by(*BY_ID["fund_exec_rate"].filters, *BY_ID["fund_process_rate"].filters)


def money_panels(run: Run, scope: Scope) -> None:
    """Accounts, sources, target groups, floors."""
    with st.container(key="panels-accounts"):
        _accounts(run, scope)
        _sources(run, scope)
        _groups(run, spent(run))
        _floors(run, scope)


def _accounts(run: Run, scope: Scope) -> None:
    is_part = bool(scope.without("fund").where)  # a contract says nothing of where its money comes from
    note = word(run, "accounts_note_part" if is_part else "accounts_note", day=day(scope.as_of, run.lang))
    if run.scope_for(BY_ID["fund_process_rate"]).without("fund").where:
        note += ("" if run.lang == "zh" else " ") + word(run, "accounts_whole")
    with panel("accounts", word(run, "accounts", year=scope.date_to.year), note):
        if not has_feeds(run, "fund_ledger"):
            return
        found = accounts(run.build, run.reader, scope, run.unit.unit_no)
        columns = found[:-1] if len(found) == 2 else found  # one fund alone is its own total
        head = "".join(f'<th class="n" scope="col">{escape(run.say(FUND[one.fund]))}</th>' for one in columns)
        lines = tuple(name for name in LINES if not (is_part and name in OF_CONTRACTS))
        rows = "".join(_line(run, name, columns) for name in lines)
        heads = [(word(run, "account_line"), False), *((run.say(FUND[one.fund]), True) for one in columns)]
        offered(word(run, "accounts", year=scope.date_to.year), heads, len(lines), lambda: cells_of(heads, rows))
        done = "".join(f'<td class="n"><b>{_rate(one)}</b></td>' for one in columns)
        homes = per_household(run.build, scope, run.unit.unit_no, found[-1])
        below = (
            word(run, "per_household_line", homes=plain(homes.households), received=plain(homes.received, 2), paid=plain(homes.paid, 2))
            if homes.households
            else word(run, "no_households")
        )
        st.html(
            f'<div class="ga-wide"><table class="ga-table ga-account"><thead><tr><th></th>{head}</tr></thead><tbody>{rows}'
            f'<tr><td>{word(run, "executed")}</td>{done}</tr></tbody></table></div><p class="ga-note">{escape(below)}</p>'
            + (f'<p class="ga-note">{word(run, "executed_all")}</p>' if len(columns) > 1 else "")
        )


def _line(run: Run, name: str, columns: tuple[Account, ...]) -> str:
    look = ' class="is-sum"' if name in STRONG else ""
    return f"<tr{look}><td>{word(run, name)}</td>" + "".join(f'<td class="n">{yuan(getattr(one, name))}</td>' for one in columns) + "</tr>"


def _rate(account: Account) -> str:
    return DASH if account.executed is None else f"{account.executed:.1%}"


def _sources(run: Run, scope: Scope) -> None:
    with panel("sources", word(run, "sources"), word(run, "sources_note")):
        if not has_feeds(run, "fund_ledger"):
            return
        found = sources(run.build, run.reader, scope.without("origin"), run.unit.unit_no)
        rows = [[choice(pick(origin=origin), run.say(ORIGIN[origin])), Cell(yuan(amt), float(amt), True), percent(float(share))] for origin, amt, share in found]
        heads = [(word(run, "origin"), False), (word(run, "amount"), True), (word(run, "of_received"), True)]
        st.html(list_table(heads, rows, word(run, "ledger_none"), word(run, "sources")))
        years = by_year(run.build, run.reader, scope, run.unit.unit_no)
        st.html(f'<h3 class="ga-h3">{word(run, "years")}</h3>')
        series = [Series(word(run, name), [float(getattr(one, name)) for one in years], hover=[yuan(getattr(one, name)) for one in years], picks=[pick_period(str(one.year)) for one in years]) for name in ("received", "expense", "balance")]
        bars(run.lang, "fund-years", [str(one.year) for one in years], series, alt=word(run, "years"), is_upright=True, height=200, unit=YUAN)


def _groups(run: Run, scope: Scope) -> None:
    with panel("groups", word(run, "groups"), word(run, "groups_note")):
        if not has_feeds(run, "fund_ledger", "fund_project"):
            return
        rows = [
            [
                choice(pick(target_group=one.name), one.name or word(run, "no_group")), number(one.projects), Cell(yuan(one.paid), float(one.paid), True), percent(one.share),
                percent(one.people_share), number(one.index, 2),
            ]
            for one in target_groups(run.build, run.reader, scope.without("target_group"), run.unit.unit_no)
        ]  # fmt: skip
        heads = [(word(run, key), key != "group") for key in ("group", "n_projects", "paid_yuan", "share", "people_share", "index")]
        st.html(list_table(heads, rows, word(run, "ledger_none"), word(run, "groups")))


def _floors(run: Run, scope: Scope) -> None:
    with panel("floors", word(run, "floors"), word(run, "floors_note")):
        if not has_feeds(run, "fund_ledger"):
            return
        rows = "".join(_floor(run, one) for one in floors(run.build, run.reader, scope, run.unit.unit_no))
        st.html(f'<ul class="ga-floors">{rows}</ul>')


def _floor(run: Run, floor: Floor) -> str:
    title, condition = FLOOR[floor.id]
    named = {"unit": floor.unit_name, "least": yuan(floor.least), "by": day(floor.by, run.lang)}
    look, key = {True: (" ga-mark-ok", "met"), False: (" ga-mark-warn", "not_met"), None: ("", "not_yet")}[floor.is_met]
    return (
        f'<li><b>{escape(run.say(title.format(**named)))}</b><span class="ga-mark{look}">{word(run, key)}</span>'
        f'<span class="ga-floor-value">{yuan(floor.value)}</span><span class="ga-note">{escape(run.say(condition.format(**named)))}</span></li>'
    )


def ledger_table(run: Run, scope: Scope) -> None:
    """The newest entries with the running balance, and the proof that the ledger adds up."""
    found = ledger(run.build, run.reader, scope, run.unit.unit_no)
    note = word(run, "ledger_note", year=scope.date_to.year, n=plain(found.n)) if found.n else ""
    list_head(run, "ledger", word(run, "ledger"), note, (lambda: _file(run, scope, found.n)) if found.n else None)
    if not has_feeds(run, "fund_ledger"):
        return
    proof = (
        f'<span class="ga-mark ga-mark-ok">✓ {word(run, "adds_up", sum=yuan(found.by_entry))}</span>'
        if found.adds_up
        else f'<span class="ga-mark ga-mark-warn">{word(run, "adds_up_not", a=yuan(found.by_entry), b=yuan(found.by_unit), c=yuan(found.by_fund))}</span>'
    )
    heads = [(word(run, key), key in ("amount", "running")) for key in LEDGER]
    st.html(f'<p class="ga-note ga-proof">{proof}</p>')

    def draw(start: int, stop: int) -> str:
        part = ledger(run.build, run.reader, scope, run.unit.unit_no, stop - start, start).entries
        return list_table(heads, [_entry(run, one) for one in part], word(run, "ledger_none"), word(run, "ledger"))

    paged(run, "ledger", found.n, draw)


def _entry(run: Run, one: Entry) -> list[Cell]:
    return [
        Cell(f'<span class="ga-code">{one.on_date:%Y-%m-%d}</span>'), Cell(f'<span class="ga-code">{escape(one.id)}</span>'), text(one.unit_name),
        choice(pick(fund=one.fund), run.say(FUND[one.fund])), text(run.say(DIRECTION[one.direction])), choice(pick(origin=one.origin), run.say(ORIGIN[one.origin])), _project(run, one.project_id),
        Cell(yuan(one.amt), float(one.amt), True), Cell(yuan(one.balance), float(one.balance), True),
    ]  # fmt: skip


def _file(run: Run, scope: Scope, n: int) -> Made:
    """Every entry of the year, oldest first."""
    entries = reversed(ledger(run.build, run.reader, scope, run.unit.unit_no, n).entries)
    rows = [
        [one.on_date, one.id, one.unit_name, run.say(FUND[one.fund]), run.say(DIRECTION[one.direction]), run.say(ORIGIN[one.origin]), one.project_id, one.amt, one.balance]
        for one in entries
    ]
    return [word(run, key) for key in LEDGER], rows


def _project(run: Run, project_id: str) -> Cell:
    return Cell(f'<a href="{run.href(tab="p." + project_id)}" data-go>{escape(project_id)}</a>' if project_id else DASH)
