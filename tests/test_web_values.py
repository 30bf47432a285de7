"""Every parameter of an address, attacked: what is no value of ours gives the very answer of an unknown one, on every page."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.view.checked import Checked, checked
from dashboard.view.nav import PAGES
from dashboard.view.state import KEYS, OWN_KEYS, parse_view
from dashboard.web.serving import follow
from etl.model.errors import CallError
from etl.query.case_list import Wanted, case_page
from etl.query.department import calls, open_cases, returns
from etl.query.figures import figure, figures_by_lead
from etl.query.own_classes import last_part
from etl.query.reader import Reader
from etl.query.units import units
from etl.query.warehouse import Build
from tests.hostile import ALL
from tests.test_pages import html_of, open_page
from tests.tiny_city import tiny_city

UNKNOWN = "zzz unknown"
READERS = (Reader("admin", 1, 10**6), Reader("leader", 3, 9), Reader("public", 1, 10**6))
SAMPLE = random.Random(5).sample(ALL, 90)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    folder = tmp_path_factory.mktemp("warehouse")
    build, _ = tiny_city(folder)
    follow(folder)
    yield build
    build.close()


def reduced(found: Checked) -> Checked:
    """Without the words in which the reader is told, and without the text that no table is asked for by."""
    view = replace(found.view, where=(), ind="", tab="", extra=(), ignored=(), version="", lang="zh")
    where = tuple((field, "") for field, value in found.scope.where)
    return replace(found, view=view, scope=replace(found.scope, where=where), notes=())


def is_known(name: str, value: str) -> bool:
    return (name, value.strip()) in {("lang", "zh"), ("lang", "en"), ("v", "1")} or (name in ("hour", "weekday") and value.strip().isdecimal())


@pytest.mark.parametrize("payloads", [SAMPLE, pytest.param(ALL, marks=pytest.mark.soak)], ids=["sample", "full"])
def test_no_parameter_takes_an_attack_for_a_value(build: Build, payloads: list[str]) -> None:
    """Period, filters, units and selection stay those of a value nobody knows."""
    for reader in READERS:
        plain = {name: checked(build, reader, parse_view({name: UNKNOWN})) for name in KEYS}
        for payload in payloads:
            for name in KEYS:
                if is_known(name, payload):
                    continue
                found = checked(build, reader, parse_view({name: payload}))
                assert reduced(found) == reduced(plain[name]) or not found.scope.where, (name, payload)
                assert found.unit_no == plain[name].unit_no and found.scope.chosen == ()


@pytest.mark.parametrize("payloads", [SAMPLE[:10], pytest.param(ALL, marks=pytest.mark.soak)], ids=["sample", "full"])
def test_the_free_words_count_nothing(build: Build, payloads: list[str]) -> None:
    """The unit in charge and the search are the two free words: as bound values they find nothing, and break nothing."""
    whole = Reader("admin", 1, 10**6)
    before = build.rows('SELECT count(*) FROM "case"')
    for payload in payloads:
        view = parse_view({"lead_unit": payload})
        found = checked(build, whole, view)
        if found.scope.where:
            assert figure(build, whole, "close_rate", found.scope, 1).denominator == 0
            assert not len(figures_by_lead(build, whole, "close_rate", found.scope, 1))
            assert not case_page(build, whole, Wanted(found.scope, 1)).rows
        scope = checked(build, whole, parse_view({})).scope
        text = payload.encode("utf-8", "replace").decode()[:80]
        if text.strip(" %_.*-") and not re.fullmatch(r"[\w.]{0,4}", text.strip()):
            assert not case_page(build, whole, Wanted(scope, 1, text=text)).rows or re.search(r"[一-龥]|\d", text), text
        for table in (calls(build, whole, scope, 1, payload), open_cases(build, whole, scope, 1, payload), returns(build, whole, scope, 1, payload)):
            assert table is None or not len(table)
        assert units(build).by_code(payload) is None
        with pytest.raises(CallError):
            figure(build, whole, payload, scope, 1)
    assert build.rows('SELECT count(*) FROM "case"') == before


class Seen(HTMLParser):
    """What a browser would make of a page's markup: elements, attributes, and the words outside notices."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.words: list[str] = []
        self._notice = 0
        self.feed(re.sub(r'<p class="ga-notice".*?</p>', "", markup, flags=re.S))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "base", "meta", "form", "marquee", "math", "body", "link", "style", "video", "input", "textarea"):
            self.faults.append(tag)
        for name, value in attributes:
            if name.startswith("on") or name == "srcdoc" or (name in ("href", "src", "action", "xlink:href") and re.match(r"\s*(javascript|data|vbscript):", value or "", re.I)):
                self.faults.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def seen(page: str, name: str, value: str) -> tuple[AppTest, Seen]:
    app = open_page(page, **{name: value})
    return app, Seen(html_of(app))


def rounds(n: int, seed: int) -> list[tuple[str, str, str]]:
    dice = random.Random(seed)
    keys = [name for name in KEYS if name != "lang"]
    return [(dice.choice([page.id for page in PAGES if page.is_built]), dice.choice(keys), dice.choice(ALL)) for _ in range(n)]


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 42))])
def test_no_page_says_anything_else_than_for_an_unknown_value(build: Build, seed: int) -> None:
    for page, name, payload in rounds(4, seed):
        app, found = seen(page, name, payload)
        assert not app.exception and "ga-error" not in html_of(app), (page, name, payload)
        assert not found.faults, (page, name, payload, found.faults)
        if page != "audit" and payload.isprintable() and 0 < len(payload.strip()) <= 80 and not is_known(name, payload):
            _, plain = seen(page, name, UNKNOWN)
            told = "".join(found.words).replace(payload, "…").replace(payload.strip(), "…")
            if name == "own_class":  # of a source's class “group/class” the screen names the class
                told = told.replace(last_part(payload.strip()), "…", 1)
            assert told == "".join(plain.words).replace(UNKNOWN, "…"), (page, name, payload)


def test_the_reading_of_markup_finds_what_it_should() -> None:
    for bad in ("<script>x</script>", "<img src=x onerror=x>", "<a href=' javascript:x'>", "<iframe srcdoc=x>", "<svg/onload=x>"):
        assert Seen(bad).faults
    assert not Seen("&lt;script&gt; <a href='/overview?unit=%3Cscript%3E'>x</a>").faults


def test_own_parameters_are_all_attacked() -> None:
    assert set(OWN_KEYS) <= set(KEYS) and {"dept", "account", "onpage", "find"} <= set(KEYS)
