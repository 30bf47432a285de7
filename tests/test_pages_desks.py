"""The steward's and the department's pages say what their queries say, to whom they may be said."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from dashboard.access.identity import Identity
from dashboard.parts.page_tables import PageTable, file_of
from dashboard.steward.today import due_text
from dashboard.web.serving import follow
from etl.query import steward
from etl.query.reader import Reader
from tests.test_pages import html_of, open_page
from tests.tiny_city import DATA_DATE, tiny_units, unit_nos, write_build
from tests.tiny_feeds import FeedCity

CASES = [
    {"unit": "M1111", "case_no": "late", "counted_at": "2026-10-01 08:00", "limit_at": "2026-10-29 00:00", "lead_unit": "城管局", "title": "井盖松动"},
    {"unit": "M1111", "case_no": "soon", "counted_at": "2026-10-30 08:00", "limit_at": "2026-11-01 05:00", "lead_unit": "城管局", "title": "路灯不亮"},
    {"unit": "M1111", "case_no": "look", "counted_at": "2026-10-30 08:00", "limit_at": "2026-12-30 08:00", "lead_unit": None, "title": "楼道堆物", "status": "feedback"},
    {"unit": "M1112", "case_no": "next", "counted_at": "2026-10-01 08:00", "limit_at": "2026-10-29 00:00", "lead_unit": "城管局", "title": "隔壁的事"},
    {"unit": "M1111", "case_no": "about", "counted_at": "2026-10-01 08:00", "limit_at": "2026-10-29 00:00", "lead_unit": "城管局", "title": "态度恶劣", "code4": "1204"},
]
STEWARD = Identity("wang", "王", "steward", "M1111", "local")
OFFICE = Identity("office", "城管局", "leader", "", "local")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeedCity]:
    folder = tmp_path_factory.mktemp("desks")
    city = FeedCity(
        folder,
        case=[{"closed_at": None, "place": "锦绣花园", "placed_by": "point", **row} for row in CASES],
        case_event=[{"case_no": "late", "type": "return", "at": "2026-10-02 08:00", "from_unit": "城管局", "to_unit": "中心", "reason": "不属我局", "seq": 1}],
        whistle=[{"unit": "J1", "dept": "城管局", "kind": "hard", "blown_at": "2026-10-02 08:00", "due_arrive_at": "2026-10-02 10:00", "arrived_at": None, "is_refused": False}],
        org=[{"unit": "S11", "name": "兴隆居委会", "kind": "community"}, {"unit": "D1", "name": "城管局", "kind": "department"}],
    )  # fmt: skip
    follow(folder)
    yield city
    city.build.close()


@pytest.fixture
def as_whom(monkeypatch: pytest.MonkeyPatch, city: FeedCity):  # type: ignore[no-untyped-def]
    return lambda identity: monkeypatch.setattr("dashboard.view.run.current_identity", lambda: identity)


def test_the_stewards_page_for_the_own_grid(city: FeedCity, as_whom) -> None:  # type: ignore[no-untyped-def]
    as_whom(STEWARD)
    html = html_of(open_page("steward"))
    number = city.numbers["M1111"]
    counts = steward.tally(city.build, Reader("steward", number, number), number, date(2026, 10, 31))
    assert counts is not None and (counts.overdue, counts.soon, counts.waiting, counts.open) == (1, 1, 1, 3)
    for key in ("overdue", "soon", "waiting", "open"):
        assert re.search(rf'data-count="{key}"><b>{getattr(counts, key)}</b>', html), key
    assert "超期 3 天" in html and "还剩 5 小时" in html and "井盖松动" in html and "楼道堆物" in html
    assert "兴隆居委会" in html and "城管局" in html
    assert "隔壁的事" not in html and "态度恶劣" not in html


@pytest.mark.parametrize("asked", ["M1112", "S11", "J2", "C"])
def test_a_link_to_another_grid_shows_the_own(city: FeedCity, as_whom, asked: str) -> None:  # type: ignore[no-untyped-def]
    as_whom(STEWARD)
    html = html_of(open_page("steward", unit=asked))
    assert "井盖松动" in html and "隔壁的事" not in html and "M1112号" not in html


def test_english(city: FeedCity, as_whom) -> None:  # type: ignore[no-untyped-def]
    as_whom(STEWARD)
    html = html_of(open_page("steward", lang="en"))
    assert "3 d late" in html and "5 h left" in html and "Whom to call" in html


def lists_of(monkeypatch: pytest.MonkeyPatch, page: str, **query: str) -> dict[str, tuple[list[str], list[list[object]]]]:
    """The lists of a page as its workbook would hold them: heads and rows by name."""
    found: dict[str, PageTable] = {}
    with monkeypatch.context() as patch:
        patch.setattr("dashboard.parts.page_workbook.page_tables", lambda run, tables: found.update(tables))
        assert not open_page(page, **query).exception
    made = {name: file_of(one.heads, one.make()) for name, one in found.items()}
    assert {name: one.count for name, one in found.items()} == {name: len(rows) for name, (_, rows) in made.items()}
    return made  # type: ignore[return-value]


def test_the_stewards_lists_leave_whole_and_hold_no_more_than_the_page(city: FeedCity, as_whom, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    as_whom(STEWARD)
    made = lists_of(monkeypatch, "steward")
    heads, rows = made["在办诉求"]
    assert (heads[0], heads[5]) == ("编号", "办结期限") and [row[0] for row in rows] == ["late", "soon", "look"]
    assert [rows[0][at] for at in (1, 4, 5, 6, 7, 8)] == ["井盖松动", date(2026, 10, 1), date(2026, 10, 29), "超期 3 天", "城管局", 0]
    assert ("城管局", 2) in [(row[0], row[2]) for row in made["找谁办"][1]]


def test_a_department_sees_its_own_desk(city: FeedCity, as_whom) -> None:  # type: ignore[no-untyped-def]
    as_whom(OFFICE)
    app = open_page("department")
    html = html_of(app)
    assert app.selectbox(key="choose-dept").value == "城管局"
    assert "井盖松动" in html and "不属我局" in html and "未到" in html
    assert "态度恶劣" not in html  # a complaint about conduct is not for the unit complained of
    assert 'data-rate="whistle_arrive_rate" data-state="unstable"' in html
    assert "态度恶劣" not in html_of(open_page("department", category="1204"))


def test_an_unknown_department_in_the_address_is_ignored(city: FeedCity, as_whom) -> None:  # type: ignore[no-untyped-def]
    as_whom(Identity("x", "某人", "leader", "J1", "local"))
    app = open_page("department", dept="'; DROP TABLE org; --")
    assert not app.exception and app.selectbox(key="choose-dept").value == "城管局"


def test_a_street_without_work_says_so(city: FeedCity, as_whom) -> None:  # type: ignore[no-untyped-def]
    as_whom(Identity("x", "某人", "leader", "J3", "local"))
    assert "没有承办单位和吹哨记录" in html_of(open_page("department"))


@pytest.mark.parametrize(("limit", "said"), [("2026-11-01 00:20", "还剩不到 1 小时"), ("2026-10-31 23:30", "刚超期，不到 1 小时"), ("2026-11-01 01:10", "还剩 1 小时"), ("2026-10-29 00:00", "超期 3 天")])
def test_no_case_has_zero_hours_left(limit: str, said: str) -> None:
    run = SimpleNamespace(lang="zh", scope=SimpleNamespace(as_of=date(2026, 10, 31)))
    assert due_text(run, datetime.fromisoformat(limit)) == said  # type: ignore[arg-type]


def test_repeats_are_unknown_where_no_source_tells_callers(tmp_path: Path) -> None:
    """Not 0: the card of the rate says no data, and so does the panel below it."""
    for name, caller in (("told", "a"), ("untold", None)):
        city = FeedCity(tmp_path / name, case=[{"unit": "M1111", "case_no": "one", "counted_at": "2026-10-01 08:00", "caller_hash": caller}])
        follow(tmp_path / name)
        html = html_of(open_page("hotspots"))
        assert "原始件数与合并件数" in html and ("认不出重复和催办" in html) == (caller is None)
        city.build.close()


def test_pages_without_their_feeds(tmp_path: Path) -> None:
    bare = FeedCity(tmp_path / "bare", grid_staff=[])
    follow(tmp_path / "bare")
    for page in ("steward", "department"):
        app = open_page(page)
        assert not app.exception and "ga-error" not in html_of(app)
    assert "未接入" in html_of(open_page("steward"))
    bare.build.close()


def test_a_long_list_shows_a_few_of_each_group_and_the_way_to_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can still be saved comes first; of 30 overdue cases eight are listed, with how many there are and a link to the next."""
    late = [{"unit": "M1111", "case_no": f"late{i:02}", "counted_at": "2026-09-01 08:00", "limit_at": f"2026-10-{i % 28 + 1:02} 00:00", "title": f"旧事{i:02}"} for i in range(30)]
    soon = {"unit": "M1111", "case_no": "soon", "counted_at": "2026-10-30 08:00", "limit_at": "2026-11-01 05:00", "title": "路灯不亮"}
    city = FeedCity(tmp_path / "long", case=[{"closed_at": None, "placed_by": "point", "lead_unit": "城管局", **row} for row in (*late, soon)])
    follow(tmp_path / "long")
    monkeypatch.setattr("dashboard.view.run.current_identity", lambda: STEWARD)
    html = html_of(open_page("steward"))
    assert html.index("路灯不亮") < html.index("旧事") and html.count("旧事") == 8
    assert "已超期 30 件" in html and "再看 20 件（已列 8，共 30）" in html and "n_overdue=28" in html
    html = html_of(open_page("steward", n_overdue="28"))
    assert html.count("旧事") == 28 and "再看 2 件" in html
    assert html_of(open_page("steward", n_overdue="30")).count("旧事") == 30
    for nonsense in ("-5", "x", "99999999", "²"):
        assert html_of(open_page("steward", n_overdue=nonsense)).count("旧事") in (8, 30)
    city.build.close()


def test_the_lists_of_data_quality_leave_with_every_row_behind_a_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page shows the first hundred rows behind a rule; its workbook has all of them."""
    units = tiny_units()
    unit_nos(units)
    refused = [{"feed": "case", "file": "诉求.csv", "row": 2 + i, "column": "受理时间", "rule": "bad_required", "severity": "reject", "value": f"坏{i}", "note": "不是日期"} for i in range(130)]
    build = write_build(tmp_path, units, {"finding": refused}, DATA_DATE, newest={"unit": datetime(2026, 10, 31)})
    follow(tmp_path)
    made = lists_of(monkeypatch, "quality")
    assert set(made) == {"输入表", "检查发现"}
    assert [row[0] for row in made["输入表"][1]].count("网格单元") == 1 and date(2026, 10, 31) in [row[-1] for row in made["输入表"][1]]
    assert [(row[2], row[3]) for row in made["检查发现"][1]] == [("诉求工单", 130)]
    rows = next(rows for name, (_, rows) in lists_of(monkeypatch, "quality", tab="bad_required.case").items() if "·" in name)
    assert [row[1] for row in rows] == list(range(2, 132)) and [row[3] for row in rows] == [f"坏{i}" for i in range(130)]
    build.close()
