"""The months of the player: every month is what its own page would show, judged at its own end; what is not in force is left blank."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from dashboard.maps.months import months_message
from dashboard.parts.month_frames import Played, _common_scale, with_months
from etl.query.figures import STATES, figures
from etl.query.months import NOT_IN_FORCE, month_figures, months_up_to
from etl.query.reader import Reader
from etl.query.scope import default_scope
from etl.query.units import units
from tests.random_city import random_city
from tests.test_maps_scale import inflated, view


@pytest.mark.parametrize("indicator_id", ["case_per_1000hh", "close_rate", "steward_fill_rate"])
def test_a_month_is_what_its_own_period_gives(tmp_path, indicator_id: str) -> None:
    build = random_city(tmp_path, 5).build
    reader, scope = Reader("admin", 1, len(units(build))), default_scope(build)
    found = month_figures(build, reader, indicator_id, scope, "community")
    assert len(found.days) == len(months_up_to(build, indicator_id, scope)) > 6
    for at, (first, last) in enumerate(found.days):
        assert (first.day, last.month) == (1, first.month)
        table = figures(build, reader, indicator_id, replace(scope, date_from=first, date_to=last, as_of=last), "community").set_index("unit_no")
        for no, value, state in zip(found.unit_no, found.values[at], found.states[at], strict=True):
            if state == NOT_IN_FORCE:
                assert no not in table.index
            else:
                assert STATES[state] == table.loc[no, "state"]
                np.testing.assert_allclose(value, table.loc[no, "value"], rtol=1e-6)
    assert month_figures(build, reader, indicator_id, scope, "community") is found  # asked once
    build.close()


def test_months_stop_where_the_data_do(tmp_path) -> None:
    build = random_city(tmp_path, 5).build
    scope = replace(default_scope(build), date_to=date(2100, 1, 31), as_of=build.data_date)
    last = months_up_to(build, "case_per_1000hh", scope)[-1]
    assert last.date_to == build.data_date
    assert last.as_of == last.date_to
    build.close()


def test_before_all_counts_there_is_one_month_without_data(tmp_path) -> None:
    build = random_city(tmp_path, 5).build
    scope = replace(default_scope(build), date_from=date(2001, 1, 1), date_to=date(2001, 1, 31), as_of=date(2001, 1, 31))
    found = month_figures(build, Reader("admin", 1, len(units(build))), "case_per_1000hh", scope, "community")
    assert found.days == ((date(2001, 1, 1), date(2001, 1, 31)),) and not (found.values > 0).any()
    build.close()


def test_a_limited_reader_gets_limited_months(tmp_path) -> None:
    build = random_city(tmp_path, 5).build
    first, last = 2, int(units(build).last_no[1])
    found = month_figures(build, Reader("leader", first, last), "case_per_1000hh", default_scope(build), "community")
    assert found.unit_no.min() >= first and found.unit_no.max() <= last
    build.close()


def test_frames_name_the_class_of_every_unit_and_month(tmp_path) -> None:
    build = random_city(tmp_path, 5).build
    found = month_figures(build, Reader("admin", 1, len(units(build))), "close_rate", default_scope(build), "community")
    scale = _common_scale(found)
    picture = replace(view([0.0] * len(found.unit_no), [1] * len(found.unit_no)), scale=scale)

    class Said:
        lang = "zh"

        def say(self, text):
            return text.zh

    sent = months_message(with_months(Said(), picture, Played(found, scale)))["months"]  # type: ignore[arg-type]
    frames = inflated(sent["frames"], 1).reshape(len(found.days), -1)
    assert len(sent["texts"]) == 2 * (len(scale.looks) + 1) + 3
    for at in range(len(found.days)):
        for place, value, state in zip(frames[at], found.values[at], found.states[at], strict=True):
            if state == NOT_IN_FORCE:
                assert place == 0
            elif np.isnan(value):
                assert sent["texts"][place - 1].startswith(("无数据", "数据未接入", "数量过少"))
            elif value == 0:
                assert sent["texts"][place - 1].startswith("0")
            else:
                assert (place - 1) // 2 == scale.class_of(np.array([float(value)]))[0]
    assert len(set(sent["labels"])) == len(found.days)
    build.close()
