"""The effect of pilots against its second calculation: random cities, every level."""

from pathlib import Path

import pandas as pd
import pytest

from etl.query.figures import figures
from tests import oracle_pilots
from tests.oracle_check import EVERYBODY, LEVELS, PART, YEAR, check
from tests.oracle_ground import Ground
from tests.random_feeds import random_feed_city


@pytest.mark.parametrize("seed", range(4))
def test_every_effect_equals_the_second_calculation(tmp_path: Path, seed: int) -> None:
    build, units, rows = random_feed_city(tmp_path, seed)
    told = 0
    for scope in (YEAR, PART):
        ground = Ground(units, rows, scope)
        answer = oracle_pilots.answers(ground, units)["pilot_effect"]
        table = pd.concat([figures(build, EVERYBODY, "pilot_effect", scope, level) for level in LEVELS]).set_index("unit_no")
        for no in ground.now:
            top, bottom, value = answer(no)
            assert table.loc[no, "numerator"] == pytest.approx(top, abs=1e-9) and table.loc[no, "denominator"] == bottom, no
            if value is None:
                assert table.loc[no, "state"] == "no_data"
            else:
                check("pilot_effect", table.loc[no], (top, bottom, value), (scope, no))
                told += 1
    build.close()
    assert told or seed
