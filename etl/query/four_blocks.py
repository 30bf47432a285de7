"""The four-block score (四有：有人干事、有钱办事、有处议事、有章理事): how far each block's indicators reach their standards.

An indicator's attainment is its value ÷ its green threshold, at most 1 (for "lower is better" the distance from the worst value;
for the fund execution rate the standard is the part of the year that has passed). A block's score is the mean of those known × 100.
"""

from dataclasses import dataclass

from etl.model.indicators import BY_ID, Indicator
from etl.model.text import Text
from etl.query.figures import Figure, figure
from etl.query.lights import year_elapsed
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.warehouse import Build

BLOCKS: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    ("people", Text("有人干事", "People to do it"), ("steward_fill_rate", "member_cover_rate", "org_cover_rate", "worker_member_rate")),
    ("money", Text("有钱办事", "Money to pay for it"), ("fund_exec_rate", "fund_residue_rate", "fee_collect_rate")),
    ("place", Text("有处议事", "A place to meet"), ("premises_ok_rate", "five_centre_rate", "joint_quarter_rate")),
    ("rules", Text("有章理事", "Rules to go by"), ("fund_process_rate", "contract_step_rate", "resolution_done_rate", "oc_cover_rate")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of a block; `attained` 0–1, None where it has no value."""

    indicator: Indicator
    figure: Figure
    attained: float | None


@dataclass(frozen=True, slots=True)
class Block:
    """One of the four. `score` 0–100, None when none of its indicators has a value."""

    id: str
    name: Text
    lines: tuple[Line, ...]

    @property
    def score(self) -> float | None:
        known = [line.attained for line in self.lines if line.attained is not None]
        return sum(known) / len(known) * 100 if known else None

    @property
    def known(self) -> int:
        return sum(line.attained is not None for line in self.lines)


def four_blocks(build: Build, reader: Reader, scope: Scope, unit_no: int) -> tuple[Block, ...]:
    """The blocks of one unit. `scope` without filters."""
    return tuple(Block(id_, name, tuple(_line(build, reader, scope, unit_no, BY_ID[indicator]) for indicator in ids)) for id_, name, ids in BLOCKS)


def _line(build: Build, reader: Reader, scope: Scope, unit_no: int, indicator: Indicator) -> Line:
    found = figure(build, reader, indicator.id, scope, unit_no)
    threshold = build.rules.thresholds.get(indicator.id)
    if found.value is None or threshold is None or isinstance(threshold.green, tuple):
        return Line(indicator, found, None)
    green = threshold.green + (year_elapsed(scope) if threshold.basis == "year_elapsed" else 0.0)
    return Line(indicator, found, attained(found.value, green, indicator.better))


def attained(value: float, green: float, better: str) -> float:
    """How much of a standard is reached, 0–1; for rates where less is better 100% is the worst."""
    reached, standard = (1 - value, 1 - green) if better == "down" else (value, green)
    return 1.0 if standard <= 0 else min(max(reached / standard, 0.0), 1.0)
