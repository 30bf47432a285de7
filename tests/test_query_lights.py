"""The lights on every basis, worked out by hand, and that card, band, table, map and command line take the same ones."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from dashboard.access.identity import MACHINE
from dashboard.maps.scale import BAND_WORDS
from dashboard.parts.main_map import threshold_scale
from dashboard.view.nav import PAGES
from dashboard.view.run import Run
from dashboard.view.state import ViewState
from etl.__main__ import main
from etl.model.indicators import INDICATORS
from etl.query.figures import figure, figures, level_figures
from etl.query.lights import level_lights, light_of, measures, year_before, year_elapsed
from etl.query.ranking import bands_of, ranking
from etl.query.scope import Scope, default_scope, parse_scope
from etl.query.units import units
from etl.query.warehouse import Build, open_build
from tests.tiny_feeds import EVERYBODY, FeedCity

COLOURS = ("red", "amber", "green")


def light(city: FeedCity, indicator: str, code: str, **scope: str) -> tuple[float | None, str | None]:
    """(measure, light) of one unit."""
    asked = parse_scope(city.build, **scope)
    found = figure(city.build, EVERYBODY, indicator, asked, city.numbers[code])
    value = np.array([np.nan if found.value is None else found.value])
    measure = float(measures(city.build, EVERYBODY, indicator, asked, np.array([found.unit_no]), value)[0])
    return None if np.isnan(measure) else measure, light_of(city.build, EVERYBODY, indicator, asked, found)


def cases(unit: str, n: int, first: date, start: int = 0) -> list[dict]:
    return [{"unit": unit, "case_no": f"{unit}{first}{start + i}", "counted_at": datetime(first.year, first.month, first.day, 9) + timedelta(days=i)} for i in range(n)]


def test_requests_are_held_against_the_units_own_year_before(tmp_path: Path) -> None:
    """Ten in each community the year before: now 10 (as many), 12 (a fifth more), 13; nine before are too few to be a mean; none before is none."""
    before, now = date(2024, 11, 1), date(2025, 11, 1)
    rows = cases("S11", 10, before) + cases("S11", 10, now) + cases("S12", 10, before) + cases("S12", 12, now)
    rows += cases("S21", 10, before) + cases("S21", 13, now) + cases("S22", 9, before) + cases("S22", 9, now) + cases("S31", 5, now)
    city = FeedCity(tmp_path, {code: {"households": 500} for code in ("S11", "S12", "S21", "S22", "S31")}, case=rows)
    found = {code: light(city, "case_per_1000hh", code) for code in ("S11", "S12", "S21", "S22", "S31")}
    assert found["S11"] == (pytest.approx(1.0), "green") and found["S12"] == (pytest.approx(1.2), "amber") and found["S21"] == (pytest.approx(1.3), "red")
    assert found["S22"] == (None, None) and found["S31"] == (None, None)
    # 30 days of now are held against 30 days' worth of the 12 months before them: 10 cases in 365 days
    assert light(city, "case_per_1000hh", "S11", date_from="2025-11-01", date_to="2025-11-30")[0] == pytest.approx(10 / (10 * 30 / 365))
    assert light(city, "case_per_1000hh", "S11", date_from="2025-10-01") == (None, None), "the data do not reach back a year before that"


def test_time_to_close_is_held_against_each_cases_own_limit(tmp_path: Path) -> None:
    """Used 2 of 10, 40 of 100 and 30 of 20 hours: the middle one 0.4 is within half of its limit, though 30 hours is the middle time."""
    at = datetime(2026, 3, 2, 9)

    def closed(unit: str, i: int, hours: float, limit: float | None) -> dict:
        return {"unit": unit, "case_no": f"{unit}{i}", "counted_at": at, "status": "closed", "closed_at": at + timedelta(hours=hours), "limit_at": at + timedelta(hours=limit) if limit else None}

    rows = [closed("M1111", i, hours, limit) for i, (hours, limit) in enumerate([(2, 10), (40, 100), (30, 20), (500, None)] * 4)]
    rows += [closed("M1112", i, 8, 10) for i in range(10)] + [closed("M1113", i, 11, 10) for i in range(10)] + [closed("M1121", i, 1, None) for i in range(10)]
    city = FeedCity(tmp_path, case=rows)
    assert light(city, "close_hours_p50", "M1111") == (pytest.approx(0.4), "green")
    assert light(city, "close_hours_p50", "M1112") == (pytest.approx(0.8), "amber")
    assert light(city, "close_hours_p50", "M1113") == (pytest.approx(1.1), "red")
    assert light(city, "close_hours_p50", "M1121") == (None, None), "cases without a limit are judged by nothing"


@pytest.mark.parametrize(("paid", "colour"), [(60, "green"), (45, "green"), (44, "amber"), (30, "amber"), (29, "red")])
def test_spending_is_held_against_the_part_of_the_year_that_has_passed(tmp_path: Path, paid: int, colour: str) -> None:
    """On 30 June 181 of 365 days (49.6%) are over: green from 44.6%, amber from 29.6%."""
    money = {"unit": "S11", "fund": "guarantee", "year": 2026, "origin": "government"}
    city = FeedCity(tmp_path, fund_ledger=[
        {**money, "direction": "received", "amt": 100, "on_date": date(2026, 4, 1)}, {**money, "direction": "expense", "amt": paid, "on_date": date(2026, 5, 1)},
    ])  # fmt: skip
    assert light(city, "fund_exec_rate", "S11", date_to="2026-06-30") == (pytest.approx(paid / 100 - 181 / 365), colour)


def test_the_years_end_and_the_year_before() -> None:
    def scope(first: date, last: date, as_of: date) -> Scope:
        return Scope(first, last, as_of)

    assert year_elapsed(scope(date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31))) == 1.0
    assert year_elapsed(scope(date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1))) == pytest.approx(1 / 365)
    assert year_elapsed(scope(date(2025, 1, 1), date(2025, 12, 31), date(2026, 6, 30))) == 1.0, "of a year that is over all has passed"
    before = year_before(scope(date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 31)))
    assert (before.date_from, before.date_to, before.as_of) == (date(2025, 3, 1), date(2026, 2, 28), date(2026, 2, 28))


@pytest.fixture(scope="module")
def build(demo_warehouse: Path) -> Build:
    return open_build(demo_warehouse)


def test_every_surface_has_the_same_lights(build: Build, demo_warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Map classes, bands, table and command line, for every indicator with thresholds, at two levels; each light is met somewhere."""
    scope, page, met = default_scope(build), PAGES[0], set()
    run = Run(page, build, EVERYBODY, ViewState(), units(build).unit(1), scope, (), MACHINE)
    for indicator in INDICATORS:
        threshold = build.rules.thresholds.get(indicator.id)
        for level in ("community", "compound"):
            told = level_figures(build, EVERYBODY, indicator.id, scope, level)
            lights = level_lights(build, EVERYBODY, indicator.id, scope, told)
            assert threshold is not None or not any(lights), indicator.id
            table = figures(build, EVERYBODY, indicator.id, scope, level)
            assert [one or "" for one in bands_of(build, EVERYBODY, indicator.id, scope, table)] == [one or "" for one in lights], indicator.id
            ranked = ranking(build, EVERYBODY, indicator.id, scope, level).set_index("unit_no")["band"]
            assert [ranked[no] or "" for no in told.unit_no] == [one or "" for one in lights], indicator.id
            if (scale := threshold_scale(run, indicator)) is not None:
                words = [BAND_WORDS.index(scale.words[place]) for place in scale.class_of(np.nan_to_num(told.value))]
                assert all(one is None or COLOURS[word] == one for word, one in zip(words, lights, strict=True)), indicator.id
            met |= {(indicator.id, one) for one in lights if one}
    for name in ("case_per_1000hh", "close_hours_p50", "fund_exec_rate"):
        assert {name} & {one for one, _ in met}, f"{name} has no light anywhere"
        capsys.readouterr()
        assert main(["indicator", name, "--level", "community", "--light", "--format", "json", "--warehouse", str(demo_warehouse)]) == 0
        lines = {line["code"]: line["light"] for line in json.loads(capsys.readouterr().out)}
        told = level_figures(build, EVERYBODY, name, scope, "community")
        frame, lights = units(build), level_lights(build, EVERYBODY, name, scope, told)
        assert lines == {frame.code[no - 1]: one for no, one in zip(told.unit_no, lights, strict=True)}
