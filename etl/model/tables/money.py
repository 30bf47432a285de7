"""Funds, the compounds' own money, help given (资金、公共收益、物业费、帮扶)."""


from etl.model.table import Table
from etl.model.tables.columns import BY_NAME, NAMES, col, unit_code, words
from etl.model.text import Text

FUND_WORDS = words(guarantee="保障 保障资金 社区保障资金", incentive="激励 激励资金 社区激励资金", other="其他 其它 其他资金")
COMPOUND_ID = col("compound_id", "小区编号", "code", "小区编号", "id of the compound", "小区编码 小区代码 院落编号 所属小区编号 院落编码", required=True)

FUND_PROJECT = Table(
    "fund_project", Text("资金项目", "Fund projects"),
    Text("保障、激励等资金支持的项目及其各步日期，每行一个项目。", "Projects paid by the community funds, with the date of every step, one per row."),
    (
        col("project_id", "项目编号", "code", "项目编号，唯一", "id, unique", "项目编码 项目代码 项目号", required=True),
        col("name", "项目名称", "text", "项目名称", "name", "名称", required=True, personal="scrub"),
        unit_code("所属单元编码", "社区编码 所属社区编码"),
        *NAMES,
        col("fund", "资金类型", "word", "资金类型", "which fund", "资金类别 资金性质", required=True, words=FUND_WORDS),
        col("theme", "类别", "text", "项目类别", "theme", "项目类别 项目类型 主题 服务类别", personal="scrub"),
        col("target_group", "服务对象", "text", "服务对象", "group served", "受益对象 服务人群 受益人群", personal="scrub"),
        col("suggested_on", "建议日期", "date", "居民建议", "suggested by residents", "建议时间 征集日期 征集时间"),
        col("collated_on", "梳理日期", "date", "党组织梳理", "collated by the Party organisation", "梳理时间"),
        col("resolved_on", "议决日期", "date", "议事会议决", "resolved by the council", "议决时间 表决日期 决议日期 议事会议决日期"),
        col("published_on", "公示日期", "date", "公示", "published", "公示时间 公示开始日期"),
        col("publish_days", "公示天数", "count", "公示天数（工作日）", "working days published", "公示工作日 公示期"),
        col("bid_on", "报名承接日期", "date", "报名承接", "providers applied", "承接日期 报名承接时间 承接时间 报名日期"),
        col("provider", "承接单位", "text", "承接单位", "provider", "承接机构 实施单位 承接组织 承接社会组织", personal="scrub"),
        col("contract_on", "签约日期", "date", "签约", "contract signed", "签约时间 合同签订日期 合同日期"),
        col("start_on", "开工日期", "date", "开工", "work began", "开工时间 实施日期 开始日期 启动日期"),
        col("end_on", "完工日期", "date", "完工", "work ended", "完工时间 完成日期 结束日期"),
        col("accepted_on", "验收日期", "date", "验收", "accepted", "验收时间"),
        col("appraisal_score", "评议得分", "number", "居民评议得分", "residents' score", "评议分 评议分数 评分 得分", minimum=0),
        col("audited_on", "审计日期", "date", "审计", "audited", "审计时间"),
        col("approved_amt", "批准金额", "money", "批准金额（元）", "approved, yuan", "批复金额 预算金额 核准金额"),
        col("contract_amt", "合同金额", "money", "合同金额（元）", "contracted, yuan", "签约金额 合同价"),
    ),
    key=("project_id",), placed_on="suggested_on", need_one_of=(BY_NAME,),
)  # fmt: skip

FUND_LEDGER = Table(
    "fund_ledger", Text("资金收支", "Fund ledger"),
    Text("资金的预算、到账、支出、退回、清理，每行一笔。", "Entries of the funds, one per row."),
    (
        col("entry_id", "流水号", "code", "流水号，唯一", "id of the entry, unique", "流水编号 凭证号 记录编号 收支编号", required=True),
        unit_code("所属单元编码", "社区编码 所属社区编码"),
        *NAMES,
        col("project_id", "项目编号", "code", "所属项目编号", "project it belongs to", "项目编码 项目代码 所属项目编号"),
        col("fund", "资金类型", "word", "资金类型", "which fund", "资金类别 资金性质", required=True, words=FUND_WORDS),
        col("year", "年度", "year", "资金所属年度", "budget year", "资金年度 预算年度 年份", required=True, minimum=1990, maximum=2100),
        col("direction", "方向", "word", "收支方向", "kind of entry", "收支方向 收支 收/支 收支类型 收支类别", required=True, words=words(
            budget="预算 年初预算", received="到账 拨入 收入 到位", expense="支出 支付 付款", refund="退回 退款 退还", cleared="清理 清退 收回 清理收回")),
        col("amt", "金额", "money", "金额（元）", "amount, yuan", "收支金额 金额元 发生额", required=True),
        col("on_date", "日期", "date", "发生日期", "day", "收支日期 发生日期 入账日期 记账日期 时间", required=True),
        col("origin", "来源", "word", "资金来源", "where the money comes from", "资金来源 来源渠道", words=words(
            government="政府 财政 政府拨款 财政拨款", society="社会 社会帮扶 社会捐赠 捐赠", enterprise="企业 企业投入 企业出资", space="空间经营 空间经营收入 社区空间经营 经营收入")),
    ),
    key=("entry_id",), placed_on="on_date", need_one_of=(BY_NAME,),
)  # fmt: skip

COMPOUND_REVENUE = Table(
    "compound_revenue", Text("小区公共收益", "Common revenue of compounds"),
    Text("小区公共收益的收入、支出和分红，每行一笔，按小区定位；没有主键，重复的行都算。", "Income, outlay and dividend of a compound's common revenue, one entry per row, "
         "placed by compound; no key, equal rows all count."),
    (
        COMPOUND_ID,
        col("period", "期间", "period", "年份（YYYY）或月份（YYYY-MM）", "year YYYY or month YYYY-MM", "所属期间 期次 月份 年月 年度 账期", required=True),
        col("direction", "方向", "word", "收支方向", "kind of entry", "收支方向 收支 收/支 收支类型", required=True, words=words(
            income="收入 收益", expense="支出 必要支出", dividend="分红 分配 业主分红")),
        col("item", "项目", "word", "收益项目", "what it comes from", "收益项目 收益来源 来源 收支项目", words=words(
            advert="广告 广告收入 电梯广告", parking="停车 停车费 停车收入", site="场地 场地出租 场地租金", other="其他 其它")),
        col("amt", "金额", "money", "金额（元）", "amount, yuan", "收支金额 收益金额", required=True),
        col("voted_on", "表决日期", "date", "业主表决日期", "day of the owners' vote", "表决时间 业主表决日期"),
        col("basis_m2", "分红面积", "number", "参与分红的面积（平方米）", "area the dividend is paid on, m²", "分红建筑面积 计算面积", minimum=0),
        col("owners_n", "户数", "count", "参与分红的户数", "owners it is paid to", "业主户数 分红户数 业主数"),
        col("published_on", "公示日期", "date", "公示日期", "day published", "公示时间"),
    ),
)  # fmt: skip

PROPERTY_FEE = Table(
    "property_fee", Text("物业费", "Property fees"),
    Text("小区物业费的应收和实收，每行一个小区一个期间，按小区定位。", "Fees due and paid, one compound and period per row, placed by compound."),
    (
        COMPOUND_ID,
        col("period", "期间", "period", "年份（YYYY）或月份（YYYY-MM）", "year YYYY or month YYYY-MM", "所属期间 期次 月份 年月 年度 账期 收费期间", required=True),
        col("due_amt", "应收", "money", "应收金额（元）", "due, yuan", "应收金额 应收物业费 应缴金额", required=True),
        col("paid_amt", "实收", "money", "实收金额（元）", "paid, yuan", "实收金额 实收物业费 实缴金额 已收金额", required=True),
        col("due_hh", "应缴户数", "count", "应缴户数", "households due", "应收户数 应缴户"),
        col("paid_hh", "实缴户数", "count", "实缴户数", "households paid", "实收户数 已缴户数 实缴户"),
    ),
    key=("compound_id", "period"),
)  # fmt: skip

ASSISTANCE = Table(
    "assistance", Text("结对帮扶", "Assistance"),
    Text("结对单位给予社区的帮扶，每行一次，只记单位。", "Help given to communities by partner organisations, one per row; organisations only."),
    (
        col("assistance_id", "编号", "code", "帮扶编号", "id", "帮扶编号 结对编号 帮扶编码", required=True),
        unit_code("社区编码", "社区代码 所属社区编码 受助社区编码"),
        *NAMES,
        col("giver", "帮扶单位", "text", "帮扶单位", "organisation that gave", "结对单位 援助单位 帮扶单位名称", required=True, personal="scrub"),
        col("kind", "类别", "text", "帮扶类别", "kind of help", "帮扶类别 帮扶类型 类型 帮扶内容", personal="scrub"),
        col("value_amt", "折合金额", "money", "折合金额（元）", "value, yuan", "金额 帮扶金额 折合资金"),
        col("given_on", "日期", "date", "帮扶日期", "day", "帮扶日期 帮扶时间 时间", required=True),
    ),
    key=("assistance_id",), placed_on="given_on", need_one_of=(BY_NAME,),
)  # fmt: skip

TABLES = (FUND_PROJECT, FUND_LEDGER, COMPOUND_REVENUE, PROPERTY_FEE, ASSISTANCE)
