"""What a briefing may be about: a month, a quarter, or the very days of the filter bar."""

from datetime import date

import pytest

from dashboard.briefing.period import parse_period, period_of
from etl.model.errors import CallError


@pytest.mark.parametrize(
    ("first", "last", "id_", "zh", "en"),
    [
        ("2026-09-01", "2026-09-30", "2026-09", "2026年9月", "September 2026"),
        ("2026-07-01", "2026-09-30", "2026-Q3", "2026年第三季度", "Quarter 3, 2026"),
        ("2011-09-01", "2011-11-30", "2011-09-01_2011-11-30", "2011年9月至11月", "September to November 2011"),
        ("2025-12-01", "2026-02-28", "2025-12-01_2026-02-28", "2025年12月至2026年2月", "December 2025 to February 2026"),
        ("2025-01-01", "2025-12-31", "2025-01-01_2025-12-31", "2025年", "2025"),
        ("2026-09-03", "2026-09-20", "2026-09-03_2026-09-20", "2026年9月3日至9月20日", "2026-09-03 to 2026-09-20"),
    ],
)
def test_days_and_their_name(first: str, last: str, id_: str, zh: str, en: str) -> None:
    found = period_of(date.fromisoformat(first), date.fromisoformat(last))
    assert (found.id, found.name.zh, found.name.en) == (id_, zh, en)
    assert parse_period(found.id) == found


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-Q5", "2026-09-31_2026-10-01", "2026-10-01_2026-09-01", "2026-09-01_"])
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(CallError):
        parse_period(text)
