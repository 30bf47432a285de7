"""Signing out (退出), and telling an open page whether its reader is still signed in."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.access import cookies, oidc
from dashboard.access.audit import AuditError, record
from dashboard.access.doors import asking_of
from dashboard.access.forms import is_same_site, lang_of, posted, with_form_cookie
from dashboard.access.identity import Identity, identify, is_open
from dashboard.access.plain_pages import sign_out_page
from dashboard.access.sign_in import end_session
from dashboard.web.settings import atlas


async def sign_out(request: Request) -> Response:
    """GET or POST /sign-out. A click on our own page signs out at once (browsers say so on https); otherwise it is asked first."""
    form = await posted(request) if request.method == "POST" else {}
    lang = lang_of(form or request.query_params)
    who = None if is_open() else await run_in_threadpool(identify, asking_of(request))
    if who is not None:
        is_click = request.method == "GET" and request.headers.get("sec-fetch-site") == "same-origin"
        is_sent = request.method == "POST" and is_same_site(request) and cookies.is_own_form(request.cookies, form.get("token", ""))
        if not is_click and not is_sent:
            return with_form_cookie(request, lambda token: sign_out_page(lang, token, "/"))
        try:
            await run_in_threadpool(end_session, request)
            await run_in_threadpool(record, who, "sign-out", "sign-out")
        except AuditError:
            pass  # somebody who wants to leave is let go even when it cannot be written down
    leave = await run_in_threadpool(_leave_provider, who)
    answer = RedirectResponse(leave or f"/sign-in?why=out&lang={lang}", status_code=303, headers={"Cache-Control": "no-store", "Clear-Site-Data": '"cache"'})
    cookies.take_back(answer)
    return answer


def _leave_provider(who: Identity | None) -> str:
    provider = atlas().provider(who.account.partition(":")[0]) if who is not None and who.provider == "oidc" else None
    return oidc.sign_out_address(provider) if provider is not None else ""


async def session_state(request: Request) -> Response:
    """GET /session: 204 while signed in, 401 afterwards. Asked by open pages now and then; does not keep a session alive."""
    who = await run_in_threadpool(identify, asking_of(request), False)
    return Response(status_code=401 if who is None else 204, headers={"Cache-Control": "no-store"})
