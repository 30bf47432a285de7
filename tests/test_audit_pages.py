"""What is recorded of pages and exports, what happens when nothing can be recorded, and how the auditor reads it."""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.access import audit
from dashboard.access.audit import AuditLog, audit_folder, audit_log, record
from dashboard.access.audit_chain import Entry, check, months
from dashboard.access.audit_read import Wanted, read
from dashboard.access.identity import MACHINE, Identity
from dashboard.web.serving import follow
from dashboard.web.settings import use_atlas
from tests.hostile import NAMES
from tests.test_pages import html_of, open_page
from tests.test_web_values import Seen
from tests.tiny_city import tiny_city


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("audited") / "warehouse"
    build, _ = tiny_city(folder)
    follow(folder)
    yield folder
    build.close()


@pytest.fixture(autouse=True)
def here(city: Path) -> None:
    follow(city)


def rows() -> list[Entry]:
    return list(reversed(read(audit_folder(), Wanted()).rows))


def test_a_view_is_recorded_once_and_a_changed_one_again(city: Path) -> None:
    before = len(rows())
    app = open_page("overview", unit="S11")
    app.run()
    app.query_params["lang"] = "en"
    app.run()
    assert [(row.account, row.action, row.page, row.unit) for row in rows()[before:]] == [("machine", "view", "overview", "S11")]
    app.query_params["unit"] = "J2"
    app.run()
    app.query_params["category"] = "01"
    app.run()
    found = rows()[before:]
    assert [row.unit for row in found] == ["S11", "J2", "J2"] and found[1].filters != found[2].filters
    assert "category" not in "".join(file.read_text() for file in months(audit_folder()))


def test_asking_for_another_area_is_recorded_as_refused(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = Identity("li", "李", "leader", "J1", "local")
    monkeypatch.setattr("dashboard.view.run.current_identity", lambda: limited)
    before = len(rows())
    app = open_page("overview", unit="J2")
    assert not app.exception and "J2号" not in html_of(app) and "J1号" in html_of(app)
    open_page("overview", unit="S11")
    assert [(row.account, row.action, row.unit) for row in rows()[before:]] == [("li", "refused", "J2"), ("li", "view", "S11")]


def test_nothing_is_shown_that_cannot_be_recorded(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, body: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(audit.os, "write", full)
        for lang, sentence in (("zh", "暂时无法记录访问日志"), ("en", "Access cannot be recorded")):
            html = html_of(open_page("overview", lang=lang))
            assert sentence in html and "ga-card" not in html and "ga-table" not in html and "warehouse" not in html
        assert audit_log().problem is not None
    html = html_of(open_page("overview"))
    assert "ga-card" in html
    assert check(audit_folder(), audit_log().key).fault is None


def test_the_public_leaves_no_rows(city: Path) -> None:
    before = len(rows())
    follow(city, is_public=True)
    open_page("public")
    follow(city)
    assert len(rows()) == before


def test_reading_by_day_account_action_and_page(tmp_path: Path) -> None:
    log = AuditLog(tmp_path, b"k" * 32)
    for i in range(30):
        log.append(Identity(f"u{i % 3}", "", "analyst"), ("view", "export")[i % 2], f"p{i % 5}", "", None, "")
    today = date.today()
    assert [row.no for row in read(tmp_path, Wanted()).rows] == list(range(30, 0, -1))
    assert {row.account for row in read(tmp_path, Wanted(account="u1")).rows} == {"u1"}
    assert len(read(tmp_path, Wanted(today, today, "u1", "export", "p1")).rows) == 1
    assert read(tmp_path, Wanted(account="u1")).accounts == ("u0", "u1", "u2")  # one may choose another
    assert not read(tmp_path, Wanted(last=today - timedelta(days=1))).rows and not read(tmp_path, Wanted(first=today + timedelta(days=40))).rows
    assert read(tmp_path, Wanted(), most=10).is_cut and len(read(tmp_path, Wanted(), most=10).rows) == 10


def test_the_page_lists_filters_pages_and_escapes(city: Path) -> None:
    for i in range(120):
        record(Identity(NAMES[i % len(NAMES)], "", "analyst"), "refused", "", "", None, NAMES[i % len(NAMES)])
    found = Seen(html_of(open_page("audit")))
    words = "".join(found.words)
    assert not found.faults and NAMES[0] in words and "被拒绝" in words and "更早的" in words
    page = html_of(open_page("audit", action="view"))
    assert "被拒绝" not in "".join(Seen(page).words)
    assert "没有记录" in html_of(open_page("audit", account="nobody of this name"))
    assert "没有记录" in html_of(open_page("audit", **{"from": "2020-01-01", "to": "2020-02-01"}))
    older = "".join(Seen(html_of(open_page("audit", at="100"))).words)
    assert "更新的" in older
    for odd in ("-5", "9" * 40, "x", "1e3"):
        assert not open_page("audit", at=odd).exception


def test_the_page_checks_the_chain(city: Path) -> None:
    app = open_page("audit")
    app.button(key="audit-check").click().run()
    assert "日志完整" in html_of(app)
    file = months(audit_folder())[-1]
    sound = file.read_bytes()
    try:
        file.write_bytes(sound.replace(b'"account":"machine"', b'"account":"nobody_"', 1))
        app.button(key="audit-check").click().run()
        assert "日志有问题" in html_of(app) and "第 1 行" in html_of(app)
    finally:
        file.write_bytes(sound)


def test_taking_the_log_away_is_recorded_too(city: Path) -> None:
    app = open_page("audit")
    app.button(key="export-csv").click().run()
    assert "/export/" in html_of(app) and rows()[-1].action == "audit-read" and rows()[-1].rows


def test_an_export_is_recorded_with_its_view_and_rows(city: Path) -> None:
    app = open_page("overview", unit="S11", ind="close_rate")
    before = len(rows())
    app.button(key="export-csv").click().run()
    made = [row for row in rows()[before:] if row.action == "export-made"]
    assert [(row.page, row.unit) for row in made] == [("overview", "S11")] and made[0].rows and made[0].filters and ".csv" in made[0].detail


def test_the_command_checks_and_prints(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(Identity("=cmd|x", "", "analyst"), "refused")
    assert main(["audit", "--check", "--warehouse", str(city)]) == 0
    assert "intact" in capsys.readouterr().out
    assert main(["audit", "--warehouse", str(city), "--account", "=cmd|x"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("no,at,account") and "'=cmd|x" in printed
    file = months(audit_folder())[-1]
    sound = file.read_bytes()
    try:
        file.write_bytes(b"".join(sound.splitlines(keepends=True)[:-1]))
        assert main(["audit", "--check", "--warehouse", str(city)]) == 1
        assert "HEAD" in capsys.readouterr().err
    finally:
        file.write_bytes(sound)


def test_the_watermark_is_there_by_setting_only(city: Path, tmp_path: Path) -> None:
    assert "ga-watermark" not in html_of(open_page("import"))
    (tmp_path / "atlas.toml").write_text("watermark = true\n", "utf-8")
    try:
        use_atlas(tmp_path / "atlas.toml")
        html = html_of(open_page("import"))
        assert f'data-mark="{MACHINE.account} {time.strftime("%Y-%m-%d")}' in html
    finally:
        use_atlas(None)




def test_an_account_that_is_nobodys_stands_in_the_readers_words(city: Path) -> None:
    """本机 on a Chinese page, `this machine` on an English one; the log keeps the key."""
    open_page("overview")
    assert ">本机<" in html_of(open_page("audit")) and ">machine<" not in html_of(open_page("audit"))
    assert ">this machine<" in html_of(open_page("audit", lang="en")) and "本机" not in html_of(open_page("audit", lang="en"))
    assert {row.account for row in rows()} >= {"machine"}
