"""Choices made quickly one after the other, in real Chromium: each is in the address at the end. What the server says is held back
on its way to the browser, so that the second choice is always made before the page has answered the first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browsing import aim, asked, finished, map_frame, painted

pytestmark = pytest.mark.browser


@dataclass
class Line:
    """The line between browser and server. `held` "" lets everything pass, "all" nothing to the browser, "drawn" only that a run has begun and
    where the address stands."""

    held: str = ""
    waiting: list[str | bytes] = field(default_factory=list)
    browser: WebSocketRoute | None = None

    def opened(self, browser: WebSocketRoute) -> None:
        self.browser, server = browser, browser.connect_to_server()
        browser.on_message(server.send)
        server.on_message(self.said)

    def said(self, message: str | bytes) -> None:
        assert self.browser is not None
        if self._is_held(message):
            self.waiting.append(message)
        else:
            self.browser.send(message)

    def _is_held(self, message: str | bytes) -> bool:
        if self.held != "drawn":
            return self.held == "all"
        told = ForwardMsg.FromString(message) if isinstance(message, bytes) else ForwardMsg()
        is_begun = told.HasField("session_status_changed") and told.session_status_changed.script_is_running
        return not (is_begun or told.WhichOneof("type") in ("new_session", "page_info_changed"))

    def release(self) -> None:
        assert self.browser is not None
        assert self.waiting, "the page had nothing to say: there was no race"
        self.held, late, self.waiting = "", self.waiting, []
        for message in late:
            self.browser.send(message)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def page(browser: Browser, line: Line) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.route_web_socket("**/_stcore/stream", line.opened)
    opened = context.new_page()
    yield opened
    context.close()


def opened(page: Page, address: str) -> None:
    page.goto(address)
    painted(map_frame(page))
    finished(page)


def choose(page: Page, box: str, typed: str) -> None:
    page.locator(f".st-key-{box} input").click()
    page.keyboard.type(typed)
    expect(page.locator("[role=option]").first).to_contain_text(typed)
    page.keyboard.press("Enter")
    expect(page.locator("[role=option]")).to_have_count(0)


def ends(page: Page, **wanted: str) -> None:
    """The address holds every choice once the page has come to rest, and stays so."""
    for name, value in wanted.items():
        expect(page).to_have_url(re.compile(f"[?&]{name}={re.escape(value)}(&|$)"))
    finished(page)
    assert wanted.items() <= asked(page).items()


def test_two_choices_of_the_filter_bar_before_the_page_answers(page: Page, line: Line, demo_site: str) -> None:
    opened(page, f"{demo_site}/overview")
    line.held = "all"
    choose(page, "choose-ind", "满意率")
    choose(page, "period-name", "上月")
    page.wait_for_timeout(1500)  # both runs have said all they have to say
    line.release()
    ends(page, ind="satisfy_rate", **{"from": "2026-09-01"})
    expect(page.locator(".st-key-choose-ind input")).to_have_value("满意率")
    expect(page.locator(".st-key-period-name input")).to_have_value("上月")
    expect(page.locator("[data-chip=period]")).to_be_visible()


def test_a_unit_of_the_map_and_a_period_before_the_page_answers(page: Page, line: Line, demo_site: str) -> None:
    opened(page, f"{demo_site}/overview")
    _, x, y = aim(page)
    line.held = "all"
    page.mouse.click(x, y)
    page.wait_for_timeout(400)  # longer than the map waits for a second click
    choose(page, "period-name", "上月")
    page.wait_for_timeout(1500)
    line.release()
    ends(page, **{"from": "2026-09-01"})
    assert asked(page)["unit"]
    expect(page.locator(".ga-crumbs [aria-current]")).not_to_have_text("")


def test_an_old_link_does_not_undo_a_choice(page: Page, line: Line, demo_site: str) -> None:
    opened(page, f"{demo_site}/overview")
    link = page.locator(".ga-nav a", has_text="诉求热点")
    line.held = "drawn"
    choose(page, "period-name", "上月")
    expect(page).to_have_url(re.compile("from=2026-09-01"))
    assert "from=" not in (link.get_attribute("href") or "")  # the link of before
    link.click()
    expect(page).to_have_url(re.compile("/hotspots"))
    line.release()
    ends(page, **{"from": "2026-09-01"})
    expect(page.locator("[data-chip=period]")).to_be_visible()


def test_back_goes_back_right_after_a_choice(page: Page, demo_site: str) -> None:
    opened(page, f"{demo_site}/overview")
    choose(page, "period-name", "上月")
    expect(page).to_have_url(re.compile("from=2026-09-01"))
    page.go_back()
    expect(page.locator("[data-chip=period]")).to_have_count(0)
    finished(page)
    assert "from" not in asked(page)
    choose(page, "choose-ind", "满意率")
    ends(page, ind="satisfy_rate")
    assert "from" not in asked(page)
