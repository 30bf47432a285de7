"""Which indicators a page shows as cards (各页指标卡), in order."""

OVERVIEW_CARDS: tuple[str, ...] = (
    "case_per_1000hh", "overdue_open_n", "close_rate", "ontime_close_rate", "solve_rate", "satisfy_rate", "member_cover_rate", "steward_fill_rate",
)  # fmt: skip
GRIDS_CARDS: tuple[str, ...] = ("grid_size_ok_rate", "steward_fill_rate", "member_cover_rate")
QUALITY_CARDS: tuple[str, ...] = ("geo_match_rate",)
