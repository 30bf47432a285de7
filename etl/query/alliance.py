"""Who stands by a community (两委两会、大党委、结对帮扶): committee and councils, part-time posts, convenors in turn, help from outside."""

from dataclasses import dataclass
from decimal import Decimal

import ibis
import ibis.expr.types as ir

from etl.model.indicators.organisations import FOR_COMMUNITY, standing
from etl.model.indicators.terms import Terms
from etl.query.coverage import terms_of
from etl.query.reader import Reader
from etl.query.run import rows_of, written_all
from etl.query.scope import Scope
from etl.query.selection import wholly
from etl.query.shared import shared
from etl.query.units import units
from etl.query.warehouse import Build

COUNCIL, FEDERATION = "共建理事会", "社会组织联合会"  # in an organisation's name
FEEDS = ("party_org", "social_org", "contract", "joint_activity", "assistance")


@dataclass(frozen=True, slots=True)
class Community:
    """One community. `None` where the feed is not connected; `givers` are different ones, `value` yuan of the period."""

    unit_no: int
    name: str
    two_committee: int | None
    is_committee: bool | None
    has_council: bool | None
    has_federation: bool | None
    posts: int | None
    convenors: int | None
    activities: int | None
    givers: int | None
    value: Decimal | None
    surveys: int | None
    delegate_days: int | None


@dataclass(frozen=True, slots=True)
class Help:
    """Help of one kind in the period."""

    kind: str
    times: int
    givers: int
    value: Decimal


@shared
def communities(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[Community, ...]:
    """Every community at or below a unit, in the order of the units."""
    terms, frame = terms_of(build, reader, scope, under), units(build)
    found = [_sums(build, feed, sql) for feed, sql in written_all(_queries, terms).items()]
    orgs, societies, contracts, joint, helped, talks = found
    rows = []
    for no in wholly(scope, frame.at_level("community", scope.as_of, terms.first_no, terms.last_no)):
        two, committee = _of(orgs, no, 2)
        council, federation = _of(societies, no, 2)
        convenors, activities = _of(joint, no, 2)
        givers, value = _of(helped, no, 2)
        surveys, days = _of(talks, no, 2)
        rows.append(
            Community(
                no, frame.name[no - 1], _int(two), _flag(committee), _flag(council), _flag(federation), _int(_of(contracts, no, 1)[0]), _int(convenors),
                _int(activities), _int(givers), None if value is None else Decimal(value), _int(surveys), _int(days),
            )
        )  # fmt: skip
    return tuple(rows)


def _queries(terms: Terms) -> dict[str, ir.Table]:
    """Per feed: unit_no of the community and its figures."""
    orgs = standing(terms).semi_join(terms.units("community"), "unit_no")
    societies = terms.rows("social_org")
    societies = terms.within(societies.filter(ibis.coalesce(societies.is_active, True)), "community")
    contract = terms.rows("contract")
    in_force = ibis.coalesce(contract.signed_on <= terms.as_of, False) & ibis.coalesce(contract.end_on >= terms.as_of, True)
    posts = terms.within(contract.filter(in_force, contract.parttime_post.notnull(), contract.parttime_post != ""), "community")
    joint = terms.within(terms.on_days(terms.rows("joint_activity"), "held_on"), "community")
    helped = terms.within(terms.on_days(terms.rows("assistance"), "given_on"), "community")
    talks = terms.within(terms.on_days(terms.rows("deliberation"), "held_on"), "community")
    return {
        "party_org": orgs.group_by("unit_no").agg(two=orgs.two_committee_n.max(), committee=orgs["type"].isin(FOR_COMMUNITY).any()),
        "social_org": societies.group_by("unit_no").agg(council=societies.name.contains(COUNCIL).any(), federation=societies.name.contains(FEDERATION).any()),
        "contract": posts.group_by("unit_no").agg(posts=posts.count()),
        "joint_activity": joint.group_by("unit_no").agg(convenors=joint.convenor.nunique(), n=joint.count()),
        "assistance": helped.group_by("unit_no").agg(givers=helped.giver.nunique(), value=ibis.coalesce(helped.value_amt, 0).sum()),
        "deliberation": talks.group_by("unit_no").agg(surveys=(talks["type"] == "delegate_survey").sum(), days=(talks["type"] == "delegate_day").sum()),
    }


@shared
def help_kinds(build: Build, reader: Reader, scope: Scope, under: int) -> tuple[Help, ...]:
    """Help given in the period by kind, most money first."""
    terms = terms_of(build, reader, scope, under)
    found = [Help(kind, int(times), int(givers), Decimal(value)) for kind, times, givers, value in rows_of(build, _kinds, terms)]
    return tuple(sorted(found, key=lambda one: (-one.value, one.kind)))


@shared
def help_units(build: Build, reader: Reader, scope: Scope, under: int, value: str) -> frozenset[int]:
    """Where help of the kind `value` was given in the period."""
    return frozenset(no for no, kind in rows_of(build, _kinds_by_unit, terms_of(build, reader, scope, under)) if kind == value)


def _kinds_by_unit(terms: Terms) -> ir.Table:
    rows = terms.on_days(terms.rows("assistance"), "given_on")
    return rows.select("unit_no", "kind").distinct()


def _kinds(terms: Terms) -> ir.Table:
    rows = terms.on_days(terms.rows("assistance"), "given_on")
    return rows.group_by(what=ibis.coalesce(rows.kind, "")).agg(times=rows.count(), givers=rows.giver.nunique(), value=ibis.coalesce(rows.value_amt, 0).sum())


def _sums(build: Build, feed: str, sql: str) -> dict[int, tuple] | None:
    return {int(row[0]): row[1:] for row in build.rows(sql)} if feed in build.feeds else None


def _of(sums: dict[int, tuple] | None, no: int, n: int) -> tuple:
    """The figures of one community: 0 where the feed has no row of it, None where it is not connected."""
    return (None,) * n if sums is None else sums.get(no, (0,) * n)


def _int(value: object) -> int | None:
    return None if value is None else int(value)  # type: ignore[call-overload]


def _flag(value: object) -> bool | None:
    return None if value is None else bool(value)
