"""The audit page (审计日志): rows by day, account, action and page, the chain's check, and the rows as a file."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from html import escape

import streamlit as st

from dashboard.access.audit import SYSTEM, audit_folder, audit_log, record
from dashboard.access.audit_chain import Entry, check
from dashboard.access.audit_read import ACTIONS, MOST, Found, Wanted, read
from dashboard.access.identity import MACHINE, PUBLIC
from dashboard.access.roles import NAMES
from dashboard.audit.words import word
from dashboard.parts.list_export import to_csv
from dashboard.parts.list_table import Cell, list_table, number, text
from dashboard.view.breadcrumb import lead_html
from dashboard.view.choice import choosing, hold, select, view_now
from dashboard.view.format import DASH
from dashboard.view.nav import BY_ID
from dashboard.view.run import Run
from dashboard.view.state import ViewState
from dashboard.web.exports import EXPORTS

PAGE = 100
DAYS = 7
DOORS = ("sign-in", "sign-out", "export", "evidence")
COLUMNS = ("no", "at", "account", "role", "action", "page", "unit", "filters", "rows", "detail")


def wanted_of(run: Run) -> Wanted:
    """The rows the address asks for; without dates the last week."""
    today = date.today()
    first, last = run.view.date_from or today - timedelta(days=DAYS - 1), run.view.date_to or today
    return Wanted(first, last, run.view.own("account"), run.view.own("action"), run.view.own("onpage"))


def audit_page(run: Run) -> None:
    """Choices, table, paging, check and export."""
    wanted = wanted_of(run)
    found = read(audit_folder(), wanted)
    st.html(lead_html(run))
    with st.container(key="audit-bar", horizontal=True, vertical_alignment="bottom", gap="small"):
        _choices(run, wanted, found)
    start = min(_start(run), max(len(found.rows) - 1, 0) // PAGE * PAGE)
    shown = found.rows[start : start + PAGE]
    with st.container(key="table-main"):
        _table(run, shown)
    with st.container(key="audit-foot", horizontal=True, vertical_alignment="center", gap="small"):
        _paging(run, found, start, len(shown))
    with st.container(key="audit-tools", horizontal=True, vertical_alignment="center", gap="small"):
        _check(run)
        _export(run, found)
    st.html(f'<p class="ga-note">{word(run, "note")}</p>')


def _start(run: Run) -> int:
    given = run.view.own("at")
    return int(given) // PAGE * PAGE if given.isdecimal() and len(given) < 8 else 0


def _choices(run: Run, wanted: Wanted, found: Found) -> None:
    hold(run, "audit-days", (wanted.first, wanted.last))

    def picked() -> ViewState | None:
        days = st.session_state["audit-days"]
        return replace(view_now(), date_from=days[0], date_to=days[1]).with_own(at="") if len(days) == 2 else None

    st.date_input(word(run, "days"), key="audit-days", on_change=choosing(picked), format="YYYY-MM-DD", width=240, max_value=max(date.today(), wanted.last or date.today()))
    actions = {name: run.say(ACTIONS[name]) if name in ACTIONS else name for name in found.actions}
    pages = {name: _page_name(run, name) for name in found.pages}
    _choose(run, "account", wanted.account, {name: _account_name(run, name) for name in found.accounts})
    _choose(run, "action", wanted.action, actions)
    _choose(run, "page", wanted.page, pages, own="onpage")


def _choose(run: Run, key: str, value: str, names: dict[str, str], own: str = "") -> None:
    """One choice; what the address asks for stays choosable even when no row has it."""
    options = ["", *names, *([value] if value and value not in names else [])]
    select(
        run, f"audit-{key}", word(run, key), options, value, lambda one: names.get(one, one) if one else word(run, "all"),
        lambda chosen: view_now().with_own(**{own or key: chosen or "", "at": ""}), width=180,
    )  # fmt: skip


def _table(run: Run, shown: Sequence[Entry]) -> None:
    heads = [(word(run, key), key in ("no", "rows")) for key in COLUMNS]
    rows = [
        [
            number(entry.no), Cell(escape(entry.at[:19].replace("T", " "))), text(_account_name(run, entry.account)), text(run.say(NAMES[entry.role]) if entry.role in NAMES else entry.role),
            Cell(_mark(run, entry)), text(_page_name(run, entry.page)), text(entry.unit),
            Cell(f'<span class="ga-code">{escape(entry.filters)}</span>' if entry.filters else DASH), number(entry.rows), text(_detail(run, entry), may_break=True),
        ]
        for entry in shown
    ]  # fmt: skip
    st.html(list_table(heads, rows, word(run, "none"), run.say(run.page.title)))


def _account_name(run: Run, account: str) -> str:
    """The account; those that are nobody's in words."""
    return word(run, f"account_{account}") if account in (MACHINE.account, PUBLIC.account, SYSTEM.account) else account


def _page_name(run: Run, page: str) -> str:
    """The page's title; the doors that are no pages by their own words."""
    return run.say(BY_ID[page].title) if page in BY_ID else word(run, f"door_{page}") if page in DOORS else page


def _mark(run: Run, entry: Entry) -> str:
    name = run.say(ACTIONS[entry.action]) if entry.action in ACTIONS else entry.action
    look = " ga-mark-warn" if entry.action in ("refused", "torn") else ""
    return f'<span class="ga-mark{look}">{escape(name)}</span>'


def _detail(run: Run, entry: Entry) -> str:
    """Why something was refused, in words where the log has a key."""
    return word(run, f"why_{entry.detail}") if entry.action == "refused" and entry.detail in ("page", "unit") else entry.detail


def _paging(run: Run, found: Found, start: int, n: int) -> None:
    said = word(run, "found", n=f"{len(found.rows):,}", first=f"{min(start + 1, len(found.rows)):,}", last=f"{start + n:,}")
    links = ""
    if start > 0:
        links += f'<a href="{_at(run, start - PAGE)}" data-go>{word(run, "newer")}</a> '
    if start + n < len(found.rows):
        links += f'<a href="{_at(run, start + PAGE)}" data-go>{word(run, "older")}</a>'
    cut = f" {word(run, 'cut', n=f'{MOST:,}')}" if found.is_cut else ""
    st.html(f'<p class="ga-note ga-paging">{escape(said + cut)} {links}</p>')


def _at(run: Run, start: int) -> str:
    own = dict(run.view.extra)
    return run.href(extra=tuple((own | {"at": str(start) if start > 0 else ""}).items()))


def _check(run: Run) -> None:
    if not st.button(word(run, "check"), key="audit-check", icon=":material/verified_user:"):
        return
    with st.spinner(word(run, "checking")):
        verdict = check(audit_folder(), audit_log().key)
    if verdict.fault is None:
        st.html(f'<p class="ga-notice" role="status">✓ {escape(word(run, "intact", n=f"{verdict.rows:,}", first=verdict.first_at[:19], last=verdict.last_at[:19]))}</p>')
        return
    where = word(run, "line", file=verdict.fault.file, line=verdict.fault.line) if verdict.fault.line else verdict.fault.file
    said = word(run, "broken", where=where, reason=run.say(verdict.fault.reason), n=f"{verdict.rows:,}")
    st.html(f'<p class="ga-notice ga-broken" role="alert">{escape(said)}</p>')


def _export(run: Run, found: Found) -> None:
    if not st.button(word(run, "export"), key="export-csv", icon=":material/download:", disabled=not found.rows):
        return
    record(run.identity, "audit-read", run.page.id, rows=len(found.rows), detail="csv")
    name = f"{word(run, 'file')}_{date.today():%Y%m%d}.csv"
    rows = [[getattr(entry, column) for column in COLUMNS] for entry in found.rows]
    token = EXPORTS.prepare(name, "text/csv; charset=utf-8", to_csv([word(run, column) for column in COLUMNS], rows), run.reader_key, len(rows))
    said = escape(word(run, "ready", name=name, n=f"{len(rows):,}"))
    st.html(f'<a class="ga-download" href="/export/{token}" download="{escape(name)}" data-download>{said}</a>')
