"""A row of a panel picked as a selection: exactly the units for which the panel counts something in that row, for every panel and every row."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dashboard.view.checked import checked
from dashboard.view.chips import found_chips
from dashboard.view.nav import BY_ID as PAGES
from dashboard.view.page_sets import FUNDS_CARDS
from dashboard.view.picks import is_picked, pick_row, picked
from dashboard.view.run import Run
from dashboard.view.state import parse_view
from etl.model.levels import BY_ID as LEVELS
from etl.query.figures import figure
from etl.query.fund_chain import projects
from etl.query.reader import Reader
from etl.query.row_units import ROW_KINDS, row_units
from etl.query.scope import Scope, default_scope
from etl.query.selection import contains, of_codes
from etl.query.units import units
from etl.query.warehouse import Build, open_build
from tests.panel_rows import PANELS, values

ROOT = Path(__file__).resolve().parents[1]
EVERYBODY = Reader("admin", 1, 10**9)


@pytest.fixture(scope="module")
def build(demo_warehouse: Path) -> Iterator[Build]:
    opened = open_build(demo_warehouse)
    yield opened
    opened.close()


def asked(build: Build) -> Reader:
    return Reader("analyst", 1, len(units(build)))


def filters(build: Build) -> list[Scope]:
    plain = default_scope(build)
    return [plain, replace(plain, date_from=plain.date_to.replace(month=1, day=1), where=(("fund", "guarantee"), ("partner_kind", "school")))]


@pytest.mark.parametrize("kind", ROW_KINDS)
def test_a_row_stands_for_the_units_whose_own_panel_has_it(build: Build, kind: str) -> None:
    """What the panel says of each unit it is opened for, one by one; so the selection tells nothing that the panels do not."""
    frame, reader, met = units(build), asked(build), 0
    for scope in filters(build):
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


@pytest.mark.parametrize("row", ["fund_step:nowhere", "team:无此队伍", "order:-"])
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
    assert pick_row("team", "") == "" == pick_row("team", "长" * 81)
    assert parse_view(view.query()) == view


def test_every_kind_is_told_of(build: Build) -> None:
    doc = (ROOT / "docs" / "filters.md").read_text("utf-8")
    assert set(PANELS) == set(ROW_KINDS)
    for name, kind in ROW_KINDS.items():
        assert f"`{name}`" in doc and kind.title.zh in doc and kind.title.en, name
