"""Sealing: the pointer moves at once or not at all, five builds stay, rollback, one builder at a time."""

import json
from pathlib import Path

import pytest

from etl.load.publish import begin, builds, make_current, prune, publish, rollback, sole_builder
from etl.model.errors import AtlasError
from etl.query.duck import open_build as open_for_writing
from etl.query.warehouse import open_build
from tests.tiny_city import tiny_city


def sealed(warehouse: Path, build_id: str) -> Path:
    work = begin(warehouse, build_id)
    (work / "tiles").mkdir()
    (work / "warehouse.duckdb").write_bytes(build_id.encode())
    (work / "tiles" / "micro.pmtiles").write_bytes(b"x")
    return publish(warehouse, work, {"build_id": build_id})


def test_manifest_lists_every_file_with_its_hash(tmp_path: Path) -> None:
    folder = sealed(tmp_path, "20260101-000000-aaaa")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert set(manifest["files"]) == {"warehouse.duckdb", "tiles/micro.pmtiles"}
    assert manifest["files"]["tiles/micro.pmtiles"] == {"bytes": 1, "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}
    assert (tmp_path / "CURRENT").read_text().strip() == "20260101-000000-aaaa"


def test_the_last_five_stay_and_the_current_one_always(tmp_path: Path) -> None:
    ids = [f"2026010{n}-000000-aaaa" for n in range(1, 9)]
    for build_id in ids:
        sealed(tmp_path, build_id)
    assert builds(tmp_path) == ids[-5:]
    make_current(tmp_path, ids[3])
    sealed_ids = builds(tmp_path)
    rollback(tmp_path, ids[3], None)
    for build_id in ("20260201-000000-aaaa", "20260202-000000-aaaa"):
        work = begin(tmp_path, build_id)
        (work / "manifest.json").write_text("{}")
        work.rename(tmp_path / build_id)
    prune(tmp_path)
    assert ids[3] in builds(tmp_path) and len(sealed_ids) == 5


def test_rollback_goes_one_back_or_says_why_not(tmp_path: Path) -> None:
    sealed(tmp_path, "20260101-000000-aaaa")
    with pytest.raises(AtlasError, match="没有更早的成品"):
        rollback(tmp_path, None, "20260101-000000-aaaa")
    sealed(tmp_path, "20260102-000000-aaaa")
    assert rollback(tmp_path, None, "20260102-000000-aaaa") == "20260101-000000-aaaa"
    assert (tmp_path / "CURRENT").read_text().strip() == "20260101-000000-aaaa"
    with pytest.raises(AtlasError, match="没有成品 20990101"):
        rollback(tmp_path, "20990101", None)


def test_two_builders_do_not_meet(tmp_path: Path) -> None:
    with sole_builder(tmp_path), pytest.raises(AtlasError, match="另一个导入"), sole_builder(tmp_path):
        pass
    with sole_builder(tmp_path):
        pass


def test_leftovers_of_a_dead_build_are_swept(tmp_path: Path) -> None:
    begin(tmp_path, "dead")
    begin(tmp_path, "next")
    assert [path.name for path in tmp_path.glob(".work-*")] == [".work-next"]


def test_a_build_of_an_older_version_is_told(tmp_path: Path) -> None:
    """Its figures would fail one by one on every page: one sentence says what to do."""
    build, _ = tiny_city(tmp_path)
    build.close()
    file = build.folder / "warehouse.duckdb"
    with open_for_writing(file) as con:
        con.execute("ALTER TABLE member_stat DROP COLUMN until_on")
    with pytest.raises(AtlasError, match=r"member_stat\.until_on.*etl build"):
        open_build(tmp_path, verify=False)
