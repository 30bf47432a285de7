"""双治联动 and 点线面 by hand, and that what is not connected is not counted as nothing."""

from pathlib import Path

from etl.query.reader import Reader
from etl.query.scope import parse_scope
from etl.query.self_and_joint import Forms, forms
from tests.tiny_feeds import EVERYBODY, FeedCity

CONTRACT = {"partner_kind": "school", "parttime_post": None, "end_on": None}


def test_who_governs_where(tmp_path: Path) -> None:
    """S11: residents met and partners act. S12: residents met only. S21: a contract in force only. S22: an old meeting, a delegates' day, a contract over."""
    city = FeedCity(
        tmp_path,
        deliberation=[
            {"unit": "S11", "type": "council", "held_on": "2026-03-01"}, {"unit": "X121", "type": "open_air", "held_on": "2026-03-02"},
            {"unit": "S22", "type": "council", "held_on": "2025-03-01"}, {"unit": "S22", "type": "delegate_day", "held_on": "2026-03-01"},
        ],
        joint_activity=[{"unit": "S11", "held_on": "2026-05-01", "convenor": "小学"}],
        contract=[
            {**CONTRACT, "unit": "S21", "partner": "医院", "signed_on": "2026-01-01"}, {**CONTRACT, "unit": "S21", "partner": "医院", "signed_on": "2026-02-01"},
            {**CONTRACT, "unit": "S22", "partner": "小学", "signed_on": "2025-01-01", "end_on": "2026-01-01"},
        ],
        party_org=[{"unit": unit, "type": kind, "founded_on": None, "ended_on": None, "building_id": None} for unit, kind in (("S11", "committee"), ("X111", "branch"), ("X112", "branch"))],
        social_org=[{"unit": "S11", "is_active": True}, {"unit": "S11", "is_active": None}, {"unit": "S11", "is_active": False}],
        service_log=[{"unit": "S11", "held_on": "2026-03-01", "team": team, "by": "volunteer"} for team in ("红袖标", "红袖标", None)],
    )  # fmt: skip
    found = forms(city.build, EVERYBODY, parse_scope(city.build), 1)
    every = found.communities
    assert found == Forms(every, 2, 2, 1, 1, 2, 0, None, 2, 2, 1, 1), "no compounds are connected, so owners' committees are unknown"
    own = forms(city.build, EVERYBODY, parse_scope(city.build), city.numbers["S12"])
    assert (own.communities, own.self_n, own.joint_n, own.both_n, own.meetings, own.societies) == (1, 1, 0, 0, 1, 0)
    no = city.numbers["S21"]
    assert forms(city.build, Reader("leader", no, no + 20), parse_scope(city.build), 1).self_n == 0, "what lies outside is not counted"


def test_without_feeds_nothing_is_nought(tmp_path: Path) -> None:
    city = FeedCity(tmp_path, contract=[{**CONTRACT, "unit": "S11", "partner": "医院", "signed_on": "2026-01-01"}])
    found = forms(city.build, EVERYBODY, parse_scope(city.build), 1)
    assert (found.self_n, found.joint_n, found.both_n, found.meetings, found.teams, found.branches) == (None, 1, None, None, None, None)
