"""What every page offers to pick (可点的词、柱、行): each is read back from the address as it was meant, has something behind it, and can be taken back."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from dashboard.view.checked import checked
from dashboard.view.picks import pick
from dashboard.view.state import parse_view
from dashboard.web.serving import follow
from etl.query.reader import Reader
from etl.query.warehouse import Build, open_build
from tests.test_pages import html_of, open_page

EVERYBODY = Reader("admin", 1, 10**9)
LINK = re.compile(r'class="ga-pick" href="\?([^"]*)" data-go( aria-current="true")?>(.*?)</a>')
# what is picked on each page, by the parameter it sets; of rows that stand for units their panel
OFFERED: dict[str, set[str]] = {
    "grids": {"row=micro_size", "row=trinity", "row=task", "focus"},
    "coverage": {"post_type", "row=org_gap"},
    "hotspots": {"from", "weekday", "hour", "category", "source", "row=merge"},
    "response": {"source", "proper_level", "solved_level", "severity", "meeting_level", "whistle_dept", "whistle_kind", "lead_unit", "row=pair", "row=minutes", "row=order", "dispute"},
    "funds": {"origin", "target_group", "theme", "fund", "from", "row=fund_step", "row=breach"},
    "property": {"property_mode", "income_item", "from", "row=premises", "row=service"},
    "cobuild": {"partner_kind", "item_way", "meeting_kind", "suggested_by", "row=contract_step", "row=claimed", "row=suggestion", "row=governing", "row=help"},
    "volunteers": {"from", "post_type", "org_field", "row=wish", "row=team"},
    "department": {"category"},
    "quality": {"feed"},
    "explore?tab=spread": {"brush"},
    "explore?tab=why&ind=ontime_close_rate": {"category"},
    "explore?tab=trend": {"from"},
    "explore?tab=cases": {"category", "status", "lead_unit", "source"},
}  # fmt: skip
ONCE_MORE = {"hotspots": "category", "response": "whistle_kind", "grids": "row", "coverage": "row", "quality": "feed", "explore?tab=spread": "brush", "explore?tab=cases": "status"}


@pytest.fixture(scope="module")
def build(demo_warehouse: Path) -> Iterator[Build]:
    follow(demo_warehouse)
    opened = open_build(demo_warehouse)
    yield opened
    opened.close()


def offered(page: str, **query: str) -> list[tuple[dict[str, str], bool, str]]:
    """Every link that picks: the address it leads to, whether it is picked, its word."""
    name, _, own = page.partition("?")
    app = open_page(name, **dict(parse_qsl(own)), **query)
    assert not app.exception
    return [(dict(parse_qsl(unescape(href))), bool(on), word) for href, on, word in LINK.findall(html_of(app))]


@pytest.mark.parametrize("page", OFFERED)
def test_every_pick_is_read_back_and_has_something_behind_it(build: Build, page: str) -> None:
    links, own = offered(page), dict(parse_qsl(page.partition("?")[2]))
    names = set()
    for query, is_on, word in links:
        view = parse_view(query)
        found = checked(build, EVERYBODY, view)
        assert (view.ignored, found.notes, is_on) == ((), (), False), (word, query)
        assert found.view == view and view != parse_view(own), (word, query)
        names |= {f"row={view.row.partition(':')[0]}" if name == "row" else name for name in query.keys() - own.keys() - {"v", "to", "ind"}}
    assert names >= OFFERED[page]
    if (name := ONCE_MORE.get(page)) is not None:
        query, _, word = next(link for link in links if name in link[0])
        again = offered(page, **{key: value for key, value in query.items() if key not in own and key != "v"})
        back = next(address for address, is_on, said in again if is_on and said == word)
        assert name not in back, "picked again it is taken back"


def test_a_word_no_address_brings_back_is_no_pick() -> None:
    assert pick(lead_unit="甲局") and not any(pick(lead_unit=word) for word in ("局" * 81, " 甲局", "甲\t局", "甲\u200b局", ""))
