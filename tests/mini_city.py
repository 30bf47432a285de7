"""A hand-made city of a few squares, as input files: every test changes one thing and builds it for real.

One district, two streets, three communities, five compounds, eight micro-grids in one strip of squares (0.001° wide) from
104.000° E 30.600° N to the east. Only micro-grids have a boundary; 锦绣家园 exists in both streets.
"""

import csv
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etl.load.build import BuildResult, build
from etl.query.warehouse import Build, open_build

ROOT = Path(__file__).resolve().parents[1]
WEST, SOUTH, STEP = 104.0, 30.6, 0.001
# code, name, level, parent
UNITS = (
    ("Q1", "青山区", "区", ""), ("J1", "东风街道", "街道", "Q1"), ("J2", "西岭街道", "街道", "Q1"),
    ("S1", "桂花社区", "社区", "J1"), ("S2", "梅园社区", "社区", "J1"), ("S3", "兰亭社区", "社区", "J2"),
    ("X1", "阳光花园", "小区", "S1"), ("X2", "翠竹苑", "小区", "S1"), ("X3", "锦绣家园", "小区", "S2"),
    ("X4", "锦绣家园", "小区", "S3"), ("X5", "望江名邸", "小区", "S3"),
)  # fmt: skip
MICRO_PARENTS = ("X1", "X1", "X2", "X3", "X3", "X4", "X5", "X5")
Row = dict[str, Any]


def square(at: float, width: float = 1.0, south: float = SOUTH) -> str:
    """WKT of a square (or strip) whose west side is `at` steps east of the city's corner."""
    west, east, north = WEST + at * STEP, WEST + (at + width) * STEP, south + STEP
    return f"POLYGON (({west:.6f} {south:.6f}, {east:.6f} {south:.6f}, {east:.6f} {north:.6f}, {west:.6f} {north:.6f}, {west:.6f} {south:.6f}))"


def middle(micro: int) -> tuple[float, float]:
    """lon, lat of the middle of micro-grid M<micro> (1–8)."""
    return round(WEST + (micro - 0.5) * STEP, 6), round(SOUTH + STEP / 2, 6)


def unit(code: str, name: str, level: str, parent: str = "", **more: Any) -> Row:
    return {"网格编码": code, "网格名称": name, "网格级别": level, "上级编码": parent, **more}


def units() -> list[Row]:
    """All units; micro-grid M1–M8 with boundary and 10, 20 … 80 households."""
    rows = [unit(*given) for given in UNITS]
    rows += [unit(f"M{n}", f"第{n}微网格", "微网格", parent, 户数=10 * n, 边界WKT=square(n - 1)) for n, parent in enumerate(MICRO_PARENTS, 1)]
    return rows


def case(number: object, **given: Any) -> Row:
    """One case of 2026-03-05 in M1, closed on time, unless given otherwise."""
    usual: Row = {"工单编号": f"A{number}", "来电时间": "2026-03-05 09:00", "立案时间": "2026-03-05 10:00", "事项编码": "0101", "网格编码": "M1",
                  "工单状态": "已办结", "办结时间": "2026-03-07 09:00"}  # fmt: skip
    return {name: value for name, value in (usual | given).items() if value is not None}


def compounds() -> list[Row]:
    """The feed `compound`: P1–P5 in X1–X5; P1 is also called 太阳城."""
    return [
        {"小区编号": f"P{n}", "小区名称": name, "所属网格编码": code, "别名": "太阳城；SunCity" if n == 1 else ""}
        for n, (code, name, level, _) in enumerate(((u for u in UNITS if u[2] == "小区")), 1)
    ]


def csv_text(rows: list[Row]) -> str:
    """Rows as CSV, columns in order of first use."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


@dataclass
class City:
    """An input folder in the making."""

    folder: Path
    head: str = '[city]\nname = "示范市"\ncode = "510100"\n'
    entries: list[str] = field(default_factory=list)

    def add(self, feed: str, rows: "list[Row] | str | bytes", name: str = "", toml: str = "", encoding: str = "utf-8") -> "City":
        """One more source: rows as CSV, or a whole file. `toml` holds further lines of its [[source]]."""
        name = name or f"{feed}_{len(self.entries) + 1}.csv"
        text = csv_text(rows) if isinstance(rows, list) else rows
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        self.entries.append(f'[[source]]\nfeed = "{feed}"\npath = "{name}"\n{toml}\n')
        return self

    def units(self, rows: list[Row] | None = None) -> "City":
        """The units, with boundaries in EPSG:4490."""
        return self.add("unit", units() if rows is None else rows, "units.csv", 'crs = "EPSG:4490"')

    @property
    def sources(self) -> Path:
        """sources.toml, written as it now stands."""
        file = self.folder / "sources.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(self.head + "\n".join(self.entries), encoding="utf-8")
        return file

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse"

    def build(self, **options: Any) -> "Built":
        """Build and publish beside the input files."""
        return Built(self.warehouse, build(self.sources, self.warehouse, **options))

    def command(self, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
        """`python -m etl build sources.toml --warehouse … WORDS` as a process."""
        return etl("build", self.sources, "--warehouse", self.warehouse, *words, **environment)


@dataclass
class Built:
    """A published build, opened."""

    warehouse: Path
    result: BuildResult
    opened: Build | None = None

    @property
    def build(self) -> Build:
        self.opened = self.opened or open_build(self.warehouse, self.result.manifest["build_id"])
        return self.opened

    def rows(self, sql: str) -> list[tuple]:
        return self.build.rows(sql)

    def account(self, feed: str) -> tuple[int, int, int, int]:
        """read, loaded, rejected, duplicate: the same in the manifest, in meta_feed and in the table itself."""
        n = self.result.manifest["feeds"][feed]
        manifest = (n["rows_read"], n["rows_loaded"], n["rows_rejected"], n["rows_duplicate"])
        meta = self.rows(f"SELECT rows_read, rows_loaded, rows_rejected, rows_duplicate FROM meta_feed WHERE feed = '{feed}'")
        assert meta == [manifest], "manifest.json and meta_feed differ"
        if feed != "unit":
            assert self.rows(f'SELECT count(*) FROM "{feed}"') == [(n["rows_loaded"],)], "the table does not hold what the account says"
        return manifest

    def findings(self, rule: str) -> list[tuple]:
        """(file, row, column, value, note) of one rule."""
        return self.rows(f"SELECT file, \"row\", \"column\", value, note FROM finding WHERE rule = '{rule}' ORDER BY ALL")

    def placed(self, feed: str = "case", key: str = "case_no") -> dict[str, tuple[str, str]]:
        """key → (unit code, placed_by)."""
        return {k: (code, how) for k, code, how in self.rows(
            f'SELECT DISTINCT f.{key}, u.unit_code, f.placed_by FROM "{feed}" f JOIN unit u USING (unit_no)')}


def etl(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m etl WORDS` as a process; a traceback on stderr fails at once, whatever the exit code."""
    done = subprocess.run([sys.executable, "-m", "etl", *map(str, words)], cwd=ROOT, capture_output=True,
                          env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment}, timeout=120)
    out, said = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in said, said
    return subprocess.CompletedProcess(done.args, done.returncode, out, said)


def manifest_of(warehouse: Path) -> dict[str, Any]:
    """The manifest of the current build."""
    current = (warehouse / "CURRENT").read_text().strip()
    return json.loads((warehouse / current / "manifest.json").read_text(encoding="utf-8"))
