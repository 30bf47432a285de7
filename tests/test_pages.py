"""Every page on the tiny city: it draws without an error, in both languages, with the elements and figures it must have."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.view.nav import PAGES, PAGES_FOLDER
from dashboard.view.page_sets import GRIDS_CARDS, OVERVIEW_CARDS
from dashboard.web.serving import follow
from etl.query.figures import figure
from etl.query.grids import match, size_classes, tree
from etl.query.reader import Reader
from etl.query.scope import default_scope
from etl.query.units import units
from etl.query.warehouse import Build
from tests.tiny_city import tiny_city

APP = str(Path(__file__).resolve().parents[1] / "dashboard" / "app.py")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Build, dict[str, int]]]:
    folder = tmp_path_factory.mktemp("warehouse")
    build, numbers = tiny_city(folder)
    follow(folder)
    yield build, numbers
    build.close()


def open_page(page: str, **query: str) -> AppTest:
    """One run of a page, as if its address had been opened."""
    app = AppTest.from_file(APP, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(str(PAGES_FOLDER / f"{page}.py"))
    return app.run()


def html_of(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def test_every_page_has_a_record_and_every_record_a_page() -> None:
    assert {path.stem for path in PAGES_FOLDER.glob("*.py")} == {page.id for page in PAGES}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("page", [page.id for page in PAGES])
def test_a_page_opens(city: tuple[Build, dict[str, int]], page: str, lang: str) -> None:
    app = open_page(page, lang=lang)
    html = html_of(app)
    assert not app.exception
    assert "ga-error" not in html
    assert next(info for info in PAGES if info.id == page).title.to(lang) in html
    assert ("演示数据" if lang == "zh" else "Demonstration data") in html


@pytest.mark.parametrize("unit", ["C", "D1", "J1", "S11", "X111", "M1111", "M1123", "nowhere"])
@pytest.mark.parametrize("page", ["overview", "grids"])
def test_every_level_opens(city: tuple[Build, dict[str, int]], page: str, unit: str) -> None:
    html = html_of(open_page(page, unit=unit))
    assert "ga-error" not in html
    for indicator in OVERVIEW_CARDS if page == "overview" else GRIDS_CARDS:
        assert f"ind={indicator}" in html


@pytest.mark.parametrize("unit", ["C", "J1", "S11"])
def test_cards_show_the_figures_of_the_query_layer(city: tuple[Build, dict[str, int]], unit: str) -> None:
    build, numbers = city
    html = html_of(open_page("overview", unit=unit))
    reader = Reader("admin", 1, len(units(build)))
    for indicator in OVERVIEW_CARDS:
        found = figure(build, reader, indicator, default_scope(build), numbers[unit])
        value = "" if found.value is None else repr(found.value)
        card = re.search(rf'<article [^>]*data-value="([^"]*)"[^>]*data-state="([^"]*)"[^>]*><h3><a href="[^"]*ind={indicator}', html)
        assert card and card.groups() == (value, found.state), indicator


def test_a_name_cannot_become_markup(tmp_path: Path, city: tuple[Build, dict[str, int]]) -> None:
    html = html_of(open_page("overview", unit="<script>alert(1)</script>"))
    assert "<script>alert" not in html and "&lt;script&gt;" in html


def test_bad_filters_are_said_and_dropped(city: tuple[Build, dict[str, int]]) -> None:
    html = html_of(open_page("overview", category="abc"))
    assert "ga-notice" in html and "ga-error" not in html


def test_no_build_is_a_sentence(tmp_path: Path) -> None:
    from dashboard.web import serving

    before = serving.serving()
    follow(tmp_path)
    try:
        assert "etl build" in html_of(open_page("overview"))
    finally:
        serving._serving = before


def test_size_classes_and_tree_by_hand(city: tuple[Build, dict[str, int]]) -> None:
    """30 micro-grids in force; 22 of 30–100 households (see the tree of the tiny city), the rest too small, too big or unknown."""
    build, _ = city
    reader, scope = Reader("admin", 1, len(units(build))), default_scope(build)
    classes = size_classes(build, reader, scope, 1)
    assert sum(one.n for one in classes) == 30
    assert sum(one.n for one in classes if one.is_standard) == figure(build, reader, "grid_size_ok_rate", scope, 1).numerator
    assert next(one.n for one in classes if one.low is None) == 4
    table = tree(build, reader, scope, 1).set_index("code")
    assert tuple(table.loc["S11", ["compounds", "micros"]]) == (2, 6)
    assert table["mismatches"].isna().all(), "without organisations nothing is called a mismatch"


def test_an_organisation_must_fit_its_level() -> None:
    assert match("community", ["general_branch"]) == "ok"
    assert match("compound", ["group"]) == "wrong"
    assert match("micro", []) == "none"
