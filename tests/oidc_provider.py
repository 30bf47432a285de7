"""A small OpenID Connect provider as a real process, for tests: `python -m tests.oidc_provider PORT`.

Discovery, authorization with PKCE, token, userinfo, RS256 keys. `POST /person` sets who comes and how the provider misbehaves.
"""

import base64
import hashlib
import json
import secrets
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.served import running

CLIENT, SECRET = "grid-atlas", "the-provider-knows-this"


class Provider:
    """State of the process: keys, who comes next, codes given out."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.key, self.stranger = (RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"}) for kid in ("one", "stranger"))
        self.person: dict[str, Any] = {"sub": "u-1", "name": "张敏", "groups": ["leaders"]}
        self.fault = ""
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}

    async def discovery(self, request: Request) -> Response:
        at = self.address
        body = {
            "issuer": "http://127.0.0.1:1" if self.fault == "issuer of metadata" else at, "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token", "jwks_uri": f"{at}/keys", "userinfo_endpoint": f"{at}/userinfo", "end_session_endpoint": f"{at}/leave",
            "response_types_supported": ["code"], "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
        }  # fmt: skip
        return JSONResponse(body)

    async def keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def person_is(self, request: Request) -> Response:
        given = await request.json()
        self.fault = given.pop("fault", "")
        if given.pop("new_key", False):
            self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})
        self.person = given or self.person
        return JSONResponse({})

    async def authorize(self, request: Request) -> Response:
        query = dict(request.query_params)
        assert query["response_type"] == "code" and query["client_id"] == CLIENT and query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split() and query["nonce"] and len(query["state"]) >= 32
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        back = {"error": "access_denied", "state": query["state"]} if self.fault == "denied" else {"code": code, "state": query["state"]}
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(back)}", status_code=302)

    async def token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        basic = base64.b64decode(request.headers.get("authorization", "Basic ")[6:]).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        if basic != f"{CLIENT}:{SECRET}" or asked is None or asked["code_challenge"] != challenge or form["redirect_uri"] != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        access = secrets.token_urlsafe(16)
        self.tokens[access] = self.person
        return JSONResponse({"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": self.id_token(asked["nonce"])})

    def id_token(self, nonce: str) -> str:
        now, fault = int(time.time()), self.fault
        in_token = {key: value for key, value in self.person.items() if fault != "groups by userinfo" or key != "groups"}
        claims: dict[str, Any] = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **in_token}
        wrong = {
            "nonce": {"nonce": "of another sign-in"}, "audience": {"aud": "another-client"}, "issuer": {"iss": "https://evil.example"},
            "expired": {"exp": now - 600, "iat": now - 900}, "two audiences": {"aud": [CLIENT, "another"]}, "no sub": {"sub": None},
        }  # fmt: skip
        claims |= wrong.get(fault, {})
        if fault == "no nonce":
            del claims["nonce"]
        if fault == "none":
            parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "none"}, claims)]
            return ".".join(parts) + "."
        if fault == "shared secret":  # signed with the public key as if it were a shared secret
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(self.key.as_pem(private=False)), algorithms=["HS256"])
        key = self.stranger if fault == "stranger's key" else self.key
        found = jwt.encode({"alg": "RS256", "kid": "one" if fault == "stranger's key" else str(self.key.kid)}, claims, key)
        if fault == "changed":
            head, _, signature = found.split(".")
            return f"{head}.{base64.urlsafe_b64encode(json.dumps({**claims, 'groups': ['admins']}).encode()).decode().rstrip('=')}.{signature}"
        return "" if fault == "no token" else found

    async def userinfo(self, request: Request) -> Response:
        person = self.tokens.get(request.headers.get("authorization", "")[7:])
        if person is None:
            return Response(status_code=401)
        return JSONResponse({**person, "sub": "somebody-else"} if self.fault == "userinfo of another" else person)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.discovery), Route("/keys", self.keys), Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]), Route("/userinfo", self.userinfo), Route("/person", self.person_is, methods=["POST"]),
            ]
        )  # fmt: skip


@contextmanager
def provider() -> Iterator[str]:
    """The address of a provider in its own process."""
    with running(lambda port: [sys.executable, "-m", "tests.oidc_provider", str(port)], "/keys") as port:
        yield f"http://127.0.0.1:{port}"


def comes(address: str, fault: str = "", **person: Any) -> None:
    """Who the provider vouches for next, and how it misbehaves."""
    body = json.dumps({"fault": fault, **person}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{address}/person", body, {"Content-Type": "application/json"}), timeout=60).read()


if __name__ == "__main__":
    uvicorn.run(Provider(f"http://127.0.0.1:{sys.argv[1]}").app(), host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
