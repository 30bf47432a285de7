"""The import desk: who may start what, that the process says what the command line says, and that nothing runs twice."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.access.identity import Identity
from dashboard.imports import process
from dashboard.web.serving import follow
from dashboard.web.settings import use_atlas
from etl.model.errors import AtlasError
from etl.query.warehouse import current_id
from tests.test_pages import html_of, open_page
from tests.tiny_feeds import FeedCity

UNITS = "网格编码,网格名称,网格级别,上级编码,户数\n5101,示范区,区,,\n510101,东街道,街道,5101,\n51010101,春天社区,社区,510101,60\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Path]:
    """Sources beside an atlas.toml that allows loading from the page."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "units.csv").write_text(UNITS, "utf-8")
    (tmp_path / "in" / "sources.toml").write_text('[city]\nname = "示范市"\ndata_date = 2026-10-31\n[[source]]\nfeed = "unit"\npath = "units.csv"\n', "utf-8")
    (tmp_path / "atlas.toml").write_text('[import]\nsources = "in/sources.toml"\n', "utf-8")
    use_atlas(tmp_path / "atlas.toml")
    process._last.clear()
    yield tmp_path
    use_atlas(None)
    process._last.clear()


def ended(job: process.Job) -> process.Job:
    deadline = time.monotonic() + 120
    while job.code is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert job.code is not None, "it does not end"
    return job


def test_try_load_and_go_back(desk: Path) -> None:
    warehouse = desk / "wh"
    tried = ended(process.start("check", "钱", "zh", warehouse))
    assert tried.code == 0 and current_id(warehouse) is None and any("试运行完成，未发布" in line for line in tried.lines), list(tried.lines)
    assert not any("逐行清单：" in line for line in tried.lines), "a dry run keeps no rows to list"
    loaded = ended(process.start("build", "钱", "en", warehouse))
    first = current_id(warehouse)
    assert loaded.code == 0 and first and any(f"Published build {first}" in line for line in loaded.lines)
    ended(process.start("build", "钱", "zh", warehouse, ("--anew",)))
    assert current_id(warehouse) != first
    assert ended(process.start("rollback", "钱", "zh", warehouse, (), first)).code == 0
    assert current_id(warehouse) == first
    (desk / "in" / "units.csv").unlink()
    refused = ended(process.start("build", "钱", "zh", warehouse))
    assert refused.code == 1 and current_id(warehouse) == first and any("units.csv" in line for line in refused.lines)
    assert not any("Traceback" in line for line in refused.lines)


def test_one_at_a_time(desk: Path) -> None:
    process._last.append(process.Job("build", "钱"))
    with pytest.raises(AtlasError, match="还没有结束"):
        process.start("check", "李", "zh", desk / "wh")


def test_without_the_setting_nothing_starts(tmp_path: Path) -> None:
    use_atlas(None)
    with pytest.raises(AtlasError, match="import"):
        process.start("build", "钱", "zh", tmp_path)


@pytest.mark.parametrize(("role", "unit", "may"), [("data_steward", "", True), ("admin", "", True), ("admin", "J1", False), ("data_steward", "S11", False)])
def test_only_with_the_whole_city_in_sight(desk: Path, monkeypatch: pytest.MonkeyPatch, role: str, unit: str, may: bool) -> None:
    city = FeedCity(desk / "city", grid_staff=[])
    follow(desk / "city")
    monkeypatch.setattr("dashboard.view.run.current_identity", lambda: Identity("qian", "钱", role, unit, "local"))  # type: ignore[arg-type]
    monkeypatch.setattr("dashboard.app.current_identity", lambda: Identity("qian", "钱", role, unit, "local"), raising=False)  # type: ignore[arg-type]
    app = open_page("import")
    assert not app.exception and ("导入数据" in html_of(app))
    assert any(button.key == "import-build" for button in app.button) is may
    city.build.close()
