"""The lights on every basis, worked out by hand, and that card, band, table, map and command line take the same ones."""

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.access.identity import MACHINE
from dashboard.maps.legend import legend_entries
from dashboard.maps.scale import BAND
from dashboard.maps.view import OK, UNSTABLE
from dashboard.parts.main_map import map_view
from dashboard.parts.map_lights import LIGHTS, PAINTS, VALUES, lit_months, paint_switch
from dashboard.view.drill import Shown
from dashboard.view.nav import PAGES
from dashboard.view.run import Run
from dashboard.view.state import ViewState
from etl.__main__ import main
from etl.model.indicators import BY_ID, INDICATORS, Indicator
from etl.query.figures import STATES, LevelFigures, figure, figures, level_figures
from etl.query.lights import Lights, light_of, lights, measures, year_before, year_elapsed
from etl.query.months import month_figures
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


def lights_of(build: Build, scope: Scope, name: str, told: LevelFigures) -> Lights:
    return lights(build, EVERYBODY, name, scope, told.unit_no, told.value, told.state == STATES.index("ok"))


def test_every_surface_has_the_same_lights(build: Build, demo_warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Map, bands, table and command line, for every indicator with thresholds, at three levels; each light is met on every basis."""
    scope, met = default_scope(build), set()
    run = Run(PAGES[0], build, EVERYBODY, ViewState(extra=(("paint", "lights"),)), units(build).unit(1), scope, (), MACHINE)
    for indicator in INDICATORS:
        threshold = build.rules.thresholds.get(indicator.id)
        for level in ("street", "community", "compound"):
            told = level_figures(build, EVERYBODY, indicator.id, scope, level)
            lit = lights_of(build, scope, indicator.id, told)
            assert threshold is not None or not any(lit), indicator.id
            table = figures(build, EVERYBODY, indicator.id, scope, level)
            assert [one or "" for one in bands_of(build, EVERYBODY, indicator.id, scope, table)] == [one or "" for one in lit], indicator.id
            ranked = ranking(build, EVERYBODY, indicator.id, scope, level).set_index("unit_no")["band"]
            assert [ranked[no] or "" for no in told.unit_no] == [one or "" for one in lit], indicator.id
            for drawn in (told, table):
                assert painted(run, indicator, level, drawn) == {no: one for no, one in zip(told.unit_no, lit, strict=True) if one}, indicator.id
            met |= {(indicator.id, one) for one in lit if one}
    kinds = {(threshold.basis, isinstance(threshold.green, tuple), BY_ID[name].has_denominator) for name, threshold in build.rules.thresholds.items()}
    shown = {(build.rules.thresholds[name].basis, isinstance(build.rules.thresholds[name].green, tuple), BY_ID[name].has_denominator) for name, _ in met}
    assert kinds == shown, f"no light anywhere on {kinds - shown}"
    for name in ("case_per_1000hh", "close_hours_p50", "fund_exec_rate"):
        capsys.readouterr()
        assert main(["indicator", name, "--level", "community", "--light", "--format", "json", "--warehouse", str(demo_warehouse)]) == 0
        lines = {line["code"]: line["light"] for line in json.loads(capsys.readouterr().out)}
        told = level_figures(build, EVERYBODY, name, scope, "community")
        frame, lit = units(build), lights_of(build, scope, name, told)
        assert lines == {frame.code[no - 1]: one for no, one in zip(told.unit_no, lit, strict=True)}


def painted(run: Run, indicator: Indicator, level: str, table: LevelFigures | pd.DataFrame) -> dict[int, str]:
    """The light the map paints each unit in; nothing where it paints classes of values. Its legend counts the same."""
    view = map_view(run, indicator, Shown(level, 1, None), table, 400)
    if view.classes is None:
        return {}
    told = np.flatnonzero(((view.states == OK) | (view.states == UNSTABLE)) & np.isfinite(view.values))
    looks = {int(no): view.scale.looks[at] for no, at in zip(told, view.class_of(told), strict=True)}
    found = {no: COLOURS[BAND.index(look)] for no, look in looks.items() if look in BAND}
    counts = {look: count for look, _, count in legend_entries(view)}
    assert [counts[look] for look in BAND] == [sum(one == colour for one in found.values()) for colour in COLOURS], indicator.id
    return found


def test_a_level_without_any_light_is_coloured_by_its_values(tmp_path: Path) -> None:
    """A file of less than a year has no past to be held against: the map shows how many, and no row of lights."""
    rows = cases("S11", 12, date(2026, 9, 1)) + cases("S12", 30, date(2026, 9, 1)) + cases("S21", 20, date(2026, 9, 1))
    city = FeedCity(tmp_path, {code: {"households": 500} for code in ("S11", "S12", "S21")}, case=rows)
    scope = parse_scope(city.build, date_from="2026-09-01")
    run = Run(PAGES[0], city.build, EVERYBODY, ViewState(extra=(("paint", "lights"),)), units(city.build).unit(1), scope, (), MACHINE)
    told = level_figures(city.build, EVERYBODY, "case_per_1000hh", scope, "community")
    view = map_view(run, BY_ID["case_per_1000hh"], Shown("community", 1, None), told, 400)
    assert view.classes is None and not view.scale.words and len(view.scale.looks) > 1


@pytest.mark.parametrize(("name", "usual"), [("close_rate", True), ("overdue_open_n", True), ("fund_exec_rate", True), ("case_per_1000hh", False), ("close_hours_p50", False)])
def test_the_map_shows_lights_or_values_as_asked(build: Build, name: str, usual: bool) -> None:
    """Unasked, lights where equal values have equal lights. The switch names the one in force."""
    scope, indicator = default_scope(build), BY_ID[name]
    told = level_figures(build, EVERYBODY, name, scope, "community")
    for asked, is_lit in (("", usual), ("lights", True), ("values", False), ("nonsense", usual)):
        run = Run(PAGES[0], build, EVERYBODY, ViewState(extra=(("paint", asked),)), units(build).unit(1), scope, (), MACHINE)
        drawn = map_view(run, indicator, Shown("community", 1, None), told, 400)
        assert (drawn.classes is not None) == is_lit, asked
        if not is_lit:  # a dark unit need not be a red one where the light compares each unit with something of its own: the legend says so
            assert (drawn.scale.note is not None) == (not usual)
        current = re.search('aria-current="true">([^<]+)<', paint_switch(run, indicator))
        assert current is not None and current[1] == PAINTS[LIGHTS if is_lit else VALUES].zh
    assert paint_switch(run, BY_ID["petition_rate"]) == "", "no thresholds, nothing to choose"


@pytest.mark.parametrize("name", ["ontime_close_rate", "overdue_open_n", "whistle_rate", "case_per_1000hh", "fund_exec_rate"])
def test_months_have_the_lights_of_their_own_end(build: Build, name: str) -> None:
    """Played month by month a unit is painted as a page of that month judges it; where each month would have to be asked anew, by its value."""
    scope, indicator = default_scope(build), BY_ID[name]
    run = Run(PAGES[0], build, EVERYBODY, ViewState(extra=(("paint", "lights"),)), units(build).unit(1), scope, (), MACHINE)
    found = month_figures(build, EVERYBODY, name, scope, "community")
    classes = lit_months(run, indicator, found)
    if build.rules.thresholds[name].basis != "value":
        assert classes is None
        return
    assert classes is not None
    for at in (-1, -5, 0):
        first, last = found.days[at]
        told = level_figures(build, EVERYBODY, name, parse_scope(build, first.isoformat(), last.isoformat(), last.isoformat()), "community")
        month = parse_scope(build, first.isoformat(), last.isoformat(), last.isoformat())
        lit = dict(zip(told.unit_no, lights_of(build, month, name, told), strict=True))
        assert [None if place == len(COLOURS) else COLOURS[place] for place in classes[at]] == [lit.get(no) for no in found.unit_no], (name, last)
