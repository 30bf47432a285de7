"""Sudden rises of requests (诉求突增): the last week against the four before it, beyond what chance explains."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np

from etl.model.rule_sections import Watch
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.rollup import Floats, roll_sum, spread
from etl.query.scope import Scope
from etl.query.selection import in_range, touching
from etl.query.subtree import divided
from etl.query.units import units
from etl.query.warehouse import Build


@dataclass(frozen=True, slots=True)
class Jump:
    """One unit: merged cases of the last seven days and the weekly mean of the four weeks before."""

    unit_no: int
    n: int
    mean: float


_weeks: Once[tuple, tuple[Floats, Floats]] = Once(capacity=12)


def jumps(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[Jump, ...]:
    """Children of a unit (the unit itself when it has none) whose requests jumped in the week up to the as-of day, steepest first."""
    if "case" not in build.feeds:
        return ()
    frame, rule = units(build), build.rules.watch
    first, last = max(reader.first_no, 1), min(reader.last_no, len(frame))
    week, before = _weeks.get((build.key, scope.as_of, scope.chosen, first, last), lambda: _counts(build, scope, first, last))
    children = frame.children(divided(build, under, scope.as_of), scope.as_of)
    shown = touching(frame, np.asarray(children if len(children) else [under], dtype=np.int64), scope.chosen)
    numbers = [int(no) for no in shown if reader.sees(int(no))]
    found = [Jump(no, int(week[no - 1]), float(before[no - 1]) / rule.jump_weeks) for no in numbers]
    return tuple(sorted((one for one in found if is_jump(one.n, one.mean, rule)), key=lambda one: (-(one.n - one.mean) / np.sqrt(max(one.mean, 1)), one.unit_no)))


def is_jump(n: int, mean: float, rule: Watch) -> bool:
    """Whether `n` merged cases in a week are out of the ordinary for that mean: enough of them, and so many standard deviations of a
    Poisson count above it that every line is worth a look."""
    return n >= rule.jump_cases and n > mean + rule.jump_deviations * float(np.sqrt(max(mean, 1.0)))


def _counts(build: Build, scope: Scope, first: int, last: int) -> tuple[Floats, Floats]:
    frame = units(build)
    until = datetime.combine(scope.as_of + timedelta(days=1), time.min)
    table = build.arrays(
        "SELECT unit_no, count(*) FILTER (counted_at >= $week) AS week, count(*) FILTER (counted_at < $week) AS before FROM \"case\" "
        f"WHERE {in_range(scope)} AND counted_at >= $start AND counted_at < $until AND repeat_of IS NULL "
        "AND voided_at IS NULL AND status IS DISTINCT FROM 'void' GROUP BY 1",
        {"first": first, "last": last, "until": until, "week": until - timedelta(days=7), "start": until - timedelta(days=7 * (build.rules.watch.jump_weeks + 1))},
    )
    week, before = (roll_sum(spread(table["unit_no"], np.ma.filled(table[name], 0), len(frame)), frame.last_no, frame.parent_no) for name in ("week", "before"))
    return week, before
