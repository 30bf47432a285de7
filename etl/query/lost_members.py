"""Members the organisation may have lost sight of (失管提示): not contacted lately, or told by nobody for long. Communities and above."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from etl.model.indicators.members import every_member, newest_members
from etl.model.indicators.placeholders import Days
from etl.model.indicators.record import Parts
from etl.model.indicators.terms import Terms
from etl.query.coverage import terms_of
from etl.query.reader import Reader
from etl.query.rollup_kinds import rolled
from etl.query.run import part_tables, plan_of
from etl.query.scope import Scope
from etl.query.shared import shared
from etl.query.units import units
from etl.query.warehouse import Build


@dataclass(frozen=True, slots=True)
class Lost:
    """Of `members`: not contacted within the rule's days (of the rows that report contacts), and in counts older than `member.lost_days`.

    None where fewer than the rule's k would be told.
    """

    members: int
    not_contacted: int | None
    stale: int | None
    is_hidden: bool


@shared
def lost_members(build: Build, reader: Reader, scope: Scope, unit_no: int) -> Lost:
    """Of one unit, a community or above: the unit's own row stands for what lies below it, as in every count of members."""
    plan, frame = plan_of(_counts, terms_of(build, reader, scope, unit_no)), units(build)
    in_force = frame.valid(scope.as_of)
    totals = [rolled(part, table, frame.last_no, frame.parent_no, in_force) for part, table in zip(plan.parts.all, part_tables(build, plan), strict=True)]
    members, missed, stale = (int(np.rint(total[unit_no - 1])) for total in totals)
    k = 1 if reader.role in ("admin", "data_steward") else build.rules.privacy.vulnerable_k
    hidden = [0 < n < k for n in (missed, stale)]
    return Lost(members, None if hidden[0] else missed, None if hidden[1] else stale, any(hidden))


def _counts(terms: Terms) -> Parts:
    """Members; of them not contacted; of them in counts that are old."""
    rows = newest_members(terms)
    told = rows.filter(rows.contacted_n.notnull())
    old = rows.filter(rows.as_of_on < terms.fixed(_long_ago, terms.rules.member.lost_days))
    return Parts(every_member(terms, rows, "n"), every_member(terms, told.mutate(missed=told.n - told.contacted_n), "missed"), (every_member(terms, old, "n"),))


def _long_ago(days: Days, lost_days: int) -> date:
    return days.as_of - timedelta(days=lost_days)
