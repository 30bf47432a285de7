"""Public answers over HTTP (公示应答): made once per build and view, then sent from memory; an unchanged one costs a 304."""

import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dashboard.assets import FOLDER
from dashboard.public.kiosk import screens, settings_now, shell
from dashboard.public.page import document
from dashboard.public.serving import public_of
from dashboard.public.settings import THEMES, approval
from dashboard.public.view import parse_public
from dashboard.web.packed import RECHECK, Packed, answer, mime_of, pack
from dashboard.web.serving import serving
from etl.model.errors import AtlasError
from etl.model.text import Lang
from etl.query.once import Once
from etl.query.public_build import PublicBuild

HTML = "text/html; charset=utf-8"
FRAME = "/public/plain"
WORKER = "kiosk-worker.js"  # at the top: a worker may only keep addresses below its own
A_DAY = "private, max-age=86400"  # the wall's page holds no figure; browsers that allow no worker open it from their cache
_pages: Once[tuple[str, ...], Packed] = Once(capacity=600)


def kiosk_address(request: Request) -> str:
    """Where `/public?kiosk=1` leads: the wall, with its language, area and theme."""
    kept = "&".join(f"{name}={value}" for name in ("unit", "lang", "theme") if (value := request.query_params.get(name, "")).isalnum())
    return f"/kiosk?{kept}" if kept else "/kiosk"


def public_answer(build: PublicBuild, request: Request, is_framed: bool = False) -> Response:
    """The plain public page, made once."""
    view, said = parse_public(build, dict(request.query_params), FRAME if is_framed else "/public"), approval()
    if view.unknown:  # never kept: anybody could fill the memory with made-up codes
        return answer(pack(document(build, view, said, is_framed).encode(), HTML), request.headers, RECHECK)
    key = ("frame" if is_framed else "page", build.id, view.tab, view.unit, view.lang, str(view.page), said)
    return answer(_pages.get(key, lambda: pack(document(build, view, said, is_framed).encode(), HTML)), request.headers, RECHECK)


def screens_answer(build: PublicBuild, request: Request) -> Response:
    """All screens of the wall as JSON."""
    lang, settings, said = lang_of(request), settings_now(), approval()
    unit = request.query_params.get("unit", "")
    unit = unit if unit in build.areas else ""
    origin = "" if settings.address else str(request.base_url).rstrip("/")
    key = ("screens", build.id, unit, lang, said, origin, repr(settings))
    made = _pages.get(key, lambda: pack(json.dumps(screens(build, lang, unit, said, origin), ensure_ascii=False).encode(), "application/json"))
    return answer(made, request.headers, RECHECK)


def lang_of(request: Request) -> Lang:
    asked = request.query_params.get("lang", "") or settings_now().lang
    return "en" if asked == "en" else "zh"


def kiosk_page(request: Request) -> Response:
    """The wall itself."""
    settings = settings_now()
    theme, unit = request.query_params.get("theme", ""), request.query_params.get("unit", "") or settings.unit
    unit = unit if unit.isalnum() and len(unit) <= 64 else ""
    return answer(pack(shell(lang_of(request), theme if theme in THEMES else settings.theme, unit).encode(), HTML), request.headers, A_DAY)


def worker_script(request: Request) -> Response:
    """The script that keeps the wall's page in the browser."""
    return answer(_pages.get((WORKER,), lambda: pack((FOLDER / WORKER).read_bytes(), mime_of(WORKER))), request.headers, RECHECK)


def internal_build() -> PublicBuild:
    """The public tables of the build that the internal pages show."""
    service = serving()
    return public_of(service.warehouse, service.build().id)


async def kiosk_screens(request: Request) -> Response:
    """The wall's screens on the internal server: what the public would see of the build in use."""
    try:
        return await run_in_threadpool(lambda: screens_answer(internal_build(), request))
    except AtlasError as error:
        return PlainTextResponse(f"{error.text.zh}\n{error.text.en}", 503)


async def plain(request: Request) -> Response:
    """The public page for the frame of the internal one."""
    try:
        return await run_in_threadpool(lambda: public_answer(internal_build(), request, True))
    except AtlasError as error:
        return PlainTextResponse(f"{error.text.zh}\n{error.text.en}", 503)


async def kiosk(request: Request) -> Response:
    return kiosk_page(request)


async def worker(request: Request) -> Response:
    return await run_in_threadpool(worker_script, request)


PUBLIC_ROUTES = (Route(FRAME, plain), Route("/kiosk", kiosk), Route("/kiosk/screens.json", kiosk_screens), Route(f"/{WORKER}", worker))
