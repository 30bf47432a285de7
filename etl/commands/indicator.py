"""`etl indicator ID`: one figure for every unit of a level, the same function as the pages call (指标)."""

import argparse
import csv
import json
import math
import sys

import pandas as pd

from etl.commands import options
from etl.model.errors import CallError
from etl.model.levels import LEVEL_IDS
from etl.model.text import Text
from etl.query.figures import figures, figures_by_lead
from etl.query.reader import Reader
from etl.query.scope import parse_scope
from etl.query.units import units
from etl.query.warehouse import open_build

HELP = Text("按级别、时段和条件输出一个指标", "print an indicator for a level, period and filters")
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
    parser.add_argument("--format", choices=("csv", "json"), default="csv")
    options.warehouse(parser)


def run(args: argparse.Namespace) -> int:
    build = open_build(args.warehouse)
    frame = units(build)
    everyone = Reader("admin", 1, len(frame))
    scope = parse_scope(build, args.date_from, args.date_to, args.as_of, args.where)
    under = None
    if args.under is not None:
        under = frame.by_code(args.under, scope.as_of)
        if under is None:
            raise CallError(f"没有编码为 {args.under} 的单元", f"no unit has the code {args.under}")
    if args.by:
        table = figures_by_lead(build, everyone, args.id, scope, under)
    else:
        table = figures(build, everyone, args.id, scope, args.level, under)
    lines = [tuple(_plain(value) for value in line) for line in table[list(COLUMNS)].itertuples(index=False)]
    if args.format == "json":
        json.dump([dict(zip(COLUMNS, line, strict=True)) for line in lines], sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(["" if value is None else value for value in line] for line in lines)
    return 0


def _plain(value: object) -> object:
    """A number as people write it: whole ones without a point, unrounded; nothing for what is missing."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return value
