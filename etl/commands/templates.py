"""`etl templates`: the XLSX input templates, one per feed (填报模板)."""

import argparse
import sys
from pathlib import Path

from etl.model.text import Text
from etl.templates import write_templates

HELP = Text("生成各输入表的 XLSX 填报模板", "write the XLSX input templates, one per feed")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")


def run(args: argparse.Namespace) -> int:
    files = write_templates(args.out)
    print(Text(f"已写入 {len(files)} 个模板：{args.out}", f"{len(files)} templates written to {args.out}").to(args.lang), file=sys.stderr)
    return 0
