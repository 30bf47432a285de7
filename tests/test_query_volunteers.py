"""Hours, teams, posts, wishes, community workers and social organisations, by hand."""

from datetime import date

import pytest

from etl.query.reader import Reader
from etl.query.scope import parse_scope
from etl.query.volunteers import Wishes, months, posts, teams, wishes
from etl.query.workforce import organisations, workers
from tests.tiny_feeds import EVERYBODY, FeedCity


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> FeedCity:
    given = [("M1111", "2026-01-01", "member", "甲队", 3, 2.5), ("S11", "2026-01-31", "volunteer", "甲队", 2, 1.0), ("S12", "2026-02-01", None, None, 1, 4.0),
             ("S11", "2025-10-31", "member", "甲队", 9, 9.0)]  # fmt: skip
    logs = [{"unit": at, "held_on": day, "by": by, "team": team, "participants": n, "hours": hours} for at, day, by, team, n, hours in given]
    offered = [
        {"unit": "S11", "post_id": "p1", "type": "巡逻", "offered": 5, "claimed": 1, "as_of_on": "2026-06-30"},
        {"unit": "S11", "post_id": "p1", "type": "巡逻", "offered": 5, "claimed": 4, "as_of_on": "2026-09-30"},
        {"unit": "S11", "post_id": "p1", "type": "巡逻", "offered": 5, "claimed": 5, "as_of_on": "2026-11-30"},  # after the as-of day
        {"unit": "S12", "post_id": "p2", "type": "宣传", "offered": 0, "claimed": 0, "as_of_on": "2026-09-30"},
    ]
    made = [("2026-01-01", "2026-01-05", "2026-01-11"), ("2026-01-01", "2026-01-05", None), ("2026-03-01", None, None), ("2026-10-20", None, None), ("2026-10-01", "2026-11-05", None)]
    hopes = [{"unit": "S11", "wish_id": f"w{i}", "made_on": a, "claimed_on": b, "done_on": c} for i, (a, b, c) in enumerate(made)]
    counts = [("S11", "2026-04-30", 10, 4, 2, 1), ("S11", "2026-10-31", 12, 6, 1, 3), ("S12", "2026-10-31", 8, 2, 0, 1), ("S11", "2026-11-30", 50, 50, 0, 0)]
    stats = [
        {"unit": at, "as_of_on": day, "n": n, "n_member": m, "n_certified": None, "n_degree": n, "n_over50": 1, "joined": joined, "left": left, "training_hours": 20.0}
        for at, day, n, m, joined, left in counts
    ]
    orgs = [{"unit": "S11", "name": f"社{i}", "field": "养老" if i < 10 else "文体", "has_standard": i != 11, "is_active": i != 12} for i in range(13)]
    return FeedCity(tmp_path_factory.mktemp("volunteers"), service_log=logs, service_post=offered, wish=hopes, worker_stat=stats, social_org=orgs)


def test_hours_by_month_and_team(city: FeedCity) -> None:
    scope = parse_scope(city.build)
    january, february = months(city.build, EVERYBODY, scope, 1)
    assert (january.month, january.member, january.volunteer, february.unknown) == (date(2026, 1, 1), 2.5, 1.0, 4.0)
    assert city.parts("vol_hours_per_1000")[0] == 7.5
    (nobody, team), n = teams(city.build, EVERYBODY, scope, 1)
    assert (n, nobody.name, nobody.hours) == (2, "", 4.0)
    assert (team.activities, team.participants, team.hours, team.hours_of_members, team.last_on) == (2, 5, 3.5, 2.5, date(2026, 1, 31))


def test_posts_take_the_newest_count(city: FeedCity) -> None:
    patrol, advice = posts(city.build, EVERYBODY, parse_scope(city.build), 1)
    assert (patrol.offered, patrol.claimed, patrol.rate) == (5, 4, 0.8)
    assert advice.rate is None


def test_wishes(city: FeedCity) -> None:
    """Claimed after the as-of day is not claimed; only the wish of March has waited over 30 days (that of 1 October exactly 30)."""
    assert wishes(city.build, EVERYBODY, parse_scope(city.build), 1) == Wishes(made=5, claimed=2, done=1, days_p50=10.0, waiting=1)


def test_workers_are_totals(city: FeedCity) -> None:
    """Newest counts 12 + 8; of the 12 months left 3 + 1 + 1; mean of 20 and 10 + 8 is 19."""
    found = workers(city.build, EVERYBODY, parse_scope(city.build), 1)
    assert (found.communities, found.n, found.joined, found.left) == (2, 20, 3, 5)
    assert found.turnover == pytest.approx(5 / 19) and found.training_per_head == pytest.approx(60 / 20)
    shares = {one.id: (one.n, one.of) for one in found.shares}
    assert shares == {"n_member": (8, 20), "n_degree": (20, 20), "n_over50": (2, 20)}, "a column nobody filled is left out"
    assert city.parts("worker_member_rate") == shares["n_member"]
    assert workers(city.build, EVERYBODY, parse_scope(city.build), city.numbers["X111"]).n == 0, "nothing below the community"


def test_small_counts_of_workers_are_withheld(city: FeedCity) -> None:
    leader = Reader("leader", 1, 10**9)
    shares = {one.id: one.n for one in workers(city.build, leader, parse_scope(city.build), 1).shares}
    assert shares == {"n_member": 8, "n_degree": 20, "n_over50": None}


def test_organisations(city: FeedCity) -> None:
    """13 registered, one not active, one without a standard: 11 left in S11, none elsewhere."""
    found = organisations(city.build, EVERYBODY, parse_scope(city.build), 1)
    assert (found.registered, found.active, found.with_standard, found.least, found.reaching) == (13, 12, 11, 10, 1)
    assert found.fields == (("养老", 10, 10), ("文体", 2, 1))
    assert found.communities[-1][1::2] == ("S11", 11) and found.communities[0][3] == 0
    assert city.parts("social_org_n")[0] == 11
