"""`python -m tests.bench [scale]`."""

import shutil
import sys

from tests.bench import build, pages, placing, queries
from tests.bench.machine import describe


def main(scale: str) -> None:
    print(f"# Grid Atlas benchmarks\n\n{describe()}")
    folder, warehouse = build.measure(scale)
    for cases in (200_000, 1_000_000):
        build.measure_cases(cases)
    try:
        placing.measure(warehouse)
        queries.measure(warehouse)
        pages.measure(warehouse)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "district")
