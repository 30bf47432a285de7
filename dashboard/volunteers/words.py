"""Words of the page 志愿与队伍 (volunteers)."""

from dashboard.view.run import Run
from etl.model.text import Text

TRAIT: dict[str, Text] = {
    "n_member": Text("党员", "Party members"), "n_certified": Text("持社会工作证", "With a social-work certificate"),
    "n_degree": Text("大专及以上", "With a college degree"), "n_over50": Text("50 岁以上", "Over 50"),
}  # fmt: skip
WORDS: dict[str, Text] = {
    "hours": Text("各月服务时长", "Hours by month"), "hours_note": Text("按提供服务的主体分。", "By who gave them."),
    "member": Text("党员", "Members"), "volunteer": Text("志愿者", "Volunteers"), "unknown": Text("未注明", "Not stated"),
    "teams": Text("服务队伍", "Teams"), "teams_note": Text("共 {n} 支，按时长列前 {shown} 支；队伍是组织，不统计个人。", "{n} teams, the {shown} with most hours; teams are organisations, no person is counted apart."),
    "team": Text("队伍", "Team"), "no_team": Text("未填队伍", "No team given"), "activities": Text("活动", "Activities"), "participants": Text("人次", "Person-times"),
    "hours_h": Text("时长（小时）", "Hours"), "by_members": Text("其中党员", "Of members"), "last": Text("最近一次", "Last"),
    "posts": Text("设岗与认岗", "Posts offered and claimed"), "posts_note": Text("一人一岗：按各岗位最近一期统计。", "One person, one post: by the newest count of each."),
    "kind": Text("岗位", "Post"), "offered": Text("设岗", "Offered"), "claimed": Text("认领", "Claimed"), "rate": Text("认领率", "Claimed, %"),
    "workers": Text("社区工作者构成", "Community workers"),
    "workers_note": Text("只统计合计数；各社区取最近一期。", "Totals only; of each community the newest count."),
    "workers_none": Text("截至统计时点没有社区工作者统计。", "No counts of community workers up to the as-of day."),
    "workers_n": Text("{n} 人，{communities} 个社区", "Workers: {n}; communities: {communities}"),
    "trait": Text("构成", "Trait"), "people": Text("人数", "Workers"), "share": Text("占比", "Share"),
    "turnover": Text("近12个月流失率", "Turnover, 12 months"), "joined_left": Text("入职 {joined} 人、离职 {left} 人", "{joined} joined, {left} left"),
    "training": Text("近12个月人均培训", "Training per worker, 12 months"), "training_h": Text("{n} 学时", "{n} hours"),
    "orgs": Text("社会组织", "Social organisations"),
    "orgs_note": Text("登记 {registered} 个，在运行 {active} 个，有服务标准 {ok} 个；每个社区应不少于 {least} 个。", "{registered} registered, {active} active, {ok} with a standard; at least {least} in each community."),
    "reaching": Text("达到的社区 {n} / {all}", "Communities that reach it: {n} of {all}"), "field": Text("领域", "Field"), "active": Text("在运行", "Active"),
    "standard": Text("有标准", "With a standard"), "community": Text("社区", "Community"), "enough": Text("达到", "enough"), "short": Text("还差 {n}", "{n} short"),
    "against_least": Text("应有 {least} 个", "Of {least} due"),
    "no_field": Text("未填领域", "No field given"),
    "wishes": Text("微心愿", "Wishes"), "wishes_note": Text("统计期内征集的微心愿；只计数，不记对象。", "Wishes made in the period; counts only, never whose."),
    "wish_days": Text("从征集到完成，中位 {n} 天。", "Median {n} days from made to fulfilled."), "wish_waiting": Text("征集超过 {days} 天仍未认领：{n} 个。", "Waiting over {days} days, not claimed: {n}."),
    "nothing": Text("统计期内没有记录。", "Nothing in the period."), "no_org": Text("没有社会组织记录。", "No social organisations."), "no_post": Text("没有岗位记录。", "No posts."),
    "calendar": Text("活动日历", "Calendar of activities"),
    "calendar_note": Text("志愿服务、共建活动和议事，有一场即算有活动：天天有活动、周周有主题、月月有专场。", "Service, joint activities and meetings; days with one of them, by month."),
    "active_days": Text("有活动的天数", "Days with an activity"), "empty_days": Text("没有活动的天数", "Days without"),
    "gaps": Text("{of} 天中 {days} 天没有活动，最长连续 {longest} 天；{whole} 个整周中 {weeks} 周没有活动。", "{days} of {of} days without an activity, {longest} in a row at most; {weeks} of {whole} whole weeks without one."),
    "bodies": Text("谁在参与", "Who takes part"), "bodies_note": Text("只计人次和组织，不记个人。", "Person-times and organisations, never persons."),
    "taking_part": Text("百人参与人次", "Person-times per 100 adults"), "rate_of": Text("（{n} / {of}）", " ({n} / {of})"),
    "teams_n": Text("{n} 支", "{n}"), "bodies_n": Text("{n} 家", "{n}"),
    "convenors": Text("牵头共建的单位", "Units that convened joint activities"), "organisations": Text("在运行社会组织", "Social organisations at work"),
    "patrols": Text("治安巡逻", "Patrols"), "patrol_value": Text("{n} 人次 · {h} 小时（队伍名含巡逻、联防、平安）", "{n} person-times · {h} hours (teams named 巡逻, 联防, 平安)"),
    "few": Text("不足 {k}", "under {k}"),
}  # fmt: skip


def word(run: Run, key: str, **values: object) -> str:
    """A word of this page in the run's language, filled in."""
    text = WORDS[key].to(run.lang)
    return text.format(**values) if values else text
