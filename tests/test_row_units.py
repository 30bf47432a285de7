"""A row of a panel picked as a selection: exactly the units for which the panel counts something in that row, for every panel and every row."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.view.checked import checked
from dashboard.view.chips import found_chips
from dashboard.view.nav import BY_ID as PAGES
from dashboard.view.page_sets import FUNDS_CARDS
from dashboard.view.picks import is_picked, pick_row, picked
from dashboard.view.run import Run
from dashboard.view.state import parse_view
from etl.model.levels import BY_ID as LEVELS
from etl.query.case_patterns import merge_counts
from etl.query.figures import figure
from etl.query.fund_chain import projects
from etl.query.grid_order import checklist
from etl.query.reader import Reader
from etl.query.row_units import ROW_KINDS, row_units
from etl.query.scope import Scope, Where, default_scope
from etl.query.selection import contains, of_codes
from etl.query.units import units
from etl.query.warehouse import Build, open_build
from etl.query.whistles import pair_value, read_pair, there_and_back
from tests.panel_rows import PANELS, values
from tests.tiny_feeds import FeedCity

ROOT = Path(__file__).resolve().parents[1]
EVERYBODY = Reader("admin", 1, 10**9)


@pytest.fixture(scope="module")
def build(demo_warehouse: Path) -> Iterator[Build]:
    opened = open_build(demo_warehouse)
    yield opened
    opened.close()


def asked(build: Build) -> Reader:
    return Reader("analyst", 1, len(units(build)))


def filters(build: Build, kind: str) -> list[Scope]:
    """The usual year, and this one with filters; on cases where the panel counts cases."""
    plain = default_scope(build)
    of_cases = (("category", "01"), ("source", "12345"), ("whistle_kind", "hard"))
    where = of_cases if "case" in ROW_KINDS[kind].feeds else (("fund", "guarantee"), ("partner_kind", "school"))
    return [plain, replace(plain, date_from=plain.date_to.replace(month=1, day=1), where=where)]


@pytest.mark.parametrize("kind", ROW_KINDS)
def test_a_row_stands_for_the_units_whose_own_panel_has_it(build: Build, kind: str) -> None:
    """What the panel says of each unit it is opened for, one by one; so the selection tells nothing that the panels do not."""
    frame, reader, met = units(build), asked(build), 0
    for scope in filters(build, kind):
        numbers = frame.at_level(ROW_KINDS[kind].level, scope.as_of, 1, len(frame))
        told = {int(no): PANELS[kind](build, reader, scope, int(no)) for no in numbers[:: max(1, len(numbers) // 60)]}
        for value in values(build, kind)[:12]:
            found = row_units(build, reader, scope, f"{kind}:{value}")
            own = set() if found is None else {no for no in told if contains(found.chosen, np.array([no]))[0]}
            assert own == {no for no, counts in told.items() if counts.get(value)}, (kind, value)
            met += found is not None and found.name.zh != "" and found.name.en != ""
    assert met, "a panel without a row shows nothing"


@pytest.mark.parametrize("kind", ROW_KINDS)
def test_nothing_beyond_the_readers_area_and_no_row_of_another_panel(build: Build, kind: str) -> None:
    frame, scope = units(build), default_scope(build)
    first = next(no for no in range(1, len(frame) + 1) if frame.level[no - 1] == LEVELS["street"].rank)
    street = Reader("leader", first, int(frame.last_no[first - 1]))
    for value in values(build, kind)[:6]:
        found = row_units(build, street, scope, f"{kind}:{value}")
        assert found is None or all(street.first_no <= a <= b <= street.last_no for a, b in found.chosen)
        assert found is None or {no for no in found.numbers if street.sees(no)} == set(found.numbers)
    assert row_units(build, asked(build), scope, f"{kind}:nothing of the kind") is None
    assert row_units(build, asked(build), scope, kind) is None and row_units(build, asked(build), scope, "people:1") is None


@pytest.mark.parametrize("kind", ["pair", "merge"])
@pytest.mark.parametrize("where", [(("category", "1002"),), (("category", "1002"), ("source", "12345")), (("category", "1001"), ("category", "1002")), (("own_class", "矛盾纠纷->家庭婚姻"),)])
def test_a_row_of_withheld_classes_is_no_row_for_who_does_not_handle_them(build: Build, kind: str, where: Where) -> None:
    """As its panel, which is closed then; the same row is there for the handler where it counts anything."""
    scope = replace(default_scope(build), where=where)
    for value in values(build, kind):
        for role in ("leader", "analyst"):
            assert row_units(build, replace(asked(build), role=role), scope, f"{kind}:{value}") is None, (role, value)
        every = PANELS[kind](build, EVERYBODY, scope, 1).get(value)
        assert (row_units(build, EVERYBODY, scope, f"{kind}:{value}") is not None) == bool(every)


def test_a_reader_of_a_micro_grid_is_told_of_no_building(build: Build) -> None:
    """Which organisations are absent is told by compound grid, of which such a reader sees a part."""
    frame, scope = units(build), default_scope(build)
    community = next(no for no in units(build).at_level("community", scope.as_of, 1, len(frame)) if PANELS["org_gap"](build, asked(build), scope, int(no)).get("group"))
    micros = frame.at_level("micro", scope.as_of, int(community), int(frame.last_no[community - 1])).tolist()
    assert row_units(build, Reader("leader", int(community), int(frame.last_no[community - 1])), scope, "org_gap:group") is not None
    assert {row_units(build, Reader("steward", no, no), scope, "org_gap:group") for no in micros} == {None}


def test_a_row_of_a_street_does_not_stand_for_its_communities(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = units(build)
    street = next(no for no in range(1, len(frame) + 1) if frame.level[no - 1] == LEVELS["street"].rank)
    monkeypatch.setitem(ROW_KINDS, "breach", replace(ROW_KINDS["breach"], find=lambda *_: (ROW_KINDS["breach"].title, [street])))
    found = row_units(build, asked(build), replace(default_scope(build), as_of=default_scope(build).date_from), "breach:any")
    assert found is not None and found.chosen == ((street, street),)


def run_of(build: Build, page: str, reader: Reader = EVERYBODY, **query: str) -> Run:
    found = checked(build, reader, parse_view(query))
    return Run(PAGES[page], build, reader, found.view, units(build).unit(found.unit_no), found.scope, found.notes, row=found.row)


def test_the_row_is_a_selection_with_a_chip_and_meets_the_others(build: Build) -> None:
    row = "fund_step:contract_on"
    run = run_of(build, "funds", row=row)
    assert run.row is not None and run.scope.chosen == run.row.units.chosen and run.notes == ()
    (chip,) = found_chips(run, FUNDS_CARDS[0], FUNDS_CARDS)
    assert (chip.id, chip.name, chip.mark) == ("row", ROW_KINDS["fund_step"].title.zh, "") and chip.view.row == ""
    assert chip.text == f"签约 · {len(run.row.units.numbers):,} 个社区"
    whole, part = (figure(build, EVERYBODY, "fund_process_rate", scope, 1).denominator for scope in (default_scope(build), run.scope))
    own = {one.unit_no for one in projects(build, EVERYBODY, run.scope, 1)}
    assert part is not None and whole is not None and 0 < part <= whole and own <= set(run.row.units.numbers)
    assert run.keeping("fund_step", run.scope).chosen == () and run.keeping("breach", run.scope) == run.scope
    one = units(build).code[run.row.units.numbers[0] - 1]
    both = run_of(build, "funds", row=row, units=one)
    assert both.scope.chosen == of_codes(build, EVERYBODY, [one]) == both.keeping("fund_step", both.scope).chosen
    with_cases = run_of(build, "quality", row=row)
    assert [chip.id for chip in found_chips(with_cases, "", ())] == ["row"] and found_chips(with_cases, "", ())[0].mark


@pytest.mark.parametrize("row", ["fund_step:nowhere", "team:无此队伍", "order:-", "task:无此事项", "merge:closed", "org_gap:party", "pair:甲局", "pair:甲→乙→丙", "pair:甲~2→乙", "pair:→"])
def test_a_row_that_is_not_there_is_said_and_dropped(build: Build, row: str) -> None:
    run = run_of(build, "funds", row=row)
    assert run.row is None and run.view.row == "" and run.scope.chosen == () and len(run.notes) == 1
    assert ROW_KINDS[row.partition(":")[0]].title.zh in run.notes[0]


def test_the_public_picks_no_rows_and_unknown_panels_are_refused(build: Build) -> None:
    assert run_of(build, "overview", Reader("public", 1, len(units(build))), row="breach:x").view.row == ""
    assert "row" in parse_view({"row": "people:7"}).ignored and parse_view({"row": "people:7"}).row == ""


def test_picking_a_row_twice_takes_it_back_and_another_takes_its_place() -> None:
    one, other = pick_row("minutes", "0-5"), pick_row("breach", "paid before published")
    view = picked(parse_view({"ind": "close_rate"}), one)
    assert view.row == "minutes:0-5" and view.ind == "close_rate" and is_picked(view, one)
    assert picked(view, one).row == "" and picked(view, other).row == "breach:paid before published"
    assert pick_row("team", "") == "" == pick_row("team", "长" * 196) != pick_row("team", "长" * 195)
    assert pick_row("team", "队\u3000") == pick_row("team", "一\n二") == pick_row("team", "队 ") == ""  # no address brings these back
    assert parse_view(view.query()) == view


NAMES = ("甲局→乙局", "~1", "~0→", "a:b，c,d", "100%&row=pair", "'; DROP TABLE \"case\"; --", "<img src=x onerror=alert(1)>", "=cmd|x", "＋", "市 中心")


@given(st.text(), st.text())
def test_two_offices_as_one_word_are_read_back(sender: str, receiver: str) -> None:
    assert read_pair(pair_value(sender, receiver)) == (sender, receiver)


@given(st.text("→~01甲", max_size=6))
def test_a_word_that_no_pair_makes_is_read_as_none(word: str) -> None:
    found = read_pair(word)
    assert (found is None) == (re.fullmatch("([^~→]|~[01])*→([^~→]|~[01])*", word) is None)
    assert found is None or pair_value(*found) == word


def test_offices_of_any_name_travel_in_the_address(tmp_path: Path) -> None:
    """Picked in the table, read back from the address, found in the data, said on the chip: whatever a clerk called them."""
    names = [(one, other) for one in NAMES for other in NAMES if one != other]
    cases = [{"unit": "M1111" if at % 2 else "M2111", "case_no": f"k{at}", "counted_at": "2026-10-01 08:00"} for at in range(len(names))]
    steps = [
        {"case_no": f"k{at}", "seq": 1 + way, "at": f"2026-10-01 1{way}:00", "type": kind, "from_unit": pair[way], "to_unit": pair[1 - way]}
        for at, pair in enumerate(names) for way, kind in enumerate(("dispatch", "return"))
    ]  # fmt: skip
    city = FeedCity(tmp_path, case=cases, case_event=steps)
    for at, (sender, receiver) in enumerate(names):
        view = parse_view(dict(parse_qsl(pick_row("pair", pair_value(sender, receiver)))))
        run = run_of(city.build, "response", **view.query())
        assert run.row is not None and run.notes == () and view.ignored == ()
        assert contains(run.row.units.chosen, np.array([city.numbers["M1111"], city.numbers["M2111"]])).tolist() == [bool(at % 2), not at % 2]
        (chip,) = found_chips(run, "return_rate", ("return_rate",))
        assert chip.text.startswith(f"{sender} → {receiver} · 1 ")
        shown = there_and_back(city.build, EVERYBODY, run.scope, 1, 1000)
        assert shown is not None and (sender, receiver) in set(zip(shown["sender"], shown["receiver"], strict=True)) and len(shown) < len(names)
    city.build.close()


def test_a_task_picks_the_grids_where_it_is_not_done(build: Build) -> None:
    name, n = next((one.name, one.due - one.done) for one in checklist(build, EVERYBODY, default_scope(build), 1) if one.due > one.done)
    run = run_of(build, "grids", row=f"task:{name}")
    assert run.row is not None and 0 < len(run.row.units.numbers) <= n
    (chip,) = found_chips(run, "grid_task_done_rate", ("grid_task_done_rate",))
    assert chip.text == f"未完成：{name} · {len(run.row.units.numbers):,} 个小区"
    told = figure(build, EVERYBODY, "grid_task_done_rate", run.scope, 1)
    assert told.denominator is not None and told.numerator is not None and told.denominator - told.numerator >= n


def test_the_steps_of_merging_stay_as_they_are_while_one_is_picked(build: Build) -> None:
    """In their order and with the counts of the panel; for who is told nothing of the filter there are none."""
    scope = default_scope(build)
    assert list(merge_counts(build, EVERYBODY, scope, 1).items()) == list(PANELS["merge"](build, EVERYBODY, scope, 1).items())
    assert merge_counts(build, asked(build), replace(scope, where=(("category", "1002"),)), 1) == {}


def test_every_kind_is_told_of(build: Build) -> None:
    doc = (ROOT / "docs" / "filters.md").read_text("utf-8")
    assert set(PANELS) == set(ROW_KINDS)
    for name, kind in ROW_KINDS.items():
        assert f"`{name}`" in doc and kind.title.zh in doc and kind.title.en, name
