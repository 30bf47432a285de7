"""The only st.App: our routes beside the pages, security headers around all, one follower of CURRENT."""

import asyncio
import contextlib
import gc
import logging
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from streamlit.starlette import App
from streamlit.web.server.starlette import starlette_server

from dashboard.access.doors import Doors
from dashboard.access.limits import Limits
from dashboard.access.start import hosts_of
from dashboard.errors import on_script_error
from dashboard.public.server import serve_public
from dashboard.routes import ROUTES
from dashboard.warm import warm, warm_files, warm_shapes
from dashboard.web.first_map import FIRST_MAPS, PATIENCE_S
from dashboard.web.headers import SecurityHeaders
from dashboard.web.memory import give_back
from dashboard.web.packed import FilesFromMemory
from dashboard.web.serving import follow, serving
from dashboard.web.settings import Settings
from dashboard.web.theme import THEME
from etl.model.errors import AtlasError

log = logging.getLogger("atlas.server")
FOLLOW_S = 2.0
SETTLED_S = 20.0  # who opens the first page as soon as the server stands is not disturbed
SCRIPT = Path(__file__).with_name("app.py")


def streamlit_config(settings: Settings) -> dict[str, object]:
    """Every Streamlit option we depend on, in one place; no file in the working directory can weaken them."""
    return {
        "server.address": settings.host,
        "server.port": settings.port,
        "server.headless": True,
        "server.fileWatcherType": "none",  # the watcher burned a core where a virtual environment lay below the script
        "server.runOnSave": False,
        "server.enableXsrfProtection": True,
        "server.enableCORS": True,
        "server.allowedHosts": hosts_of(settings),
        "server.enableStaticServing": False,
        "server.enableAgentApi": False,
        "server.enableWebsocketCompression": True,
        "server.maxUploadSize": 50,
        "server.maxMessageSize": 25,  # both ways; from a browser far less is taken (access/limits.py)
        "server.disconnectedSessionTTL": 120,
        "browser.gatherUsageStats": False,
        "client.allowedOrigins": [],  # pages elsewhere that may speak to ours from a frame around it: none
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.showSidebarNavigation": False,
        "client.disableDataExport": True,
        "global.suppressDeprecationWarnings": True,
        "runner.fastReruns": True,
        "runner.postScriptGC": False,  # a full collection after every run: 0.1–0.2 s during which nobody's clicks are answered
        "logger.level": "warning",
        "logger.enableRich": False,
        "logger.hideWelcomeMessage": True,
        **THEME,
    }


@contextlib.asynccontextmanager
async def lifespan(app: App) -> AsyncIterator[None]:
    """Follow CURRENT in the background, so that no visitor waits for the hashing of a new build; warm what all pages need."""
    tasks = [asyncio.create_task(_follow_current()), asyncio.create_task(_warm_shapes())]
    yield
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _follow_current() -> None:
    service, warmed = serving(), False
    while True:
        await run_in_threadpool(service.refresh, True)
        if service.current is not None and not warmed:
            warmed = True  # the first build is served at once; later ones are warmed before they take over
            await run_in_threadpool(warm, service.current)
            await run_in_threadpool(warm_files)
            gc.freeze()  # what is there now stays: later collections need not look at it again
        await asyncio.sleep(FOLLOW_S)


async def _warm_shapes() -> None:
    await asyncio.sleep(SETTLED_S)
    if (build := serving().current) is not None:
        await run_in_threadpool(warm_shapes, build)


def make_app() -> App:
    """The ASGI app; `follow(warehouse)` must have been called."""
    return App(
        SCRIPT,
        routes=ROUTES,
        middleware=[Middleware(SecurityHeaders, routes=ROUTES), Middleware(Limits), Middleware(Doors), Middleware(FilesFromMemory)],
        lifespan=lifespan,
        on_script_error=on_script_error,
    )


def answer_at_once() -> None:
    """Turn Nagle's algorithm off. Streamlit binds its socket without naming TCP, by which asyncio would know to do it; left on,
    every answer or message of two packets waits 40 ms for the browser's delayed acknowledgement of the first."""
    bind = starlette_server._bind_socket

    def bind_without_delay(address: str, port: int, backlog: int) -> socket.socket:
        listening = bind(address, port, backlog)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections inherit it
        return listening

    starlette_server._bind_socket = bind_without_delay


def serve(settings: Settings) -> None:
    """Serve until stopped. AtlasError when the port is taken: another port would hide the old process's answers."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise AtlasError(
                f"无法监听 {settings.host}:{settings.port}（{error.strerror}）。可用 --port 换一个端口。",
                f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}). Choose another port with --port.",
            ) from error
    if settings.public:
        serve_public(settings)
        return
    follow(settings.warehouse, settings.public, warm)
    FIRST_MAPS.patience_s = PATIENCE_S
    answer_at_once()
    give_back()
    os.environ["FORWARDED_ALLOW_IPS"] = ""  # uvicorn would take a local proxy's word for who asks; only the doors decide whom to believe
    make_app().run(config=streamlit_config(settings))
