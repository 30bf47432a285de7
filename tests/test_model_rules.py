"""The rules file says what the domain says, and a wrong one is refused by name."""

import pytest

from etl.model.errors import CallError
from etl.model.indicators import BY_ID
from etl.model.rules import DEFAULT, Threshold, load_rules, parse_rules


def test_defaults() -> None:
    rules = load_rules()
    assert (rules.grid.households_min, rules.grid.households_max) == (30, 100)
    assert (rules.org.group_members, rules.org.branch_groups, rules.org.committee_branches) == (3, 3, 3)
    assert (rules.placeholder.rows, rules.placeholder.texts, rules.placeholder.near_metres) == (50, 10, 50)
    assert (rules.three_rate.response, rules.three_rate.solve, rules.three_rate.satisfy) == (0.30, 0.35, 0.35)
    assert (rules.privacy.public_k, rules.privacy.analyst_k) == (10, 5)
    assert (rules.repeat.days, rules.repeat.metres, rules.case.response_hours, rules.figure.unstable_below) == (90, 100, 24, 10)
    assert (rules.contract.publish_days, rules.contract.appraise_days, rules.fund.publish_working_days) == (30, 30, 5)
    assert rules.thresholds["ontime_close_rate"] == Threshold(0.95, 0.85)
    assert rules.source == DEFAULT.read_text(encoding="utf-8")
    assert set(rules.thresholds) < set(BY_ID) and len(BY_ID) - len(rules.thresholds) == 4, "all indicators but those that only inform"


def test_lights() -> None:
    thresholds = load_rules().thresholds
    assert [thresholds["solve_rate"].colour(value, "up") for value in (0.9, 0.8, 0.79)] == ["green", "amber", "red"]
    assert [thresholds["overdue_open_n"].colour(value, "down") for value in (0, 5, 6)] == ["green", "amber", "red"]
    assert [thresholds["whistle_rate"].colour(value, "band") for value in (0.01, 0.003, 0.2, 0.001)] == ["green", "amber", "red", "red"]
    assert [thresholds["pilot_effect"].colour(value, "up") for value in (0.01, 0.0, 1e-17, -0.01)] == ["green", "amber", "amber", "red"], "the rule says > 0"
    assert [thresholds["pilot_effect"].colour(value, "down") for value in (-0.01, 0.0, 0.01)] == ["green", "amber", "red"]


def test_an_own_file_changes_only_what_it_names() -> None:
    rules = parse_rules("[grid]\nhouseholds_min = 50\n[thresholds]\nsolve_rate = { green = 0.8 }\n")
    assert (rules.grid.households_min, rules.grid.households_max) == (50, 100)
    assert rules.thresholds["solve_rate"] == Threshold(0.8, 0.8)
    assert parse_rules("") == parse_rules("") and parse_rules("").repeat.days == 90


@pytest.mark.parametrize(("text", "said"), [
    ("[grid]\nhousehold_min = 1", "grid.households_min"),
    ("[gird]\nhouseholds_min = 1", "grid"),
    ("[thresholds]\nsolved_rate = { green = 1 }", "thresholds.solve_rate"),
    ("[thresholds]\nsolve_rate = { gren = 1 }", "thresholds.solve_rate.green"),
    ("[thresholds]\nsolve_rate = 1", "thresholds.solve_rate"),
    ("[thresholds]\nwhistle_rate = { green = [3, 1] }", "whistle_rate.green"),
    ("[thresholds]\nsolve_rate = { basis = 'mean' }", "own_mean"),
    ("[thresholds]\nsolve_rate = { beyond = 1 }", "solve_rate.beyond"),
    ("[grid]\nhouseholds_min = '30'", "grid.households_min"),
    ("[grid]\nhouseholds_min = true", "grid.households_min"),
    ("[repeat]\ndays = -1", "repeat.days"),
    ("[org]\ncount_reported = 1", "org.count_reported"),
    ("[org]\nrule = 'local'", "org.rule"),
    ("[grid]\nhouseholds_min = 200", "households_max"),
    ("[three_rate]\nresponse = 0.5", "three_rate"),
    ("[privacy]\npublic_k = 0", "privacy"),
    ("grid = 3", "grid"),
    ("[grid", "rules.toml"),
])  # fmt: skip
def test_wrong_rules_are_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(CallError) as caught:
        parse_rules(text)
    assert said in caught.value.text.zh and said in caught.value.text.en
