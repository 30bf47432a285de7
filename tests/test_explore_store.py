"""Saved views, notes and follow-ups: what is kept, whose it is, and that several processes may write at once."""

import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from dashboard.web.store import LONGEST_TEXT, Store, Tally
from etl.model.errors import CallError

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_a_view_is_kept_renamed_and_deleted(store: Store) -> None:
    first = store.save_view("ann", "安", "路灯", "explore", "ind=close_rate&v=1")
    again = store.save_view("ann", "安", "路灯", "response", "ind=solve_rate&v=1")
    assert again.id == first.id and [view.page for view in store.views_of("ann")] == ["response"]  # one name, one view
    store.save_view("ann", "安", "其他", "explore", "")
    with pytest.raises(CallError):
        store.rename_view("ann", first.id, "其他")
    store.rename_view("ann", first.id, "路灯二")
    assert {view.name for view in store.views_of("ann")} == {"路灯二", "其他"}
    store.delete_view("ann", first.id)
    assert [view.name for view in store.views_of("ann")] == ["其他"]


def test_anothers_personal_view_cannot_be_reached(store: Store) -> None:
    mine = store.save_view("ann", "安", "我的", "explore", "unit=J1")
    assert store.views_of("ben") == [] and store.shared_views("ben", "analyst") == []
    for attempt in (lambda: store.rename_view("ben", mine.id, "x"), lambda: store.delete_view("ben", mine.id), lambda: store.share_view("ben", mine.id, "*", "")):
        with pytest.raises(CallError):
            attempt()
    assert store.views_of("ann") == [mine]
    theirs = store.save_view("ben", "本", "我的", "explore", "unit=J2")  # the same name is no way in
    assert theirs.id != mine.id and store.views_of("ann") == [mine]


def test_a_shared_view_reaches_the_role_and_no_other(store: Store) -> None:
    view = store.save_view("ann", "安", "共享", "explore", "unit=J1")
    store.share_view("ann", view.id, "leader", "J1")
    assert [one.share_unit for one in store.shared_views("ben", "leader")] == ["J1"]
    assert store.shared_views("ben", "analyst") == [] and store.shared_views("ann", "leader") == []  # the own one stands among the own
    store.share_view("ann", view.id, "*", "")
    assert len(store.shared_views("ben", "analyst")) == 1
    store.share_view("ann", view.id, "", "J1")
    assert store.shared_views("ben", "leader") == [] and store.views_of("ann")[0].share_unit == ""


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "\x00\x1f"])
def test_a_view_needs_a_name(store: Store, name: str) -> None:
    with pytest.raises(CallError):
        store.save_view("ann", "安", name, "explore", "")


def test_words_are_kept_as_they_are(store: Store) -> None:
    nasty = "'); DROP TABLE view;-- <b>&\n第二行"
    store.add_note("ann", "安", "J1", "explore", "v=1", nasty)
    assert store.notes(ANYWHERE)[0].text == nasty
    with pytest.raises(CallError):
        store.add_note("ann", "安", "J1", "explore", "", "x" * (LONGEST_TEXT + 1))
    with pytest.raises(CallError):
        store.delete_note("ben", store.notes(ANYWHERE)[0].id)
    store.delete_note("ann", store.notes(ANYWHERE)[0].id)
    assert store.notes(ANYWHERE) == []


def test_follow_ups_are_ticked_and_reopened_and_grow_overdue(store: Store) -> None:
    for due, text in ((date(2026, 11, 20), "迟"), (date(2026, 11, 30), "早")):
        store.add_follow_up("ann", "安", "S11", text, "市政所", due, "explore", "v=1")
    late, early = store.follow_ups(ANYWHERE)
    assert (late.text, late.is_overdue(date(2026, 11, 21)), late.is_overdue(date(2026, 11, 20))) == ("迟", True, False)
    store.tick("ben", late.id, True)
    assert [one.text for one in store.follow_ups(ANYWHERE)] == ["早", "迟"]  # done ones last
    done = store.follow_ups(ANYWHERE)[1]
    assert done.done_by == "ben" and done.done_at and not done.is_overdue(date(2027, 1, 1))
    store.tick("ann", late.id, False)
    assert store.follow_ups(ANYWHERE)[0].done_at == "" and early.text == "早"
    with pytest.raises(CallError):
        store.add_follow_up("ann", "安", "S11", "无单位", " ", date(2026, 12, 1), "explore", "")
    with pytest.raises(CallError):
        store.tick("ann", "unknown", True)


def ANYWHERE(code: str) -> bool:
    return True


def test_a_note_on_a_view_is_found_by_that_view_and_no_other(store: Store) -> None:
    store.add_note("ann", "安", "J1", "explore", "unit=J1&category=01&v=1", "看分类", "view")
    store.add_note("ann", "安", "J1", "explore", "unit=J1&category=01&v=1", "看单元", "unit")
    assert [one.text for one in store.notes_on_view("explore", "unit=J1&category=01&v=1", ANYWHERE)] == ["看分类"]
    assert store.notes_on_view("explore", "unit=J1&v=1", ANYWHERE) == [] == store.notes_on_view("overview", "unit=J1&category=01&v=1", ANYWHERE)
    assert store.notes_on_view("explore", "unit=J1&category=01&v=1", lambda code: code == "J2") == []
    assert {one.text for one in store.notes(ANYWHERE)} == {"看分类", "看单元"}
    with pytest.raises(CallError):
        store.add_note("ann", "安", "J1", "explore", "x" * 2001, "太长", "view")


def test_lists_are_read_by_pages_and_counted_without_being_read(store: Store) -> None:
    for at in range(450):
        store.add_note("ann", "安", "J1" if at % 3 else "J2", "explore", "", f"第{at}条")
    here = lambda code: code == "J1"  # noqa: E731
    assert store.note_count(here) == 300 == len(store.notes(here))
    pages = [store.notes(here, skip, 40) for skip in range(0, 300, 40)]
    assert [len(page) for page in pages] == [40] * 7 + [20]
    assert [one.id for page in pages for one in page] == [one.id for one in store.notes(here)]
    for due in (1, 2, 30):
        store.add_follow_up("ann", "安", "J1", f"{due}日", "所", date(2026, 11, due), "explore", "")
    store.tick("ann", store.follow_ups(here)[0].id, True)
    assert store.tally(here, date(2026, 11, 15)) == Tally(open=2, late=1, done=1)
    assert [one.text for one in store.follow_ups(here, 1, 1)] == ["30日"]


def test_a_file_of_the_first_version_keeps_its_notes(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "views.sqlite") as con:
        con.executescript(
            "CREATE TABLE note (id TEXT PRIMARY KEY, author TEXT NOT NULL, author_name TEXT NOT NULL, written_at TEXT NOT NULL, unit_code TEXT NOT NULL, "
            "page TEXT NOT NULL, query TEXT NOT NULL, text TEXT NOT NULL); INSERT INTO note VALUES ('n', 'ann', '安', '2026-01-01T08:00:00', 'J1', 'explore', '', '旧'); PRAGMA user_version = 1;"
        )
    con.close()
    store = Store(tmp_path)
    assert [(one.text, one.about) for one in store.notes(ANYWHERE)] == [("旧", "unit")]
    store.add_note("ann", "安", "J1", "explore", "", "新", "view")
    assert len(Store(tmp_path).notes(ANYWHERE)) == 2


WRITE_MANY = """
import sys
from datetime import date
from pathlib import Path
from dashboard.web.store import Store
store, account = Store(Path(sys.argv[1])), sys.argv[2]
for at in range(25):
    store.save_view(account, account, f"view {at}", "explore", f"at={at}")
    store.add_follow_up(account, account, "J1", f"{account} {at}", "所", date(2026, 12, 1), "explore", "")
"""


def test_several_processes_write_without_losing_a_row(tmp_path: Path) -> None:
    workers = [subprocess.Popen([sys.executable, "-c", WRITE_MANY, str(tmp_path), f"account{at}"], cwd=ROOT) for at in range(3)]
    assert [worker.wait(300) for worker in workers] == [0, 0, 0]
    store = Store(tmp_path)
    assert [len(store.views_of(f"account{at}")) for at in range(3)] == [25, 25, 25]
    assert len(store.follow_ups(ANYWHERE)) == 75
    with sqlite3.connect(store.path) as con:
        assert con.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert con.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_only_the_servers_user_reads_the_file(store: Store) -> None:
    assert store.path.stat().st_mode & 0o077 == 0
