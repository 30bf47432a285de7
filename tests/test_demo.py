"""The demonstration city: same seed same bytes, exact coverages, every feed filled, numbers as the contract says."""

import hashlib
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest
import shapely

from etl.demo import SCALES, write_demo
from etl.demo.city import City, make_city
from etl.demo.classes import load_classes
from etl.demo.draws import month_sizes
from etl.demo.phrases import PHRASES
from etl.demo.scales import scale_of
from etl.demo.units import focus_tags
from etl.model.errors import CallError
from etl.model.tables import BY_NAME
from etl.model.taxonomy import load_taxonomy
from etl.sources.config import files_of, read_config


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """(folder of the small city, seconds it took)."""
    folder = tmp_path_factory.mktemp("demo_small")
    started = time.perf_counter()
    write_demo(folder, "small")
    return folder, time.perf_counter() - started


@pytest.fixture(scope="module")
def district() -> City:
    return make_city(scale_of("district"), 1)


def hashes(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_same_seed_same_bytes(small: tuple[Path, float], tmp_path: Path) -> None:
    time.sleep(2.1)  # workbooks and archives keep times in steps of two seconds
    write_demo(tmp_path / "again", "small")
    assert hashes(small[0]) == hashes(tmp_path / "again")


def test_another_seed_gives_another_city(small: tuple[Path, float], tmp_path: Path) -> None:
    write_demo(tmp_path, "small", seed=2, cases=400)
    assert hashes(tmp_path)["units/微网格.geojson"] != hashes(small[0])["units/微网格.geojson"]


def test_small_is_quick(small: tuple[Path, float]) -> None:
    assert small[1] < 10


def test_every_feed_has_rows(small: tuple[Path, float]) -> None:
    config = read_config(small[0] / "sources.toml")
    assert {source.feed for source in config.sources} == set(BY_NAME)
    assert all(file.stat().st_size > 100 for source in config.sources for file in files_of(config, source))


def test_marked_as_demonstration(small: tuple[Path, float]) -> None:
    note = (small[0] / "DEMO.txt").read_text(encoding="utf-8")
    assert "演示" in note and "fictional" in note and "seed = 1" in note


def test_city_table_is_that_of_the_contract(small: tuple[Path, float]) -> None:
    city = tomllib.loads((small[0] / "sources.toml").read_text(encoding="utf-8"))["city"]
    assert (city["name"], city["code"], city["data_date"].isoformat()) == ("锦屏市", "590100", "2026-10-31")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_levels_are_exact_coverages(seed: int) -> None:
    city = make_city(scale_of("district"), seed)
    total = {}
    for level, layer in city.plan.layers.items():
        shapes = np.array([shapely.Polygon(np.column_stack([city.plan.lon[ring], city.plan.lat[ring]])) for ring in layer.rings])
        assert shapely.is_valid(shapes).all(), level
        assert shapely.coverage_is_valid(shapes), level
        total[level] = shapely.area(shapes).sum()
    assert total["street"] == pytest.approx(total["community"], rel=1e-9) == pytest.approx(total["compound"], rel=1e-9)


def test_numbers_of_the_district(district: City) -> None:
    numbers = {level: district.n(level) for level in ("district", "street", "community", "compound", "micro")}
    assert numbers == {"district": 1, "street": 10, "community": 60, "compound": 600, "micro": 2400}
    assert SCALES["district"].cases == 200_000
    assert SCALES["city"].numbers["micro"] == 120_000 and SCALES["city"].cases == 5_000_000


def test_codes_are_unique_and_nested(district: City) -> None:
    for level, upper in (("street", "district"), ("community", "street"), ("compound", "community"), ("micro", "compound")):
        codes = district.code[level]
        assert len(set(codes.tolist())) == len(codes)
        assert all(code.startswith(district.code[upper][p]) for code, p in zip(codes, district.parent[level], strict=True))


def test_names_are_unique_within_the_parent_and_some_repeat_in_the_city(district: City) -> None:
    names = list(zip(district.parent["compound"].tolist(), district.name["compound"].tolist(), strict=True))
    assert len(set(names)) == len(names)
    assert len(set(district.name["compound"].tolist())) < len(names)


def test_size_standard_is_met_by_most(district: City) -> None:
    share = np.mean((district.households >= 30) & (district.households <= 100))
    assert 0.85 < share < 0.95


def test_months_add_up_and_have_seasons() -> None:
    sizes = month_sizes(load_classes(), 200_000)
    by_month = {first.isoformat()[:7]: n for first, n in sizes}
    assert sum(by_month.values()) == 200_000 and len(by_month) == 24
    assert by_month["2026-07"] > 1.2 * by_month["2026-04"]


def test_every_class_has_phrases() -> None:
    assert set(PHRASES) == set(load_taxonomy().categories)


def test_unknown_scale_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallError):
        write_demo(tmp_path, "village")


@pytest.mark.parametrize("scale", ["small", "district"])
def test_every_kind_of_focus_area_is_there(scale: str) -> None:
    """Old compounds are a good part of the city, shanty areas a few of them near the centre, as the page 微网格 lists them."""
    city = make_city(scale_of(scale), 1)
    tags = [set(text.split("；")) for text in focus_tags(city)]
    n = {kind: sum(kind in one for one in tags) for kind in ("老旧小区", "城乡结合部", "棚户区", "城中村", "三不管楼院", "厂矿生活区")}
    assert all(n.values()) and 0.1 < n["老旧小区"] / len(tags) < 0.6 and n["棚户区"] < n["老旧小区"] / 4, n
    assert (city.rim[["棚户区" in one for one in tags]] < 0.5).all()
