"""Cases and their steps (诉求工单、工单流转)."""


from etl.model.table import Table
from etl.model.tables.columns import COMMUNITY, DISTRICT, LEVEL_WORDS, POINT, STREET, col, unit_code, words
from etl.model.text import Text

SOURCE_WORDS = {
    "12345": ("12345", "12345热线", "12345政务服务热线", "市民热线", "政务服务热线", "热线", "电话", "市长热线", "政府热线"),
    **words(
        steward="网格员上报 网格员 网格上报 微网格员上报 巡查上报 网格巡查 主动发现",
        city_mgmt="数字城管 城管 数字化城管 城市管理 智慧城管 监督员上报",
        e_steward="e管家 居民e管家 天府e管家",
        petition="信访 来信来访 网上信访",
        other="其他 其它 其他渠道",
    ),
}
STATUS_WORDS = words(
    reported="已登记 待受理 登记 已上报 待立案 受理中 未受理 新建",
    filed="已立案 已受理 立案 待派遣 待交办 待分派",
    dispatched="已派遣 已交办 已派单 派遣 待签收 已分派 已转办 待处置",
    handling="办理中 处理中 处置中 已签收 在办 正在办理",
    feedback="已反馈 反馈 已回复 待核查 已处置",
    checking="核查中 待回访 回访中 待核实 待结案 待审核",
    closed="已办结 已结案 已关闭 办结 结案 关闭 已完成 完成 已归档 closed",
    void="作废 已作废 [作废] 已撤销 撤销 已取消 无效",
    suspended="挂账 挂起 延期办理 已挂账 已挂起 延期",
)
SEVERITY_WORDS = words(minor="小 小事 一般 小矛盾", major="大 大事 较大 重大 大纠纷", group="群体 群 群体事件 群体性事件")

CASE = Table(
    "case", Text("诉求工单", "Cases"),
    Text("居民诉求和网格事件，每行一件。没有来源系统时按空文本记，编号仍可作主键。来电人不读入，电话只存散列值，标题和内容先去除个人信息，点位只存到小区。",
         "Demands and grid events, one per row. A missing source system is taken as empty text, so the key still works. Callers are not read, "
         "phones are kept as a hash only, title and text are scrubbed, the place is kept down to the compound."),
    (
        col("case_no", "工单编号", "code", "工单编号，在来源系统内唯一", "number, unique in its source system",
            "工单号 工单编码 诉求编号 诉求工单编号 受理编号 任务号 任务编号 案件编号 案件号 案卷编号 案卷号 事件编号 事件编码 问题编号 信件编号 留言编号 诉求单号 单号", required=True),
        col("source_system", "来源系统", "code", "来源系统名称；没有时按空文本", "name of the source system; missing: the empty text", "来源平台 系统来源 所属系统 数据来源系统"),
        col("source", "受理渠道", "word", "诉求来自哪个渠道", "channel the case came by",
            "诉求渠道 问题来源 来源渠道 工单来源 诉求来源 案件来源 事件来源 受理来源 来件渠道 反映渠道 来电渠道", words=SOURCE_WORDS),
        col("code4", "事项编码", "code", "标准分类的四位编码；为空时由问题分类对照", "four digits of the taxonomy; empty: found from the category text",
            "分类编码 事项代码 四位编码 标准分类编码 事项分类编码"),
        col("raw_category", "问题分类", "text", "来源系统的分类文字，可为“一级->二级->三级”", "the source's category, also as “a->b->c”",
            "问题类别 诉求分类 诉求类别 问题分类名称 事项分类 事项类别 分类 类别 内容分类 案件类别 工单分类 三级分类 事件分类 事件类别 诉求归口 分类名称 所属分类 "
            "一级分类+二级分类+三级分类 一级分类+二级分类 大类名称+小类名称 大类+小类 问题大类+问题小类 案件大类+案件小类 事件大类+事件小类", personal="scrub"),
        col("title", "标题", "text", "标题", "title", "工单标题 诉求标题 留言主题 主题 事件标题 案件标题 信件标题 问题标题", personal="scrub"),
        col("body", "主要内容", "text", "诉求内容", "what was said",
            "诉求内容 反映内容 问题描述 工单内容 留言详情 事件描述 内容 案件描述 内容描述 诉求描述 详细内容 来电内容 信件内容 问题内容 事项内容", personal="scrub"),
        col("caller", "来电人", "text", "来电人，不读入", "caller; not read",
            "反映人 诉求人 联系人 投诉人 举报人 上报人 求助人员 求助人 来电人姓名 市民姓名 姓名 诉求人姓名 反映人姓名 联系人姓名 当事人 留言用户 用户", personal="drop"),
        col("phone", "联系电话", "text", "联系电话，只存散列值 caller_hash", "phone; kept only as caller_hash",
            "来电号码 联系方式 求助号码 来电人电话 来电人电话/账号 手机号 手机号码 电话 电话号码 来电电话 联系人电话 诉求人电话 反映人电话 手机 主叫号码 联系手机", personal="hash", stored_as="caller_hash"),
        col("reported_at", "来电时间", "time", "来电或上报时间", "when it was reported",
            "来话时间 受理时间 创建时间 登记时间 上报时间 反映时间 诉求时间 留言时间 发生时间 提交时间 工单创建时间 来件时间 信件时间 举报时间 诉求提交时间 接单时间", required=True),
        col("filed_at", "立案时间", "time", "立案时间；为空时按来电时间统计", "when it was filed; missing: the time reported", "区交办时间 交办时间 派单时间 立案日期 正式受理时间 派遣时间 案卷建立时间"),
        col("due_at", "办理期限", "time", "办理期限；只有日期时为当日 24 时", "when it is due; a date alone ends at 24:00",
            "办结期限 处置截止时间 区交办办结期限 截止时间 应办结时间 处理期限 到期时间 办理时限 办结时限 要求办结时间 处置期限 截止日期 应结案时间 承办截止时间 办理截止时间", day_end=True),
        col("first_contact_at", "首次联系时间", "time", "首次联系诉求人的时间", "first contact with the caller", "首次响应时间 响应时间 首次回复时间 联系时间 首次联系诉求人时间 首联时间"),
        col("closed_at", "办结时间", "time", "办结时间", "when it was closed", "完成时间 结案时间 办结日期 关闭时间 处置完成时间 实际办结时间 结案日期 办理完成时间 归档时间"),
        col("voided_at", "作废时间", "time", "作废时间", "when it was voided", "撤销时间 作废日期 取消时间"),
        col("status", "工单状态", "word", "当前状态", "present state", "办理状态 当前阶段 当前阶段名称 当前状态 状态 处理状态 案件状态 事件状态 诉求状态 流程状态 当前环节", words=STATUS_WORDS),
        col("lead_unit", "承办单位", "text", "承办（主办）单位", "unit in charge",
            "主办单位 办理单位 责任单位 处置部门 处理单位 承办部门 主办部门 责任部门 处置单位 市交办主办单位 处理部门 主责单位 承办单位名称", personal="scrub"),
        col("group_size", "涉及人数", "count", "涉及人数", "persons concerned", "参与人数 涉事人数 群体人数 诉求人数"),
        unit_code("网格编码", "微网格编码 微网格编号 社区编码 所属社区编码 街道编码", zh="发生地所属单元编码", en="code of the unit it concerns"),
        DISTRICT, STREET, COMMUNITY,
        col("place", "小区点位", "text", "发生地点文字；用于定位，只存到小区", "place as text; used for placing, kept down to the compound",
            "问题点位 详细地址 地址描述 发生地点 事发地址 事件发生地 发生地址 地址 地点 点位 问题地址 事发地点 诉求地址 反映地址 小区 小区名称 问题发生地 位置描述 所属小区 案发地址", personal="place"),
        *POINT,
        col("resolved_level", "办结层级", "word", "在哪一级解决", "level that solved it", "解决层级 处置层级 办理层级 办结级别", words=LEVEL_WORDS),
        col("severity", "事件等级", "word", "事件等级；为空时按分类默认", "severity; missing: the class's default", "严重程度 矛盾等级 事件级别 诉求等级 大小事", words=SEVERITY_WORDS),
        col("solved", "是否解决", "word", "回访：是否解决", "call-back: solved or not", "解决情况 解决结果 诉求是否解决 是否已解决 回访是否解决", words=words(
            yes="解决 已解决 是 全部解决", partly="部分解决 基本解决", no="未解决 否 没有解决")),
        col("satisfied", "是否满意", "word", "回访：是否满意", "call-back: satisfied or not", "满意度 评价结果 满意情况 满意度评价 回访满意度 群众评价 回访评价", words=words(
            yes="满意 非常满意 是 很满意", mostly="基本满意 一般 比较满意", no="不满意 否 很不满意 非常不满意", none="未评价 未回访 未表态 默认评价 无评价")),
        col("is_in_scope", "纳入考核", "flag", "是否纳入考核；为空即纳入", "counts for appraisal; missing: yes", "是否纳入考核 是否考核 纳入评价 是否纳入评价"),
        col("repeat_of", "重复于", "code", "来源系统认定的首件工单编号", "first case this one repeats, as the source says", "重复工单编号 重复于工单 首件工单编号 原工单编号 关联重复工单 主工单编号"),
        col("source_ontime", "来源按期标记", "flag", "来源系统自带的按期标记，只用于与日期核对；ONTIME 即是，OVERDUE 即否", "the source's own on-time mark, only checked against "
            "its dates; ONTIME is yes, OVERDUE is no", "按期标记 按时标记 是否按期办结 按期情况 ontime on_time"),
    ),
    key=("source_system", "case_no"), placed_on="filed_at",
)  # fmt: skip

EVENT_WORDS = words(
    report="登记 上报 受理登记", file="立案 受理", dispatch="派遣 交办 派单 分派 转办", sign="签收 接单 接收", contact="联系 首次联系 联系诉求人",
    **{"return": "退单 退回 回退 退件"}, reassign="改派 重新派遣 转派", extend="延期 申请延期", feedback="反馈 回复 处置反馈", check_pass="核查通过 回访通过 核实通过 审核通过",
    check_fail="核查不通过 回访不通过 核查未通过 审核不通过", close="结案 办结 归档", reopen="重开 重办 重新办理 返工", urge="催办 督办", escalate="上交 上报上级 提级",
    void="作废 撤销",
)  # fmt: skip

CASE_EVENT = Table(
    "case_event", Text("工单流转", "Steps of cases"),
    Text("工单的每一步操作，每行一步。没有序号时按操作时间和环节识别；没有来源系统时按空文本。随工单落格。",
         "Every step of a case, one per row. Without a sequence number the time and the step identify it; a missing source system is the empty text. "
         "Placed with its case."),
    (
        col("case_no", "工单编号", "code", "工单编号", "number of the case", "工单号 工单编码 诉求编号 受理编号 任务号 案件编号 案卷编号 事件编号", required=True),
        col("source_system", "来源系统", "code", "来源系统名称；没有时按空文本", "name of the source system; missing: the empty text", "来源平台 系统来源 所属系统"),
        col("seq", "序号", "count", "第几步", "number of the step", "步骤序号 流转序号 环节序号 顺序号"),
        col("at", "操作时间", "time", "操作时间", "when", "时间 处理时间 流转时间 环节时间 办理时间", required=True),
        col("type", "环节", "word", "做了什么", "which step", "操作 环节名称 操作类型 流转环节 操作环节 动作 办理环节", required=True, words=EVENT_WORDS),
        col("from_unit", "转出单位", "text", "转出单位", "unit it left", "来源单位 操作单位 发出单位 派出单位 转出部门", personal="scrub"),
        col("to_unit", "转入单位", "text", "转入单位", "unit it went to", "接收单位 目标单位 转入部门 接收部门", personal="scrub"),
        col("reason", "原因", "text", "退单、延期等的原因", "why it was returned, extended …", "退回理由 退单原因 退单理由 退回原因 延期理由 延期原因 理由 备注 说明 意见", personal="scrub"),
    ),
    # without seq the reader leaves it empty for all steps, so time and type must be part of the key
    key=("source_system", "case_no", "seq", "at", "type"),
)  # fmt: skip

TABLES = (CASE, CASE_EVENT)
