"""`etl docs`: the pages of docs/ that are made from the registries (数据字典); `--check` fails when they are old."""

import argparse
import sys
from pathlib import Path

from etl.data_dictionary import render
from etl.model.errors import AtlasError
from etl.model.text import Text

HELP = Text("由登记表生成数据字典", "write the data dictionary from the registries")
FILE = Path("docs/data-dictionary.md")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true")


def run(args: argparse.Namespace) -> int:
    text = render()
    if args.check:
        if not FILE.exists() or FILE.read_text(encoding="utf-8") != text:
            raise AtlasError(f"{FILE} 已过时，请运行 python -m etl docs。", f"{FILE} is out of date; run python -m etl docs.")
        return 0
    FILE.write_text(text, encoding="utf-8")
    print(Text(f"已写入 {FILE}", f"{FILE} written").to(args.lang), file=sys.stderr)
    return 0
