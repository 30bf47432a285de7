"""Vacant heads, the checklist, service–branch–owners in one grid, focus areas (网格运行) on the page 微网格."""

from html import escape

import streamlit as st

from dashboard.parts.charts import funnel, panel
from dashboard.parts.facts import facts_html
from dashboard.parts.list_table import Cell, choice, link, list_table, number, percent, place, text
from dashboard.parts.paged_list import paged_list
from dashboard.view.format import DASH, plain
from dashboard.view.needs import has_feeds
from dashboard.view.picks import pick, pick_row
from dashboard.view.run import Run
from etl.model.levels import LEVELS
from etl.model.text import Text
from etl.query.focus_areas import focus_kinds
from etl.query.grid_order import TRINITY, checklist, trinity_counts, vacancies, workload

TAGS: dict[str, Text] = {
    "old_compound": Text("老旧小区", "Old compounds"), "urban_fringe": Text("城乡结合部", "Urban fringe"), "shanty": Text("棚户区", "Shanty towns"),
    "urban_village": Text("城中村", "Urban villages"), "unmanaged_yard": Text("三不管楼院", "Courtyards nobody manages"), "factory_quarter": Text("厂矿生活区", "Factory housing"),
}  # fmt: skip
WORDS: dict[str, Text] = {
    "vacant": Text("网格长空缺", "Grids without a head"), "vacant_note": Text("没有在岗总网格长的社区、没有在岗一般网格长的小区网格，共 {n} 个；专属网格除外。",
                                                                      "Communities and general compound grids without a head in post, {n} in all; exclusive grids left out."),
    "vacant_none": Text("当前范围内网格长全部到位。", "Every grid here has its head."), "unit": Text("网格", "Grid"), "level": Text("级别", "Level"), "place": Text("位置", "Place"),
    "tasks": Text("网格治理清单", "The grid checklist"),
    "tasks_note": Text("统计期内应完成的事项，未完成多的在前，点事项选出未完成的网格；名称含“党支部”的是支部标准化事项。", "Tasks due in the period, most undone first; a click selects the grids where it is not done. Those that name 党支部 are the branch's own."),
    "tasks_none": Text("统计期内没有清单事项。", "No tasks in the period."), "task": Text("事项", "Task"), "due": Text("到期", "Due"), "done": Text("完成", "Done"), "late": Text("其中逾期", "Of them late"),
    "to_come": Text("未到期", "Not yet due"), "rate": Text("完成率", "Done, %"), "branch": Text("支部标准化完成", "Branch checklist done"), "grid": Text("网格事项完成", "Grid checklist done"),
    "load": Text("行政化程度：上级清单与群众诉求", "Tasks from above beside demands"), "load_value": Text("{tasks} 项 / {cases} 件，清单占 {share}", "{tasks} tasks, {cases} demands: {share} from above"),
    "trinity": Text("三位一体网格", "Service, Party and owners in one grid"),
    "trinity_note": Text("小区网格同时有服务力量、党支部和业委会。", "Compound grids that have stewards, a branch and an owners' committee."),
    "of": Text("{n} / {all}（{share}）", "{n} / {all} ({share})"),
    "focus": Text("重点区域", "Focus areas"), "focus_note": Text("自身标了该类型的单元数；诉求为该类区域每千户件数，差距为与其他区域之比。", "Units that carry the tag; cases per 1,000 households there, and their ratio to everywhere else."),
    "focus_none": Text("当前范围内没有标注重点区域。", "No focus area is marked here."), "kind": Text("类型", "Kind"), "n": Text("单元", "Units"), "cases": Text("千户诉求", "Per 1,000"), "gap": Text("差距", "Gap"),
    "times": Text("{n} 倍", "{n}×"),
}  # fmt: skip


def word(run: Run, key: str, **values: object) -> str:
    return WORDS[key].format(**values).to(run.lang) if values else WORDS[key].to(run.lang)


def order_panels(run: Run) -> None:
    """Two rows of two."""
    with st.container(key="panels-two-order"):
        _vacant(run)
        _tasks(run)
    with st.container(key="panels-two-focus"):
        _trinity(run)
        focus_panel(run)


def _vacant(run: Run) -> None:
    is_there = "grid_staff" in run.build.feeds
    table = vacancies(run.build, run.reader, run.scope_without_filters, run.unit.unit_no) if is_there else None
    with panel("vacant", word(run, "vacant"), "" if table is None else word(run, "vacant_note", n=f"{len(table):,}")):
        if has_feeds(run, "grid_staff") and table is not None:
            heads = [(word(run, key), False) for key in ("unit", "level", "place")]
            paged_list(
                run, "vacant", heads, table, lambda row: [link(run, row.unit_no), text(run.say(LEVELS[row.rank].name)), place(row.path)], word(run, "vacant_none"),
                word(run, "vacant"),
            )  # fmt: skip


def _tasks(run: Run) -> None:
    with panel("tasks", word(run, "tasks"), word(run, "tasks_note")):
        if not has_feeds(run, "grid_task"):
            return
        found = checklist(run.build, run.reader, run.keeping("task", run.scope_without_filters), run.unit.unit_no)
        rows = [[choice(pick_row("task", one.name) if one.due > one.done else "", one.name, may_break=True), number(one.due), number(one.done), percent(one.done / one.due if one.due else None), number(one.late), number(one.to_come)] for one in found]
        heads = [(word(run, key), key != "task") for key in ("task", "due", "done", "rate", "late", "to_come")]
        sums = {flag: (sum(one.done for one in found if one.is_branch is flag), sum(one.due for one in found if one.is_branch is flag)) for flag in (True, False)}
        said = [(word(run, key), _share(run, *sums[flag])) for key, flag in (("branch", True), ("grid", False))]
        load = workload(run.build, run.reader, run.scope_without_filters, run.unit.unit_no)
        if load is not None and load.share is not None:
            said.append((word(run, "load"), word(run, "load_value", tasks=plain(load.tasks), cases=plain(load.cases), share=f"{load.share:.1%}")))
        st.html(list_table(heads, rows, word(run, "tasks_none"), word(run, "tasks")) + (facts_html(said) if found else ""))


def _share(run: Run, n: int, of: int) -> str:
    return word(run, "of", n=plain(n), all=plain(of), share=f"{n / of:.1%}") if of else DASH


def _trinity(run: Run) -> None:
    with panel("trinity", word(run, "trinity"), word(run, "trinity_note")):
        if has_feeds(run, "grid_staff", "party_org", "compound"):
            found = trinity_counts(run.build, run.reader, run.keeping("trinity", run.scope_without_filters), run.unit.unit_no)
            names, picks = [run.say(name) for name in TRINITY.values()], [pick_row("trinity", key) for key in found]
            funnel(run.lang, "trinity", names, list(found.values()), alt=word(run, "trinity"), picks=picks)


def focus_panel(run: Run) -> None:
    """Focus areas by kind; without cases only their number."""
    with panel("focus", word(run, "focus"), word(run, "focus_note")):
        found = focus_kinds(run.build, run.reader, run.scope_without_filters, run.unit.unit_no)
        rows = [[choice(pick(focus=one.tag), run.say(TAGS[one.tag]) if one.tag in TAGS else one.tag), number(one.units), _figure(run, one.rate, 1), _figure(run, one.gap, 2, "times")] for one in found]
        heads = [(word(run, key), key != "kind") for key in ("kind", "n", "cases", "gap")]
        st.html(list_table(heads, rows, word(run, "focus_none"), word(run, "focus")))


def _figure(run: Run, figure, digits: int, pattern: str = "") -> Cell:
    if figure.value is None:
        return Cell(f'<span class="ga-none">{escape(run.word("state_" + figure.state))}</span>', None, True)
    said = plain(figure.value, digits)
    return Cell(word(run, pattern, n=said) if pattern else said, figure.value, True)
