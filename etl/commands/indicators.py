"""`etl indicators`: the registry (指标目录)."""

import argparse
import csv
import sys

from etl.model.indicators import INDICATORS
from etl.model.text import Text

HELP = Text("列出全部指标及口径", "list all indicators and their definitions")


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(args: argparse.Namespace) -> int:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("id", "name_zh", "name_en", "unit", "levels", "page", "definition"))
    for one in INDICATORS:
        writer.writerow((one.id, one.name.zh, one.name.en, one.unit.to(args.lang), " ".join(one.levels), one.page, one.definition.to(args.lang)))
    return 0
