"""Party organisations (党组织): stocks in force on the as-of day. An organisation stands only where its row puts it."""

import ibis
import ibis.expr.types as ir

from etl.model.indicators.cases import ones
from etl.model.indicators.grids import PERCENT, STREETS
from etl.model.indicators.members import every_member, newest_members
from etl.model.indicators.record import Indicator, Part, Parts
from etl.model.indicators.terms import Terms
from etl.model.text import Text

SOURCE = Text("网格单元、党组织", "grid units, Party organisations")
BRANCH_UP = ("branch", "general_branch", "committee", "work_committee")
GENERAL_UP = ("general_branch", "committee", "work_committee")
COMMITTEE_UP = ("committee", "work_committee")
FOR_COMMUNITY = ("general_branch", "committee")


def standing(terms: Terms, types: tuple[str, ...] = ()) -> ir.Table:
    """Organisations in force on the as-of day, in the unit of that day; founding day and last day included."""
    orgs = terms.rows("party_org")
    orgs = orgs.filter(
        orgs.founded_on.isnull() | (orgs.founded_on <= terms.as_of), orgs.ended_on.isnull() | (orgs.ended_on >= terms.as_of)
    )
    return terms.as_of_units(orgs.filter(orgs["type"].isin(types)) if types else orgs)


def _covered(terms: Terms) -> Parts:
    cells = terms.units("compound").select("unit_no", bottom=ibis.literal(1, "int64"))
    covered = terms.within(standing(terms, ("branch", "group")), "compound").select("unit_no", top=ibis.literal(1, "int64")).distinct()
    return Parts(Part(covered, "top"), Part(cells, "bottom"))


def _one_shoulder(terms: Terms) -> Parts:
    communities = terms.units("community").select("unit_no", bottom=ibis.literal(1, "int64"))
    orgs = standing(terms)
    both = orgs.filter(orgs.is_one_shoulder).semi_join(communities, "unit_no").select("unit_no", top=ibis.literal(1, "int64")).distinct()
    return Parts(Part(both, "top"), Part(communities, "bottom"))


def _cross_posts(terms: Terms) -> Parts:
    orgs = standing(terms)
    orgs = orgs.filter(orgs.crosspost_n.notnull(), orgs.two_committee_n.notnull())
    rows = orgs.select("unit_no", top=orgs.crosspost_n.cast("int64"), bottom=orgs.two_committee_n.cast("int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


def _gap(terms: Terms) -> Parts:
    return national_parts(terms) if terms.rules.org.rule == "national" else _local333(terms)


def _counted(terms: Terms, rows: ir.Table) -> ir.Table:
    """Rows of the members that count for an organisation: registered, with the switch those reporting too."""
    return rows if terms.rules.org.count_reported else rows.filter(rows.relation == "registered")


def needs_group(terms: Terms) -> ir.Table:
    """Buildings with enough members to need a group: unit_no, building_id, members."""
    rows = newest_members(terms)
    rows = _counted(terms, rows.filter(~rows.is_own))
    sums = rows.group_by(counted="building_id").agg(members=rows.n.sum())
    buildings = terms.as_of_units(terms.rows("building"))
    found = buildings.inner_join(sums, [buildings.building_id == sums.counted])
    return found.filter(found.members >= terms.rules.org.group_members).select("unit_no", "building_id", "members")


def _local333(terms: Terms) -> Parts:
    buildings = needs_group(terms)
    groups = standing(terms, ("group",))
    own = groups.filter(groups.building_id.notnull()).select(group_of="building_id").distinct()
    shared = groups.filter(groups.building_id.isnull()).semi_join(terms.units("micro"), "unit_no").select(group_at="unit_no").distinct()
    met = buildings.left_join(own, [buildings.building_id == own.group_of])
    met = met.left_join(shared, [met.unit_no == shared.group_at])
    rule = terms.rules.org
    compounds = _with_enough(terms.within(buildings, "compound"), rule.branch_groups)
    communities = _with_enough(terms.within(compounds, "community"), rule.committee_branches)
    rows = ibis.union(
        met.select("unit_no", top=ones(met.group_of.isnull() & met.group_at.isnull()), bottom=ibis.literal(1, "int64")),
        _absent(compounds, standing(terms, BRANCH_UP)),
        _absent(communities, standing(terms, FOR_COMMUNITY)),
    )
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


def _with_enough(rows: ir.Table, least: int) -> ir.Table:
    """Units with at least so many rows."""
    sums = rows.group_by("unit_no").agg(needs=ibis._.count())
    return sums.filter(sums.needs >= least).select("unit_no")


def _absent(required: ir.Table, orgs: ir.Table) -> ir.Table:
    there = orgs.select(there_no="unit_no").distinct()
    rows = required.left_join(there, [required.unit_no == there.there_no])
    return rows.select("unit_no", top=ones(rows.there_no.isnull()), bottom=ibis.literal(1, "int64"))


def national_parts(terms: Terms) -> Parts:
    """Members, and organisations of each standing where they stand: what the national rule needs."""

    def present(types: tuple[str, ...]) -> Part:
        return Part(standing(terms, types).select("unit_no", top=ibis.literal(1, "int64")), "top", roll="own")

    members = every_member(terms, _counted(terms, newest_members(terms)), "n")
    return Parts(members, None, (present(BRANCH_UP), present(GENERAL_UP), present(COMMITTEE_UP)), "national_org")


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "org_cover_rate", Text("网格党组织覆盖率", "Grids with a Party organisation"),
        Text("统计时点本网格内有党支部或党小组的小区网格 ÷ 全部小区网格。", "Compound grids with a branch or group in them on the as-of day ÷ all compound grids."),
        Text("有党组织小区网格数", "compound grids with an organisation"), Text("小区网格数", "compound grids"), PERCENT,
        "ratio", "up", (*STREETS, "community"), "coverage", ("unit", "party_org"), _covered, SOURCE, is_percent=True,
    ),
    Indicator(
        "org333_gap_n", Text("333制应建未建", "Organisations required and absent"),
        Text("按 333 制应建而未建的党组织数：楼栋满 3 名党员建党小组，小区满 3 个应建小组的楼栋建党支部，社区满 3 个应建支部的小区建党委或党总支。",
             "Organisations the 333 rule requires and that do not stand: a group per building of 3 members, a branch per compound of 3 such "
             "buildings, a committee or general branch per community of 3 such compounds."),
        Text("应建未建数", "required and absent"), Text("应建数", "required"), Text("个", "organisations"),
        "sum", "down", (*STREETS, "community"), "coverage", ("unit", "building", "member_stat", "party_org"), _gap,
        Text("楼栋、党员统计、党组织", "buildings, member counts, Party organisations"), digits=0,
    ),
    Indicator(
        "one_shoulder_rate", Text("一肩挑率", "Secretary is director"),
        Text("书记兼主任（一肩挑）的社区 ÷ 全部社区。", "Communities whose secretary is also the committee's director ÷ all communities."),
        Text("一肩挑社区数", "communities with a dual post"), Text("社区数", "communities"), PERCENT,
        "ratio", "up", ("city", "district", "street"), "coverage", ("unit", "party_org"), _one_shoulder, SOURCE, is_percent=True,
    ),
    Indicator(
        "cross_post_rate", Text("交叉任职率", "Cross posts"),
        Text("两委交叉任职人数 ÷ 两委人数；两项都填的党组织才计。", "Persons serving in both committees ÷ persons in the two committees; only where both are given."),
        Text("交叉任职人数", "persons in both"), Text("两委人数", "persons in the two committees"), PERCENT,
        "ratio", "up", (*STREETS, "community"), "coverage", ("party_org",), _cross_posts, Text("党组织", "Party organisations"), is_percent=True,
    ),
)  # fmt: skip
