"""Hotspots, the test of neighbours and clusters on the tiny city, every number worked out by hand.

Cells and households: X111 180, X112 130, X121 500, X122 120, X211 60, X212 80, X221 120, X222 160, X311 100, X312 100, X321 100, X322 0: 1650 in all;
the top tenth of 12 cells is the two highest.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from etl.query.case_patterns import case_patterns
from etl.query.clusters import clusters, story
from etl.query.figures import figure
from etl.query.gistar import cut_off, getis_ord, gistar, metres
from etl.query.hotspots import hotspots
from etl.query.reader import Reader
from etl.query.scope import default_scope, parse_scope
from tests.tiny_feeds import EVERYBODY, FeedCity


def cases(unit: str, *days: str, **more: object) -> list[dict]:
    return [{"unit": unit, "counted_at": f"{day} 09:30", "placed_by": "point", **more} for day in days]


HOT = [
    *(row for month in ("07", "08", "09") for row in cases("M1111", *[f"2026-{month}-1{n}" for n in range(6)])),
    *cases("M3111", *[f"2026-10-1{n}" for n in range(5)]),
    *(row for month in ("09", "10") for row in cases("M3211", *[f"2026-{month}-2{n}" for n in range(5)])),
    *cases("X221", *[f"2026-08-1{n}" for n in range(5)]),
    *cases("C", *["2026-10-05"] * 9, placed_by="none", is_placeholder_point=True),
]


@pytest.fixture(scope="module")
def hot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeedCity]:
    city = FeedCity(tmp_path_factory.mktemp("hot"), case=HOT)
    yield city
    city.build.close()


def test_states_of_the_cells(hot: FeedCity) -> None:
    found = hotspots(hot.build, EVERYBODY, default_scope(hot.build), 1)
    assert found is not None
    cells = found.cells.set_index("code")
    assert {code: (cells.loc[code, "state"], cells.loc[code, "pattern"]) for code in ("X111", "X311", "X321", "X221", "X121")} == {
        "X111": ("lasting", "1110"), "X311": ("new", "0001"), "X321": ("again", "0011"), "X221": ("cooling", "0100"), "X121": ("none", "0000"),
    }  # fmt: skip
    assert found.counts() == {"lasting": 1, "new": 1, "again": 1, "cooling": 1, "none": 8}
    assert found.months[0] == (date(2026, 7, 1), date(2026, 7, 31)) and len(found.months) == 4
    assert figure(hot.build, EVERYBODY, "hotspot_n", default_scope(hot.build), 1).value == 1


def test_rates_are_drawn_towards_the_mean(hot: FeedCity) -> None:
    """October: 10 cases on 1650 households; X321: (5 + 100 · 10/1650) ÷ 200. Before: July (0 + 100 · 6/1650) ÷ 200, August 11, September (5 + 100 · 11/1650) ÷ 200."""
    found = hotspots(hot.build, EVERYBODY, default_scope(hot.build), 1)
    assert found is not None
    cell = found.cells.set_index("code").loc["X321"]
    assert cell["rate"] == pytest.approx((5 + 1000 / 1650) / 200 * 1000)
    assert cell["normal"] == pytest.approx(np.mean([600 / 1650 / 200, 1100 / 1650 / 200, (5 + 1100 / 1650) / 200]) * 1000)
    assert found.city_rate == pytest.approx(10 / 1650 * 1000)


def test_a_fallback_point_makes_no_hotspot(hot: FeedCity) -> None:
    found = hotspots(hot.build, EVERYBODY, default_scope(hot.build), 1)
    assert found is not None and found.cells["cases"].sum() == 10
    patterns = case_patterns(hot.build, EVERYBODY, default_scope(hot.build), 1)
    assert patterns is not None and (patterns.fallback, patterns.nowhere) == (9, 9)


def test_a_reader_sees_the_own_cells_judged_by_the_whole_city(hot: FeedCity) -> None:
    first = hot.numbers["J1"]
    found = hotspots(hot.build, Reader("leader", first, hot.numbers["J2"] - 1), default_scope(hot.build), 1)
    assert found is not None
    assert list(found.cells["code"]) == ["X111", "X112", "X121", "X122"] and found.counts()["lasting"] == 1


def test_without_cases_there_is_no_answer(tmp_path: Path) -> None:
    city = FeedCity(tmp_path)
    scope = default_scope(city.build)
    assert all(ask(city.build, EVERYBODY, scope, 1) is None for ask in (hotspots, gistar, case_patterns, clusters))


def test_gi_star_by_its_formula() -> None:
    """Getis and Ord 1995: (Σ w x − W x̄) ÷ (S √((n Σ w² − W²) ÷ (n − 1))) with the cell itself and its two nearest."""
    values = np.array([1.0, 2.0, 9.0, 8.0, 10.0, 1.0, 0.0, 2.0])
    points = np.column_stack((np.arange(8) * 100.0 + np.arange(8) ** 2, np.zeros(8)))
    near = np.argsort(np.abs(points[:, None, 0] - points[None, :, 0]), axis=1)[:, :3]
    wanted = (values[near].sum(axis=1) - 3 * values.mean()) / (values.std() * np.sqrt((8 * 3 - 9) / 7))
    z, p = getis_ord(values, points, 2)
    assert z == pytest.approx(wanted)
    assert p[int(np.argmax(z))] == min(p) < 0.05 < p[int(np.argmin(z))]


def test_false_finds_are_controlled() -> None:
    """Benjamini–Hochberg at 5%: of four the limits are 0.0125, 0.025, 0.0375, 0.05; 0.03 is the largest below its own."""
    assert cut_off(np.array([0.5, 0.001, 0.03, 0.02]), 0.05) == pytest.approx(0.0375)
    assert not (np.array([0.4, 0.3]) < cut_off(np.array([0.4, 0.3]), 0.05)).any()


def test_too_few_cells_are_not_tested(hot: FeedCity) -> None:
    assert gistar(hot.build, EVERYBODY, default_scope(hot.build), 1) is None


def test_metres_are_metres() -> None:
    """One thousandth of a degree of latitude is 111.2 m; of longitude at 60° half of that."""
    points = metres(np.array([10.0, 10.001]), np.array([60.0, 60.0]))
    assert points[1, 0] - points[0, 0] == pytest.approx(55.6, abs=0.1)
    assert np.diff(metres(np.array([0.0, 0.0]), np.array([0.0, 0.001]))[:, 1])[0] == pytest.approx(111.2, abs=0.1)


def called(unit: str, code4: str, *calls: tuple[str, str], **more: object) -> list[dict]:
    return [{"unit": unit, "counted_at": f"{day} 08:00", "caller_hash": caller or None, "code4": code4, "placed_by": "point", **more} for day, caller in calls]


CLUSTERS = [
    *called("M1111", "0303", ("2026-03-01", "a"), ("2026-03-11", "b"), ("2026-03-31", "a"), status="closed", closed_at="2026-04-02 08:00", solved="yes"),  # 30 days: the last counts
    *called("X111", "0303", ("2026-08-01", "a"), ("2026-08-02", "b"), ("2026-08-03", "c"), ("2026-08-04", "c")),  # months later: another cluster
    *called("M1121", "0303", ("2026-03-01", "a"), ("2026-03-02", "a"), ("2026-03-03", ""), ("2026-03-04", "")),  # one known caller
    *called("M1211", "0303", ("2026-03-01", "a"), ("2026-03-20", "b"), ("2026-04-01", "c")),  # never three within 30 days
    *called("M1221", "1102", ("2026-03-01", "a"), ("2026-03-02", "b"), ("2026-03-03", "c")),  # sensitive
    *called("M2111", "0303", ("2026-03-01", "a"), ("2026-03-02", "b")),
    *called("M2111", "0303", ("2026-03-03", "c"), repeat_kind="urge", repeat_of="case0"),
]
MEETINGS = [
    {"event_id": "d1", "unit": "X111", "type": "open_air", "held_on": "2026-03-20", "opinions_n": 12, "resolutions_n": 2, "done_n": 2, "case_no": "case1"},
    {"event_id": "d2", "unit": "X111", "type": "council", "held_on": "2026-03-25", "opinions_n": 5, "resolutions_n": 1, "done_n": 0},
    {"event_id": "d3", "unit": "M1112", "type": "council", "held_on": "2026-08-20", "opinions_n": 4, "resolutions_n": 0, "done_n": 0},
    {"event_id": "d4", "unit": "X112", "type": "council", "held_on": "2026-08-20", "opinions_n": 9, "resolutions_n": 0, "done_n": 0},
]


@pytest.fixture(scope="module")
def clustered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeedCity]:
    city = FeedCity(tmp_path_factory.mktemp("clusters"), case=CLUSTERS, deliberation=MEETINGS)
    yield city
    city.build.close()


def test_clusters(clustered: FeedCity) -> None:
    table = clusters(clustered.build, EVERYBODY, default_scope(clustered.build), 1)
    assert table is not None
    seen = table[["code", "code4", "cases", "callers", "closed", "opinions", "linked"]].to_numpy().tolist()
    assert seen == [["X111", "0303", 4, 3, 0, 4, "place"], ["X111", "0303", 3, 2, 3, 12, "case"]]
    elsewhere = clusters(clustered.build, EVERYBODY, default_scope(clustered.build), clustered.numbers["J2"])
    assert elsewhere is not None and elsewhere.empty


def test_the_story_of_a_cluster(clustered: FeedCity) -> None:
    """The one a meeting names comes first: three cases, twelve opinions, two resolutions carried out, nothing since 31 March."""
    told = story(clustered.build, EVERYBODY, parse_scope(clustered.build, "2025-11-01", "2026-07-31"), 1, frozenset())
    assert told is not None and told.link == "case"
    assert (told.name, told.cases, told.callers, told.opinions, told.resolutions, told.done) == ("锦绣花园", 3, 2, 12, 2, 2)
    assert (told.first_on, told.last_on, told.closed, told.solved, told.quiet_days) == (date(2026, 3, 1), date(2026, 3, 31), 3, 3, 122)


def test_patterns(tmp_path: Path) -> None:
    """Monday 5 October 2026, 09:30; one case without a time; of a sensitive class fewer than ten are told to nobody."""
    rows = [
        *cases("M1111", "2026-10-05", "2026-10-05", "2026-10-06", "2025-10-07"),
        {"unit": "M1111", "counted_at": "2026-10-07 00:00", "placed_by": "point", "repeat_of": "case0", "repeat_kind": "repeat"},
        {"unit": "M1112", "counted_at": "2026-10-08 10:00", "placed_by": "point", "repeat_of": "case0", "repeat_kind": "urge", "source": "steward"},
        *cases("S11", "2026-10-09", "2026-10-09", code4="1102"),
    ]
    city = FeedCity(tmp_path, case=rows)
    found = case_patterns(city.build, EVERYBODY, parse_scope(city.build, "2026-10-01", "2026-10-31"), 1)
    assert found is not None
    assert (found.raw, found.merged, found.repeats, found.urges) == (7, 5, 1, 1)
    assert found.clock[0, 9] == 2 and found.clock[1, 9] == 1 and found.clock.sum() == 6 and found.timeless == 1
    assert found.sources == (("12345", 6), ("steward", 1))
    told = found.classes.set_index("code4")
    assert told.loc["0101"].tolist()[:2] == [3, 1] and told.loc["1102"].isna().all()
    newest = found.months.iloc[-1]
    assert (newest["month"], newest["n"], newest["earlier"]) == (date(2026, 10, 1), 5, 1)
