"""Files every page loads: from memory, compressed, kept by the browser; and a server that never waits for an acknowledgement."""

import gzip
import re
import socket

import pytest
from starlette.responses import PlainTextResponse
from streamlit.web.server.starlette import starlette_server

from dashboard.assets import BUNDLES, FOLDER, bundle
from dashboard.server import answer_at_once
from dashboard.shell import drawn_modules, shell_html
from dashboard.web.packed import FilesFromMemory, known_files, mime_of, pack
from tests.http_server import served


def test_streamlits_files_come_compressed_and_stay_in_the_browser() -> None:
    path = next(path for path in known_files() if re.fullmatch(r"/static/js/index\.\w+\.js", path))
    with served(FilesFromMemory(PlainTextResponse("behind"))) as client:
        found = client.get(path, Accept_Encoding="gzip")
        assert (found.status, found.headers["content-encoding"], found.headers["content-type"]) == (200, "gzip", "text/javascript; charset=utf-8")
        assert "immutable" in found.headers["cache-control"]
        assert gzip.decompress(found.body) == known_files()[path].read_bytes() == client.get(path).body
        assert client.get(path, If_None_Match=found.headers["etag"]).status == 304
        frame = client.get("/component/streamlit_folium.st_folium/index.html")
        assert frame.headers["cache-control"] == "no-cache"
        assert client.get("/static/../server.py").text == client.get("/static/js/none.js").text == "behind"


def test_every_page_asks_early_for_what_it_draws_and_all_of_it_exists() -> None:
    assert len(drawn_modules()) > 20
    asked = re.findall(r'(?:src|href)="\.?(/(?:static|component)/[^"?]+)', shell_html("overview", "zh"))
    assert set(asked) <= set(known_files())


@pytest.mark.parametrize("name", list(BUNDLES))
def test_bundles_hold_every_file_and_point_to_what_is_there(name: str) -> None:
    text = bundle(name).decode()
    assert "sourceMappingURL=" not in text
    assert all((FOLDER / address).is_file() for address in re.findall(r"url\(([^)#\"']+\.png)\)", text))


def test_small_and_binary_bodies_are_not_compressed() -> None:
    assert pack(b"x" * 100, "text/plain").gzipped is None
    assert pack(b"x" * 9999, mime_of("a.woff2")).gzipped is None


def test_connections_do_not_wait_for_acknowledgements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starlette_server, "_bind_socket", starlette_server._bind_socket)
    answer_at_once()
    with starlette_server._bind_socket("127.0.0.1", 0, 5) as listening, socket.create_connection(listening.getsockname()):
        listening.setblocking(True)
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
