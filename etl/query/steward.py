"""A steward's own ground today (我的微网格): open cases in reach of their limit, what waits for a word from the ground, which
offices to call. As at 24:00 of the as-of day, whenever a case was filed: nobody's open case lapses with a period.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

import pandas as pd

from etl.model.taxonomy import BY_CODE
from etl.query.masking import mask_place, mask_text, visible_cases
from etl.query.reader import Reader
from etl.query.units import units
from etl.query.warehouse import Build

Urgency = Literal["overdue", "soon", "later", "unlimited"]
URGENCIES: tuple[Urgency, ...] = ("overdue", "soon", "later", "unlimited")
WAITING = ("feedback", "checking")  # the unit in charge says it is done; somebody on the ground should look
SOON = timedelta(hours=24)
STALE_DAYS = 120  # a count of members this old should be confirmed; reports are quarterly
_OPEN = """counted_at < $until AND voided_at IS NULL AND status IS DISTINCT FROM 'void' AND status IS DISTINCT FROM 'suspended'
  AND coalesce(closed_at >= $until, status IS DISTINCT FROM 'closed')"""
COLUMNS = ["case_no", "source_system", "urgency", "limit_at", "counted_at", "code4", "status", "lead_unit", "unit_no", "place", "title", "repeats"]


@dataclass(frozen=True, slots=True)
class Tally:
    """Open cases by urgency, in the order of `URGENCIES`, and how many of all wait for confirmation."""

    overdue: int
    soon: int
    later: int
    unlimited: int
    waiting: int

    @property
    def open(self) -> int:
        return self.overdue + self.soon + self.later + self.unlimited


@dataclass(frozen=True, slots=True)
class Office:
    """An office to call: never a person. `kind` is the word of the feed org, "property_of" for the compound's company; `cases`: open
    cases here that are with it."""

    name: str
    kind: str
    cases: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something the ground should confirm: what, how many, and a date where there is one."""

    id: Literal["households", "steward", "members", "placed", "task", "order"]
    count: int
    day: date | None = None


def until(as_of: date) -> datetime:
    return datetime.combine(as_of + timedelta(days=1), time.min)


def tally(build: Build, reader: Reader, under: int, as_of: date) -> Tally | None:
    """Counts of all open cases; None when cases are not connected."""
    if "case" not in build.feeds:
        return None
    counts = ", ".join(f"count(*) FILTER (urgency = '{urgency}')" for urgency in URGENCIES)
    waits = f"count(*) FILTER (status IN {WAITING})"
    found = build.rows(f"SELECT {counts}, {waits} FROM ({_open_cases(build, reader)})", _terms(build, reader, under, as_of))
    return Tally(*(int(n) for n in found[0]))


def open_cases(build: Build, reader: Reader, under: int, as_of: date, only_waiting: bool = False, limit: int = 100, urgencies: Collection[Urgency] = URGENCIES) -> pd.DataFrame | None:
    """The open cases, overdue ones first, each group by due time: columns as `COLUMNS`; `repeats` = how many later cases name it as
    the one they repeat. `only_waiting`: those somebody should confirm; `urgencies`: those of these groups. None when cases are not connected."""
    if "case" not in build.feeds:
        return None
    waiting = f"WHERE urgency IN ({', '.join(repr(one) for one in URGENCIES if one in urgencies)})" + (f" AND status IN {WAITING}" if only_waiting else "")
    sql = f"""SELECT {', '.join(COLUMNS)} FROM ({_open_cases(build, reader)}) {waiting}
      ORDER BY list_position({list(URGENCIES)}, urgency), limit_at NULLS LAST, counted_at, case_no LIMIT {int(limit)}"""
    table = pd.DataFrame(build.rows(sql, _terms(build, reader, under, as_of)), columns=COLUMNS)
    return table.assign(place=[mask_place(place if isinstance(place, str) else None) for place in table["place"]], title=[mask_text(title if isinstance(title, str) else None) for title in table["title"]])


def _open_cases(build: Build, reader: Reader) -> str:
    """A limit that is 24:00 of the as-of day or its last moment is that day's end: due, not overdue."""
    return f"""SELECT *, CASE WHEN limit_at IS NULL THEN 'unlimited' WHEN limit_at < $until - INTERVAL 1 MICROSECOND THEN 'overdue'
        WHEN limit_at < $until + INTERVAL {int(SOON.total_seconds())} SECOND THEN 'soon' ELSE 'later' END AS urgency,
      (SELECT count(*) FROM "case" later WHERE later.repeat_of = c.case_no AND later.unit_no BETWEEN $first AND $last AND later.voided_at IS NULL
         AND later.source_system IS NOT DISTINCT FROM c.source_system) AS repeats
      FROM "case" c WHERE c.unit_no BETWEEN $first AND $last AND {_OPEN} AND {visible_cases(build, reader, 'c')}"""


def _terms(build: Build, reader: Reader, under: int, as_of: date) -> dict[str, object]:
    first, last = _range(build, reader, under)
    return {"first": first, "last": last, "until": until(as_of)}


def _range(build: Build, reader: Reader, under: int) -> tuple[int, int]:
    """Empty (first > last) where the unit lies outside what the reader sees."""
    return max(under, reader.first_no), min(int(units(build).last_no[under - 1]), reader.last_no)


def offices(build: Build, reader: Reader, under: int, as_of: date) -> list[Office]:
    """Whom to call: the compound's property company, the offices of the units above (community, street), then every other office that
    has open cases here, most cases first. Names of offices only."""
    first, last = _range(build, reader, under)
    if first > last:
        return []
    counts: dict[str, int] = {}
    if "case" in build.feeds:
        sql = f"SELECT lead_unit, count(*) FROM ({_open_cases(build, reader)}) WHERE lead_unit IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        counts = {name: int(n) for name, n in build.rows(sql, _terms(build, reader, under, as_of))}
    above = _above(build, under)
    found: dict[str, str] = {}
    if "compound" in build.feeds:
        sql = f"SELECT DISTINCT property_company FROM compound WHERE property_company IS NOT NULL AND (unit_no BETWEEN ? AND ? OR unit_no IN ({_marks(above)})) ORDER BY 1 LIMIT 3"
        found |= {name: "property_of" for (name,) in build.rows(sql, [first, last, *above])}
    if "org" in build.feeds:
        sql = f"SELECT name, kind FROM org WHERE kind IN ('community', 'street') AND unit_no IN ({_marks([under, *above])}) ORDER BY unit_no DESC, name"
        found |= {name: kind for name, kind in build.rows(sql, [under, *above]) if name not in found}
        kinds = dict(build.rows("SELECT name, any_value(kind) FROM org GROUP BY 1"))
    else:
        kinds = {}
    found |= {name: kinds.get(name) or "" for name in counts if name not in found}
    return [Office(name, kind, counts.get(name, 0)) for name, kind in found.items()]


def _above(build: Build, unit_no: int) -> list[int]:
    """The units a unit lies in, nearest first, the whole city left out."""
    parents, found = units(build).parent_no, []
    while (unit_no := int(parents[unit_no - 1])) > 1:
        found.append(unit_no)
    return found


def _marks(values: list[int]) -> str:
    return ", ".join("?" for _ in values) or "NULL"


def doubts(build: Build, reader: Reader, under: int, as_of: date) -> list[Doubt]:
    """What the data do not know about this ground or have not heard lately. Only connected feeds speak."""
    first, last = _range(build, reader, under)
    if first > last:
        return []
    span, found = {"first": first, "last": last}, []

    def count(doubt: Literal["households", "steward", "members", "placed", "task", "order"], sql: str, **more: object) -> None:
        n, day = build.rows(sql, {**span, **more})[0]
        if n:
            found.append(Doubt(doubt, int(n), day))

    grids = "FROM unit u WHERE u.unit_no BETWEEN $first AND $last AND u.level = 'micro' AND coalesce(u.valid_from <= $day, true) AND coalesce(u.valid_to >= $day, true)"
    count("households", f"SELECT count(*), NULL {grids} AND u.households IS NULL", day=as_of)
    if "grid_staff" in build.feeds:
        staff = """SELECT 1 FROM grid_staff s JOIN unit o ON o.unit_no = s.unit_no WHERE o.unit_code = u.unit_code AND s.role = 'steward'
          AND coalesce(s.start_on <= $day, true) AND coalesce(s.end_on >= $day, true)"""
        count("steward", f"SELECT count(*), NULL {grids} AND NOT EXISTS ({staff})", day=as_of)
    if "member_stat" in build.feeds:
        newest = "SELECT max(as_of_on) AS d FROM member_stat WHERE unit_no BETWEEN $first AND $last AND as_of_on <= $day"
        count("members", f"SELECT count(*), max(d) FROM ({newest}) WHERE d < $old", day=as_of, old=as_of - timedelta(days=STALE_DAYS))
    if "case" in build.feeds:
        vague = f"SELECT count(*), NULL FROM ({_open_cases(build, reader)}) WHERE coalesce(is_placeholder_point, false) OR placed_by NOT IN ('point', 'code')"
        count("placed", vague, until=until(as_of))
    if "grid_task" in build.feeds:
        count("task", "SELECT count(*), min(due_on) FROM grid_task WHERE unit_no BETWEEN $first AND $last AND due_on <= $day AND coalesce(done_on > $day, true)", day=as_of)
    if "mobilisation" in build.feeds:
        order = """SELECT count(*), min(issued_at)::DATE FROM mobilisation WHERE unit_no BETWEEN $first AND $last AND issued_at < $until AND issued_at >= $old
          AND coalesce(done_at >= $until, true)"""
        count("order", order, until=until(as_of), old=until(as_of) - timedelta(days=7))
    return found


def proper_level(code4: str | None) -> str:
    """The level at which a class is to be settled: "compound", "community" …; "" for classes unknown."""
    return BY_CODE[code4].proper_level if code4 in BY_CODE else ""
