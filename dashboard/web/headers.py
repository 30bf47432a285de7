"""What every answer carries and every request must satisfy: security headers, same-origin sockets, hidden doors."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.not_found import not_found
from dashboard.web.packed import known_files
from dashboard.web.settings import atlas

# Streamlit styles with emotion (inline styles); it runs no inline scripts once our own shell replaces its index.html.
PAGE_CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' {sockets}; worker-src 'self' blob:; frame-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
# streamlit-folium evaluates the map script it is sent, inside its own frame; that frame gets no more than it needs.
COMPONENT_CSP = PAGE_CSP.replace("script-src 'self'", "script-src 'self' 'unsafe-inline' 'unsafe-eval'")
# Doors of Streamlit that answer anyone: they tell about sessions, offer a second way in, or take and give files by address alone.
# No page of ours uses them (no uploads, no media files, no v2 components).
HIDDEN = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/_stcore/upload_file", "/_stcore/bidi-components", "/media", "/app/static")
# What is left of Streamlit's beside its files. For every path it does not know it would answer 200 and its own page.
OPEN = ("/_stcore/health", "/_stcore/host-config", "/_stcore/stream")
PERMISSIONS = ", ".join(
    f"{name}=()" for name in (
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb",
    )
)  # fmt: skip


class SecurityHeaders:
    """ASGI middleware; outermost, so that refusals carry the headers too. `routes` are ours: what neither they nor `OPEN` know is
    404 (with no routes given, nothing is asked)."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute] = ()) -> None:
        self.app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not same_origin(Headers(scope=scope)):
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "origin"})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        csp = content_policy(path, Headers(scope=scope).get("host", ""))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", csp)  # a page of ours without scripts sets a stricter one
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("X-Frame-Options", "SAMEORIGIN")
                headers["Referrer-Policy"] = "same-origin"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Permissions-Policy"] = PERMISSIONS
                if scope["scheme"] == "https" or atlas().server.address.startswith("https:"):
                    headers["Strict-Transport-Security"] = "max-age=31536000"
                if headers.get("Access-Control-Allow-Origin") == "*":
                    del headers["Access-Control-Allow-Origin"]
            await send(message)

        if path.startswith(HIDDEN) or not self._is_known(scope):
            await not_found(Headers(scope=scope))(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)

    def _is_known(self, scope: Scope) -> bool:
        path = scope["path"]
        return not self._routes or path in OPEN or path in known_files() or any(route.matches(scope)[0] is not Match.NONE for route in self._routes)


def content_policy(path: str, host: str) -> str:
    """The policy for one path. Sockets are named, because older browsers do not count them as 'self'."""
    safe_host = host if all(char.isalnum() or char in ".-:[]" for char in host) else ""
    sockets = f"ws://{safe_host} wss://{safe_host}" if safe_host else ""
    return (COMPONENT_CSP if path.startswith("/component/") else PAGE_CSP).format(sockets=sockets)


def same_origin(headers: Headers) -> bool:
    """Whether a socket was opened by a page of ours: Origin present and naming the host that was asked."""
    origin = headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
