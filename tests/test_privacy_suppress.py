"""What limited readers are told inside (E3–E6, E12): a second reader subtracts whatever is shown and must find nobody."""

import random
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from etl.model.indicators import BY_ID, INDICATORS
from etl.model.levels import LEVEL_IDS
from etl.query.complement import Measure, close_groups, close_parts
from etl.query.figures import figure, figures, figures_by_lead
from etl.query.reader import Reader
from etl.query.scope import default_scope, parse_scope
from etl.query.suppress import MEMBERS, PERSONS, is_limited
from etl.query.units import units
from etl.query.warehouse import Build
from tests.random_city import random_cases, random_units
from tests.tiny_city import write_build

K = 10


def reader(build: Build, role: str = "leader", unit_no: int = 1) -> Reader:
    return Reader(role, unit_no, int(units(build).last_no[unit_no - 1]))  # type: ignore[arg-type]


@pytest.fixture(scope="module", params=range(3))
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """A random tree with ★ cases everywhere, floating members, workers."""
    dice = random.Random(request.param)
    rows = random_units(dice)
    cases = random_cases(dice, rows, 700)
    cases["code4"] = [dice.choice(["1101", "1101", "0101"]) for _ in range(len(cases))]
    communities = [row for row in rows if row["level"] == "community" and row["valid_to"] is None]
    members = [
        {"unit_no": row["unit_no"], "building_id": None, "category": category, "relation": relation, "n": n, "contacted_n": dice.randint(0, n), "as_of_on": "2026-10-01", "file_no": 1, "src_row": i}
        for i, row in enumerate(communities) for category in ("floating", "retired") for relation in ("registered", "reported") for n in [dice.choice([0, 1, 3, 8, 15, 40])]
    ]  # fmt: skip
    workers = [{"unit_no": row["unit_no"], "n": (n := dice.randint(1, 30)), "n_member": dice.randint(0, n), "as_of_on": "2026-09-01", "file_no": 1, "src_row": i} for i, row in enumerate(communities)]
    build = write_build(tmp_path_factory.mktemp("city"), rows, {"case": cases, "member_stat": pd.DataFrame(members), "worker_stat": pd.DataFrame(workers)}, pd.Timestamp("2026-10-31").date())
    yield build
    build.close()


ASKED = [("floating_contact_rate", ()), ("worker_member_rate", ()), ("geo_match_rate", ("category=1101",)), ("member_in_grid_rate", ())]


@pytest.mark.parametrize(("indicator", "where"), ASKED)
def test_no_subtraction_gives_a_hidden_count(city: Build, indicator: str, where: tuple[str, ...]) -> None:
    """Every shown total with its shown parts: never exactly one part left, and never a small hidden number left over for several."""
    scope, who, frame = parse_scope(city, where=where), reader(city), units(city)
    k = city.rules.privacy.vulnerable_k if where or BY_ID[indicator].is_sensitive else city.rules.privacy.analyst_k
    told = {row.unit_no: row for level in LEVEL_IDS for row in figures(city, who, indicator, scope, level).itertuples()}
    true = {row.unit_no: row for level in LEVEL_IDS for row in figures(city, Reader("admin", 1, len(frame)), indicator, scope, level).itertuples()}
    hidden = {no for no, row in told.items() if row.state == "suppressed"}
    for no, row in told.items():
        if no not in hidden:
            assert not 0 < row.numerator < k and not 0 < row.denominator < k, (row, "a small count is shown")
    deepest = 3 if where or BY_ID[indicator].is_sensitive else 4 if indicator in MEMBERS else 5
    for parent in told:
        parts = [no for no in told if frame.parent_no[no - 1] == parent and frame.level[no - 1] <= deepest]
        gone = [no for no in parts if no in hidden]
        if parent in hidden or not gone:
            continue
        assert len(gone) >= 2, (parent, gone, "one part left under a shown total")
        for column in ("numerator", "denominator"):
            left = sum(getattr(true[no], column) for no in gone)
            if any(0 < getattr(true[no], column) < k for no in gone):
                assert left >= k, (parent, column, left)


@pytest.mark.parametrize(("indicator", "where"), ASKED)
def test_one_unit_a_level_and_a_part_tell_the_same(city: Build, indicator: str, where: tuple[str, ...]) -> None:
    scope, who, frame = parse_scope(city, where=where), reader(city), units(city)
    for level in ("street", "community"):
        table = figures(city, who, indicator, scope, level).set_index("unit_no")
        for no in table.index:
            assert figure(city, who, indicator, scope, int(no)).state == table.loc[no, "state"]
            part = figures(city, who, indicator, scope, level, under=int(frame.parent_no[no - 1])).set_index("unit_no")
            assert part.loc[no, "state"] == table.loc[no, "state"]


def test_rows_by_unit_in_charge_do_not_give_one_away(city: Build) -> None:
    scope, who = parse_scope(city, where=("category=1101",)), reader(city)
    for under in (1, *units(city).at_level("street", scope.as_of)):
        table = figures_by_lead(city, who, "geo_match_rate", scope, int(under))
        assert (table["state"] == "suppressed").sum() != 1 or len(table) == 1


def test_nobody_is_told_members_of_a_micro_grid(city: Build) -> None:
    """E3: bands only, for stewards too; whoever runs the warehouse sees all."""
    scope = default_scope(city)
    for indicator in MEMBERS:
        if not city.feeds.issuperset(BY_ID[indicator].feeds):
            continue
        for role in ("leader", "analyst", "steward", "auditor"):
            assert set(figures(city, reader(city, role), indicator, scope, "micro")["state"]) <= {"suppressed"}
        assert "suppressed" not in set(figures(city, reader(city, "admin"), indicator, scope, "micro")["state"])


def test_conduct_complaints_are_kept_from_the_office_complained_of(city: Build) -> None:
    """E12."""
    frame, scope = units(city), parse_scope(city, where=("category=1204",))
    for no in (int(frame.at_level("street", scope.as_of)[0]), int(frame.at_level("community", scope.as_of)[0])):
        assert set(figures(city, reader(city, "leader", no), "close_rate", scope, frame.unit(no).level)["state"]) == {"suppressed"}
    assert figure(city, reader(city, "leader", 1), "close_rate", scope, 1).state != "suppressed"


def test_grids_money_and_organisations_are_exact(city: Build) -> None:
    scope = default_scope(city)
    for indicator in ("grid_size_ok_rate", "member_cover_rate", "close_rate"):
        assert "suppressed" not in set(figures(city, reader(city), indicator, scope, "community")["state"])


def test_every_indicator_of_persons_is_known() -> None:
    """A new indicator over counts of persons must be judged: add it to `PERSONS`, or here with the reason why it counts none."""
    no_persons = {
        "member_cover_rate", "org_cover_rate", "org333_gap_n", "one_shoulder_rate", "trinity_rate",  # grids and organisations
        "steward_fill_rate", "steward_per_grid", "head_match_rate", "head_vacant_n",  # posts that are public
        "vol_hours_per_1000", "joint_quarter_rate", "resolution_done_rate", "suggest_adopt_rate", "wish_done_rate", "first_time_rate",  # hours, events, wishes
    }  # fmt: skip
    of_people = {one.id for one in INDICATORS if {"member_stat", "worker_stat", "grid_staff", "party_org", "care_visit", "service_log", "wish", "suggestion", "deliberation", "service_stat", "joint_activity"} & set(one.feeds)}
    assert of_people - set(PERSONS) - no_persons == set()
    assert all(one.id in PERSONS for one in INDICATORS if one.is_sensitive)


@pytest.mark.parametrize("seed", range(40))
def test_groups_of_random_trees(seed: int) -> None:
    """Brute force over random trees: no hidden leaf under a shown total can be worked out to a single number."""
    dice = np.random.default_rng(seed)
    parent = np.concatenate(([-1], np.zeros(4, dtype=int), dice.integers(1, 5, 14)))
    n = np.zeros(len(parent))
    n[5:] = dice.choice([0, 1, 2, 4, 9, 10, 30, 80], 14)
    for child in range(len(parent) - 1, 0, -1):
        n[parent[child]] += n[child]
    measure = Measure(n, K)
    hidden = measure.is_small
    while True:
        before = hidden.sum()
        hidden = close_parts(close_groups(hidden, parent, [measure], n), parent, n)
        if hidden.sum() == before:
            break
    assert hidden[measure.is_small].all()
    for top in np.flatnonzero(~hidden):
        gone = np.flatnonzero((parent == top) & hidden)
        assert len(gone) != 1, (seed, top, n[parent == top])
    for top in np.flatnonzero(hidden & (n >= K)):
        below = np.flatnonzero((parent == top) & (n > 0))
        assert not len(below) or hidden[below].any(), "a hidden total is the sum of its shown parts"


def test_a_removed_complement_is_caught() -> None:
    """The check above finds it when only small numbers are hidden and nothing else."""
    parent, n = np.array([-1, 0, 0, 0]), np.array([44.0, 20, 21, 3])
    only_small = Measure(n, K).is_small
    assert only_small.sum() == 1, "44 − 20 − 21 = 3"
    assert close_groups(only_small, parent, [Measure(n, K)], n).sum() == 2


def test_several_small_ones_leave_a_choice() -> None:
    """1 + 1 of 42: whoever knows both are at least 1 knows both; so the next smallest goes too."""
    parent, n = np.array([-1, 0, 0, 0, 0]), np.array([42.0, 25, 15, 1, 1])
    assert close_groups(Measure(n, K).is_small, parent, [Measure(n, K)], n).tolist() == [False, False, True, True, True]


def test_who_is_limited() -> None:
    assert [role for role in ("public", "steward", "analyst", "leader", "data_steward", "auditor", "admin") if is_limited(Reader(role, 1, 9))] == ["public", "steward", "analyst", "leader", "auditor"]  # type: ignore[arg-type]
