"""`python -m dashboard check`: everything wrong in atlas.toml at once, and whether its areas exist in the data in use."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from dashboard.access.cookies import read_secret
from dashboard.public.settings import read_kiosk
from dashboard.web.atlas_file import AtlasFile, read_atlas
from dashboard.web.settings import default_config, default_warehouse
from etl.model.errors import AtlasError, CallError
from etl.model.toml_file import Mistake, TomlFile
from etl.query.units import units
from etl.query.warehouse import current_id, open_build


def check_command(arguments: list[str]) -> int:
    """Exit code: 0 all well, 1 areas missing, 2 mistakes in the file."""
    parser = argparse.ArgumentParser(prog="python -m dashboard check", description="检查 atlas.toml · check atlas.toml")
    parser.add_argument("--config", type=Path, default=default_config(), help="设置文件 settings file (ATLAS_CONFIG, atlas.toml)")
    parser.add_argument("--warehouse", type=Path, default=default_warehouse(), help="数据仓目录 folder of builds (data/warehouse)")
    call = parser.parse_args(arguments)
    if call.config is None:
        print("没有找到 atlas.toml：请用 --config 指定\nThere is no atlas.toml here: name it with --config", file=sys.stderr)
        return 2
    try:
        settings, file = read_atlas(call.config)
        _check_kiosk(settings, file)
        is_readable = not file.mistakes
        if is_readable and settings.server.secret_file is not None:
            read_secret(settings.server.secret_file)
        if is_readable:
            _check_areas(settings, file, call.warehouse)
    except AtlasError as error:
        print(f"{error.text.zh}\n{error.text.en}", file=sys.stderr)
        return error.exit_code
    for mistake in sorted(file.mistakes, key=lambda one: one.line):
        print(f"{mistake.text.zh}\n{mistake.text.en}")
    if file.mistakes:
        return 1 if is_readable else 2
    accounts = settings.accounts
    ways = ", ".join(one.id for one in settings.providers) or "—"
    print(
        f"{call.config}：没有问题。账号 {len(accounts.accounts)} 个，分组 {len(accounts.groups)} 个，统一认证 {ways}。\n"
        f"{call.config} is in order: {len(accounts.accounts)} accounts, {len(accounts.groups)} groups, providers {ways}."
    )
    return 0


def _check_areas(settings: AtlasFile, file: TomlFile, warehouse: Path) -> None:
    """Every area must be a unit of the current build; without a build there is nothing to compare with."""
    if current_id(warehouse) is None:
        print(f"{warehouse} 中还没有数据，辖区编码未核对\nno build in {warehouse} yet; areas were not compared", file=sys.stderr)
        return
    build = open_build(warehouse)
    known = dict.fromkeys(str(code) for code in units(build).code)
    areas = [*(one.unit for one in settings.accounts.accounts), *(one.unit for one in settings.accounts.groups)]
    for table, code in zip([*file.tables("account"), *file.tables("group")], areas, strict=True):
        if code and code not in known:
            near = _nearest_code(code, known)
            hint = (f"，是否想写 {near}？", f"; did you mean {near}?") if near else ("", "")
            table.wrong("unit", f"当前数据中没有编码为 {code} 的单元{hint[0]}", f"the data in use have no unit with the code {code}{hint[1]}")


def _check_kiosk(settings: AtlasFile, file: TomlFile) -> None:
    try:
        kiosk = settings.tables.get("kiosk", {})
        read_kiosk(kiosk if isinstance(kiosk, dict) else {"kiosk": kiosk})
    except CallError as error:
        file.mistakes.append(Mistake(file.table("kiosk").line(), error.text))


def _nearest_code(code: str, known: Iterable[str]) -> str:
    """A code of equal beginning: of 155,000 codes a general comparison would take minutes."""
    for length in range(len(code) - 1, 3, -1):
        if found := next((one for one in known if one.startswith(code[:length])), ""):
            return found
    return ""
