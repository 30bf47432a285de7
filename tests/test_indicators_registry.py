"""The registry as a whole: every indicator of the field is there, has words and thresholds, is worked out by hand somewhere, and answers."""

import csv
from dataclasses import fields
from pathlib import Path

import pytest

from etl.__main__ import main
from etl.model.feed_filters import FEED_FILTERS
from etl.model.indicators import BY_ID, INDICATORS
from etl.model.indicators.terms import Terms
from etl.model.levels import LEVEL_IDS
from etl.model.rules import load_rules
from etl.model.tables import BY_NAME
from etl.query.figures import COLUMNS, figures, figures_by_lead
from etl.query.reader import Reader
from etl.query.scope import default_scope
from tests import oracle_cases, oracle_money, oracle_more, oracle_people, oracle_pilots
from tests.oracle_check import YEAR
from tests.oracle_ground import Ground
from tests.random_feeds import random_feed_city
from tests.tiny_city import DATA_DATE, NEWEST, tiny_rows, tiny_units, unit_nos, write_build

DOMAIN = """
grid_size_ok_rate grid_geom_cover steward_fill_rate steward_per_grid head_match_rate member_cover_rate org_cover_rate member_in_grid_rate
org333_gap_n one_shoulder_rate cross_post_rate post_claim_ratio member_hours_pc three_visit_rate floating_contact_rate case_per_1000hh
found_first_rate response_rate solve_rate satisfy_rate three_rate_score close_rate ontime_close_rate rework_rate overdue_open_n
close_hours_p50 repeat_rate hotspot_n minor_in_compound_rate major_in_community_rate group_in_street_rate upflow_rate level_match_rate
whistle_rate whistle_arrive_rate return_rate pingpong_n mobil_min_p50 mobil_3h_rate fund_exec_rate fund_process_rate fund_residue_rate
suggest_adopt_rate dividend_per_m2 fee_collect_rate trust_ok_rate oc_cover_rate premises_per_100hh premises_ok_rate five_centre_rate
social_org_n contract_fulfil_rate contract_step_rate contract_mutual_rate joint_quarter_rate resolution_done_rate vol_hours_per_1000
worker_member_rate focus_gap pilot_effect geo_match_rate
"""  # domain.md F
BY_UNIT = ("response_rate", "solve_rate", "satisfy_rate", "close_rate", "ontime_close_rate", "rework_rate", "whistle_arrive_rate", "return_rate", "pingpong_n")
PAGES = {"overview", "grids", "coverage", "hotspots", "response", "funds", "property", "cobuild", "volunteers", "explore", "briefing", "import", "quality", "public"}
NO_LIGHT = {"suggest_adopt_rate", "dividend_per_m2", "petition_rate", "participation_rate"}  # for information only


def test_every_indicator_of_the_field_is_registered() -> None:
    assert len(DOMAIN.split()) == 61 and set(DOMAIN.split()) <= set(BY_ID)
    assert len(BY_ID) == len(INDICATORS)


def test_every_indicator_is_worked_out_by_hand() -> None:
    here = Path(__file__).parent
    texts = "".join(path.read_text("utf-8") for path in [*here.glob("test_indicators_*.py"), here / "test_query_figures.py"] if path.name != Path(__file__).name)
    assert [one.id for one in INDICATORS if f'"{one.id}"' not in texts] == []


def test_every_indicator_is_calculated_twice(tmp_path: Path) -> None:
    """By the oracles, or with the first ten."""
    build, units, rows = random_feed_city(tmp_path, 1)
    ground = Ground(units, rows, YEAR)
    here = {indicator for oracle in (oracle_cases, oracle_people, oracle_money, oracle_more) for indicator in oracle.answers(ground)}
    here |= set(oracle_pilots.answers(ground, units))
    first_ten = {"grid_size_ok_rate", "case_per_1000hh", "close_rate", "ontime_close_rate", "overdue_open_n", "geo_match_rate"}
    assert set(BY_ID) == here | first_ten
    build.close()


@pytest.mark.parametrize("one", INDICATORS, ids=lambda one: one.id)
def test_words_page_feeds_and_light(one) -> None:
    words = [one.name, one.definition, one.top, one.unit, one.source, *([one.bottom] if one.bottom else [])]
    assert all(text.zh and text.en for text in words)
    assert one.page in PAGES and set(one.levels) <= set(LEVEL_IDS) and set(one.feeds) <= set(BY_NAME)
    assert (one.id in load_rules().thresholds) != (one.id in NO_LIGHT)
    assert not one.is_percent or one.scale == 1
    assert {field.name for field in fields(one)} >= {"kind", "better"}
    assert one.id not in BY_UNIT or one.by_lead


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny city with every feed connected, most of them without a row."""
    folder, units = tmp_path_factory.mktemp("all"), tiny_units()
    rows = {feed: [] for feed in BY_NAME if feed != "unit"} | tiny_rows(unit_nos(units))
    write_build(folder, units, rows, DATA_DATE, NEWEST).close()
    return folder


def test_every_indicator_answers_at_every_level(warehouse: Path) -> None:
    from etl.query.warehouse import open_build

    build, everybody = open_build(warehouse), Reader("admin", 1, 10**9)
    scope = default_scope(build)
    for one in INDICATORS:
        for level in LEVEL_IDS:
            table = figures(build, everybody, one.id, scope, level)
            assert tuple(table.columns) == COLUMNS and len(table) == {"city": 1, "district": 1, "street": 3, "community": 6, "compound": 12, "micro": 30}[level]
            assert set(table["state"]) <= {"ok", "unstable", "no_data"}, one.id
            assert (table["value"].isna() == (table["state"] == "no_data")).all(), one.id
            assert one.kind != "median" or table["numerator"].isna().all()
            assert one.has_denominator or table["denominator"].isna().all()
        if one.by_lead:
            figures_by_lead(build, everybody, one.id, scope)
    build.close()


def test_command_line(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["indicators"]) == 0
    listed = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [row["id"] for row in listed] == [one.id for one in INDICATORS]
    for one in ("close_hours_p50", "org333_gap_n", "three_rate_score", "whistle_arrive_rate"):
        assert main(["indicator", one, "--level", "street", "--warehouse", str(warehouse)]) == 0
        lines = list(csv.DictReader(capsys.readouterr().out.splitlines()))
        assert [line["code"] for line in lines] == ["J1", "J2", "J3"]
    assert main(["indicator", "fund_exec_rate", "--level", "city", "--where", "fund=保障", "--warehouse", str(warehouse)]) == 0
    assert main(["indicator", "fund_exec_rate", "--level", "city", "--where", "source=12345", "--warehouse", str(warehouse)]) == 2
    assert main(["indicator", "close_rate", "--level", "city", "--where", "fund=保障", "--warehouse", str(warehouse)]) == 2


VALUES = {"category": "10", "own_class": "公用", "source": "12345", "status": "closed", "lead_unit": "甲", "severity": "major", "focus": "any", "proper_level": "community", "solved_level": "community",
          "hour": "9", "weekday": "3", **{name: next(iter(one.values), "停车") for name, one in FEED_FILTERS.items()}}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_every_indicator_can_be_asked_by_every_filter_it_names(name: str) -> None:
    """The expressions can be made; what each filter counts is held by the oracles."""
    terms = Terms(DATA_DATE.replace(month=1), DATA_DATE, DATA_DATE, ((name, VALUES[name]),), 1, 9, load_rules())
    asked = [indicator for indicator in INDICATORS if name in indicator.filters]
    assert asked
    for indicator in asked:
        for part in indicator.parts(terms).all:
            assert "unit_no" in part.rows.columns, indicator.id
