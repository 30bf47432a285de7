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
from etl.model.text import Text
from etl.query.coverage import terms_of
from etl.query.reader import Reader
from etl.query.run import written_all
from etl.query.scope import Scope
from etl.query.selection import wholly
from etl.query.shared import shared
from etl.query.units import units
from etl.query.warehouse import Build

GOVERNING: dict[str, Text] = {
    "communities": Text("全部社区", "Communities"), "self_n": Text("有自治", "Self-government"), "joint_n": Text("有共治", "Joint government"),
    "both_n": Text("自治、共治都有", "Both"),
}  # fmt: skip
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
def governing(build: Build, reader: Reader, scope: Scope, under: int) -> dict[str, frozenset[int]]:
    """The communities at and below a unit by the names of `GOVERNING`; without those whose feed is not connected."""
    terms = terms_of(build, reader, scope, under)
    every = frozenset(wholly(scope, units(build).at_level("community", scope.as_of, terms.first_no, terms.last_no)))
    where = {name: every & {int(no) for (no,) in build.rows(sql)} for name, sql in written_all(_queries, terms).items() if name in _WHERE and _FEEDS[name] in build.feeds}
    jointly = [where[name] for name in ("in_joint", "in_contracts") if name in where]
    found = {"communities": every} | ({"self_n": where["in_meetings"]} if "in_meetings" in where else {}) | ({"joint_n": frozenset().union(*jointly)} if jointly else {})
    return found | ({"both_n": found["self_n"] & found["joint_n"]} if {"self_n", "joint_n"} <= found.keys() else {})


@shared
def forms(build: Build, reader: Reader, scope: Scope, under: int) -> Forms:
    """The counts at and below a unit, as far as the reader sees."""
    terms = terms_of(build, reader, scope, under)
    where = {name: len(numbers) for name, numbers in governing(build, reader, scope, under).items()}
    n = {name: int(build.rows(sql)[0][0]) for name, sql in written_all(_queries, terms).items() if name not in _WHERE and _FEEDS[name] in build.feeds}
    return Forms(
        where["communities"], *(where.get(name) for name in ("self_n", "joint_n", "both_n")),
        *(n.get(name) for name in ("committees", "branches", "groups", "owners", "meetings", "societies", "teams", "partners")),
    )  # fmt: skip


_WHERE = ("in_meetings", "in_joint", "in_contracts")  # communities that have one; the others are numbers
_FEEDS = {
    "in_meetings": "deliberation", "in_joint": "joint_activity", "in_contracts": "contract", "committees": "party_org", "branches": "party_org",
    "groups": "party_org", "owners": "compound", "meetings": "deliberation", "societies": "social_org", "teams": "service_log", "partners": "contract",
}  # fmt: skip


def _queries(terms: Terms) -> dict[str, ir.Table]:
    meetings = terms.on_days(terms.rows("deliberation"), "held_on")
    meetings = meetings.filter(meetings["type"].isin(RESIDENTS))
    joint = terms.on_days(terms.rows("joint_activity"), "held_on")
    contracts = terms.rows("contract")
    contracts = contracts.filter(ibis.coalesce(contracts.signed_on <= terms.as_of, False), ibis.coalesce(contracts.end_on >= terms.as_of, True))
    orgs = standing(terms)
    compounds = terms.as_of_units(terms.rows("compound"))
    societies = terms.rows("social_org")
    teams = terms.on_days(terms.rows("service_log"), "held_on")
    counted = {
        "committees": orgs.filter(orgs["type"].isin(("committee", "general_branch"))), "branches": orgs.filter(orgs["type"] == "branch"),
        "groups": orgs.filter(orgs["type"] == "group"), "owners": compounds.filter(compounds.owners_committee_on <= terms.as_of),
        "meetings": meetings, "societies": societies.filter(ibis.coalesce(societies.is_active, True)),
    }  # fmt: skip
    return {
        **{name: terms.within(rows, "community").select("unit_no").distinct() for name, rows in zip(_WHERE, (meetings, joint, contracts), strict=True)},
        **{name: rows.count().as_table() for name, rows in counted.items()},
        "teams": teams.filter(teams.team.notnull(), teams.team != "").team.nunique().as_table(), "partners": contracts.partner.nunique().as_table(),
    }  # fmt: skip
