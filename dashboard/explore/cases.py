"""Cases one by one (诉求清单): how many there are first, then a page of them; searched, filtered, masked by role, exported as a whole."""

from collections.abc import Iterator
from datetime import datetime
from html import escape

import streamlit as st

from dashboard.explore.controls import choose, own_link
from dashboard.explore.words import word
from dashboard.parts.export_files import KINDS
from dashboard.parts.export_rows import Value
from dashboard.parts.list_export import offer_rows
from dashboard.parts.sources import source_name
from dashboard.view.beside import BETWEEN
from dashboard.view.choice import choosing, hold, view_now
from dashboard.view.coded_words import coded
from dashboard.view.format import day
from dashboard.view.needs import has_feeds
from dashboard.view.picks import pick, pick_link
from dashboard.view.run import Run
from dashboard.view.state import ViewState
from etl.model.errors import CallError
from etl.model.feed_filters import FEED_FILTERS
from etl.model.indicators import BY_ID, Indicator
from etl.model.taxonomy import BY_CODE, OTHER
from etl.query.breakdown import can_break
from etl.query.case_list import Case, CasePage, case_count, case_page, every_case, hides_classes
from etl.query.case_rows import Order, Wanted, Which, told_unit
from etl.query.search import Key, search
from etl.query.units import units

ORDERS: tuple[Order, ...] = ("newest", "oldest", "due")
WHICH: tuple[Which, ...] = ("", "misses", "bottom", "top")


def cases_panel(run: Run, indicator: Indicator) -> None:
    """The whole part of the page."""
    if not has_feeds(run, "case"):
        return
    wanted = wanted_of(run, indicator)
    _controls(run, indicator, wanted)
    after, before = keys_of(run)
    try:
        page = case_page(run.build, run.reader, wanted, after, before)
    except CallError as error:
        st.html(f'<p class="ga-notice" role="status">{escape(run.say(error.text))}</p>')
        return
    _head(run, wanted, page)
    _notes(run, wanted, page)
    body = "".join(_row(run, case, wanted) for case in page.rows)
    heads = "".join(f'<th scope="col">{word(run, key)}</th>' for key in ("case", "filed", "place", "class", "status", "lead_unit", "limit", "voice"))
    table = f'<div class="ga-wide"><table class="ga-table ga-cases"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    with st.container(key="explore-cases"):
        empty = "" if page.is_searching else f'<p class="ga-empty">{word(run, "no_cases")}</p>'
        st.html((table if page.rows else empty) + _pager(run, page))


def wanted_of(run: Run, indicator: Indicator) -> Wanted:
    """What the address asks for. Cases behind an indicator follow its own filters; a search is of any words."""
    order: Order = next((one for one in ORDERS if one == run.view.own("sort")), "newest")
    which: Which = next((one for one in WHICH if one == run.view.own("which")), "")
    if not can_break(indicator):
        which = ""
    scope = run.scope.without(*FEED_FILTERS)
    return Wanted(scope, run.unit.unit_no, which, indicator.id if which else "", run.view.own("find"), order)


def keys_of(run: Run) -> tuple[Key | None, Key | None]:
    """The key after which, or before which, the page lies; a damaged one is as none."""
    parts = run.view.own("at").split(BETWEEN, 3)
    if len(parts) != 4 or parts[0] not in ("a", "b"):
        return None, None
    try:
        key = (datetime.fromisoformat(parts[1]), parts[3], parts[2])
    except ValueError:
        return None, None
    return (key, None) if parts[0] == "a" else (None, key)


def key_text(way: str, key: Key) -> str:
    """The number last: it may hold any character, also the one between."""
    return BETWEEN.join((way, key[0].isoformat(), key[2], key[1]))


def _controls(run: Run, indicator: Indicator, wanted: Wanted) -> None:
    with st.container(key="explore-controls", horizontal=True, vertical_alignment="bottom", gap="small"):
        if can_break(indicator):
            choose(run, "which", word(run, "which"), WHICH, wanted.which, lambda name: word(run, f"which_{name}", name=run.say(indicator.name)), width=260, forget=("at",))
        choose(run, "sort", word(run, "order"), ORDERS, wanted.order, lambda name: word(run, f"order_{name}"), width=170, forget=("at",))
        hold(run, "explore-find", wanted.text)

        def changed() -> ViewState:
            return view_now().with_own(find=st.session_state["explore-find"].strip()[:120], at="")

        st.text_input(word(run, "find"), key="explore-find", on_change=choosing(changed), icon=":material/search:", max_chars=120, width="stretch")


def _head(run: Run, wanted: Wanted, page: CasePage) -> None:
    """The number of cases before anything else, and the way out."""
    count = "" if page.is_searching and not page.total else word(run, "cases_at_least" if page.is_cut else "cases_n", n=f"{page.total:,}")
    what = f" · {word(run, f'which_{wanted.which}', name=run.say(BY_ID[wanted.indicator_id].name))}" if wanted.which else ""
    with st.container(key="list-head-cases", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<h2 class="ga-h2" data-total="{page.total}">{word(run, "cases")} <span class="ga-note"><b>{count}</b>{escape(what)}</span></h2>')
        if page.total:
            _exports(run, wanted, page.total)


@st.fragment
def _exports(run: Run, wanted: Wanted, total: int) -> None:
    with st.container(key="list-export-cases", horizontal=True, vertical_alignment="center", gap="small", width="content"):
        for kind in KINDS[:2]:
            if st.button(kind.label, key=f"export-cases-{kind.id}", icon=":material/download:", help=run.word("export_note", n=f"{total:,}")):
                heads = [word(run, key) for key in ("case", "filed", "place", "class", "status", "lead_unit", "limit", "closed", "voice", "case_text")]
                shown = BY_ID[wanted.indicator_id] if wanted.which else None
                asked = [] if shown is None else [(run.word("indicator"), f"{run.say(shown.name)} {shown.id}"), (run.word("definition"), run.say(shown.definition))]
                asked += [(word(run, "which"), word(run, f"which_{wanted.which}", name=run.say(shown.name) if shown else "")), (word(run, "find"), wanted.text or "—")]
                offer_rows(run, kind.id, word(run, "cases"), heads, export_rows(run, wanted), case_count(run.build, run.reader, wanted), asked)


def export_rows(run: Run, wanted: Wanted) -> Iterator[list[Value]]:
    """Every case in order as the list shows it."""
    frame = units(run.build)
    for case in every_case(run.build, run.reader, wanted):
        voice = " · ".join(part for part in (_word(run, "solved", case.solved), _word(run, "satisfied", case.satisfied)) if part)
        yield [case.case_no, case.counted_at, str(frame.name[case.unit_no - 1]), class_name(run, case), _word(run, "status", case.status), case.lead_unit, case.limit_at, case.closed_at, voice, case.title]


def _notes(run: Run, wanted: Wanted, page: CasePage) -> None:
    said = []
    if page.is_searching:
        st.fragment(run_every=1.0)(_searching)(run, wanted)
    elif page.is_cut:
        said.append(word(run, "search_cut_start") if page.searched_to is None else word(run, "search_cut", day=day(page.searched_to, run.lang)))
    told = told_unit(run.build, run.reader, wanted.under)
    if told != wanted.under:
        said.append(word(run, "widened", name=units(run.build).name[told - 1]))
    if hides_classes(run.reader):
        said.append(word(run, "kept_back"))
    if said:
        st.html("".join(f'<p class="ga-note">{escape(one)}</p>' for one in said))


def _searching(run: Run, wanted: Wanted) -> None:
    """How far the search has got by now; the list is drawn once more when it is over."""
    found = search(run.build, run.reader, wanted, wait_s=0)
    if not found.is_running:
        st.rerun()
    key = "searching" if found.until else "searching_start"
    st.html(f'<p class="ga-note" role="status">{escape(word(run, key, n=f"{found.total:,}", day=day(found.until, run.lang)))}</p>')


def _row(run: Run, case: Case, wanted: Wanted) -> str:
    frame = units(run.build)
    place = f'<a href="{run.href(unit=frame.code[case.unit_no - 1], level="", extra=run.view.with_own(at="").extra)}" data-go title="{escape(frame.path(case.unit_no, run.reader), quote=True)}">{escape(frame.name[case.unit_no - 1])}</a>'
    text = f"<details><summary>{escape(case.title or class_name(run, case))}</summary><p>{escape(case.body or '—')}</p></details>"
    limit = f"{_moment(case.limit_at)}<small>{_lateness(run, case, wanted)}</small>" if case.limit_at else f"<small>{word(run, 'no_limit')}</small>"
    voice = " · ".join(escape(part) for part in (_word(run, "solved", case.solved), _word(run, "satisfied", case.satisfied)) if part) or "—"
    filed, at, kind, status, unit, due, said = (f' data-label="{word(run, key)}"' for key in ("filed", "place", "class", "status", "lead_unit", "limit", "voice"))
    return (
        f'<tr data-case="{escape(case.case_no, quote=True)}"><td class="ga-case">{text}<span class="ga-code">{escape(case.case_no)}</span></td><td class="ga-time"{filed}>{_moment(case.counted_at)}<small>{_filter(run, pick(source=case.source), source_name(run, case.source))}</small></td><td{at}>{place}</td>'
        f'<td{kind}>{_filter(run, _class_pick(case), class_name(run, case))}</td><td{status}>{_filter(run, pick(status=case.status), _word(run, "status", case.status))}</td><td{unit}>{_filter(run, pick(lead_unit=case.lead_unit), case.lead_unit or "—")}</td><td class="ga-time"{due}>{limit}</td><td{said}>{voice}</td></tr>'
    )


def _lateness(run: Run, case: Case, wanted: Wanted) -> str:
    """In time or how late, as at the end of the as-of day; those open then said to be so."""
    assert case.limit_at is not None
    end = datetime.combine(wanted.scope.as_of, datetime.max.time())
    closed = case.closed_at if case.closed_at is not None and case.closed_at <= end else None
    late = ((closed or end) - case.limit_at).total_seconds() / 3600
    if late <= 0:
        return word(run, "in_time") if closed else ""
    size = word(run, "days_n", n=f"{late / 24:,.0f}") if late >= 48 else word(run, "hours_n", n=f"{max(late, 1):,.0f}")
    told = word(run, "late", n=size)
    if not closed:  # its status is that of today
        told = word(run, "open_late", day=day(wanted.scope.as_of, run.lang), late=told)
    return f'<span class="ga-mark ga-mark-warn">{told}</span>'


def _filter(run: Run, chosen: str, said: str) -> str:
    """What a case says of itself, filtering the list by it, from its first page."""
    return pick_link(chosen, escape(said), run.view.with_own(at=""))


def _class_pick(case: Case) -> str:
    """The standard class; where there is none the source's own."""
    return pick(category=case.code4) if case.code4 in BY_CODE and case.code4 != OTHER else pick(own_class=case.raw_category)


def class_name(run: Run, case: Case) -> str:
    """The standard class; the source's own word where there is none."""
    category = BY_CODE.get(case.code4)
    if category is None or case.code4 == OTHER:
        return case.raw_category or (run.say(category.l2) if category else case.code4 or "—")
    return run.say(category.l2)


def _word(run: Run, column: str, value: str) -> str:
    """A canonical value in words."""
    return coded("case", column, value, run.lang) if value and value != "none" else ""


def _moment(at: datetime | None) -> str:
    return "—" if at is None else f"{at:%Y-%m-%d %H:%M}"


def _pager(run: Run, page: CasePage) -> str:
    steps = [
        ("first_page", "" if page.before is not None else None), ("previous", key_text("b", page.before) if page.before is not None else None),
        ("next", key_text("a", page.after) if page.after is not None else None),
    ]  # fmt: skip
    links = "".join(own_link(run, word(run, key), "ga-step", at=to) if to is not None else f'<span class="ga-step" aria-disabled="true">{word(run, key)}</span>' for key, to in steps)
    return f'<nav class="ga-pager">{links}</nav>' if page.before is not None or page.after is not None else ""
