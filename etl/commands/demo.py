"""`etl demo`: input files of a fictional city (示范数据)."""

import argparse
import sys
from pathlib import Path

from etl.demo import SCALES, write_demo
from etl.load.progress import Progress
from etl.model.text import Text

HELP = Text("生成虚构城市的全套输入文件，供试用和测试", "write the input files of a fictional city, to try and test with")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--scale", choices=tuple(SCALES), required=True)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=None)


def run(args: argparse.Namespace) -> int:
    progress = Progress(args.lang)
    sources = write_demo(args.out, args.scale, seed=args.seed, cases=args.cases, progress=progress.step)
    print(Text(f"已写入 {args.out}。导入：python -m etl build {sources}", f"Written to {args.out}. To build: python -m etl build {sources}").to(args.lang), file=sys.stderr)
    return 0
