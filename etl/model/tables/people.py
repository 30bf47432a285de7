"""Staff, community workers, Party organisations, member counts (队伍与党组织). Names of persons are never read."""


from etl.model.table import Table
from etl.model.tables.columns import BY_NAME, NAMES, col, unit_code, words
from etl.model.text import Text

GRID_STAFF = Table(
    "grid_staff", Text("网格员", "Grid staff"),
    Text("网格长和网格员的在岗情况，每行一人一岗；只保存编号的散列值，不读姓名。",
         "Posts of grid heads and stewards, one person and post per row; only a hash of the id is kept, never a name."),
    (
        col("staff_id", "人员编号", "code", "人员编号，写入前散列", "id of the person, hashed before it is written",
            "网格员编号 员工编号 工号 人员编码 人员代码 网格员编码", required=True, personal="hash", stored_as="staff_id"),
        col("role", "岗位", "word", "在网格中的岗位", "post in the grid", "角色 网格员类型 岗位类型 人员类型 网格岗位 职务", required=True, words=words(
            chief="总网格长 社区网格长 总长", general_head="一般网格长 小区网格长 网格长 院落网格长", steward="微网格员 微网格长 楼栋长 楼栋网格员 网格员",
            reserve="后备 后备力量 后备人员 后备网格员", full_time="专职网格员 专职 专职人员")),
        unit_code("负责网格编码", "负责网格 负责网格编号 负责网格代码 服务网格 责任网格 责任网格编码 微网格编码"),
        *NAMES,
        col("is_member", "是否党员", "flag", "是否党员；“中共党员”视为是", "Party member; 中共党员 counts as yes", "党员 中共党员 政治面貌"),
        col("is_org_secretary", "是否党组织书记", "flag", "是否同时任党组织书记", "is also the Party secretary", "是否书记 党组织书记 是否支部书记 兼任书记"),
        col("start_on", "上岗日期", "date", "上岗日期", "first day in post", "上岗时间 任职日期 任职时间 入职日期 开始日期 聘任日期"),
        col("end_on", "离岗日期", "date", "离岗日期，为空即在岗", "last day in post; empty: still in post", "离岗时间 离任日期 离职日期 卸任日期 结束日期"),
    ),
    # one person may hold several posts over time, but feeds.md names the first column as the key
    key=("staff_id",), need_one_of=(BY_NAME,),
)  # fmt: skip

WORKER_STAT = Table(
    "worker_stat", Text("社区工作者统计", "Community workers, counts"),
    Text("社区工作者的人数统计，每行一个社区一个统计日期，不含个人。", "Counts of community workers, one community and day per row, no persons."),
    (
        unit_code("社区编码", "所属社区编码 社区编号 社区代码"),
        *NAMES,
        col("as_of_on", "统计日期", "date", "统计日期", "day the counts hold for", "统计时间 截止日期 统计时点 数据日期", required=True),
        col("n", "人数", "count", "社区工作者人数", "workers", "总人数 社区工作者人数 社工人数 在岗人数", required=True),
        col("n_member", "党员数", "count", "其中党员", "Party members among them", "党员人数 中共党员人数"),
        col("n_certified", "持证人数", "count", "其中持社会工作职业资格证", "with a social-work certificate", "持证数 持社工证人数"),
        col("n_degree", "大专以上人数", "count", "其中大专及以上学历", "with a college degree", "大专及以上人数 大专以上学历人数 大专及以上"),
        col("n_over50", "50岁以上人数", "count", "其中 50 岁以上", "over 50", "50岁以上 50周岁以上人数"),
        col("joined", "入职", "count", "统计期内入职人数", "joined in the period", "入职人数 新入职人数 新进人数"),
        col("left", "离职", "count", "统计期内离职人数", "left in the period", "离职人数 流失人数"),
        col("training_hours", "培训学时", "number", "统计期内培训学时合计", "hours of training in the period", "培训课时 培训时长 学时", minimum=0),
    ),
    key=("unit_code", "as_of_on"), placed_on="as_of_on", need_one_of=(BY_NAME,),
)  # fmt: skip

PARTY_ORG = Table(
    "party_org", Text("党组织", "Party organisations"),
    Text("各级党组织，每行一个。党组织只在其所填单元或楼栋内起作用。", "Party organisations, one per row; an organisation stands only where its row puts it."),
    (
        col("org_id", "党组织编号", "code", "党组织编号，唯一", "id, unique", "党组织编码 党组织代码 组织编号 组织编码", required=True),
        col("name", "党组织名称", "text", "党组织名称", "name", "组织名称 名称 党组织全称", required=True, personal="scrub"),
        col("type", "类型", "word", "党组织类型", "kind of organisation", "组织类型 党组织类型 党组织类别 类别", required=True, words=words(
            work_committee="党工委 街道党工委 工委 大工委", committee="党委 社区党委 基层党委 大党委", general_branch="党总支 总支 党总支部 总支部委员会",
            branch="党支部 支部 网格党支部 小区党支部 联合党支部", group="党小组 小组 楼栋党小组")),
        col("parent_org", "上级党组织编号", "code", "上级党组织编号", "id of the parent organisation", "上级党组织 上级党组织编码 上级组织编号 上级组织"),
        unit_code("所在网格编码", "覆盖网格 覆盖网格编码 社区编码 所在单元编码 所在网格编号"),
        *NAMES,
        col("building_id", "所在楼栋编号", "code", "所在楼栋编号（按楼栋设的党小组）", "building it serves (a group of one building)", "楼栋编号 所在楼栋 覆盖楼栋 楼栋编码 所在楼栋编码"),
        col("founded_on", "成立日期", "date", "成立日期", "day founded", "成立时间 组建日期 组建时间"),
        col("ended_on", "撤销日期", "date", "撤销日期，为空即存续", "day dissolved; empty: in force", "撤销时间 终止日期"),
        col("full_members", "正式党员数", "count", "正式党员数", "full members", "党员数 正式党员 党员人数 正式党员人数"),
        col("is_one_shoulder", "一肩挑", "flag", "书记、主任是否一肩挑", "secretary is also the committee's director", "是否一肩挑 书记主任一肩挑"),
        col("two_committee_n", "两委人数", "count", "两委成员人数", "persons in the two committees", "两委成员数 两委成员人数"),
        col("crosspost_n", "交叉任职人数", "count", "两委交叉任职人数", "persons serving in both", "交叉任职数 两委交叉任职人数"),
    ),
    key=("org_id",),
)  # fmt: skip

MEMBER_STAT = Table(
    "member_stat", Text("党员统计", "Party members, counts"),
    Text("党员人数统计，每行一个单元或楼栋、一个类别、一种关系、一个统计日期，不含个人。楼栋的行计入所在微网格及以上；单元自己的行代替其下各级。",
         "Counts of members, one unit or building, category, relation and day per row, no persons. A building's row counts for its micro-grid "
         "and everything above; a unit's own row replaces those below it."),
    (
        unit_code("单元编码", "微网格编码 社区编码 单位编码 所属社区编码", zh="所在单元编码，与楼栋编号至少填一项", en="unit; give this or the building"),
        col("building_id", "楼栋编号", "code", "所在楼栋编号，与单元编码至少填一项", "building; give this or the unit", "所在楼栋编号 楼栋编码 所在楼栋 楼栋代码"),
        *NAMES,
        col("category", "党员类别", "word", "党员类别", "category of member", "类别 党员类型 党员分类", required=True, words=words(
            in_service="在职 在职党员", retired="离退休 离退休党员 退休 退休党员", vulnerable="弱势 弱势党员 困难党员 困难", floating="流动 流动党员")),
        col("relation", "关系", "word", "组织关系在册，或到社区报到", "registered here, or reporting here", "关系在册报到 党员关系 组织关系 在册报到", required=True,
            words=words(registered="在册 在册党员 组织关系在册", reported="报到 报到党员 双报到 已报到")),
        col("n", "人数", "count", "人数", "members", "党员数 党员人数 数量", required=True),
        col("contacted_n", "90日内联系人数", "count", "90 日内联系过的人数", "contacted within 90 days", "90天内联系人数 联系人数 近90日联系人数"),
        col("cards_done_n", "四卡齐全人数", "count", "四卡齐全的人数", "with all four cards", "四卡齐全数 四卡完成人数"),
        col("linked_hh_n", "联系群众户数", "count", "联系群众户数", "households linked", "联系户数 党员联系户数"),
        col("as_of_on", "统计日期", "date", "统计日期", "day the counts hold for", "统计时间 截止日期 统计时点 数据日期", required=True),
    ),
    key=("unit_code", "building_id", "community", "street", "district", "category", "relation", "as_of_on"),
    placed_on="as_of_on", need_one_of=(("unit_code", "building_id", "community", "street", "district"),),
)  # fmt: skip

TABLES = (GRID_STAFF, WORKER_STAT, PARTY_ORG, MEMBER_STAT)
