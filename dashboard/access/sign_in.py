"""Signing in with a local account (本地登录), and what every way to sign in ends with. No Streamlit: a form, a check, a cookie."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.access import cookies
from dashboard.access.audit import AuditError, record
from dashboard.access.doors import asking_of, client_address
from dashboard.access.forms import after_of, form_answer, is_same_site, lang_of, posted
from dashboard.access.identity import NOBODY, Identity, identify, is_open, password_stamp
from dashboard.access.passwords import matches
from dashboard.access.store import access_store
from dashboard.access.words import word
from dashboard.web.settings import atlas
from etl.query.accounts import LOCAL, Account

ADDRESS_TIMES = 6  # one address may guess this many times as often as one account: an office sits behind one address
MESSAGES = ("out", "ended")


async def show_sign_in(request: Request) -> Response:
    """GET /sign-in. Whoever is signed in already goes on."""
    after, lang = after_of(request.query_params.get("next", "")), lang_of(request.query_params)
    if is_open() or await run_in_threadpool(identify, asking_of(request)) is not None:
        return RedirectResponse(after, status_code=303, headers={"Cache-Control": "no-store"})
    why = request.query_params.get("why", "")
    return form_answer(request, lang, after, word(why, lang) if why in MESSAGES else "")


async def try_sign_in(request: Request) -> Response:
    """POST /sign-in: equal answers, equal time for a wrong password, an unknown, locked or disabled account."""
    form = await posted(request)
    after, lang = after_of(form.get("next", "")), lang_of(form)
    if is_open():
        return RedirectResponse(after, status_code=303)
    if not is_same_site(request) or not cookies.is_own_form(request.cookies, form.get("token", "")):
        return form_answer(request, lang, after, word("stale_form", lang), form.get("account", ""), 403)
    address = client_address(request.headers, asking_of(request).peer)
    try:
        account = await run_in_threadpool(_checked, form.get("account", "").strip(), form.get("password", ""), address)
        if account is None:
            return form_answer(request, lang, after, word("wrong", lang), form.get("account", "")[:64], 403)
        return await run_in_threadpool(
            signed_in, request, Identity(account.account, account.name, account.role, account.unit, LOCAL), LOCAL, (), password_stamp(account), after, address
        )
    except AuditError as error:
        return form_answer(request, lang, after, error.text.to(lang), "", 503)


def _checked(name: str, password: str, address: str) -> Account | None:
    """The account when the password is right and nobody guessed too often."""
    store, rules, own = access_store(), atlas().server, atlas().accounts.account(LOCAL, name)
    keys = (f"account {name.casefold()}", f"address {address}")
    counted = "locked" if store.is_locked(keys[1]) else store.guess(keys[0], rules.lock_after, rules.lock_minutes)
    is_locked = counted == "locked"
    is_usable = own is not None and not own.disabled and not is_locked
    is_right = matches(own.password if own is not None and is_usable else "", password)
    if is_right:
        store.right(keys[0])
        return own
    if not is_locked:
        store.wrong(keys[1], rules.lock_after * ADDRESS_TIMES, rules.lock_minutes)
    # A name that is no account is not written down: people type their password into the wrong field.
    who = NOBODY if own is None else Identity(own.account, own.name, own.role, own.unit, LOCAL)
    reason = "locked" if is_locked else "unknown account" if own is None else "disabled" if own.disabled else "wrong password"
    record(who, "refused", "sign-in", detail=f"{reason}{', now locked' if counted == 'last' else ''} from {address}")
    return None


def signed_in(
    request: Request, who: Identity, sign_in: str, groups: tuple[str, ...], stamp: str, after: str, address: str, account: str = ""
) -> Response:
    """Open a session, end the one this browser had, and go on."""
    record(who, "sign-in", "sign-in", detail=f"{sign_in} from {address}")
    end_session(request)
    answer = RedirectResponse(after, status_code=303, headers={"Cache-Control": "no-store"})
    cookies.give(answer, access_store().begin(sign_in, account or who.account, who.name, groups, stamp))
    answer.delete_cookie(cookies.FORM, path="/")
    return answer


def end_session(request: Request) -> None:
    if session_id := cookies.session_id_of(dict(request.cookies)):
        session = access_store().find(session_id, False)
        if session is not None:
            access_store().end(session.key)
