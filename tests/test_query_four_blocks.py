"""The four-block score, sudden rises and the attention list, by hand."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from etl.model.indicators import BY_ID
from etl.model.rules import load_rules
from etl.query.attention import WATCHES, attention
from etl.query.four_blocks import attained, four_blocks
from etl.query.jumps import is_jump, jumps
from etl.query.scope import parse_scope
from tests.tiny_city import STAFF
from tests.tiny_feeds import EVERYBODY, FeedCity


def test_attainment() -> None:
    assert attained(0.6, 0.8, "up") == pytest.approx(0.75) and attained(0.9, 0.8, "up") == 1.0
    assert attained(0.24, 0.05, "down") == pytest.approx(0.8) and attained(0.0, 0.05, "down") == 1.0 and attained(1.2, 0.05, "down") == 0.0
    assert attained(0.0, -0.03, "up") == 1.0, "early in the year nothing need be spent yet"


def test_blocks_leave_out_what_is_not_connected(tmp_path: Path) -> None:
    """Only stewards are known: 7 of 30 micro-grids against a standard of 100%; the other blocks have no score."""
    staff = [{"unit": at, "staff_id": f"h{i}", "role": role, "start_on": start, "end_on": end} for i, (at, role, start, end) in enumerate(STAFF)]
    city = FeedCity(tmp_path, grid_staff=staff)
    blocks = {block.id: block for block in four_blocks(city.build, EVERYBODY, parse_scope(city.build), 1)}
    top, bottom = city.parts("steward_fill_rate")
    assert (blocks["people"].score, blocks["people"].known) == (pytest.approx(top / bottom * 100), 1)
    assert [blocks[name].score for name in ("money", "place", "rules")] == [None, None, None]
    assert all(line.figure.state == "no_feed" for line in blocks["money"].lines)


def test_a_jump_is_more_than_chance() -> None:
    """Mean 16 a week: 3 deviations are 12, so 29 jumps and 28 does not; under ten cases nothing does."""
    rule = load_rules().watch
    assert is_jump(29, 16, rule) and not is_jump(28, 16, rule)
    assert not is_jump(9, 0, rule) and is_jump(10, 0, rule)


def case(at: str, days_ago: int, n: int) -> list[dict]:
    when = datetime(2026, 10, 31, 12) - timedelta(days=days_ago)
    return [{"unit": at, "case_no": f"{at}-{days_ago}-{i}", "counted_at": when} for i in range(n)]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    project = {"name": "项目", "fund": "guarantee", "unit": "S11"}
    return FeedCity(
        tmp_path_factory.mktemp("attention"),
        case=[*case("M1111", 6, 11), *case("M1111", 7, 4), *case("M2111", 0, 9), *case("S31", 3, 12), *case("S31", 20, 60)],
        fund_project=[{**project, "project_id": "bad", "suggested_on": "2026-02-02", "resolved_on": "2026-02-01"}, {**project, "project_id": "good", "suggested_on": "2026-02-01", "resolved_on": "2026-02-02"}],
        fund_ledger=[],
        contract_item=[{"unit": "S12", "contract_id": "c", "item_id": f"i{i}", "direction": "give", "due_on": day, "done_on": done} for i, (day, done) in enumerate((("2026-10-31", None), ("2026-11-01", None), ("2026-10-01", "2026-10-01"), ("2026-10-01", "2026-11-01")))],
    )  # fmt: skip


def test_jumps_by_street(city: FeedCity) -> None:
    """J1: 11 in the last week, 4 before (mean 1): a jump. J2: 9 are too few. J3: 12 after 60 (mean 15): none. One district only, so streets are compared."""
    assert [(one.unit_no, one.n, one.mean) for one in jumps(city.build, EVERYBODY, parse_scope(city.build), 1)] == [(city.numbers["J1"], 11, 1.0)]


def test_attention_across_feeds(city: FeedCity) -> None:
    items = attention(city.build, EVERYBODY, parse_scope(city.build), 1)
    found = {(item.watch, item.code): item for item in items}
    assert items[0].watch == "jump" and items[0].page == "hotspots"
    assert found["fund", "J1"].count == 1 and found["fund", "J1"].page == "funds" and found["fund", "J1"].reason.zh == "1 个资金项目程序不合规"
    assert found["contract", "J1"].count == 2, "due today and not done, and done after the as-of day"
    assert all(watch.indicator in BY_ID for watch in WATCHES if watch.indicator)
