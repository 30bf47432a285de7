"""四、问题与建议: what the rules find wrong, and the usual remedy of that rule. Nothing is written here that no rule has found."""

from collections.abc import Callable

from dashboard.briefing.document import Block, Fact, Heading, Paragraph, Pieces, fill, joined
from dashboard.briefing.teller import Teller
from etl.model.indicators import BY_ID
from etl.model.tables import BY_NAME
from etl.model.text import Text
from etl.query.figures import figures
from etl.query.fund_chain import breach_counts, projects
from etl.query.hotspots import hotspots

TITLE = Text("四、问题与建议", "4. Problems and suggestions")
FOUND = Text("按本市规则，本期发现以下问题，并提出相应建议。每条之后注明依据的规则，供核对和修改。",
             "By the city's rules the following was found in this period. Each item names its rule, for checking and editing.")
NOTHING = Text("按本市规则，本期没有需要提示的问题。", "By the city's rules there is nothing to point out in this period.")
ITEM = Text("{no}．{problem}建议：{advice}（依据：{rule}）", "{no}. {problem} Suggestion: {advice} (Rule: {rule}.)")
RED_DOWN = Text("{name}为{value}，高于{limit}的标准{where}。", "{name}: {value}, above the standard of {limit}{where}.")
RED_UP = Text("{name}为{value}，低于{limit}的标准。", "{name}: {value}, below the standard of {limit}.")
RED_RULE = Text("{name}未达标", "{name} misses its standard")
MAINLY = Text("，主要在{names}", ", mainly in {names}")
MAINLY_ONE = Text("{name}{value}", "{name} {value}")
MISSING = Text("本期未接入的数据：{names}。相关指标没有列入，也不按零计算。", "Not connected in this period: {names}. Their figures are left out and not counted as zero.")
# One remedy per indicator: what is usually done when it is below standard. Editable in the Word file.
REMEDIES: dict[str, Text] = {
    "response_rate": Text("核对首次联系的时限和派单环节，对超时联系的逐件说明原因。", "check dispatching and the limit for the first contact, and account for each late one."),
    "close_rate": Text("对应结未结的逐件列单，明确承办单位和办结时间。", "list each case due and not closed, with the unit in charge and a date."),
    "ontime_close_rate": Text("对临期件提前预警，对超期件分析卡在哪个环节，属于权限不清的提交联席会议研究。", "warn before cases fall due, find the step at which late ones wait, and take unclear duties to the joint meeting."),
    "solve_rate": Text("对回访未解决的重新核实，能解决的限期办结，暂不能解决的向诉求人说明。", "look again at cases said to be unsolved: solve what can be solved, explain what cannot."),
    "satisfy_rate": Text("对不满意件逐件回访，分清是结果问题还是态度、沟通问题。", "call back each dissatisfied person and tell results from manner."),
    "overdue_open_n": Text("建立超期件台账，逐件销号，下期通报进展。", "keep a list of overdue cases, strike each one off, and report in the next briefing."),
    "return_rate": Text("梳理退单较多的事项，明确职责清单，减少来回派遣。", "go through what is returned most, and settle who is in charge."),
    "rework_rate": Text("加强办结前核实，防止未解决先结案。", "check before closing, so that nothing is closed unsolved."),
    "repeat_rate": Text("对重复诉求较多的小区和事项，从一案一办转为一类一治。", "treat places and classes with many repeats as one problem, not case by case."),
    "whistle_arrive_rate": Text("对拒绝或逾期未到的部门逐次说明，纳入联席会议议题。", "account for each call refused or late, and put it before the joint meeting."),
    "hotspot_n": Text("由社区牵头，会同业主委员会、物业服务企业和相关部门逐个小区议定治理方案，下期通报进展。",
                      "let the community, owners' committee, property company and departments agree on a plan for each compound, and report in the next briefing."),
    "steward_fill_rate": Text("补齐空缺微网格员，调整前由网格长临时兼任。", "fill the vacancies; until then the head of the grid stands in."),
    "member_cover_rate": Text("动员在职党员报到、党员认岗，优先覆盖没有党员的微网格。", "ask members to report and take posts, first where a micro-grid has none."),
    "grid_size_ok_rate": Text("对户数过多或过少的微网格，结合下次网格调整提出划分方案。", "propose new boundaries for micro-grids too big or too small at the next revision."),
    "fund_process_rate": Text("逐个项目核对程序，补齐公示和决议材料，说明原因。", "check each project's steps, and supply what was not published or decided."),
    "fund_residue_rate": Text("加快项目实施和验收，对不再实施的按规定清理。", "speed projects up, and clear by the rules what will not be carried out."),
    "geo_match_rate": Text("规范工单地点填写，补充小区别名，减少只能落到社区的工单。", "have places written in full and add names of compounds, so that fewer cases stop at the community."),
}  # fmt: skip
LASTING = Text("{names}近{months}个月中至少{hot}个月为诉求热点。", "{names}: hot in at least {hot} of the last {months} months.")
LASTING_RULE = Text("持续热点", "lasting hotspots")
BREACH = Text("资金项目程序问题：{parts}。", "Fund projects out of order: {parts}.")
BREACH_ONE = Text("{name}{n}个", "{name} {n}")
BREACH_RULE = Text("资金项目程序规则", "rules of the fund process")
NAMED = 5


def advice(teller: Teller) -> list[Block]:
    """The fourth section: one item per rule that found something, in the order of the rules."""
    run, lang = teller.run, teller.run.lang
    items = [item for rule in RULES for item in rule(teller)]
    blocks: list[Block] = [Heading(run.say(TITLE)), Paragraph((run.say(FOUND if items else NOTHING),))]
    for no, (problem, remedy, rule) in enumerate(items, start=1):
        blocks.append(Paragraph(fill(lang, ITEM, no=Fact(str(no), "count"), problem=problem, advice=remedy.to(lang), rule=rule.to(lang))))
    absent = sorted({feed for name in REMEDIES for feed in BY_ID[name].feeds} - run.build.feeds)
    if absent:
        names = ("、" if lang == "zh" else ", ").join(BY_NAME[feed].title.to(lang) for feed in absent)
        blocks.append(Paragraph(fill(lang, MISSING, names=Fact(names, "name"))))
    return blocks


Item = tuple[Pieces, Text, Text]


def _below_standard(teller: Teller) -> list[Item]:
    """Every figure with a remedy that is red; hotspots and fund projects have rules of their own, which name them."""
    run, lang, found = teller.run, teller.run.lang, []
    for name, remedy in REMEDIES.items():
        limit = teller.limit(name)
        if name in ("hotspot_n", "fund_process_rate") or limit is None or not teller.connected(name):
            continue
        figure = teller.figure(name)
        if teller.band(name, figure) != "red":
            continue
        indicator = BY_ID[name]
        value = teller.told(figure, name, "value", teller.scope)
        if indicator.better == "up":
            problem = fill(lang, RED_UP, name=run.say(indicator.name), value=value, limit=limit)
        else:
            problem = fill(lang, RED_DOWN, name=run.say(indicator.name), value=value, limit=limit, where=_mainly(teller, name))
        found.append((problem, remedy, Text(RED_RULE.zh.format(name=indicator.name.zh), RED_RULE.en.format(name=indicator.name.en))))
    return found


def _mainly(teller: Teller, indicator_id: str) -> Pieces:
    """For counts: the children with the most."""
    from dashboard.briefing.handling import child_level

    level = child_level(teller)
    if BY_ID[indicator_id].has_denominator or level is None:
        return ()
    table = figures(teller.run.build, teller.run.reader, indicator_id, teller.scope, level, teller.run.unit.unit_no)
    table = table[table["value"] > 0].sort_values(["value", "unit_no"], ascending=[False, True]).head(3)
    names = [fill(teller.run.lang, MAINLY_ONE, name=Fact(row.name, "name"), value=teller.said(indicator_id, unit_no=int(row.unit_no))) for row in table.itertuples()]
    return fill(teller.run.lang, MAINLY, names=joined(names, "、" if teller.run.lang == "zh" else ", ")) if names else ()


def _lasting(teller: Teller) -> list[Item]:
    run, lang = teller.run, teller.run.lang
    found = hotspots(run.build, run.reader, teller.scope, run.unit.unit_no)
    names = [] if found is None else [str(name) for name in found.cells.loc[found.cells["state"] == "lasting", "name"]]
    if not names:
        return []
    rules = run.build.rules.hotspot
    text = ("、" if lang == "zh" else ", ").join(names[:NAMED]) + ((f"等{len(names)}个小区" if lang == "zh" else f" and others ({len(names)})") if len(names) > NAMED else "")
    problem = fill(lang, LASTING, names=Fact(text, "name"), months=Fact(str(rules.months), "rule"), hot=Fact(str(rules.hot_months), "rule"))
    return [(problem, REMEDIES["hotspot_n"], LASTING_RULE)]


def _breaches(teller: Teller) -> list[Item]:
    run, lang = teller.run, teller.run.lang
    if not run.build.feeds.issuperset(("fund_project", "fund_ledger")):
        return []
    counts = [one for one in breach_counts(projects(run.build, run.reader, teller.scope, run.unit.unit_no)) if one.counts]
    if not counts:
        return []
    parts = [fill(lang, BREACH_ONE, name=Fact(one.name.to(lang), "name"), n=Fact(str(one.n), "count")) for one in counts[:NAMED]]
    problem = fill(lang, BREACH, parts=joined(parts, "、" if lang == "zh" else ", "))
    return [(problem, REMEDIES["fund_process_rate"], BREACH_RULE)]


RULES: tuple[Callable[[Teller], list[Item]], ...] = (_below_standard, _lasting, _breaches)
