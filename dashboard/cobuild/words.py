"""Words of the page 共建 (co-building)."""

from dashboard.view.run import Run
from etl.model.feed_filters import FEED_FILTERS
from etl.model.text import Text

PROBLEM: dict[str, Text] = {
    "order": Text("五步次序颠倒", "steps out of order"), "no_talk": Text("未谈约", "never talked"), "publish_late": Text("未按期亮约", "not published in time"),
    "no_start": Text("未履约", "not begun"), "appraise_late": Text("未按期评约", "not appraised in time"),
}  # fmt: skip
NOT_STATED = Text("未填", "Not stated")
KIND: dict[str, Text] = {**FEED_FILTERS["partner_kind"].values, "": NOT_STATED}
MEETING: dict[str, Text] = {**FEED_FILTERS["meeting_kind"].values, "": NOT_STATED}
WORDS: dict[str, Text] = {
    "steps": Text("契约走到哪一步", "How far contracts are"),
    "steps_note": Text("统计期内签约（尚未签约的按首个日期）的 {n} 份契约；亮约期限已过的 {due} 份，五步完成的 {ok} 份。", "{n} contracts signed in the period (unsigned ones by their first date); {due} past their day for publishing, {ok} of them with all steps."),
    "items": Text("给予与获得", "Give and get"),
    "items_note": Text("统计期内到期的契约项目；双方各有所得才是互利共赢。", "Contract items due in the period; a contract should help both sides."),
    "give": Text("给予（单位给社区）", "Give (partner to community)"), "get": Text("获得（单位得自社区）", "Get (partner from community)"),
    "done": Text("已完成", "done"), "late": Text("到期未完成", "due, not done"), "to_come": Text("未到期", "not yet due"),
    "partners": Text("共建单位", "Partners"), "partners_note": Text("按单位类型；兼职是在社区“大党委”任兼职职务的单位。", "By kind; posts are part-time posts in the community's committee."),
    "kind": Text("单位类型", "Kind"), "contracts": Text("契约", "Contracts"), "partner_n": Text("单位", "Partners"), "posts": Text("兼职", "Posts"),
    "quarters": Text("季度共建活动", "Joint activity by quarter"),
    "quarters_note": Text("每个社区每季度至少一次；只看完整落在统计期内的季度。活动少的在前。", "At least one a quarter in each community; whole quarters of the period only, fewest first."),
    "quarter": Text("{year}年{n}季度", "{year} Q{n}"), "no_quarter": Text("统计期内没有完整的季度，请选更长的期间。", "No whole quarter in the period; choose a longer one."),
    "community": Text("社区", "Community"), "none_held": Text("无", "none"), "met": Text("有活动季度", "Quarters met"),
    "no_community": Text("当前单元之下没有社区，请返回上一级查看。", "There is no community here; go one level up."),
    "claimed": Text("认领项目", "Projects claimed"), "times": Text("次数", "Times"), "people": Text("人次", "Persons"),
    "meetings": Text("议事与决议", "Meetings and resolutions"), "meetings_note": Text("会议召开情况和决议落实情况。", "Meetings held, and whether what was resolved was done."),
    "meeting": Text("会议", "Meeting"), "held": Text("场次", "Held"), "attendees": Text("参加人次", "Attended"), "opinions": Text("意见", "Opinions"),
    "resolutions": Text("决议", "Resolved"), "carried": Text("已落实", "Carried out"), "rate": Text("落实率", "Rate"),
    "suggestions": Text("居民建议", "Suggestions"),
    "suggestions_note": Text("归并是把相同的建议合成一条，不等于采纳；采纳率按归并后的条数算。", "Merging joins equal suggestions and is not adopting; the rate is of merged groups."),
    "adopted": Text("采纳", "Adopted"),
    "channel": Text("收集渠道", "Channel"), "themes": Text("反映较多的：{said}。", "Most often about: {said}."), "n": Text("条数", "Made"),
    "list": Text("契约清单", "Contracts"), "list_note": Text("有问题的在前；给予、获得为已完成/约定项数。", "Those with problems first; given and got: done / agreed."),
    "partner": Text("共建单位", "Partner"), "five": Text("五步", "Five steps"), "stage": Text("当前", "Now"), "signed": Text("签约", "Signed"), "ends": Text("履约截止", "Ends"),
    "give_short": Text("给予", "Give"), "get_short": Text("获得", "Get"), "post": Text("兼职", "Post"), "score": Text("评分", "Score"), "problem": Text("问题", "Problems"),
    "one_way": Text("单向", "one way"), "no_contract": Text("统计期内没有契约。", "No contracts in the period."), "fine": Text("没有需要处理的契约。", "No contract needs attention."),
    "alliance": Text("社区共治力量一览", "Who stands by each community"),
    "alliance_note": Text("两委人数取社区党组织填报；理事会、联合会按社会组织名称识别；结对帮扶按 1+1+4 组团每社区不少于 {givers} 家；党代表每年调研不少于 {surveys} 次。",
                          "Committee sizes as reported; councils and federations by the names of social organisations; help by 1+1+4: at least {givers} givers each; at least {surveys} surveys by delegates a year."),
    "two_committee": Text("两委人数", "Two committees"), "council": Text("共建理事会", "Co-building council"), "federation": Text("社会组织联合会", "Federation"),
    "convenor_n": Text("召集单位", "Convenors"), "joint_n": Text("共建活动", "Activities"), "givers": Text("帮扶单位", "Givers"), "value_yuan": Text("折合金额（元）", "Value, yuan"),
    "surveys": Text("党代表调研", "Surveys"), "delegate_days": Text("接待日", "Delegates' days"), "has": Text("有", "yes"), "lacks": Text("无", "none"), "below_least": Text("不足", "short"),
    "help": Text("结对帮扶", "Help from outside"), "help_note": Text("统计期内的帮扶，按类别。", "Help given in the period, by kind."), "what": Text("类别", "Kind"),
    "more": Text("另有 {n} 份，请逐级下钻查看。", "{n} more; drill down to see them."), "nothing": Text("统计期内没有记录。", "Nothing in the period."),
}  # fmt: skip


def word(run: Run, key: str, **values: object) -> str:
    """A word of this page in the run's language, filled in."""
    text = WORDS[key].to(run.lang)
    return text.format(**values) if values else text
