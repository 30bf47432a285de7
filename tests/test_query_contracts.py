"""Contracts on their five steps, meetings, suggestions and quarters, by hand and against the indicators."""

from pathlib import Path

import pytest

from etl.model.indicators.cobuild import STEPS
from etl.query.contracts import Items, contracts, item_totals, partner_kinds, step_counts
from etl.query.deliberations import Funnel, activity_quarters, claimed_projects, meeting_kinds, suggestion_counts, suggestion_funnel
from etl.query.scope import parse_scope
from tests.tiny_feeds import EVERYBODY, FeedCity

DAYS = dict(zip(STEPS, ("2026-01-05", "2026-01-10", "2026-01-20", "2026-02-01", "2026-07-10"), strict=True)) | {"end_on": "2026-06-30"}
BASE = {"partner": "小学", "partner_kind": "school", "parttime_post": None, "score": None}


def item(of: str, direction: str, due: str, done: str | None) -> dict:
    return {"contract_id": of, "unit": "S11", "item_id": f"{of}{direction}{due}", "direction": direction, "due_on": due, "done_on": done}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    rows = [
        {**DAYS, "contract_id": "fine", "unit": "S11", "parttime_post": "兼职委员"},
        {**DAYS, "contract_id": "late", "unit": "S11", "published_on": "2026-02-10"},  # 31 days after signing, after its start
        {**DAYS, "contract_id": "silent", "unit": "S12", "talked_on": None, "appraised_on": None},
        {**DAYS, "contract_id": "slow", "unit": "S12", "appraised_on": "2026-07-31", "partner_kind": "hospital"},  # 31 days after the end
        {**dict.fromkeys(STEPS), "talked_on": "2026-10-01", "signed_on": "2026-10-15", "end_on": "2027-01-01", "contract_id": "young", "unit": "S21"},
        {**DAYS, "contract_id": "old", "unit": "S11", "signed_on": "2025-10-01"},
    ]
    items = [
        item("fine", "give", "2026-03-01", "2026-03-01"), item("fine", "give", "2026-10-31", None), item("fine", "get", "2026-03-01", "2026-11-05"),
        item("late", "give", "2026-12-01", None), item("late", "give", "2025-10-31", None),
    ]  # fmt: skip
    meetings = [
        {"unit": "S11", "event_id": "a", "type": "council", "held_on": "2026-03-01", "attendees": 20, "opinions_n": 5, "resolutions_n": 2, "done_n": 1},
        {"unit": "S11", "event_id": "b", "type": "council", "held_on": "2026-03-02", "attendees": None, "opinions_n": 3, "resolutions_n": None, "done_n": 4},
        {"unit": "S12", "event_id": "c", "type": "open_air", "held_on": "2026-03-03", "attendees": 9, "opinions_n": None, "resolutions_n": 1, "done_n": None},
    ]
    said = [("s1", "g1", True), ("s2", "g1", False), ("s3", "g2", False), ("s4", None, True)]
    suggestions = [
        {"unit": "S11", "suggestion_id": i, "group_id": group, "is_adopted": adopted, "made_on": "2026-05-01", "channel": "e管家", "theme": "停车"}
        for i, group, adopted in said
    ]
    held = [("S11", "2026-01-01", 10), ("X111", "2026-02-01", 20), ("S12", "2026-03-31", 5), ("S12", "2026-10-01", 5), ("J1", "2026-04-01", 5)]
    activities = [{"unit": at, "activity_id": f"h{i}", "held_on": day, "project": "义诊", "participants": n} for i, (at, day, n) in enumerate(held)]
    return FeedCity(
        tmp_path_factory.mktemp("cobuild"), contract=[{**BASE, **row} for row in rows], contract_item=items, deliberation=meetings, suggestion=suggestions, joint_activity=activities
    )  # fmt: skip


def test_problems_of_contracts(city: FeedCity) -> None:
    found = {one.id: one for one in contracts(city.build, EVERYBODY, parse_scope(city.build), 1)}
    assert {key: one.problems for key, one in found.items()} == {
        "fine": (), "late": ("order", "publish_late"), "silent": ("no_talk", "appraise_late"), "slow": ("appraise_late",), "young": (),
    }  # fmt: skip
    assert not found["young"].is_due
    due = [one for one in found.values() if one.is_due]
    assert (sum(not one.problems for one in due), len(due)) == city.parts("contract_step_rate") == (1, 4)
    assert (sum(one.is_mutual for one in found.values()), len(found)) == city.parts("contract_mutual_rate") == (1, 5)
    assert found["fine"].give == Items(2, 2, 1) and found["fine"].get == Items(1, 1, 0), "done on 11-05 is not done on 10-31"


def test_items_steps_partners(city: FeedCity) -> None:
    scope = parse_scope(city.build)
    totals = item_totals(city.build, EVERYBODY, scope, 1)
    assert totals == {"give": Items(2, 2, 1), "get": Items(1, 1, 0)}
    assert (sum(one.done for one in totals.values()), sum(one.due for one in totals.values())) == city.parts("contract_fulfil_rate") == (1, 3)
    found = contracts(city.build, EVERYBODY, scope, 1)
    assert step_counts(found) == (("talked_on", 4), ("signed_on", 5), ("published_on", 4), ("start_on", 4), ("appraised_on", 3))
    assert [(one.kind, one.contracts, one.partners, one.posts) for one in partner_kinds(found)] == [("school", 4, 3, 1), ("hospital", 1, 1, 0)]


def test_meetings(city: FeedCity) -> None:
    """A meeting without a number of resolutions counts for none of them, as in the indicator."""
    council, open_air = meeting_kinds(city.build, EVERYBODY, parse_scope(city.build), 1)
    assert (council.kind, council.held, council.attendees, council.opinions, council.resolutions, council.done, council.rate) == ("council", 2, 20, 8, 2, 1, 0.5)
    assert (open_air.resolutions, open_air.done) == (1, 0)
    assert city.parts("resolution_done_rate") == (1, 3)


def test_suggestions(city: FeedCity) -> None:
    scope = parse_scope(city.build)
    found = suggestion_funnel(city.build, EVERYBODY, scope, 1)
    assert found == Funnel(raw=4, merged=3, groups=2, adopted=1) and found.adopt_rate == 0.5
    assert city.parts("suggest_adopt_rate") == (1, 2)
    assert [(one.word, one.n, one.more) for one in suggestion_counts(city.build, EVERYBODY, scope, 1, "channel")] == [("e管家", 4, 2)]


def test_quarters(city: FeedCity) -> None:
    """Q1 to Q3 of 2026 lie in the period: S11 and S12 had one quarter each, a street's activity serves no community."""
    found = activity_quarters(city.build, EVERYBODY, parse_scope(city.build), 1)
    counts = {row.code: row.counts for row in found.rows}
    assert len(found.quarters) == 3 and counts["S11"] == (2, 0, 0) and counts["S12"] == (1, 0, 0)
    met = sum(n > 0 for row in found.rows for n in row.counts)
    assert (met, len(found.rows) * 3) == city.parts("joint_quarter_rate") == (2, 18)
    assert found.rows[-1].code in ("S11", "S12"), "fewest first"
    assert [(one.word, one.n, one.more) for one in claimed_projects(city.build, EVERYBODY, parse_scope(city.build), 1)] == [("义诊", 5, 45)]


def test_nothing_connected(tmp_path: Path) -> None:
    city = FeedCity(tmp_path, social_org=[])
    assert contracts(city.build, EVERYBODY, parse_scope(city.build), 1) == ()
    assert suggestion_funnel(city.build, EVERYBODY, parse_scope(city.build), 1).adopt_rate is None
