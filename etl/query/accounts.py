"""Accounts and groups of atlas.toml (账号与分组): who has which role, and in which area. The server and the command line read the same."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, cast

from etl.model.errors import AtlasError, CallError
from etl.model.text import Text
from etl.model.toml_file import TomlFile, TomlTable, read_toml
from etl.query.reader import ROLES, Reader, Role
from etl.query.units import units
from etl.query.warehouse import Build

ACCOUNT_KEYS = ("account", "name", "password", "role", "unit", "sign_in", "disabled")
GROUP_KEYS = ("group", "role", "unit", "sign_in")
LOCAL: Final = "local"
PROXY: Final = "proxy"
ROLE = Text("角色", "role")
_ACCOUNT = re.compile(r"[\w.@\-]{1,64}")
_ARGON2 = re.compile(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{22,}")
LEAST_MEMORY = 19456  # KiB; less can be guessed at millions a second on one graphics card


@dataclass(frozen=True, slots=True)
class Account:
    """One person. `password` is an argon2id hash; `unit` the code of the area, "" for the whole city; `sign_in` says how the person comes:
    "local" with the password here, "proxy" by a header, else the id of an [[oidc]] provider."""

    account: str
    name: str
    password: str
    role: Role
    unit: str
    sign_in: str
    disabled: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A group as a provider or proxy names it. `sign_in` "" counts for all of them."""

    group: str
    role: Role
    unit: str
    sign_in: str


@dataclass(frozen=True)
class Accounts:
    """All accounts and groups, in the order of the file."""

    accounts: tuple[Account, ...] = ()
    groups: tuple[Group, ...] = ()

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], Account]:
        return {(one.sign_in, one.account): one for one in self.accounts}

    def account(self, sign_in: str, name: str) -> Account | None:
        """The account of a person coming by `sign_in`, disabled or not; None when the file does not name it."""
        return self._by_name.get((sign_in, name))

    def of_groups(self, sign_in: str, names: tuple[str, ...]) -> Group | None:
        """The first group of the file that the person is in."""
        return next((one for one in self.groups if one.group in names and one.sign_in in ("", sign_in)), None)


def parse_accounts(file: TomlFile, ways: tuple[str, ...]) -> Accounts:
    """The accounts and groups of a file; mistakes go to the file. `ways` are the known values of sign_in."""
    tables = file.tables("account")
    accounts = [_account(table, ways) for table in tables]
    seen: set[tuple[str, str]] = set()
    for table, one in zip(tables, accounts, strict=True):
        if (one.sign_in, one.account) in seen:
            table.wrong("account", f"账号 {one.account} 重复", f"account {one.account} occurs twice")
        seen.add((one.sign_in, one.account))
    return Accounts(tuple(accounts), tuple(_group(table, ways) for table in file.tables("group")))


def _account(table: TomlTable, ways: tuple[str, ...]) -> Account:
    table.keys(ACCOUNT_KEYS)
    account, password = table.text("account"), table.text("password")
    sign_in = table.one_of("sign_in", LOCAL, ways, Text("登录方式", "way to sign in"))
    if not _ACCOUNT.fullmatch(account):
        table.wrong("account", "account 应为 1–64 个字母、汉字、数字或 . _ @ -", "account must be 1–64 letters, digits or . _ @ -")
    if sign_in == LOCAL:
        _check_password(table, password)
    elif password:
        table.wrong("password", "由统一认证登录的账号不写 password", "an account that signs in elsewhere has no password here")
    return Account(account, table.text("name") or account, password, _role(table), table.text("unit"), sign_in, table.flag("disabled"))


def _role(table: TomlTable) -> Role:
    """The role; a steward's needs an area, since it is told everything about it."""
    role = cast(Role, table.one_of("role", "", ROLES, ROLE))
    if role == "steward" and not table.text("unit"):
        table.wrong("role", "角色 steward（微网格员）必须写 unit（所负责网格的编码）", "role steward needs unit, the code of the own grid")
    return role


def _check_password(table: TomlTable, password: str) -> None:
    found = _ARGON2.fullmatch(password)
    if found is None:
        table.wrong(
            "password",
            "password 应为 argon2 散列，不能写明文；用 python -m dashboard password 生成",
            "password must be an argon2 hash, never the password itself; make it with python -m dashboard password",
        )
    elif int(found.group(1)) < LEAST_MEMORY:
        table.wrong("password", "password 的散列强度不足，请用 python -m dashboard password 重新生成", "the password's hash is too weak; make it anew with python -m dashboard password")


def _group(table: TomlTable, ways: tuple[str, ...]) -> Group:
    table.keys(GROUP_KEYS)
    if not table.text("group"):
        table.wrong("group", "缺少 group（统一认证中的分组名）", "group is missing (its name at the provider)")
    sign_in = table.text("sign_in")
    if sign_in:
        sign_in = table.one_of("sign_in", "", ways, Text("登录方式", "way to sign in"))
    return Group(table.text("group"), _role(table), table.text("unit"), sign_in)


def ways_of(file: TomlFile) -> tuple[str, ...]:
    """The ways to sign in that a file offers: local, proxy and its providers."""
    return (LOCAL, PROXY, *(table.text("id") for table in file.tables("oidc")))


def account_of_file(path: Path, name: str) -> Account:
    """One account of atlas.toml for the command line. CallError: no such file or account; AtlasError: disabled."""
    file = read_toml(path)
    found = [one for one in parse_accounts(file, ways_of(file)).accounts if one.account == name]
    file.raise_first()
    if len(found) != 1:
        raise CallError(f"{path.name} 中没有账号 {name}", f"{path.name} has no account {name}")
    if found[0].disabled:
        raise AtlasError(f"账号 {name} 已停用", f"account {name} is disabled")
    return found[0]


def reader_for(build: Build, role: Role, unit_code: str, name: str) -> Reader:
    """A role with the numbers its area has in this build. AtlasError when the build has no such unit: never the whole city instead."""
    frame = units(build)
    if not unit_code:
        return Reader(role, 1, len(frame), name)
    first = frame.by_code(unit_code)
    if first is None:
        raise AtlasError(
            f"您的辖区（编码 {unit_code}）不在当前数据版本中，暂时不能查看。请联系管理员核对 atlas.toml 中的 unit。",
            f"Your area (code {unit_code}) is not part of the data in use, so nothing can be shown. Ask the administrator to check unit in atlas.toml.",
        )
    return Reader(role, first, int(frame.last_no[first - 1]), name)
