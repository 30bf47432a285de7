"""Every fund project on its chain (资金项目全过程): the dates of its steps, what was paid, and each violation by its name.

A project is `in_order` exactly when `fund_process_rate` counts it above the line; notes (公示期不足、超合同付款) do not touch that rate.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from etl.model.indicators.funds import CHAIN
from etl.model.text import Text
from etl.query.once import Once
from etl.query.picked_rows import picked_rows
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.shared import shared
from etl.query.subtree import number_range
from etl.query.units import units
from etl.query.warehouse import Build
from etl.query.worktime import load_calendar, working_days_between

STEPS: dict[str, Text] = dict(
    zip(
        CHAIN,
        (
            Text("建议", "suggested"), Text("梳理", "collated"), Text("议决", "resolved"), Text("公示", "published"), Text("承接", "taken on"),
            Text("签约", "contracted"), Text("执行", "begun"), Text("验收评议", "accepted"), Text("审计", "audited"),
        ),
        strict=True,
    )
)  # fmt: skip
PAID = Text("付款", "paid")
_FIRST = f"coalesce(p.suggested_on, least({', '.join(f'p.{name}' for name in (*CHAIN[1:], 'end_on'))}))"


@dataclass(frozen=True, slots=True)
class Breach:
    """One violation. `counts` when it takes the project out of the process rate, else it is a note. `steps`: where it shows."""

    name: Text
    counts: bool = True
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """One project as at the as-of day. Amounts in yuan; `dates` follow `CHAIN`, None where a step is not reached; `publish_days` are
    working days, those of the feed or else counted up to the next step."""

    id: str
    name: str
    unit_no: int
    unit_name: str
    fund: str
    theme: str
    target_group: str
    provider: str
    dates: tuple[date | None, ...]
    end_on: date | None
    publish_days: int | None
    score: float | None
    approved: Decimal | None
    contract: Decimal | None
    paid: Decimal
    paid_on: date | None
    breaches: tuple[Breach, ...]

    @property
    def is_judged(self) -> bool:
        """A step beyond 建议 is there; only such projects are in the process rate."""
        return any(day is not None for day in self.dates[1:])

    @property
    def in_order(self) -> bool:
        return not any(breach.counts for breach in self.breaches)

    @property
    def reached(self) -> str:
        """The furthest step with a date."""
        return next((name for name, day in zip(reversed(CHAIN), reversed(self.dates), strict=True) if day is not None), CHAIN[0])

    def has(self, step: str) -> bool:
        """Whether it has the day of a step."""
        return self.dates[CHAIN.index(step)] is not None

    @property
    def breach_names(self) -> frozenset[Text]:
        return frozenset(breach.name for breach in self.breaches)

    @property
    def unpaid(self) -> Decimal:
        """Contracted and not yet paid, at least 0."""
        return max((self.contract or Decimal(0)) - self.paid, Decimal(0))


@dataclass(frozen=True, slots=True)
class BreachCount:
    """How many projects share one violation."""

    name: Text
    counts: bool
    n: int


_projects: Once[tuple, tuple[Project, ...]] = Once(capacity=12)


@shared
def projects(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[Project, ...]:
    """Projects suggested (else first dated) in the period at or below a unit: those with violations first, then the newest."""
    first, last = number_range(build, reader, under)
    return _projects.get((build.key, first, last, scope), lambda: _read(build, scope, first, last))


def project(build: Build, reader: Reader, scope: Scope, project_id: str) -> Project | None:
    """One project by its id, in whatever period it was suggested; None when there is none or the reader may not see it."""
    every = Scope(date.min, date.max, scope.as_of)
    return next((one for one in _read(build, every, reader.first_no, reader.last_no, project_id)), None)


def breach_counts(found: tuple[Project, ...]) -> tuple[BreachCount, ...]:
    """Violations by name, those of the process rate first, then the most frequent."""
    tally = Counter(breach for one in found for breach in one.breaches)
    counts = [BreachCount(breach.name, breach.counts, n) for breach, n in tally.items()]
    return tuple(sorted(counts, key=lambda one: (not one.counts, -one.n, one.name.zh)))


def step_counts(found: tuple[Project, ...]) -> tuple[tuple[str, int], ...]:
    """(step, projects that have its date), in the order of the chain."""
    return tuple((name, sum(one.has(name) for one in found)) for name in CHAIN)


def _read(build: Build, scope: Scope, first: int, last: int, project_id: str = "") -> tuple[Project, ...]:
    steps = ", ".join(f"p.{name}" for name in CHAIN)
    rows = build.rows(
        "WITH paid AS (SELECT project_id, min(on_date) FILTER (direction = 'expense') AS paid_on, "
        "sum(CASE direction WHEN 'expense' THEN amt WHEN 'refund' THEN -amt ELSE 0 END) AS paid "
        "FROM fund_ledger WHERE on_date <= $as_of AND project_id IS NOT NULL GROUP BY 1) "
        "SELECT p.project_id, p.name, p.unit_no, p.fund, p.theme, p.target_group, p.provider, p.end_on, p.publish_days, p.appraisal_score, "
        f"p.approved_amt, p.contract_amt, coalesce(paid.paid, 0), paid.paid_on, {steps} "
        "FROM fund_project p LEFT JOIN paid ON paid.project_id = p.project_id "
        f"WHERE {picked_rows(scope, 'fund_project', 'p')} AND coalesce({_FIRST}, DATE '0001-01-01') BETWEEN $start AND $until "
        "AND ($id = '' OR p.project_id = $id) "
        f"ORDER BY {_FIRST} DESC NULLS LAST, p.project_id",
        {"as_of": scope.as_of, "first": first, "last": last, "start": scope.date_from, "until": scope.date_to, "id": project_id},
    )
    minimum, names = build.rules.fund.publish_working_days, units(build).name
    found = [_project(row, scope.as_of, minimum, names[row[2] - 1]) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.in_order, not one.breaches)))


def _project(row: tuple[Any, ...], as_of: date, publish_least: int, unit_name: str) -> Project:
    id_, name, unit_no, fund, theme, target, provider, end_on, publish_days, score, approved, contract, paid, paid_on, *days = row
    dates = tuple(day if day is not None and day <= as_of else None for day in days)
    publish_days = _days_published(dates) if publish_days is None else publish_days
    breaches = (
        *_reversed_steps(dates),
        *_paid_too_early(dates, paid_on),
        *_notes(dates, paid_on, publish_days, publish_least, approved, contract, paid),
    )
    return Project(
        id_, name or "", unit_no, unit_name, fund, theme or "", target or "", provider or "", dates, end_on, publish_days, score, approved, contract,
        Decimal(paid), paid_on, breaches if any(dates[1:]) else (),
    )  # fmt: skip


def _days_published(dates: tuple[date | None, ...]) -> int | None:
    """Where the feed does not say how long the list was published (公示天数): the working days until the next step; None while there is none."""
    place = CHAIN.index("published_on")
    published, follow = dates[place], next((day for day in dates[place + 1 :] if day is not None), None)
    if published is None or follow is None or follow < published:  # the wrong order is a violation of its own
        return None
    return int(working_days_between(np.array([published], "M8[D]"), np.array([follow], "M8[D]"), _calendar())[0])


_calendar = cache(load_calendar)


def _reversed_steps(dates: tuple[date | None, ...]) -> list[Breach]:
    """Neighbours among the dates given that stand the wrong way round; there is one exactly when any two are reversed."""
    given = [(name, day) for name, day in zip(CHAIN, dates, strict=True) if day is not None]
    found = []
    for (early, first), (late, second) in pairwise(given):
        if second < first:
            found.append(_before(STEPS[late], STEPS[early], (early, late)))
    return found


def _paid_too_early(dates: tuple[date | None, ...], paid_on: date | None) -> list[Breach]:
    if paid_on is None:
        return []
    found = []
    for name in ("resolved_on", "published_on"):
        day = dates[CHAIN.index(name)]
        if day is None:
            found.append(Breach(Text(f"未{STEPS[name].zh}先付款", f"paid, never {STEPS[name].en}"), steps=(name,)))
        elif day > paid_on:
            found.append(_before(PAID, STEPS[name], (name,)))
    return found


def _before(late: Text, early: Text, steps: tuple[str, ...]) -> Breach:
    """先付款后公示: what should come later came first."""
    return Breach(Text(f"先{late.zh}后{early.zh}", f"{late.en} before {early.en}"), steps=steps)


def _notes(
    dates: tuple[date | None, ...], paid_on: date | None, days: int | None, least: int, approved: Decimal | None, contract: Decimal | None, paid: Decimal
) -> list[Breach]:
    found = [
        Breach(Text(f"跳过{STEPS[name].zh}", f"never {STEPS[name].en}"), False, (name,))
        for name in ("resolved_on", "published_on")
        if paid_on is None and dates[CHAIN.index(name)] is None and any(dates[CHAIN.index(name) + 1 :])  # once paid it is a violation
    ]
    if days is not None and days < least and dates[CHAIN.index("published_on")] is not None:
        found.append(Breach(Text(f"公示不足 {least} 个工作日", f"published for under {least} working days"), False, ("published_on",)))
    if approved is not None and contract is not None and contract > approved:
        found.append(Breach(Text("合同超过批准金额", "contract above the approved amount"), False, ("contract_on",)))
    if contract is not None and paid > contract:
        found.append(Breach(Text("付款超过合同金额", "paid above the contract"), False))
    return found
