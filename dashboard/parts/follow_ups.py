"""Notes and follow-ups (备注与交办): what was remarked on a unit or view, what an office has to do until when, ticked off when done.

Both belong to units, and a reader meets those of the own area only. A follow-up names an office, never a person.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import escape
from typing import Literal
from urllib.parse import parse_qsl

import streamlit as st

from dashboard.access.audit import record
from dashboard.view.format import day
from dashboard.view.nav import BY_ID as PAGES
from dashboard.view.run import Run
from dashboard.view.state import address, parse_view
from dashboard.web.store import LONGEST_NAME, LONGEST_TEXT, FollowUp, Note, Tally, store
from etl.model.errors import CallError
from etl.model.text import Text
from etl.query.masking import mask_text
from etl.query.units import units

WORDS: dict[str, Text] = {
    "notes": Text("备注", "Notes"),
    "follow_ups": Text("交办", "Follow-ups"),
    "none_notes": Text("还没有备注。点上面“写备注”，给看同一单元的人留言。", "No notes yet. “Add a note” leaves one for whoever looks at this unit."),
    "none_follow_ups": Text("还没有交办事项。点上面“交办一件事”，写明要办的事、承办单位和办结日期。", "Nothing to follow up yet. “Add a follow-up” names what is to be done, the office and the day."),
    "none_here": Text("没有交办事项。", "Nothing to follow up."),
    "add_note": Text("写备注", "Add a note"),
    "add_follow_up": Text("交办一件事", "Add a follow-up"),
    "about": Text("单元：{name}", "Unit: {name}"),
    "note_text": Text("备注内容（不写姓名、电话、门牌）", "Note (no names, phones or house numbers)"),
    "task": Text("要办的事", "What is to be done"),
    "office": Text("承办单位（写单位，不写个人）", "Office responsible (an office, not a person)"),
    "due": Text("办结日期", "Due"),
    "save": Text("保存", "Save"),
    "done": Text("办结", "Done"),
    "reopen": Text("改回未办", "Reopen"),
    "delete": Text("删除", "Delete"),
    "overdue": Text("超期 {n} 天", "{n} days overdue"),
    "due_on": Text("{day}前办结", "due {day}"),
    "done_on": Text("{day}办结", "done {day}"),
    "by": Text("{name} · {at}", "{name} · {at}"),
    "see_view": Text("打开当时的页面", "Open the view it was written at"),
    "open_only": Text("未办 {n} 件，其中超期 {late} 件；已办 {done} 件。", "{n} open, {late} of them overdue; {done} done."),
    "all": Text("查看、新增", "See all, add"),
    "of_view": Text("视图备注", "On a view"),
    "view_notes": Text("对本页视图的备注", "Notes on this view"),
    "view_notes_hint": Text("写给打开同一单元、期间、筛选和选择的人。", "For whoever opens this unit, period, filters and selection."),
    "none_view_notes": Text("这个视图还没有备注。", "No notes on this view yet."),
}
SHOWN = 40
USUAL_DAYS = 7


def word(run: Run, key: str, **values: object) -> str:
    return WORDS[key].format(**values).to(run.lang) if values else WORDS[key].to(run.lang)


def concerns(run: Run) -> Callable[[str], bool]:
    """Whether a code is the unit looked at or one below it, in the reader's area. One that this build no longer has is nobody's to see."""
    frame = units(run.build)
    first, last = max(run.unit.unit_no, run.reader.first_no), min(run.unit.last_no, run.reader.last_no)

    def is_here(code: str) -> bool:
        unit_no = frame.by_code(code)
        return unit_no is not None and first <= unit_no <= last

    return is_here


def follow_up_panel(run: Run) -> None:
    """Both lists side by side, each with its form, by pages."""
    is_here = concerns(run)
    tally = store().tally(is_here, date.today())
    with st.container(key="panels-todo"):
        with st.container(key="panel-follow-ups"):
            _heading(run, "follow_ups", follow_up_summary(run, tally))
            _follow_up_form(run)
            _follow_up_list(run, store().follow_ups(is_here, _skip(run, "follow-ups", tally.all), SHOWN))
        with st.container(key="panel-notes"):
            _heading(run, "notes", "")
            _note_form(run)
            _note_list(run, store().notes(is_here, _skip(run, "notes", store().note_count(is_here)), SHOWN))


def _skip(run: Run, key: str, total: int) -> int:
    """The rows before the page chosen; without a choice where all fit on one."""
    return 0 if total <= SHOWN else (st.pagination(-(-total // SHOWN), key=f"pages-{key}-{run.unit.unit_no}") - 1) * SHOWN


def _heading(run: Run, key: str, note: str) -> None:
    below = f'<p class="ga-note">{escape(note)}</p>' if note else ""
    st.html(f'<h2 class="ga-h2">{word(run, key)} <span class="ga-note">{escape(run.unit.name)}</span></h2>{below}')


def follow_up_summary(run: Run, tally: Tally) -> str:
    return word(run, "open_only", n=f"{tally.open:,}", late=f"{tally.late:,}", done=f"{tally.done:,}") if tally.all else ""


def _follow_up_form(run: Run) -> None:
    with st.expander(word(run, "add_follow_up"), icon=":material/add_task:"), st.form("follow-up", clear_on_submit=True, border=False):
        st.caption(word(run, "about", name=run.unit.name))
        text = st.text_area(word(run, "task"), key="follow-up-text", max_chars=LONGEST_TEXT, height=90)
        office = st.text_input(word(run, "office"), key="follow-up-office", max_chars=LONGEST_NAME)
        due = st.date_input(word(run, "due"), value=date.today() + timedelta(days=USUAL_DAYS), key="follow-up-due", format="YYYY-MM-DD")
        if st.form_submit_button(word(run, "save"), key="follow-up-save", type="primary"):
            account, name = run.identity.account, run.identity.name
            _change(run, "follow-up", lambda: store().add_follow_up(account, name, run.unit.code, mask_text(text), office, due, run.page.id, _query(run)))


def _note_form(run: Run) -> None:
    with st.expander(word(run, "add_note"), icon=":material/edit_note:"), st.form("note", clear_on_submit=True, border=False):
        st.caption(word(run, "about", name=run.unit.name))
        text = st.text_area(word(run, "note_text"), key="note-text", max_chars=LONGEST_TEXT, height=90)
        if st.form_submit_button(word(run, "save"), key="note-save", type="primary"):
            _change(run, "note", lambda: store().add_note(run.identity.account, run.identity.name, run.unit.code, run.page.id, _query(run), mask_text(text)))


def view_notes(run: Run) -> None:
    """Notes on the very view the page shows, with a form, for a box that opens on any page."""
    st.html(f'<h3 class="ga-h3">{word(run, "view_notes")}</h3><p class="ga-note">{word(run, "view_notes_hint")}</p>')
    with st.form("view-note", clear_on_submit=True, border=False), st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        text = st.text_area(word(run, "note_text"), key="view-note-text", max_chars=LONGEST_TEXT, height=70, width="stretch")
        if st.form_submit_button(word(run, "save"), key="view-note-save"):
            who = run.identity
            _change(run, "note on view", lambda: store().add_note(who.account, who.name, run.unit.code, run.page.id, _query(run), mask_text(text), "view"), "fragment")
    found = store().notes_on_view(run.page.id, _query(run), concerns(run), SHOWN)
    st.html("".join(note_html(run, one) for one in found) or f'<p class="ga-note">{word(run, "none_view_notes")}</p>')


def _query(run: Run) -> str:
    """The view without the language and type size it is read in."""
    return address(run.page.id, replace(run.view, lang="zh", is_large=False)).partition("?")[2]


def _change(run: Run, detail: str, work: Callable[[], None], again: Literal["app", "fragment"] = "app") -> None:
    """Write, record that it was written, draw anew; what was wrong with the words is said instead."""
    try:
        work()
    except CallError as error:
        st.html(f'<p class="ga-notice" role="alert">{escape(run.say(error.text))}</p>')
        return
    record(run.identity, "write", run.page.id, _query(run), detail=detail)
    st.rerun(scope=again)


def _follow_up_list(run: Run, items: list[FollowUp]) -> None:
    if not items:
        st.html(f'<p class="ga-empty">{word(run, "none_follow_ups")}</p>')
    for one in items:
        with st.container(key=f"todo-{one.id}", horizontal=True, vertical_alignment="top", gap="small"):
            st.html(follow_up_html(run, one))
            if st.button(word(run, "reopen" if one.done_at else "done"), key=f"tick-{one.id}", icon=":material/undo:" if one.done_at else ":material/check:"):
                _change(run, f"tick {one.id}", lambda item=one: store().tick(run.identity.account, item.id, not item.done_at))  # type: ignore[misc]


def follow_up_html(run: Run, one: FollowUp) -> str:
    """One follow-up: what, by whom, until when; overdue said in words."""
    due, today = date.fromisoformat(one.due_on), date.today()
    if one.done_at:
        state = f'<span class="ga-mark ga-mark-ok">✓ {escape(word(run, "done_on", day=day(one.done_at, run.lang)))}</span>'
    elif one.is_overdue(today):
        state = f'<span class="ga-mark ga-mark-warn">{escape(word(run, "overdue", n=(today - due).days))}</span>'
    else:
        state = f'<span class="ga-mark ga-mark-none">{escape(word(run, "due_on", day=day(due, run.lang)))}</span>'
    return f'<div class="ga-follow{" is-done" if one.done_at else ""}"><p>{escape(one.text)}</p><div class="ga-note">{state} <b>{escape(one.office)}</b> · {_unit_link(run, one.unit_code)} · {escape(word(run, "by", name=one.author_name, at=day(one.written_at, run.lang)))} · {_view_link(run, one.page, one.query)}</div></div>'


def follow_ups_html(run: Run, most: int = 5) -> str:
    """For the unit's own page: what is open here and below, the last notes, and the way to all of them. Nothing for the public."""
    if run.identity.provider == "public":
        return ""
    is_here = concerns(run)
    body = "".join(follow_up_html(run, one) for one in store().follow_ups(is_here, limit=most) if not one.done_at)
    body += "".join(note_html(run, one) for one in store().notes(is_here, limit=most))
    summary = follow_up_summary(run, store().tally(is_here, date.today())) or word(run, "none_here")
    href = run.href("explore", tab="todo")
    return f'<h3>{word(run, "follow_ups")} · {word(run, "notes")} <a class="ga-link" href="{href}" data-go>{word(run, "all")}</a></h3><p class="ga-note">{escape(summary)}</p>{body}'


def _note_list(run: Run, items: list[Note]) -> None:
    if not items:
        st.html(f'<p class="ga-empty">{word(run, "none_notes")}</p>')
    for one in items:
        with st.container(key=f"remark-{one.id}", horizontal=True, vertical_alignment="top", gap="small"):
            st.html(note_html(run, one))
            if one.author == run.identity.account and st.button(word(run, "delete"), key=f"drop-{one.id}", icon=":material/delete:"):
                _change(run, f"delete note {one.id}", lambda item=one: store().delete_note(run.identity.account, item.id))  # type: ignore[misc]


def note_html(run: Run, one: Note) -> str:
    at = f"{day(one.written_at, run.lang)} {one.written_at[11:16]}"
    kind = f'<span class="ga-mark ga-mark-none">{word(run, "of_view")}</span> ' if one.about == "view" else ""
    return f'<div class="ga-follow"><p>{escape(one.text)}</p><div class="ga-note">{kind}{_unit_link(run, one.unit_code)} · {escape(word(run, "by", name=one.author_name, at=at))} · {_view_link(run, one.page, one.query)}</div></div>'


def _unit_link(run: Run, code: str) -> str:
    frame = units(run.build)
    unit_no = frame.by_code(code)
    return escape(code) if unit_no is None else f'<a href="{run.href(unit=code, level="")}" data-go>{escape(frame.name[unit_no - 1])}</a>'


def _view_link(run: Run, page: str, query: str) -> str:
    """The view something was written at: read again as any address is, so it shows no more than the reader may see."""
    if page not in PAGES:
        return ""
    href = escape(address(page, parse_view(dict(parse_qsl(query)))), quote=True)
    return f'<a href="{href}" data-go>{word(run, "see_view")}</a>'
