"""双治联动 (自治 + 共治) and 点线面 (组织点、自治线、团体面): what of them the feeds tell.

Self-government (自治): a residents' meeting held in the period. Joint government (共治): a joint activity held in the period, or a contract
in force. Points are Party organisations, lines owners' committees and residents' meetings, the surface social organisations, volunteer
teams and partner units.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from etl.model.indicators.organisations import standing
from etl.model.indicators.terms import Terms
from etl.query.coverage import terms_of
from etl.query.reader import Reader
from etl.query.run import sql_of
from etl.query.scope import Scope
from etl.query.selection import wholly
from etl.query.shared import shared
from etl.query.units import units
from etl.query.warehouse import Build

RESIDENTS = ("assembly", "council", "hearing", "appraisal", "open_air")  # meetings of residents; delegates' days are the Party's


@dataclass(frozen=True, slots=True)
class Forms:
    """Counts of an area, `None` where the feed is not connected. `self_n`, `joint_n`, `both_n`: of the `communities`."""

    communities: int
    self_n: int | None
    joint_n: int | None
    both_n: int | None
    committees: int | None
    branches: int | None
    groups: int | None
    owners: int | None
    meetings: int | None
    societies: int | None
    teams: int | None
    partners: int | None


@shared
def forms(build: Build, reader: Reader, scope: Scope, under: int) -> Forms:
    """The counts at and below a unit, as far as the reader sees."""
    terms = terms_of(build, reader, scope, under)
    frame = units(build)
    every = set(wholly(scope, frame.at_level("community", scope.as_of, terms.first_no, terms.last_no)))
    meetings, contracts = _meetings(terms), _contracts(terms)
    joint = terms.on_days(terms.rows("joint_activity"), "held_on")
    own = _communities(build, terms, meetings, "deliberation")
    others = [found for found in (_communities(build, terms, joint, "joint_activity"), _communities(build, terms, contracts, "contract")) if found is not None]
    shared = set().union(*others) if others else None
    orgs = standing(terms)
    teams = terms.on_days(terms.rows("service_log"), "held_on")
    societies = terms.rows("social_org")
    compounds = terms.as_of_units(terms.rows("compound"))
    return Forms(
        len(every), None if own is None else len(own & every), None if shared is None else len(shared & every),
        None if own is None or shared is None else len(own & shared & every),
        _count(build, "party_org", orgs.filter(orgs["type"].isin(("committee", "general_branch")))),
        _count(build, "party_org", orgs.filter(orgs["type"] == "branch")), _count(build, "party_org", orgs.filter(orgs["type"] == "group")),
        _count(build, "compound", compounds.filter(compounds.owners_committee_on <= terms.as_of)), _count(build, "deliberation", meetings),
        _count(build, "social_org", societies.filter(ibis.coalesce(societies.is_active, True))),
        _count(build, "service_log", teams.filter(teams.team.notnull(), teams.team != ""), "team"), _count(build, "contract", contracts, "partner"),
    )  # fmt: skip


def _meetings(terms: Terms) -> ir.Table:
    talks = terms.on_days(terms.rows("deliberation"), "held_on")
    return talks.filter(talks["type"].isin(RESIDENTS))


def _contracts(terms: Terms) -> ir.Table:
    rows = terms.rows("contract")
    return rows.filter(ibis.coalesce(rows.signed_on <= terms.as_of, False), ibis.coalesce(rows.end_on >= terms.as_of, True))


def _communities(build: Build, terms: Terms, rows: ir.Table, feed: str) -> set[int] | None:
    """The communities that have such a row; None where the feed is not connected."""
    if feed not in build.feeds:
        return None
    return {int(no) for (no,) in build.rows(sql_of(terms.within(rows, "community").select("unit_no").distinct()))}


def _count(build: Build, feed: str, rows: ir.Table, distinct: str = "") -> int | None:
    if feed not in build.feeds:
        return None
    n = rows[distinct].nunique() if distinct else rows.count()
    return int(build.rows(sql_of(n.as_table()))[0][0])
