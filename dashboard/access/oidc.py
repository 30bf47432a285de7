"""OpenID Connect (统一认证), authorization code flow with PKCE, state and nonce. What the provider says is believed only when signed.

Streamlit's own `st.login` keeps a cookie for 30 days without the Secure flag, so only our own session follows the callback.
"""

import json
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any, cast

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dashboard.access.cookies import signature
from dashboard.web.atlas_file import Provider
from dashboard.web.settings import atlas
from etl.model.errors import AtlasError

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]  # no "none", no shared secrets
FLOW_S = 600  # how long a person may take at the provider
KNOWN_S = 3600.0  # how long the provider's addresses and keys are kept
KEYS_AGAIN_S = 30.0  # an unknown key asks for the keys anew, not more often than this
LARGEST = 1 << 20
TIMEOUT = (5, 10)


class ProviderError(AtlasError):
    """Something did not come as it should; `reason` is for the log and never holds a code or token."""

    def __init__(self, reason: str) -> None:
        super().__init__("统一认证没有完成，请重试；如仍失败，请联系管理员。", "Signing in at the provider did not complete; try again or ask the administrator.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Person:
    """Who came back from the provider."""

    account: str
    name: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """What the browser carries to the callback, signed, in a cookie no script can read."""

    provider: str
    state: str
    nonce: str
    verifier: str
    after: str
    lang: str
    until: float

    def sealed(self) -> str:
        body = json.dumps([self.provider, self.state, self.nonce, self.verifier, self.after, self.lang, self.until])
        text = urlsafe_b64encode(body.encode()).decode()
        return f"{text}.{signature('oidc', text)}"


def flow_of(cookie: str) -> Flow | None:
    """The flow a cookie carries; None when it is none of ours or too old."""
    text, _, given = cookie.partition(".")
    if not text or not compare_digest(given.encode(), signature("oidc", text).encode()):
        return None
    flow = Flow(*json.loads(urlsafe_b64decode(text)))
    return flow if time.time() < flow.until else None


def callback_of(provider: Provider) -> str:
    """The redirect address to register at the provider."""
    return f"{atlas().server.address}/oidc/{provider.id}/callback"


def start(provider: Provider, after: str, lang: str) -> tuple[str, Flow]:
    """Where to send the browser, and what it carries."""
    flow = Flow(provider.id, token_urlsafe(32), token_urlsafe(32), token_urlsafe(48), after, lang, time.time() + FLOW_S)
    with _client(provider) as client:
        address, _ = client.create_authorization_url(
            _endpoint(provider, "authorization_endpoint"), state=flow.state, nonce=flow.nonce,
            code_challenge=create_s256_code_challenge(flow.verifier), code_challenge_method="S256",
        )  # fmt: skip
    return address, flow


def finish(provider: Provider, flow: Flow, query: Mapping[str, str]) -> Person:
    """The person behind a callback. ProviderError when anything about it is not as it should be."""
    if not compare_digest(query.get("state", "").encode(), flow.state.encode()) or flow.provider != provider.id:
        raise ProviderError("state")
    if "error" in query or not query.get("code"):
        raise ProviderError(f"answered {query.get('error', 'without code')[:40]!r}")
    if query.get("iss", provider.issuer) != provider.issuer:
        raise ProviderError("iss of the answer")
    try:
        with _client(provider) as client:
            token = client.fetch_token(
                _endpoint(provider, "token_endpoint"), code=query["code"], code_verifier=flow.verifier, grant_type="authorization_code",
                timeout=TIMEOUT, allow_redirects=False,
            )  # fmt: skip
            claims = _verified(provider, str(token.get("id_token", "")), flow.nonce)
            if _said(claims, provider.account_claim) is None or _said(claims, provider.groups_claim) is None:
                claims = {**_asked(provider, client, claims), **claims}
    except (AuthlibBaseError, requests.RequestException, JoseError, ValueError) as error:
        raise ProviderError(f"{type(error).__name__}: {str(error)[:80]}") from error
    account = _said(claims, provider.account_claim)
    if not isinstance(account, str) or not 0 < len(account) <= 128 or not account.isprintable():
        raise ProviderError(f"claim {provider.account_claim} is missing or unusable")
    name, groups = _said(claims, provider.name_claim), _said(claims, provider.groups_claim)
    listed = groups.split(",") if isinstance(groups, str) else groups if isinstance(groups, list) else []
    return Person(account, name if isinstance(name, str) else account, tuple(str(one).strip() for one in listed[:500]))


def sign_out_address(provider: Provider) -> str:
    """Where the provider ends its own session, "" when it need not or does not say."""
    if not provider.end_session:
        return ""
    try:
        address = _metadata(provider).get("end_session_endpoint", "")
    except ProviderError:
        return ""
    if not address:
        return ""
    query = requests.models.PreparedRequest()
    query.prepare_url(str(address), {"client_id": provider.client_id, "post_logout_redirect_uri": f"{atlas().server.address}/sign-in"})
    return query.url or ""


def _client(provider: Provider) -> OAuth2Session:
    secret = provider.secret_file.read_text("utf-8").strip() if provider.secret_file is not None else None
    client = OAuth2Session(
        provider.client_id, secret, scope=" ".join(dict.fromkeys(("openid", *provider.scopes))), redirect_uri=callback_of(provider),
        token_endpoint_auth_method="client_secret_basic" if secret else "none", leeway=0,  # the token is used at once or never
    )  # fmt: skip
    _hardened(client, provider)
    return client


def _hardened(session: requests.Session, provider: Provider) -> None:
    session.trust_env = False  # no .netrc, no proxy of the machine's environment
    session.verify = str(provider.ca_file) if provider.ca_file is not None else True


def _verified(provider: Provider, id_token: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token: signed by the provider, for us, for this sign-in, and still valid."""
    try:
        found = jwt.decode(id_token, _keys(provider), algorithms=ALGORITHMS)
    except (JoseError, ValueError):
        found = jwt.decode(id_token, _keys(provider, again=True), algorithms=ALGORITHMS)  # the provider may have changed its keys
    essential = {
        "iss": {"essential": True, "value": provider.issuer}, "aud": {"essential": True, "value": provider.client_id}, "sub": {"essential": True},
        "exp": {"essential": True}, "iat": {"essential": True}, "nonce": {"essential": True, "value": nonce},
    }  # fmt: skip
    jwt.JWTClaimsRegistry(leeway=60, **cast(Any, essential)).validate(found.claims)
    audience = found.claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and found.claims.get("azp") != provider.client_id:
        raise ProviderError("azp")
    return dict(found.claims)


def _asked(provider: Provider, client: OAuth2Session, claims: Mapping[str, Any]) -> dict[str, Any]:
    """What the provider tells about the person beyond the token, of the same person only."""
    address = _metadata(provider).get("userinfo_endpoint")
    if not address:
        return {}
    answer = client.get(_endpoint(provider, "userinfo_endpoint"), timeout=TIMEOUT, allow_redirects=False)
    answer.raise_for_status()
    found = json.loads(answer.content[:LARGEST])
    if not isinstance(found, dict) or found.get("sub") != claims["sub"]:
        raise ProviderError("userinfo of somebody else")
    return found


def _said(claims: Mapping[str, Any], path: str) -> Any:
    """A claim by name; a dotted name reaches into claims within claims (realm_access.roles)."""
    found: Any = claims
    for part in (path,) if path in claims else path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _endpoint(provider: Provider, name: str) -> str:
    address = str(_metadata(provider).get(name, ""))
    if not address.startswith("https://") and not (provider.issuer.startswith("http://") and address.startswith("http://")):
        raise ProviderError(f"{name} is not https")
    return address


_known: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}
_lock = threading.Lock()


def _metadata(provider: Provider) -> dict[str, Any]:
    found = _fetched(provider, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration", KNOWN_S)
    if found.get("issuer") != provider.issuer:
        raise ProviderError("issuer of the metadata")
    return found


def _keys(provider: Provider, again: bool = False) -> KeySet:
    return KeySet.import_key_set(cast(Any, _fetched(provider, _endpoint(provider, "jwks_uri"), KEYS_AGAIN_S if again else KNOWN_S)))


def _fetched(provider: Provider, address: str, newer_than_s: float) -> dict[str, Any]:
    """A JSON document of the provider, kept for a while. Redirects are not followed: only named addresses are asked."""
    with _lock:
        at, found = _known.get((provider.id, address), (0.0, {}))
    if found and time.monotonic() - at < newer_than_s:
        return found
    try:
        with requests.Session() as session:
            _hardened(session, provider)
            with session.get(address, timeout=TIMEOUT, allow_redirects=False, stream=True) as answer:
                if answer.status_code != 200:
                    raise ProviderError(f"{answer.status_code} from {address}")
                found = json.loads(answer.raw.read(LARGEST, decode_content=True))
    except (requests.RequestException, ValueError) as error:
        raise ProviderError(f"{type(error).__name__} from {address}") from error
    if not isinstance(found, dict):
        raise ProviderError(f"no object from {address}")
    with _lock:
        _known[(provider.id, address)] = (time.monotonic(), found)
    return found


def forget_providers() -> None:
    """Empties what is known of the providers (for tests)."""
    with _lock:
        _known.clear()
