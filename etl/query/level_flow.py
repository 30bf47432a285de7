"""From who found a matter to the level that solved it, and what the four levels of joint meetings handled (层级流向、四级联席会议)."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from etl.model.indicators.case_flow import closed_cases
from etl.model.indicators.escalation import proper_rank, rank_of, with_ranks
from etl.model.indicators.terms import Terms, names_withheld
from etl.model.levels import LEVEL_IDS
from etl.query.case_patterns import terms_of
from etl.query.reader import Reader
from etl.query.run import written
from etl.query.scope import Scope
from etl.query.sensitive import WITHHELD
from etl.query.shared import shared
from etl.query.suppress import keeps_back
from etl.query.warehouse import Build

SEVERITIES = ("minor", "major", "group")


@dataclass(frozen=True, slots=True)
class Flow:
    """Closed cases of the period: `rows` (source, severity, proper, solved, n) where the level that solved them is known;
    `unknown` of them it is not. Levels are ids, `proper` None where the class has none."""

    rows: pd.DataFrame
    unknown: int

    @property
    def known(self) -> int:
        return int(self.rows["n"].sum())

    def by(self, *columns: str) -> pd.DataFrame:
        """Summed over the other columns, rows without a value left out."""
        return self.rows.dropna(subset=list(columns)).groupby(list(columns), as_index=False)["n"].sum()


@shared
def level_flow(build: Build, reader: Reader, scope: Scope, under: int) -> Flow | None:
    """The flow of a unit and what lies below; None when cases are not connected, or the filter picks withheld classes and the reader may
    not be told. The proper level of withheld classes is told only where the filter names them alone, as the filter `proper_level` does:
    of a group it would tell the class, and a click on the flow must count what the flow says."""
    if "case" not in build.feeds or keeps_back(reader, scope):
        return None
    terms = terms_of(build, reader, scope, under)
    rows = build.rows(written(_flow, terms))
    known = [(source, severity, _level(proper), _level(solved), n) for source, severity, proper, solved, n in rows if solved is not None]
    table = pd.DataFrame(known, columns=["source", "severity", "proper", "solved", "n"])
    return Flow(table, sum(n for *_, solved, n in rows if solved is None))


def _flow(terms: Terms) -> ir.Table:
    cases = with_ranks(terms, closed_cases(terms))
    if not names_withheld(terms.where):
        cases = cases.mutate(proper_rank=ibis.ifelse(ibis.coalesce(cases.code4, "").isin(WITHHELD), ibis.null("int8"), cases.proper_rank))
    keys = ("source", "severity", "proper_rank", "solved_rank")
    return cases.group_by(*keys).agg(n=cases.count()).order_by(*keys)  # in one order always, or equal flows would be drawn now so, now so


def _level(rank: int | None) -> str | None:
    return None if rank is None else LEVEL_IDS[int(rank)]


@shared
def meetings(build: Build, reader: Reader, scope: Scope, under: int) -> pd.DataFrame | None:
    """One row per level of meeting, fine to coarse: level, issues, known (proper and handled level known), matched, pushed_down
    (handled below the proper level), pushed_up, own (issues whose proper level is this one), due, on_time. None when not connected."""
    if "meeting_issue" not in build.feeds:
        return None
    terms = terms_of(build, reader, scope, under)
    table = pd.DataFrame(build.rows(written(_issues, terms)), columns=["due_on", "closed_on", "meeting", "proper", "handled"])
    for column in ("meeting", "proper", "handled"):
        table[column] = table[column].astype("float64")
    closed, due = pd.to_datetime(table["closed_on"]), pd.to_datetime(table["due_on"])
    as_of = np.datetime64(scope.as_of)
    is_known = table["proper"].notna() & table["handled"].notna()
    is_due = due.notna() & ((due <= as_of) | (closed <= as_of))
    flags = pd.DataFrame(
        {
            "meeting": table["meeting"], "issues": True, "known": is_known, "matched": is_known & (table["proper"] == table["handled"]),
            "pushed_down": is_known & (table["handled"] > table["proper"]), "pushed_up": is_known & (table["handled"] < table["proper"]),
            "own": table["proper"] == table["meeting"], "due": is_due, "on_time": is_due & (closed <= due) & (closed <= as_of),
        }
    )  # fmt: skip
    found = flags.dropna(subset=["meeting"]).groupby("meeting").sum().astype("int64").sort_index(ascending=False)
    found.insert(0, "level", [LEVEL_IDS[int(rank)] for rank in found.index])
    return found.reset_index(drop=True)


def _issues(terms: Terms) -> ir.Table:
    issues = terms.on_days(terms.rows("meeting_issue"), "held_on")
    proper = ibis.coalesce(rank_of(issues.proper_level), proper_rank(issues.code4))
    return issues.select("due_on", "closed_on", meeting=rank_of(issues.meeting_level), proper=proper, handled=rank_of(issues.handled_level))
