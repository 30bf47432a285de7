"""Units by name, code, alias, pinyin and point; the hierarchy; attention and ranking; one computation for many askers."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from etl.model.errors import AtlasError
from etl.query.attention import attention
from etl.query.figures import figure
from etl.query.once import Once
from etl.query.ranking import band_of, ranking
from etl.query.reader import Reader
from etl.query.schema import create_all_sql
from etl.query.scope import default_scope
from etl.query.units import units
from etl.query.vectors import forget_vectors
from etl.query.warehouse import Build, current_id, open_build
from tests.tiny_city import tiny_city

EVERYBODY = Reader("admin", 1, 10**9)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Build, dict[str, int]]]:
    build, numbers = tiny_city(tmp_path_factory.mktemp("warehouse"))
    yield build, numbers
    build.close()


SEARCHES = [("锦绣花园", "X111", "name"), ("锦绣", "X111", "name"), ("锦绣苑", "X111", "alias"), ("一期", "X111", "alias"), ("jinxiu", "X111", "pinyin"),
            ("JXHY", "X111", "initials"), ("ｘ１１１", "X111", "code"), ("xlsq", "S11", "initials"), ("M1112", "M1112", "code")]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "by"), SEARCHES)
def test_search(city: tuple[Build, dict[str, int]], text: str, code: str, by: str) -> None:
    found = units(city[0]).search(text, EVERYBODY)
    assert found[0].unit.code == code and found[0].by == by


def test_search_order_and_limits(city: tuple[Build, dict[str, int]]) -> None:
    frame = units(city[0])
    found = [hit.unit.code for hit in frame.search("x111", EVERYBODY)]
    assert found[0] == "X111"
    assert [hit.unit.code for hit in frame.search("号", EVERYBODY, limit=3)] == ["C", "D1", "J1"]  # coarse first
    assert frame.search("   ", EVERYBODY) == [] and frame.search("没有的名字", EVERYBODY) == []
    assert [hit.unit.unit_no for hit in frame.search("M2121", EVERYBODY)] == [city[1]["M2121"]]  # the version in force
    assert frame.search("M1111", EVERYBODY)[0].path == "D1号 / J1号 / 兴隆社区 / 锦绣花园"


def test_hierarchy(city: tuple[Build, dict[str, int]]) -> None:
    build, numbers = city
    frame = units(build)
    assert [frame.code[no - 1] for no in frame.ancestors(numbers["M2121"])] == ["C", "D1", "J2", "S21", "X212"]
    assert frame.ancestors(1) == ()
    today, june = (frame.children(numbers["X212"], day) for day in (date(2026, 10, 31), date(2026, 6, 30)))
    assert today.tolist() == [numbers["M2121"], numbers["M2122"], numbers["M2123"]]
    assert june.tolist() == [numbers["M2121@old"], numbers["M2122"], numbers["M2123"]]
    assert frame.by_code("M2121") == numbers["M2121"] and frame.by_code("M2121", date(2026, 6, 30)) == numbers["M2121@old"]
    assert frame.by_code("nowhere") is None
    unit = frame.unit(numbers["J2"])
    assert (unit.level, unit.households, unit.population) == ("street", 2000, None)


def test_unit_at_a_point(city: tuple[Build, dict[str, int]]) -> None:
    build, numbers = city
    frame = units(build)
    assert frame.unit_at(104.0005, 30.0005, EVERYBODY) == numbers["M1111"]
    assert frame.unit_at(104.001, 30.0005, EVERYBODY) == numbers["M1111"]  # shared border: the lower code
    assert frame.unit_at(104.0005, 30.0005, EVERYBODY, level="street") == numbers["J1"]
    assert frame.unit_at(105, 30, EVERYBODY) is None
    old = frame.shapes([numbers["M2121"]])[numbers["M2121"]].centroid
    assert frame.unit_at(old.x, old.y, EVERYBODY, day=date(2026, 6, 30)) == numbers["M2121@old"]
    assert frame.unit_at(old.x, old.y, EVERYBODY) == numbers["M2121"]


def test_attention(city: tuple[Build, dict[str, int]]) -> None:
    build, numbers = city
    items = attention(build, EVERYBODY, default_scope(build), numbers["D1"])
    found = {(item.watch, item.code): item.count for item in items}
    assert found[("overdue", "J1")] == 2 and found[("overdue", "D1")] == 1  # c21 belongs to no street
    assert found[("due_soon", "J1")] == 1  # c9, due at 24:00 of the data date
    assert found[("whistle", "J1")] == 2 and ("whistle", "J3") not in found
    assert found[("uncovered", "J1")] == 9 and found[("unstaffed", "J2")] == 9
    assert [item.name for item in items if item.watch == "stale"] == ["member_stat"]  # 31 days old
    assert items[0].query == (("unit", "J1"), ("ind", "overdue_open_n")) and "2" in items[0].reason.zh


def test_attention_speaks_only_of_connected_feeds(tmp_path: Path) -> None:
    build, _ = tiny_city(tmp_path, feeds=("case",))
    assert {item.watch for item in attention(build, EVERYBODY, default_scope(build))} <= {"overdue", "due_soon", "stale"}


def test_ranking_has_bands_and_does_not_rank_small_numbers(city: tuple[Build, dict[str, int]]) -> None:
    build, _ = city
    table = ranking(build, EVERYBODY, "close_rate", default_scope(build), "street")
    assert table["rank"].isna().all()  # fewer than 30 cases each
    assert (table["state"] == "unstable").all() and table["band"].isna().all(), "nor do they get a light"
    stock = ranking(build, EVERYBODY, "grid_size_ok_rate", default_scope(build), "street")
    assert stock["band"].iloc[0] in ("red", "amber", "green")
    assert stock[["code", "rank"]].head(2).values.tolist() == [["J1", 1], ["J2", 2]]
    assert band_of(build, "overdue_open_n", 3) == "amber" and band_of(build, "case_per_1000hh", 3) is None and band_of(build, "close_rate", None) is None


def test_the_schema_explains_every_column(city: tuple[Build, dict[str, int]]) -> None:
    build, _ = city
    bare = build.rows("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND coalesce(comment, '') = ''")
    assert bare == []
    columns = {name for (name,) in build.rows("SELECT column_name FROM duckdb_columns() WHERE table_name = 'case'")}
    assert {"unit_no", "placed_by", "caller_hash", "counted_at", "limit_at", "extra"} <= columns and not {"caller", "phone"} & columns
    assert "CREATE TABLE" in create_all_sql(())


def test_a_damaged_or_absent_build_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AtlasError):
        open_build(tmp_path)
    build, _ = tiny_city(tmp_path)
    build.close()
    assert current_id(tmp_path) == build.id
    with pytest.raises(AtlasError):
        open_build(tmp_path, "20200101-000000")
    database = build.folder / "warehouse.duckdb"
    data = bytearray(database.read_bytes())
    data[-5000] ^= 1
    database.write_bytes(bytes(data))
    with pytest.raises(AtlasError) as error:
        open_build(tmp_path)
    assert "warehouse.duckdb" in error.value.text.zh and error.value.exit_code == 1


def test_many_threads_one_computation(city: tuple[Build, dict[str, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    build, _ = city
    asked: list[str] = []
    original = Build.arrays
    monkeypatch.setattr(Build, "arrays", lambda self, sql, params=None: (asked.append(sql), original(self, sql, params))[1])
    units(build)
    forget_vectors()
    asked.clear()
    answers: list[float | None] = []
    start = threading.Barrier(16)

    def ask() -> None:
        start.wait()
        answers.append(figure(build, EVERYBODY, "close_rate", default_scope(build), 1).value)

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [12 / 16] * 16 and len(asked) == 1


def test_once_keeps_the_latest_and_forgets_failures() -> None:
    cache: Once[int, int] = Once(capacity=2)
    made: list[int] = []

    def make(value: int) -> int:
        made.append(value)
        return value

    for key in (1, 2, 1, 3, 1, 2):
        assert cache.get(key, lambda key=key: make(key)) == key
    assert made == [1, 2, 3, 2]
    with pytest.raises(ZeroDivisionError):
        cache.get(9, lambda: 1 // 0)
    assert cache.get(9, lambda: 9) == 9
