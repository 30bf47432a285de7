"""`python -m dashboard`: serve the current build of a warehouse."""

import argparse
import sys
from pathlib import Path

from dashboard.access.audit_command import audit_command
from dashboard.access.start import prepare
from dashboard.check import check_command
from dashboard.password import password_command
from dashboard.server import serve
from dashboard.web.serving import follow
from dashboard.web.settings import Settings, default_config, default_warehouse, use_atlas
from etl.model.errors import AtlasError


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 stopped, 1 refused, 2 wrong call. The address goes to stdout, messages to stderr."""
    given = sys.argv[1:] if arguments is None else arguments
    commands = {"audit": audit_command, "check": check_command, "password": password_command}
    if given and given[0] in commands:
        return commands[given[0]](given[1:])
    parser = argparse.ArgumentParser(prog="python -m dashboard", description="网格一张图 · Grid Atlas")
    parser.add_argument("--port", type=int, default=8501, help="端口 port (8501)")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址 address (127.0.0.1)")
    parser.add_argument("--warehouse", type=Path, default=default_warehouse(), help="数据仓目录 folder of builds (data/warehouse)")
    parser.add_argument("--config", type=Path, default=default_config(), help="设置文件 settings file (ATLAS_CONFIG, atlas.toml)")
    parser.add_argument("--public", action="store_true", help="只提供公示页面 serve the public pages only")
    call = parser.parse_args(given)
    try:
        atlas = use_atlas(call.config.resolve() if call.config is not None else None).current()
        settings = Settings(call.warehouse.resolve(), call.host, call.port, call.public, atlas)
        follow(settings.warehouse, settings.public)
        said = prepare(settings)
        print(f"{said.zh}\n{said.en}", file=sys.stderr)
        print(f"网格一张图 Grid Atlas  {settings.address}", flush=True)
        serve(settings)
    except AtlasError as error:
        print(f"{error.text.zh}\n{error.text.en}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
