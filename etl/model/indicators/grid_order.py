"""Whether grids are in order (网格运行): heads in post, the checklist done, service, Party and self-government in one grid (三位一体)."""

import ibis
import ibis.expr.types as ir

from etl.model.indicators.cases import ones
from etl.model.indicators.grids import PERCENT, STREETS, in_post
from etl.model.indicators.organisations import BRANCH_UP, standing
from etl.model.indicators.record import Indicator, Part, Parts
from etl.model.indicators.terms import Terms
from etl.model.text import Text

COMMUNITIES = (*STREETS, "community")


def without_head(terms: Terms) -> ir.Table:
    """Communities without a 总网格长 and general compound grids without a 一般网格长: unit_no. Exclusive grids are run by their owner."""
    communities, compounds = terms.units("community"), terms.units("compound")
    compounds = compounds.filter(ibis.coalesce(compounds.kind != "exclusive", True))
    chiefs, heads = in_post(terms, ("chief",)), in_post(terms, ("general_head",))
    return ibis.union(communities.anti_join(chiefs, "unit_no").select("unit_no"), compounds.anti_join(heads, "unit_no").select("unit_no"))


def _vacant(terms: Terms) -> Parts:
    rows = without_head(terms)
    return Parts(Part(rows.select("unit_no", top=ibis.literal(1, "int64")), "top"))


def _tasks(terms: Terms) -> Parts:
    due = terms.on_days(terms.rows("grid_task"), "due_on")
    due = due.filter(due.due_on <= terms.as_of)
    rows = due.select("unit_no", top=ones(ibis.coalesce(due.done_on <= terms.as_of, False)), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


def trinity(terms: Terms) -> ir.Table:
    """Every compound grid with the three marks: `has_service` (a head or steward in post), `has_branch`, `has_owners` (业委会)."""
    cells = terms.units("compound").select("unit_no")
    served = terms.within(in_post(terms, ("general_head", "steward")), "compound").select("unit_no").distinct()
    led = standing(terms, BRANCH_UP).semi_join(cells, "unit_no").select("unit_no").distinct()
    estates = terms.rows("compound")
    estates = terms.within(estates.filter(estates.owners_committee_on <= terms.as_of), "compound").select("unit_no").distinct()
    for name, found in (("has_service", served), ("has_branch", led), ("has_owners", estates)):
        marked = found.select(marked_no="unit_no")
        cells = cells.left_join(marked, [cells.unit_no == marked.marked_no]).mutate(**{name: ibis._.marked_no.notnull()}).drop("marked_no")
    return cells


def _trinity(terms: Terms) -> Parts:
    cells = trinity(terms)
    rows = cells.select("unit_no", top=ones(cells.has_service & cells.has_branch & cells.has_owners), bottom=ibis.literal(1, "int64"))
    return Parts(Part(rows, "top"), Part(rows, "bottom"))


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "head_vacant_n", Text("网格长空缺", "Grids without a head"),
        Text("统计时点没有在岗总网格长的社区，与没有在岗一般网格长的小区网格（专属网格除外），合计个数。",
             "Communities without a chief head in post plus general compound grids without a head in post on the as-of day; exclusive grids left out."),
        Text("空缺网格数", "vacant grids"), None, Text("个", "grids"),
        "level", "down", COMMUNITIES, "grids", ("unit", "grid_staff"), _vacant, Text("网格单元、网格员", "grid units, grid staff"), digits=0,
    ),
    Indicator(
        "grid_task_done_rate", Text("网格清单完成率", "Checklist done"),
        Text("统计期内应完成且已到期的网格治理清单事项中，截至统计时点已完成 ÷ 全部。",
             "Tasks of the grid checklist due in the period and by the as-of day: done by then ÷ all of them."),
        Text("已完成事项", "tasks done"), Text("到期事项", "tasks due"), PERCENT,
        "ratio", "up", (*COMMUNITIES, "compound"), "grids", ("grid_task",), _tasks, Text("网格治理清单", "grid checklist"), is_percent=True,
    ),
    Indicator(
        "trinity_rate", Text("三位一体网格率", "Grids with service, branch and owners' committee"),
        Text("同时有在岗网格长或微网格员、有党支部（或以上组织）、有业委会的小区网格 ÷ 全部小区网格。",
             "Compound grids with a head or steward in post, a Party branch (or higher) and an owners' committee ÷ all compound grids."),
        Text("三项齐全小区网格数", "compound grids with all three"), Text("小区网格数", "compound grids"), PERCENT,
        "ratio", "up", COMMUNITIES, "grids", ("unit", "grid_staff", "party_org", "compound"), _trinity,
        Text("网格单元、网格员、党组织、小区", "grid units, grid staff, Party organisations, compounds"), is_percent=True,
    ),
)  # fmt: skip
