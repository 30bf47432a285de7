"""The cookie of a signed-in browser (会话凭证): a random id and its signature, out of reach of scripts and of other sites."""

import hmac
import os
import secrets
import stat
from hashlib import sha256
from pathlib import Path

from starlette.responses import Response

from dashboard.web.settings import atlas
from dashboard.web.state_folder import state_folder
from etl.model.errors import CallError

NAME, SAFE_NAME = "atlas_session", "__Host-atlas_session"  # browsers keep the second to https, this host and path /
FORM = "atlas_form"
LEAST_SECRET = 32  # bytes
PLAIN = ("secret", "change", "example", "default", "password", "atlas", "streamlit", "示例", "密码")


class CookieSecret:
    """The secret of this process: read once, at the start."""

    value = b""


def take_secret() -> None:
    """Read `cookie_secret_file`, or make a secret of our own in the state folder. CallError when it is no secret."""
    given = atlas().server.secret_file
    CookieSecret.value = read_secret(given) if given is not None else _own_secret()


def read_secret(file: Path) -> bytes:
    """A secret of at least 32 bytes that nobody else may read and nobody can guess."""
    try:
        body = file.read_bytes().strip()
        mode = file.stat().st_mode
    except OSError as error:
        raise CallError(f"无法读取 cookie_secret_file {file}（{error.strerror}）", f"cannot read cookie_secret_file {file} ({error.strerror})") from error
    text = body.decode("utf-8", "replace").lower()
    if len(body) < LEAST_SECRET or len(set(body)) < 12 or any(word in text for word in PLAIN):
        raise CallError(
            f"cookie_secret_file {file} 不能用：须为至少 {LEAST_SECRET} 字节的随机内容，可用 openssl rand -hex 32 生成；不写这一项则自动生成。",
            f"cookie_secret_file {file} will not do: it must hold at least {LEAST_SECRET} random bytes, as made by openssl rand -hex 32; leave the key out to have one made.",
        )
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise CallError(f"cookie_secret_file {file} 其他用户也能读，请执行 chmod 600", f"others can read cookie_secret_file {file}: chmod 600 it")
    return body


def _own_secret() -> bytes:
    file = state_folder() / "session.secret"
    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(secrets.token_hex(32).encode())
    return read_secret(file)


def signature(purpose: str, text: str) -> str:
    """The signature of a text for one purpose. RuntimeError before `take_secret`: an empty key would sign for everybody."""
    if len(CookieSecret.value) < LEAST_SECRET:
        raise RuntimeError("take_secret() has not been called")
    return hmac.new(CookieSecret.value, f"{purpose}\n{text}".encode("utf-8", "replace"), sha256).hexdigest()


def signed(session_id: str) -> str:
    """The cookie's value."""
    return f"{session_id}.{signature('session', session_id)}"


def session_id_of(cookies: dict[str, str]) -> str:
    """The session id of the request's cookies, "" when there is none or it was tampered with."""
    value = cookies.get(SAFE_NAME if is_https() else NAME, "")
    session_id, _, given = value.partition(".")
    return session_id if session_id and hmac.compare_digest(given.encode(), signature("session", session_id).encode()) else ""


def is_https() -> bool:
    """Whether browsers come by https, as `[server] address` says; the proxy in front ends it."""
    return atlas().server.address.startswith("https://")


def give(answer: Response, session_id: str) -> None:
    """Set the cookie: as long as the session at most, or until the browser closes."""
    answer.set_cookie(
        SAFE_NAME if is_https() else NAME, signed(session_id), max_age=int(atlas().server.session_hours * 3600), path="/",
        httponly=True, samesite="lax", secure=is_https(),
    )  # fmt: skip


def take_back(answer: Response) -> None:
    for name in (NAME, SAFE_NAME):
        answer.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=name == SAFE_NAME)


def form_token(answer_cookie: str) -> str:
    """The hidden field that belongs to a browser's form cookie: another site can send neither."""
    return signature("form", answer_cookie)


def is_own_form(cookies: dict[str, str], token: str) -> bool:
    cookie = cookies.get(FORM, "")
    return bool(cookie) and hmac.compare_digest(token.encode("utf-8", "replace"), form_token(cookie).encode())
