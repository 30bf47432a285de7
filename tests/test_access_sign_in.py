"""Signing in with a local account: the form, the cookie, the lock, and how a session ends (attacks 3, 8, 10, 11, 12)."""

import re
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard.access import forms, passwords
from dashboard.access.cookies import FORM, NAME, SAFE_NAME, read_secret
from dashboard.access.passwords import NOBODY, new_hash
from dashboard.access.store import access_store
from dashboard.web.settings import atlas
from dashboard.web.state_folder import state_folder
from etl.model.errors import CallError
from tests.access_city import PASSWORD, Browser, Site, access_site


@pytest.fixture(scope="module")
def site(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with access_site(demo_warehouse, tmp_path_factory.mktemp("access") / "atlas.toml") as found:
        yield found


def test_a_right_password_opens_the_page_that_was_asked_for(site: Site) -> None:
    browser = site.browser()
    asked = browser.page("/funds?unit=x&lang=en")
    assert asked.status == 303 and asked.headers["location"] == "/sign-in?next=%2Ffunds%3Funit%3Dx%26lang%3Den"
    form = browser.page(asked.headers["location"])
    assert 'lang="en"' in form.text and 'value="/funds?unit=x&amp;lang=en"' in form.text
    answer = browser.sign_in("analyst.city", after="/funds?unit=x&lang=en")
    assert (answer.status, answer.headers["location"]) == (303, "/funds?unit=x&lang=en")
    assert browser.page("/funds").status == 200
    assert browser.page("/sign-in").status == 303  # signed in already


def test_the_cookie_is_out_of_reach_and_lasts_hours(site: Site) -> None:
    line = site.browser().sign_in("analyst.city").headers["set-cookie"]
    all_lines = _set_cookies(site)
    assert line
    session = next(one for one in all_lines if one.startswith(NAME))
    assert "HttpOnly" in session and "SameSite=lax" in session and "Path=/" in session and "Domain" not in session
    assert int(re.search(r"Max-Age=(\d+)", session).group(1)) <= 24 * 3600  # type: ignore[union-attr]
    assert "Secure" not in session  # plain http here; see the next test


def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(site: Site) -> None:
    text = site.config.read_text("utf-8")
    try:
        site.rewrite('[server]\naddress = "https://grid.example.gov.cn"\n' + text)
        line = next(one for one in _set_cookies(site) if one.startswith(SAFE_NAME))
        assert "Secure" in line and "HttpOnly" in line and "Domain" not in line
    finally:
        site.rewrite(text)


def _set_cookies(site: Site) -> list[str]:
    """All Set-Cookie lines of one sign-in."""
    import http.client

    browser = site.browser()
    form = browser.page("/sign-in")
    token = re.search(r'name="token" value="(\w+)"', form.text).group(1)  # type: ignore[union-attr]
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {"Origin": f"http://127.0.0.1:{site.port}", "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", f"token={token}&account=analyst.city&password={PASSWORD}", headers)
    answer = connection.getresponse()
    answer.read()
    found = answer.headers.get_all("set-cookie") or []
    connection.close()
    return found


@pytest.mark.parametrize(("account", "password"), [("analyst.city", "wrong"), ("nobody", PASSWORD), ("", ""), ("analyst.city", PASSWORD + "x"), ("analyst.city' OR 1=1 --", "x")])
def test_a_wrong_guess_says_the_same_whatever_was_wrong(site: Site, account: str, password: str) -> None:
    answer = site.browser().sign_in(account, password)
    assert answer.status == 403
    assert "账号或密码不正确，或尝试次数过多" in answer.text
    assert NAME not in answer.headers.get("set-cookie", "")
    access_store().right(f"account {account}")


def test_unknown_disabled_and_locked_accounts_cost_the_same_work(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Counting:
        def verify(self, password_hash: str, password: str) -> bool:
            verified.append(password_hash)
            return passwords.PasswordHasher().verify(password_hash, password)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    for account in ("analyst.city", "nobody at all", "leader.city"):
        site.browser().sign_in(account, "wrong")
    assert len(verified) == 3 and verified[1] == NOBODY  # one argon2 each, also for the one who is not there
    for _ in range(6):
        site.browser().sign_in("leader.city", "wrong")
    assert len(verified) == 9 and verified[-1] == NOBODY


def test_twenty_wrong_guesses_lock_and_the_right_password_waits_too(site: Site) -> None:
    for i in range(20):
        assert site.browser().sign_in("auditor.city", f"guess{i}").status == 403
    locked = site.browser().sign_in("auditor.city")
    assert locked.status == 403 and "账号或密码不正确，或尝试次数过多" in locked.text
    unknown = [site.browser().sign_in("no.such", f"guess{i}") for i in range(7)][-1]
    assert _without_form(unknown.text).replace("no.such", "auditor.city") == _without_form(locked.text)
    assert site.browser().sign_in("auditor.street").status == 303  # others are not locked out
    with sqlite3.connect(state_folder() / "access.sqlite") as db:
        db.execute("UPDATE guess SET locked_until = ?", (time.time() - 1,))
    assert site.browser().sign_in("auditor.city").status == 303


def test_guesses_sent_at_once_are_no_more_than_one_after_the_other(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty at the same moment: no more are tried than the lock allows, and the last of them do not undo it. The right one among them comes too late."""
    tried, allowed = [], atlas().server.lock_after
    monkeypatch.setattr("dashboard.access.sign_in.matches", lambda password_hash, password: tried.append(password_hash) or time.sleep(0.05) or False)
    with ThreadPoolExecutor(30) as threads:
        assert {answer.status for answer in threads.map(lambda at: site.browser().sign_in("data_steward.city", f"guess{at}"), range(30))} == {403}
    assert len(tried) == 30 and sum(bool(one) for one in tried) == allowed
    monkeypatch.undo()
    assert access_store().is_locked("account data_steward.city")
    assert site.browser().sign_in("data_steward.city").status == 403
    access_store().right("account data_steward.city")
    access_store().right("address 127.0.0.1")
    assert site.browser().sign_in("data_steward.city").status == 303


def _without_form(text: str) -> str:
    return re.sub(r'value="\w{64}"', "", text)


def test_the_address_is_locked_when_it_guesses_at_many_accounts(site: Site) -> None:
    store = access_store()
    for i in range(29):
        store.wrong("address 10.9.9.9", 30, 15)
        assert not store.is_locked("account x", "address 10.9.9.9"), i
    assert store.wrong("address 10.9.9.9", 30, 15)
    assert store.is_locked("account x", "address 10.9.9.9")


def test_every_try_is_in_the_audit_log_and_no_password_is(site: Site) -> None:
    site.browser().sign_in("leader.street", "Secret-guess-1")
    site.browser().sign_in("my-password-typed-here", "Secret-guess-1")
    site.signed_in("leader", "street")
    log = "".join(file.read_text("utf-8") for file in (state_folder() / "audit").glob("*.jsonl"))
    assert "wrong password from 127.0.0.1" in log and "unknown account" in log and '"sign-in"' in log
    assert "Secret-guess-1" not in log and "my-password-typed-here" not in log and PASSWORD not in log


@pytest.mark.parametrize("change", ["no token", "other token", "no cookie", "no origin", "foreign origin", "null origin"])
def test_a_form_of_another_site_is_refused(site: Site, change: str) -> None:
    browser = site.browser()
    token = re.search(r'name="token" value="(\w+)"', browser.page("/sign-in").text).group(1)  # type: ignore[union-attr]
    fields = {"token": {"no token": "", "other token": "f" * 64}.get(change, token), "account": "analyst.city", "password": PASSWORD}
    if change == "no cookie":
        browser.cookies.pop(FORM)
    origin = {"no origin": "", "foreign origin": "http://evil.example", "null origin": "null"}.get(change)
    answer = browser.post("/sign-in", fields, **({} if origin is None else {"Origin": origin}))
    assert answer.status == 403 and NAME not in browser.cookies


@pytest.mark.parametrize(
    "given", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "javascript:alert(1)", "/sign-out", "/ok\r\nSet-Cookie: a=b", "evil", ""]
)
def test_signing_in_leads_to_our_own_pages_only(site: Site, given: str) -> None:
    assert site.browser().sign_in("analyst.city", after=given).headers["location"] == "/"


def test_one_bit_changed_and_the_cookie_is_nothing(site: Site) -> None:
    browser = site.signed_in("analyst")
    good = browser.cookies[NAME]
    for at in range(0, len(good), 5):
        changed = good[:at] + ("0" if good[at] != "0" else "1") + good[at + 1 :]
        assert browser.get("/session", Cookie=f"{NAME}={changed}").status == 401, at
    for made_up in ("", "a.b", good.split(".")[0], "." + good.split(".")[1], good + "0", "é.é"):
        assert browser.get("/session", Cookie=f"{NAME}={made_up}".encode().decode("latin-1")).status == 401
    assert browser.get("/session").status == 204


def test_after_signing_out_the_old_cookie_is_worth_nothing(site: Site) -> None:
    browser = site.signed_in("analyst")
    old = dict(browser.cookies)
    assert browser.page("/sign-out").status == 200 and browser.get("/session").status == 204  # asked first: the click may be another site's
    answer = browser.get("/sign-out", Sec_Fetch_Site="same-origin")
    assert answer.status == 303 and answer.headers["clear-site-data"] == '"cache"' and NAME not in browser.cookies
    assert Browser(site.port, old).page("/overview").status == 303
    assert Browser(site.port, old).get("/session").status == 401


def test_signing_out_by_the_form(site: Site) -> None:
    browser = site.signed_in("analyst")
    token = re.search(r'name="token" value="(\w+)"', browser.page("/sign-out").text).group(1)  # type: ignore[union-attr]
    assert browser.post("/sign-out", {"token": "0" * 64}).status == 200 and browser.get("/session").status == 204
    assert browser.post("/sign-out", {"token": token}).status == 303
    assert browser.get("/session").status == 401


def test_another_person_at_the_same_browser_gets_a_session_of_the_own(site: Site) -> None:
    browser = site.signed_in("analyst")
    first = dict(browser.cookies)
    browser.get("/sign-out", Sec_Fetch_Site="same-origin")
    browser.sign_in("auditor.street")
    assert browser.cookies[NAME] != first[NAME]
    assert browser.page("/audit").status in (200, 403) and browser.page("/overview").status == 403
    assert Browser(site.port, first).get("/session").status == 401


def test_signing_in_anew_ends_the_session_before(site: Site) -> None:
    browser = site.signed_in("analyst")
    first = dict(browser.cookies)
    fresh = Browser(site.port)
    token = re.search(r'name="token" value="(\w+)"', fresh.page("/sign-in").text).group(1)  # type: ignore[union-attr]
    fresh.cookies |= {NAME: first[NAME]}  # a session fixed by somebody else, or one left behind
    assert fresh.post("/sign-in", {"token": token, "account": "leader.city", "password": PASSWORD}).status == 303
    assert fresh.cookies[NAME] != first[NAME]
    assert Browser(site.port, first).get("/session").status == 401


@pytest.mark.parametrize("change", ["password", "disabled", "gone"])
def test_a_changed_password_or_a_disabled_account_ends_its_sessions(site: Site, change: str) -> None:
    text = site.config.read_text("utf-8")
    browser, other = site.signed_in("leader", "community"), site.signed_in("leader", "street")
    head = '[[account]]\naccount = "leader.community"\n'
    at = text.index(head)
    block = text[at : text.find("[[account]]", at + 5)]
    try:
        changed = {
            "password": re.sub(r"password = '.*'", f"password = '{new_hash('Another-horse-9')}'", block),
            "disabled": block + "disabled = true\n",
            "gone": "",
        }[change]
        site.rewrite(text.replace(block, changed))
        assert browser.get("/session").status == 401
        assert browser.page("/overview").status == 303
        assert other.get("/session").status == 204
        if change == "disabled":
            assert site.browser().sign_in("leader.community").status == 403
    finally:
        site.rewrite(text)


def test_a_lowered_role_counts_in_the_open_session(site: Site) -> None:
    text = site.config.read_text("utf-8")
    browser = site.signed_in("analyst", "community")
    assert browser.page("/overview").status == 200
    head = '[[account]]\naccount = "analyst.community"\n'
    at = text.index(head)
    try:
        site.rewrite(text[:at] + text[at:].replace('role = "analyst"', 'role = "data_steward"', 1))
        assert browser.page("/overview").status == 403 and browser.page("/quality").status == 200
    finally:
        site.rewrite(text)


def test_sessions_end_by_age_and_by_idleness(site: Site) -> None:
    for column, hours in (("since", 9), ("seen", 3)):
        browser = site.signed_in("analyst")
        assert browser.get("/session").status == 204
        with sqlite3.connect(state_folder() / "access.sqlite") as db:
            db.execute(f"UPDATE session SET {column} = ? WHERE ended IS NULL", (time.time() - hours * 3600,))
        assert browser.get("/session").status == 401, column


def test_looking_whether_one_is_signed_in_keeps_nobody_signed_in(site: Site) -> None:
    browser = site.signed_in("analyst")
    with sqlite3.connect(state_folder() / "access.sqlite") as db:
        db.execute("UPDATE session SET seen = ? WHERE ended IS NULL", (time.time() - 3600,))
        db.commit()
        browser.get("/session")
        assert db.execute("SELECT max(seen) FROM session WHERE ended IS NULL").fetchone()[0] < time.time() - 3000
        browser.page("/overview")
        assert db.execute("SELECT max(seen) FROM session WHERE ended IS NULL").fetchone()[0] > time.time() - 60


def test_the_session_list_holds_no_session_id_and_is_private(site: Site) -> None:
    browser = site.signed_in("analyst")
    file = state_folder() / "access.sqlite"
    session_id = browser.cookies[NAME].split(".")[0].encode()
    assert all(session_id not in part.read_bytes() for part in file.parent.glob("access.sqlite*"))
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("body", [b"", b"short", b"x" * 64, b"change-me-change-me-change-me-change-me!", b"0123456789abcdef0123456789abcde"])
def test_a_secret_that_is_none_stops_the_start(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "secret"
    file.write_bytes(body)
    file.chmod(0o600)
    with pytest.raises(CallError):
        read_secret(file)
    file.write_bytes(b"9f3b1c77e0a24d58b6c1f2093847a5de9f3b1c77e0a24d58")
    assert len(read_secret(file)) == 48
    file.chmod(0o644)
    with pytest.raises(CallError):
        read_secret(file)


def test_a_body_without_end_is_not_read_to_its_end(site: Site) -> None:
    answer = site.browser().post("/sign-in", {"account": "a" * (forms.LARGEST_FORM * 2)})
    assert answer.status == 413


def test_the_page_runs_no_script_and_stays_out_of_frames(site: Site) -> None:
    for path in ("/sign-in", "/sign-in?lang=en&next=%3Cscript%3Ealert(1)%3C/script%3E"):
        answer = site.browser().page(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src" not in policy and "frame-ancestors 'none'" in policy
        assert "<script" not in answer.text and answer.headers["cache-control"] == "no-store"
