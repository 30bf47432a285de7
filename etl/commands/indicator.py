"""`etl indicator ID`: one figure for every unit of a level, the same function as the pages call (指标)."""

import argparse
import csv
import json
import math
import sys
from pathlib import Path

import pandas as pd

from etl.commands import options
from etl.model.cells import harmless
from etl.model.errors import AtlasError, CallError
from etl.model.levels import LEVEL_IDS
from etl.model.text import Text
from etl.query.accounts import account_of_file, reader_for
from etl.query.figures import figures, figures_by_lead
from etl.query.ranking import bands_of, measured
from etl.query.reader import Reader
from etl.query.scope import parse_scope
from etl.query.units import units
from etl.query.warehouse import Build, open_build

HELP = Text("按级别、时段和条件输出一个指标", "print an indicator for a level, period and filters")
NO_FIGURES = ("auditor",)  # roles whose pages show none
COLUMNS = ("code", "name", "numerator", "denominator", "value", "state")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--level", choices=LEVEL_IDS, required=True)
    parser.add_argument("--by", choices=("lead_unit",), default=None)
    parser.add_argument("--under", default=None, metavar="CODE")
    parser.add_argument("--from", dest="date_from", default=None, metavar="DATE")
    parser.add_argument("--to", dest="date_to", default=None, metavar="DATE")
    parser.add_argument("--as-of", default=None, metavar="DATE")
    parser.add_argument("--where", action="append", default=[], metavar="FIELD=VALUE")
    parser.add_argument("--light", action="store_true")
    parser.add_argument("--format", choices=("csv", "json"), default="csv")
    parser.add_argument("--account", default=None, metavar="NAME")
    parser.add_argument("--config", type=Path, default=Path("atlas.toml"), metavar="FILE")
    options.warehouse(parser)


def run(args: argparse.Namespace) -> int:
    build = open_build(args.warehouse)
    frame = units(build)
    reader = _reader(build, args.account, args.config)
    scope = parse_scope(build, args.date_from, args.date_to, args.as_of, args.where)
    under = None
    if args.under is not None:
        under = frame.by_code(args.under, scope.as_of)
        if under is None or not reader.sees(under):
            raise CallError(f"没有编码为 {args.under} 的单元", f"no unit has the code {args.under}")
    if args.by and args.light:
        raise CallError("承办单位不亮灯：--light 不能与 --by 同用", "units in charge have no lights: --light does not go with --by")
    table = figures_by_lead(build, reader, args.id, scope, under) if args.by else figures(build, reader, args.id, scope, args.level, under)
    names: tuple[str, ...] = COLUMNS
    if args.light:
        table["measure"], table["light"] = measured(build, reader, args.id, scope, table), bands_of(build, reader, args.id, scope, table)
        names = (*COLUMNS, "measure", "light")
    lines = [tuple(_plain(value) for value in line) for line in table[list(names)].itertuples(index=False)]
    if args.format == "json":
        json.dump([dict(zip(names, line, strict=True)) for line in lines], sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(["" if value is None else harmless(value) if isinstance(value, str) else value for value in line] for line in lines)
    return 0


def _reader(build: Build, account: str | None, config: Path) -> Reader:
    """Without an account everything, unsuppressed; with one exactly what its pages would tell it: area, role, small numbers."""
    if account is None:
        return Reader("admin", 1, len(units(build)))
    own = account_of_file(config, account)
    if own.role in NO_FIGURES:
        raise AtlasError(f"账号 {account} 的角色不能查看指标", f"the role of account {account} sees no indicators")
    return reader_for(build, own.role, own.unit, account)


def _plain(value: object) -> object:
    """A number as people write it: whole ones without a point, unrounded; nothing for what is missing."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return value
