"""How grids run (网格运行): who lacks a head, what of the checklist is done, which grids have service, Party and owners' committee."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from etl.model.indicators.grid_order import trinity, without_head
from etl.model.indicators.terms import Terms
from etl.model.text import Text
from etl.query.coverage import terms_of
from etl.query.figures import figure
from etl.query.reader import Reader
from etl.query.run import rows_of
from etl.query.scope import Scope
from etl.query.shared import shared
from etl.query.units import units
from etl.query.warehouse import Build

MARKS = ("has_service", "has_branch", "has_owners")
TRINITY: dict[str, Text] = {
    "cells": Text("全部小区网格", "Compound grids"), "has_service": Text("有在岗网格长或微网格员", "With a head or steward"),
    "has_branch": Text("有党支部及以上组织", "With a branch or higher"), "has_owners": Text("有业委会", "With an owners' committee"), "all_three": Text("三项齐全", "All three"),
}  # fmt: skip
BRANCH = "党支部"  # tasks that name it are the branch's own checklist (支部标准化)


@dataclass(frozen=True, slots=True)
class Task:
    """One task of the checklist over all grids: due in the period and by the as-of day, done, of them late; still to come."""

    name: str
    is_branch: bool
    due: int
    done: int
    late: int
    to_come: int


@dataclass(frozen=True, slots=True)
class Load:
    """What came from above (tasks of the checklist) beside what came from residents and stewards (cases of the period)."""

    tasks: int
    cases: int

    @property
    def share(self) -> float | None:
        return self.tasks / (self.tasks + self.cases) if self.tasks + self.cases else None


@shared
def vacancies(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    """unit_no, name, path of every community and general compound grid without a head in post."""
    numbers = sorted(int(no) for (no,) in rows_of(build, without_head, terms_of(build, reader, scope, under)))
    frame = units(build)
    rows = [(no, frame.name[no - 1], int(frame.level[no - 1]), frame.path(no, reader)) for no in numbers]
    return pd.DataFrame(rows, columns=["unit_no", "name", "rank", "path"]).sort_values(["rank", "unit_no"], kind="stable").reset_index(drop=True)


@shared
def checklist(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[Task, ...]:
    """Every task, those with most undone first."""
    rows = rows_of(build, _tasks, terms_of(build, reader, scope, under))
    found = [Task(name, BRANCH in name, int(due), int(done), int(late), int(to_come)) for name, due, done, late, to_come in rows]
    return tuple(sorted(found, key=lambda one: (one.done - one.due, -one.due, one.name)))


@shared
def undone_units(build: Build, reader: Reader, scope: Scope, under: int, value: str) -> frozenset[int]:
    """Where the task `value` was due in the period and by the as-of day, and is not done."""
    return frozenset(no for no, task in rows_of(build, _undone, terms_of(build, reader, scope, under)) if task == value)


@shared
def workload(build: Build, reader: Reader, scope: Scope, under: int) -> Load | None:
    """None unless both feeds are there."""
    if not build.feeds.issuperset(("grid_task", "case")):
        return None
    terms = terms_of(build, reader, scope, under)
    cases = figure(build, reader, "geo_match_rate", scope, under).denominator or 0
    return Load(int(rows_of(build, _task_count, terms)[0][0]), int(cases))


@shared
def trinity_counts(build: Build, reader: Reader, scope: Scope, under: int) -> dict[str, int]:
    """Compound grids in all, with each mark, and with all three, by the names of `TRINITY`; their sum is that of `trinity_rate`."""
    return {name: len(numbers) for name, numbers in trinity_units(build, reader, scope, under).items()}


@shared
def trinity_units(build: Build, reader: Reader, scope: Scope, under: int) -> dict[str, frozenset[int]]:
    """The compound grids themselves."""
    rows = rows_of(build, trinity, terms_of(build, reader, scope, under))
    marked = {"cells": frozenset(no for no, *_ in rows)} | {name: frozenset(row[0] for row in rows if row[at]) for at, name in enumerate(MARKS, start=1)}
    every = marked | {"all_three": marked["has_service"] & marked["has_branch"] & marked["has_owners"]}
    return {name: every[name] for name in TRINITY}


def _tasks(terms: Terms) -> ir.Table:
    rows = terms.on_days(terms.rows("grid_task"), "due_on")
    is_due, is_done = rows.due_on <= terms.as_of, ibis.coalesce(rows.done_on <= terms.as_of, False)
    return rows.group_by(name="task").agg(
        due=is_due.sum(), done=(is_due & is_done).sum(), late=(is_due & is_done & (rows.done_on > rows.due_on)).sum(), to_come=(~is_due).sum()
    )


def _undone(terms: Terms) -> ir.Table:
    rows = terms.on_days(terms.rows("grid_task"), "due_on")
    return rows.filter(rows.due_on <= terms.as_of, ~ibis.coalesce(rows.done_on <= terms.as_of, False)).select("unit_no", "task").distinct()


def _task_count(terms: Terms) -> ir.Table:
    return terms.on_days(terms.rows("grid_task"), "due_on").count().as_table()
