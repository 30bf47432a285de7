"""A city with sign-in for tests: accounts of every role and area, the doors before our routes, browsers that keep their cookies.

    with access_site(warehouse, tmp_path / "atlas.toml") as site:
        leader = site.signed_in("leader", "community")   # a browser of that role and area; areas: "", street, community, compound, micro
        leader.get("/evidence?…")
"""

import http.client
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.access.cookies import take_secret
from dashboard.access.doors import Doors
from dashboard.routes import ROUTES
from dashboard.web import settings as settings_module
from dashboard.web.headers import SecurityHeaders
from dashboard.web.serving import follow, serving
from dashboard.web.settings import use_atlas
from etl.query.reader import ROLES
from etl.query.units import units
from etl.query.warehouse import Build, open_build
from tests.http_server import Answer
from tests.http_server import served as listening

PASSWORD = "Right-horse-88"
HASH = PasswordHasher(time_cost=1, memory_cost=19456, parallelism=1).hash(PASSWORD)  # the least the checker takes, for speed
LEVELS_OF_AREAS = {"": 0, "street": 2, "community": 3, "compound": 4, "micro": 5}


def areas(build: Build) -> dict[str, str]:
    """An area of each size: a name → the code of its unit; of a level the second unit, so that there are foreign ones on both sides."""
    frame = units(build)
    found = {"": ""}
    for name, rank in list(LEVELS_OF_AREAS.items())[1:]:
        of_level = np.flatnonzero(frame.level == rank)
        if len(of_level):
            found[name] = str(frame.code[of_level[min(1, len(of_level) - 1)]])
    return found


def account_of(role: str, area: str) -> str:
    return f"{role}.{area or 'city'}"


def atlas_text(build: Build, more: str = "") -> str:
    """atlas.toml with one local account for each role and area (a steward has one always), all with PASSWORD."""
    parts = [more]
    for role in ROLES:
        for name, code in areas(build).items():
            if role == "steward" and not code:
                continue
            unit = f'unit = "{code}"\n' if code else ""
            parts.append(f'[[account]]\naccount = "{account_of(role, name)}"\nname = "{role} {name}"\npassword = \'{HASH}\'\nrole = "{role}"\n{unit}')
    return "\n".join(parts)


@dataclass
class Browser:
    """One browser at one site: keeps cookies, follows nothing by itself."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = {"Host": f"127.0.0.1:{self.port}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookies and "Cookie" not in sent:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body.encode() if body else None, sent)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                self._keep(value)
        found = Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        connection.close()
        return found

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def page(self, path: str) -> Answer:
        """GET as a browser's address bar does."""
        return self.ask("GET", path, Accept="text/html")

    def post(self, path: str, fields: dict[str, str], **headers: str) -> Answer:
        given = {"Content_Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}", **headers}
        return self.ask("POST", path, urlencode(fields), **given)

    def _keep(self, line: str) -> None:
        name, _, value = line.split(";")[0].partition("=")
        if "max-age=0" in line.lower() or not value.strip('"'):
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def sign_in(self, account: str, password: str = PASSWORD, after: str = "/") -> Answer:
        """Open the form and send it."""
        form = self.page(f"/sign-in?{urlencode({'next': after})}")
        token = re.search(r'name="token" value="(\w+)"', form.text)
        assert token, form.text
        return self.post("/sign-in", {"token": token.group(1), "next": after, "lang": "zh", "account": account, "password": password})


@dataclass
class Site:
    """A running site: its port, build and settings file."""

    port: int
    build: Build
    config: Path

    def browser(self) -> Browser:
        return Browser(self.port)

    def signed_in(self, role: str, area: str = "") -> Browser:
        found = self.browser()
        answer = found.sign_in(account_of(role, area))
        assert answer.status == 303, answer.text
        return found

    def rewrite(self, text: str) -> None:
        """Change atlas.toml, and see it taken over now instead of in two seconds."""
        self.config.write_text(text, "utf-8")
        settings_module.atlas_settings()._checked_at = -10.0


@contextmanager
def access_site(warehouse: Path, config: Path, more: str = "", text: str | None = None) -> Iterator[Site]:
    """Our routes behind the doors, as the server sets them up, on a free port. The process's own settings come back afterwards."""
    build = open_build(warehouse)
    config.write_text(atlas_text(build, more) if text is None else text, "utf-8")
    before, old_serving = settings_module._settings, _serving()
    follow(warehouse).build()
    use_atlas(config)
    take_secret()
    forwarded = os.environ.get("FORWARDED_ALLOW_IPS")
    os.environ["FORWARDED_ALLOW_IPS"] = ""  # as server.serve() does
    try:
        with listening(Starlette(routes=ROUTES, middleware=[Middleware(SecurityHeaders), Middleware(Doors)])) as client:
            yield Site(client.port, build, config)
    finally:
        os.environ.pop("FORWARDED_ALLOW_IPS")
        os.environ.update({} if forwarded is None else {"FORWARDED_ALLOW_IPS": forwarded})
        settings_module._settings = before
        if old_serving is not None:
            follow(old_serving)


def _serving() -> Path | None:
    try:
        return serving().warehouse
    except RuntimeError:
        return None
