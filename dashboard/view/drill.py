"""Drill-down (逐级下钻): which units a view shows. The level follows the unit until it is pinned."""

from dataclasses import dataclass

import numpy as np

from dashboard.view.run import Run
from etl.model.levels import BY_ID, LEVEL_IDS
from etl.query.row_units import ROW_KINDS
from etl.query.units import units


@dataclass(frozen=True, slots=True)
class Shown:
    """Units of `level` below `under`. `selected` is the unit looked at when it is itself one of those shown, else None."""

    level: str
    under: int
    selected: int | None


def levels_below(run: Run, unit_no: int) -> tuple[str, ...]:
    """Levels that have units in force below (not including) a unit, coarse to fine."""
    frame = units(run.build)
    first, last = unit_no + 1, int(frame.last_no[unit_no - 1])
    if first > last:
        return ()
    counts = np.bincount(frame.level[first - 1 : last][frame.valid(run.scope.as_of)[first - 1 : last]], minlength=len(LEVEL_IDS))
    return tuple(level for level, n in zip(LEVEL_IDS, counts, strict=True) if n)


def shown(run: Run) -> Shown:
    """What the view shows: units of the pinned level, else those a picked row stands for, else of the next level below; a leaf is shown
    among its siblings."""
    frame, unit = units(run.build), run.unit
    below = levels_below(run, unit.unit_no)
    of_row = ROW_KINDS[run.row.units.kind].level if run.row else ""
    level = run.view.level or (of_row if of_row in below else "") or (first_divided(run, unit.unit_no, below) if below else unit.level)
    under = unit.unit_no
    if level in below:
        return Shown(level, under, None)
    rank = BY_ID[level].rank
    for above in reversed(frame.ancestors(unit.unit_no)):
        if run.reader.sees(above) and int(frame.level[above - 1]) < rank:
            return Shown(level, above, unit.unit_no if unit.level == level else None)
    return Shown(unit.level, under, under)


def first_divided(run: Run, unit_no: int, below: tuple[str, ...]) -> str:
    """The first level below with more than one unit: a city of one district starts with its streets."""
    frame = units(run.build)
    last = int(frame.last_no[unit_no - 1])
    return next((level for level in below if len(frame.at_level(level, run.scope.as_of, unit_no, last)) > 1), below[-1])


def level_choices(run: Run) -> tuple[str, ...]:
    """Levels a reader may pin here: those below the unit looked at, or below what is above it when it is a leaf."""
    below = levels_below(run, run.unit.unit_no)
    if below:
        return below
    return levels_below(run, run.unit.parent_no) if run.reader.sees(run.unit.parent_no) else (run.unit.level,)
