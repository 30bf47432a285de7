"""Clusters (聚集诉求): several callers, one class, one compound grid, within a few weeks — and what was done about a cluster.

Urges are no cases of their own and do not count. A case without a known caller counts as a case, never as a caller. Sensitive
classes (★) are left out: below the community they are not told to anyone.
"""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd

from etl.query.case_patterns import terms_of
from etl.query.cluster_spans import find_spans
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.run import sql_of
from etl.query.scope import Scope
from etl.query.sensitive import WITHHELD
from etl.query.units import units
from etl.query.warehouse import Build

COLUMNS = ("cell", "code", "name", "code4", "first_at", "last_at", "cases", "callers", "repeats", "closed", "solved", "opinions", "resolutions", "linked")
_PLACED = """
WITH rows AS ({cases}),
cells AS (SELECT u.unit_no, c.unit_no AS cell FROM unit u ASOF JOIN (SELECT unit_no, last_no FROM unit WHERE level = 'compound') c ON u.unit_no >= c.unit_no
  WHERE u.unit_no <= c.last_no AND c.unit_no BETWEEN $first AND $last),
placed AS (SELECT rows.*, cell FROM rows JOIN cells USING (unit_no)),
groups AS (SELECT cell, code4, row_number() OVER (ORDER BY cell, code4) - 1 AS no FROM placed GROUP BY cell, code4 HAVING count(*) >= $cases)
"""
_GROUPS = _PLACED + "SELECT cell, code4 FROM groups ORDER BY no"
# two callers of one compound grid with the same 64 bits are less likely than a wrong digit in the file
_ROWS = _PLACED + """SELECT no, epoch_ms(counted_at) AS at, hash(caller_hash) AS caller, caller_hash IS NOT NULL AS is_known, repeat_of IS NOT NULL AS is_repeat,
  coalesce(is_closed, false) AS is_closed, coalesce(solved = 'yes', false) AS is_solved FROM placed JOIN groups USING (cell, code4)"""
_NAMED = _PLACED + """SELECT case_no, no, epoch_ms(counted_at) AS at FROM placed JOIN groups USING (cell, code4)
  WHERE case_no IN (SELECT case_no FROM deliberation WHERE held_on <= $as_of)"""
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
    sql = sql_of(cases.select("unit_no", "case_no", "code4", "caller_hash", "counted_at", "repeat_of", "solved", is_closed=is_closed))
    values = {"first": terms.first_no, "last": terms.last_no, "cases": rule.cluster_cases}
    groups = pd.DataFrame(build.rows(_GROUPS.format(cases=sql), values), columns=["cell", "code4"])
    rows = {name: np.asarray(column) for name, column in build.arrays(_ROWS.format(cases=sql), values).items()}
    spans = find_spans(rows["no"], rows["at"], rows["caller"], rows["is_known"], rule.cluster_days, rule.cluster_cases, rule.cluster_callers)
    at = rows["at"][spans.order].astype("datetime64[ms]")
    table = groups.iloc[rows["no"][spans.order][spans.begin]].reset_index(drop=True)
    table["first_at"], table["last_at"] = at[spans.begin], at[spans.end - 1]
    table["cases"], table["callers"] = spans.end - spans.begin, spans.callers
    for name, flag in (("repeats", "is_repeat"), ("closed", "is_closed"), ("solved", "is_solved")):
        table[name] = spans.sums(rows[flag])
    place = table["cell"].to_numpy(dtype="int64") - 1
    table["code"], table["name"] = frame.code[place], frame.name[place]
    meetings: list[tuple[Meeting, ...]] = [()] * len(table)
    if "deliberation" in build.feeds and len(table):
        named = build.arrays(_NAMED.format(cases=sql), {**values, "as_of": scope.as_of})
        holding = spans.holding(np.asarray(named["no"]), np.asarray(named["at"]))
        meetings = _meetings(build, scope, table, list(zip(holding.tolist(), named["case_no"], strict=True)))
    table["meetings"] = meetings
    table["opinions"] = [sum(one.opinions for one in found) for found in meetings]
    table["resolutions"] = [sum(one.resolutions for one in found) for found in meetings]
    table["linked"] = [found[0].link if found else "" for found in meetings]
    return table.sort_values(["cases", "callers", "cell", "code4"], ascending=[False, False, True, True], kind="stable").reset_index(drop=True)


def _meetings(build: Build, scope: Scope, table: pd.DataFrame, named: list[tuple[int, str]]) -> list[tuple[Meeting, ...]]:
    """Of each cluster the meetings that name one of its cases (`named`: cluster, case); failing these, those in its compound grid from its
    first case to the days after its last that name none."""
    by_case: dict[str, list[Meeting]] = {}
    at_place: list[tuple[int, Meeting]] = []
    for unit_no, case_no, held_on, opinions, resolutions, done in build.rows(_EVENTS, {"as_of": scope.as_of}):
        meeting = Meeting(held_on, opinions, resolutions, done, "place" if case_no is None else "case")
        if case_no is None:
            at_place.append((unit_no, meeting))
        else:
            by_case.setdefault(case_no, []).append(meeting)
    at_place.sort(key=lambda one: one[0])
    found: list[list[Meeting]] = [[] for _ in range(len(table))]
    for cluster, case_no in named:
        if cluster >= 0:
            found[cluster] += by_case[case_no]
    cells, numbers = table["cell"].to_numpy(dtype="int64"), [unit_no for unit_no, _ in at_place]
    begin, end = np.searchsorted(numbers, cells), np.searchsorted(numbers, units(build).last_no[cells - 1], side="right")
    near = np.flatnonzero(end > begin)
    first = table["first_at"].iloc[near].dt.date
    until = (table["last_at"].iloc[near] + pd.Timedelta(days=build.rules.hotspot.cluster_days)).dt.date
    for cluster, first_on, last_on in zip(near.tolist(), first, until, strict=True):
        if not found[cluster]:
            found[cluster] = [meeting for _, meeting in at_place[begin[cluster] : end[cluster]] if first_on <= meeting.held_on <= last_on]
    return [tuple(sorted(meetings)) for meetings in found]


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
