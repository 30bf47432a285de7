"""Our routes and headers: health, tiles by range, traversal, exports once and for one reader only."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.routing import Mount

from dashboard.routes import ROUTES, Assets
from dashboard.web.exports import EXPORTS, READER_COOKIE, ExportStore
from dashboard.web.headers import SecurityHeaders, same_origin
from dashboard.web.serving import follow, serving
from dashboard.web.settings import Settings
from etl.model.errors import CallError
from tests.http_server import Client, served
from tests.tiny_city import tiny_city

TILE = b"PMTiles" + bytes(range(256)) * 8
WAYS_UP = ("../", "..%2f", "%2e%2e/", "..%5c", "%252e%252e/", "....//", "/", "//", "C:%5c", "%00", "..;/", "\\\\host\\share\\")
TARGETS = ("etc/passwd", "manifest.json", "warehouse.duckdb", "routes.py", "__init__.py")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("warehouse")
    build, _ = tiny_city(folder)
    tiles = build.folder / "tiles"
    tiles.mkdir()
    (tiles / "micro.pmtiles").write_bytes(TILE)
    seal(build.folder, "tiles/micro.pmtiles", TILE)
    build.close()
    return folder


def seal(folder: Path, name: str, body: bytes) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["files"][name] = {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def app() -> Starlette:
    return Starlette(routes=ROUTES, middleware=[Middleware(SecurityHeaders)])


@pytest.fixture(scope="module")
def client(warehouse: Path) -> Iterator[Client]:
    follow(warehouse)
    with served(app()) as client:
        yield client


def test_health_names_the_build(client: Client) -> None:
    body = client.get("/healthz").json()
    assert body["status"] == "ok"
    assert body["build_id"] == serving().build().id
    assert body["data_date"] == "2026-10-31"
    assert body["sessions"] == 0


@pytest.fixture
def other_warehouse() -> Iterator[None]:
    """Lets a test follow something else and gives the process back afterwards."""
    before = serving()
    yield
    follow(before.warehouse)


def test_health_without_a_build_is_503(client: Client, other_warehouse: None, tmp_path: Path) -> None:
    follow(tmp_path / "empty")
    with served(app()) as client:
        answer = client.get("/healthz")
    assert answer.status == 503
    assert "build" in answer.json()["reason"]


def test_a_new_build_is_followed_and_a_damaged_one_refused(client: Client, warehouse: Path) -> None:
    first = client.get("/healthz").json()["build_id"]
    for name in ("20261102-000000", "20261103-000000"):
        shutil.copytree(warehouse / first, warehouse / name)
    database = warehouse / "20261103-000000" / "warehouse.duckdb"
    body = bytearray(database.read_bytes())
    body[len(body) // 2] ^= 1
    database.write_bytes(bytes(body))
    (warehouse / "CURRENT").write_text("20261102-000000", "utf-8")
    serving().refresh(force=True)
    assert client.get("/healthz").json()["build_id"].startswith("202611")
    assert serving().build().folder.name == "20261102-000000"
    (warehouse / "CURRENT").write_text("20261103-000000", "utf-8")
    serving().refresh(force=True)
    assert serving().build().folder.name == "20261102-000000"
    assert "warning" in client.get("/healthz").json()
    (warehouse / "CURRENT").write_text(first, "utf-8")
    serving().refresh(force=True)


def test_tiles_answer_ranges_and_tags(client: Client) -> None:
    address = f"/tiles/{serving().build().id}/micro.pmtiles"
    whole = client.get(address)
    part = client.get(address, Range="bytes=0-6")
    assert whole.status == 200 and whole.body == TILE
    assert part.status == 206 and part.body == b"PMTiles"
    assert "immutable" in part.headers["cache-control"]
    assert client.get(address, If_None_Match=whole.headers["etag"]).status == 304
    assert client.get(address, Range=f"bytes={len(TILE)}-").status == 416


@pytest.mark.parametrize(
    "path", ["/tiles/none/micro.pmtiles", "/tiles/{id}/street.pmtiles", "/tiles/{id}/planet.pmtiles", "/names/none.json"]
)
def test_unknown_tiles_are_404(client: Client, path: str) -> None:
    assert client.get(path.format(id=serving().build().id)).status == 404


@pytest.mark.parametrize("way", WAYS_UP)
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("base", ["/assets/", "/tiles/", "/tiles/{id}/", "/export/", "/names/"])
def test_no_path_leads_out(client: Client, way: str, target: str, base: str) -> None:
    answer = client.get(base.format(id=serving().build().id) + way * 3 + target)
    assert answer.status in (307, 400, 403, 404)
    assert b"root:" not in answer.body and b"SELECT" not in answer.body


def test_a_link_in_the_assets_leads_nowhere(tmp_path: Path) -> None:
    """Neither a file nor a folder linked from there is served, whatever it is called."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.css").write_text("SELECT secret")
    inside = tmp_path / "assets"
    inside.mkdir()
    (inside / "own.css").write_text("body{}")
    (inside / "link.css").symlink_to(tmp_path / "outside" / "secret.css")
    (inside / "folder").symlink_to(tmp_path / "outside")
    (inside / "passwd.css").symlink_to("/etc/passwd")
    with served(Starlette(routes=[Mount("/assets", Assets(directory=inside))])) as client:
        assert client.get("/assets/own.css").text == "body{}"
        for path in ("link.css", "folder/secret.css", "folder", "folder/", "passwd.css"):
            answer = client.get(f"/assets/{path}")
            assert answer.status == 404 and b"secret" not in answer.body and b"root:" not in answer.body, path


def test_an_export_leaves_once_and_for_its_reader_only(client: Client) -> None:
    token = EXPORTS.prepare("表.csv", "text/csv", b"a,b", "mine")
    assert client.get(f"/export/{token}").status == 403
    assert client.get(f"/export/{token}", Cookie=f"{READER_COOKIE}=another").status == 403
    own = client.get(f"/export/{token}", Cookie=f"{READER_COOKIE}=mine")
    assert own.status == 200 and own.body == b"a,b"
    assert "filename*=UTF-8''%E8%A1%A8.csv" in own.headers["content-disposition"]
    assert client.get(f"/export/{token}", Cookie=f"{READER_COOKIE}=mine").status == 403


def test_an_export_expires_and_needs_a_reader() -> None:
    late = ExportStore(lifetime_s=-1)
    assert late.take(late.prepare("a", "b", b"", "mine"), "mine") == "refused"
    nobody = ExportStore()
    assert nobody.take(nobody.prepare("a", "b", b"", ""), "") == "refused"


def test_two_exports_of_equal_shape_stay_apart(client: Client) -> None:
    bodies = [bytes([mark]) * 1_500_000 for mark in (1, 2)]
    tokens = [EXPORTS.prepare("a.csv", "text/csv", body, f"reader{i}") for i, body in enumerate(bodies)]
    for i, token in enumerate(tokens):
        assert client.get(f"/export/{token}", Cookie=f"{READER_COOKIE}=reader{i}").body == bodies[i]


def test_every_answer_carries_the_headers(client: Client) -> None:
    for path in ("/healthz", "/overview", "/nowhere", "/_stcore/metrics", "/assets/atlas.css"):
        headers = client.get(path).headers
        assert "script-src 'self';" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert client.get("/_stcore/metrics").status == 404


def test_the_page_is_chinese_and_gives_a_reader_cookie(client: Client) -> None:
    answer = client.get("/overview")
    assert '<html lang="zh-CN"' in answer.text and "网格一张图" in answer.text
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert '<html lang="en"' in client.get("/overview?lang=en").text
    assert client.get("/?unit=J1").headers["location"] == "/overview?unit=J1"


def test_metrics_are_prometheus_text(client: Client) -> None:
    text = client.get("/metrics").text
    assert f'atlas_build_info{{build_id="{serving().build().id}"' in text
    assert "atlas_up 1" in text


@pytest.mark.parametrize(
    ("origin", "is_ours"),
    [("http://127.0.0.1:8501", True), ("", False), ("null", False), ("http://localhost:9999", False), ("https://evil.example", False)],
)
def test_sockets_open_for_our_own_pages_only(origin: str, is_ours: bool) -> None:
    given = {"host": "127.0.0.1:8501"} | ({"origin": origin} if origin else {})
    assert same_origin(Headers(given)) is is_ours


def test_other_hosts_need_public(tmp_path: Path) -> None:
    with pytest.raises(CallError):
        Settings(tmp_path, host="0.0.0.0")
    assert Settings(tmp_path, host="0.0.0.0", public=True).public


def test_a_public_server_has_neither_tiles_nor_names(client: Client, other_warehouse: None, warehouse: Path) -> None:
    follow(warehouse, is_public=True)
    build = serving().build()
    with served(app()) as client:
        assert client.get(f"/tiles/{build.id}/micro.pmtiles").status == 404
        assert client.get(f"/names/{build.id}.json").status == 404
        assert client.get("/").headers["location"] == "/public"
