"""Single cases and what a figure is made of: every page joined gives the whole in order, rows add up to the figure, roles see no more than theirs."""

import itertools
import random
from dataclasses import replace
from datetime import date, datetime
from threading import Event

import numpy as np
import pandas as pd
import pytest

import etl.query.search as search_module
from etl.model.errors import CallError
from etl.model.indicators import INDICATORS
from etl.model.taxonomy import BY_CODE
from etl.query.breakdown import STAR, WAYS, breakdown, can_break
from etl.query.case_list import case_count, case_page, every_case
from etl.query.case_rows import Wanted, told_unit
from etl.query.figures import figure, figures_by_lead
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.scope import Scope, default_scope, parse_scope
from etl.query.search import search
from etl.query.units import units
from tests.random_city import random_city
from tests.tiny_city import tiny_city
from tests.tiny_feeds import FeedCity

EVERYBODY = Reader("admin", 1, 10**9)
BREAKABLE = tuple(one.id for one in INDICATORS if can_break(one) and set(one.feeds) <= {"case", "unit"})


@pytest.fixture(scope="module")
def anywhere(tmp_path_factory):
    found = random_city(tmp_path_factory.mktemp("random"), 2, 900)
    yield found
    found.build.close()


@pytest.fixture(scope="module")
def tied(tmp_path_factory):
    """Sixty cases at three moments only, with every class and channel, in two source systems that share numbers."""
    dice = random.Random(5)
    codes = ["0101", "0403", "1101", "1102", "1204"]
    rows = [
        {
            "unit": dice.choice(["M1111", "M1112", "X111", "S11", "J2"]), "case_no": f"n{i // 2:02d}", "source_system": "ab"[i % 2], "code4": dice.choice(codes),
            "counted_at": f"2026-10-{dice.choice([1, 2, 3]):02d} 08:00", "limit_at": dice.choice([None, "2026-10-05 08:00", "2026-10-09 08:00"]),
            "title": dice.choice(["路灯不亮", "Street LIGHT out", "垃圾", None]), "body": dice.choice(["在 100% 处 13812345678", "it's a 'quote' \\ x", None]),
            "raw_category": dice.choice(["养老助老", "市政/路灯", None]), "lead_unit": dice.choice(["市政所", "街道办", None]), "closed_at": dice.choice([None, "2026-10-04 08:00", "2026-10-06 08:00"]),
        }
        for i in range(60)
    ]  # fmt: skip
    made = FeedCity(tmp_path_factory.mktemp("tied"), case=rows)
    yield made, pd.DataFrame(rows)
    made.build.close()


def every_page(build, reader, wanted: Wanted, size: int) -> list:
    """All rows forwards, checked against going back from the end."""
    pages = [case_page(build, reader, wanted, size=size)]
    while pages[-1].after is not None:
        pages.append(case_page(build, reader, wanted, after=pages[-1].after, size=size))
    assert pages[0].before is None
    for earlier, later in itertools.pairwise(pages):
        assert case_page(build, reader, wanted, before=later.before, size=size).rows == earlier.rows
    assert {page.total for page in pages} == {sum(len(page.rows) for page in pages)}
    return [case for page in pages for case in page.rows]


@pytest.mark.parametrize("size", [1, 7, 30, 100])
@pytest.mark.parametrize("order", ["newest", "oldest", "due"])
def test_pages_join_to_the_whole_under_ties(tied, order: str, size: int) -> None:
    made, rows = tied
    found = every_page(made.build, EVERYBODY, Wanted(default_scope(made.build), 1, order=order), size)
    assert len({(case.source_system, case.case_no) for case in found}) == len(found) == len(rows)
    at = [case.counted_at if order != "due" else case.limit_at or datetime(9999, 12, 31) for case in found]
    keys = list(zip(at, [case.case_no for case in found], [case.source_system for case in found], strict=True))
    assert keys == sorted(keys, reverse=order == "newest")


@pytest.mark.parametrize("text", ["路灯", "street light", "LIGHT out", "100%", "'quote' \\", "市政 路灯", "n07", "%", "没有的词", "';DROP TABLE unit;--"])
@pytest.mark.parametrize("order", ["newest", "due"])
def test_words_are_found_where_pandas_finds_them(tied, text: str, order: str) -> None:
    made, rows = tied
    hay = rows[["title", "body", "raw_category", "lead_unit", "case_no"]].fillna("").apply(lambda row: [str(cell).lower() for cell in row], axis=1)
    expected = {(row.source_system, row.case_no) for row, cells in zip(rows.itertuples(), hay, strict=True) if all(any(word in cell for cell in cells) for word in text.lower().split())}
    found = every_page(made.build, EVERYBODY, Wanted(default_scope(made.build), 1, text=text, order=order), 9)
    assert {(case.source_system, case.case_no) for case in found} == expected


def test_a_search_out_of_time_says_how_far_it_came(tied) -> None:
    made, _ = tied
    wanted = Wanted(default_scope(made.build), 1, text="路灯")
    found = search(made.build, EVERYBODY, wanted, wait_s=30, longest_s=0.0)
    assert (found.is_complete, found.is_running, found.until, found.total) == (False, False, None, 0)
    assert search(made.build, EVERYBODY, wanted, wait_s=30).is_complete


@pytest.mark.parametrize("order", ["newest", "oldest", "due"])
def test_a_search_that_finds_more_than_it_keeps_is_paged_and_exported_whole(tied, monkeypatch: pytest.MonkeyPatch, order: str) -> None:
    """No hidden cap: what lies behind the keys kept is looked up from its key."""
    made, _ = tied
    wanted = Wanted(default_scope(made.build), 1, text="路灯", order=order)
    whole = every_page(made.build, EVERYBODY, wanted, 7)
    monkeypatch.setattr("etl.query.search.MOST", 10)
    monkeypatch.setattr("etl.query.search._searches", Once(capacity=4))
    assert len(whole) > 20 and len(search(made.build, EVERYBODY, wanted, wait_s=30).keys) == 10
    assert every_page(made.build, EVERYBODY, wanted, 7) == whole
    assert list(every_case(made.build, EVERYBODY, wanted, size=6)) == whole and case_count(made.build, EVERYBODY, wanted) == len(whole)


def test_a_search_under_way_shows_what_it_has_found(tied, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window of September waits for a word from the test; October is there meanwhile."""
    made, _ = tied
    go_on, asked = Event(), []
    read = search_module._within

    def slow(build, sql, params, seconds):
        asked.append(params["start"])
        assert len(asked) < 2 or go_on.wait(30)
        return read(build, sql, params, seconds)

    monkeypatch.setattr("etl.query.search._within", slow)
    monkeypatch.setattr("etl.query.search._searches", Once(capacity=4))
    wanted = Wanted(parse_scope(made.build, "2025-11-01", "2026-10-31"), 1, text="路灯")
    early = case_page(made.build, EVERYBODY, wanted, size=100)
    assert early.is_cut and early.is_searching and early.searched_to == date(2026, 10, 1) and early.total == len(early.rows) > 0
    go_on.set()
    assert search(made.build, EVERYBODY, wanted, wait_s=30).is_complete
    late = case_page(made.build, EVERYBODY, wanted, size=100)
    assert not late.is_cut and late.rows == early.rows  # all of these lie in October


@pytest.mark.parametrize("is_falling", [True, False])
@pytest.mark.parametrize(("first", "last"), [("2024-01-31", "2026-10-31"), ("2026-10-31", "2026-10-31"), ("2025-12-15", "2026-02-03"), ("2010-02-28", "2026-02-28")])
def test_the_windows_of_a_search_are_the_period(first: str, last: str, is_falling: bool) -> None:
    scope = Scope(date.fromisoformat(first), date.fromisoformat(last), date.fromisoformat(last))
    days = [day for start, end in search_module._windows(scope, is_falling) for day in pd.date_range(start, end)[:: -1 if is_falling else 1]]
    assert days == list(pd.date_range(first, last))[:: -1 if is_falling else 1]


@pytest.mark.parametrize("indicator_id", BREAKABLE)
def test_the_cases_behind_a_figure_are_as_many_as_it_says(anywhere, indicator_id: str) -> None:
    build, scope = anywhere.build, default_scope(anywhere.build)
    for unit_no in (1, 5, 40, len(units(build))):
        told = figure(build, EVERYBODY, indicator_id, scope, unit_no)
        counts = {which: case_count(build, EVERYBODY, Wanted(scope, unit_no, which, indicator_id)) for which in ("top", "bottom", "misses")}
        assert (counts["top"], counts["bottom"]) == (told.numerator, told.denominator)
        assert counts["misses"] == counts["bottom"] - counts["top"]


def test_misses_are_listed_in_pages_too(anywhere) -> None:
    wanted = Wanted(default_scope(anywhere.build), 1, "misses", "ontime_close_rate")
    found = every_page(anywhere.build, EVERYBODY, wanted, 40)
    assert all(case.limit_at is not None and (case.closed_at is None or case.closed_at > case.limit_at) for case in found)
    assert every_page(anywhere.build, EVERYBODY, replace(wanted, text="甲"), 40) == [case for case in found if "甲" in case.lead_unit or "甲" in case.title]


def test_what_is_not_counted_by_case_cannot_be_listed(tied) -> None:
    made, _ = tied
    with pytest.raises(CallError):
        case_page(made.build, EVERYBODY, Wanted(default_scope(made.build), 1, "misses", "case_per_1000hh"))


# ---- roles


@pytest.mark.parametrize("role", ["public", "auditor"])
def test_some_roles_see_no_case(tied, role: str) -> None:
    made, _ = tied
    with pytest.raises(CallError):
        case_page(made.build, Reader(role, 1, 10**9), Wanted(default_scope(made.build), 1))


@pytest.mark.parametrize("role", ["analyst", "leader"])
def test_sensitive_classes_and_grids_stay_untold(tied, role: str) -> None:
    made, rows = tied
    found = every_page(made.build, Reader(role, 1, 10**9), Wanted(default_scope(made.build), 1), 20)
    assert len(found) == (~rows["code4"].isin([code for code, one in BY_CODE.items() if one.is_sensitive])).sum()
    assert not any(BY_CODE[case.code4].is_sensitive for case in found)
    frame = units(made.build)
    assert {case.unit_no for case in found} == {told_unit(made.build, Reader(role, 1, 10**9), case.unit_no) for case in found}
    assert max(int(frame.level[case.unit_no - 1]) for case in found) == 4  # down to the compound
    assert not any("13812345678" in case.body for case in found)


def test_a_micro_grid_is_answered_by_its_compound_unless_it_is_ones_own(tied) -> None:
    made, rows = tied
    analyst, scope = Reader("analyst", 1, 10**9), default_scope(made.build)
    grid = made.numbers["M1111"]
    assert case_count(made.build, analyst, Wanted(scope, grid)) == case_count(made.build, analyst, Wanted(scope, made.numbers["X111"]))
    steward = Reader("steward", grid, grid)
    mine = every_page(made.build, steward, Wanted(scope, grid), 20)
    expected = rows[(rows["unit"] == "M1111") & (rows["code4"] != "1204")]  # the handler sees ★ cases, but none about conduct
    assert len(mine) == len(expected) and {case.unit_no for case in mine} <= {grid}


def test_chosen_grids_are_drawn_out_to_compounds_for_whom_a_grid_is_not_told(tied) -> None:
    made, _ = tied
    grid = made.numbers["M1112"]
    scope = replace(default_scope(made.build), chosen=((grid, grid),))
    for reader in (Reader("analyst", 1, 10**9), EVERYBODY):
        found = every_page(made.build, reader, Wanted(scope, 1), 20)
        places = {case.unit_no for case in found}
        assert places == ({made.numbers["X111"]} if reader.role == "analyst" else {grid})


def test_a_reader_meets_only_the_own_range(anywhere) -> None:
    build, scope = anywhere.build, default_scope(anywhere.build)
    for row in anywhere.units.itertuples():
        if row.level in ("district", "street", "community"):
            reader = Reader("admin", row.unit_no, row.last_no)
            found = every_page(build, reader, Wanted(scope, 1), 200)
            assert all(reader.sees(case.unit_no) for case in found)
            assert len(found) == case_count(build, EVERYBODY, Wanted(scope, row.unit_no))


# ---- breakdown


@pytest.mark.parametrize("by", WAYS)
@pytest.mark.parametrize("indicator_id", BREAKABLE)
def test_rows_add_up_to_the_figure_and_to_the_gap(anywhere, indicator_id: str, by: str) -> None:
    build, scope = anywhere.build, default_scope(anywhere.build)
    for unit_no in (4, 40):
        found = breakdown(build, EVERYBODY, indicator_id, scope, by, unit_no, 1)
        told, whole = figure(build, EVERYBODY, indicator_id, scope, unit_no), figure(build, EVERYBODY, indicator_id, scope, 1)
        assert (found.rows["numerator"].sum(), found.rows["denominator"].sum()) == (told.numerator, told.denominator)
        assert found.value == (pytest.approx(told.value, abs=1e-12) if told.value is not None else None) and found.whole == pytest.approx(whole.value)
        if found.value is not None:
            assert found.mix + found.effect == pytest.approx(found.value - found.whole, abs=1e-12)


def test_by_unit_in_charge_it_is_the_figure_by_lead(anywhere) -> None:
    build, scope = anywhere.build, default_scope(anywhere.build)
    found = breakdown(build, EVERYBODY, "close_rate", scope, "lead_unit", 1, 1).rows.set_index("key")
    lead = figures_by_lead(build, EVERYBODY, "close_rate", scope).set_index("code")
    shared = lead.index[lead["denominator"] > 0]
    assert found.loc[shared, "numerator"].tolist() == lead.loc[shared, "numerator"].tolist()


def test_kitagawa_by_hand(tmp_path) -> None:
    """S11: 2 of 4 lights on time, 1 of 1 waste. S12: 9 of 9 lights... The whole 15 due, 12 on time."""
    def some(unit: str, code: str, on_time: int, late: int) -> list[dict]:
        return [
            {"unit": unit, "code4": code, "case_no": f"{unit}{code}{i}", "counted_at": "2026-10-01 08:00", "limit_at": "2026-10-03 08:00", "closed_at": "2026-10-02 08:00" if i < on_time else "2026-10-05 08:00", "status": "closed"}
            for i in range(on_time + late)
        ]  # fmt: skip

    made = FeedCity(tmp_path, case=[*some("S11", "0403", 2, 2), *some("S11", "0201", 1, 0), *some("S12", "0403", 4, 1), *some("S12", "0201", 5, 0)])
    found = breakdown(made.build, EVERYBODY, "ontime_close_rate", parse_scope(made.build, "2026-10-01", "2026-10-31"), "class", made.numbers["S11"], 1)
    lights, waste = found.rows.set_index("key").loc[["0403", "0201"]].to_dict("records")
    # whole: lights 6 of 9, waste 6 of 6, together 12 of 15 = 0.8; S11: lights 2 of 4, waste 1 of 1, together 0.6
    assert (found.value, found.whole) == (0.6, 0.8)
    assert lights["mix"] == pytest.approx((4 / 5 - 9 / 15) * (6 / 9 - 0.8)) and lights["effect"] == pytest.approx(4 / 5 * (2 / 4 - 6 / 9))
    assert waste["mix"] == pytest.approx((1 / 5 - 6 / 15) * (1 - 0.8)) and waste["effect"] == pytest.approx(0)
    assert (lights["misses"], waste["misses"]) == (2.0, 0.0)
    made.build.close()


def test_few_sensitive_cases_are_kept_back_with_a_second_row(tied) -> None:
    made, _ = tied
    for by in ("class", "own_class"):
        found = breakdown(made.build, Reader("analyst", 1, 10**9), "close_rate", default_scope(made.build), by, made.numbers["S11"], 1)
        hidden = found.rows[found.rows["state"] == "suppressed"]
        sensitive = [key for key in found.rows["key"] if key == STAR or (key in BY_CODE and BY_CODE[key].is_sensitive)]
        assert set(sensitive) & set(hidden["key"]) or not len(hidden)
        assert len(hidden) != 1 and found.hidden == len(hidden)
        assert np.isnan(hidden[["numerator", "denominator", "value", "mix", "effect"]].to_numpy()).all()
    deep = breakdown(made.build, Reader("analyst", 1, 10**9), "close_rate", default_scope(made.build), "class", made.numbers["X111"], 1).rows
    told = deep[(deep["state"] != "suppressed") & (deep["denominator"] > 0)]
    assert not any(BY_CODE[key].is_sensitive for key in told["key"])


def test_own_words_of_sensitive_classes_share_one_row(tied) -> None:
    made, _rows = tied
    keys = set(breakdown(made.build, Reader("analyst", 1, 10**9), "close_rate", default_scope(made.build), "own_class", 1, 1).rows["key"])
    assert STAR in keys
    assert STAR not in set(breakdown(made.build, EVERYBODY, "close_rate", default_scope(made.build), "own_class", 1, 1).rows["key"])


def test_a_page_without_cases_is_empty(tmp_path) -> None:
    build, _ = tiny_city(tmp_path, feeds=("grid_staff",))
    page = case_page(build, EVERYBODY, Wanted(default_scope(build), 1))
    assert (page.rows, page.total) == ((), 0)
    build.close()
