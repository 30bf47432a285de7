"""The demonstration city shows every kind of thing that needs attention, a boundary that changed, and no age of a feed that has none."""

from datetime import date
from pathlib import Path

import pytest
import shapely

from etl.demo.city import make_city
from etl.demo.scales import scale_of
from etl.demo.units import splits
from etl.load.counts import event_columns
from etl.model.tables import BY_NAME
from etl.query.attention import WATCHES, attention
from etl.query.boundary_dates import boundary_changes
from etl.query.reader import Reader
from etl.query.scope import default_scope
from etl.query.units import units
from etl.query.warehouse import Build, open_build


@pytest.fixture(scope="module")
def build(demo_warehouse: Path) -> Build:
    return open_build(demo_warehouse)


def everybody(build: Build) -> Reader:
    return Reader("admin", 1, len(units(build)))


def test_every_kind_is_there(build: Build) -> None:
    items = attention(build, everybody(build), default_scope(build), 1)
    assert {item.watch for item in items} == {watch.id for watch in WATCHES} | {"jump", "stale"}
    assert items[0].watch == "jump", "what rose suddenly stands first"
    assert all(item.count > 0 for item in items)


def test_registers_have_no_age() -> None:
    """When an organisation was founded or a committee chosen says nothing about how new the register is."""
    assert not event_columns(BY_NAME["party_org"]) and not event_columns(BY_NAME["compound"]) and not event_columns(BY_NAME["grid_staff"])
    assert event_columns(BY_NAME["member_stat"]) == ["as_of_on"]


def test_a_micro_grid_was_divided_this_summer(build: Build) -> None:
    """The old one ends on the day its two successors begin, holds their ground and their households, and what happened before stays with it."""
    frame, reader = units(build), everybody(build)
    changes = boundary_changes(build, reader, default_scope(build), 1)
    assert changes["on"].unique().tolist() == [date(2026, 7, 1)] and sorted(changes["change"]) == ["begun", "begun", "ended"]
    old = int(changes.loc[changes["change"] == "ended", "unit_no"].iloc[0])
    new = [int(no) for no in changes.loc[changes["change"] == "begun", "unit_no"]]
    assert frame.unit(old).households == sum(frame.unit(no).households or 0 for no in new)
    ground = frame.shapes([old, *new])
    assert shapely.union_all([ground[no] for no in new]).symmetric_difference(ground[old]).area < 1e-3 * ground[old].area
    last = build.rows("SELECT max(counted_at)::DATE FROM \"case\" WHERE unit_no = ?", [old])[0][0]
    first = build.rows("SELECT min(counted_at)::DATE FROM \"case\" WHERE placed_by = 'point' AND unit_no IN (?, ?)", new)[0][0]
    assert last < date(2026, 7, 1) <= first


@pytest.mark.parametrize("scale", ["small", "district"])
def test_divided_micro_grids_are_neighbours(scale: str) -> None:
    city = make_city(scale_of(scale), 3)
    pairs = splits(city)
    assert len(pairs) == max(1, city.n("compound") // 300)
    assert all(city.parent["micro"][a] == city.parent["micro"][b] for a, b in pairs)
