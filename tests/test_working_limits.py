"""A class with a limit in working time gets it by the holiday table; one in plain hours is left to SQL."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from etl.load import cases
from etl.model.rules import load_rules
from etl.query.duck import open_staging


@pytest.mark.parametrize(
    ("unit", "value", "filed", "limit"),
    [
        # Friday 16:30 + 2 working hours: half an hour left on Friday, the rest from Monday 09:00
        ("working_hour", 2, "2026-11-13 16:30:00", "2026-11-16 10:30:00"),
        # Wednesday 30 September 2026 10:00 + 1 working day: the National Day holiday lies between
        ("working_day", 1, "2026-09-30 10:00:00", "2026-10-08 10:00:00"),
    ],
)
def test_limits_in_working_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unit: str, value: int, filed: str, limit: str) -> None:
    changed = tuple(replace(c, limit_unit=unit, limit_value=value) if c.code4 == "0203" else c for c in cases.CATEGORIES)
    monkeypatch.setattr(cases, "CATEGORIES", changed)
    with open_staging(tmp_path) as con:
        con.execute(f"""CREATE TABLE k_case AS SELECT * FROM (VALUES (1::BIGINT, '0203', TIMESTAMP '{filed}', NULL::TIMESTAMP),
            (2, '0203', TIMESTAMP '{filed}', TIMESTAMP '2026-12-31'), (3, '1299', TIMESTAMP '{filed}', NULL)) v(row_seq, code4, counted_at, limit_at)""")
        cases._working_limits(con, load_rules())
        assert con.execute("SELECT limit_at FROM k_case ORDER BY row_seq").fetchall() == [
            (datetime.fromisoformat(limit),), (datetime(2026, 12, 31),), (None,)]
