"""`python -m dashboard --public` (公示服务): a server of its own, without Streamlit, accounts, sockets, tiles or exports.

What is not on its short list of addresses does not exist here, and the one file it opens of a build is public.duckdb.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dashboard.access.monitoring import is_monitoring, reason_for
from dashboard.access.start import hosts_of
from dashboard.assets import FOLDER
from dashboard.public.routes import WORKER, kiosk_address, kiosk_page, public_answer, screens_answer, worker
from dashboard.public.serving import PublicServing
from dashboard.public.settings import kiosk_settings
from dashboard.web.headers import SecurityHeaders
from dashboard.web.not_found import not_found
from dashboard.web.packed import FOREVER, RECHECK, Packed, answer, mime_of, pack
from dashboard.web.settings import Settings
from etl.model.errors import AtlasError
from etl.model.text import Text
from etl.query.once import Once

FOLLOW_S = 2.0
WAITING = Text("公示数据正在准备，准备好后自动显示。", "The published figures are being prepared and will show by themselves.")
ASSETS = ("public.css", "kiosk.css", "kiosk.js", "favicon.svg")  # all that public pages load
_assets: Once[str, Packed] = Once(capacity=len(ASSETS))


class PublicSite:
    """The routes of one public server."""

    def __init__(self, warehouse: Path) -> None:
        self.serving = PublicServing(warehouse)
        self.asked = 0

    async def page(self, request: Request) -> Response:
        """`/public`, and with kiosk=1 the way to the wall."""
        self.asked += 1
        if request.query_params.get("kiosk") == "1":
            return RedirectResponse(kiosk_address(request), status_code=307)
        try:
            return public_answer(self.serving.build(), request)
        except AtlasError:
            return HTMLResponse(_waiting(), 503, {"Retry-After": "5"})

    async def screens(self, request: Request) -> Response:
        self.asked += 1
        try:
            return await run_in_threadpool(lambda: screens_answer(self.serving.build(), request))
        except AtlasError:
            return PlainTextResponse(f"{WAITING.zh}\n{WAITING.en}", 503)

    async def kiosk(self, request: Request) -> Response:
        return kiosk_page(request)

    async def first(self, request: Request) -> Response:
        return RedirectResponse("/public" + (f"?{request.url.query}" if request.url.query else ""), status_code=307)

    async def health(self, request: Request) -> Response:
        try:
            build = await run_in_threadpool(self.serving.build)
        except AtlasError as error:
            return JSONResponse({"status": "unavailable", "reason": reason_for(request, error), "sessions": 0}, status_code=503)
        body = {"status": "ok", "build_id": build.id, "built_at": build.built_at, "data_date": build.data_date.isoformat(), "sessions": 0}
        if self.serving.problem is not None:
            body["warning"] = reason_for(request, self.serving.problem)
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    async def metrics(self, request: Request) -> Response:
        """Prometheus text, for the monitoring only: not for what a proxy on this machine passes on."""
        if not is_monitoring(request):
            return PlainTextResponse("Not Found", 404)
        return PlainTextResponse(f"# TYPE atlas_public_requests_total counter\natlas_public_requests_total {self.asked}\n", media_type="text/plain; version=0.0.4")

    async def asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in ASSETS:
            return PlainTextResponse("Not Found", 404)
        packed = await run_in_threadpool(_assets.get, name, lambda: pack((FOLDER / name).read_bytes(), mime_of(name)))
        return answer(packed, request.headers, FOREVER if request.url.query else RECHECK)

    async def follow(self) -> None:
        while True:
            await run_in_threadpool(self.serving.refresh, True)
            await asyncio.sleep(FOLLOW_S)


def make_public_app(warehouse: Path, hosts: list[str] | None = None) -> Starlette:
    """The ASGI app of a public server."""
    site = PublicSite(warehouse)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        follower = asyncio.create_task(site.follow())
        yield
        follower.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await follower

    routes = (
        Route("/", site.first), Route("/public", site.page), Route("/kiosk", site.kiosk), Route("/kiosk/screens.json", site.screens), Route(f"/{WORKER}", worker),
        Route("/assets/{name}", site.asset), Route("/healthz", site.health), Route("/metrics", site.metrics),
    )  # fmt: skip
    app = Starlette(routes=routes, middleware=[Middleware(SecurityHeaders), Middleware(TrustedHostMiddleware, allowed_hosts=hosts or ["*"], www_redirect=False)], lifespan=lifespan, exception_handlers={404: _unknown})
    app.state.site = site
    return app


async def _unknown(request: Request, error: Exception) -> Response:
    return not_found(request.headers, "public.css")


def serve_public(settings: Settings) -> None:
    """Serve until stopped. CallError when [kiosk] has a mistake: better now than on the wall."""
    kiosk_settings()
    app = make_public_app(settings.warehouse, hosts_of(settings))
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", access_log=False, proxy_headers=False, server_header=False)


def _waiting() -> str:
    """A page that comes back by itself as soon as there is something to show. Why there is nothing yet is for the log, not for passers-by."""
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="refresh" content="10"><title>公示</title>'
        f'<link rel="stylesheet" href="/assets/public.css"></head><body class="gp-page"><main><p class="gp-empty">{WAITING.zh}<br>{WAITING.en}</p></main></body></html>'
    )
