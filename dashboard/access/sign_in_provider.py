"""Routes of signing in at a provider (统一认证登录): to it, and back with what it says."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from dashboard.access import cookies, oidc
from dashboard.access.audit import AuditError, record
from dashboard.access.doors import asking_of, client_address
from dashboard.access.forms import after_of, form_answer, lang_of
from dashboard.access.identity import NOBODY, Identity, granted, is_open
from dashboard.access.plain_pages import refused_page
from dashboard.access.sign_in import signed_in
from dashboard.access.words import word
from dashboard.web.settings import atlas

FLOW_COOKIE = "atlas_oidc"


async def go_to_provider(request: Request) -> Response:
    """GET /oidc/{id}/start."""
    provider, lang = atlas().provider(request.path_params["provider"]), lang_of(request.query_params)
    if provider is None or is_open():
        return PlainTextResponse("Not Found", status_code=404)
    try:
        address, flow = await run_in_threadpool(oidc.start, provider, after_of(request.query_params.get("next", "")), lang)
    except oidc.ProviderError as error:
        return await run_in_threadpool(_provider_failed, request, lang, error)
    answer = RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
    answer.set_cookie(FLOW_COOKIE, flow.sealed(), max_age=oidc.FLOW_S, path="/oidc/", httponly=True, samesite="lax", secure=cookies.is_https())
    return answer


async def come_from_provider(request: Request) -> Response:
    """GET /oidc/{id}/callback: a session of ours when the provider vouches for somebody who has a right here."""
    provider, flow = atlas().provider(request.path_params["provider"]), oidc.flow_of(request.cookies.get(FLOW_COOKIE, ""))
    if provider is None or is_open():
        return PlainTextResponse("Not Found", status_code=404)
    lang = flow.lang if flow is not None else "zh"
    try:
        if flow is None:
            raise oidc.ProviderError("no flow of ours, or too old")
        person = await run_in_threadpool(oidc.finish, provider, flow, request.query_params)
        right = granted(provider.id, person.account, person.groups, person.name)
        address = client_address(request.headers, asking_of(request).peer)
        if right is None:
            who = Identity(f"{provider.id}:{person.account}", person.name, "public", "", "oidc")
            await run_in_threadpool(record, who, "refused", "sign-in", detail=f"no right, from {address}")
            answer: Response = refused_page(lang, word("no_right", lang), [("/sign-in", word("sign_in", lang))])
        else:
            who = Identity(f"{provider.id}:{person.account}", *right, "oidc")
            answer = await run_in_threadpool(signed_in, request, who, provider.id, person.groups, "", flow.after, address, person.account)
    except oidc.ProviderError as error:
        answer = await run_in_threadpool(_provider_failed, request, lang, error)
    except AuditError as error:
        answer = form_answer(request, lang, "/", error.text.to(lang), "", 503)
    answer.delete_cookie(FLOW_COOKIE, path="/oidc/")
    return answer


def _provider_failed(request: Request, lang: str, error: oidc.ProviderError) -> Response:
    try:
        record(NOBODY, "refused", "sign-in", detail=f"provider: {error.reason}")
    except AuditError as unwritable:
        return form_answer(request, lang, "/", unwritable.text.to(lang), "", 503)
    return form_answer(request, lang, "/", word("provider_failed", lang), "", 403)
