"""Community funds (保障、激励资金): spent, left over, and whether each project kept to its chain. Money is added in cents."""

from datetime import date
from functools import reduce
from itertools import combinations

import ibis
import ibis.expr.types as ir

from etl.model.indicators.cases import COMMUNITIES, PERCENT, ones
from etl.model.indicators.record import Indicator, Part, Parts
from etl.model.indicators.terms import Terms, unbound, year_of
from etl.model.text import Text

LEDGER = Text("资金收支", "fund ledger")
PROJECTS = Text("资金项目、资金收支", "fund projects, fund ledger")
# 建议 → 梳理 → 议决 → 公示 → 承接 → 签约 → 开工 → 验收 → 审计
CHAIN = ("suggested_on", "collated_on", "resolved_on", "published_on", "bid_on", "contract_on", "start_on", "accepted_on", "audited_on")
CENTS = 100
OF_PROJECTS = ("fund", "target_group", "theme")  # filters by what only projects say; money comes in for no project


def cents(amount: ir.DecimalValue) -> ir.IntegerValue:
    """Yuan as whole cents, so that sums are exact."""
    return (amount * CENTS).round().cast("int64")


def entries(terms: Terms, year: int) -> ir.Table:
    """Ledger entries of a year's money, booked by the as-of day."""
    ledger = terms.rows("fund_ledger")
    return ledger.filter(ledger.year == year, ledger.on_date <= terms.as_of)


def signed(ledger: ir.Table, **signs: int) -> ir.IntegerValue:
    """The amount in cents times the sign of its direction, 0 for other directions."""
    return ledger.direction.cases(*((word, cents(ledger.amt) * sign) for word, sign in signs.items()), else_=ibis.literal(0, "int64"))


def _executed(terms: Terms) -> Parts:
    ledger = entries(terms, terms.fixed(year_of))
    rows = ledger.select("unit_no", top=signed(ledger, expense=1, refund=-1), bottom=signed(ledger, received=1))
    return Parts(Part(rows, "top", per=CENTS), Part(rows, "bottom", per=CENTS))


def unpaid_contracts(terms: Terms, year: int) -> ir.Table:
    """Projects whose contract was signed in a year and is not paid in full by the as-of day: unit_no, project_id, unpaid (cents)."""
    every = unbound("fund_ledger")
    every = every.filter(every.on_date <= terms.as_of, every.project_id.notnull())
    paid = every.group_by(paid_for="project_id").agg(paid=signed(every, expense=1, refund=-1).sum())
    projects = terms.rows("fund_project")
    projects = projects.filter(projects.contract_on.between(date(year, 1, 1), date(year, 12, 31)), projects.contract_amt.notnull())
    projects = projects.filter(projects.contract_on <= terms.as_of)
    found = projects.left_join(paid, [projects.project_id == paid.paid_for])
    rest = cents(found.contract_amt) - ibis.coalesce(found.paid, 0)
    return found.select("unit_no", "project_id", unpaid=rest).filter(ibis._.unpaid > 0)


def _residue(terms: Terms) -> Parts:
    year = terms.fixed(year_of) - 1
    ledger = entries(terms, year)
    rows = ledger.select("unit_no", top=signed(ledger, received=1, expense=-1, refund=1, cleared=-1), bottom=signed(ledger, received=1))
    bound = unpaid_contracts(terms, year)
    taken = bound.select("unit_no", top=-bound.unpaid.cast("int64"), bottom=ibis.literal(0, "int64"))
    every = ibis.union(rows, taken)
    return Parts(Part(every, "top", per=CENTS, at_least=0), Part(every, "bottom", per=CENTS))


def judged_projects(terms: Terms) -> ir.Table:
    """Projects of the period with a step beyond 建议: the chain's dates up to the as-of day, `paid_on` (first 支出), `in_order`, `decided_first`."""
    projects = terms.rows("fund_project")
    first = ibis.coalesce(projects.suggested_on, ibis.least(*(projects[name] for name in (*CHAIN[1:], "end_on"))))
    projects = projects.filter(first.between(terms.date_from, terms.date_to))
    projects = projects.mutate(**{name: ibis.ifelse(projects[name] <= terms.as_of, projects[name], ibis.null("date")) for name in CHAIN})
    projects = projects.filter(ibis.coalesce(*(projects[name] for name in CHAIN[1:])).notnull())
    ledger = unbound("fund_ledger")
    ledger = ledger.filter(ledger.direction == "expense", ledger.on_date <= terms.as_of, ledger.project_id.notnull())
    paid = ledger.group_by(paid_for="project_id").agg(paid_on=ledger.on_date.min())
    projects = projects.left_join(paid, [projects.project_id == paid.paid_for]).drop("paid_for")
    # every pair, not only neighbours: a missing date must not hide that the two around it are reversed
    in_order = reduce(lambda a, b: a & b, (ibis.coalesce(projects[early] <= projects[late], True) for early, late in combinations(CHAIN, 2)))
    decided = [ibis.coalesce(projects[name] <= projects.paid_on, False) for name in ("resolved_on", "published_on")]
    return projects.mutate(in_order=in_order, decided_first=projects.paid_on.isnull() | (decided[0] & decided[1]))


def _process(terms: Terms) -> Parts:
    projects = judged_projects(terms)
    rows = projects.select("unit_no", top=ones(projects.in_order & projects.decided_first), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


def _resolved_first(terms: Terms) -> Parts:
    projects = terms.on_days(terms.rows("fund_project"), "start_on")
    projects = projects.filter(projects.start_on <= terms.as_of)
    rows = projects.select("unit_no", top=ones(ibis.coalesce(projects.resolved_on <= projects.start_on, False)), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "fund_exec_rate", Text("保障资金执行率", "Funds spent"),
        Text("统计期末所在年度的（支出 − 退回）÷ 到账，截至统计时点；各类资金合计，可按资金类型、来源筛选。",
             "Of the year in which the period ends, up to the as-of day: (expense − refund) ÷ received; all funds, or those of the filter."),
        Text("支出减退回", "spent less refunds"), Text("到账", "received"), PERCENT,
        "ratio", "up", COMMUNITIES, "funds", ("fund_ledger",), _executed, LEDGER, is_percent=True, filters=("fund", "origin"),
    ),
    Indicator(
        "fund_residue_rate", Text("沉淀率", "Residue"),
        Text("上年度的（到账 − 支出 + 退回 − 清理 − 已签约未付款，不小于 0）÷ 上年度到账。",
             "Of the year before: (received − expense + refund − cleared − contracts signed and not yet paid, at least 0) ÷ received."),
        Text("沉淀资金", "unspent and uncommitted"), Text("上年到账", "received last year"), PERCENT,
        "ratio", "down", COMMUNITIES, "funds", ("fund_ledger", "fund_project"), _residue, PROJECTS, is_percent=True, filters=("fund",),
    ),
    Indicator(
        "fund_process_rate", Text("程序合规率", "Projects in due order"),
        Text("统计期内提出、已有后续步骤的项目中，已有日期按“建议、梳理、议决、公示、承接、签约、开工、验收、审计”先后，且首笔支出前已议决并公示的 ÷ 全部。",
             "Projects suggested in the period with a step beyond that: dates in the order of the chain, and resolved and published before the "
             "first payment ÷ all of them."),
        Text("程序合规项目数", "projects in due order"), Text("项目数", "projects"), PERCENT,
        "ratio", "up", COMMUNITIES, "funds", ("fund_project", "fund_ledger"), _process, PROJECTS, is_percent=True, filters=OF_PROJECTS,
    ),
    Indicator(
        "resolved_first_rate", Text("先议后建率", "Resolved before begun"),
        Text("统计期内开工的项目中，开工当日或之前已议决 ÷ 全部；没有议决日期的不算先议。",
             "Projects begun in the period: resolved on or before the first day of work ÷ all of them; without a day of resolution not resolved."),
        Text("先议后建项目数", "resolved before begun"), Text("开工项目数", "projects begun"), PERCENT,
        "ratio", "up", COMMUNITIES, "funds", ("fund_project",), _resolved_first, Text("资金项目", "fund projects"), is_percent=True, filters=OF_PROJECTS,
    ),
)  # fmt: skip
