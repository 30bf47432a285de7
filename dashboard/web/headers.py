"""What every answer carries and every request must satisfy: security headers, same-origin sockets, hidden doors."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Streamlit styles with emotion (inline styles); it runs no inline scripts once our own shell replaces its index.html.
PAGE_CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' {sockets}; worker-src 'self' blob:; frame-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
# streamlit-folium evaluates the map script it is sent, inside its own frame; that frame gets no more than it needs.
COMPONENT_CSP = PAGE_CSP.replace("script-src 'self'", "script-src 'self' 'unsafe-inline' 'unsafe-eval'")
# Answer anyone in Streamlit, and tell about sessions or offer a second way in.
HIDDEN = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")


class SecurityHeaders:
    """ASGI middleware; outermost, so that refusals carry the headers too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

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
                headers["Content-Security-Policy"] = csp
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "SAMEORIGIN"
                headers["Referrer-Policy"] = "same-origin"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()"
                if headers.get("Access-Control-Allow-Origin") == "*":
                    del headers["Access-Control-Allow-Origin"]
            await send(message)

        if path.startswith(HIDDEN):
            await PlainTextResponse("Not Found", status_code=404)(scope, receive, send_with_headers)
            return
        await self.app(scope, receive, send_with_headers)


def content_policy(path: str, host: str) -> str:
    """The policy for one path. Sockets are named, because older browsers do not count them as 'self'."""
    safe_host = host if all(char.isalnum() or char in ".-:[]" for char in host) else ""
    sockets = f"ws://{safe_host} wss://{safe_host}" if safe_host else ""
    return (COMPONENT_CSP if path.startswith("/component/") else PAGE_CSP).format(sockets=sockets)


def same_origin(headers: Headers) -> bool:
    """Whether a socket was opened by a page of ours: Origin present and naming the host that was asked."""
    origin = headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
