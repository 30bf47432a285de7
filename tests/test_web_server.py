"""A real server process from outside: headers, hidden doors, paths that lead nowhere, sizes, rates, and what a failing page tells."""

import http.client
import json
import re
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from dashboard.access.limits import EVIDENCE, EXPORT, NAMES, SIGN_IN, Buckets
from dashboard.view.nav import PAGES
from tests.asked_page import open_socket, run_page
from tests.faulty_server import TELLING
from tests.hostile import TRAVERSAL
from tests.served import health, running
from tests.tiny_city import tiny_city

KEY = "audit-and-hash-key-of-this-very-test"
HEADERS = {
    "x-content-type-options": "nosniff", "x-frame-options": "SAMEORIGIN", "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}  # fmt: skip


@dataclass
class Site:
    """A running server; `log` is what it wrote, `flag` makes its queries fail while it exists."""

    port: int
    folder: Path
    flag: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One request, its path sent exactly as given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection._validate_path = lambda _: None  # type: ignore[attr-defined]
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        said = {"Host": f"127.0.0.1:{self.port}", **({"Content-Length": str(len(body))} if body else {}), **{name.replace("_", "-"): value for name, value in headers.items()}}
        for name, value in said.items():
            connection.putheader(name, value)
        connection.endheaders()
        try:
            if body:
                connection.send(body)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    build, _ = tiny_city(folder / "warehouse")
    build.close()
    flag, environment = folder / "fail", {"PATH": "/usr/bin:/bin", "ATLAS_KEY": KEY, "HOME": str(folder)}

    def command(port: int) -> list[str]:
        return [sys.executable, "-m", "tests.faulty_server", str(flag), "--port", str(port), "--warehouse", str(folder / "warehouse")]

    with running(command, env=environment, log=folder / "log") as port:
        yield Site(port, folder, flag)
        assert health(f"http://127.0.0.1:{port}")[0], "the server died"


def build_id(site: Site) -> str:
    return json.loads(site.ask("/healthz")[2])["build_id"]


@pytest.mark.parametrize("path", ["/", "/overview", "/audit", "/healthz", "/metrics", "/nowhere", "/assets/atlas.css", "/export/none", "/_stcore/health", "/_stcore/metrics", "/names/none.json", "/painted/none"])
def test_every_answer_carries_the_headers(site: Site, path: str) -> None:
    _, headers, _ = site.ask(path)
    policy = {part.split()[0]: part.split()[1:] for part in headers["content-security-policy"].split("; ")}
    assert policy["script-src"] == ["'self'"] and policy["default-src"] == ["'self'"] and policy["object-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'self'"] and policy["base-uri"] == ["'self'"] and policy["form-action"] == ["'self'"]
    assert {name: headers[name] for name in HEADERS} == HEADERS
    assert "camera=()" in headers["permissions-policy"] and "access-control-allow-origin" not in headers


def test_only_the_frame_of_the_map_may_evaluate(site: Site) -> None:
    _, headers, _ = site.ask("/component/streamlit_folium.st_folium/index.html")
    assert "'unsafe-eval'" in headers["content-security-policy"] and "default-src 'self'" in headers["content-security-policy"]
    for way in ("/component/../overview", "//component/x", "/Component/x", "/assets/component/x"):
        assert "unsafe-eval" not in site.ask(way)[1].get("content-security-policy", "") or site.ask(way)[0] in (400, 403, 404)


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent/interact", "/_stcore/agent/mcp", "/_stcore/agent/openapi.json", "/_stcore/bidi-components/x/y.js",
             "/_stcore/upload_file/a/b", "/media/0123456789abcdef.csv", "/app/static/x", "/auth/login", "/oauth2callback"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_doors_of_streamlit_are_shut(site: Site, path: str, method: str) -> None:
    status, _, body = site.ask(path, method, b"x" if method in ("POST", "PUT") else b"")
    assert status in (404, 405) and len(body) < 200


def test_host_config_names_nobody(site: Site) -> None:
    status, _, body = site.ask("/_stcore/host-config")
    assert status == 200 and json.loads(body)["allowedOrigins"] == [] and json.loads(body)["enableCustomParentMessages"] is False


@pytest.mark.parametrize("base", ["/", "/assets/", "/static/", "/component/streamlit_folium.st_folium/", "/tiles/{id}/", "/tiles/", "/names/", "/media/", "/app/static/", "/_stcore/", "/overview/"])
def test_no_path_gives_a_file(site: Site, base: str) -> None:
    root = base.format(id=build_id(site))
    for payload in TRAVERSAL:
        with socket.create_connection(("127.0.0.1", site.port), timeout=60) as raw:
            raw.sendall(f"GET {root}{payload} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nConnection: close\r\n\r\n".encode())
            answer = b"".join(iter(lambda raw=raw: raw.recv(65536), b""))
        status = int(answer.split(b" ", 2)[1])
        assert status in (303, 307, 308, 400, 403, 404, 405, 429), (root + payload, status)
        assert not re.search(rb"root:|PATH=|DUCK|build_id|BEGIN|def |import ", answer.partition(b"\r\n\r\n")[2]), root + payload


@pytest.mark.parametrize("path", ["/assets", "/assets/", "/assets/leaflet-1.9.4/", "/static/", "/component/", "/component/streamlit_folium.st_folium/", "/tiles/", "/names/", "/export/"])
def test_no_folder_is_listed(site: Site, path: str) -> None:
    status, _, body = site.ask(path)
    assert status in (307, 403, 404) or (b"<title>" in body and b"leaflet.js" not in body), (status, body[:200])
    assert b"Index of" not in body


def test_python_files_beside_the_assets_stay(site: Site) -> None:
    for path in ("/assets/__init__.py", "/assets/__pycache__/", "/assets/./__init__.py", "/assets/%5f_init__.py", "/assets/__init__.pY"):
        assert site.ask(path)[0] == 404, path


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="the kernel does not tell of its sockets")
def test_without_sign_in_only_this_machine_is_listened_to(site: Site) -> None:
    """The kernel's own list of listening sockets: 127.0.0.1 and nothing else at the server's port."""
    lines = [line.split() for table in ("/proc/net/tcp", "/proc/net/tcp6") if Path(table).exists() for line in Path(table).read_text().splitlines()[1:]]
    listening = {local.partition(":")[0] for _, local, _, state, *_ in lines if state == "0A" and int(local.partition(":")[2], 16) == site.port}
    assert listening == {"0100007F"}


def test_hosts_and_origins(site: Site) -> None:
    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "localhost.evil.example:8501"):
        assert site.ask("/overview", Host=host)[0] == 400, host
    with open_socket(site.address) as good:
        assert run_page(good, "overview").html
    for origin in ("http://evil.example", "null", None, "http://localhost:9999", "http://127.0.0.1:1", f"http://127.0.0.1:{site.port}.evil.example", "file://"):
        with pytest.raises((InvalidStatus, ConnectionClosed)), open_socket(site.address, origin) as bad:
            run_page(bad, "overview")


@pytest.mark.parametrize(
    "head", ["Host: evil.example\r\nHost: {own}", "Host: {own}\r\nHost: evil.example", "Host: {own}\r\nhost : evil.example", "Host: {own}\r\n Host: evil.example", "X: y",
             "Host: {own}\r\nContent-Length: 5\r\nContent-Length: 50", "Host: {own}\r\nContent-Length: +5", "Host: {own}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked, identity",
             "Host: {own}\r\nTransfer-Encoding: xchunked", "Host: {own}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Host: {own}\r\nX: \x00"],
)  # fmt: skip
def test_requests_that_can_be_read_two_ways_are_refused(site: Site, head: str) -> None:
    """What a proxy before us may take for the end of a request is never the beginning of another one here."""
    own, inside = f"127.0.0.1:{site.port}", "GET /_smuggled HTTP/1.1\r\nHost: {own}\r\n\r\n"
    body = f"0\r\n\r\n{inside.format(own=own)}"
    with socket.create_connection(("127.0.0.1", site.port), timeout=60) as raw:
        raw.sendall(f"POST /sign-in HTTP/1.1\r\n{head.format(own=own)}\r\n\r\n{body}".encode("latin-1"))
        raw.settimeout(2)
        answers = b""
        try:
            while part := raw.recv(65536):
                answers += part
        except (TimeoutError, ConnectionError):
            pass
    assert set(re.findall(rb"HTTP/1\.1 (\d+)", answers)) == {b"400"}, answers[:500]
    assert site.ask("/overview")[0] == 200


@pytest.mark.parametrize("target", ["http://evil.example/overview", "//evil.example/overview", "/\\evil.example", "evil.example:443", "*"])
def test_a_target_that_names_another_host_leads_nowhere(site: Site, target: str) -> None:
    for method in ("GET", "OPTIONS", "CONNECT", "TRACE"):
        status, headers, body = site.ask(target, method)
        assert status in (400, 404, 405) and "evil.example" not in headers.get("location", "") and b"Cookie" not in body, (method, target, status)


def test_what_is_too_big_is_refused_and_the_server_lives(site: Site) -> None:
    for size in (2 * 1024 * 1024, 26 * 1024 * 1024):
        with open_socket(site.address) as big, pytest.raises(ConnectionClosed):
            big.send(b"\x0a" * size)
            while True:
                big.recv(timeout=60)
    for path, method in (("/_stcore/upload_file/a/b", "PUT"), ("/sign-in", "POST"), ("/healthz", "POST"), ("/import", "POST")):
        with socket.create_connection(("127.0.0.1", site.port), timeout=60) as raw:
            raw.sendall(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nContent-Length: {201 * 1024 * 1024}\r\n\r\n".encode())
            status = int(raw.recv(4096).split(b" ", 2)[1])  # answered before the body was asked for
        assert status in (404, 405, 413), (path, status)
    assert health(site.address)[0] == 200


def test_a_body_without_a_length_is_cut_off(site: Site) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=60) as raw:
        raw.sendall(f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
        try:
            for _ in range(200):
                raw.sendall(chunk)
            raw.sendall(b"0\r\n\r\n")
            status = int(raw.recv(4096).split(b" ", 2)[1])
        except (ConnectionError, IndexError):
            status = 413
    assert status == 413 and health(site.address)[0] == 200


@pytest.mark.parametrize("page", [page.id for page in PAGES])
def test_a_failing_page_tells_nothing(site: Site, page: str) -> None:
    site.flag.touch()
    try:
        with open_socket(site.address) as one:
            found = run_page(one, page, lang="en", **{"from": f"2026-01-{PAGES.index(next(p for p in PAGES if p.id == page)) + 1:02d}"})
    finally:
        site.flag.unlink()
    assert not found.exceptions
    for word in (TELLING, "Catalog", "SELECT", "caller_hash", "/srv/secret", "13812345678", "Traceback", "RuntimeError", str(site.folder)):
        assert word.encode() not in found.raw, word
    if "ga-error" in found.html:
        number = re.search(r"[0-9a-f]{8}", found.html[found.html.index("ga-error") :])
        assert number is not None and f"page error {number[0]}" in site.log  # whoever has the log finds the fault by its number


def test_pages_did_fail(site: Site) -> None:
    """Guards the test above: most pages do ask the build."""
    assert len(re.findall(r"page error [0-9a-f]{8}", site.log)) >= 8


def test_expensive_routes_have_a_rate(site: Site) -> None:
    """Last of all, since the buckets stay empty for a while."""
    for path, rule in (("/export/none", EXPORT), ("/names/none.json", NAMES), ("/evidence?ind=none", EVIDENCE)):
        answers = [site.ask(path) for _ in range(int(rule.burst) + 60)]
        assert {status for status, _, _ in answers} == {403, 429} or {status for status, _, _ in answers} == {404, 429}
        late = next(headers for status, headers, _ in answers if status == 429)
        assert int(late["retry-after"]) >= 1 and "content-security-policy" in late
    assert site.ask("/healthz")[0] == 200 and site.ask("/overview")[0] == 200


def test_neither_keys_nor_cookies_reach_the_log(site: Site) -> None:
    token = "SECRETTOKEN" * 4
    site.ask(f"/export/{token}", Cookie=f"atlas_reader={token}", Authorization=f"Bearer {token}")
    site.ask(f"/overview?unit={token}", Cookie=f"atlas_session={token}")
    audit = b"".join(file.read_bytes() for file in (site.folder / "warehouse.state" / "audit").iterdir() if file.is_file())
    assert audit
    for secret in (token, KEY):
        assert secret not in site.log and secret.encode() not in audit


def test_buckets_refill_and_forget() -> None:
    now = [0.0]
    buckets = Buckets(lambda: now[0], clients=3)
    assert [buckets.take(SIGN_IN, "a") for _ in range(int(SIGN_IN.burst))] == [0.0] * int(SIGN_IN.burst)
    assert buckets.take(SIGN_IN, "a") == pytest.approx(1 / SIGN_IN.per_second)
    assert buckets.take(SIGN_IN, "b") == 0 and buckets.take(EXPORT, "a") == 0
    now[0] = 2 / SIGN_IN.per_second
    assert [buckets.take(SIGN_IN, "a") > 0 for _ in range(3)] == [False, False, True]
    for client in "cdef":
        buckets.take(SIGN_IN, client)
    assert len(buckets._left) == 3


