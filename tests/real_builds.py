"""Builds of the real files as a person makes them, by the command line, each measured; and short ways to ask them."""

import contextlib
import csv
import io
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from etl.__main__ import main
from etl.query.duck import open_sealed

ROOT = Path(__file__).resolve().parents[1]
TOML = ROOT / "tests" / "real"


@dataclass(frozen=True)
class RealBuild:
    """One published build: its files, what `etl build` said, how long it took and the most memory it held (MB)."""

    warehouse: Path
    said: str
    seconds: float
    peak_mb: float

    @property
    def folder(self) -> Path:
        return self.warehouse / (self.warehouse / "CURRENT").read_text(encoding="utf-8").strip()

    def ask(self, sql: str) -> pd.DataFrame:
        with open_sealed(self.folder / "warehouse.duckdb") as con:
            return con.execute(sql).df()

    def one(self, sql: str):
        return self.ask(sql).iat[0, 0]

    def findings(self, rule: str) -> pd.DataFrame:
        return self.ask(f"SELECT file, \"row\", \"column\", value, note FROM finding WHERE rule = '{rule}' ORDER BY file, \"row\"")

    def counts(self, feed: str) -> tuple[int, int, int, int]:
        """read, loaded, rejected, duplicate."""
        row = self.ask(f"SELECT rows_read, rows_loaded, rows_rejected, rows_duplicate FROM meta_feed WHERE feed = '{feed}'").iloc[0]
        return int(row.rows_read), int(row.rows_loaded), int(row.rows_rejected), int(row.rows_duplicate)

    def indicator(self, *arguments: str) -> pd.DataFrame:
        """`etl indicator …` as a table of text."""
        with contextlib.redirect_stdout(io.StringIO()) as out:
            assert main(["indicator", *arguments, "--warehouse", str(self.warehouse)]) == 0
        return pd.DataFrame(csv.DictReader(io.StringIO(out.getvalue())))


def build_real(sources: Path, warehouse: Path) -> RealBuild:
    """`etl build` in a process of its own, so that its memory is its own."""
    started = time.monotonic()
    with open(f"{warehouse}.log", "w+", encoding="utf-8") as log:
        process = subprocess.Popen([sys.executable, "-m", "etl", "build", str(sources), "--warehouse", str(warehouse)], cwd=ROOT, stdout=log, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        log.seek(0)
        said = log.read()
    assert process.returncode == 0, said
    return RealBuild(warehouse, said, time.monotonic() - started, usage.ru_maxrss / 1024)
