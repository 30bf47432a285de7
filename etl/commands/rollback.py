"""`etl rollback [BUILD]`: make an earlier build current (回退)."""

import argparse
import sys

from etl.commands import options
from etl.load.publish import rollback, sole_builder
from etl.model.text import Text
from etl.query.warehouse import current_id

HELP = Text("回退到较早的成品", "make an earlier build current")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("build", nargs="?", default=None, metavar="BUILD")
    options.warehouse(parser)


def run(args: argparse.Namespace) -> int:
    with sole_builder(args.warehouse):
        build_id = rollback(args.warehouse, args.build, current_id(args.warehouse))
    print(Text(f"当前成品：{build_id}", f"Current build: {build_id}").to(args.lang), file=sys.stderr)
    return 0
