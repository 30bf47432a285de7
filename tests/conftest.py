"""Shared fixtures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files, which never lies inside the project; without it the test skips, saying so."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real data folder ../shared/data is absent: the test on real files did not run")
    return folder


@pytest.fixture(scope="session")
def demo_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small demonstration city, written and built as a user would."""
    from etl.demo import write_demo
    from etl.load.build import build

    folder = tmp_path_factory.mktemp("demo")
    build(write_demo(folder / "in", "small"), folder / "warehouse")
    return folder / "warehouse"


@pytest.fixture(scope="session")
def demo_site(demo_warehouse: Path) -> Iterator[str]:
    """The address of a running dashboard on the small demonstration city."""
    from tests.served import served

    with served(demo_warehouse) as address:
        yield address
