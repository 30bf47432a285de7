"""Breakdowns of the page 党员覆盖: bands of micro-grids, posts, service given, care visits, units left without.

Counts only. What a reader may not be told is taken away here, not on the page (domain rules E3, E4, E6).
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from etl.model.errors import CallError
from etl.model.feed_filters import of_feeds
from etl.model.indicators.members import micro_members
from etl.model.indicators.terms import Terms
from etl.model.levels import BY_ID
from etl.query.figures import figures
from etl.query.first_days import is_counted
from etl.query.once import Once
from etl.query.reader import Reader
from etl.query.run import rows_of
from etl.query.scope import Scope
from etl.query.selection import touching
from etl.query.shared import shared
from etl.query.suppress import is_limited
from etl.query.units import units
from etl.query.warehouse import Build

BAND_STARTS = (1, 3, 6)  # members from which a micro-grid is in band 1, 2, 3; below the first it is in band 0
SEES_BANDS = ("admin", "data_steward", "leader", "steward")
TRIGGERS = ("festival", "illness", "hardship")

_bands: Once[tuple, pd.DataFrame] = Once(capacity=12)


@dataclass(frozen=True, slots=True)
class Service:
    """What members gave in the period: teams that served, person-times, hours."""

    teams: int
    participants: int
    hours: float

    @property
    def per_time(self) -> float | None:
        """Hours of one person-time."""
        return self.hours / self.participants if self.participants else None


def terms_of(build: Build, reader: Reader, scope: Scope, under: int) -> Terms:
    """The scope limited to what lies at or below `under` and in the reader's range; only filters about the feed itself apply here."""
    first, last = max(under, reader.first_no), min(int(units(build).last_no[under - 1]), reader.last_no)
    return Terms(scope.date_from, scope.date_to, scope.as_of, of_feeds(scope.where), first, last, build.rules, scope.chosen, build.silent)


def sees_bands(reader: Reader) -> bool:
    """Whether the reader is told the band of a micro-grid; others only whether it is covered (E3)."""
    return reader.role in SEES_BANDS


def micro_bands(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    """unit_no, band of every micro-grid in force: 0 none, 1 one or two, 2 three to five, 3 six and more members; for readers
    without bands 0 or 1. The numbers themselves never leave this function. Empty for the public and before the first count."""
    if reader.role == "public" or not is_counted(build, ("member_stat",), scope.as_of):
        return pd.DataFrame({"unit_no": np.zeros(0, dtype=np.int64), "band": np.zeros(0, dtype=np.int64)})
    terms = terms_of(build, reader, scope, under)
    key = (build.key, scope.as_of, terms.first_no, terms.last_no, terms.chosen, sees_bands(reader))
    return _bands.get(key, lambda: _banded(build, terms, BAND_STARTS if sees_bands(reader) else BAND_STARTS[:1]))


def _banded(build: Build, terms: Terms, starts: tuple[int, ...]) -> pd.DataFrame:
    numbers = touching(units(build), units(build).at_level("micro", terms.as_of, terms.first_no, terms.last_no), terms.chosen)
    found = dict(rows_of(build, _by_micro, terms))
    counts = np.array([found.get(int(no), 0) for no in numbers], dtype=np.int64)
    return pd.DataFrame({"unit_no": numbers, "band": np.searchsorted(starts, counts, side="right")})


def units_without(build: Build, reader: Reader, indicator_id: str, scope: Scope, level: str, under: int) -> pd.DataFrame:
    """unit_no, code, name, path of the units of `level` that do not count for a coverage indicator: nothing above the line, one below."""
    table = figures(build, reader, indicator_id, scope, level, under)
    table = table[(table["numerator"] == 0) & (table["denominator"] > 0)]
    frame = units(build)
    return table[["unit_no", "code", "name"]].assign(path=[frame.path(int(no), reader) for no in table["unit_no"]]).reset_index(drop=True)


@shared
def posts(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    """type, offered, claimed of the service posts on the as-of day, most offered first; no kind given: an empty text."""
    table = pd.DataFrame(rows_of(build, _by_post, terms_of(build, reader, scope, under)), columns=["type", "offered", "claimed"])
    return table.sort_values(["offered", "type"], ascending=[False, True]).reset_index(drop=True)


@shared
def member_service(build: Build, reader: Reader, scope: Scope, under: int) -> Service:
    """Activities of the period given by members."""
    teams, participants, hours = rows_of(build, _by_members, terms_of(build, reader, scope, under))[0]
    return Service(int(teams or 0), int(participants or 0), float(hours or 0))


@shared
def care_visits(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame:
    """trigger, due, in_time, late, missed, rate of the visits due in the period and by the as-of day, in the order of `TRIGGERS`.

    NaN where a limited reader may not be told (1 to k−1 visits). CallError below the community: visits are told of communities only.
    """
    if BY_ID[units(build).unit(under).level].rank > BY_ID["community"].rank:
        raise CallError("走访只统计到社区", "care visits are told of communities and above only")
    rows = rows_of(build, _by_trigger, terms_of(build, reader, scope, under))
    found = pd.DataFrame(rows, columns=["trigger", "due", "in_time", "done"]).set_index("trigger")
    table = found.reindex(TRIGGERS).fillna(0).astype("float64")
    table["late"], table["missed"] = table["done"] - table["in_time"], table["due"] - table["done"]
    table["rate"] = table["in_time"] / table["due"].where(table["due"] > 0)
    table = table[["due", "in_time", "late", "missed", "rate"]]
    if is_limited(reader):
        table = _without_small(table, build.rules.privacy.vulnerable_k)
    return table.reset_index()


def _without_small(table: pd.DataFrame, k: int) -> pd.DataFrame:
    """Whole rows go where one of their numbers is small; of a single hidden row the smallest other goes too (E5)."""
    counts = table.drop(columns="rate")
    hidden = (counts.gt(0) & counts.lt(k)).any(axis=1)
    if hidden.sum() == 1:
        hidden[table.loc[~hidden, "due"].idxmin()] = True
    table.loc[hidden] = np.nan
    return table


def _by_micro(terms: Terms) -> ir.Table:
    members = micro_members(terms)
    return members.group_by("unit_no").agg(n=members.n.sum())


def _by_post(terms: Terms) -> ir.Table:
    rows = terms.rows("service_post")
    rows = terms.as_of_units(rows.filter(rows.as_of_on <= terms.as_of))
    return rows.group_by(kind=ibis.coalesce(rows["type"], "")).agg(offered=rows.offered.sum().cast("int64"), claimed=rows.claimed.sum().cast("int64"))


def _by_members(terms: Terms) -> ir.Table:
    rows = terms.on_days(terms.rows("service_log"), "held_on")
    rows = rows.filter(rows.by == "member", rows.held_on <= terms.as_of)
    return rows.agg(teams=rows.team.nunique(), participants=rows.participants.sum(), hours=rows.hours.sum())


def _by_trigger(terms: Terms) -> ir.Table:
    rows = terms.on_days(terms.rows("care_visit"), "due_on")
    rows = rows.filter(rows.due_on <= terms.as_of)
    done = ibis.coalesce(rows.done_on <= terms.as_of, False)
    return rows.group_by("trigger").agg(due=rows.count(), in_time=(done & (rows.done_on <= rows.due_on)).sum(), done=done.sum())
