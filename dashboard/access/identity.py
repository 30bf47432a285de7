"""Who sits at the browser (身份): an account, its role and its area, before a build gives the area its numbers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

from dashboard.access.cookies import session_id_of
from dashboard.access.store import Session, access_store, key_of
from dashboard.web.serving import serving
from dashboard.web.settings import atlas
from etl.model.errors import AtlasError
from etl.query.accounts import LOCAL, PROXY, Account
from etl.query.reader import Role

PEER = "x-atlas-peer"  # written by the doors into what a page run sees; what a browser sends under this name is thrown away


@dataclass(frozen=True, slots=True)
class Identity:
    """`account` is the key in files and logs, `name` what a screen shows; `unit_code` the top of the area, "" for the whole city.

    `session` is the key of the server-side session, "" where there is none (this machine, the public, a proxy's person).
    """

    account: str
    name: str
    role: Role
    unit_code: str = ""
    provider: Literal["local", "oidc", "proxy", "machine", "public"] = "machine"
    session: str = field(default="", repr=False)


MACHINE = Identity("machine", "本机", "admin")
PUBLIC = Identity("public", "公众", "public", provider="public")
NOBODY = Identity("", "", "public", provider="public")  # for the log: somebody who is not signed in


class NotSignedIn(AtlasError):
    """Nobody is signed in, or no longer."""

    def __init__(self) -> None:
        super().__init__("您尚未登录，或登录已失效，请重新登录。", "You are not signed in, or no longer; please sign in again.")


@dataclass(frozen=True, slots=True)
class Asking:
    """What a request tells about who asks. `headers` in lower case, as often as they came; `peer` is the socket's other end."""

    cookies: Mapping[str, str]
    headers: Sequence[tuple[str, str]]
    peer: str

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name.lower()]


_asking: ContextVar[Asking | None] = ContextVar("atlas_asking", default=None)


@contextmanager
def asked_by(asking: Asking) -> Iterator[None]:
    """What runs inside belongs to this request."""
    token = _asking.set(asking)
    try:
        yield
    finally:
        _asking.reset(token)


def is_open() -> bool:
    """Whether this process knows no sign-in: the user of this machine sees everything, the public what is published."""
    return serving().is_public or not atlas().has_sign_in


def current_identity() -> Identity:
    """The identity of the page run or request now executing. NotSignedIn when there is none.

    Without sign-in it is the user of this machine, who sees everything.
    """
    asking = None if is_open() else _asking.get() or _asking_of_page()
    found = identify(asking)
    if found is None:
        raise NotSignedIn
    return found


def identify(asking: Asking | None, is_used: bool = True) -> Identity | None:
    """Who asks, looked up anew every time: an account disabled, a role lowered, a session ended count at once."""
    if serving().is_public:
        return PUBLIC
    if not atlas().has_sign_in:
        return MACHINE
    if asking is None:
        return None
    if atlas().proxy.is_from(asking.peer) and (names := asking.all(atlas().proxy.user_header)):
        return _of_proxy(asking, names)
    session_id = session_id_of(dict(asking.cookies))
    session = access_store().find(session_id, is_used) if session_id else None
    return None if session is None else _of_session(session)


def export_key(identity: Identity, browser: str) -> str:
    """To whom a prepared file belongs: the session, which ends with sign-out, as long as role and area stay what they were when it was made;
    without a session the browser (its cookie). "" to nobody."""
    if identity.provider in ("machine", "public"):
        return browser
    right = f"{identity.role} {identity.unit_code}"
    if identity.session:
        return f"session {identity.session} {right}"
    return f"{identity.account} {right} {browser}" if browser else ""


def granted(sign_in: str, account: str, groups: tuple[str, ...], name: str = "") -> tuple[str, Role, str] | None:
    """Name, role and area of a person who has shown who they are: by the own account, else by the first group of the file. None: no right."""
    own = atlas().accounts.account(sign_in, account)
    if own is not None:
        return None if own.disabled else (own.name, own.role, own.unit)
    group = None if sign_in == LOCAL else atlas().accounts.of_groups(sign_in, groups)
    return (name or account, group.role, group.unit) if group is not None else None


def password_stamp(account: Account) -> str:
    """Changes with the password; sessions begun with an older one end."""
    return key_of(account.password)[:24]


def _of_session(session: Session) -> Identity | None:
    right = granted(session.sign_in, session.account, session.groups, session.name)
    if right is None:
        return None
    name, role, unit = right
    if session.sign_in == LOCAL:
        own = atlas().accounts.account(LOCAL, session.account)
        if own is None or password_stamp(own) != session.stamp:
            return None
        return Identity(session.account, name, role, unit, "local", session.key)
    if atlas().provider(session.sign_in) is None:
        return None
    return Identity(f"{session.sign_in}:{session.account}", name, role, unit, "oidc", session.key)


def _of_proxy(asking: Asking, names: list[str]) -> Identity | None:
    """A person the proxy vouches for. The header sent twice is nobody: one of the two may be the browser's own."""
    proxy = atlas().proxy
    groups = asking.all(proxy.groups_header) if proxy.groups_header else []
    shown = asking.all(proxy.name_header) if proxy.name_header else []
    if len(names) != 1 or len(groups) > 1 or len(shown) > 1 or not (account := _readable(names[0])):
        return None
    in_groups = tuple(part.strip() for part in _readable("".join(groups)).replace(";", ",").split(",") if part.strip())
    right = granted(PROXY, account, in_groups, _readable("".join(shown)))
    return None if right is None else Identity(f"{PROXY}:{account}", *right, "proxy")


def _readable(value: str) -> str:
    """A header's text: servers read bytes as Latin-1, proxies send UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8").strip()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return value.strip()


def _asking_of_page() -> Asking | None:
    """The socket to which the page now running belongs, as the doors let it in."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    headers = st.context.headers
    peers = headers.get_all(PEER)
    if len(peers) != 1:
        return None
    found = [(name.lower(), value) for name in headers for value in headers.get_all(name)]
    return Asking(dict(st.context.cookies), found, peers[0])
