"""Words of the page 小区物业."""

from dashboard.parts.category_map import Kind
from dashboard.view.run import Run
from etl.model.text import Text

# in the order of etl.query.compounds.MODES
MODE_KINDS: tuple[Kind, ...] = (
    Kind(Text("包干制", "Lump sum"), ("#b9c4d2", "plain")),
    Kind(Text("酬金制", "Fee"), ("#6fc6be", "plain")),
    Kind(Text("信托制", "Trust"), ("#2273b2", "plain")),
    Kind(Text("自治", "Self-managed"), ("#b5a642", "plain")),
    Kind(Text("应急物业", "Emergency"), ("#e8963f", "dots")),
    Kind(Text("无物业", "Unmanaged"), ("#542788", "stripes")),
)
MODE_NAME = Text("物业模式", "Property mode")
MODE_UNIT = Text(" 类", " (class)")
# the five centres by the word of the feed
CENTRE_WORDS: dict[str, Text] = {
    "事务服务中心": Text("事务", "Affairs"), "文化活动中心": Text("文化", "Culture"), "生活服务中心": Text("生活", "Daily life"),
    "卫生服务中心": Text("卫生", "Health"), "综治维稳中心": Text("综治", "Public order"),
}  # fmt: skip

WORDS: dict[str, Text] = {
    "lump_sum": MODE_KINDS[0].word,
    "fee": MODE_KINDS[1].word,
    "trust": MODE_KINDS[2].word,
    "self": MODE_KINDS[3].word,
    "emergency": MODE_KINDS[4].word,
    "none": MODE_KINDS[5].word,
    "": Text("未填", "Not reported"),
    "modes_title": Text("物业模式构成", "Compounds by property mode"),
    "mode": Text("模式", "Mode"),
    "compounds": Text("小区", "Compounds"),
    "fee_rate": Text("收缴率", "Fees paid"),
    "committees": Text("业委会", "Committee"),
    "supervised": Text("监督小组", "Supervision"),
    "modes_hint": Text(
        "物业模式在小区一级显示：请选择一个社区，或把查看层级设为“小区”。",
        "Modes are drawn by compound: choose a community, or set the level to compound.",
    ),
    "trend_title": Text("物业费收缴趋势", "Fees paid over time"),
    "trend_note": Text(
        "按金额：实收 ÷ 应收；虚线为上年同期。低收缴会陷入“服务差、更不交”的循环（案例曾低至 {low}%）。",
        "By amount: paid ÷ due; dashed: a year before. Poor payment and poor service drag each other down (as low as {low}% in the field).",
    ),
    "by_amount": Text("按金额", "By amount"),
    "newest": Text("最近一期", "Newest period"),
    "newest_value": Text("{period}：按金额 {rate}，按户数 {rate_hh}", "{period}: {rate} by amount, {rate_hh} by households"),
    "year_before": Text("上年同期", "Year before"),
    "trend_alt": Text("{name}各期物业费收缴率", "Property fees paid in {name} by period"),
    "due_paid": Text("实收 {paid} / 应收 {due}", "paid {paid} / due {due}"),
    "income_title": Text("小区公共收益", "Common income of compounds"),
    "income_note": Text("收入减必要支出后，经业主表决分红。", "Income less necessary outlay is shared after the owners' vote."),
    "income_alt": Text("{name}公共收益按项目", "Common income in {name} by item"),
    "parking": Text("停车", "Parking"),
    "advert": Text("广告", "Advertisements"),
    "site": Text("场地", "Sites"),
    "other": Text("其他", "Other"),
    "income": Text("收入", "Income"),
    "expense": Text("支出", "Outlay"),
    "dividend": Text("分红", "Dividend"),
    "balance": Text("结余", "Balance"),
    "yuan": Text("元", "yuan"),
    "income_yuan": Text("收入（元）", "Income, yuan"),
    "published": Text("已公示", "Published"),
    "published_value": Text("{n} / {m} 个有收益的小区", "{n} of {m} compounds with income"),
    "by_quarter": Text("按季公示", "Published each quarter"),
    "by_quarter_value": Text("{n} / {m} 个小区季度（完整季度内至少公示一次）", "{n} of {m} compound quarters (once in each whole quarter)"),
    "example": Text("{home} 平方米的住房", "A home of {home} m²"),
    "example_value": Text("{home} × {per} 元 = {sum} 元", "{home} × {per} yuan = {sum} yuan"),
    "dividends_title": Text("分红明细", "Dividends"),
    "dividends_note": Text(
        "先表决、再分红、后公示；例：{home} 平方米 × 每平方米 4 元 = {sum} 元。",
        "Voted first, then paid, then published; e.g. {home} m² × 4 yuan = {sum} yuan.",
    ),
    "dividends_empty": Text("统计期内没有分红记录。", "No dividend in the period."),
    "compound": Text("小区", "Compound"),
    "place": Text("位置", "Place"),
    "period": Text("期间", "Period"),
    "amount": Text("分红金额（元）", "Dividend, yuan"),
    "area": Text("分红面积（㎡）", "Area, m²"),
    "per_m2": Text("元/平方米", "Yuan per m²"),
    "owners": Text("户数", "Owners"),
    "per_owner": Text("户均（元）", "Yuan per owner"),
    "voted_on": Text("表决日期", "Voted on"),
    "checks": Text("核对", "Checks"),
    "over_balance": Text("超过收支结余", "more than the balance"),
    "no_vote": Text("未填表决日期", "no day of the vote"),
    "not_published": Text("未公示", "not published"),
    "no_area": Text("未填面积", "no area"),
    "fine": Text("相符", "in order"),
    "trust_title": Text("信托制规范", "Trust compounds: what is complete"),
    "trust_note": Text(
        "{n} 个信托制小区，四项齐全 {ok} 个。缺项多的在前。", "{n} trust compounds, {ok} with all four. Those that lack most come first."
    ),
    "trust_empty": Text("当前范围内没有信托制小区。", "There is no trust compound here."),
    "has_joint_account": Text("共有基金账户", "Joint account"),
    "has_open_budget": Text("开放预算公示", "Open budget"),
    "has_supervisor": Text("物业监察人", "Supervisor"),
    "has_supervision_group": Text("监督小组", "Supervision group"),
    "has_mediation_body": Text("调委会", "Mediation"),
    "complete": Text("齐全", "Complete"),
    "has": Text("有", "yes"),
    "lacks": Text("缺", "no"),
    "unmanaged_title": Text("应急物业与无物业小区", "Emergency management, or none"),
    "unmanaged_note": Text(
        "应急物业由街道指定托底，应尽快转为正常模式。", "Emergency management is named by the street until a normal one is found."
    ),
    "unmanaged_empty": Text("当前范围内没有应急物业或无物业的小区。", "There is none here."),
    "register_title": Text("小区台账", "Compounds"),
    "register_note": Text(
        "{n} 个小区；收入、支出、分红以元计。", "{n} compounds; income, outlay and dividend in yuan."
    ),
    "register_empty": Text("当前范围内没有小区。", "There is no compound here."),
    "company": Text("物业企业", "Company"),
    "households": Text("户数", "Households"), "homes": Text("户数", "Homes"),
    "committee_on": Text("业委会成立", "Committee since"),
    "no_committee": Text("未成立", "none"),
    "premises_title": Text("社区用房与五中心", "Premises and the five centres"),
    "premises_note": Text(
        "每百户不少于 {share} 平方米且总面积不少于 {all} 平方米为达标；缺少中心多的在前。",
        "Enough: at least {share} m² per 100 households and {all} m² in all. Those that lack most centres come first.",
    ),
    "premises_empty": Text("当前范围内没有社区。", "There is no community here."),
    "community": Text("社区", "Community"),
    "total_m2": Text("用房面积（㎡）", "Area, m²"),
    "per_100hh": Text("百户面积（㎡）", "m² per 100 hh"),
    "is_enough": Text("用房达标", "Enough"),
    "enough": Text("达标", "enough"),
    "short_all": Text("总面积不足", "too little in all"),
    "short_share": Text("百户不足", "too little per 100"),
    "short_both": Text("两项不足", "too little, both"),
    "centres": Text("中心", "Centres"),
    "kinds": Text("全部阵地：{kinds}", "All premises: {kinds}"),
    "services_title": Text("便民服务", "Services to residents"),
    "services_note": Text(
        "一站式大厅、12349、健康体检等统计期内的月报件数。",
        "One-stop halls, 12349, health checks and the like, by the monthly reports of the period.",
    ),
    "services_empty": Text("统计期内没有月报。", "No monthly report in the period."),
    "channel": Text("渠道", "Channel"),
    "service": Text("类型", "Service"),
    "pieces": Text("件数", "Number"),
    "first_time": Text("一次办成", "Done at first"),
    "months_title": Text("便民服务逐月", "Services by month"),
    "months_note": Text("月报件数，件数最多的几个渠道；体检率按 60 岁以上人口。", "By the monthly reports, the busiest channels; health checks against residents of 60 and over."),
    "branch": Text("党支部", "Branch"),
    "has_all": Text("组织齐全", "In order"),
    "no_above": Text("只统计到社区，您的辖区在社区以下。", "Told of communities and above only; your area lies below."),
}


def word(run: Run, key: str, **values: object) -> str:
    """A word of this page in the run's language."""
    return WORDS[key].format(**values).to(run.lang) if values else WORDS[key].to(run.lang)
