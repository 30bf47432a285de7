"""Names, parents and label points of all units of a build, as the map reads them."""

import numpy as np
import pandas as pd

from dashboard.maps.gazetteer import gazetteer_json
from dashboard.web.packed import Packed, pack
from etl.model.levels import LEVEL_IDS
from etl.query.once import Once
from etl.query.units import units
from etl.query.warehouse import Build

_names: Once[tuple[str, int, int], Packed] = Once(capacity=32)


def names_packed(build: Build, first_no: int = 1, last_no: int | None = None) -> Packed:
    """The gazetteer of a build for a reader of units `first_no`..`last_no` (default: all), made and compressed once."""
    last = len(units(build)) if last_no is None else last_no
    return _names.get((build.key, first_no, last), lambda: pack(_made(build, first_no, last), "application/json"))


def _made(build: Build, first_no: int, last_no: int) -> bytes:
    """The own units and those they lie in; of all others not even a name."""
    frame = units(build)
    told = np.array([*frame.ancestors(first_no), *range(first_no, last_no + 1)])
    at = told - 1
    return gazetteer_json(
        pd.DataFrame(
            {
                "unit_no": told, "parent_no": frame.parent_no[at], "level": [LEVEL_IDS[rank] for rank in frame.level[at]],
                "name": frame.name[at], "lon": frame.numbers["lon"][at], "lat": frame.numbers["lat"][at],
            }
        )
    )  # fmt: skip
