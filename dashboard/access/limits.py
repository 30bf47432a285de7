"""How much one client may ask for (请求限额): token buckets on expensive routes, a cap on open sockets and on what is sent to us.

By address, since a cookie can be left out. The buckets are wide enough for an office behind one address opening the pages in the
morning; they stop a program that tries names, tokens or passwords by the thousand.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.access.doors import client_address

BODY_BYTES = 64 * 1024  # nothing we answer reads more: sign-in forms, small settings
MESSAGE_BYTES = 1024 * 1024  # from a browser: widget values and clicks, some kilobytes
CLIENTS = 20_000  # addresses remembered; the least recent go
TOO_MANY = "请求过于频繁，请稍后再试。Too many requests; try again in a moment."


@dataclass(frozen=True, slots=True)
class Rule:
    """`burst` at once, then `per_second`."""

    id: str
    burst: float
    per_second: float


SIGN_IN = Rule("sign-in", 60, 1)  # beside the lock on wrong guesses
EXPORT = Rule("export", 60, 1)
NAMES = Rule("names", 200, 4)
EVIDENCE = Rule("evidence", 200, 4)  # each a query of its own
SOCKET = Rule("socket", 400, 20)
SOCKETS_OPEN = 800  # at once from one address


def rule_of(scope: Scope) -> Rule | None:
    """The rule of a request; most have none."""
    if scope["type"] == "websocket":
        return SOCKET
    path = scope["path"]
    if path.startswith(("/sign-in", "/oidc/")):
        return SIGN_IN if scope["method"] != "GET" or path.startswith("/oidc/") else None
    if path.startswith("/export/"):
        return EXPORT
    if path == "/evidence":
        return EVIDENCE
    return NAMES if path.startswith("/names/") else None


class Buckets:
    """Tokens left by rule and client. Safe to call from many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, clients: int = CLIENTS) -> None:
        self._clock = clock
        self._clients = clients
        self._left: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, rule: Rule, client: str) -> float:
        """0 when the request may go on, else the seconds until it may."""
        now, key = self._clock(), (rule.id, client)
        with self._lock:
            left, since = self._left.pop(key, (rule.burst, now))
            left = min(rule.burst, left + (now - since) * rule.per_second)
            self._left[key] = (left - 1 if left >= 1 else left, now)
            while len(self._left) > self._clients:
                self._left.popitem(last=False)
        return 0.0 if left >= 1 else (1 - left) / rule.per_second


class Limits:
    """ASGI middleware before the doors: what is too much is refused before anything is looked up for it."""

    def __init__(self, app: ASGIApp, buckets: Buckets | None = None) -> None:
        self.app = app
        self._buckets = buckets or Buckets()
        self._open: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        client = client_address(headers, scope["client"][0] if scope.get("client") else "")
        rule = rule_of(scope)
        wait = self._buckets.take(rule, client) if rule is not None else 0.0
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send, client, wait)
        elif wait:
            said = {"Retry-After": str(int(wait) + 1), "Cache-Control": "no-store"}
            await PlainTextResponse(TOO_MANY, status_code=429, headers=said)(scope, receive, send)
        elif _length(headers) > BODY_BYTES:
            await PlainTextResponse("Content Too Large", status_code=413, headers={"Connection": "close"})(scope, receive, send)
        else:
            await self.app(scope, receive if scope["method"] in ("GET", "HEAD") else _Body(receive), send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send, client: str, wait: float) -> None:
        if wait or self._open.get(client, 0) >= SOCKETS_OPEN:
            await receive()
            await send({"type": "websocket.close", "code": 1013, "reason": "too many"})
            return
        self._open[client] = self._open.get(client, 0) + 1
        try:
            await self.app(scope, _Messages(receive, send), send)
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]


def _length(headers: Headers) -> int:
    given = headers.get("content-length", "0")
    return int(given) if given.isdecimal() and len(given) < 16 else BODY_BYTES + 1


class _Body:
    """A request's body as far as it is no longer than allowed, whatever its headers say; then the client is treated as gone."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._got = receive, 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._got += len(message.get("body", b""))
        return message if self._got <= BODY_BYTES else {"type": "http.disconnect"}


class _Messages:
    """A socket's messages; one too long closes it."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send

    async def __call__(self) -> Message:
        message = await self._receive()
        if len(message.get("bytes") or b"") + len(message.get("text") or "") <= MESSAGE_BYTES:
            return message
        await self._send({"type": "websocket.close", "code": 1009, "reason": "too big"})
        return {"type": "websocket.disconnect", "code": 1009}
