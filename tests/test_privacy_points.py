"""Masks and points (E2, E6, E7, E10, E12): what a list or a map of cases shows of one case."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from etl.query import jitter
from etl.query.jitter import general_grid, shown_points
from etl.query.masking import CONDUCT, WITHHELD, mask_name, mask_payee, mask_phone, mask_place, mask_text, visible_cases
from etl.query.reader import Reader
from etl.query.units import units
from etl.query.warehouse import Build
from tests.tiny_city import tiny_city

M_LON, M_LAT = 111_320 * np.cos(np.radians(30.0005)), 111_320


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Build, dict[str, int]]]:
    folder = tmp_path_factory.mktemp("points") / "warehouse"
    build, numbers = tiny_city(folder)
    folder.with_name("warehouse.key").write_bytes(b"0123456789abcdef0123456789abcdef")
    yield build, numbers
    build.close()


@pytest.fixture(autouse=True)
def no_key_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATLAS_KEY", raising=False)


def cases(city: tuple[Build, dict[str, int]], n: int = 200, code: str = "X111", code4: str = "0101") -> pd.DataFrame:
    """Cases in the middle of a compound of three micro-grids (about 290 × 111 m)."""
    build, numbers = city
    unit = units(build).unit(numbers[code])
    return pd.DataFrame({"case_no": [f"k{i}" for i in range(n)], "source_system": "12345", "unit_no": numbers["M1112"], "code4": code4, "lon": unit.lon, "lat": unit.lat})


def who(build: Build, role: str, unit_no: int = 1) -> Reader:
    return Reader(role, unit_no, int(units(build).last_no[unit_no - 1]))  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["leader", "analyst"])
def test_points_move_30_to_80_metres_and_stay_in_the_general_grid(city: tuple[Build, dict[str, int]], role: str) -> None:
    build, numbers = city
    rows = cases(city)
    shown = shown_points(build, who(build, role), rows)
    moved = np.hypot((shown["lon"] - rows["lon"]) * M_LON, (shown["lat"] - rows["lat"]) * M_LAT)
    assert shown["lon"].notna().all() and moved.between(29.5, 80.5).all() and moved.std() > 5
    west, south, east, north = units(build).unit(numbers["X111"]).bounds  # type: ignore[misc]
    assert shown["lon"].between(west, east).all() and shown["lat"].between(south, north).all()
    assert not rows["lon"].equals(shown["lon"]) and rows["lon"].nunique() == 1, "the caller's rows stay as they were"


def test_the_same_case_is_always_at_the_same_place(city: tuple[Build, dict[str, int]]) -> None:
    """Averages over many looks, other rows beside it, another reader, another order: all give the same point."""
    build, numbers = city
    rows = cases(city)
    first = shown_points(build, who(build, "leader"), rows).set_index("case_no")[["lon", "lat"]]
    for again in (rows.sample(frac=1, random_state=1), rows.iloc[:7]):
        other = shown_points(build, who(build, "analyst", numbers["J1"]), again).set_index("case_no")[["lon", "lat"]]
        assert other.equals(first.loc[other.index])


def test_repeats_do_not_average_out(city: tuple[Build, dict[str, int]]) -> None:
    rows = cases(city).assign(repeat_of="first")
    shown = shown_points(city[0], who(city[0], "leader"), rows)
    assert shown["lon"].nunique() == 1 and shown["lat"].nunique() == 1


def test_another_key_gives_other_places_and_no_key_none(city: tuple[Build, dict[str, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    build, _ = city
    rows, reader = cases(city, 5), who(build, "leader")
    first = shown_points(build, reader, rows)["lon"]
    monkeypatch.setenv("ATLAS_KEY", "another key of some length")
    assert (shown_points(build, reader, rows)["lon"] != first).all()
    monkeypatch.setattr(jitter, "jitter_key", lambda build: None)
    assert shown_points(build, reader, rows)["lon"].isna().all()


def test_a_grid_too_small_for_a_shift_shows_no_point(city: tuple[Build, dict[str, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jitter, "_shape", lambda build, grid: units(build).shapes([grid])[grid].centroid.buffer(0.0001))
    jitter._shapes.clear()
    assert shown_points(city[0], who(city[0], "leader"), cases(city, 5))["lon"].isna().all()
    jitter._shapes.clear()


def test_only_the_steward_sees_exact_and_sensitive_points(city: tuple[Build, dict[str, int]]) -> None:
    build, numbers = city
    steward = who(build, "steward", numbers["M1112"])
    for code4, roles in (("0101", ("steward", "admin", "data_steward")), ("1101", ("steward",))):
        rows = cases(city, 3, code4=code4)
        for role in ("steward", "admin", "data_steward", "leader", "analyst", "auditor", "public"):
            shown = shown_points(build, steward if role == "steward" else who(build, role), rows)["lon"]
            assert shown.equals(rows["lon"]) == (role in roles), (code4, role)
            assert shown.isna().all() == (role in ("auditor", "public") or (code4 == "1101" and role != "steward")), (code4, role)
    assert shown_points(build, who(build, "steward", numbers["M1111"]), cases(city, 3))["lon"].isna().all(), "another steward's grid"


def test_the_general_grid_of_a_unit(city: tuple[Build, dict[str, int]]) -> None:
    build, numbers = city
    assert general_grid(units(build), numbers["M1112"]) == numbers["X111"] and general_grid(units(build), numbers["S11"]) == numbers["S11"]


def listed(build: Build, reader: Reader, department: str = "") -> set[str]:
    return {row[0] for row in build.rows(f'SELECT case_no FROM "case" c WHERE {visible_cases(build, reader, "c", department)}')}


def test_which_cases_are_listed(city: tuple[Build, dict[str, int]]) -> None:
    """E6, E8, E12 on the tiny city, where c17 (at M3111) is a ★ case."""
    build, numbers = city
    every = {row[0] for row in build.rows('SELECT case_no FROM "case"')}
    assert listed(build, who(build, "admin")) == every
    assert listed(build, who(build, "leader")) == every - {"c17"} == listed(build, who(build, "analyst"))
    assert listed(build, who(build, "steward", numbers["M3111"])) == {"c17"}, "the handler"
    assert listed(build, who(build, "steward", numbers["M1111"])) == {"c1", "c2", "c9", "c22"}
    assert listed(build, who(build, "public")) == set() == listed(build, who(build, "auditor"))
    assert listed(build, who(build, "leader", numbers["J1"])) == listed(build, who(build, "leader")) & {
        row[0] for row in build.rows(f'SELECT case_no FROM "case" WHERE unit_no BETWEEN {numbers["J1"]} AND {units(build).last_no[numbers["J1"] - 1]}')
    }


def test_conduct_complaints_are_not_listed_to_the_office_complained_of(city: tuple[Build, dict[str, int]]) -> None:
    build, numbers = city
    assert CONDUCT in WITHHELD
    for role, code in (("leader", "J1"), ("leader", "S11"), ("steward", "M1111"), ("analyst", "D1"), ("leader", "C")):
        condition = visible_cases(build, who(build, role, numbers[code]), "c")
        assert build.rows(f"SELECT 1 FROM (SELECT {numbers['M1111']} AS unit_no, '{CONDUCT}' AS code4, '纪委' AS lead_unit) c WHERE {condition}") == []
    admin = visible_cases(build, who(build, "admin"), "c", "城管局")
    rows = build.rows(f"SELECT lead_unit FROM (SELECT {numbers['M1111']} AS unit_no, '{CONDUCT}' AS code4, unnest(['城管局', '纪委']) AS lead_unit) c WHERE {admin}")
    assert rows == [("纪委",)], "not to the department it is about"
    quoted = visible_cases(build, who(build, "admin"), "c", "a' OR '1'='1")
    assert build.rows(f'SELECT count(*) FROM "case" c WHERE {quoted}')[0][0] == len(listed(build, who(build, "admin")))


@pytest.mark.parametrize(("name", "masked"), [("张三", "张*"), ("欧阳娜娜", "欧阳*"), ("诸葛亮", "诸葛*"), ("阿依努尔·买买提", "阿*"), ("John Smith", "J*"), ("  王伟 ", "王*"), ("", "*")])
def test_names(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(("phone", "masked"), [
    ("13812345678", "138****5678"), ("138 1234 5678", "138****5678"), ("１３８１２３４５６７８", "138****5678"), ("+86-138-1234-5678", "138****5678"), ("028-87654321", "028-****4321"),
    ("12345", "****"), ("无", "****"),
])  # fmt: skip
def test_phones(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize("said", [
    "电话13812345678", "１３８１２３４５６７８来电", "138 1234 5678", "身份证51010719850312301X", "５１０１０７１９８５０３１２３０１２", "座机028-85123456", "车牌川A12345", "住3栋2单元501室", "三栋二单元", "5-2-1201", "1503室",
    "川A·D12345", "３栋２单元１５０２",
])  # fmt: skip
def test_texts(said: str) -> None:
    masked = mask_text(said)
    for secret in ("12345678", "1234567", "5123456", "85031", "A12345", "D12345", "501", "1201", "1503", "1502", "二单元", "1985"):
        assert secret not in masked, masked
    assert mask_text(masked) == masked


@pytest.mark.parametrize("said", ["请拨打12345热线", "2026年3月5日停水", "工单A1024已办结", "涉及30户", "幸福路12号院", "网格510107021001G004"])
def test_ordinary_words_stay(said: str) -> None:
    assert mask_text(said) == said


@pytest.mark.parametrize(("place", "masked"), [("阳光花园3栋2单元501", "阳光花园"), ("幸福路12号院3号楼", "幸福路12号院"), ("锦绣苑A座1201", "锦绣苑"), ("东大街", "东大街"), ("", ""), (None, "")])
def test_places(place: str | None, masked: str) -> None:
    assert mask_place(place) == masked


@pytest.mark.parametrize(("payee", "masked"), [
    ("李四", "李*"), ("王小明", "王*"), ("欧阳娜娜", "欧阳*"), ("王小明（个人）", "王*"), ("个体户张三", "张*"), ("阿依努尔·买买提", "阿*"), ("John Smith", "J*"),
    ("爱有戏社区发展中心", "爱有戏社区发展中心"), ("高新物业", "高新物业"), ("祥堰邻里互助社", "祥堰邻里互助社"), ("中建三局", "中建三局"), ("金沙社工", "金沙社工"), ("张家老店", "张家老店"), ("", ""), (None, ""),
])  # fmt: skip
def test_payees(payee: str | None, masked: str) -> None:
    assert mask_payee(payee) == masked
