"""Filters by what a row of a feed says (按表筛选): origin of funds, kind of whistle, property mode … one record each.

From a record come the parameter of the address, the chip, what a bar or row picks, the condition in every query, `--where`, and the line in
docs/filters.md. Feeds of members and care visits have none: what is told of persons is told in fixed parts only (domain rules E3–E6).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from etl.model.levels import BY_ID as LEVELS
from etl.model.tables import BY_NAME
from etl.model.text import Text

OWN = ""  # of a feed in `reaches`: its rows say it themselves


@dataclass(frozen=True, slots=True)
class FeedFilter:
    """`name` stands in the address and after `--where`. `column` of `feed` says which of `values` a row is; without values it holds
    the city's own words.

    `reaches`: every feed whose rows it picks, with the key by which they belong to a row of `feed`, or `OWN` where they have the column
    themselves. `shown_by`: the indicator the map turns to when it shows one that knows nothing of the filter. `of`: only rows of `feed`
    with this (column, value) speak.
    """

    name: str
    title: Text
    feed: str
    column: str
    shown_by: str
    reaches: Mapping[str, str]
    values: Mapping[str, Text] = field(default_factory=dict)
    of: tuple[str, str] | None = None

    def canonical(self, word: str) -> str | None:
        """The value that `word` spells, in whatever of the feed's words; None when it spells none."""
        words = BY_NAME[self.feed].column(self.column).words
        if not words:
            return word
        return next((value for value, local in words.items() if word in (value, *local, self.values[value].zh)), None)


COMPOUNDS = dict.fromkeys(("compound", "property_fee", "compound_revenue"), "compound_id")
FEED_FILTERS: dict[str, FeedFilter] = {
    one.name: one
    for one in (
        FeedFilter(
            "fund", Text("资金类型", "Fund"), "fund_project", "fund", "fund_exec_rate", {"fund_project": OWN, "fund_ledger": OWN},
            {"guarantee": Text("保障资金", "Guarantee fund"), "incentive": Text("激励资金", "Incentive fund"), "other": Text("其他资金", "Other funds")},
        ),
        FeedFilter(
            "origin", Text("资金来源", "Origin of funds"), "fund_ledger", "origin", "fund_exec_rate", {"fund_ledger": OWN},
            {"government": Text("政府", "Government"), "society": Text("社会", "Society"), "enterprise": Text("企业", "Enterprise"), "space": Text("空间经营", "Premises income")},
        ),
        FeedFilter("target_group", Text("服务对象", "Target group"), "fund_project", "target_group", "fund_process_rate", {"fund_project": OWN}),
        FeedFilter("theme", Text("项目类别", "Theme of projects"), "fund_project", "theme", "fund_process_rate", {"fund_project": OWN}),
        FeedFilter(
            "property_mode", Text("物业模式", "Property mode"), "compound", "property_mode", "fee_collect_rate", COMPOUNDS,
            {"lump_sum": Text("包干制", "Lump sum"), "fee": Text("酬金制", "Fee"), "trust": Text("信托制", "Trust"), "self": Text("自治", "Self-managed"),
             "emergency": Text("应急物业", "Emergency"), "none": Text("无物业", "None")},
        ),
        FeedFilter(
            "income_item", Text("有此项收益的小区", "Compounds with income from"), "compound_revenue", "item", "fee_collect_rate", COMPOUNDS,
            {"parking": Text("停车", "Parking"), "advert": Text("广告", "Advertisements"), "site": Text("场地", "Sites"), "other": Text("其他", "Other")},
            ("direction", "income"),
        ),
        FeedFilter("post_type", Text("岗位种类", "Kind of post"), "service_post", "type", "post_claim_ratio", {"service_post": OWN}),
        FeedFilter("org_field", Text("社会组织领域", "Field of organisations"), "social_org", "field", "social_org_n", {"social_org": OWN}),
        FeedFilter(
            "whistle_kind", Text("哨类", "Kind of whistle"), "whistle", "kind", "whistle_arrive_rate", {"whistle": OWN},
            {"hard": Text("难题哨", "Hard problems"), "enforce": Text("执法哨", "Enforcement"), "emergency": Text("应急哨", "Emergency")},
        ),
        FeedFilter("whistle_dept", Text("报到单位", "Department called"), "whistle", "dept", "whistle_arrive_rate", {"whistle": OWN}),
        FeedFilter(
            "meeting_level", Text("联席会议层级", "Level of joint meeting"), "meeting_issue", "meeting_level", "level_match_rate", {"meeting_issue": OWN},
            {level: one.name for level, one in LEVELS.items()},
        ),
        FeedFilter("dispute", Text("纠纷类型", "Kind of dispute"), "mediation", "type", "mediation_ok_rate", {"mediation": OWN}),
        FeedFilter(
            "mediation_result", Text("调解结果", "Result of mediation"), "mediation", "result", "mediation_ok_rate", {"mediation": OWN},
            {"success": Text("成功", "Success"), "failed": Text("不成功", "Failed"), "open": Text("在办", "Open")},
        ),
        FeedFilter(
            "partner_kind", Text("共建单位类型", "Kind of partner"), "contract", "partner_kind", "contract_fulfil_rate", {"contract": OWN, "contract_item": "contract_id"},
            {"government": Text("机关", "Government"), "school": Text("学校", "School"), "hospital": Text("医院", "Hospital"), "state_firm": Text("国企", "State firm"),
             "private_firm": Text("民企", "Private firm"), "social_org": Text("社会组织", "Social organisation"), "institution": Text("事业单位", "Institution")},
        ),
        FeedFilter(
            "item_way", Text("契约项目方向", "Way of contract items"), "contract_item", "direction", "contract_fulfil_rate", {"contract_item": OWN},
            {"give": Text("给予", "Give"), "get": Text("获得", "Get")},
        ),
        FeedFilter(
            "meeting_kind", Text("议事形式", "Kind of meeting"), "deliberation", "type", "resolution_done_rate", {"deliberation": OWN},
            {"assembly": Text("居民代表会", "Residents' assembly"), "council": Text("议事协商会", "Deliberative council"), "hearing": Text("民主听证会", "Hearing"),
             "appraisal": Text("民主评议会", "Appraisal"), "open_air": Text("坝坝会", "Open-air meeting"), "delegate_day": Text("党代表接待日", "Delegates' day"),
             "delegate_survey": Text("党代表调研", "Delegates' survey")},
        ),
        FeedFilter("suggested_by", Text("建议收集渠道", "Channel of suggestions"), "suggestion", "channel", "suggest_adopt_rate", {"suggestion": OWN}),
    )
}  # fmt: skip
Where = tuple[tuple[str, str], ...]


def asked_of(where: Where, feed: str) -> list[tuple[FeedFilter, list[str]]]:
    """The filters of `where` that pick rows of `feed`, each with the values asked for."""
    names = dict.fromkeys(name for name, _ in where if name in FEED_FILTERS and feed in FEED_FILTERS[name].reaches)
    return [(FEED_FILTERS[name], [value for field, value in where if field == name]) for name in names]


def of_feeds(where: Where) -> Where:
    """The part of the filters that is about feeds other than cases."""
    return tuple(pair for pair in where if pair[0] in FEED_FILTERS)
