"""docs/mechanisms.md against the product: what every mechanism's row names stands on its page in the demonstration city, with data and a number."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.view.nav import PAGES
from etl.model.indicators import BY_ID
from etl.model.tables import BY_NAME
from etl.query.figures import figure
from etl.query.reader import Reader
from etl.query.scope import default_scope
from etl.query.units import units
from etl.query.warehouse import Build, open_build
from tests.asked_page import open_socket, run_page

DOC = Path(__file__).resolve().parents[1] / "docs" / "mechanisms.md"
ROWS = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in DOC.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d+ \|", line)]
DRAWN = ("各月服务时长",)  # panels that are a chart and nothing else
EMPTY = "(nothing to show)"
PAGE_OF = {page.title.zh: page.id for page in PAGES}


def places(where: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Page id, words quoted and indicator ids of each part of a row's third cell; a part that names no page is prose."""
    for part in where.split("；"):
        page = next((page for title, page in PAGE_OF.items() if part.startswith(title)), None)
        if page is not None:
            yield page, re.findall("“([^”]+)”", part), re.findall("`([a-z0-9_]+)`", part)


def section_of(html: str, word: str) -> str:
    """The text from the heading that begins with `word` to the next of its rank, else from where the word first stands to the next heading."""
    heading = re.search(rf"<h([23])[^>]*>\s*{re.escape(word)}", html)
    start, ranks = (heading.start(), "2" if heading[1] == "2" else "23") if heading else (html.find(word), "23")
    section = re.split(f"<h[{ranks}]", html[start + 1 :])[0]
    return re.sub(r"<[^>]+>", " ", section.replace('class="ga-empty"', ">" + EMPTY).replace(">未接入<", f">{EMPTY}<"))


@pytest.fixture(scope="module")
def build(demo_warehouse: Path) -> Iterator[Build]:
    found = open_build(demo_warehouse)
    yield found
    found.close()


@pytest.fixture(scope="module")
def html(demo_site: str) -> dict[str, str]:
    """What the pages named send for the whole city."""
    named = {page for row in ROWS for page, _, _ in places(row[2])}
    with open_socket(demo_site) as socket:
        return {page: run_page(socket, page, lang="zh").html for page in sorted(named)}


def test_every_row_names_a_page_and_connected_feeds(build: Build) -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, len(ROWS) + 1)) and len(ROWS) == 79
    for row in ROWS:
        found = list(places(row[2]))
        assert found and any(words or ids for _, words, ids in found), row
        assert all(row[1:]), row
        feeds = [name for name in re.split("[, ]+", row[4]) if name in BY_NAME]
        assert (feeds or row[4] in ("规则文件", "各指标")) and build.feeds.issuperset(feeds), row


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_row_is_true(row: list[str], build: Build, html: dict[str, str]) -> None:
    everybody = Reader("admin", 1, len(units(build)))
    for page, words, ids in places(row[2]):
        text = re.sub("<[^>]+>", "", html[page])
        for word in words:
            assert word in text, (page, word)
            section = section_of(html[page], word)
            assert EMPTY not in section, (page, word)
            assert re.search(r"\d|✓", section) or word in DRAWN, (page, word)
        for name in ids:
            assert BY_ID[name].name.zh in text, (page, name)
            found = figure(build, everybody, name, default_scope(build), 1)
            assert found.state in ("ok", "unstable") and (found.value is not None), (name, found.state)
