"""分析 as pages: every part draws in both languages and at every level; what the address holds is read with care; lists stay in the reader's area."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qsl

import pytest

from dashboard.access.identity import Identity
from dashboard.explore.classes import find, read_limits
from dashboard.explore.controls import TABS
from dashboard.explore.picked import frame_of
from dashboard.parts.saved_views import view_href
from dashboard.view.beside import MOST, toggled_beside
from dashboard.view.state import ViewState, address, parse_view
from dashboard.web.serving import follow
from dashboard.web.store import store
from etl.query.breakdown import breakdown
from etl.query.correlation import relation
from etl.query.figures import figures
from etl.query.reader import Reader
from etl.query.scope import default_scope
from etl.query.units import units
from tests.test_pages import html_of, open_page
from tests.tiny_city import tiny_city

EVERYBODY = Reader("admin", 1, 10**9)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple]:
    folder = tmp_path_factory.mktemp("explore") / "warehouse"
    build, numbers = tiny_city(folder)
    follow(folder)
    yield build, numbers
    build.close()


def opened(**query: str) -> str:
    app = open_page("explore", **query)
    html = html_of(app)
    assert not app.exception and "ga-error" not in html
    return html


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("tab", TABS)
def test_every_part_draws(city, tab: str, lang: str) -> None:
    html = opened(tab=tab, lang=lang, level="micro", ind="ontime_close_rate")
    assert html.count('aria-selected="true"') == 1
    if lang == "en":
        assert not re.search(r"[\u4e00-\u9fff]{2,}(?:率|清单|表)", re.sub(r"号|社区|花园|示范市", "", re.sub(r"<[^>]*>", "", html.split("ga-tabs-page")[1])))


@pytest.mark.parametrize("unit", ["C", "J1", "S11", "X111", "M1111", "M1123"])
@pytest.mark.parametrize("tab", ["relate", "spread", "why", "trend", "compare", "units", "cases"])
def test_every_level_opens(city, unit: str, tab: str) -> None:
    opened(tab=tab, unit=unit, ind="ontime_close_rate", pick="S12~M1113")


@pytest.mark.parametrize("query", [
    {"brush": "1~2"}, {"brush": "a~b~c~d"}, {"brush": "nan~1~inf~2"}, {"pick": "nowhere~<b>~S11"}, {"at": "-5"}, {"at": "a~not a day~x~y", "tab": "cases"}, {"y": "no_such"}, {"y": "case_per_1000hh"},
    {"tab": "spread", "method": "fixed", "breaks": "case_per_1000hh:3~2~1"}, {"tab": "spread", "method": "fixed", "breaks": "case_per_1000hh:"}, {"tab": "spread", "method": "x"},
    {"tab": "compare", "other": "2026-13-01~x"}, {"tab": "compare", "set": "none", "by": "nothing"}, {"tab": "units", "columns": "~~no~close_rate~close_rate"}, {"tab": "cases", "which": "misses", "sort": "?"},
    {"tab": "cases", "find": "'\"; --"}, {"tab": "why", "by": "zzz", "ind": "steward_fill_rate"}, {"sort": "-nothing"},
])  # fmt: skip
def test_a_damaged_address_is_read_with_care(city, query: dict[str, str]) -> None:
    html = opened(**query)
    assert "<b>~" not in html


def test_the_coefficient_shown_is_that_of_the_query(city) -> None:
    build, _ = city
    scope = default_scope(build)
    found = relation(build, EVERYBODY, ("close_rate", scope), ("ontime_close_rate", scope), "micro", 1)
    html = opened(ind="close_rate", y="ontime_close_rate", level="micro")
    shown = re.search(r'data-pearson="([^"]*)" data-n="(\d+)"', html)
    assert shown and shown[1] == ("" if found.pearson is None else repr(found.pearson)) and int(shown[2]) == found.n
    assert "因果" in html


def test_rows_of_the_table_are_the_figures(city) -> None:
    build, _ = city
    html = opened(tab="units", ind="case_per_1000hh", columns="close_rate", level="community", sort="-case_per_1000hh")
    table = figures(build, EVERYBODY, "case_per_1000hh", default_scope(build), "community", 1).sort_values(["value", "unit_no"], ascending=[False, True])
    assert re.findall(r'<tr[^>]* data-code="(S\d+)"', html) == table["code"].tolist()
    assert re.findall(r'data-value="([^"]*)"', html)[::2] == ["" if value != value else repr(value) for value in table["value"].tolist()]


def test_the_number_of_cases_is_said_first(city) -> None:
    build, _ = city
    html = opened(tab="cases", ind="ontime_close_rate", which="misses")
    found = breakdown(build, EVERYBODY, "ontime_close_rate", default_scope(build), "lead_unit", 1, 1).rows
    total = int(found["misses"].sum())
    assert f'data-total="{total}"' in html and len(re.findall(r'<tr data-case="', html)) == total
    assert html.index(f"共 {total} 件") < html.index("data-case")


# ---- selection and classes in the address


def test_picking_toggles_and_keeps_the_last_eight() -> None:
    view = ViewState()
    for at in range(MOST + 2):
        view = toggled_beside(view, f"S{at}")
    assert view.own("pick").split("~") == [f"S{at}" for at in range(2, MOST + 2)]
    assert toggled_beside(view, "S5").own("pick").split("~") == [f"S{at}" for at in range(2, MOST + 2) if at != 5]


def test_a_bar_of_the_histogram_selects_the_units_in_it(city) -> None:
    query = {"tab": "spread", "level": "micro", "ind": "ontime_close_rate"}
    bars = re.findall(r'class="ga-pick" href="\?([^"]*)" data-go>[^<]*</a></th><td class="n">(\d+)</td>', opened(**query))
    assert len(bars) > 1 and len({dict(parse_qsl(unescape(href)))["brush"] for href, _ in bars}) == len(bars)
    for href, n in bars:
        html = opened(**dict(parse_qsl(unescape(href))))
        assert f"图中选出 {n} 个" in html and len(re.findall(r'<tr class="is-chosen"', html)) == int(n)
    assert "图中选出" not in opened(**query, brush="1~2~3") + opened(**query, brush="a~b") + opened(**query, brush="nan~1")


def test_a_pages_own_parameters_stay_behind() -> None:
    view = parse_view({"tab": "why", "brush": "1~2~3~4", "pick": "S11", "category": "01"})
    assert "brush" in address("explore", view) and "brush" not in address("overview", view) and "category=01" in address("overview", view)
    assert parse_view(view.query()) == view
    frame = frame_of(view)
    assert frame is not None and frame.text == "1~2~3~4"


@pytest.mark.parametrize(("text", "times", "expected"), [
    ("60, 80，95%", 100, (0.6, 0.8, 0.95)), ("1、2", 1, (1.0, 2.0)), ("", 1, None), ("3,2", 1, None), ("a", 1, None), ("1,2,3,4,5,6,7", 1, None), ("inf", 1, None),
])  # fmt: skip
def test_typed_limits(text: str, times: float, expected) -> None:
    assert read_limits(text, times) == expected


def test_equal_steps_part_the_span_evenly() -> None:
    import numpy as np

    assert find(np.array([0.0, 3, 10, np.nan]), "equal", 5) == (2.0, 4.0, 6.0, 8.0)
    assert find(np.array([4.0, 4.0]), "equal", 5) == ()


def test_classes_found_are_frozen_in_the_address(city) -> None:
    app = open_page("explore", tab="spread", ind="case_per_1000hh", level="community", method="equal")
    frozen = app.query_params["breaks"]
    frozen = frozen[0] if isinstance(frozen, list) else frozen
    assert frozen.startswith("case_per_1000hh:")
    html = opened(tab="spread", ind="case_per_1000hh", level="community", method="equal", breaks=frozen, **{"from": "2026-10-01", "to": "2026-10-31"})
    assert "界限已固定为" in html


# ---- notes, follow-ups, shared views under limits


def signed_in(monkeypatch: pytest.MonkeyPatch, city, account: str, role: str, code: str) -> None:
    build, numbers = city
    frame = units(build)
    who = Identity(account, account, role, code, provider="local")  # type: ignore[arg-type]
    for place in ("dashboard.view.run.current_identity", "dashboard.app.current_identity"):
        monkeypatch.setattr(place, lambda: who, raising=False)
    reader = Reader(role, numbers[code], int(frame.last_no[numbers[code] - 1]), account)  # type: ignore[arg-type]
    monkeypatch.setattr("dashboard.view.run.reader_of", lambda build, identity: reader)


def test_notes_and_follow_ups_stay_in_the_readers_area(city, monkeypatch: pytest.MonkeyPatch) -> None:
    for code in ("S11", "S21"):
        store().add_note("ann", "安", code, "explore", "v=1", f"备注在{code}")
        store().add_follow_up("ann", "安", code, f"交办在{code}", "市政所", date.today() - timedelta(days=2), "explore", "")
    store().add_note("ann", "安", "gone", "explore", "", "没有的单元")
    html = opened(tab="todo")
    assert all(word in html for word in ("备注在S11", "备注在S21", "交办在S21", "超期 2 天")) and "没有的单元" not in html
    signed_in(monkeypatch, city, "ben", "analyst", "J2")
    html = opened(tab="todo")
    assert "备注在S21" in html and "交办在S21" in html
    assert "备注在S11" not in html and "交办在S11" not in html


def test_a_shared_view_shows_the_readers_own_range(city, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ann's view of J1, shared with analysts, opened by Ben whose area is J2: he gets his own area and is told so."""
    view = store().save_view("ann", "安", "J1 的路灯", "explore", "unit=J1&tab=units&level=community&v=1")
    store().share_view("ann", view.id, "analyst", "")
    signed_in(monkeypatch, city, "ben", "analyst", "J2")
    query = dict(pair.split("=") for pair in view_href(view).partition("?")[2].split("&"))
    html = opened(**query)
    codes = re.findall(r'<tr[^>]* data-code="([^"]+)"', html)
    assert codes and all(code.startswith("S2") for code in codes)
    assert "没有编码为 J1 的单元" in html


def test_a_view_shared_with_an_area_reaches_only_readers_it_concerns(city, monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboard.parts.saved_views import seen_shared
    from dashboard.view.nav import BY_ID as PAGES
    from dashboard.view.run import open_run

    view = store().save_view("ann", "安", "只给一街道", "explore", "")
    store().share_view("ann", view.id, "analyst", "J1")
    found = {}
    for code in ("J1", "J2", "S11", "C"):
        signed_in(monkeypatch, city, "ben", "analyst", code)
        found[code] = "只给一街道" in [one.name for one in seen_shared(open_run(PAGES["explore"]))]
    assert found == {"J1": True, "J2": False, "S11": True, "C": True}


def test_a_case_list_of_another_area_is_not_given(city, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, city, "ben", "analyst", "J2")
    html = opened(tab="cases", unit="S11")
    assert "c1<" not in html and "没有编码为 S11 的单元" in html


