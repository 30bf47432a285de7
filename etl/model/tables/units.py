"""Units, compounds, buildings (网格单元、小区、楼栋)."""


from etl.model.table import Table
from etl.model.tables.columns import LEVEL_WORDS, NAMES, col, unit_code, words
from etl.model.text import Text

FOCUS_WORDS = words(
    old_compound="老旧小区 老旧院落 老旧住宅小区 老旧",
    urban_fringe="城乡结合部 城乡接合部 城乡结合区",
    shanty="棚户区",
    urban_village="城中村",
    unmanaged_yard="三不管楼院 三不管院落 无主管楼院",
    factory_quarter="厂矿生活区 工矿生活区 企业生活区",
)

UNIT = Table(
    "unit", Text("网格单元", "Grid units"),
    Text(
        "城市到微网格的六级单元及其边界。边界来自文件的几何或边界WKT；边界也可由同一数据表的另一来源给出，此时只需编码（或上级内的名称）和几何。",
        "Units of the six levels and their boundaries. Geometry comes from the file or from 边界WKT; another source of this feed "
        "may give the geometry alone, joined by code or by name within the parent.",
    ),
    (
        col("unit_code", "网格编码", "code", "单元编码，全市唯一，按文本填写；只补几何的来源可用名称代替", "code of the unit, unique, kept as text; "
            "a geometry-only source may use the name instead",
            "网格编号 网格代码 单元编码 单元编号 单元代码 区划代码 行政区划代码 统计用区划代码 编码 代码 adcode", required=True),
        col("name", "网格名称", "text", "单元名称", "name of the unit", "单元名称 名称 区划名称 行政区名称", required=True),
        col("level", "网格级别", "word", "单元的级别", "level of the unit", "级别 层级 单元级别 网格层级 单元层级 网格等级", required=True, words=LEVEL_WORDS),
        col("parent_code", "上级编码", "code", "上级单元的编码，最高一级为空", "code of the parent; empty for the top",
            "上级网格编码 上级网格编号 上级网格 上级单元编码 上级单元 上级代码 上级编号 父级编码 父编码 父级代码 所属网格 所属网格编码 所属社区编码 parent", required=True),
        col("kind", "网格类型", "word", "一般网格或专属网格（校园、商场、园区等）", "general, or exclusive (campus, mall, park)", "单元类型 网格类别", words=words(
            general="一般 一般网格 普通 普通网格 基础网格", exclusive="专属 专属网格 专门网格 专属单元")),
        col("households", "户数", "count", "服务户数；为空时取下级之和", "households; empty: the sum of the children", "总户数 居民户数 住户数 服务户数 常住户数 家庭户数",
            maximum=10_000_000),
        col("population", "常住人口", "count", "常住人口数", "residents", "常住人口数 人口 人口数 总人口 居民人数 服务人口"),
        col("pop_u18", "18岁以下人口", "count", "18 岁以下人口数", "residents under 18", "18岁以下 未成年人口 未成年人数 18周岁以下人口"),
        col("pop_60p", "60岁以上人口", "count", "60 岁及以上人口数", "residents of 60 and over", "60岁以上 60岁及以上人口 老年人口 60周岁以上人口 老年人数"),
        col("focus_tags", "重点类型", "list", "重点治理区域的类型，多个用；分开", "kinds of focus area, several split at ；",
            "重点区域 区域类型 重点区域类型 重点标签 治理重点", words=FOCUS_WORDS),
        col("valid_from", "启用日期", "date", "本行（含边界）开始生效的日期", "first day this row and boundary hold", "启用时间 生效日期 生效时间 开始日期"),
        col("valid_to", "停用日期", "date", "最后有效的日期，为空即仍在用", "last day it holds; empty: still in force", "停用时间 失效日期 失效时间 撤销日期 截止日期"),
        col("boundary_wkt", "边界WKT", "text", "边界的 WKT 文本，坐标系由 crs 写明；只用于生成边界，不作为列保存", "boundary as WKT in the declared crs; "
            "used for the geometry, not stored as a column", "边界 WKT 几何WKT 边界坐标 geometry geom geometry_wkt 面WKT"),
    ),
    key=("unit_code", "valid_from"), is_placed=False,
)  # fmt: skip

COMPOUND = Table(
    "compound", Text("小区", "Compounds"),
    Text("住宅小区（院落）及其物业、业委会情况，每行一个小区。", "Housing estates with their property management and owners' committee, one per row."),
    (
        col("compound_id", "小区编号", "code", "小区编号，唯一", "id of the compound, unique", "小区编码 小区代码 院落编号 院落编码 小区ID", required=True),
        col("name", "小区名称", "text", "小区名称，工单可按此名称定位", "name; cases are placed by it", "名称 院落名称 小区名 楼盘名称 小区", required=True),
        col("aliases", "别名", "list", "小区的其他叫法，多个用；分开", "other names, split at ；", "小区别名 曾用名 俗称 又名"),
        unit_code("所属网格编码", "社区编码 所属社区编码 小区网格编码"),
        *NAMES,
        col("built_year", "建成年份", "year", "建成年份", "year built", "建成年代 建成时间 竣工年份 建筑年代 建成年", minimum=1800, maximum=2100),
        col("households", "户数", "count", "户数", "households", "总户数 居民户数 住户数 住宅户数", maximum=100_000),
        col("floor_area_m2", "建筑面积", "number", "总建筑面积（平方米）", "total floor area in m²", "总建筑面积 建筑面积平方米 建筑总面积 面积", minimum=0),
        col("property_mode", "物业模式", "word", "物业服务的收费和管理方式", "how property management is run", "物业管理模式 物业服务模式 物业类型 物业管理方式", words=words(
            lump_sum="包干制 包干", fee="酬金制 酬金", trust="信托制 信托", self="自治 自管 居民自治 自治管理 业主自治",
            emergency="应急 应急物业 应急托管 街道托管", none="无 无物业 没有物业")),
        col("property_company", "物业企业", "text", "物业服务企业名称", "property company", "物业公司 物业服务企业 物业名称 物业单位", personal="scrub"),
        col("owners_committee_on", "业委会成立日期", "date", "业主委员会成立日期，空即未成立", "day the owners' committee was formed; empty: none",
            "业委会成立时间 业主委员会成立日期 业主委员会成立时间 业委会备案日期"),
        col("has_joint_account", "共有基金账户", "flag", "是否设有业主共有基金账户", "has an account for the owners' common fund", "是否有共有基金账户 共有资金账户 共有账户 基金账户"),
        col("open_budget_on", "开放预算公示日期", "date", "最近一次开放式预算公示日期", "day the open budget was published", "开放预算公示时间 开放式预算公示日期 预算公示日期 预算公示时间"),
        col("has_supervisor", "物业监察人", "flag", "是否有物业监察人（不填姓名）", "has a named supervisor (yes/no, no name)", "是否有物业监察人 监察人 有无监察人"),
        col("has_supervision_group", "监督小组", "flag", "是否有监督小组", "has a supervision group", "是否有监督小组 有无监督小组 居民监督小组"),
        col("has_mediation_body", "调委会", "flag", "是否有调解委员会", "has a mediation committee", "是否有调委会 调解委员会 人民调解委员会 有无调委会"),
    ),
    key=("compound_id",), need_one_of=(("unit_code", "community", "street", "district"),),
)  # fmt: skip

BUILDING = Table(
    "building", Text("楼栋", "Buildings"),
    Text("小区内的楼栋，每行一栋。", "Buildings of compounds, one per row."),
    (
        col("building_id", "楼栋编号", "code", "楼栋编号，唯一", "id of the building, unique", "楼栋编码 楼栋代码 楼编号 楼栋ID 幢号编码", required=True),
        col("compound_id", "小区编号", "code", "所在小区编号", "compound it stands in", "小区编码 所属小区编号 所属小区编码 所在小区编号 院落编号 所属小区", required=True),
        unit_code("微网格编码", "所属微网格编码 微网格编号 微网格代码 所属微网格", zh="楼栋所在微网格的编码；为空时按小区定位",
                  en="micro-grid of the building; empty: placed by its compound"),
        col("households", "户数", "count", "户数", "households", "总户数 居民户数 住户数", maximum=100_000),
    ),
    key=("building_id",),
)  # fmt: skip

TABLES = (UNIT, COMPOUND, BUILDING)
