"""Shared fixtures."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.real_builds import RealBuild

ROOT = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser test whose wait ran out is run once more, and the summary says so: Chromium's own start is beyond us. An assertion never is."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=[r"^TimeoutError: .*Timeout \d+ms exceeded"]))


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


@pytest.fixture(scope="session")
def boston(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> "RealBuild":
    """Boston's real file of 2011, built once as a user would."""
    from tests.real_builds import TOML, build_real

    return build_real(TOML / "boston.toml", tmp_path_factory.mktemp("boston") / "w")


@pytest.fixture(scope="session")
def boston_site(boston: "RealBuild") -> Iterator[str]:
    """The address of a running dashboard on it."""
    from tests.served import served

    with served(boston.warehouse) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    """Real Chromium for the tests of one file; a crash stays with that file."""
    from playwright.sync_api import sync_playwright

    from tests.browsing import LAUNCH, find_chromium

    found = find_chromium()
    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=found, args=LAUNCH, timeout=120_000)
        yield launched
        launched.close()


@pytest.fixture
def browser(chromium: "Browser") -> "Iterator[Browser]":
    """The same for one test: what it leaves open is closed, so that no page of a test that failed goes on asking the server."""
    before = chromium.contexts
    yield chromium
    for context in chromium.contexts:
        if context not in before:
            context.close()
