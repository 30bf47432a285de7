"""Bodies sent from memory, compressed once (压缩后驻留内存), and the middleware that sends Streamlit's own files this way.

A first view asks for about 130 files. Through Streamlit's own file handler each costs 5–15 ms of the event loop; from here under 1 ms.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from etl.query.once import Once

FOREVER = "public, max-age=31536000, immutable"
RECHECK = "no-cache"
SMALLEST = 600  # bytes; below, a packet is a packet
TEXTS = ("text/", "application/javascript", "application/json", "image/svg+xml", "application/wasm")
STREAMLIT = Path(streamlit.__file__).parent / "static" / "static"
# Found, not imported: imported before Streamlit's runtime is there, the component would register with nobody.
_spec = find_spec("streamlit_folium")
MAP_COMPONENT = Path(_spec.origin if _spec is not None and _spec.origin else "streamlit_folium").parent / "frontend" / "build"
# Address before a file's own name → folder. Names below the two `static` folders carry a hash of their content.
FOLDERS = {"/static/": STREAMLIT, "/component/streamlit_folium.st_folium/": MAP_COMPONENT}


@dataclass(frozen=True, slots=True)
class Packed:
    """A body, the same compressed (None where that does not pay), its type and a strong ETag."""

    plain: bytes
    gzipped: bytes | None
    mime: str
    etag: str


def pack(body: bytes, mime: str) -> Packed:
    """Compress where it pays. Level 6: level 9 takes three times as long for 1% less."""
    small = gzip.compress(body, 6, mtime=0) if len(body) >= SMALLEST and mime.startswith(TEXTS) else None
    return Packed(body, small if small is not None and len(small) < len(body) else None, mime, f'"{hashlib.sha256(body).hexdigest()[:20]}"')


def answer(packed: Packed, headers: Headers, cache_control: str) -> Response:
    """200 in the form the browser takes, or 304."""
    said = {"Cache-Control": cache_control, "ETag": packed.etag, "Vary": "Accept-Encoding"}
    if packed.etag in [tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=said)
    if packed.gzipped is not None and "gzip" in headers.get("accept-encoding", ""):
        return Response(packed.gzipped, media_type=packed.mime, headers={**said, "Content-Encoding": "gzip"})
    return Response(packed.plain, media_type=packed.mime, headers=said)


def mime_of(name: str) -> str:
    """The type by the name's ending; module scripts are refused by browsers under any other than JavaScript's."""
    known = {".js": "text/javascript", ".mjs": "text/javascript", ".woff2": "font/woff2"}
    return known.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


@cache
def known_files() -> dict[str, Path]:
    """Address → file of all that is sent from memory. Only names listed here are ever opened, so no address leads elsewhere."""
    return {
        prefix + file.relative_to(folder).as_posix(): file
        for prefix, folder in FOLDERS.items()
        for file in folder.rglob("*")
        if file.is_file() and file.suffix != ".map"
    }


_files: Once[str, Packed] = Once(capacity=400)


def packed_file(path: str) -> Packed:
    """A file of `known_files`, read and compressed once."""
    file = known_files()[path]
    return _files.get(path, lambda: pack(file.read_bytes(), mime_of(file.name)))


class FilesFromMemory:
    """ASGI middleware: GETs of Streamlit's and the map component's files; everything else goes on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or scope["method"] != "GET" or path not in known_files():
            await self.app(scope, receive, send)
            return
        packed = packed_file(path) if _files.has(path) else await run_in_threadpool(packed_file, path)
        await answer(packed, Headers(scope=scope), FOREVER if "/static/" in path else RECHECK)(scope, receive, send)
