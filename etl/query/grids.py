"""Micro-grids side by side with the size standard, and the three-level tree with its organisations (三级网格、三级组织)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from etl.model.levels import LEVEL_IDS
from etl.model.text import Text
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.selection import touching
from etl.query.shared import shared
from etl.query.units import UnitFrame, units
from etl.query.warehouse import Build

Match = Literal["ok", "wrong", "none"]
# Which organisations fit a grid of a level: the one meant for it, or a higher one that covers it.
FITTING: dict[str, frozenset[str]] = {
    "community": frozenset({"committee", "general_branch", "work_committee"}),
    "compound": frozenset({"branch", "general_branch", "committee"}),
    "micro": frozenset({"group", "branch"}),
}
TREE_COLUMNS = (
    "unit_no", "code", "name", "compounds", "micros", "community_match", "compound_ok", "compound_wrong", "compound_none", "micro_ok",
    "micro_wrong", "micro_none", "mismatches",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SizeClass:
    """Micro-grids with `low`..`high` households, both included (`high` None: no upper end; `low` None: not reported)."""

    low: int | None
    high: int | None
    n: int
    is_standard: bool

    @property
    def id(self) -> str:
        """How an address names it: 30-89, 181-, unknown."""
        return "unknown" if self.low is None else f"{self.low}-{'' if self.high is None else self.high}"

    @property
    def name(self) -> Text:
        if self.low is None:
            return Text("未填户数", "Not reported")
        if self.high is None:
            return Text(f"超过 {self.low - 1} 户", f"Over {self.low - 1}")
        return Text(f"不足 {self.high + 1} 户", f"Under {self.high + 1}") if self.low == 0 else Text(f"{self.low}–{self.high} 户", f"{self.low}–{self.high}")

    def holds(self, sizes: np.ndarray) -> np.ndarray:
        """Which of the numbers of households belong to it."""
        return np.isnan(sizes) if self.low is None else (sizes >= self.low) & (sizes <= (np.inf if self.high is None else self.high))


def households(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    """unit_no, households (NaN where not reported) of the micro-grids in force below `under`, as far as the reader sees and units are chosen."""
    frame = units(build)
    numbers = touching(frame, _at(frame, reader, "micro", scope.as_of, under), scope.chosen)
    return pd.DataFrame({"unit_no": numbers, "households": frame.numbers["households"][numbers - 1]})


def size_classes(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[SizeClass, ...]:
    """How many micro-grids are below, inside (in two halves) and above the rules' range, and how many have no figure."""
    sizes = households(build, reader, scope, under)["households"].to_numpy()
    low, high = build.rules.grid.households_min, build.rules.grid.households_max
    middle = (low + high) // 2
    edges = ((0, low - 1), (low, middle), (middle + 1, high), (high + 1, 2 * high), (2 * high + 1, None))
    classes = [SizeClass(first, last, 0, first >= low and last is not None and last <= high) for first, last in edges]
    return tuple(replace(one, n=int(one.holds(sizes).sum())) for one in (*classes, SizeClass(None, None, 0, False)))


@shared
def tree(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    """One row per community below (and including) `under`, most mismatches first: how many compound and micro-grids (of a selection those
    in it), and for each of the three levels whether an organisation stands there and is of a fitting kind. Without the feed the matches are None."""
    frame = units(build)
    types = _organisations(build, frame, scope.as_of) if "party_org" in build.feeds else None
    rows = []
    for no in touching(frame, _at(frame, reader, "community", scope.as_of, under), scope.chosen):
        compounds, micros = (touching(frame, _at(frame, reader, level, scope.as_of, int(no)), scope.chosen) for level in ("compound", "micro"))
        row = {
            "unit_no": int(no),
            "code": frame.code[no - 1],
            "name": frame.name[no - 1],
            "compounds": len(compounds),
            "micros": len(micros),
        }
        if types is not None:
            row["community_match"] = match("community", types.get(int(no), ()))
            for level, numbers in (("compound", compounds), ("micro", micros)):
                found = [match(level, types.get(int(one), ())) for one in numbers]
                row |= {f"{level}_{kind}": found.count(kind) for kind in ("ok", "wrong", "none")}
            row["mismatches"] = (row["community_match"] != "ok") + sum(
                row[f"{level}_{kind}"] for level in ("compound", "micro") for kind in ("wrong", "none")
            )
        rows.append(row)
    table = pd.DataFrame(rows, columns=list(TREE_COLUMNS))
    return table.sort_values(["mismatches", "unit_no"], ascending=[False, True]).reset_index(drop=True)


def match(level: str, types: Iterable[str]) -> Match:
    """Whether one of a grid's organisations fits its level."""
    here = set(types)
    if not here:
        return "none"
    return "ok" if here & FITTING[level] else "wrong"


def _at(frame: UnitFrame, reader: Reader, level: str, as_of: date, under: int) -> np.ndarray:
    assert level in LEVEL_IDS
    return frame.at_level(level, as_of, max(under, reader.first_no), min(int(frame.last_no[under - 1]), reader.last_no))


def _organisations(build: Build, frame: UnitFrame, as_of: date) -> dict[int, tuple[str, ...]]:
    """Kinds of the organisations standing at each unit on the day; a new version of a grid keeps the organisations of its code."""
    sql = (
        "SELECT u.unit_code, list(DISTINCT o.type) FROM party_org o JOIN unit u ON u.unit_no = o.unit_no "
        "WHERE (o.founded_on IS NULL OR o.founded_on <= $as_of) AND (o.ended_on IS NULL OR o.ended_on >= $as_of) GROUP BY 1"
    )
    found = {frame.by_code(code, as_of): tuple(types) for code, types in build.rows(sql, {"as_of": as_of})}
    return {no: types for no, types in found.items() if no is not None}
