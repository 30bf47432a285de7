"""What our plain forms share (表单): reading them, knowing them for our own, and where they lead."""

import secrets
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from dashboard.access import cookies
from dashboard.access.plain_pages import sign_in_page

LARGEST_FORM = 16_384


def form_answer(request: Request, lang: str, after: str, message: str = "", account: str = "", status: int = 200) -> Response:
    return with_form_cookie(request, lambda token: sign_in_page(lang, after, token, message, account, status))


def with_form_cookie(request: Request, draw: Callable[[str], HTMLResponse]) -> HTMLResponse:
    """Draw a form with the token that belongs to the browser's form cookie."""
    cookie = request.cookies.get(cookies.FORM) or secrets.token_hex(16)
    answer: HTMLResponse = draw(cookies.form_token(cookie))
    answer.set_cookie(cookies.FORM, cookie, max_age=3600, path="/", httponly=True, samesite="strict", secure=cookies.is_https())
    return answer


async def posted(request: Request) -> dict[str, str]:
    """The fields of a form.

    Raises:
        HTTPException: 413, the body is longer than any form of ours; the rest of it is not read.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise HTTPException(413, headers={"Connection": "close"})
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    return {name: values[0] for name, values in fields.items()}


def is_same_site(request: Request) -> bool:
    """Whether a posted form came from a page of ours: browsers name where it was."""
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()


def after_of(given: str) -> str:
    """Where to go afterwards: an address of this server, never another's."""
    is_ours = given.startswith("/") and not given.startswith("//") and "\\" not in given and given.isprintable() and len(given) < 2000
    return given if is_ours and not given.startswith(("/sign-", "/oidc/", "/session")) else "/"


def lang_of(given: Mapping[str, str]) -> str:
    """The language asked for; an address to come back to tells it too."""
    if given.get("lang") in ("zh", "en"):
        return given["lang"]
    return "en" if "lang=en" in given.get("next", "").partition("?")[2].split("&") else "zh"
