"""Co-building and deliberation (共建契约、联席活动、议事、建议、试点)."""


from etl.model.table import Table
from etl.model.tables.columns import BY_NAME, LEVEL_WORDS, NAMES, col, unit_code, words
from etl.model.text import Text

CONTRACT_ID = col("contract_id", "契约编号", "code", "契约编号", "id of the contract", "合同编号 协议编号 契约编码 共建契约编号", required=True)

CONTRACT = Table(
    "contract", Text("共建契约", "Contracts"),
    Text("社区与驻区单位的共建契约及五步日期，每行一份。", "Contracts between a community and a resident work unit, with the five dates, one per row."),
    (
        CONTRACT_ID,
        unit_code("社区编码", "社区代码 所属社区编码"),
        *NAMES,
        col("partner", "共建单位", "text", "共建单位名称", "partner organisation", "驻区单位 共建单位名称 单位名称 签约单位", required=True, personal="scrub"),
        col("partner_kind", "单位类型", "word", "共建单位的类型", "kind of partner", "单位性质 单位类别 共建单位类型", words=words(
            government="机关 党政机关 行政机关", school="学校 高校 院校", hospital="医院", state_firm="国企 国有企业 央企", private_firm="民企 民营企业 非公企业 私营企业",
            social_org="社会组织", institution="事业单位 事业")),
        col("parttime_post", "兼职职务", "text", "在社区大党委的兼职职务（不填姓名）", "part-time post in the community's committee, no names", "兼职委员职务 兼职", personal="scrub"),
        col("talked_on", "谈约日期", "date", "谈约", "talked", "谈约时间"),
        col("signed_on", "签约日期", "date", "签约", "signed", "签约时间 签订日期 签订时间"),
        col("published_on", "亮约日期", "date", "亮约（公示）", "published", "亮约时间 公示日期 公示时间"),
        col("start_on", "履约开始", "date", "履约开始", "begins", "履约开始日期 履约开始时间 履约时间 履约日期 开始日期"),
        col("end_on", "履约截止", "date", "履约截止", "ends", "履约截止日期 履约截止时间 履约结束 履约结束日期 截止日期 到期日期"),
        col("appraised_on", "评约日期", "date", "评约", "appraised", "评约时间 评议日期"),
        col("score", "评分", "number", "评约得分", "score", "评约得分 得分 评约评分", minimum=0),
    ),
    key=("contract_id",), placed_on="signed_on", need_one_of=(BY_NAME,),
)  # fmt: skip

CONTRACT_ITEM = Table(
    "contract_item", Text("契约项目", "Contract items"),
    Text("契约约定的项目，每行一项，随契约落格。“给予”是单位给社区，“获得”是单位从社区得到。",
         "Items agreed in a contract, one per row, placed with it. give: by the partner to the community; get: the other way."),
    (
        CONTRACT_ID,
        col("item_id", "项目编号", "code", "项目编号，在契约内唯一", "id, unique in the contract", "项目编码 契约项目编号 序号", required=True),
        col("direction", "方向", "word", "给予或获得", "give or get", "项目方向 供需方向", required=True, words=words(
            give="给予 提供 给 我方给予 供给", get="获得 需求 得 我方需求 对方需求 取得")),
        col("due_on", "应完成日期", "date", "应完成日期", "due day", "应完成时间 计划完成日期 计划完成时间 完成期限", required=True),
        col("done_on", "完成日期", "date", "完成日期", "day done", "完成时间 实际完成日期 实际完成时间"),
    ),
    key=("contract_id", "item_id"), placed_on="due_on",
)  # fmt: skip

JOINT_ACTIVITY = Table(
    "joint_activity", Text("共建活动", "Joint activities"),
    Text("党建联席、共建单位开展的活动，每行一次。", "Activities of the joint meeting and its partners, one per row."),
    (
        col("activity_id", "编号", "code", "活动编号", "id", "活动编号 活动编码", required=True),
        unit_code("社区编码", "社区代码 所属社区编码"),
        *NAMES,
        col("held_on", "日期", "date", "活动日期", "day", "活动日期 活动时间 开展日期 开展时间 时间", required=True),
        col("convenor", "召集单位", "text", "召集单位", "convening organisation", "轮值单位 组织单位 主办单位", personal="scrub"),
        col("project", "认领项目", "text", "认领的项目", "project claimed", "项目名称 活动项目 认领项目名称", personal="scrub"),
        col("participants", "人次", "count", "参加人次", "participants", "参与人次 参加人次 参加人数 参与人数"),
    ),
    key=("activity_id",), placed_on="held_on", need_one_of=(BY_NAME,),
)  # fmt: skip

DELIBERATION = Table(
    "deliberation", Text("议事", "Deliberation"),
    Text("居民议事、听证、评议等会议，每行一次，不记姓名。", "Meetings of residents to deliberate, hear or appraise, one per row, no names."),
    (
        col("event_id", "编号", "code", "会议编号", "id of the meeting", "会议编号 议事编号 活动编号", required=True),
        unit_code("单元编码", "社区编码 所属社区编码 小区网格编码"),
        *NAMES,
        col("type", "类型", "word", "会议类型", "kind of meeting", "会议类型 议事类型 形式 议事形式", required=True, words=words(
            assembly="居民代表会 居民代表会议 居民代表大会", council="议事协商会 议事会 协商会 议事协商", hearing="民主听证会 听证会", appraisal="民主评议会 评议会",
            open_air="坝坝会 院坝会", delegate_day="党代表接待日 党代表接待", delegate_survey="党代表调研")),
        col("held_on", "日期", "date", "召开日期", "day", "会议日期 召开日期 召开时间 时间 会议时间", required=True),
        col("attendees", "人数", "count", "参加人数", "persons present", "参会人数 参加人数 到会人数"),
        col("opinions_n", "意见数", "count", "意见条数", "opinions given", "意见条数 意见建议数 收集意见数"),
        col("resolutions_n", "决议数", "count", "决议条数", "resolutions", "议决数 决议条数 形成决议数"),
        col("done_n", "落实数", "count", "已落实决议条数", "resolutions carried out", "已落实数 落实决议数 完成数"),
        col("case_no", "相关工单", "code", "相关工单编号", "case it is about", "工单编号 相关工单编号 关联工单 关联工单编号"),
    ),
    key=("event_id",), placed_on="held_on", need_one_of=(BY_NAME,),
)  # fmt: skip

SUGGESTION = Table(
    "suggestion", Text("意见建议", "Suggestions"),
    Text("居民意见建议，每行一条；归并编号相同的为同一条建议。", "Residents' suggestions, one per row; equal 归并编号 means one and the same."),
    (
        col("suggestion_id", "编号", "code", "建议编号", "id", "建议编号 意见编号 意见建议编号", required=True),
        unit_code("单元编码", "社区编码 所属社区编码"),
        *NAMES,
        col("channel", "渠道", "text", "收集渠道", "channel", "收集渠道 来源渠道 征集渠道", personal="scrub"),
        col("theme", "主题", "text", "主题", "theme", "建议主题 建议内容 意见主题 类别", personal="scrub"),
        col("made_on", "日期", "date", "提出日期", "day made", "提出日期 提出时间 征集日期 建议日期 时间", required=True),
        col("group_id", "归并编号", "code", "归并后的编号", "id of the merged group", "归并组 合并编号 归并组编号"),
        col("is_adopted", "是否采纳", "flag", "是否采纳", "adopted", "采纳 采纳情况 是否被采纳"),
    ),
    key=("suggestion_id",), placed_on="made_on", need_one_of=(BY_NAME,),
)  # fmt: skip

PILOT = Table(
    "pilot", Text("试点", "Pilots"),
    Text("试点与对照单元，每行一个试点。", "Pilot units and their controls, one pilot per row."),
    (
        col("pilot_id", "编号", "code", "试点编号", "id", "试点编号 试点编码", required=True),
        col("name", "名称", "text", "试点名称", "name", "试点名称 试点项目", required=True, personal="scrub"),
        col("unit_codes", "试点单元", "list", "试点单元编码，多个用；分开", "codes of the pilot units, split at ；", "试点单元编码 试点编码列表 试点范围 试点网格 试点社区", required=True),
        col("control_codes", "对照单元", "list", "对照单元编码，多个用；分开", "codes of the control units, split at ；", "对照单元编码 对照范围 对照组 对照社区"),
        col("indicator", "指标", "code", "所看指标的编号（etl indicators 列出）", "id of the indicator watched, as listed by etl indicators", "指标编号 评价指标 观测指标", required=True),
        col("start_on", "开始日期", "date", "试点开始日期", "day it began", "开始时间 启动日期 试点开始日期 启动时间", required=True),
    ),
    key=("pilot_id",), is_placed=False,
)  # fmt: skip

ORG = Table(
    "org", Text("承办单位", "Responsible units"),
    Text("承办单位名录，用于统一工单里的单位名称，每行一个单位。", "Directory of responsible units, to make the names in cases agree, one per row."),
    (
        col("org_id", "单位编号", "code", "单位编号，唯一", "id, unique", "单位编码 单位代码 部门编号 部门编码 机构编码", required=True),
        col("name", "单位名称", "text", "单位名称", "name", "名称 部门名称 机构名称 承办单位 承办单位名称", required=True),
        col("aliases", "别名", "list", "单位的其他叫法，多个用；分开", "other names, split at ；", "单位别名 简称 曾用名"),
        col("level", "层级", "word", "单位所在层级", "level of the unit", "单位层级 级别 单位级别", words=LEVEL_WORDS),
        col("kind", "类型", "word", "单位类型", "kind of unit", "单位类型 单位性质 类别", words=words(
            community="社区 居委会 村居", street="街道 镇街 乡镇 街道办", department="部门 区级部门 职能部门 市级部门", utility="公共服务企业 公用事业 公服企业",
            property="物业 物业企业 物业公司", social_org="社会组织")),
        unit_code("所在单元编码", "社区编码 街道编码 所属社区编码"),
        *NAMES,
    ),
    key=("org_id",),
)  # fmt: skip

TABLES = (CONTRACT, CONTRACT_ITEM, JOINT_ACTIVITY, DELIBERATION, SUGGESTION, ORG, PILOT)
