"""A filter by sensitive classes leaves panels without figures for who does not handle them: they say why, and never that there are none."""


import pytest

from dashboard.parts.kept_back import KEPT_BACK
from dashboard.web.serving import follow
from etl.query.reader import Reader
from etl.query.units import units
from tests.test_pages import html_of, open_page
from tests.tiny_city import tiny_city

FALSE_WORDS = ("没有小区（一般网格）一级", "no level of compounds", "没有流转记录", "没有承办单位和吹哨记录", "Nobody was in charge")


@pytest.fixture(scope="module")
def size(tmp_path_factory: pytest.TempPathFactory) -> int:
    folder = tmp_path_factory.mktemp("kept")
    build, _ = tiny_city(folder)
    follow(folder)
    return len(units(build))


def page_of(monkeypatch: pytest.MonkeyPatch, role: str, size: int, page: str, **query: str) -> str:
    monkeypatch.setattr("dashboard.view.run.reader_of", lambda build, identity: Reader(role, 1, size))  # type: ignore[arg-type]
    app = open_page(page, **query)
    assert not app.exception
    return html_of(app)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("page", ["hotspots", "response", "department"])
def test_a_page_says_why_it_shows_nothing_of_sensitive_classes(monkeypatch: pytest.MonkeyPatch, size: int, page: str, lang: str) -> None:
    said = KEPT_BACK.to(lang).split("{k}")[0]
    html = page_of(monkeypatch, "analyst", size, page, category="1102", lang=lang)
    assert said in html and not any(word in html for word in FALSE_WORDS)
    assert said not in page_of(monkeypatch, "analyst", size, page, category="0101", lang=lang), "an ordinary class is told"
    assert said not in page_of(monkeypatch, "data_steward", size, page, category="1102", lang=lang), "who may see everything sees it"


