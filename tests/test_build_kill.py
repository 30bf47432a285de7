"""A build killed at any moment leaves what is served whole; a damaged build is never opened."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from etl.load.build import build
from etl.load.publish import sole_builder
from etl.model.errors import AtlasError
from etl.query.warehouse import current_id, open_build
from tests.mini_city import ROOT, Built, City, case, etl

STEPS = 7  # lines on stderr that begin with a time


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    city = City(tmp_path_factory.mktemp("kill")).units().add("case", [case(n) for n in range(30)])
    city.build()
    return city


def started(city: City, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", "etl", "build", city.sources, "--warehouse", city.warehouse, *(options or ("--anew",))], cwd=ROOT, stderr=subprocess.PIPE, text=True,
                            encoding="utf-8", env={**os.environ, "PYTHONIOENCODING": "utf-8"})  # fmt: skip


def reach(process: subprocess.Popen[str], step: int) -> None:
    """Read on until the build says that it has begun this step (0 = nothing said yet)."""
    assert process.stderr is not None
    for line in process.stderr:
        step -= line.startswith("[")
        if step <= 0:
            return


def kill_at(city: City, step: int, delay: float) -> bool:
    """Kill a real build some time after it began a step; whether the kill came before the end."""
    process = started(city)
    reach(process, step)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def served(city: City) -> str:
    """The current build opens, its files have their hashes, its rows are all there."""
    opened = open_build(city.warehouse)
    assert opened.rows('SELECT count(*), count(DISTINCT case_no) FROM "case"') == [(30, 30)]
    assert opened.rows("SELECT value FROM meta WHERE key = 'build_id'") == [(opened.id,)]
    opened.close()
    for folder in city.warehouse.glob("2*"):
        json.loads((folder / "manifest.json").read_text("utf-8"))  # a folder without a dot is a whole build
    return opened.id


def killed(city: City, steps: list[int], seed: int) -> None:
    """Kill one build after the other; then the next one succeeds and sweeps up."""
    chance = random.Random(seed)
    hits = 0
    for step in steps:
        for attempt in range(6):  # on a busy machine a kill may come after the end: then the next comes sooner
            before = str(current_id(city.warehouse))
            hit = kill_at(city, step, chance.uniform(0, 0.12 if step < STEPS else 0.03) / 2**attempt)
            assert served(city) >= before
            if hit:
                break
        hits += hit
    assert hits >= len(steps) * 0.6, "the kills came too late to prove anything"
    build(city.sources, city.warehouse)
    assert not list(city.warehouse.glob(".work-*")), "the next build sweeps what dead ones left"
    served(city)


def test_kills_while_a_day_is_added(city: City) -> None:
    """Nothing changed, so each build copies the last one: killed at any moment, the copy goes and the last one stays."""
    chance = random.Random(7)
    for _ in range(5):
        process = started(city, "--allow-jump")
        time.sleep(chance.uniform(0.7, 1.8))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        served(city)
    build(city.sources, city.warehouse)
    assert not list(city.warehouse.glob(".work-*"))
    served(city)


def test_kills_at_six_moments(city: City) -> None:
    killed(city, [1, 3, 5, 6, STEPS, STEPS], seed=20261122)  # the pointer moves in the last step


@pytest.mark.soak
def test_kills_at_sixty_moments(city: City) -> None:
    killed(city, [step % STEPS + 1 for step in range(60)], seed=7)


def test_of_two_builders_one_is_refused_with_a_sentence(city: City) -> None:
    with sole_builder(city.warehouse):  # as the first build holds it
        second = city.command()
    assert second.returncode == 1 and "另一个导入" in second.stderr
    assert city.command().returncode == 0
    served(city)


@pytest.fixture
def copied(city: City, tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the warehouse (hard links broken) and the folder of its current build."""
    warehouse = tmp_path / "warehouse"
    shutil.copytree(city.warehouse, warehouse)
    return warehouse, warehouse / str(current_id(warehouse))


def refused(warehouse: Path, name: str) -> None:
    with pytest.raises(AtlasError) as caught:
        open_build(warehouse)
    assert name in caught.value.text.zh and name in caught.value.text.en


@pytest.mark.parametrize("where", [0.0, 0.3, 0.999])
@pytest.mark.parametrize("name", ["warehouse.duckdb", "public.duckdb", "tiles/micro.pmtiles"])
def test_one_flipped_bit_anywhere_is_noticed(copied: tuple[Path, Path], name: str, where: float) -> None:
    warehouse, folder = copied
    content = bytearray((folder / name).read_bytes())
    content[int(len(content) * where)] ^= 1
    (folder / name).write_bytes(content)
    refused(warehouse, name)


def test_cut_missing_and_unreadable_files_are_noticed(copied: tuple[Path, Path]) -> None:
    warehouse, folder = copied
    whole = (folder / "warehouse.duckdb").read_bytes()
    (folder / "warehouse.duckdb").write_bytes(whole[: len(whole) // 2])
    refused(warehouse, "warehouse.duckdb")
    (folder / "warehouse.duckdb").unlink()
    refused(warehouse, "warehouse.duckdb")
    (folder / "warehouse.duckdb").write_bytes(whole)
    open_build(warehouse).close()
    (folder / "manifest.json").write_text((folder / "manifest.json").read_text("utf-8")[:-9], "utf-8")
    refused(warehouse, "manifest.json")


def test_a_damaged_build_does_not_stand_in_the_way(copied: tuple[Path, Path], city: City) -> None:
    warehouse, folder = copied
    (folder / "warehouse.duckdb").write_bytes(b"")
    done = etl("findings", "--warehouse", warehouse)
    assert done.returncode == 1 and "rollback" in done.stderr
    (folder / "manifest.json").write_text("{", "utf-8")
    status = etl("status", "--warehouse", warehouse)
    assert status.returncode == 0 and folder.name in status.stdout, "one broken build must not hide the others"
    assert Built(warehouse, build(city.sources, warehouse)).account("case") == (30, 30, 0, 0)


def test_damaged_tiles_are_made_anew_not_sealed_again(copied: tuple[Path, Path], city: City) -> None:
    warehouse, folder = copied
    tile = folder / "tiles" / "micro.pmtiles"
    good = tile.read_bytes()
    assert os.stat(Built(warehouse, build(city.sources, warehouse)).build.folder / "tiles" / "micro.pmtiles").st_ino == tile.stat().st_ino, "tiles are shared"
    tile.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))  # through the link this damages the newest build too
    again = Built(warehouse, build(city.sources, warehouse))
    assert (again.build.folder / "tiles" / "micro.pmtiles").read_bytes() == good
