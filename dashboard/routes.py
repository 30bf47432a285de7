"""Our own HTTP routes beside the pages: health, metrics, tiles, names, assets, exports."""

import json
from functools import cache
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit import runtime

from dashboard.access.audit import AuditError, audit_metrics, audit_problem, record
from dashboard.access.identity import current_identity, export_key
from dashboard.access.monitoring import reason_for
from dashboard.access.roles import arrival
from dashboard.access.routes import SIGN_IN_ROUTES
from dashboard.assets import BUNDLES, FOLDER, bundle
from dashboard.evidence import evidence
from dashboard.limited_answers import area_of, ranged
from dashboard.public.routes import PUBLIC_ROUTES
from dashboard.shell import page_shell
from dashboard.view.nav import PAGES, PUBLIC_PAGES
from dashboard.web.exports import EXPORTS, READER_COOKIE
from dashboard.web.first_map import FIRST_MAPS
from dashboard.web.metrics import metrics_text
from dashboard.web.names import names_packed
from dashboard.web.packed import FOREVER, RECHECK, Packed, answer, mime_of, pack
from dashboard.web.serving import serving
from dashboard.web.settings import atlas_settings
from etl.model.errors import AtlasError
from etl.model.levels import LEVEL_IDS
from etl.query.limited_tiles import limited_tiles


def session_count() -> int:
    """Open page sessions of this process."""
    return runtime.get_instance()._session_mgr.num_active_sessions() if runtime.exists() else 0


async def healthz(request: Request) -> Response:
    """200 with the build served, 503 with the reason when there is none."""
    try:
        build = await run_in_threadpool(serving().build)
    except AtlasError as error:
        return JSONResponse({"status": "unavailable", "reason": reason_for(request, error), "sessions": session_count()}, status_code=503)
    body = {
        "status": "ok",
        "build_id": build.id,
        "built_at": str(build.manifest.get("built_at", "")),
        "data_date": build.data_date.isoformat(),
        "sessions": session_count(),
    }
    if not serving().is_public and (unwritable := await run_in_threadpool(audit_problem)) is not None:
        return JSONResponse({"status": "unavailable", "reason": reason_for(request, unwritable), "sessions": session_count()}, status_code=503)
    if (problem := serving().problem or atlas_settings().problem) is not None:
        body["warning"] = reason_for(request, problem)
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


async def metrics(request: Request) -> Response:
    """Prometheus text: build, sessions, memory, exports, page errors."""
    return PlainTextResponse(metrics_text(session_count()) + audit_metrics(), media_type="text/plain; version=0.0.4")


async def tiles(request: Request) -> Response:
    """One level's boundaries of one build; Range gives 206. Unknown builds, levels and files are 404."""
    level, build = request.path_params["level"], serving().held(request.path_params["build_id"])
    if build is None or level not in LEVEL_IDS or serving().is_public:
        return PlainTextResponse("Not Found", status_code=404)
    name = f"tiles/{level}.pmtiles"
    sealed = build.manifest["files"].get(name)
    if sealed is None:
        return PlainTextResponse("Not Found", status_code=404)
    area = await run_in_threadpool(area_of, build)
    if area is None:
        return PlainTextResponse("Not Found", status_code=404)
    etag = f'"{sealed["sha256"][:32]}{area.mark}"'
    headers = {"ETag": etag, "Cache-Control": area.cache_control}
    if etag in [part.strip() for part in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    if area.is_limited:
        body = await run_in_threadpool(limited_tiles, build, level, area.first_no, area.last_no)
        return ranged(body, request.headers.get("range", ""), headers)
    return FileResponse(build.folder / name, media_type="application/vnd.pmtiles", headers=headers)


async def names(request: Request) -> Response:
    """Names by unit number, for the hover text of the map."""
    build = serving().held(request.path_params["build_id"])
    if build is None or serving().is_public:
        return PlainTextResponse("Not Found", status_code=404)
    area = await run_in_threadpool(area_of, build)
    if area is None:
        return PlainTextResponse("Not Found", status_code=404)
    return answer(await run_in_threadpool(names_packed, build, area.first_no, area.last_no), request.headers, area.cache_control)


async def painted(request: Request) -> Response:
    """The map of a session's first run stands. The mark is known to its reader alone, and tells of nothing."""
    FIRST_MAPS.painted(request.path_params["mark"])
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


async def export(request: Request) -> Response:
    """A prepared file: once, for the reader it was made for. Asking for its headers alone would use it up, so that is not answered."""
    if request.method == "HEAD":
        return PlainTextResponse(status_code=405, headers={"Allow": "GET", "Cache-Control": "no-store"})
    identity = await run_in_threadpool(current_identity)
    file = EXPORTS.take(request.path_params["token"], export_key(identity, request.cookies.get(READER_COOKIE, "")))
    if identity.provider != "public":
        try:
            said = ("refused", None, "") if file == "refused" else ("export", file.rows, file.name)
            await run_in_threadpool(record, identity, said[0], "export", "", said[1], said[2])
        except AuditError as error:
            return PlainTextResponse(f"{error.text.zh}\n{error.text.en}", status_code=503)
    if file == "refused":
        text = json.dumps(
            {"error": "链接已失效或不属于您，请回到页面重新导出。The link is used up or not yours; export again from the page."},
            ensure_ascii=False,
        )
        return Response(text, status_code=403, media_type="application/json", headers={"Cache-Control": "no-store"})
    headers = {"Content-Disposition": f"attachment; filename=\"export\"; filename*=UTF-8''{quote(file.name)}", "Cache-Control": "no-store"}
    if file.path is not None:
        return FileResponse(file.path, media_type=file.mime, headers=headers, background=BackgroundTask(file.forget))
    return Response(file.body, media_type=file.mime, headers=headers)


async def first_page(request: Request) -> Response:
    """`/` leads to the first page the reader may open, with the same query."""
    query = f"?{request.url.query}" if request.url.query else ""
    first = arrival((await run_in_threadpool(current_identity)).role, tuple(page.id for page in (PUBLIC_PAGES if serving().is_public else PAGES)))
    return RedirectResponse(f"/{first}{query}", status_code=307, headers={"Cache-Control": "no-store"})


class Assets(StaticFiles):
    """Our assets; immutable when asked for with their version. Python files in the folder are not assets."""

    async def get_response(self, path: str, scope) -> Response:
        if path.endswith((".py", ".pyc")) or "__pycache__" in path:
            return PlainTextResponse("Not Found", status_code=404)
        cache_control = FOREVER if scope["query_string"] else RECHECK
        if scope["method"] == "GET" and (path in BUNDLES or path in PACKED):
            packed = await run_in_threadpool(packed_asset, path)
            return answer(packed, Headers(scope=scope), cache_control)
        found = await super().get_response(path, scope)
        found.headers["Cache-Control"] = cache_control
        return found


PACKED = ("atlas.css", "atlas.js")  # what every page loads, beside the bundles


@cache
def packed_asset(path: str) -> Packed:
    """A bundle or one of `PACKED`, compressed once."""
    return pack(bundle(path) if path in BUNDLES else (FOLDER / path).read_bytes(), mime_of(path))


ROUTES: tuple[BaseRoute, ...] = (
    Route("/healthz", healthz),
    Route("/metrics", metrics),
    Route("/tiles/{build_id}/{level}.pmtiles", tiles),
    Route("/names/{build_id}.json", names),
    Route("/painted/{mark}", painted),
    Route("/export/{token}", export),
    Route("/evidence", evidence),
    *PUBLIC_ROUTES,
    Mount("/assets", Assets(directory=FOLDER)),
    *SIGN_IN_ROUTES,
    Route("/", first_page),
    *(Route(f"/{page.id}", page_shell) for page in PAGES),
)
