"""A day's files over a copy of the last build give what reading everything anew gives (日更 = 全量)."""

import random
import shutil
from pathlib import Path

import duckdb
import pytest

from etl.load import build as whole_build
from etl.load import daily
from etl.load.build import build
from etl.model.tables import BY_NAME

UNITS = """网格编码,网格名称,网格级别,上级编码,户数
C,市,市,,
D1,东区,区,C,
J1,一街,街道,D1,
S1,甲社区,社区,J1,
S2,乙社区,社区,J1,
X1,梅园,小区,S1,
X2,兰园,小区,S1,
X3,竹园,小区,S2,
M1,梅园一格,微网格,X1,50
M2,兰园一格,微网格,X2,60
M3,竹园一格,微网格,X3,70
"""
SOURCES = """[city]
name = "测试市"
[[source]]
feed = "unit"
path = "units.csv"
[[source]]
feed = "compound"
path = "compounds.csv"
[[source]]
feed = "case"
path = "cases/*.csv"
crs = "EPSG:4490"
[source.constant]
source_system = "12345"
[[source]]
feed = "case_event"
path = "events/*.csv"
"""
COMPOUNDS = """小区编号,小区名称,小区别名,网格编码
K1,梅园,梅花苑,X1
K2,兰园,兰花苑；老兰园,X2
K3,竹园,,X3
"""
CASE = "工单编号,来电时间,立案时间,办结时间,事项编码,来电人电话,小区点位,被反映社区,经度,纬度,办理状态"
EVENT = "工单编号,来源系统,序号,环节时间,环节,单位"
PLACES = ("梅园", "兰花苑", "竹园", "无名园")


def case_lines(rng: random.Random, numbers: list[int], day: int) -> list[str]:
    """One file's cases; a number met before is an update of it: closed, moved, or its caller corrected."""
    lines = [CASE]
    for number in numbers:
        hour = rng.randrange(24)
        closed = f"2026-03-{min(day + rng.randrange(9), 28):02d} 12:00:00" if rng.random() < 0.6 else ""
        phone = f"1380000{rng.randrange(6):04d}"
        place = rng.choice(PLACES)
        point = rng.choice(("104.5,30.5", "104.1,30.1", ",", ",", ","))
        status = rng.choice(("已办结" if closed else "办理中", "", "作废" if rng.random() < 0.1 else ""))
        filed = "2026-13-40" if rng.random() < 0.05 else f"2026-03-{day:02d} {hour:02d}:30:00"  # a few unreadable dates
        no = "" if rng.random() < 0.03 else f"A{number}"
        lines.append(f"{no},2026-03-{day:02d} {hour:02d}:10:{number % 60:02d},{filed},{closed},{rng.choice(('0101', '0304', '9999', ''))},{phone},{place},{rng.choice(('甲社区', '乙社区', ''))},{point},{status}")
    return lines


def event_lines(rng: random.Random, numbers: list[int]) -> list[str]:
    return [EVENT, *(f"A{number},12345,{rng.randrange(1, 4)},2026-03-{rng.randrange(1, 28):02d} 10:00:00,{rng.choice(('派单', '退单', '办结'))},甲街道办" for number in numbers)]


def city(folder: Path, seed: int, days: int) -> None:
    """`days` files of cases and events; later files bring back earlier case numbers."""
    rng = random.Random(seed)
    (folder / "cases").mkdir(parents=True)
    (folder / "events").mkdir()
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    (folder / "compounds.csv").write_text(COMPOUNDS, encoding="utf-8")
    (folder / "sources.toml").write_text(SOURCES, encoding="utf-8")
    seen: list[int] = []
    for day in range(1, days + 1):
        fresh = list(range(len(seen), len(seen) + rng.randrange(5, 25)))
        again = rng.sample(seen, min(len(seen), rng.randrange(0, 6)))
        seen += fresh
        (folder / "cases" / f"{day:02d}.csv").write_text("\n".join(case_lines(rng, fresh + again, day)) + "\n", encoding="utf-8")
        (folder / "events" / f"{day:02d}.csv").write_text("\n".join(event_lines(rng, rng.sample(seen, min(len(seen), 15)))) + "\n", encoding="utf-8")


def facts(folder: Path) -> dict[str, list[tuple]]:
    """Every row of the build's tables, files by name, in an order of their own."""
    found = {}
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as con:
        for feed in ("case", "case_event", "unit"):
            columns = [name for (name,) in con.execute(f"SELECT column_name FROM (DESCRIBE \"{feed}\") WHERE column_name NOT IN ('file_no', 'geom')").fetchall()]
            names = ", ".join(f'f."{column}"' for column in columns)
            file = "" if feed == "unit" else ", m.name"
            join = "" if feed == "unit" else "LEFT JOIN meta_file m USING (file_no)"
            found[feed] = sorted(con.execute(f'SELECT {names}{file} FROM "{feed}" f {join}').fetchall(), key=repr)
        found["finding"] = sorted(con.execute("SELECT * FROM finding WHERE rule <> 'public_withheld'").fetchall(), key=repr)
        found["meta_feed"] = sorted(con.execute("SELECT * FROM meta_feed").fetchall())
        found["meta"] = sorted(con.execute("SELECT * FROM meta WHERE key NOT IN ('build_id', 'built_at')").fetchall())
    return found


def built(sources: Path, warehouse: Path) -> tuple[Path, dict]:
    result = build(sources / "sources.toml", warehouse, allow_jump=True)
    assert result.folder is not None
    return result.folder, result.manifest


@pytest.mark.parametrize("seed", range(4))
def test_added_days_equal_a_build_of_everything(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_KEY", "k" * 32)
    whole, growing = tmp_path / "whole", tmp_path / "growing"
    city(whole, seed, 9)
    shutil.copytree(whole, growing)
    (whole / "events/10.csv").write_text((whole / "events/04.csv").read_text("utf-8").replace("派单", "退单"), encoding="utf-8")
    (growing / "events/10.csv").write_bytes((whole / "events/10.csv").read_bytes())  # a day of events alone
    late = sorted((growing / "cases").iterdir())[6:] + sorted((growing / "events").iterdir())[6:]
    held = {file: file.read_bytes() for file in late}
    for file in late:
        file.unlink()
    built(growing, tmp_path / "wh")
    for day in ("07", "08", "09", "10"):
        for file, body in held.items():
            if file.stem == day:
                file.write_bytes(body)
        added, manifest = built(growing, tmp_path / "wh")
    full, expected = built(whole, tmp_path / "wh-full")
    assert facts(added) == facts(full)
    assert manifest["feeds"] == expected["feeds"] and manifest["data_date"] == expected["data_date"]


def test_a_file_that_sorts_earlier_does_not_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_KEY", "k" * 32)
    whole, growing = tmp_path / "whole", tmp_path / "growing"
    city(whole, 3, 6)
    shutil.copytree(whole, growing)
    early = growing / "cases" / "02.csv"
    body = early.read_bytes()
    early.unlink()
    built(growing, tmp_path / "wh")
    early.write_bytes(body)
    added, _ = built(growing, tmp_path / "wh")
    full, _ = built(whole, tmp_path / "wh-full")
    assert facts(added)["case"] == facts(full)["case"]


def test_a_case_that_comes_after_its_steps_takes_them_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_KEY", "k" * 32)
    city(tmp_path / "in", 1, 2)
    (tmp_path / "in/events/02.csv").write_text(f"{EVENT}\nLATE,12345,1,2026-03-02 10:00:00,派单,甲街道办\n", encoding="utf-8")
    before, _ = built(tmp_path / "in", tmp_path / "wh")
    (tmp_path / "in/cases/03.csv").write_text(f"{CASE}\nLATE,2026-03-02 09:00:00,,,0101,,梅园,,,,\n", encoding="utf-8")
    added, _ = built(tmp_path / "in", tmp_path / "wh")
    full, _ = built(tmp_path / "in", tmp_path / "wh-full")
    assert facts(added) == facts(full) != facts(before)
    assert ("case_event", "events/02.csv", 2, "not_placed") in {(feed, file, row, rule) for feed, file, row, _, rule, *_ in facts(before)["finding"]}


def test_history_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    city(tmp_path / "in", 1, 5)
    (tmp_path / "in/cases/05.csv").rename(tmp_path / "05.csv")
    built(tmp_path / "in", tmp_path / "wh")
    shutil.move(tmp_path / "05.csv", tmp_path / "in/cases/05.csv")
    read: list[str] = []
    original = daily.read_files
    monkeypatch.setattr(daily, "read_files", lambda state, jobs: (read.extend(job.name for job in jobs), original(state, jobs)))
    built(tmp_path / "in", tmp_path / "wh")
    assert read == ["cases/05.csv"]


@pytest.mark.parametrize("change", ["units", "old file", "rules", "removed"])
def test_anything_else_that_changed_builds_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    city(tmp_path / "in", 1, 3)
    built(tmp_path / "in", tmp_path / "wh")
    match change:
        case "units":
            (tmp_path / "in/units.csv").write_text(UNITS.replace("70", "71"), encoding="utf-8")
        case "old file":
            old = tmp_path / "in/cases/01.csv"
            old.write_text(old.read_text("utf-8").replace("梅园", "兰园"), encoding="utf-8")
        case "rules":
            (tmp_path / "in/rules.toml").write_text("[placeholder]\nrows = 7\n", encoding="utf-8")
        case "removed":
            (tmp_path / "in/events/03.csv").unlink()
    monkeypatch.setattr(daily, "add", lambda *_: pytest.fail("added to a build that does not hold"))
    built(tmp_path / "in", tmp_path / "wh")


def test_a_file_changed_while_it_was_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Digests are taken beside the reading: of a file written to meanwhile nobody knows which text was read."""
    city(tmp_path / "in", 1, 3)
    file, original = tmp_path / "in/cases/02.csv", whole_build.read_files

    def written_meanwhile(*given: object) -> None:
        original(*given)
        file.write_bytes(file.read_bytes() + file.read_bytes().splitlines(keepends=True)[-1].replace(b"G", b"Z", 1))

    monkeypatch.setattr(whole_build, "read_files", written_meanwhile)
    before = built(tmp_path / "in", tmp_path / "wh")[1]
    monkeypatch.setattr(whole_build, "read_files", original)
    now = built(tmp_path / "in", tmp_path / "wh")[1]
    assert now["feeds"]["case"]["rows_read"] == before["feeds"]["case"]["rows_read"] + 1
    assert all(entry["sha256"] for entry in now["inputs"])


def test_a_point_that_becomes_a_fallback_places_old_rows_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old rows at the point must move: the day is not added, everything is read, and nothing is published half-way."""
    monkeypatch.setenv("ATLAS_KEY", "k" * 32)
    city(tmp_path / "in", 2, 2)
    many = [CASE, *(f"B{i},2026-03-05 10:00:00,,,0101,,{PLACES[i % 3]}{i % 40}号院,,104.5,30.5," for i in range(400))]
    built(tmp_path / "in", tmp_path / "wh")
    (tmp_path / "in/cases/05.csv").write_text("\n".join(many) + "\n", encoding="utf-8")
    added, _ = built(tmp_path / "in", tmp_path / "wh")
    full, _ = built(tmp_path / "in", tmp_path / "wh-full")
    assert facts(added) == facts(full)
    with duckdb.connect(str(added / "warehouse.duckdb"), read_only=True) as con:
        assert con.execute("SELECT count(*) FILTER (is_placeholder_point) >= 400 FROM \"case\" WHERE lon = 104.5").fetchone() == (True,)


def test_the_first_place_text_of_all_judges_every_point_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without places a community's name stands in for them; once a day brings places, the rows at a crowded point have none."""
    monkeypatch.setenv("ATLAS_KEY", "k" * 32)
    city(tmp_path / "in", 2, 2)
    for file in (tmp_path / "in/cases").glob("*.csv"):
        file.unlink()
    rows = [f"A{i},2026-03-01 10:00:00,,,0101,,,甲社区,104.5,30.5," for i in range(50)]
    (tmp_path / "in/cases/01.csv").write_text("\n".join([CASE, *rows]) + "\n", encoding="utf-8")
    before, _ = built(tmp_path / "in", tmp_path / "wh")
    (tmp_path / "in/cases/02.csv").write_text(f"{CASE}\n" + "\n".join(f"B{i},2026-03-02 10:00:00,,,0101,,梅园,,104.6,30.6," for i in range(9)) + "\n", encoding="utf-8")
    added, _ = built(tmp_path / "in", tmp_path / "wh")
    full, _ = built(tmp_path / "in", tmp_path / "wh-full")
    assert facts(added) == facts(full)
    flagged = []
    for folder in (before, added):
        with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as con:
            flagged.append(con.execute("SELECT count(*) FROM \"case\" WHERE is_placeholder_point").fetchone())
    assert flagged == [(0,), (50,)]


@pytest.mark.parametrize("name", ["warehouse.duckdb", "public.duckdb"])
def test_a_damaged_build_is_not_added_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    city(tmp_path / "in", 1, 3)
    last, _ = built(tmp_path / "in", tmp_path / "wh")
    expected = facts(last)
    body = bytearray((last / name).read_bytes())
    body[len(body) // 2] ^= 1
    (last / name).write_bytes(body)
    monkeypatch.setattr(daily, "read_files", lambda *_: pytest.fail("added to a damaged build"))
    anew, _ = built(tmp_path / "in", tmp_path / "wh")
    assert facts(anew) == expected


def test_everyday_feeds_are_known() -> None:
    from etl.load.inputs import is_everyday

    assert is_everyday("case") and is_everyday("case_event") and not is_everyday("unit") and not is_everyday("facility")
    assert {name for name in BY_NAME if not is_everyday(name)} >= {"unit", "compound", "building", "contract"}
