"""Who sits at the browser (身份): an account, its role and its area, before a build gives the area its numbers."""

from dataclasses import dataclass
from typing import Literal

from dashboard.web.serving import serving
from etl.query.reader import Role


@dataclass(frozen=True, slots=True)
class Identity:
    """`account` is the key in files and logs, `name` what a screen shows; `unit_code` the top of the area, "" for the whole city."""

    account: str
    name: str
    role: Role
    unit_code: str = ""
    provider: Literal["local", "oidc", "proxy", "machine", "public"] = "machine"


MACHINE = Identity("machine", "本机", "admin")
PUBLIC = Identity("public", "公众", "public", provider="public")


def current_identity() -> Identity:
    """The identity of the page run or request now executing. Without sign-in: the user of this machine, who sees everything."""
    return PUBLIC if serving().is_public else MACHINE
