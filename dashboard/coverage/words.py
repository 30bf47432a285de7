"""Words of the page 党员覆盖."""

from dashboard.maps.scale import BAND
from dashboard.parts.category_map import Kind
from dashboard.view.run import Run
from etl.model.text import Text

# light to dark with the number of members; none stands out by pattern too
BAND_KINDS: tuple[Kind, ...] = (
    Kind(Text("没有党员", "No member"), BAND[0]),
    Kind(Text("1–2 名", "1–2 members"), ("#b5e0b5", "plain")),
    Kind(Text("3–5 名", "3–5 members"), ("#35a3c2", "plain")),
    Kind(Text("6 名及以上", "6 and more"), ("#253a94", "plain")),
)
COVER_KINDS: tuple[Kind, ...] = (Kind(Text("未覆盖", "Not covered"), BAND[0]), Kind(Text("已覆盖", "Covered"), BAND[2]))
BAND_NAME = Text("微网格党员覆盖", "Party members of micro-grids")
BAND_UNIT = Text(" 档", " (band)")

WORDS: dict[str, Text] = {
    "in_service": Text("在职", "In service"),
    "retired": Text("离退休", "Retired"),
    "vulnerable": Text("弱势", "In hardship"),
    "floating": Text("流动", "Floating"),
    "in_service_how": Text("双重管理", "Managed by employer and home community"),
    "retired_how": Text("设岗管理", "Posts by choice"),
    "vulnerable_how": Text("关爱管理", "Cared for"),
    "floating_how": Text("跟踪管理", "Kept in touch with"),
    "registered": Text("在册", "Registered"),
    "reported": Text("报到", "Reporting"),
    "groups_title": Text("四类党员", "Members by category"),
    "groups_note": Text(
        "{name}；只统计到社区，不显示个人。四卡：报到、登记、服务记录、表现反馈；四亮、一管三带一联：看每名党员联系几户。",
        "{name}; communities and above only, no persons. The four cards: reporting, registration, service, conduct.",
    ),
    "category": Text("类别", "Category"),
    "how": Text("管理方式", "How managed"),
    "cards": Text("四卡齐全", "With all four cards"),
    "linked": Text("人均联系群众", "Households linked per member"),
    "linked_unit": Text(" 户", " households"),
    "in_grid": Text("党员入格率", "Members in a micro-grid"),
    "hidden_note": Text("数量小于 {k} 的不予显示。", "Numbers below {k} are not shown."),
    "posts_title": Text("双报到与岗位认领", "Reporting to the community, posts claimed"),
    "posts_note": Text(
        "在职党员到居住社区报到、认领岗位，一人一岗。", "Members in service report to their home community and claim a post."
    ),
    "offered": Text("设岗", "Offered"),
    "claimed": Text("认领", "Claimed"),
    "post_none": Text("未分类", "No kind"),
    "posts_alt": Text("各类岗位的设岗数与认领数", "Posts offered and claimed by kind"),
    "reporting": Text("报到党员", "Members reporting"),
    "per_member": Text("人均认岗", "Posts per reporting member"),
    "per_member_base": Text("参考值 1.42", "reference 1.42"),
    "served": Text("党员服务", "Service by members"),
    "served_value": Text("{n} 人次 · {h} 小时", "{n} person-times · {h} hours"),
    "per_time": Text("次均时长", "Hours per time"),
    "per_time_base": Text("参考值 2.5 小时", "reference 2.5 hours"),
    "hours": Text("{n} 小时", "{n} hours"),
    "visits_title": Text("三必访", "Care visits"),
    "visits_note": Text(
        "{name}；统计期内应访且已到期的走访，只统计到社区。", "{name}; visits due in the period, communities and above only."
    ),
    "festival": Text("重大节日", "Festivals"),
    "illness": Text("生病住院", "Illness"),
    "hardship": Text("生活困难", "Hardship"),
    "trigger": Text("事由", "Reason"),
    "due": Text("应访", "Due"),
    "in_time": Text("按期", "In time"),
    "late": Text("逾期完成", "Late"),
    "missed": Text("未访", "Not made"),
    "rate": Text("按期率", "In time, %"),
    "all": Text("合计", "All"),
    "floating_title": Text("流动党员联系", "Floating members contacted"),
    "lost_title": Text("失管提示", "Out of sight"),
    "lost_missed": Text("90 日内未联系（挂名、失联）", "Not contacted within 90 days"),
    "lost_stale": Text("超过 {days} 天没有新统计（口袋、失管）", "In counts older than {days} days"),
    "lost_value": Text("{n} 名（共 {all} 名）", "{n} of {all}"),
    "gaps_title": Text("333制：应建、未建", "The 333 rule: required and absent"),
    "gaps_note": Text(
        "楼栋满 {m} 名党员建党小组，小区满 {g} 个应建小组的楼栋建党支部，社区满 {b} 个应建支部的小区建党委或党总支。楼栋合并到小区列示。",
        "A group per building of {m} members, a branch per compound of {g} such buildings, a committee per community of {b} such compounds. "
        "Buildings are told by compound.",
    ),
    "national_note": Text(
        "按党章的全国规定只作提示：正式党员 3 名以上建支部，50 名以上设总支，100 名以上设党委。",
        "By the national rule, as advice: a branch from 3 members, a general branch from 50, a committee from 100.",
    ),
    "national": Text("全国规定（只作提示）", "National rule (advice only)"),
    "national_value": Text("应建 {required} 个，未建 {absent} 个", "{required} due, {absent} of them absent"),
    "national_rule": Text(
        "全国规定不代替本地规则：小区满 3 名党员建党支部，社区满 50 名设党总支、满 100 名设党委。",
        "It does not replace the local rule: a branch per compound of 3 members, a general branch per community of 50, a committee of 100.",
    ),
    "kind": Text("类型", "Kind"),
    "required": Text("应建", "Required"),
    "built": Text("已建", "Built"),
    "missing": Text("应建未建", "Absent"),
    "below": Text("已建不达标", "Below the size"),
    "unit": Text("单元", "Unit"),
    "place": Text("位置", "Place"),
    "missing_title": Text("应建未建清单", "Required and absent"),
    "missing_empty": Text("当前范围内没有应建未建的党组织。", "Nothing required is absent here."),
    "below_title": Text("已建不达标清单", "Standing below the size"),
    "below_note": Text(
        "现有党组织所在楼栋、小区或社区没有达到 333 制的规模，多为集中建在别处，供核对，不算问题；共 {n} 处。",
        "An organisation stands where the rule asks for none; mostly one that serves several. To be checked, not a fault; {n} in all.",
    ),
    "not_counted": Text("首次统计在{first}，{asked}时还没有统计，无数据。", "First counted on {first}: for {asked} there is no data."),
    "below_empty": Text("当前范围内没有这种情况。", "There is none here."),
    "n_places": Text("{n} 处", "{n} places"),
    "without_micro": Text("没有党员的微网格", "Micro-grids without a member"),
    "without_org": Text("没有党组织的小区网格", "Compound grids without an organisation"),
    "more_units": Text("另有 {n} 个，选择下级单元后查看", "{n} more; choose a unit below to see them"),
    "here_title": Text("覆盖情况", "Covered or not"),
    "here_yes": Text("已覆盖", "Covered"),
    "here_no": Text("未覆盖", "Not covered"),
    "all_covered": Text("全部覆盖", "All covered"),
    "board_title": Text("班子与队伍一览", "Leadership and members by unit"),
    "board_note": Text("只对照达标线，不排名次；分母不足 10 的不标。", "Held against the standard only; no ranking, no mark under a denominator of 10."),
    "only_to": Text("“{name}”只统计到{level}。", "“{name}” is told to {level} level only."),
    "no_above": Text("只统计到社区，您的辖区在社区以下。", "Told of communities and above only; your area lies below."),
}


def word(run: Run, key: str, **values: object) -> str:
    """A word of this page in the run's language."""
    return WORDS[key].format(**values).to(run.lang) if values else WORDS[key].to(run.lang)
