"""Clusters (聚集诉求): several callers, one class, one compound grid, within a few weeks — and what was done about a cluster.

Urges are no cases of their own and do not count. A case without a known caller counts as a case, never as a caller. Sensitive
classes (★) are left out: below the community they are not told to anyone.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from etl.query.case_patterns import terms_of
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.run import sql_of
from etl.query.scope import Scope
from etl.query.sensitive import WITHHELD
from etl.query.units import units
from etl.query.warehouse import Build

COLUMNS = ("cell", "code", "name", "code4", "first_at", "last_at", "cases", "callers", "repeats", "closed", "solved", "opinions", "resolutions", "linked")
# Anchor: a case from which on, within the days, there are enough cases from enough callers. Anchors closer than the days belong
# together; a cluster reaches from its first anchor to the last case within the days of its last one.
_SQL = """
WITH rows AS ({cases}),
cells AS (SELECT unit_no AS cell, last_no FROM unit WHERE level = 'compound' AND unit_no BETWEEN $first AND $last),
placed AS (SELECT rows.*, cell FROM rows JOIN cells ON rows.unit_no BETWEEN cell AND last_no),
counted AS (
  SELECT cell, code4, counted_at, count(*) OVER near AS cases, count(DISTINCT caller_hash) OVER near AS callers FROM placed
  WINDOW near AS (PARTITION BY cell, code4 ORDER BY counted_at RANGE BETWEEN CURRENT ROW AND to_days($days) FOLLOWING)),
anchors AS (SELECT *, lag(counted_at) OVER (PARTITION BY cell, code4 ORDER BY counted_at) AS before FROM counted WHERE cases >= $cases AND callers >= $callers),
numbered AS (SELECT *, count(*) FILTER (before IS NULL OR counted_at > before + to_days($days)) OVER (PARTITION BY cell, code4 ORDER BY counted_at) AS no FROM anchors),
spans AS (SELECT cell, code4, no, min(counted_at) AS first_at, max(counted_at) + to_days($days) AS until FROM numbered GROUP BY ALL)
SELECT s.cell, s.code4, s.first_at, max(p.counted_at) AS last_at, count(*) AS cases, count(DISTINCT p.caller_hash) AS callers,
  count(*) FILTER (p.repeat_of IS NOT NULL) AS repeats, count(*) FILTER (p.is_closed) AS closed, count(*) FILTER (p.solved = 'yes') AS solved,
  list(p.case_no) AS numbers
FROM spans s JOIN placed p ON p.cell = s.cell AND p.code4 = s.code4 AND p.counted_at BETWEEN s.first_at AND s.until
GROUP BY s.cell, s.code4, s.no, s.first_at
"""
_EVENTS = "SELECT unit_no, case_no, held_on, coalesce(opinions_n, 0), coalesce(resolutions_n, 0), coalesce(done_n, 0) FROM deliberation WHERE held_on <= $as_of"
_found: Once[tuple, pd.DataFrame] = Once(capacity=48)


@dataclass(frozen=True, slots=True, order=True)
class Meeting:
    """A meeting of residents: opinions given, resolutions, of them carried out; `link`: how it is known to be about the cluster."""

    held_on: date
    opinions: int
    resolutions: int
    done: int
    link: str


@dataclass(frozen=True, slots=True)
class Story:
    """One cluster from its first case to what became of it. `link`: "case" when a meeting names one of its cases, "place" when
    one was held in the same compound grid at the time. `quiet_days`: days from the last case to the as-of day."""

    cell: int
    code: str
    name: str
    code4: str
    first_on: date
    last_on: date
    cases: int
    callers: int
    closed: int
    solved: int
    meetings: tuple[date, ...]
    opinions: int
    resolutions: int
    done: int
    link: str
    quiet_days: int


def clusters(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame | None:
    """One row per cluster that begins in the period below `under`, largest first (`COLUMNS`); `opinions` gathered in meetings about it,
    `linked` how they are known. None when cases are not connected."""
    if "case" not in build.feeds:
        return None
    terms = terms_of(build, reader, scope, under)
    return _found.get((build.key, scope, terms.first_no, terms.last_no), lambda: _clusters(build, reader, scope, under))


def _clusters(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    terms, rule, frame = terms_of(build, reader, scope, under), build.rules.hotspot, units(build)
    cases = terms.cases()
    cases = cases.filter((cases.repeat_kind != "urge") | cases.repeat_kind.isnull(), cases.code4.notin(WITHHELD))
    is_closed = (cases.closed_at < terms.until) | (cases.closed_at.isnull() & (cases.status == "closed"))
    cases = cases.select("unit_no", "case_no", "code4", "caller_hash", "counted_at", "repeat_of", "solved", is_closed=is_closed)
    values = {"first": terms.first_no, "last": terms.last_no, "days": rule.cluster_days, "cases": rule.cluster_cases, "callers": rule.cluster_callers}
    rows = build.rows(_SQL.format(cases=sql_of(cases)), values)
    names = ["cell", "code4", "first_at", "last_at", "cases", "callers", "repeats", "closed", "solved", "numbers"]
    table = pd.DataFrame(rows, columns=names)
    at = table["cell"].to_numpy(dtype="int64") - 1
    table["code"], table["name"] = frame.code[at], frame.name[at]
    meetings = _meetings(build, scope, table) if "deliberation" in build.feeds else [()] * len(table)
    table["meetings"] = meetings
    table["opinions"] = [sum(one.opinions for one in found) for found in meetings]
    table["resolutions"] = [sum(one.resolutions for one in found) for found in meetings]
    table["linked"] = [found[0].link if found else "" for found in meetings]
    return table.sort_values(["cases", "callers", "cell", "code4"], ascending=[False, False, True, True]).reset_index(drop=True)


def _meetings(build: Build, scope: Scope, table: pd.DataFrame) -> list[tuple[Meeting, ...]]:
    """Of each cluster the meetings that name one of its cases; failing these, those in its compound grid from its first case to
    the days after its last that name none."""
    by_case: dict[str, list[Meeting]] = {}
    at_place: list[tuple[int, Meeting]] = []
    for unit_no, case_no, held_on, opinions, resolutions, done in build.rows(_EVENTS, {"as_of": scope.as_of}):
        meeting = Meeting(held_on, opinions, resolutions, done, "place" if case_no is None else "case")
        if case_no is None:
            at_place.append((unit_no, meeting))
        else:
            by_case.setdefault(case_no, []).append(meeting)
    at_place.sort(key=lambda one: one[0])
    numbers, last_no = [unit_no for unit_no, _ in at_place], units(build).last_no
    found: list[tuple[Meeting, ...]] = []
    for cluster in table.itertuples():
        named = [meeting for case_no in cluster.numbers for meeting in by_case.get(case_no, ())]
        until = (cluster.last_at + pd.Timedelta(days=build.rules.hotspot.cluster_days)).date()
        here = at_place[bisect_left(numbers, cluster.cell) : bisect_right(numbers, int(last_no[cluster.cell - 1]))]
        near = [meeting for _, meeting in here if cluster.first_at.date() <= meeting.held_on <= until]
        found.append(tuple(sorted(named or near)))
    return found


def story(build: Build, reader: Reader, scope: Scope, under: int, lasting: frozenset[int]) -> Story | None:
    """The cluster that tells most: one with meetings named by its cases, then in a lasting hotspot, then the one with most opinions and cases.
    None when no cluster had a meeting about it."""
    table = clusters(build, reader, scope, under)
    if table is None or not (table["linked"] != "").any():
        return None
    table = table[table["linked"] != ""].assign(named=lambda rows: rows["linked"] == "case", is_lasting=lambda rows: rows["cell"].isin(lasting))
    row = table.sort_values(["named", "is_lasting", "resolutions", "opinions", "cases"], ascending=False, kind="stable").iloc[0]
    meetings = row["meetings"]
    first, last = _day(row["first_at"]), _day(row["last_at"])
    return Story(
        int(row["cell"]), row["code"], row["name"], row["code4"], first, last, int(row["cases"]), int(row["callers"]), int(row["closed"]),
        int(row["solved"]), tuple(one.held_on for one in meetings), int(row["opinions"]), int(row["resolutions"]), sum(one.done for one in meetings),
        row["linked"], (scope.as_of - last).days,
    )  # fmt: skip


def _day(moment: datetime) -> date:
    return moment.date()
