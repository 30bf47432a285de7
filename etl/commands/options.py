"""Options that several commands share."""

import argparse
from pathlib import Path

WAREHOUSE = Path("data/warehouse")


def warehouse(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--warehouse", type=Path, default=WAREHOUSE, metavar="DIR")
