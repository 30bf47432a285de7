"""Volunteer service and posts (志愿服务、岗位、队伍、微心愿): hours by month and team, posts offered and claimed, wishes fulfilled."""

from dataclasses import dataclass
from datetime import date

from etl.model.text import Text
from etl.query.picked_rows import picked_rows, units_with
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.selection import in_range
from etl.query.shared import shared
from etl.query.subtree import number_range, period_range
from etl.query.warehouse import Build

WISH_STEPS: dict[str, tuple[Text, str]] = {  # with the condition of a wish that has come so far by the as-of day
    "made": (Text("征集", "Made"), "true"), "claimed": (Text("认领", "Claimed"), "(claimed_on <= $as_of OR done_on <= $as_of)"),
    "done": (Text("完成", "Fulfilled"), "done_on <= $as_of"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Month:
    """Hours of one calendar month (cut at the period's ends), by who gave them; `unknown` where the row does not say."""

    month: date
    member: float
    volunteer: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Team:
    """One team of one name: activities, person-times, hours. Teams are organisations; no person is counted apart."""

    name: str
    activities: int
    participants: int
    hours: float
    hours_of_members: float
    last_on: date


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts of one kind by the newest count of each unit: offered, claimed; `rate` None when none was offered."""

    kind: str
    offered: int
    claimed: int

    @property
    def rate(self) -> float | None:
        return self.claimed / self.offered if self.offered else None


@dataclass(frozen=True, slots=True)
class Wishes:
    """Wishes made in the period: made, claimed, done by the as-of day; median days from made to done, None when none was."""

    made: int
    claimed: int
    done: int
    days_p50: float | None
    waiting: int  # made over `watch.wish_days` days before the as-of day and not yet claimed


@shared
def months(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[Month, ...]:
    """Hours by month with any, oldest first; they add up to the numerator of `vol_hours_per_1000`."""
    rows = build.rows(
        "SELECT date_trunc('month', held_on)::DATE, coalesce(sum(hours) FILTER (\"by\" = 'member'), 0), "
        "coalesce(sum(hours) FILTER (\"by\" = 'volunteer'), 0), coalesce(sum(hours) FILTER (\"by\" IS NULL), 0) FROM service_log "
        f"WHERE {in_range(scope)} AND held_on BETWEEN $start AND $until GROUP BY 1 ORDER BY 1",
        period_range(build, reader, scope, under),
    )
    return tuple(Month(*row) for row in rows)


@shared
def teams(build: Build, reader: Reader, scope: Scope, under: int, limit: int = 50) -> tuple[tuple[Team, ...], int]:
    """The teams with the most hours in the period and how many there are; rows without a team stand under ""."""
    rows = build.rows(
        "SELECT coalesce(team, ''), count(*), coalesce(sum(participants), 0), sum(hours), coalesce(sum(hours) FILTER (\"by\" = 'member'), 0), max(held_on), "
        f"count(*) OVER () FROM service_log WHERE {in_range(scope)} AND held_on BETWEEN $start AND $until "
        "GROUP BY 1 ORDER BY 4 DESC, 1 LIMIT $limit",
        period_range(build, reader, scope, under) | {"limit": limit},
    )
    found = tuple(Team(name, n, int(people), hours, members, last) for name, n, people, hours, members, last, _ in rows)
    return found, rows[0][-1] if rows else 0


@shared
def posts(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[Posts, ...]:
    """Posts by kind, most offered first; of each post the newest row up to the as-of day."""
    first, last = number_range(build, reader, under)
    rows = build.rows(
        "SELECT coalesce(type, ''), sum(offered), sum(claimed) FROM (SELECT * FROM service_post "
        f"WHERE {picked_rows(scope, 'service_post')} AND as_of_on <= $as_of "
        "QUALIFY row_number() OVER (PARTITION BY post_id ORDER BY as_of_on DESC, file_no DESC, src_row DESC) = 1) GROUP BY 1 ORDER BY 2 DESC, 1",
        {"first": first, "last": last, "as_of": scope.as_of},
    )
    return tuple(Posts(kind, int(offered), int(claimed)) for kind, offered, claimed in rows)


@shared
def wishes(build: Build, reader: Reader, scope: Scope, under: int) -> Wishes:
    """The wishes of the period as at the as-of day."""
    row = build.rows(
        f"SELECT {', '.join(f'count(*) FILTER ({reached})' for _, reached in WISH_STEPS.values())}, "
        "median(done_on - made_on) FILTER (done_on <= $as_of AND done_on >= made_on), "
        "count(*) FILTER (made_on < $as_of::DATE - $wait AND NOT coalesce(least(claimed_on, done_on) <= $as_of, FALSE)) "
        f"FROM wish WHERE {in_range(scope)} AND made_on BETWEEN $start AND $until",
        period_range(build, reader, scope, under) | {"as_of": scope.as_of, "wait": build.rules.watch.wish_days},
    )[0]
    return Wishes(row[0], row[1], row[2], None if row[3] is None else float(row[3]), row[4])


@shared
def wish_units(build: Build, reader: Reader, scope: Scope, under: int, value: str) -> frozenset[int]:
    """Where wishes of the period have come as far as the step `value`."""
    reached = WISH_STEPS[value][1]
    given = period_range(build, reader, scope, under) | ({"as_of": scope.as_of} if "$as_of" in reached else {})
    return units_with(build, scope, "wish", "made_on", reached, given)


@shared
def team_units(build: Build, reader: Reader, scope: Scope, under: int, value: str) -> frozenset[int]:
    """Where the team `value` served in the period."""
    return units_with(build, scope, "service_log", "held_on", "team = $team", period_range(build, reader, scope, under) | {"team": value})
