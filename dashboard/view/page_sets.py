"""Which indicators a page shows as cards (各页指标卡), in order."""

OVERVIEW_CARDS: tuple[str, ...] = (
    "case_per_1000hh", "overdue_open_n", "close_rate", "ontime_close_rate", "solve_rate", "satisfy_rate", "member_cover_rate", "steward_fill_rate",
)  # fmt: skip
GRIDS_CARDS: tuple[str, ...] = (
    "grid_size_ok_rate", "steward_fill_rate", "steward_per_grid", "head_vacant_n", "head_match_rate", "trinity_rate", "grid_task_done_rate", "member_cover_rate",
)  # fmt: skip
PREMISES_CARDS: tuple[str, ...] = ("five_centre_rate", "premises_per_100hh", "premises_ok_rate")
QUALITY_CARDS: tuple[str, ...] = ("geo_match_rate", "grid_geom_cover")
COVERAGE_CARDS: tuple[str, ...] = (
    "member_cover_rate", "org_cover_rate", "org333_gap_n", "post_claim_ratio", "one_shoulder_rate", "cross_post_rate", "floating_contact_rate", "three_visit_rate",
)  # fmt: skip
COVERAGE_IDS: tuple[str, ...] = (*COVERAGE_CARDS, "member_in_grid_rate")
PROPERTY_CARDS: tuple[str, ...] = (
    "fee_collect_rate", "oc_cover_rate", "trust_ok_rate", "dividend_per_m2", "premises_per_100hh", "premises_ok_rate", "five_centre_rate", "first_time_rate",
)  # fmt: skip
FUNDS_CARDS: tuple[str, ...] = ("fund_exec_rate", "fund_process_rate", "resolved_first_rate", "fund_residue_rate", "suggest_adopt_rate")
COBUILD_CARDS: tuple[str, ...] = (
    "contract_fulfil_rate", "contract_step_rate", "contract_mutual_rate", "joint_quarter_rate", "resolution_done_rate", "suggest_adopt_rate",
)  # fmt: skip
VOLUNTEERS_CARDS: tuple[str, ...] = ("vol_hours_per_1000", "member_hours_pc", "post_claim_ratio", "participation_rate", "wish_done_rate", "social_org_n", "worker_member_rate")
HOTSPOTS_CARDS: tuple[str, ...] = ("case_per_1000hh", "hotspot_n", "repeat_rate", "found_first_rate", "focus_gap")
RESPONSE_CARDS: tuple[str, ...] = (
    "three_rate_score", "response_rate", "solve_rate", "satisfy_rate", "close_rate", "ontime_close_rate", "rework_rate", "close_hours_p50",
)  # fmt: skip
LEVEL_CARDS: tuple[str, ...] = (
    "minor_in_compound_rate", "major_in_community_rate", "major_all_in_community_rate", "group_in_street_rate", "upflow_rate", "level_match_rate",
    "minor_dispute_in_grid_rate", "dispute_in_community_rate",
)  # fmt: skip
WHISTLE_CARDS: tuple[str, ...] = ("whistle_rate", "whistle_arrive_rate", "return_rate", "pingpong_n", "petition_rate", "mediation_ok_rate")
ORDER_CARDS: tuple[str, ...] = ("mobil_min_p50", "mobil_3h_rate")
# what each row of cards asks for together: one pass answers as much of it as it can
CARD_ROWS: tuple[tuple[str, ...], ...] = (
    OVERVIEW_CARDS, RESPONSE_CARDS, LEVEL_CARDS, (*WHISTLE_CARDS, *ORDER_CARDS), HOTSPOTS_CARDS, COVERAGE_CARDS, GRIDS_CARDS, PREMISES_CARDS, FUNDS_CARDS,
    PROPERTY_CARDS, COBUILD_CARDS, VOLUNTEERS_CARDS,
)  # fmt: skip
