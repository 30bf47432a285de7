"""`python -m tests.bench [NAME …] [--full] [--scale district] [--warehouse FOLDER] [--sessions 50] [--minutes 2]`.

Names: build, cases, published, placing, queries, marts, pages, map, city, sessions, growth; without one all of them but `published`, `city`,
`sessions` and `growth` in their quick form. With `--warehouse` a build that is there is measured (`city`: one of city scale) instead of a new one.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench import build, city_map, folium_map, growth, marts, pages, placing, queries, sessions
from tests.bench.machine import describe

QUICK = ("build", "placing", "queries", "map", "pages")
FULL = (*QUICK, "sessions", "growth")
NAMES = (*FULL, "city", "cases", "published", "marts")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="性能测量 benchmarks")
    parser.add_argument("names", nargs="*", choices=(*NAMES, []), help=f"{', '.join(NAMES)}; default: {', '.join(QUICK)}")
    parser.add_argument("--full", action="store_true", help="every size, every repetition (about an hour)")
    parser.add_argument("--scale", default="district", help="district, small, city (district)")
    parser.add_argument("--warehouse", type=Path, help="measure this build instead of a new one")
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--minutes", type=float)
    call = parser.parse_args(arguments)
    wanted = tuple(call.names) or (FULL if call.full else QUICK)
    print(f"# Grid Atlas benchmarks\n\n{describe()}", flush=True)
    folder, warehouse = None, call.warehouse
    try:
        if "build" in wanted or (warehouse is None and set(wanted) - {"map", "growth", "cases", "published"}):
            folder, built = build.measure(call.scale)
            warehouse = warehouse or built
        if "build" in wanted or "cases" in wanted:
            for cases in (200_000, 1_000_000) if call.full or "cases" in wanted else (200_000,):
                build.measure_cases(cases)
        if "published" in wanted:
            build.measure_published(5_000_000)
        _run(wanted, warehouse or Path(tempfile.gettempdir()), call)
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _run(wanted: tuple[str, ...], warehouse: Path, call: argparse.Namespace) -> None:
    if "placing" in wanted:
        placing.measure(warehouse)
    if "queries" in wanted or "city" in wanted:
        queries.measure(warehouse)
    if "marts" in wanted:
        marts.measure(warehouse)
    if "map" in wanted:
        folium_map.measure((1_000, 5_000, 20_000, 120_000) if call.full else (1_000, 5_000), limit_s=240 if call.full else 90)
    if "city" in wanted:
        city_map.measure(warehouse, changes=60 if call.full else 20)
    if "pages" in wanted:
        pages.measure(warehouse)
    if "sessions" in wanted:
        sessions.measure(warehouse, call.sessions, call.minutes or (30 if call.full else 2))
    if "growth" in wanted:
        growth.measure((200_000, 1_000_000, 5_000_000, 20_000_000) if call.full else (200_000, 1_000_000))


if __name__ == "__main__":
    main(sys.argv[1:])
