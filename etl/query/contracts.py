"""Co-building contracts (共建契约): each on its five steps, its give and get items, who the partners are."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from etl.model.indicators.cobuild import STEPS
from etl.model.text import Text
from etl.query.once import Once
from etl.query.picked_rows import picked_rows
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.shared import shared
from etl.query.subtree import number_range
from etl.query.units import units
from etl.query.warehouse import Build

STEP_WORDS: dict[str, Text] = dict(
    zip(STEPS, (Text("谈约", "talked"), Text("签约", "signed"), Text("亮约", "published"), Text("履约", "begun"), Text("评约", "appraised")), strict=True)
)
Problem = Literal["order", "no_talk", "publish_late", "no_start", "appraise_late"]
_FIRST = f"coalesce(c.signed_on, least({', '.join(f'c.{name}' for name in (*STEPS, 'end_on'))}))"


@dataclass(frozen=True, slots=True)
class Items:
    """Items of one direction: agreed, due by the as-of day, done of those due, due and not done."""

    agreed: int = 0
    due: int = 0
    done: int = 0

    @property
    def late(self) -> int:
        return self.due - self.done

    @property
    def to_come(self) -> int:
        return self.agreed - self.due


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract as at the as-of day. `dates` follow the five steps; `problems` what keeps it out of `contract_step_rate`.

    `is_due`: its day for publishing has passed, so that it is judged at all.
    """

    id: str
    unit_no: int
    unit_name: str
    partner: str
    kind: str
    post: str
    dates: tuple[date | None, ...]
    end_on: date | None
    score: float | None
    give: Items
    get: Items
    is_due: bool
    problems: tuple[Problem, ...]

    def has(self, step: str) -> bool:
        """Whether it has the day of a step."""
        return self.dates[STEPS.index(step)] is not None

    @property
    def is_mutual(self) -> bool:
        return self.give.agreed > 0 and self.get.agreed > 0


@dataclass(frozen=True, slots=True)
class PartnerKind:
    """Partners of one kind: contracts, different partners, of those with a part-time post in the community's committee."""

    kind: str
    contracts: int
    partners: int
    posts: int


_contracts: Once[tuple, tuple[Contract, ...]] = Once(capacity=12)


@shared
def contracts(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[Contract, ...]:
    """Contracts signed (else first dated) in the period at or below a unit: those with problems first, then the newest."""
    first, last = number_range(build, reader, under)
    return _contracts.get((build.key, first, last, scope), lambda: _read(build, scope, first, last))


def step_counts(found: tuple[Contract, ...]) -> tuple[tuple[str, int], ...]:
    """(step, contracts that have its date), in the order of the five steps."""
    return tuple((name, sum(one.has(name) for one in found)) for name in STEPS)


@shared
def item_totals(build: Build, reader: Reader, scope: Scope, under: int) -> dict[str, Items]:
    """Items due in the period, by direction (give, get), as `contract_fulfil_rate` counts them; `agreed` are all due in the period."""
    first, last = number_range(build, reader, under)
    rows = build.rows(
        "SELECT direction, count(*), count(*) FILTER (due_on <= $as_of), count(*) FILTER (due_on <= $as_of AND done_on <= $as_of) "
        f"FROM contract_item WHERE {picked_rows(scope, 'contract_item')} AND due_on BETWEEN $start AND $until GROUP BY 1",
        {"first": first, "last": last, "as_of": scope.as_of, "start": scope.date_from, "until": scope.date_to},
    )
    found = {direction: Items(agreed, due, done) for direction, agreed, due, done in rows}
    return {direction: found.get(direction, Items()) for direction in ("give", "get")}


def partner_kinds(found: tuple[Contract, ...]) -> tuple[PartnerKind, ...]:
    """Partners by kind, most contracts first; "" where none is given."""
    kinds = []
    for kind in {one.kind for one in found}:
        of_kind = [one for one in found if one.kind == kind]
        kinds.append(
            PartnerKind(
                kind, len(of_kind), len({(one.unit_no, one.partner) for one in of_kind}), len({(one.unit_no, one.partner) for one in of_kind if one.post})
            )
        )
    return tuple(sorted(kinds, key=lambda one: (-one.contracts, one.kind)))


def _read(build: Build, scope: Scope, first: int, last: int) -> tuple[Contract, ...]:
    counts = ", ".join(
        f"count(*) FILTER (direction = '{way}'), count(*) FILTER (direction = '{way}' AND due_on <= $as_of), "
        f"count(*) FILTER (direction = '{way}' AND due_on <= $as_of AND done_on <= $as_of)"
        for way in ("give", "get")
    )
    rows = build.rows(
        f"WITH items AS (SELECT contract_id, [{counts}] AS n FROM contract_item GROUP BY 1) "
        f"SELECT c.contract_id, c.unit_no, c.partner, c.partner_kind, c.parttime_post, c.end_on, c.score, items.n, {', '.join(f'c.{name}' for name in STEPS)} "
        "FROM contract c LEFT JOIN items ON items.contract_id = c.contract_id "
        f"WHERE {picked_rows(scope, 'contract', 'c')} AND {_FIRST} BETWEEN $start AND $until ORDER BY {_FIRST} DESC, c.contract_id",
        {"as_of": scope.as_of, "first": first, "last": last, "start": scope.date_from, "until": scope.date_to},
    )
    names, rule = units(build).name, build.rules.contract
    found = [_contract(row, scope.as_of, rule.publish_days, rule.appraise_days, names[row[1] - 1]) for row in rows]
    return tuple(sorted(found, key=lambda one: not one.problems))


def _contract(row: tuple[Any, ...], as_of: date, publish_days: int, appraise_days: int, unit_name: str) -> Contract:
    id_, unit_no, partner, kind, post, end_on, score, n, *dates = row
    talked, signed, published, begun, appraised = dates
    publish_by = signed + timedelta(days=publish_days) if signed else None
    is_due = publish_by is not None and publish_by <= as_of
    given = [day for day in dates if day is not None]
    appraise_by = end_on + timedelta(days=appraise_days) if end_on else None
    checks: tuple[tuple[Problem, bool], ...] = (
        ("order", given != sorted(given)),
        ("no_talk", talked is None),
        ("publish_late", published is None or (publish_by is not None and published > publish_by)),
        ("no_start", begun is None),
        ("appraise_late", appraise_by is not None and appraise_by <= as_of and (appraised is None or appraised > appraise_by)),
    )
    problems = tuple(name for name, is_wrong in checks if is_wrong) if is_due else ()
    n = n or [0] * 6
    known = tuple(day if day is not None and day <= as_of else None for day in dates)
    return Contract(
        id_, unit_no, unit_name, partner, kind or "", post or "", known, end_on, score, Items(*n[:3]), Items(*n[3:]), is_due, problems
    )
