"""A limited reader gets its own units' figures, exact, and nothing of any other unit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.model.errors import CallError
from etl.model.indicators import INDICATORS
from etl.model.levels import LEVEL_IDS
from etl.query.attention import attention
from etl.query.evidence import evidence_sql
from etl.query.figures import figure, figures, figures_by_lead
from etl.query.reader import Reader
from etl.query.scope import default_scope, parse_scope
from etl.query.units import units
from etl.query.warehouse import Build
from tests.random_city import City, random_city
from tests.tiny_city import tiny_city

EVERYBODY = Reader("admin", 1, 10**9)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Build, dict[str, int]]]:
    build, numbers = tiny_city(tmp_path_factory.mktemp("warehouse"))
    yield build, numbers
    build.close()


def reader_of(build: Build, unit_no: int, role: str = "leader") -> Reader:
    return Reader(role, unit_no, units(build).unit(unit_no).last_no)  # type: ignore[arg-type]


# every indicator with one home, and shared out over four more
@pytest.mark.parametrize(("home", "some"), [("J1", slice(None)), *((home, slice(i, None, 4)) for i, home in enumerate(("S11", "X111", "M2121", "J3")))], ids=str)
def test_own_units_equal_everybodys_figures_and_no_other_unit_appears(city: tuple[Build, dict[str, int]], home: str, some: slice) -> None:
    build, numbers = city
    reader, scope = reader_of(build, numbers[home], "data_steward"), default_scope(build)  # a role that nothing is kept from
    for indicator in INDICATORS[some]:
        for level in LEVEL_IDS:
            mine, all_units = figures(build, reader, indicator.id, scope, level), figures(build, EVERYBODY, indicator.id, scope, level)
            expected = all_units[all_units["unit_no"].between(reader.first_no, reader.last_no)].reset_index(drop=True)
            assert mine.astype(object).where(mine.notna(), None).equals(expected.astype(object).where(expected.notna(), None))


def test_random_readers_of_a_random_city(tmp_path: Path) -> None:
    city: City = random_city(tmp_path, seed=77, cases=200)
    scope = default_scope(city.build)
    for i, home in enumerate(city.units["unit_no"].sample(5, random_state=1)):
        reader = reader_of(city.build, int(home), "data_steward")
        for indicator in INDICATORS[i::5]:
            mine, everybody = (figure(city.build, who, indicator.id, scope, int(home)) for who in (reader, EVERYBODY))
            assert mine == everybody, indicator.id
    city.build.close()


def test_units_outside_are_refused(city: tuple[Build, dict[str, int]]) -> None:
    build, numbers = city
    reader, scope = reader_of(build, numbers["J1"]), default_scope(build)
    for outside in ("C", "D1", "J2", "M3111"):
        with pytest.raises(CallError):
            figure(build, reader, "close_rate", scope, numbers[outside])
        below = figures(build, reader, "close_rate", scope, "street", numbers[outside])
        assert set(below["code"]) <= {"J1"}
        assert figures_by_lead(build, reader, "close_rate", scope, numbers["J2"]).empty


def test_no_query_reads_facts_outside(city: tuple[Build, dict[str, int]]) -> None:
    """Every statement carries the reader's range for the rows it counts."""
    build, numbers = city
    reader = reader_of(build, numbers["J2"])
    for indicator in INDICATORS:
        for statement in evidence_sql(build, reader, indicator.id, default_scope(build)):
            assert f"BETWEEN {reader.first_no} AND {reader.last_no}" in statement
            assert all(reader.sees(row[0]) for row in build.rows(statement))


def test_by_lead_counts_only_ones_own_cases(city: tuple[Build, dict[str, int]]) -> None:
    build, numbers = city
    table = figures_by_lead(build, reader_of(build, numbers["X111"]), "geo_match_rate", default_scope(build))
    assert dict(zip(table["code"], table["denominator"], strict=True)) == {"物业A": 2, "街道甲": 2, "": 2}


def test_search_and_points_stay_inside(city: tuple[Build, dict[str, int]]) -> None:
    build, numbers = city
    frame, reader = units(build), reader_of(build, numbers["J2"])
    assert frame.search("兴隆", EVERYBODY) and not frame.search("兴隆", reader)
    assert frame.unit_at(104.0005, 30.0005, EVERYBODY) == numbers["M1111"] and frame.unit_at(104.0005, 30.0005, reader) is None
    assert frame.path(numbers["M2111"], reader) == "J2号 / S21号 / X211号"


def test_attention_names_only_ones_own_units(city: tuple[Build, dict[str, int]]) -> None:
    build, numbers = city
    reader = reader_of(build, numbers["J2"])
    for under in (1, numbers["J1"], numbers["J2"]):
        assert all(item.unit_no == 0 or reader.sees(item.unit_no) for item in attention(build, reader, default_scope(build), under))


@pytest.mark.parametrize(("role", "level", "state"), [("admin", "street", "unstable"), ("steward", "micro", "unstable"), ("leader", "street", "suppressed"), ("analyst", "micro", "suppressed")])
def test_sensitive_classes_are_not_shown_in_small_numbers(city: tuple[Build, dict[str, int]], role: str, level: str, state: str) -> None:
    """1101 is a ★ class: one case in J3, at M3111."""
    build, _ = city
    scope = parse_scope(build, where=("category=1101",))
    table = figures(build, Reader(role, 1, 10**9), "geo_match_rate", scope, level).set_index("code")  # type: ignore[arg-type]
    unit = {"street": "J3", "micro": "M3111"}[level]
    assert table.loc[unit, "state"] == state
    assert (table.loc[unit, ["numerator", "denominator", "value"]].isna().all()) == (state == "suppressed")


def test_the_public_sees_communities_and_coarser_and_no_small_rates(city: tuple[Build, dict[str, int]]) -> None:
    build, _ = city
    public, scope = Reader("public", 1, 10**9), default_scope(build)
    assert set(figures(build, public, "close_rate", scope, "street")["state"]) == {"suppressed"}
    assert set(figures(build, public, "grid_size_ok_rate", scope, "micro")["state"]) == {"suppressed"}
    assert set(figures(build, public, "grid_size_ok_rate", scope, "community")["state"]) == {"unstable"}  # grids are exact


def test_counts_of_few_persons_in_hardship_stop_at_the_community(city: tuple[Build, dict[str, int]]) -> None:
    """E6: floating members and care visits, all roles but those nothing is kept from."""
    build, numbers = city
    for role, state in (("leader", "suppressed"), ("admin", "unstable")):
        assert figure(build, Reader(role, 1, 10**9), "floating_contact_rate", default_scope(build), numbers["X112"]).state == state
        assert figure(build, Reader(role, 1, 10**9), "floating_contact_rate", default_scope(build), numbers["S11"]).state == state  # 1 person
