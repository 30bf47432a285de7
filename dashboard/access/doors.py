"""The doors (门禁): every request and socket is asked who it is before any page, tile, name, file or Streamlit route answers."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from dashboard.access.identity import PEER, Asking, Identity, NotSignedIn, asked_by, identify, is_open
from dashboard.access.monitoring import is_monitoring
from dashboard.web.settings import atlas

# Needed before anybody can sign in, and the same for everybody. Nothing here tells about the city.
FREE = ("/healthz", "/sign-in", "/sign-out", "/session", "/oidc/", "/assets/", "/static/", "/component/", "/_stcore/health", "/favicon")
SHUT = ("/auth/", "/oauth2callback")  # Streamlit's own sign-in, which is not ours
LOOK_S = 10.0  # how soon an idle socket learns that its session has ended


class Doors:
    """ASGI middleware between the security headers and everything that answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, connection = scope["path"], HTTPConnection(scope)
        if path != "/healthz" and not is_host_allowed(connection.headers.get("host")):
            await _plain("此地址不提供服务。Not served under this name.", 400)(scope, receive, send)
            return
        if path.startswith(SHUT):
            await _plain("Not Found", 404)(scope, receive, send)
            return
        asking = asking_of(connection)
        with asked_by(asking):
            answer = await self._refusal(path, scope, connection, asking)
            await (answer or self.app)(scope, receive, send)

    async def _refusal(self, path: str, scope: Scope, connection: HTTPConnection, asking: Asking) -> Response | None:
        if path == "/metrics":
            return None if is_monitoring(connection) or await _is_admin(asking) else _plain("Not Found", 404)
        if is_open() or path.startswith(FREE):
            return None
        if await run_in_threadpool(identify, asking) is not None:
            return None
        if scope["method"] == "GET" and "text/html" in connection.headers.get("accept", ""):
            after = quote(path + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""), safe="")
            return RedirectResponse(f"/sign-in?next={after}", status_code=303, headers={"Cache-Control": "no-store"})
        text = NotSignedIn().text
        return Response(json.dumps({"error": f"{text.zh}{text.en}"}, ensure_ascii=False), 401, {"Cache-Control": "no-store"}, "application/json")

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        asking = asking_of(connection)
        who = await run_in_threadpool(identify, asking) if is_host_allowed(connection.headers.get("host")) else None
        if who is None:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "sign-in"})
            return
        headers = [(name, value) for name, value in scope["headers"] if name.lower() != PEER.encode()]
        headers.append((PEER.encode(), asking.peer.encode()))
        inside = {**scope, "headers": headers if is_open() else [_without_old_session(header) for header in headers]}
        await self.app(inside, receive if is_open() else Watched(receive, send, lambda: identify(asking, False) == who), send)


class Watched:
    """The messages of a socket, as long as its session lasts and means the same person, role and area."""

    def __init__(self, receive: Receive, send: Send, is_same: Callable[[], bool]) -> None:
        self._receive, self._send, self._is_same = receive, send, is_same

    async def __call__(self) -> Message:
        coming = asyncio.ensure_future(self._receive())
        try:
            while True:
                done, _ = await asyncio.wait({coming}, timeout=LOOK_S)
                if not await run_in_threadpool(self._is_same):
                    break
                if done:
                    return coming.result()
        finally:
            if not coming.done():
                coming.cancel()
        with contextlib.suppress(RuntimeError):  # already closed by the other side
            await self._send({"type": "websocket.close", "code": 1008, "reason": "sign-in"})
        return {"type": "websocket.disconnect", "code": 1008}


def asking_of(connection: HTTPConnection) -> Asking:
    """What a request tells about who asks. The peer is the socket's: forwarding headers never replace it."""
    peer = connection.client.host if connection.client else ""
    return Asking(connection.cookies, [(name.lower(), value) for name, value in connection.headers.items()], peer)


async def _is_admin(asking: Asking) -> bool:
    found: Identity | None = await run_in_threadpool(identify, asking)
    return found is not None and found.role == "admin"


def _without_old_session(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Streamlit lets a browser take up an earlier page by its id, given as the third sub-protocol. It might be another person's."""
    name, value = header
    return (name, b",".join(value.split(b",")[:2])) if name.lower() == b"sec-websocket-protocol" else header


def _plain(text: str, status: int) -> Response:
    return PlainTextResponse(text, status_code=status, headers={"Cache-Control": "no-store"})


def client_address(headers: Headers, peer: str) -> str:
    """Where the person sits, for the log and the lock: what a believed proxy says, else the socket's other end."""
    if not atlas().proxy.is_from(peer):
        return peer
    told = ",".join(headers.getlist("x-forwarded-for")).split(",")[-1].strip()  # a proxy may add a line of its own below the client's
    return told[:64] or peer
