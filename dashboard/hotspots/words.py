"""Words of the page 诉求热点."""

from dashboard.parts.category_map import Kind
from dashboard.view.run import Run
from etl.model.text import Text

# From calm to lasting; told apart by pattern and number too. In the order of the map's kinds.
STATE_ORDER = ("none", "cooling", "new", "again", "lasting")
STATE_KINDS: tuple[Kind, ...] = (
    Kind(Text("非热点", "Not hot"), ("#eef1f0", "plain")),
    Kind(Text("降温", "Cooling"), ("#8fd0c9", "plain")),
    Kind(Text("新增热点", "New"), ("#fcd6a0", "plain")),
    Kind(Text("再次热点", "Hot again"), ("#e8963f", "dots")),
    Kind(Text("持续热点", "Lasting"), ("#542788", "stripes")),
)
GI_WORDS = (Text("低于全市平均", "Below the city's mean"), Text("高于平均，可能是偶然", "Above it, may be chance"), Text("显著聚集", "Stands out"))
STATE_NAME = Text("热点变化", "Hotspots")
STATE_UNIT = Text(" 类", "")
RATE_NAME = Text("平滑后月度千户诉求量", "Smoothed monthly cases per 1,000 households")
RATE_UNIT = Text(" 件/千户", " per 1,000")
GI_NAME = Text("邻近聚集检验（Gi*）", "Clustering of neighbours (Gi*)")

WORDS: dict[str, Text] = {
    "look_hot": Text("热点变化", "Hotspots"),
    "look_rate": Text("高于常态", "Above normal"),
    "look_gi": Text("显著聚集", "Clustering"),
    "look_ranking": Text("指标分档", "Indicator"),
    "month": Text("看到哪个月（拖动后统计期间改为当月）", "Month shown (sliding sets the period to that month)"),
    "month_value": Text("{year}年{month}月", "{year}-{month:02d}"),
    "rule_title": Text("热点判定规则", "The rule"),
    "rule": Text(
        "以小区（一般网格）为单位，合并重复诉求，按户数计算；户数少的向全市平均靠拢（经验贝叶斯，先验 {prior} 户）。当月平滑率居全市前 {share}%、且不少于 {cases} 件，"
        "为当月热点。最近 {months} 个月至少 {hot} 个月为热点：持续；本月是、之前都不是：新增；本月是、之前有过：再次；之前是、本月不是：降温。地理编码默认点不参与落格，不会形成热点。",
        "By compound grid, repeats merged, per household; cells with few households are drawn towards the city's mean (empirical Bayes, prior of {prior} households). "
        "Hot in a month: smoothed rate among the city's top {share}% and at least {cases} cases. Hot in {hot} of the last {months} months: lasting; this month only: new; "
        "this month and before: again; before, not now: cooling. A geocoder's fallback point is no place and makes no hotspot."),
    "gi_rule": Text(
        "Getis-Ord Gi*：把每个小区和最近的 {k} 个小区放在一起，看平滑率是否高得不像偶然；误报比例控制在 {share}% 以内（FDR）。全市 {n} 个小区参加检验，当前范围 {found} 个显著。",
        "Getis-Ord Gi*: each compound with its {k} nearest, higher than chance would make it; at most {share}% false finds (FDR). {n} compounds tested, {found} stand out here."),
    "gi_none": Text("小区数量太少，无法做邻近聚集检验。", "Too few compounds for a test of neighbours."),
    "gi_calm": Text("当前范围内没有显著聚集的片区。", "No neighbourhood stands out here."),
    "no_cells_kept": Text("敏感类的诉求不落到小区，不判定热点。", "Sensitive classes are told of no compound, so there are no hotspots of them."),
    "no_cells": Text("本数据没有小区（一般网格）一级，无法判定热点和聚集诉求。", "There is no level of compounds here, so hotspots and clusters cannot be told."),
    "no_hot": Text("当前范围内没有热点。", "There are no hotspots here."),
    "state_months": Text("近{n}个月", "last {n} months"),
    "rate_line": Text("本月 {rate}，前 {n} 个月平均 {normal} 件/千户", "now {rate}, mean of {n} months before {normal} per 1,000"),
    "rate_note": Text("常态 = 同一小区前 {n} 个月的平均；全市本月平均 {city} 件/千户。按高出常态的倍数排列，不足 {cases} 件的不列。",
                      "Normal = the same compound's mean of the {n} months before; the city's mean this month {city} per 1,000. In the order of the ratio, under {cases} cases left out."),
    "times": Text("{n} 倍", "{n}×"),
    "more": Text("另有 {n} 个", "{n} more"),
    "cases_n": Text("{n} 件", "{n} cases"),
    "trend_title": Text("每月诉求，与上年同月比", "Cases by month against the year before"),
    "trend_note": Text("合并重复后的件数；空心点为未满月。", "Repeats merged; a hollow point is an unfinished month."),
    "trend_alt": Text("近 12 个月每月诉求件数与上年同月的折线图", "Line chart of monthly cases, twelve months against the year before"),
    "this_year": Text("本期", "This period"), "year_before": Text("上年同期", "Year before"),
    "last_year": Text("上年同月", "Year before"),
    "months": Text("1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    "source_title": Text("诉求来源", "Where they come from"),
    "source_note": Text("人在网格管、事在网格办：网格员上报 {n} 件，占全部来件 {share}（主动发现率）。",
                        "Found by stewards: {n}, {share} of all that came in (the rate of matters found first)."),
    "clock_title": Text("诉求时段分布", "When they come"),
    "clock_note": Text("横向为来电或上报的钟点（0–23 时），纵向为星期；原始件数，颜色越深越多。", "Across: the hour reported (0–23); down: the weekday. Raw counts, the darker the more."),
    "clock_timeless": Text("另有 {n} 件只有日期，没有时刻，未计入。", "{n} more have a date but no time and are left out."),
    "clock_alt": Text("按星期和小时的诉求件数热力图", "Heat strip of cases by weekday and hour"),
    "days": Text("周一 周二 周三 周四 周五 周六 周日", "Mon Tue Wed Thu Fri Sat Sun"),
    "class_title": Text("诉求集中的事项", "What they are about"),
    "class_note": Text("合并重复后的件数，前 {n} 类；灰色为上年同期。", "Repeats merged, the first {n} classes; grey: the year before."),
    "class_alt": Text("各类诉求件数条形图", "Bar chart of cases by class"),
    "class_hidden": Text("敏感类按规定只到社区、且不足 {k} 件不显示，已隐去 {n} 类。", "Sensitive classes are told to community level only and not under {k}; {n} kept back."),
    "unmapped_title": Text("未对应标准分类的 {n} 件，按来源自己的类别", "{n} without a standard class, by the source's own words"),
    "merge_title": Text("原始件数与合并件数", "Raw and merged"),
    "merge_note": Text("首件办结后再来是重复，办结前再来是催办；率的计算都用合并件数。", "After the first was closed: a repeat; before: an urge. Rates use merged counts."),
    "merge_alt": Text("原始、合并件数", "Raw and merged counts"),
    "repeats": Text("其中重复", "Of them repeats"),
    "repeats_untold": Text("诉求表没有诉求人标识，也没有重复标记，认不出重复和催办；件数未合并。", "The cases tell neither callers nor repeats, so repeats and urges are unknown and nothing is merged."),
    "fallback": Text("坐标为地理编码默认点", "at a geocoder's fallback point"),
    "nowhere": Text("只知在全市", "placed nowhere"),
    "track_better": Text("比上年好转的小区", "Compounds that improved"), "track_worse": Text("比上年升高、需要关注的小区", "Compounds to look at"),
    "track_note": Text("平滑后的户均诉求，本期与上年同期；位次按全市由少到多，只和自己的过去比。", "Smoothed cases per household, this period and a year before; places from the fewest in the city, each against its own past."),
    "track_rate": Text("本期 件/千户", "Now, per 1,000"), "track_before": Text("上年同期", "Year before"), "track_change": Text("变化", "Change"), "track_places": Text("位次", "Place"),
    "track_none": Text("当前范围内没有。", "None here."),
    "cluster_title": Text("聚集诉求", "Clusters"),
    "cluster_note": Text("同一小区、同一类别、{days} 天内至少 {cases} 件、来自至少 {callers} 位诉求人；催办不计，敏感类不列。共 {n} 起。",
                         "One compound, one class, at least {cases} cases from at least {callers} callers within {days} days; urges and sensitive classes left out. {n} in all."),
    "cluster_none": Text("当前范围和期间内没有聚集诉求。", "No clusters here in this period."),
    "place": Text("小区", "Compound"),
    "class": Text("类别", "Class"),
    "first": Text("首件", "First"),
    "last": Text("末件", "Last"),
    "cases": Text("件数", "Cases"),
    "callers": Text("诉求人", "Callers"),
    "closed": Text("已结案", "Closed"),
    "solved": Text("回访认定解决", "Said solved"),
    "met": Text("议事", "Meetings"),
    "met_n": Text("{n} 条意见", "{n} opinions"),
    "heat_state": Text("热点", "Hotspot"),
    "story_title": Text("一个聚集诉求的经过：{place} · {what}", "The story of a cluster: {place} · {what}"),
    "story_note": Text("首件到解决的每一步，数据来自诉求工单和议事台账。", "Every step from the first case, from cases and the record of meetings."),
    "story_none": Text("当前范围内的聚集诉求还没有对应的议事记录；在议事表填写“相关工单”，这里就能看到征集意见、调整方案、解决的经过。",
                       "No cluster here has a meeting about it yet; fill in 相关工单 in the feed 议事 to see how opinions changed the plan."),
    "story_link_place": Text("议事未填相关工单，按同一小区、同期对应，仅供参考。", "The meeting names no case; matched by compound and time, as a hint."),
    "step_first": Text("首件诉求", "First case"),
    "step_again": Text("反复反映", "Again and again"), "step_until": Text("至 {day}", "until {day}"),
    "step_again_note": Text("{n} 件，{m} 位诉求人", "{n} cases, {m} callers"),
    "step_opinions": Text("征集意见", "Opinions gathered"),
    "step_opinions_note": Text("{n} 条意见，{m} 次议事", "{n} opinions, {m} meetings"),
    "step_plan": Text("调整方案", "Plan changed"),
    "step_plan_note": Text("形成 {n} 项决议", "{n} resolutions"),
    "step_plan_none": Text("尚未形成决议", "no resolution yet"),
    "step_done": Text("落实", "Carried out"),
    "step_done_note": Text("落实 {n} / {m} 项", "{n} of {m} carried out"),
    "step_solved": Text("解决", "Solved"),
    "step_solved_note": Text("{n} 件已结，{m} 件认定解决；之后 {days} 天无同类诉求", "{n} closed, {m} said solved; none of its kind for {days} days"),
    "step_open_note": Text("仍有诉求，{n} / {m} 件已结", "still coming, {n} of {m} closed"),
}  # fmt: skip


def word(run: Run, key: str, **values: object) -> str:
    """A word of this page in the run's language."""
    return WORDS[key].format(**values).to(run.lang) if values else WORDS[key].to(run.lang)
