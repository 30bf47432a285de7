"""Memory of an import (导入内存): how much it may take, and what is said when that is not enough."""

from pathlib import Path

import pytest

from etl.demo import write_demo
from etl.load import build as module
from etl.load.state import Job
from etl.model.errors import AtlasError
from etl.query.warehouse import current_id
from etl.sources.config import Source


def _job(path: Path, size: int) -> Job:
    with path.open("wb") as file:
        file.truncate(size)  # sparse: takes no room
    return Job(1, Source(1, "case", path.name, "", "", "auto", "", True, "", {}, {}, {}), path, path.name)


def test_more_input_may_take_more_memory_but_never_more_than_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 24 << 18}.__getitem__)  # 24 GB
    small, large, huge = (_job(tmp_path / f"{n}.csv", n << 30) for n in (1, 9, 90))
    assert [module.memory_for(jobs) for jobs in ([], [small], [small, large], [huge])] == ["4GB", "4GB", "11GB", "12GB"]


def test_too_little_memory_is_told_in_a_sentence_and_the_last_build_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = write_demo(tmp_path / "in", "small")
    module.build(sources, tmp_path / "wh")
    before = current_id(tmp_path / "wh")
    monkeypatch.setattr(module, "memory_for", lambda jobs: "12MB")
    with pytest.raises(AtlasError) as told:
        module.build(sources, tmp_path / "wh", anew=True)
    assert "内存" in told.value.text.zh and "12MB" in told.value.text.zh and "memory" in told.value.text.en
    assert current_id(tmp_path / "wh") == before
    assert not list((tmp_path / "wh").glob(".*work*")), "nothing half-made is left"
