"""Words of the page 资金 (funds)."""

from dashboard.view.run import Run
from etl.model.feed_filters import FEED_FILTERS
from etl.model.text import Text

FUND: dict[str, Text] = {**FEED_FILTERS["fund"].values, "": Text("合计", "All funds")}
ORIGIN: dict[str, Text] = {**FEED_FILTERS["origin"].values, "": Text("未注明", "Not stated")}
DIRECTION: dict[str, Text] = {
    "budget": Text("预算", "budget"), "received": Text("到账", "received"), "expense": Text("支出", "paid"), "refund": Text("退回", "refund"),
    "cleared": Text("清理", "cleared"),
}  # fmt: skip
FLOOR: dict[str, tuple[Text, Text]] = {
    "district_budget": (Text("{unit}年度预算", "Budget of {unit}"), Text("不少于 {least}", "at least {least}")),
    "social_org": (Text("{unit}支付给社会组织", "{unit}: paid to social organisations"), Text("全年不少于 {least}（承接单位与社会组织名录一致的）", "at least {least} a year (providers in the register)")),
    "paid_in": (Text("{by}前到账", "Received by {by}"), Text("应到账 {least}", "due {least}")),
    "cleared": (Text("上年沉淀{by}前清理", "Last year's leftover cleared by {by}"), Text("应清理 {least}", "due {least}")),
}  # fmt: skip
WORDS: dict[str, Text] = {
    "all_funds": Text("全部资金", "All funds"),
    "fund_choice": Text("资金类型", "Fund"),
    "accounts": Text("{year} 年度资金", "Money of {year}"), "account_line": Text("项（元）", "Line (yuan)"),
    "accounts_note": Text("单位：元，截至 {day}。结存 = 到账 − 支出 + 退回 − 清理；可用 = 结存 − 已签约未付。", "Yuan, up to {day}. In hand = received − paid + refunds − cleared; free = in hand − contracted and unpaid."),
    "accounts_note_part": Text("单位：元，截至 {day}。结存 = 到账 − 支出 + 退回 − 清理；合同不分来源，不列已签约未付。", "Yuan, up to {day}. In hand = received − paid + refunds − cleared; contracts name no origin and are left out."),
    "accounts_whole": Text("收支账不分服务对象和项目类别，为全部收支。", "Accounts are not kept by target group or theme: all money."),
    "budget": Text("预算", "Budget"), "received": Text("到账", "Received"), "expense": Text("支出", "Paid"), "refund": Text("退回", "Refunds"),
    "cleared": Text("清理", "Cleared"), "balance": Text("结存", "In hand"), "committed": Text("已签约未付", "Contracted, unpaid"),
    "free": Text("可用（未签约）", "Free (no contract)"), "executed": Text("执行率", "Spent"),
    "per_household": Text("户均", "Per household"),
    "per_household_line": Text("{homes} 户，户均到账 {received} 元、支出 {paid} 元。", "{homes} households: ¥{received} received and ¥{paid} paid per household."),
    "executed_all": Text("上方“保障资金执行率”按各类资金合计，与合计一列相同。", "“Funds spent” above is of all funds together, as in the last column."),
    "no_households": Text("未填户数，不算户均。", "No households reported; nothing per household."),
    "years": Text("历年结存", "Over the years"),
    "sources": Text("到账来源", "Where the money comes from"),
    "sources_note": Text("政府拨、社会帮、企业投，空间经营收益反哺。", "Government, society, enterprises, and income from premises."),
    "groups": Text("资金用于哪些人群", "Whom the money reaches"),
    "groups_note": Text("各服务对象的支出占比与人口占比；倍数 1 为与人口相当。", "Share of spending against share of residents; 1.0 is in proportion."),
    "group": Text("服务对象", "Target group"), "n_projects": Text("项目", "Projects"), "paid_yuan": Text("支出（元）", "Paid, yuan"),
    "of_received": Text("占比", "Share"), "share": Text("支出占比", "Of spending"), "people_share": Text("人口占比", "Of residents"), "index": Text("倍数", "Ratio"),
    "no_group": Text("未对应服务对象", "No target group"),
    "floors": Text("年度底线", "Yearly floors"),
    "floors_note": Text("单位：元。各类资金合计，不受资金类型筛选影响；金额和时限由本地规则规定。", "Yuan. All funds together, whatever fund is chosen; amounts and dates are local rules."),
    "met": Text("达到", "met"), "not_met": Text("未达到", "not met"), "not_yet": Text("未到期", "not due yet"),
    "chain": Text("项目走到哪一步", "How far projects are"),
    "chain_note": Text("统计期内提出的 {n} 个项目中，有该步日期的个数。", "Of {n} projects suggested in the period: how many have the date of each step."),
    "breaches": Text("程序问题", "Violations"),
    "breaches_note": Text("“不合规”计入程序合规率，“提示”不计入。", "Breaches count in the rate; notes do not."),
    "counted": Text("不合规", "Violation"), "noted": Text("提示", "Note"), "no_breach": Text("没有发现程序问题。", "No violations found."),
    "projects": Text("项目清单", "Projects"), "projects_note": Text("有问题的在前；点名称看全过程。", "Those with violations first; a name opens the whole chain."),
    "project": Text("项目", "Project"), "unit": Text("所属", "Where"), "fund": Text("资金", "Fund"), "steps": Text("全过程", "Chain"),
    "stage": Text("当前环节", "Stage"), "approved": Text("批准", "Approved"), "contract": Text("合同", "Contract"), "paid": Text("已付", "Paid"),
    "problem": Text("问题", "Violations"), "more": Text("另有 {n} 个，请逐级下钻查看。", "{n} more; drill down to see them."),
    "none": Text("统计期内没有项目。", "No projects in the period."),
    "close": Text("收起", "Close"), "provider": Text("承接单位", "Provider"), "theme": Text("类别", "Theme"), "target": Text("服务对象", "Target group"),
    "score": Text("评议得分", "Residents' score"), "publish_days": Text("公示天数", "Days published"), "days": Text("{n} 个工作日", "{n} working days"),
    "first_paid": Text("首次付款", "First payment"), "unpaid": Text("未付", "Unpaid"), "end_on": Text("完工", "Work ended"),
    "in_order": Text("程序合规", "in due order"), "no_project": Text("没有编号为 {id} 的项目，或不在您的辖区内。", "No project {id}, or it lies outside your area."),
    "ledger": Text("收支台账", "Ledger"), "ledger_note": Text("{year} 年度 {n} 笔，最近的在前；预算不计入结存。", "{year}: {n} entries, the newest first; budgets move no money."),
    "adds_up": Text("逐笔、按单元、按资金三种加法均为 {sum} 元，相差 0.00 元", "Added by entry, by unit and by fund: ¥{sum} each; difference 0.00"),
    "adds_up_not": Text("三种加法不一致：{a} / {b} / {c}", "The three sums differ: {a} / {b} / {c}"),
    "date": Text("日期", "Date"), "entry": Text("流水号", "Entry"), "direction": Text("方向", "Kind"), "origin": Text("来源", "From"),
    "amount": Text("金额（元）", "Amount, yuan"), "running": Text("结存（元）", "In hand, yuan"), "ledger_none": Text("本年度没有收支。", "No entries this year."),
    "purchases": Text("向谁购买服务", "Services bought, by field"),
    "purchases_note": Text("本年度已付项目按类别；承接单位在社会组织名录中的计入“社会组织”。", "Projects paid this year by field; providers in the register count as social organisations."),
    "to_social": Text("付给社会组织（元）", "To social organisations, yuan"), "social_share": Text("占比", "Share"),
    "yuan": Text("元", "yuan"), "year": Text("年度", "Year"),
}  # fmt: skip


def word(run: Run, key: str, **values: object) -> str:
    """A word of this page in the run's language, filled in."""
    text = WORDS[key].to(run.lang)
    return text.format(**values) if values else text
