"""At which level things are solved (小事不出小区、大事不出社区、群体事件不出街道、上交、层级匹配).

`resolved_level` as given; else the level, in the table of responsible units, of the unit in the last feedback or close; else
unknown, and the case counts neither above nor below the line. Where a command centre closes every case, that is every case of its
system: give the level in the table of responsible units, or the feed its `resolved_level`.
"""

import ibis
import ibis.expr.types as ir

from etl.model.indicators.case_flow import closed_cases, steps
from etl.model.indicators.cases import COMMUNITIES, PERCENT, STREETS, ones, pair
from etl.model.indicators.record import CASE_FILTERS, Indicator, Part, Parts
from etl.model.indicators.terms import WORKED_OUT, Terms, names_withheld, unbound
from etl.model.levels import BY_ID, LEVELS
from etl.model.taxonomy import CATEGORIES
from etl.model.text import Text

WHO = Text("诉求工单、工单流转、承办单位", "cases, steps of cases, responsible units")


def rank_of(level: ir.StringValue) -> ir.IntegerValue:
    """0 city … 5 micro-grid; NULL when unknown."""
    return level.cases(*((one.id, ibis.literal(one.rank, "int8")) for one in LEVELS), else_=ibis.null("int8"))


def proper_rank(code4: ir.StringValue) -> ir.IntegerValue:
    """Rank of the level that should solve a class."""
    return code4.cases(*((one.code4, ibis.literal(BY_ID[one.proper_level].rank, "int8")) for one in CATEGORIES), else_=ibis.null("int8"))


def _org_levels() -> ir.Table:
    """org_text, org_rank: the level each name and alias stands for; a text that stands for several levels tells nothing."""
    org = unbound("org")
    org = org.filter(org.level.notnull())
    texts = ibis.union(org.select("level", org_text=org.name), org.select("level", org_text=org.aliases.unnest()))
    texts = texts.group_by("org_text").agg(levels=texts.level.nunique(), level=texts.level.min())
    return texts.filter(texts.levels == 1).select("org_text", org_rank=rank_of(texts.level))


def with_ranks(terms: Terms, cases: ir.Table) -> ir.Table:
    """Cases with `solved_rank` (the level that solved it, NULL when unknown) and `proper_rank`."""
    last = steps(terms, cases.filter(cases.resolved_level.isnull()), "feedback", "close")
    newest = ibis.window(
        group_by=[last.case_no, last.source_system],
        order_by=[last.at.desc(), last.step_seq.desc(nulls_first=False), last.step_file.desc(), last.step_row.desc()],
    )
    last = last.mutate(rank=ibis.row_number().over(newest), who=ibis.coalesce(last.step_from, last.step_to))
    last = last.filter(last["rank"] == 0).select("who", last_case="case_no", last_system="source_system")
    org = _org_levels()
    last = last.inner_join(org, [last.who == org.org_text]).select("last_case", "last_system", "org_rank")
    cases = cases.mutate(system=ibis.coalesce(cases.source_system, ""))
    cases = cases.left_join(last, [cases.case_no == last.last_case, cases.system == last.last_system])
    return cases.mutate(solved_rank=ibis.coalesce(rank_of(cases.resolved_level), cases.org_rank), proper_rank=proper_rank(cases.code4))


def solved_at(terms: Terms, cases: ir.Table, levels: tuple[str, ...]) -> ir.Table:
    """The cases solved at one of the levels, as `with_ranks` knows it."""
    ranked = with_ranks(terms, cases)
    return ranked.filter(ranked.solved_rank.isin([BY_ID[level].rank for level in levels])).select(*cases.columns)


def belonging_to(terms: Terms, cases: ir.Table, levels: tuple[str, ...]) -> ir.Table:
    """The cases whose class belongs to one of the levels. Withheld classes only where the filter names nothing else: of a group the level
    would pick out the ★ class."""
    return cases.filter(cases.code4.isin([one.code4 for one in CATEGORIES if one.proper_level in levels and (not one.is_withheld or names_withheld(terms.where))]))


WORKED_OUT |= {"solved_level": solved_at, "proper_level": belonging_to}


def _solved_within(terms: Terms, severity: str, level: str, only_proper: bool = False) -> Parts:
    """Closed cases of a severity with a known level: solved at `level` or finer; with `only_proper` only classes that belong there."""
    cases = with_ranks(terms, closed_cases(terms))  # of all severities: indicators of one page share the table
    cases = cases.filter(cases.severity == severity, cases.solved_rank.notnull())
    if only_proper:
        cases = cases.filter(cases.proper_rank >= BY_ID[level].rank)
    return pair(cases, cases.solved_rank >= BY_ID[level].rank)


def _minor(terms: Terms) -> Parts:
    return _solved_within(terms, "minor", "compound")


def _major(terms: Terms) -> Parts:
    return _solved_within(terms, "major", "community", only_proper=True)


def _group(terms: Terms) -> Parts:
    return _solved_within(terms, "group", "street")


def _upflow(terms: Terms) -> Parts:
    cases = with_ranks(terms, closed_cases(terms))
    cases = cases.filter(cases.solved_rank.notnull())
    return pair(cases, cases.solved_rank < cases.proper_rank)


def _level_match(terms: Terms) -> Parts:
    issues = terms.on_days(terms.rows("meeting_issue"), "held_on")
    proper = ibis.coalesce(rank_of(issues.proper_level), proper_rank(issues.code4))
    issues = issues.mutate(proper_rank=proper, handled_rank=rank_of(issues.handled_level))
    issues = issues.filter(issues.proper_rank.notnull(), issues.handled_rank.notnull())
    rows = issues.select("unit_no", top=ones(issues.proper_rank == issues.handled_rank), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "minor_in_compound_rate", Text("小事不出小区率", "Minor matters solved in the compound"),
        Text("已结案的小事中，在微网格或小区解决 ÷ 办结层级已知的全部小事。",
             "Closed minor cases solved at micro-grid or compound ÷ closed minor cases whose level is known."),
        Text("小区及以下解决件数", "solved at compound or below"), Text("层级已知的小事件数", "minor cases with a known level"), PERCENT,
        "ratio", "up", (*COMMUNITIES, "compound"), "response", ("case",), _minor, WHO, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "major_in_community_rate", Text("大事不出社区率", "Major matters solved in the community"),
        Text("已结案、按分类应由社区及以下办理的大事中，在社区及以下解决 ÷ 办结层级已知的全部。",
             "Closed major cases of classes that belong to the community or below: solved there ÷ those whose level is known."),
        Text("社区及以下解决件数", "solved at community or below"), Text("应在社区解决的大事件数", "major cases that belong there"), PERCENT,
        "ratio", "up", STREETS, "response", ("case",), _major, WHO, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "group_in_street_rate", Text("群体事件不出街道率", "Group incidents solved in the street"),
        Text("已结案的群体事件中，在街道及以下解决 ÷ 办结层级已知的全部。", "Closed group incidents solved at street or below ÷ those whose level is known."),
        Text("街道及以下解决件数", "solved at street or below"), Text("层级已知的群体事件数", "group incidents with a known level"), PERCENT,
        "ratio", "up", ("city", "district"), "response", ("case",), _group, WHO, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "upflow_rate", Text("上交率", "Escalated"),
        Text("已结案诉求中，在高于应办层级的一级解决 ÷ 办结层级已知的全部。", "Closed cases solved above the level their class belongs to ÷ those whose level is known."),
        Text("上交件数", "cases solved above"), Text("层级已知件数", "cases with a known level"), PERCENT,
        "ratio", "down", COMMUNITIES, "response", ("case",), _upflow, WHO, is_percent=True, filters=CASE_FILTERS, by_lead=True,
    ),
    Indicator(
        "level_match_rate", Text("层级匹配率", "Handled at the right level"),
        Text("统计期内联席会议议题中，实办层级与应办层级一致 ÷ 两者都已知的全部；未填应办层级的按事项分类。",
             "Issues of the period's joint meetings handled at their proper level ÷ those with both known; a missing proper level is the class's."),
        Text("层级一致议题数", "issues at the right level"), Text("议题数", "issues"), PERCENT,
        "ratio", "up", STREETS, "response", ("meeting_issue",), _level_match, Text("联席会议议题", "joint-meeting issues"), is_percent=True, filters=("meeting_level",),
    ),
)  # fmt: skip
