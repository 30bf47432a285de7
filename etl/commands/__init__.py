"""The command line, one file per command: each has HELP, arguments(parser) and run(args).

Only the command asked for is imported: a status line should not wait for geopandas.
"""

from importlib import import_module
from types import ModuleType

COMMANDS = ("demo", "build", "status", "rollback", "findings", "indicator", "indicators", "templates", "docs")


def command(name: str) -> ModuleType:
    """The module of one command."""
    return import_module(f"etl.commands.{name}")
