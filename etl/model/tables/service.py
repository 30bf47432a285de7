"""Premises, organisations and services to residents (阵地、社会组织、志愿服务、走访、微心愿、便民服务、网格清单)."""


from etl.model.table import Table
from etl.model.tables.columns import BY_NAME, BY_NAME_OR_POINT, NAMES, POINT, col, unit_code, words
from etl.model.text import Text

FACILITY = Table(
    "facility", Text("阵地设施", "Facilities"),
    Text("党群服务中心、五中心、警务室等阵地设施，每行一处。", "Service centres and other premises, one per row."),
    (
        col("facility_id", "编号", "code", "设施编号", "id", "设施编号 阵地编号 设施编码 阵地编码", required=True),
        col("name", "名称", "text", "设施名称", "name", "设施名称 阵地名称", required=True),
        # open set: other premises keep their own word
        col("type", "类型", "text", "设施类型：事务服务中心、文化活动中心、生活服务中心、卫生服务中心、综治维稳中心、党群服务中心、警务室等",
            "kind in Chinese words: the five centres 事务服务中心 文化活动中心 生活服务中心 卫生服务中心 综治维稳中心, 党群服务中心, 警务室, or another",
            "设施类型 阵地类型 类别 设施类别", required=True),
        unit_code("社区编码", "社区代码 所属社区编码"),
        *NAMES,
        col("area_m2", "面积", "number", "面积（平方米）", "area in m²", "建筑面积 使用面积 面积平方米 设施面积", minimum=0),
        *POINT,
    ),
    key=("facility_id",), need_one_of=(BY_NAME_OR_POINT,),
)  # fmt: skip

SOCIAL_ORG = Table(
    "social_org", Text("社会组织", "Social organisations"),
    Text("社区内的社会组织，每行一个。", "Social organisations of a community, one per row."),
    (
        col("org_id", "编号", "code", "社会组织编号", "id", "社会组织编号 组织编号 登记证号 统一社会信用代码", required=True),
        col("name", "名称", "text", "社会组织名称", "name", "社会组织名称 组织名称", required=True, personal="scrub"),
        unit_code("社区编码", "社区代码 所属社区编码"),
        *NAMES,
        col("field", "领域", "text", "服务领域", "field of service", "服务领域 业务领域 类型", personal="scrub"),
        col("has_standard", "服务标准", "flag", "是否有明确的服务标准", "has a clear service standard", "有无服务标准 是否有服务标准"),
        col("is_active", "在运行", "flag", "是否在运行", "is active", "是否在运行 是否运行 运行状态 是否活跃"),
    ),
    key=("org_id",), need_one_of=(BY_NAME,),
)  # fmt: skip

SERVICE_POST = Table(
    "service_post", Text("认领岗位", "Service posts"),
    Text("党员认领的服务岗位，每行一个岗位，不含个人。", "Posts that members claim, one post per row, no persons."),
    (
        col("post_id", "岗位编号", "code", "岗位编号", "id of the post", "岗位编码 编号", required=True),
        unit_code("单元编码", "社区编码 所属社区编码"),
        *NAMES,
        col("type", "岗位类型", "text", "岗位类型", "kind of post", "类型 岗位名称 岗位", personal="scrub"),
        col("offered", "设岗数", "count", "设岗数", "posts offered", "岗位数 设置岗位数", required=True),
        col("claimed", "认领数", "count", "认领数", "posts claimed", "已认领数 认领人数 认岗数", required=True),
        col("as_of_on", "统计日期", "date", "统计日期", "day the counts hold for", "统计时间 截止日期 数据日期", required=True),
    ),
    key=("post_id",), placed_on="as_of_on", need_one_of=(BY_NAME,),
)  # fmt: skip

SERVICE_LOG = Table(
    "service_log", Text("志愿服务", "Volunteer service"),
    Text("志愿服务记录，每行一次活动，只记人次和时长。", "Service given, one activity per row; person-times and hours only."),
    (
        col("log_id", "编号", "code", "记录编号", "id of the record", "记录编号 服务编号 活动编号", required=True),
        unit_code("单元编码", "社区编码 所属社区编码"),
        *NAMES,
        col("held_on", "日期", "date", "服务日期", "day", "服务日期 服务时间 活动日期 活动时间 时间", required=True),
        col("by", "主体", "word", "由党员还是志愿者提供", "given by members or by volunteers", "服务主体 参与主体 人员类别", words=words(
            member="党员 在职党员 报到党员", volunteer="志愿者 群众 居民 志愿服务队")),
        col("team", "队伍", "text", "队伍名称", "team", "服务队伍 队伍名称 志愿队伍 服务队", personal="scrub"),
        col("participants", "人次", "count", "参加人次", "person-times", "参与人次 服务人次 参加人次 参加人数", required=True),
        col("hours", "时长", "number", "服务时长合计（小时）", "hours in all", "服务时长 总时长 服务小时 时长小时 小时数", required=True, minimum=0),
    ),
    key=("log_id",), placed_on="held_on", need_one_of=(BY_NAME,),
)  # fmt: skip

CARE_VISIT = Table(
    "care_visit", Text("走访", "Care visits"),
    Text("“三必访”走访，每行一次，只到社区，不记对象。", "Care visits to members, one per row, by community only, without the person."),
    (
        col("visit_id", "编号", "code", "走访编号", "id of the visit", "走访编号 走访编码", required=True),
        unit_code("社区编码", "社区代码 所属社区编码"),
        *NAMES,
        col("trigger", "事由", "word", "走访事由", "reason of the visit", "走访事由 走访类型 走访原因", required=True, words=words(
            festival="节日 重大节日 节日慰问", illness="生病 生病住院 住院", hardship="困难 生活困难 特殊困难")),
        col("due_on", "应访日期", "date", "应访日期", "due day", "应访 应访时间 应走访日期 计划走访日期", required=True),
        col("done_on", "实访日期", "date", "实访日期", "day done", "实访 实访时间 走访日期 走访时间 实际走访日期"),
    ),
    key=("visit_id",), placed_on="due_on", need_one_of=(BY_NAME,),
)  # fmt: skip

WISH = Table(
    "wish", Text("微心愿", "Wishes"),
    Text("微心愿的征集、认领、完成，每行一个，不记对象。", "Small wishes made, claimed and fulfilled, one per row, without the person."),
    (
        col("wish_id", "编号", "code", "微心愿编号", "id of the wish", "微心愿编号 心愿编号", required=True),
        unit_code("单元编码", "社区编码 所属社区编码"),
        *NAMES,
        col("made_on", "日期", "date", "征集日期", "day made", "征集日期 征集时间 发布日期 登记日期 时间", required=True),
        col("claimed_on", "认领日期", "date", "认领日期", "day claimed", "认领时间"),
        col("done_on", "完成日期", "date", "完成日期", "day fulfilled", "完成时间 实现日期"),
    ),
    key=("wish_id",), placed_on="made_on",
)  # fmt: skip

SERVICE_STAT = Table(
    "service_stat", Text("便民服务月报", "Services, monthly"),
    Text("便民服务的月度件数，每行一个单元、月份、渠道、类型。", "Monthly counts of services, one unit, month, channel and type per row."),
    (
        unit_code("单元编码", "社区编码 所属社区编码"),
        *NAMES,
        col("month", "月份", "period", "月份（YYYY-MM）", "month YYYY-MM", "统计月份 年月 月度", required=True),
        # open set: feeds.md ends its list with …
        col("channel", "渠道", "text", "服务渠道：12349、一站式大厅、健康体检等", "channel in Chinese words: 12349, 一站式大厅, 健康体检 or another",
            "服务渠道 受理渠道", required=True),
        col("type", "类型", "text", "服务类型", "kind of service", "服务类型 事项类型 服务事项", required=True),
        col("n", "件数", "count", "件数", "services", "办件数 服务件数 办件量 数量 人次", required=True),
        col("first_time_n", "一次办成件数", "count", "一次办成的件数", "done at the first attempt", "一次办成数 一次办成 一次办结件数"),
    ),
    key=("unit_code", "district", "street", "community", "month", "channel", "type"), placed_on="month", need_one_of=(BY_NAME,),
)  # fmt: skip

GRID_TASK = Table(
    "grid_task", Text("网格治理清单", "Grid tasks"),
    Text("网格治理清单上的事项，每行一项。", "Tasks on a grid's list, one per row."),
    (
        col("task_id", "编号", "code", "清单事项编号", "id of the task", "事项编号 任务编号 清单编号", required=True),
        unit_code("网格编码", "负责网格 微网格编码 社区编码"),
        *NAMES,
        col("task", "事项", "text", "事项", "task", "任务 清单事项 治理事项 任务内容 事项名称", required=True, personal="scrub"),
        col("due_on", "应完成日期", "date", "应完成日期", "due day", "应完成时间 完成期限 计划完成日期 计划完成时间"),
        col("done_on", "完成日期", "date", "完成日期", "day done", "完成时间 实际完成日期 实际完成时间"),
    ),
    key=("task_id",), placed_on="due_on", need_one_of=(BY_NAME,),
)  # fmt: skip

TABLES = (FACILITY, SOCIAL_ORG, SERVICE_POST, SERVICE_LOG, CARE_VISIT, WISH, SERVICE_STAT, GRID_TASK)
