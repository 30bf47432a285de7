"""Whistles, mobilisation orders, joint meetings, mediation (吹哨报到、动员、联席会议、调解)."""


from etl.model.table import Table
from etl.model.tables.columns import BY_NAME, COMMUNITY, DISTRICT, LEVEL_WORDS, NAMES, STREET, col, unit_code, words
from etl.model.text import Text

STREET_OF_WHISTLE = col(
    "street", "所属街道", "text", "吹哨街道名称，用于按名称定位", "street that called, by name",
    "吹哨街道 街道 街道名称 吹哨街道名称 吹哨单位 所属镇街 镇街 街镇 所属乡镇",
)  # fmt: skip

WHISTLE = Table(
    "whistle", Text("吹哨报到", "Whistles"),
    Text("街道吹哨、部门报到，每行一个被召部门。", "A street calls, departments must come: one row per department called."),
    (
        col("whistle_id", "哨单编号", "code", "哨单编号", "number of the whistle", "哨单号 吹哨编号 哨单编码 吹哨单号 哨令编号", required=True),
        unit_code("吹哨街道编码", "街道编码 街道代码 吹哨街道代码 吹哨单位编码", zh="吹哨街道的编码", en="code of the street that called"),
        DISTRICT, STREET_OF_WHISTLE,
        col("kind", "哨类", "word", "吹哨的用途", "what the whistle is for", "吹哨类型 哨型 哨单类型 吹哨类别 哨的类型", required=True, words=words(
            hard="难题 难题哨 疑难哨 攻坚哨 日常哨", enforce="执法 执法哨 联合执法 综合执法哨", emergency="应急 应急哨 应急处置")),
        col("case_no", "工单编号", "code", "相关工单编号", "case it is about", "相关工单 工单号 关联工单编号 关联工单"),
        col("code4", "事项编码", "code", "标准分类的四位编码", "four digits of the taxonomy", "分类编码 事项代码"),
        col("blown_at", "吹哨时间", "time", "吹哨时间", "when it was blown", "发哨时间 吹哨日期 哨单时间", required=True),
        col("dept", "报到单位", "text", "被召部门", "department called", "报到部门 应哨单位 被吹哨单位 响应部门 应哨部门", required=True, personal="scrub"),
        col("is_lead", "是否牵头", "flag", "是否牵头部门", "leads the departments", "牵头 是否牵头单位 是否牵头部门"),
        col("due_arrive_at", "应到时间", "time", "应到时间", "when it must arrive", "要求报到时间 应报到时间 报到时限 应到期限", required=True, day_end=True),
        col("arrived_at", "报到时间", "time", "实际到场时间", "when it arrived", "到场时间 实际报到时间 实到时间 报到日期"),
        col("is_refused", "是否拒绝", "flag", "是否拒绝报到", "refused to come", "拒绝 是否拒哨 是否拒绝报到"),
        col("done_at", "办结时间", "time", "办结时间", "when it was done", "完成时间 销哨时间 办结日期"),
        col("score", "街道评分", "number", "街道对部门的评分", "the street's score of the department", "评价 评分 评价得分 街道评价", minimum=0),
    ),
    key=("whistle_id", "dept"), placed_on="blown_at", need_one_of=(("unit_code", "street", "district"),),
)  # fmt: skip

MOBILISATION = Table(
    "mobilisation", Text("动员回执", "Mobilisation receipts"),
    Text("应急动员指令的回执，每行一个微网格。", "Receipts of a mobilisation order, one row per micro-grid."),
    (
        col("mob_id", "指令编号", "code", "指令编号", "number of the order", "动员编号 指令号 动员指令编号", required=True),
        col("issued_at", "发令时间", "time", "发令时间", "when it was issued", "下达时间 指令时间 发布时间", required=True),
        unit_code("微网格编码", "微网格编号 微网格代码 微网格", required=True, zh="接收指令的微网格编码", en="micro-grid that received it"),
        col("received_at", "收到时间", "time", "收到时间", "when it was received", "接收时间 签收时间"),
        col("first_hh_at", "首户时间", "time", "到达首户的时间", "when the first household was reached", "到户时间 首户到达时间 首户入户时间"),
        col("done_at", "完成时间", "time", "入户全部完成的时间", "when all households were done", "办结时间 入户完成时间"),
        col("hh_target", "应入户数", "count", "应入户数", "households to visit", "应入户 目标户数 应到户数"),
        col("hh_done", "实入户数", "count", "实入户数", "households visited", "实入户 完成户数 已入户数 实到户数"),
    ),
    key=("mob_id", "unit_code"), placed_on="issued_at",
)  # fmt: skip

MEETING_ISSUE = Table(
    "meeting_issue", Text("联席会议议题", "Joint-meeting issues"),
    Text("四级党建联席会议的议题，每行一题。", "Issues of the joint meetings of the four levels, one per row."),
    (
        col("issue_id", "议题编号", "code", "议题编号", "id of the issue", "议题号 议题编码", required=True),
        col("meeting_level", "会议层级", "word", "会议在哪一级召开", "level of the meeting", "会议级别 联席会议层级", required=True, words=LEVEL_WORDS),
        unit_code("单元编码", "社区编码 街道编码"),
        *NAMES,
        col("held_on", "会议日期", "date", "会议日期", "day of the meeting", "会议时间 召开日期 召开时间", required=True),
        col("code4", "事项编码", "code", "标准分类的四位编码", "four digits of the taxonomy", "分类编码 事项代码"),
        col("proper_level", "应办层级", "word", "应在哪一级办理；为空时按分类", "level that should handle it; missing: the class's", "责任层级 应办级别 应办理层级", words=LEVEL_WORDS),
        col("handled_level", "实办层级", "word", "实际在哪一级办理", "level that handled it", "办理层级 实办级别 实际办理层级", words=LEVEL_WORDS),
        col("due_on", "应办结日期", "date", "应办结日期", "due day", "应办结时间 办结期限 办理期限"),
        col("closed_on", "办结日期", "date", "办结日期", "day closed", "办结时间 完成日期"),
    ),
    key=("issue_id",), placed_on="held_on", need_one_of=(BY_NAME,),
)  # fmt: skip

MEDIATION = Table(
    "mediation", Text("调解", "Mediation"),
    Text("调委会、调解室受理的调解，每行一件，不含当事人。", "Mediations, one per row, without the parties."),
    (
        col("case_id", "编号", "code", "调解编号", "id of the mediation", "调解编号 案件编号 调解案号 调解案件编号 纠纷编号", required=True),
        unit_code("单元编码", "社区编码 所属社区编码"),
        DISTRICT, STREET, COMMUNITY,
        col("type", "类型", "text", "纠纷类型", "kind of dispute", "纠纷类型 调解类型 纠纷类别 矛盾类型", personal="scrub"),
        col("accepted_on", "受理日期", "date", "受理日期", "day accepted", "受理时间 登记日期 调解日期 调解时间", required=True),
        col("result", "结果", "word", "调解结果", "result", "调解结果 调处结果", words=words(
            success="成功 调解成功 已化解 达成协议", failed="不成功 调解不成功 失败 调解失败 未达成协议", open="在办 调解中 办理中 进行中")),
    ),
    key=("case_id",), placed_on="accepted_on", need_one_of=(BY_NAME,),
)  # fmt: skip

TABLES = (WHISTLE, MOBILISATION, MEETING_ISSUE, MEDIATION)
