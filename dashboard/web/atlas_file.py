"""atlas.toml (服务设置): who may sign in and how, where the server is reached, and what a city decides about its screens.

The file of data/atlas.example.toml explains every key. `read_atlas` collects all mistakes; `load_atlas` refuses the first.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from etl.model.text import Text
from etl.model.toml_file import TomlFile, TomlTable, read_toml
from etl.query.accounts import LOCAL, PROXY, Accounts, parse_accounts, ways_of

TOP_KEYS = ("map_approval", "watermark", "server", "account", "group", "oidc", "proxy", "basemap", "kiosk", "public", "audit", "limits", "print", "import")
SERVER_KEYS = ("address", "hosts", "cookie_secret_file", "session_hours", "idle_minutes", "lock_after", "lock_minutes", "metrics_from")
OIDC_KEYS = (
    "id", "label", "label_en", "issuer", "client_id", "client_secret_file", "scopes", "account_claim", "name_claim", "groups_claim", "end_session", "ca_file",
)  # fmt: skip
PROXY_KEYS = ("addresses", "user_header", "groups_header", "name_header")
BASEMAP_KEYS = ("url", "attribution", "max_zoom")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ID = re.compile(r"[a-z][a-z0-9\-]{0,30}")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9\-]{1,60}")
_HOST = re.compile(r"(\*\.)?[A-Za-z0-9]([A-Za-z0-9\-.]*[A-Za-z0-9])?|\[?[0-9a-fA-F:]+\]?")


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID Connect provider (统一认证)."""

    id: str
    label: Text
    issuer: str
    client_id: str
    secret_file: Path | None
    scopes: tuple[str, ...]
    account_claim: str
    name_claim: str
    groups_claim: str
    end_session: bool
    ca_file: Path | None


@dataclass(frozen=True, slots=True)
class Proxy:
    """A reverse proxy that has signed the person in; believed only when it asks from one of `addresses`."""

    addresses: tuple[str, ...] = ()
    user_header: str = ""
    groups_header: str = ""
    name_header: str = ""

    def is_from(self, peer: str) -> bool:
        try:
            found = ip_address(peer)
        except ValueError:
            return False
        return any(found in ip_network(one) for one in self.addresses)


@dataclass(frozen=True, slots=True)
class Served:
    """`[server]`. `address` is how browsers reach the server ("" = by host and port); `hosts` further names it answers to."""

    address: str = ""
    hosts: tuple[str, ...] = ()
    secret_file: Path | None = None
    session_hours: float = 8
    idle_minutes: float = 120
    lock_after: int = 5
    lock_minutes: float = 15
    metrics_from: tuple[str, ...] = ("127.0.0.1", "::1")


@dataclass(frozen=True)
class AtlasFile:
    """All settings. `tables` holds kiosk, public, audit and limits as written, for the rooms that know them."""

    path: Path | None = None
    map_approval: str = ""
    watermark: bool = False
    server: Served = Served()
    accounts: Accounts = field(default_factory=Accounts)
    providers: tuple[Provider, ...] = ()
    proxy: Proxy = Proxy()
    basemap: Mapping[str, str | int] = field(default_factory=dict)
    tables: Mapping[str, object] = field(default_factory=dict)

    @property
    def has_sign_in(self) -> bool:
        """Whether anybody can sign in; without, the server serves the user of its own machine."""
        return bool(self.accounts.accounts or self.providers or self.proxy.addresses)

    def provider(self, provider_id: str) -> Provider | None:
        return next((one for one in self.providers if one.id == provider_id), None)


NO_FILE = AtlasFile()


def load_atlas(path: Path) -> AtlasFile:
    """The settings of a file. CallError with the first mistake."""
    found, file = read_atlas(path)
    file.raise_first()
    return found


def read_atlas(path: Path) -> tuple[AtlasFile, TomlFile]:
    """The settings as far as they can be read, and the file with all its mistakes."""
    file = read_toml(path)
    top = file.top
    top.keys(TOP_KEYS)
    providers = tuple(_provider(table) for table in file.tables("oidc"))
    ids = [one.id for one in providers]
    for table in file.tables("oidc")[1:]:
        if ids.count(table.text("id")) > 1:
            table.wrong("id", f"id {table.text('id')} 重复", f"id {table.text('id')} occurs twice")
    accounts = parse_accounts(file, ways_of(file))
    proxy = _proxy(file.table("proxy")) if "proxy" in file.content else Proxy()
    _reachable(file, accounts, proxy)
    found = AtlasFile(
        path=path, map_approval=top.text("map_approval"), watermark=top.flag("watermark"), server=_server(file.table("server")), accounts=accounts,
        providers=providers, proxy=proxy, basemap=_basemap(file.table("basemap")),
        tables={name: file.content[name] for name in ("kiosk", "public", "audit", "limits", "print", "import") if name in file.content},
    )  # fmt: skip
    if found.providers and not found.server.address:
        file.table("server").wrong(
            "address", "使用统一认证时须写 [server] address，如 https://grid.example.gov.cn", "with an [[oidc]] provider [server] needs address, as https://grid.example.gov.cn"
        )
    return found, file


def _reachable(file: TomlFile, accounts: Accounts, proxy: Proxy) -> None:
    """Accounts and groups whose way to sign in does not exist would wait for ever."""
    for table, account in zip(file.tables("account"), accounts.accounts, strict=True):
        if account.sign_in == PROXY and not proxy.addresses:
            table.wrong("sign_in", "sign_in = \"proxy\" 需要 [proxy]", 'sign_in = "proxy" needs [proxy]')
    for table, group in zip(file.tables("group"), accounts.groups, strict=True):
        if group.sign_in == LOCAL:
            table.wrong("sign_in", "本地账号没有分组，请在 [[account]] 中写 role", "local accounts have no groups; give role in [[account]]")


def _server(table: TomlTable) -> Served:
    table.keys(SERVER_KEYS)
    address = table.text("address").rstrip("/")
    parts = urlsplit(address)
    if address and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.username):
        table.wrong("address", "address 应为 https://域名，不带路径", "address must be https://name, without a path")
    hosts = table.words("hosts")
    for host in hosts:
        if not _HOST.fullmatch(host):
            table.wrong("hosts", f"hosts 中的“{host}”应为域名或 IP 地址，不带协议和端口", f"“{host}” in hosts must be a name or address, without scheme and port")
    metrics = table.words("metrics_from") if "metrics_from" in table.values else Served().metrics_from
    _addresses(table, "metrics_from", metrics)
    return Served(
        address, hosts, _file(table, "cookie_secret_file"),
        session_hours=table.number("session_hours", 8, 0.05, 24),
        idle_minutes=table.number("idle_minutes", 120, 1, 1440),
        lock_after=int(table.number("lock_after", 5, 3, 20)),
        lock_minutes=table.number("lock_minutes", 15, 1, 1440),
        metrics_from=metrics,
    )  # fmt: skip


def _provider(table: TomlTable) -> Provider:
    table.keys(OIDC_KEYS)
    for key in ("id", "issuer", "client_id"):
        if not table.text(key):
            table.wrong(key, f"缺少 {key}", f"{key} is missing")
    name, issuer = table.text("id"), table.text("issuer")
    if name and (not _ID.fullmatch(name) or name in (LOCAL, PROXY)):
        table.wrong("id", "id 应为小写字母开头的字母、数字、短横（不能是 local、proxy）", "id must be small letters, digits and -, and not local or proxy")
    parts = urlsplit(issuer)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if issuer and (not is_safe or parts.query or parts.fragment):
        table.wrong("issuer", "issuer 应为 https 地址", "issuer must be an https address")
    return Provider(
        name, Text(table.text("label") or "统一认证登录", table.text("label_en") or table.text("label") or "Sign in with the city's account"), issuer,
        table.text("client_id"), _file(table, "client_secret_file"), table.words("scopes") or ("openid", "profile"), table.text("account_claim") or "sub",
        table.text("name_claim") or "name", table.text("groups_claim") or "groups", table.flag("end_session"), _file(table, "ca_file"),
    )  # fmt: skip


def _proxy(table: TomlTable) -> Proxy:
    table.keys(PROXY_KEYS)
    addresses = table.words("addresses")
    if not addresses:
        table.wrong("addresses", "缺少 addresses（反向代理的地址）", "addresses is missing (where the proxy asks from)")
    _addresses(table, "addresses", addresses, widest=1024)
    headers = [table.text(key) for key in ("user_header", "groups_header", "name_header")]
    if not headers[0]:
        table.wrong("user_header", "缺少 user_header（代理写入账号的请求头）", "user_header is missing (the header that names the account)")
    for key, header in zip(("user_header", "groups_header", "name_header"), headers, strict=True):
        if header and not _HEADER.fullmatch(header):
            table.wrong(key, f"{key} 应为请求头名称，如 X-Remote-User", f"{key} must be a header's name, as X-Remote-User")
    return Proxy(tuple(one for one in addresses if _network(one)), *headers)


def _addresses(table: TomlTable, key: str, given: tuple[str, ...], widest: int = 2**128) -> None:
    for one in given:
        size = _network(one)
        if not size:
            table.wrong(key, f"“{one}”不是 IP 地址或网段", f"“{one}” is no IP address or network")
        elif size > widest:
            table.wrong(key, f"网段“{one}”太大，请只写代理自己的地址", f"network “{one}” is too wide; name the proxy's own address")


def _network(text: str) -> int:
    """How many addresses it names, 0 when it is none."""
    try:
        return ip_network(text).num_addresses
    except ValueError:
        return 0


def _basemap(table: TomlTable) -> dict[str, str | int]:
    table.keys(BASEMAP_KEYS)
    url = table.text("url")
    if not url:
        return {}
    if urlsplit(url).scheme not in ("http", "https", "") or not all(part in url for part in ("{z}", "{x}", "{y}")):
        table.wrong("url", "url 应为含 {z}、{x}、{y} 的瓦片地址", "url must be a tile address with {z}, {x} and {y}")
    return {"url": url, "attribution": table.text("attribution"), "max_zoom": int(table.number("max_zoom", 18, 1, 22))}


def _file(table: TomlTable, key: str) -> Path | None:
    """A file named relative to the settings file; it must be there."""
    name = table.text(key)
    if not name:
        return None
    path = table.file.path.parent / name
    if not path.is_file():
        table.wrong(key, f"找不到 {key} 指定的文件 {name}", f"the file {name} of {key} is not there")
    return path
