"""Every door, asked by every role for what lies outside: pages, names, tiles, exports, evidence, counters, and the socket itself."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest

from dashboard.access.cookies import session_id_of
from dashboard.access.identity import Identity, export_key
from dashboard.access.roles import PAGES_OF, is_public_page, may_open
from dashboard.access.store import key_of
from dashboard.view.nav import PAGES, pages_for
from dashboard.web.exports import EXPORTS, READER_COOKIE
from dashboard.web.state_folder import state_folder
from etl.geo.tiles import units_in_tiles
from etl.model.feed_filters import FEED_FILTERS
from etl.model.levels import LEVEL_IDS
from etl.query.limited_tiles import Archive
from etl.query.reader import ROLES, Role
from etl.query.units import units
from tests.access_city import Browser, Site, access_site, account_of, areas, atlas_text
from tests.random_scopes import values_of

AREAS = ("", "street", "community", "compound", "micro")


@pytest.fixture(scope="module")
def site(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    more = '[proxy]\naddresses = ["10.0.0.7"]\nuser_header = "X-Remote-User"\ngroups_header = "X-Remote-Groups"\n[[group]]\ngroup = "heads"\nrole = "leader"\n'
    with access_site(demo_warehouse, tmp_path_factory.mktemp("doors") / "atlas.toml", more) as found:
        yield found


def told(site: Site, area: str) -> tuple[int, int, set[int]]:
    """First and last number of an area, and the numbers of the units it lies in."""
    frame = units(site.build)
    code = areas(site.build)[area]
    first = frame.by_code(code) if code else 1
    assert first is not None
    return first, int(frame.last_no[first - 1]), set(frame.ancestors(first))


def test_every_page_belongs_to_a_role_and_every_role_arrives_somewhere() -> None:
    for page in PAGES:
        assert is_public_page(page.id) or any(page.id in ids for role, ids in PAGES_OF.items() if role != "admin"), page.id
    assert all(pages_for(role) for role in ROLES)
    known = {page.id for page in PAGES}
    assert {page for ids in PAGES_OF.values() for page in ids} <= known | {"steward", "department", "audit"}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_pages_and_no_others(site: Site, role: str) -> None:
    browser = site.signed_in(role, "community")
    for page in PAGES:
        answer = browser.page(f"/{page.id}")
        assert answer.status == (200 if may_open(role, page.id) else 403), page.id
        if answer.status == 403:
            assert "您的角色" in answer.text and f'href="/{page.id}"' not in answer.text and "Traceback" not in answer.text
    first = browser.page("/").headers["location"].strip("/")
    assert may_open(role, first)


@pytest.mark.parametrize("path", ["/overview", "/", "/names/{id}.json", "/tiles/{id}/micro.pmtiles", "/export/abc", "/painted/abc", "/evidence?ind=close_rate", "/_stcore/host-config",
                                  "/_stcore/stream", "/_stcore/upload_file/a/b", "/media/x", "/anything", "/audit", "/auth/login", "/oauth2callback"])  # fmt: skip
def test_nobody_gets_nothing(site: Site, path: str) -> None:
    path = path.format(id=site.build.id)
    browser = site.browser()
    assert browser.get(path).status in (401, 404)
    page = browser.page(path)
    assert page.status in (303, 404)
    assert page.headers.get("location", "/sign-in?").startswith("/sign-in?")
    for word in ("锦屏市", site.build.id):
        assert word not in browser.get(path).text


def test_what_is_open_to_all_tells_nothing_of_the_city(site: Site) -> None:
    for path in ("/sign-in", "/assets/atlas.css", "/session", "/oidc/none/start"):
        assert "锦屏市" not in site.browser().get(path).text


@pytest.mark.parametrize("area", AREAS)
def test_names_are_those_of_the_own_area_and_above(site: Site, area: str) -> None:
    first, last, above = told(site, area)
    frame = units(site.build)
    answer = site.signed_in("analyst", area).get(f"/names/{site.build.id}.json")
    names = answer.json()["name"]
    for no in range(1, len(frame) + 1):
        name = names[no] if no < len(names) else ""
        assert name == (frame.name[no - 1] if first <= no <= last or no in above else ""), no
    assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("level", LEVEL_IDS)
@pytest.mark.parametrize("area", AREAS)
def test_tiles_hold_the_own_outlines_and_those_above(site: Site, area: str, level: str, tmp_path: Path) -> None:
    first, last, above = told(site, area)
    sealed = site.build.folder / "tiles" / f"{level}.pmtiles"
    answer = site.signed_in("leader", area).get(f"/tiles/{site.build.id}/{level}.pmtiles")
    if not sealed.exists():
        assert answer.status == 404
        return
    (tmp_path / "own.pmtiles").write_bytes(answer.body)
    whole = Archive(sealed)
    for zoom in range(whole.min_zoom, whole.max_zoom + 1):
        wanted = {no for no in units_in_tiles(sealed, zoom) if first <= no <= last or no in above}
        assert units_in_tiles(tmp_path / "own.pmtiles", zoom) == wanted, zoom
    if area:
        frame = units(site.build)
        foreign = [str(name).encode() for no, name in enumerate(frame.name, 1) if not first <= no <= last and no not in above]
        assert not [name for name in foreign if name in answer.body]


def test_ranges_of_a_limited_archive_are_parts_of_it(site: Site) -> None:
    browser, path = site.signed_in("leader", "community"), f"/tiles/{site.build.id}/micro.pmtiles"
    whole = browser.get(path)
    other = site.signed_in("leader", "micro").get(path)
    assert whole.status == 200 and other.headers["etag"] != whole.headers["etag"] and len(other.body) < len(whole.body)
    assert browser.get(path, Range="bytes=0-126").body == whole.body[:127]
    assert browser.get(path, Range=f"bytes={len(whole.body) - 5}-").body == whole.body[-5:]
    beyond = browser.get(path, Range=f"bytes={len(whole.body)}-{len(whole.body) + 99999}")
    assert beyond.status == 416 and not beyond.body
    assert browser.get(path, If_None_Match=whole.headers["etag"]).status == 304
    assert browser.get(path, If_None_Match=other.headers["etag"]).status == 200


def test_the_same_browser_after_another_person_finds_nothing_of_the_first(site: Site) -> None:
    browser, path = site.signed_in("analyst"), f"/names/{site.build.id}.json"
    all_names = browser.get(path)
    browser.get("/sign-out", Sec_Fetch_Site="same-origin")
    browser.sign_in(account_of("leader", "micro"))
    second = browser.get(path, If_None_Match=all_names.headers["etag"])
    assert second.status == 200 and len(second.body) < len(all_names.body)


def test_an_area_that_the_build_lacks_is_nothing_and_never_the_whole_city(site: Site) -> None:
    text = site.config.read_text("utf-8")
    browser = site.signed_in("analyst", "community")
    try:
        site.rewrite(text.replace(f'"{areas(site.build)["community"]}"', '"999999999999"'))
        assert browser.get("/session").status == 204
        for path in (f"/names/{site.build.id}.json", f"/tiles/{site.build.id}/street.pmtiles", "/evidence?ind=close_rate"):
            assert browser.get(path).status == 404, path
    finally:
        site.rewrite(text)


def prepared(browser_cookie: str, key: str) -> str:
    return EXPORTS.prepare("表.csv", "text/csv", b"own,rows", key)


def session_key(browser: Browser, role: Role, unit: str) -> str:
    """To whom a file belongs that this browser's session prepares."""
    return export_key(Identity("", "", role, unit, "local", key_of(session_id_of(browser.cookies))), "")


def test_a_file_made_for_a_wider_area_or_role_stays_here(site: Site) -> None:
    """The account file is changed between the click and the download; the session goes on."""
    text, owner = site.config.read_text("utf-8"), site.signed_in("leader", "street")
    old, new = (areas(site.build)[name] for name in ("street", "community"))
    head = f'account = "{account_of("leader", "street")}"'
    at = text.index(head)
    for change in ((f'unit = "{old}"', f'unit = "{new}"'), ('role = "leader"', 'role = "auditor"')):
        token, kept = (prepared("", session_key(owner, "leader", old)) for _ in range(2))
        try:
            site.rewrite(text[:at] + text[at:].replace(*change, 1))
            assert owner.get("/session").status == 204
            refused = owner.get(f"/export/{token}")
            assert refused.status == 403 and b"own,rows" not in refused.body, change
        finally:
            site.rewrite(text)
        assert owner.get(f"/export/{kept}").body == b"own,rows", "and it was the change that kept it"


def test_an_export_belongs_to_one_session(site: Site) -> None:
    owner, other = site.signed_in("analyst"), site.signed_in("analyst", "street")
    owner.cookies[READER_COOKIE] = other.cookies[READER_COOKIE] = "the-same-browser-cookie"
    key = session_key(owner, "analyst", "")
    token = prepared("", key)
    for stranger in (site.browser(), other):
        answer = stranger.get(f"/export/{token}")
        assert answer.status in (401, 403) and b"own,rows" not in answer.body
    assert other.get(f"/export/{prepared('', 'the-same-browser-cookie')}").status == 403, "a cookie alone is no session"
    assert owner.get(f"/export/{token}").body == b"own,rows"
    assert owner.get(f"/export/{token}").status == 403, "once"
    late = prepared("", key)
    old = dict(owner.cookies)
    owner.get("/sign-out", Sec_Fetch_Site="same-origin")
    owner.cookies = old
    assert owner.get(f"/export/{late}").status == 401, "dead after signing out"
    owner.sign_in(account_of("analyst", ""))
    assert owner.get(f"/export/{late}").status == 403, "and not another session's"


@pytest.mark.parametrize("headers", [{"X_Remote_User": "analyst.city"}, {"X_Remote_User": "anyone", "X_Remote_Groups": "heads"}, {"X_Atlas_Peer": "10.0.0.7"},
                                     {"X_Forwarded_For": "10.0.0.7", "X_Remote_User": "x", "X_Remote_Groups": "heads"},
                                     {"Forwarded": "for=10.0.0.7", "X_Remote_User": "x", "X_Remote_Groups": "heads"}])  # fmt: skip
def test_identity_headers_from_elsewhere_are_nobodys(site: Site, headers: dict[str, str]) -> None:
    assert site.browser().get("/overview", **headers).status == 401
    assert site.browser().get("/session", **headers).status == 401


def test_identity_headers_from_the_proxy_count_once_only(site: Site) -> None:
    text = site.config.read_text("utf-8")
    try:
        site.rewrite(text.replace('"10.0.0.7"', '"127.0.0.1"'))
        browser = site.browser()
        head = {"X_Remote_User": "林主任".encode().decode("latin-1"), "X_Remote_Groups": "people, heads"}
        assert browser.get("/overview", **head).status == 200
        assert browser.get("/audit", **head).status == 403
        assert browser.get("/overview", X_Remote_User="lin").status == 401, "no group, no right"
        assert browser.get("/overview", X_Remote_User="analyst.city").status == 401, "a local account's name is no proxy's account"
        assert _twice(site, [("X-Remote-User", "lin"), ("X-Remote-User", "boss"), ("X-Remote-Groups", "heads")]) == 401
        assert _twice(site, [("X-Remote-User", "lin"), ("X-Remote-Groups", "none"), ("x-remote-groups", "heads")]) == 401
        assert _twice(site, [("X-Remote-User", "lin"), ("X-Remote-Groups", "heads")]) == 200
        log = "".join(file.read_text("utf-8") for file in (state_folder() / "audit").glob("*.jsonl"))
        assert '"proxy:林主任"' in log
    finally:
        site.rewrite(text)


def _twice(site: Site, headers: list[tuple[str, str]]) -> int:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    connection.putrequest("GET", "/overview")
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


def test_counters_are_for_the_monitoring_of_this_machine(site: Site) -> None:
    assert site.browser().get("/metrics").status == 200
    assert site.browser().get("/metrics", X_Forwarded_For="10.1.1.1").status == 404  # somebody behind a proxy on this machine
    assert site.signed_in("analyst").get("/metrics", X_Forwarded_For="10.1.1.1").status == 404
    assert site.signed_in("admin").get("/metrics", X_Forwarded_For="10.1.1.1").status == 200


def test_a_mistake_in_the_settings_is_told_to_the_monitoring_only(site: Site) -> None:
    """Its sentence may hold lines of atlas.toml."""
    text = site.config.read_text("utf-8")
    try:
        site.rewrite(text + '\n[[account]]\naccount = "new"\npassword = "secret-typed-here"\nrole = "analist"\n')
        assert "argon2" in site.browser().get("/healthz").json()["warning"]
        outside = site.browser().get("/healthz", X_Forwarded_For="10.1.1.1")
        assert outside.status == 200 and outside.json()["warning"] == "see the server's log" and "argon2" not in outside.text
        assert "secret-typed-here" not in site.browser().get("/healthz").text
    finally:
        site.rewrite(text)


def test_evidence_of_a_figure_stays_in_the_area(site: Site) -> None:
    first, _last, _ = told(site, "community")
    frame = units(site.build)
    foreign = str(frame.code[int(np.flatnonzero(frame.level == 3)[0])])
    browser = site.signed_in("leader", "community")
    assert browser.get("/evidence?ind=close_rate").status == 200
    assert browser.get(f"/evidence?ind=close_rate&unit={foreign}").status == 404
    assert foreign not in browser.get(f"/evidence?ind=close_rate&unit={frame.code[first - 1]}").text


def rows_of(account: str) -> list[dict]:
    """The rows of an account in the log, oldest first."""
    rows = [json.loads(line) for file in sorted((state_folder() / "audit").glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    return [row for row in rows if row["account"] == account]


def test_evidence_asked_by_its_address_is_in_the_log(site: Site) -> None:
    """It tells figures that no page need have shown: one row for each, told or refused."""
    browser, foreign = site.signed_in("leader", "community"), str(units(site.build).code[3])
    before = len(rows_of("leader.community"))
    browser.get("/evidence?ind=close_rate&from=2026-01-01&to=2026-01-31")
    browser.get(f"/evidence?ind=close_rate&unit={foreign}")
    assert browser.get("/evidence?ind=none").status == 404
    told, refused = rows_of("leader.community")[before:]
    assert (told["action"], told["page"]) == ("view", "evidence") and (refused["action"], refused["page"], refused["detail"]) == ("refused", "evidence", "unit")


def test_evidence_under_the_filter_of_a_feed_stays_in_the_area(site: Site) -> None:
    """Every filter of a feed, with words of the whole city: what is told is what the limited reader's own rows say."""
    first, last, _ = told(site, "community")
    frame, browser = units(site.build), site.signed_in("leader", "community")
    foreign = {str(word) for no in range(1, len(frame) + 1) if not first <= no <= last and no not in told(site, "community")[2] for word in (frame.code[no - 1],)}
    for name, one in FEED_FILTERS.items():
        for value in values_of(site.build, name)[:4]:
            answer = browser.get(f"/evidence?{urlencode({'ind': one.shown_by, name: value})}")
            assert answer.status == 200, (name, value)
            assert not [code for code in foreign if code in answer.text], (name, value)


@pytest.mark.parametrize("way", [{"method": "HEAD"}, {"method": "OPTIONS"}, {"method": "POST"}])
def test_asking_otherwise_neither_gives_nor_uses_up_a_file(site: Site, way: dict[str, str]) -> None:
    owner = site.signed_in("analyst")
    token = prepared("", session_key(owner, "analyst", ""))
    answer = owner.ask(path=f"/export/{token}", **way)
    assert answer.status in (400, 405) and not answer.body.strip().endswith(b"own,rows") and "content-disposition" not in answer.headers
    assert owner.get(f"/export/{token}").body == b"own,rows"


def test_every_refusal_is_one_row_of_the_log(site: Site) -> None:
    def refusals() -> list[dict]:
        return [row for row in rows_of("steward.micro") if row["action"] == "refused"]

    browser, before = site.signed_in("steward", "micro"), len(refusals())
    browser.page("/overview?unit=590100")
    assert len(refusals()) == before + 1 and refusals()[-1]["page"] == "overview"


def test_the_file_of_all_accounts_is_in_order(site: Site, tmp_path: Path) -> None:
    from dashboard.web.atlas_file import read_atlas

    (tmp_path / "atlas.toml").write_text(atlas_text(site.build), "utf-8")
    settings, file = read_atlas(tmp_path / "atlas.toml")
    assert not file.mistakes and len(settings.accounts.accounts) == len(ROLES) * len(AREAS) - 1
    assert re.fullmatch(r"\d{12}", areas(site.build)["community"])
