"""Signing in at a provider: a real provider process, and one that lies in every way we could think of."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.access.cookies import NAME
from dashboard.access.oidc import forget_providers
from dashboard.access.sign_in_provider import FLOW_COOKIE
from dashboard.web.state_folder import state_folder
from tests.access_city import HASH, Browser, Site, access_site
from tests.http_server import Answer
from tests.oidc_provider import SECRET, comes, provider

TEXT = """
[server]
address = "http://127.0.0.1:{port}"
[[oidc]]
id = "city"
label = "市统一认证登录"
label_en = "City account"
issuer = "{issuer}"
client_id = "grid-atlas"
client_secret_file = "client.secret"
scopes = ["profile", "groups"]
end_session = {end}
[[group]]
group = "leaders"
role = "leader"
unit = "{street}"
sign_in = "city"
[[group]]
group = "auditors"
role = "auditor"
[[account]]
account = "u-9"
name = "李工"
sign_in = "city"
role = "data_steward"
[[account]]
account = "u-8"
sign_in = "city"
role = "admin"
disabled = true
[[account]]
account = "boss"
password = '{hash}'
role = "admin"
"""


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider() as address:
        yield address


@pytest.fixture(scope="module")
def city(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory, issuer: str) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("oidc")
    (folder / "client.secret").write_text(SECRET, "utf-8")
    with access_site(demo_warehouse, folder / "atlas.toml", text=_text(0, issuer)) as site:
        site.rewrite(_text(site.port, issuer))
        yield site


def _text(port: int, issuer: str, end: str = "false") -> str:
    return TEXT.format(port=port or 1, issuer=issuer, street="590102001001", hash=HASH, end=end)


def follow_to_callback(browser: Browser, after: str = "/") -> tuple[str, Answer]:
    """From our start through the provider to the address of our callback, not yet asked."""
    start = browser.page(f"/oidc/city/start?next={after}&lang=en")
    assert start.status == 303, start.text
    return back_from(start.headers["location"]), start


def back_from(address: str) -> str:
    """Where the provider sends the browser."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object, **more: object) -> None:
            return None

    try:
        urllib.request.build_opener(Stay).open(address, timeout=10)
    except urllib.error.HTTPError as error:
        parts = urlsplit(error.headers["location"])
        return f"{parts.path}?{parts.query}"
    raise AssertionError("the provider did not redirect")


def test_a_person_of_a_group_comes_in_with_its_role_and_area(city: Site, issuer: str) -> None:
    comes(issuer, sub="u-1", name="张敏", groups=["everybody", "leaders"])
    browser = city.browser()
    assert "市统一认证登录" in browser.page("/sign-in").text
    callback, start = follow_to_callback(browser, "/funds")
    asked = parse_qs(urlsplit(start.headers["location"]).query)
    assert asked["redirect_uri"] == [f"http://127.0.0.1:{city.port}/oidc/city/callback"] and asked["code_challenge_method"] == ["S256"]
    answer = browser.page(callback)
    assert (answer.status, answer.headers["location"]) == (303, "/funds") and NAME in browser.cookies and FLOW_COOKIE not in browser.cookies
    assert browser.page("/funds").status == 200 and browser.page("/audit").status == 403
    names = browser.get(f"/names/{city.build.id}.json").json()["name"]
    assert sum(map(bool, names)) < 60 and "锦屏市" in names[1]
    log = "".join(file.read_text("utf-8") for file in (state_folder() / "audit").glob("*.jsonl"))
    assert '"city:u-1"' in log
    assert browser.page(callback).status == 403, "an answer counts once"


def test_groups_asked_of_userinfo(city: Site, issuer: str) -> None:
    comes(issuer, "groups by userinfo", sub="u-2", name="王", groups=["auditors"])
    browser = city.browser()
    assert browser.page(follow_to_callback(browser)[0]).status == 303
    assert browser.page("/audit").status == 200


def test_a_single_person_named_in_the_file(city: Site, issuer: str) -> None:
    comes(issuer, sub="u-9", groups=["leaders"])
    browser = city.browser()
    assert browser.page(follow_to_callback(browser)[0]).status == 303
    assert browser.page("/quality").status == 200 and browser.page("/funds").status == 403


@pytest.mark.parametrize("person", [{"sub": "u-3", "groups": ["nobody"]}, {"sub": "u-3"}, {"sub": "u-8", "groups": ["leaders"]}, {"sub": "boss", "groups": []}])
def test_whoever_has_no_right_here_is_told_so(city: Site, issuer: str, person: dict) -> None:
    """Among them a person of the provider called like our local administrator."""
    comes(issuer, **person)
    browser = city.browser()
    answer = browser.page(follow_to_callback(browser)[0])
    assert answer.status == 403 and "no right to use this system" in answer.text and NAME not in browser.cookies


@pytest.mark.parametrize(
    "fault",
    ["nonce", "no nonce", "audience", "two audiences", "issuer", "expired", "none", "shared secret", "stranger's key", "changed", "no token", "no sub", "denied",
     "userinfo of another"],
)  # fmt: skip
def test_a_provider_that_lies_opens_nothing(city: Site, issuer: str, fault: str) -> None:
    comes(issuer, fault, sub="u-1", **({} if fault == "userinfo of another" else {"groups": ["leaders"]}))
    browser = city.browser()
    answer = browser.page(follow_to_callback(browser)[0])
    assert answer.status == 403 and NAME not in browser.cookies
    assert "did not complete" in answer.text and "Traceback" not in answer.text and SECRET not in answer.text


@pytest.mark.parametrize("change", ["other state", "no state", "no cookie", "other browser", "cookie changed", "no code", "made-up code", "other issuer"])
def test_an_answer_that_does_not_fit_opens_nothing(city: Site, issuer: str, change: str) -> None:
    comes(issuer, sub="u-1", groups=["leaders"])
    browser = city.browser()
    callback, _ = follow_to_callback(browser)
    if change == "other browser":  # somebody sends their own answer to another person (login CSRF)
        browser = city.browser()
        follow_to_callback(browser)
    if change == "no cookie":
        browser.cookies.clear()
    if change == "cookie changed":
        body, _, signature = browser.cookies[FLOW_COOKIE].partition(".")
        browser.cookies[FLOW_COOKIE] = f"{body[:-2]}AA.{signature}"
    query = {name: values[0] for name, values in parse_qs(urlsplit(callback).query).items()}
    query |= {"other state": {"state": "x" * 43}, "made-up code": {"code": "x"}, "other issuer": {"iss": "https://evil.example"}}.get(change, {})
    for name in {"no state": ("state",), "no code": ("code",)}.get(change, ()):
        del query[name]
    asked = "/oidc/city/callback?" + "&".join(f"{name}={value}" for name, value in query.items())
    assert browser.page(asked).status == 403
    assert NAME not in browser.cookies


def test_a_new_key_of_the_provider_is_learnt(city: Site, issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.access.oidc.KEYS_AGAIN_S", 0.0)
    comes(issuer, new_key=True, sub="u-1", groups=["leaders"])
    browser = city.browser()
    assert browser.page(follow_to_callback(browser)[0]).status == 303


def test_metadata_of_another_issuer_is_refused(city: Site, issuer: str) -> None:
    comes(issuer, "issuer of metadata", sub="u-1", groups=["leaders"])
    forget_providers()
    try:
        answer = city.browser().page("/oidc/city/start")
        assert answer.status == 403 and "统一认证没有完成" in answer.text
    finally:
        comes(issuer, sub="u-1", groups=["leaders"])
        forget_providers()


def test_a_group_taken_from_the_file_ends_the_session(city: Site, issuer: str) -> None:
    comes(issuer, sub="u-1", groups=["leaders"])
    browser = city.browser()
    browser.page(follow_to_callback(browser)[0])
    assert browser.get("/session").status == 204
    text = city.config.read_text("utf-8")
    try:
        city.rewrite(text.replace('group = "leaders"', 'group = "others"'))
        assert browser.get("/session").status == 401
    finally:
        city.rewrite(text)


def test_signing_out_at_the_provider_too(city: Site, issuer: str) -> None:
    comes(issuer, sub="u-1", groups=["leaders"])
    text = city.config.read_text("utf-8")
    try:
        city.rewrite(_text(city.port, issuer, end="true"))
        browser = city.browser()
        browser.page(follow_to_callback(browser)[0])
        leave = browser.get("/sign-out", Sec_Fetch_Site="same-origin").headers["location"]
        assert leave.startswith(f"{issuer}/leave?") and "client_id=grid-atlas" in leave and "token" not in leave
    finally:
        city.rewrite(text)


def test_a_provider_that_is_away_says_so_calmly(city: Site, issuer: str) -> None:
    text = city.config.read_text("utf-8")
    try:
        city.rewrite(text.replace(issuer, "http://127.0.0.1:9"))
        answer = city.browser().page("/oidc/city/start?lang=en")
        assert answer.status == 403 and "did not complete" in answer.text
    finally:
        city.rewrite(text)
    assert city.browser().page("/oidc/none/start").status == city.browser().page("/oidc/none/callback").status == 404


def test_the_log_holds_no_code_and_no_token(city: Site, issuer: str) -> None:
    comes(issuer, "changed", sub="u-1", groups=["leaders"])
    browser = city.browser()
    callback, _ = follow_to_callback(browser)
    browser.page(callback)
    log = "".join(file.read_text("utf-8") for file in (state_folder() / "audit").glob("*.jsonl"))
    code = parse_qs(urlsplit(callback).query)["code"][0]
    assert code not in log and "eyJ" not in log and json.dumps(SECRET) not in log
