"""Which indicators a page shows as cards (各页指标卡), in order."""

OVERVIEW_CARDS: tuple[str, ...] = (
    "case_per_1000hh", "overdue_open_n", "close_rate", "ontime_close_rate", "solve_rate", "satisfy_rate", "member_cover_rate", "steward_fill_rate",
)  # fmt: skip
GRIDS_CARDS: tuple[str, ...] = ("grid_size_ok_rate", "steward_fill_rate", "member_cover_rate")
QUALITY_CARDS: tuple[str, ...] = ("geo_match_rate",)
COVERAGE_CARDS: tuple[str, ...] = (
    "member_cover_rate", "org_cover_rate", "org333_gap_n", "post_claim_ratio", "one_shoulder_rate", "cross_post_rate", "floating_contact_rate", "three_visit_rate",
)  # fmt: skip
COVERAGE_IDS: tuple[str, ...] = (*COVERAGE_CARDS, "member_in_grid_rate")
PROPERTY_CARDS: tuple[str, ...] = (
    "fee_collect_rate", "oc_cover_rate", "trust_ok_rate", "dividend_per_m2", "premises_per_100hh", "premises_ok_rate", "five_centre_rate",
)  # fmt: skip
