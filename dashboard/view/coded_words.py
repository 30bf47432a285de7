"""The feeds' coded values in words (代码值用语): in Chinese the standard word of the feed, in English these."""

from dashboard.view.filter_words import FOCUS_TAGS, SEVERITIES, SOURCES, STATUSES
from etl.model.feed_filters import FEED_FILTERS, OWN
from etl.model.levels import BY_ID as LEVELS
from etl.model.tables import BY_NAME
from etl.model.text import Text

ENGLISH: dict[tuple[str, str], dict[str, str]] = {
    ("grid_staff", "role"): {"chief": "chief grid heads", "general_head": "compound grid heads", "steward": "micro-grid stewards", "reserve": "reserve", "full_time": "full-time staff"},
    ("party_org", "type"): {
        "work_committee": "Party work committees", "committee": "Party committees", "general_branch": "general branches", "branch": "branches", "group": "groups",
    },
    ("case", "solved"): {"yes": "solved", "partly": "partly solved", "no": "not solved"},
    ("case", "satisfied"): {"yes": "satisfied", "mostly": "mostly satisfied", "no": "not satisfied", "none": "no opinion given"},
}  # fmt: skip
NAMED: dict[tuple[str, str], dict[str, Text]] = {
    ("case", "source"): SOURCES, ("case", "severity"): SEVERITIES, ("case", "status"): STATUSES,
    ("unit", "focus_tags"): FOCUS_TAGS, ("case", "resolved_level"): {level: one.name for level, one in LEVELS.items()},
    **{(feed, one.column): dict(one.values) for one in FEED_FILTERS.values() if one.values for feed, key in one.reaches.items() if key == OWN},
}  # fmt: skip


def coded(table: str, column: str, value: str, lang: str) -> str:
    """A canonical value in words; a city's own word as it stands."""
    named = NAMED.get((table, column), {}).get(value)
    if named is not None:
        return named.to(lang)
    local = (BY_NAME[table].column(column).words or {}).get(value)
    return value if local is None else local[0] if lang == "zh" else ENGLISH[table, column][value]
