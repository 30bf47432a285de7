"""The calendar of activities (活动日历): 天天有活动、周周有主题、月月有专场 — where it has gaps; patrols; who takes part."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np

from etl.model.indicators.participation import takers
from etl.model.indicators.terms import Terms
from etl.query.coverage import terms_of
from etl.query.reader import Reader
from etl.query.run import rows_of, written_all
from etl.query.scope import Scope
from etl.query.shared import shared
from etl.query.warehouse import Build

FEEDS = ("service_log", "joint_activity", "deliberation")
PATROL = ("巡逻", "联防", "平安")  # in a team's name


@dataclass(frozen=True, slots=True)
class MonthOf:
    """Days of one month inside the period, and on how many of them something was held."""

    month: date
    days: int
    active: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days, weeks (Monday to Sunday, whole ones) and months of the period, and those with nothing held."""

    months: tuple[MonthOf, ...]
    days: int
    empty_days: int
    weeks: int
    empty_weeks: int
    longest_gap: int


@dataclass(frozen=True, slots=True)
class Bodies:
    """Who is active: teams that served, units that convened joint activities, social organisations at work; hours on patrol."""

    teams: int
    convenors: int
    organisations: int
    patrol_hours: float
    patrol_times: int


@shared
def calendar(build: Build, reader: Reader, scope: Scope, under: int) -> Calendar:
    """Days on which a service, a joint activity or a meeting was held at or below a unit, up to the as-of day."""
    held = {day for (day,) in rows_of(build, _days_held, terms_of(build, reader, scope, under))}
    last = min(scope.date_to, scope.as_of)
    days = [scope.date_from + timedelta(days=n) for n in range((last - scope.date_from).days + 1)]
    active = np.array([day in held for day in days], dtype=bool)
    by_month: dict[date, list[bool]] = {}
    for day, is_active in zip(days, active.tolist(), strict=True):
        by_month.setdefault(day.replace(day=1), []).append(is_active)
    first = next((at for at, day in enumerate(days) if day.weekday() == 0), len(days))
    whole = [active[at : at + 7] for at in range(first, len(days) - 6, 7)]
    months = tuple(MonthOf(month, len(flags), sum(flags)) for month, flags in by_month.items())
    return Calendar(months, len(days), int((~active).sum()), len(whole), sum(not week.any() for week in whole), _longest(active.tolist()))


def _longest(active: list[bool]) -> int:
    """Most days in a row without anything."""
    longest = run = 0
    for is_active in active:
        run = 0 if is_active else run + 1
        longest = max(longest, run)
    return longest


@shared
def bodies(build: Build, reader: Reader, scope: Scope, under: int) -> Bodies:
    """Of the period; organisations as at the as-of day. A feed that is not connected counts 0 here: the panel names it."""
    found = {name: build.rows(sql)[0] for name, sql in written_all(_active, terms_of(build, reader, scope, under)).items()}
    (teams, hours, times), (convenors,), (active,) = found["logs"], found["joint"], found["orgs"]
    return Bodies(int(teams or 0), int(convenors or 0), int(active or 0), float(hours or 0), int(times or 0))


def _days_held(terms: Terms) -> ir.Table:
    return takers(terms).select("held_on").distinct()


def _active(terms: Terms) -> dict[str, ir.Table]:
    logs = terms.on_days(terms.rows("service_log"), "held_on")
    is_patrol = ibis.or_(*(ibis.coalesce(logs.team, "").contains(word) for word in PATROL))
    joint = terms.on_days(terms.rows("joint_activity"), "held_on")
    orgs = terms.as_of_units(terms.rows("social_org"))
    orgs = orgs.filter(ibis.coalesce(orgs.is_active, False))
    return {
        "logs": logs.agg(teams=logs.team.nunique(), hours=logs.hours.sum(where=is_patrol), times=logs.participants.sum(where=is_patrol)),
        "joint": joint.agg(n=joint.convenor.nunique()), "orgs": orgs.agg(n=orgs.count()),
    }  # fmt: skip
