"""What must be right before the server starts (启动检查), and what it says about who may come in."""

from urllib.parse import urlsplit

from dashboard.access.cookies import take_secret
from dashboard.access.oidc import callback_of
from dashboard.web.atlas_file import LOOPBACK
from dashboard.web.settings import Settings
from etl.model.errors import CallError
from etl.model.text import Text


def prepare(settings: Settings) -> Text:
    """Read the cookie secret; returns a sentence on who may sign in. CallError when the server must not start like this."""
    if settings.public:
        if not settings.atlas.map_approval:
            raise CallError(
                "公示服务的地图须有审图号：请在 atlas.toml 中写 map_approval，否则不能使用 --public。",
                "A public map needs its approval number (审图号): write map_approval in atlas.toml, or leave --public out.",
            )
        return Text(f"公示服务：任何人可看已公布的汇总数。审图号 {settings.atlas.map_approval}", "Public server: anybody sees the published totals, and nothing else.")
    if not settings.atlas.has_sign_in:
        return Text(
            "未配置登录：只在本机提供服务，本机用户可看全部数据。配置方法见 data/atlas.example.toml。",
            "No sign-in is configured: this machine only, and its user sees everything. See data/atlas.example.toml.",
        )
    take_secret()
    people, ways = len(settings.atlas.accounts.accounts), [callback_of(provider) for provider in settings.atlas.providers]
    back = f"；回调地址 {'、'.join(ways)}" if ways else ""
    return Text(f"已配置登录：{people} 个账号{back}", f"Sign-in is configured: {people} accounts" + (f"; redirect addresses {', '.join(ways)}" if ways else ""))


def hosts_of(settings: Settings) -> list[str]:
    """Names this server answers to; any other name in the address may be another site's trick (DNS rebinding)."""
    served = settings.atlas.server
    named = [*served.hosts, *([urlsplit(served.address).hostname or ""] if served.address else [])]
    if settings.host not in ("0.0.0.0", "::"):
        named.append(settings.host)
    if settings.public and not served.hosts and not served.address and settings.host not in LOOPBACK:
        return ["*"]  # published figures, no cookie: nothing a foreign name could gain
    return list(dict.fromkeys([*named, *LOOPBACK]))
