"""The page server itself, in its own process: what a reader of one area is sent over the socket, whatever is asked or forged."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from dashboard.access.cookies import NAME
from dashboard.access.roles import may_open
from dashboard.view.nav import PAGES
from etl.model.feed_filters import FEED_FILTERS
from etl.model.indicators import BY_ID as INDICATORS
from etl.query.units import units
from etl.query.warehouse import Build, open_build
from tests.access_city import Browser, account_of, areas, atlas_text
from tests.page_socket import open_socket
from tests.served import served

NO_NAMES = ("import", "audit")  # pages without a unit's name


@pytest.fixture(scope="module")
def city(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Build, Path]]:
    """Port, build and settings file of a running server with sign-in."""
    build = open_build(demo_warehouse)
    config = tmp_path_factory.mktemp("socket") / "atlas.toml"
    config.write_text(atlas_text(build), "utf-8")
    with served(demo_warehouse, "--config", str(config)) as address:
        yield int(address.rpartition(":")[2]), build, config


def signed_in(port: int, role: str, area: str = "") -> Browser:
    browser = Browser(port)
    assert browser.sign_in(account_of(role, area)).status == 303
    return browser


def foreign_words(build: Build, area: str) -> tuple[str, list[str]]:
    """A foreign unit's code, and names and codes of foreign units that may not be sent (names that an own unit has too left out)."""
    frame = units(build)
    first = frame.by_code(areas(build)[area])
    assert first is not None
    own = {first, *frame.ancestors(first), *range(first, int(frame.last_no[first - 1]) + 1)}
    near = {str(frame.name[no - 1]) for no in own} | {str(frame.code[no - 1]) for no in own}
    others = [no for no in range(1, len(frame) + 1) if no not in own]
    told = "".join(sorted(near))
    words = [str(word) for no in others for word in (frame.name[no - 1], frame.code[no - 1]) if str(word) not in told and len(str(word)) > 3]
    foreign = next(no for no in others if frame.level[no - 1] == frame.level[first - 1])
    return str(frame.code[foreign - 1]), words


def test_pages_send_nothing_of_foreign_areas(city: tuple[int, Build, Path]) -> None:
    """Every page a leader of one community may open, asked for a foreign community by its address, just after a reader of the whole city."""
    port, build, _ = city
    code, words = foreign_words(build, "community")
    socket, whole = (open_socket(port, signed_in(port, "leader", area).cookies) for area in ("community", ""))
    own_name = str(units(build).name[units(build).by_code(areas(build)["community"]) - 1])  # type: ignore[operator]
    for page in PAGES:
        if may_open("leader", page.id) and page.id != "public":
            rich = whole.text(page.id, f"unit={code}&level=community")
            assert any(word in rich for word in words if word != code) or page.id in NO_NAMES, f"{page.id}: the caches hold nothing that could leak"
            sent = socket.text(page.id, f"unit={code}&level=community")
            assert own_name in sent, page.id
            found = [word for word in words if word in sent.replace(f"unit={code}", "").replace(f" {code} ", "").replace(f"单元 {code}", "")]
            assert not [word for word in found if word != code], (page.id, found[:5])
            assert whole.text(page.id, f"unit={code}&level=community").count(code) == rich.count(code), f"{page.id}: less after the limited reader"
    socket.socket.close()
    whole.socket.close()


def test_pages_under_the_filters_of_feeds_send_nothing_of_foreign_areas(city: tuple[int, Build, Path]) -> None:
    """Each of them, on the page that shows it, with a word of foreign rows: of departments called, posts, organisations, themes."""
    port, build, _ = city
    code, words = foreign_words(build, "community")
    first = units(build).by_code(areas(build)["community"])
    assert first is not None
    socket, whole = (open_socket(port, signed_in(port, "leader", area).cookies) for area in ("community", ""))
    for name, one in FEED_FILTERS.items():
        asked = f'"{one.column}" IS NOT NULL AND unit_no NOT BETWEEN {first} AND {int(units(build).last_no[first - 1])}'
        (value,) = build.rows(f'SELECT "{one.column}" FROM "{one.feed}" WHERE {asked} GROUP BY 1 ORDER BY count(*), 1 LIMIT 1')[0]
        query = urlencode({name: value, "unit": code, "ind": one.shown_by})
        page = INDICATORS[one.shown_by].page
        whole.text(page, query)
        sent = socket.text(page, query).replace(code, "")
        assert "ga-error" not in sent and not [word for word in words if word in sent], (name, value)
    socket.socket.close()
    whole.socket.close()


def test_pages_asked_for_what_is_kept_back_say_so_and_do_not_fail(city: tuple[int, Build, Path]) -> None:
    """A ★ class alone, with another filter, and by a source's own word: the reader of an area gets a whole page and a reason."""
    port, _, _ = city
    socket = open_socket(port, signed_in(port, "leader", "street").cookies)
    for page in ("overview", "hotspots", "response", "department", "explore", "grids"):
        for query in ("category=1002", "category=1002&source=12345", "category=10&proper_level=community"):
            sent = socket.text(page, query)
            assert "ga-error" not in sent and "Traceback" not in sent, (page, query)
            assert page not in ("hotspots", "department") or not query.startswith("category=1002") or "所选分类属于敏感类" in sent, (page, query)
    socket.socket.close()


def test_pages_of_other_roles_are_not_run(city: tuple[int, Build, Path]) -> None:
    port, _, _ = city
    socket = open_socket(port, signed_in(port, "auditor", "street").cookies)
    sent = socket.text("overview")
    assert "您的角色（审计员）不能打开" in sent and "kpi-" not in sent and "map-main" not in sent
    socket.socket.close()


def test_sockets_are_for_signed_in_readers_of_our_own_pages(city: tuple[int, Build, Path]) -> None:
    port, _, _ = city
    cookies = signed_in(port, "analyst").cookies
    assert "kpi-" in open_socket(port, cookies).text("overview")
    bad: list[dict[str, str]] = [
        {"Origin": ""}, {"Origin": "null"}, {"Origin": "https://evil.example"}, {"Origin": "http://localhost:9999"}, {"Origin": f"http://127.0.0.1:{port + 1}"},
    ]  # fmt: skip
    for headers in bad:
        with pytest.raises((InvalidStatus, ConnectionClosed)):
            open_socket(port, cookies, **headers)
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        open_socket(port)
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        open_socket(port, {NAME: "f" * 64 + "." + "0" * 64}, X_Atlas_Peer="127.0.0.1")


def test_an_address_under_another_name_is_not_served(city: tuple[int, Build, Path]) -> None:
    port, _, _ = city
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example"):
        assert Browser(port).get("/sign-in", Host=host).status == 400
    assert Browser(port).get("/healthz", Host="10.0.0.9").status == 200


def test_a_forwarding_header_makes_nobody_the_proxy_or_the_monitoring(city: tuple[int, Build, Path]) -> None:
    port, _, _ = city
    assert Browser(port).get("/metrics").status == 200
    assert Browser(port).get("/metrics", X_Forwarded_For="127.0.0.1").status == 404


def test_the_end_of_a_session_ends_its_sockets(city: tuple[int, Build, Path]) -> None:
    port, _, config = city
    browser, other = signed_in(port, "analyst"), signed_in(port, "analyst", "street")
    socket, kept = open_socket(port, browser.cookies), open_socket(port, other.cookies)
    socket.run("funds")
    browser.get("/sign-out", Sec_Fetch_Site="same-origin")
    with pytest.raises(ConnectionClosed):
        socket.run("funds")
    text = config.read_text("utf-8")
    head = f'account = "{account_of("analyst", "street")}"'
    try:  # a lowered role, while the page is open
        config.write_text(text.replace(head, head + "\ndisabled = true"), "utf-8")
        os.utime(config, (time.time() + 5, time.time() + 5))
        with pytest.raises(ConnectionClosed):
            for _ in range(200):
                kept.run("import")
                time.sleep(0.1)
    finally:
        config.write_text(text, "utf-8")


def test_the_page_of_another_person_is_not_taken_up(city: tuple[int, Build, Path]) -> None:
    """Streamlit resumes a page by its id: with the id of a whole-city reader's page, a reader of one area still gets a fresh one."""
    port, build, _ = city
    _, words = foreign_words(build, "community")
    rich = open_socket(port, signed_in(port, "analyst").cookies)
    first = rich.run("overview")
    page_id = next(part.new_session.initialize.session_id for part in first if part.WhichOneof("type") == "new_session")
    rich.socket.close()
    from websockets.sync.client import connect

    poor = signed_in(port, "leader", "community")
    taken = connect(
        f"ws://127.0.0.1:{port}/_stcore/stream", origin=f"http://127.0.0.1:{port}", max_size=None, proxy=None,  # type: ignore[arg-type]
        additional_headers={"Cookie": "; ".join(f"{name}={value}" for name, value in poor.cookies.items())},
        subprotocols=["streamlit", "x", page_id],  # type: ignore[list-item]
    )  # fmt: skip
    from tests.page_socket import PageSocket

    found = PageSocket(taken).run("overview")
    assert next(part.new_session.initialize.session_id for part in found if part.WhichOneof("type") == "new_session") != page_id
    sent = b"".join(part.SerializeToString() for part in found).decode("utf-8", "replace")
    assert not [word for word in words if word in sent]
    taken.close()


def test_a_search_forged_into_the_page_finds_own_units_only(city: tuple[int, Build, Path]) -> None:
    port, build, _ = city
    frame = units(build)
    socket = open_socket(port, signed_in(port, "leader", "community").cookies)
    first = socket.run("overview")
    widget = next(found.group(0) for part in first if (found := re.search(r"\$\$ID-[0-9a-f]+-unit-search", part.SerializeToString().decode("utf-8", "replace"))))
    own = frame.by_code(areas(build)["community"])
    foreign = int(np.flatnonzero((frame.level == 3) & (np.arange(1, len(frame) + 1) != own))[0])
    sent = socket.text("overview", widgets={widget: str(frame.code[foreign])[:12]})
    assert str(frame.name[foreign]) not in sent
    sent = socket.text("overview", widgets={widget: str(frame.name[own - 1])})  # type: ignore[operator]
    assert "ga-found" in sent, "the search did run"
    socket.socket.close()
