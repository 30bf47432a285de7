"""`python -m tests.faulty_server FLAG …`: the dashboard, whose queries fail with a telling message as long as the file FLAG is there."""

import sys
from pathlib import Path
from typing import Any

from dashboard.__main__ import main
from etl.query.warehouse import Build

TELLING = 'Catalog Error in SELECT caller_hash FROM "case" at /srv/secret/warehouse.duckdb for 13812345678'


def main_with_faults(flag: Path, arguments: list[str]) -> int:
    for name in ("rows", "arrays"):
        sound = getattr(Build, name)

        def failing(self: Build, sql: str, *rest: Any, sound: Any = sound) -> Any:
            if flag.exists():
                raise RuntimeError(TELLING)
            return sound(self, sql, *rest)

        setattr(Build, name, failing)
    return main(arguments)


if __name__ == "__main__":
    sys.exit(main_with_faults(Path(sys.argv[1]), sys.argv[2:]))
