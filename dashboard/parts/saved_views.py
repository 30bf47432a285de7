"""Saved views (视图): keep what the page shows under a name, open it again, share it with a role or an area.

What is saved is the address and nothing else. Opening a view follows that address as the reader's own: a shared view shows another
reader what that reader may see, never what its owner saw.
"""

from collections.abc import Callable
from html import escape
from urllib.parse import parse_qsl

import streamlit as st

from dashboard.access.audit import record
from dashboard.access.roles import NAMES as ROLE_NAMES
from dashboard.parts.follow_ups import view_notes
from dashboard.view.format import day
from dashboard.view.nav import BY_ID as PAGES
from dashboard.view.run import Run
from dashboard.view.state import address, parse_view
from dashboard.web.store import EVERY_ROLE, LONGEST_NAME, SavedView, store
from etl.model.errors import CallError
from etl.model.text import Text
from etl.query.units import units

WORDS: dict[str, Text] = {
    "button": Text("视图与备注", "Views, notes"),
    "title": Text("保存和打开视图，写备注", "Save and open views, leave a note"),
    "note": Text("视图是当前页面的地址：单元、期间、筛选、指标和选择。别人打开时，只看到自己权限内的数据。",
                 "A view is this page's address: unit, period, filters, indicators, selection. Whoever opens it sees what their own rights allow."),
    "save_as": Text("把当前页面保存为", "Save this page as"),
    "save": Text("保存", "Save"),
    "saved": Text("已保存“{name}”。", "Saved “{name}”."),
    "same_name": Text("同名的视图会被替换。", "A view of that name is replaced."),
    "mine": Text("我的视图", "My views"),
    "theirs": Text("共享给我的", "Shared with me"),
    "none_mine": Text("还没有保存过视图。", "Nothing saved yet."),
    "none_theirs": Text("还没有人共享视图。", "Nobody has shared a view yet."),
    "manage": Text("改名、共享、删除", "Rename, share, delete"),
    "which": Text("选择一个视图", "Choose a view"),
    "new_name": Text("名称", "Name"),
    "share_with": Text("共享给", "Share with"),
    "nobody": Text("不共享（仅自己）", "Nobody (only me)"),
    "everyone": Text("所有角色", "Every role"),
    "share_where": Text("范围", "Where"),
    "anywhere": Text("全部辖区", "Every area"),
    "here": Text("辖区含{name}或在其内的读者", "Readers whose area holds or lies in {name}"),
    "change": Text("保存修改", "Save changes"),
    "delete": Text("删除", "Delete"),
    "by": Text("{name} · {page} · {day}", "{name} · {page} · {day}"),
    "shared_mark": Text("已共享", "shared"),
}
ROLES = ("analyst", "leader", "steward", "data_steward", "admin")


def word(run: Run, key: str, **values: object) -> str:
    return WORDS[key].format(**values).to(run.lang) if values else WORDS[key].to(run.lang)


def views_button(run: Run) -> None:
    """The button on every page; the lists are read only when it is pressed. Not for the public, who have no account."""
    if run.identity.provider == "public":
        return
    with st.container(key="views"):
        if st.button(word(run, "button"), key="open-views", icon=":material/bookmark:"):
            st.dialog(word(run, "title"), width="large")(_dialog)(run)


def seen_shared(run: Run) -> list[SavedView]:
    """Views shared with the reader's role whose area meets the reader's own."""
    frame = units(run.build)

    def concerns(view: SavedView) -> bool:
        if not view.share_unit:
            return True
        unit_no = frame.by_code(view.share_unit)
        return unit_no is not None and unit_no <= run.reader.last_no and int(frame.last_no[unit_no - 1]) >= run.reader.first_no

    return [view for view in store().shared_views(run.identity.account, run.reader.role) if concerns(view)]


def view_href(view: SavedView) -> str:
    """The address of a saved view, read and written again so that nothing but known parameters remains."""
    return address(view.page, parse_view(dict(parse_qsl(view.query))))


def _dialog(run: Run) -> None:
    st.caption(word(run, "note"))
    with st.form("save-view", border=False), st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.text_input(word(run, "save_as"), key="view-name", max_chars=LONGEST_NAME, help=word(run, "same_name"), placeholder=run.say(run.page.title), width="stretch")
        if st.form_submit_button(word(run, "save"), key="view-save", type="primary"):
            query = address(run.page.id, run.view).partition("?")[2]
            if _done(run, "save view", lambda: store().save_view(run.identity.account, run.identity.name, name or run.say(run.page.title), run.page.id, query)):
                st.html(f'<p class="ga-notice" role="status">{escape(word(run, "saved", name=name or run.say(run.page.title)))}</p>')
    mine, theirs = store().views_of(run.identity.account), seen_shared(run)
    left, right = st.columns(2)
    with left:
        st.html(f'<h3 class="ga-h3">{word(run, "mine")}</h3>{_list(run, mine, "none_mine")}')
    with right:
        st.html(f'<h3 class="ga-h3">{word(run, "theirs")}</h3>{_list(run, theirs, "none_theirs")}')
    if mine:
        with st.expander(word(run, "manage")):
            _manage(run, mine)
    view_notes(run)


def _list(run: Run, views: list[SavedView], empty: str) -> str:
    if not views:
        return f'<p class="ga-note">{word(run, empty)}</p>'
    rows = "".join(
        f'<li><a href="{escape(view_href(view), quote=True)}" data-go><b>{escape(view.name)}</b></a>{_shared_mark(run, view)}'
        f'<small>{escape(word(run, "by", name=view.owner_name, page=run.say(PAGES[view.page].title), day=day(view.changed_at, run.lang)))}</small></li>'
        for view in views
        if view.page in PAGES
    )
    return f'<ul class="ga-views">{rows}</ul>'


def _shared_mark(run: Run, view: SavedView) -> str:
    is_own = view.owner == run.identity.account
    return f' <span class="ga-mark ga-mark-ok">{word(run, "shared_mark")}</span>' if view.is_shared and is_own else ""


def _manage(run: Run, mine: list[SavedView]) -> None:
    by_id = {view.id: view for view in mine}
    chosen = by_id[st.selectbox(word(run, "which"), list(by_id), key="view-chosen", format_func=lambda one: by_id[one].name, filter_mode=None)]
    name = st.text_input(word(run, "new_name"), value=chosen.name, key=f"view-rename-{chosen.id}", max_chars=LONGEST_NAME)
    roles = ("", EVERY_ROLE, *ROLES)
    role = st.selectbox(word(run, "share_with"), roles, index=roles.index(chosen.share_role) if chosen.share_role in roles else 0, key=f"view-role-{chosen.id}", format_func=lambda one: _role(run, one), filter_mode=None)
    areas = tuple(dict.fromkeys(("", chosen.share_unit, run.unit.code)))
    area = st.selectbox(word(run, "share_where"), areas, index=areas.index(chosen.share_unit), key=f"view-area-{chosen.id}", format_func=lambda one: _area(run, one), filter_mode=None)
    with st.container(horizontal=True, gap="small"):
        if st.button(word(run, "change"), key="view-change", type="primary"):
            def changed() -> None:
                if name.strip() != chosen.name:
                    store().rename_view(run.identity.account, chosen.id, name)
                store().share_view(run.identity.account, chosen.id, role, area)

            if _done(run, f"share view {chosen.id} with {role or '-'} {area}".strip(), changed):
                st.rerun(scope="fragment")
        if st.button(word(run, "delete"), key="view-delete", icon=":material/delete:") and _done(run, f"delete view {chosen.id}", lambda: store().delete_view(run.identity.account, chosen.id)):
            st.rerun(scope="fragment")


def _role(run: Run, role: str) -> str:
    if role == EVERY_ROLE:
        return word(run, "everyone")
    return run.say(ROLE_NAMES[role]) if role else word(run, "nobody")  # type: ignore[index]


def _area(run: Run, code: str) -> str:
    frame = units(run.build)
    unit_no = frame.by_code(code) if code else None
    return word(run, "anywhere") if not code else word(run, "here", name=code if unit_no is None else frame.name[unit_no - 1])


def _done(run: Run, detail: str, work: Callable[[], object]) -> bool:
    """Whether it could be done; what was wrong with the words is said. What was done is recorded."""
    try:
        work()
    except CallError as error:
        st.html(f'<p class="ga-notice" role="alert">{escape(run.say(error.text))}</p>')
        return False
    record(run.identity, "write", run.page.id, address(run.page.id, run.view).partition("?")[2], detail=detail)
    return True
