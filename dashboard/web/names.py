"""Names, parents and label points of all units of a build, as the map reads them."""

import pandas as pd

from dashboard.maps.gazetteer import gazetteer_json
from dashboard.web.packed import Packed, pack
from etl.model.levels import LEVEL_IDS
from etl.query.once import Once
from etl.query.units import units
from etl.query.warehouse import Build

_names: Once[str, Packed] = Once(capacity=3)


def names_packed(build: Build) -> Packed:
    """The gazetteer of a build, made and compressed once."""
    return _names.get(build.key, lambda: pack(_made(build), "application/json"))


def _made(build: Build) -> bytes:
    frame = units(build)
    return gazetteer_json(
        pd.DataFrame(
            {
                "unit_no": range(1, len(frame) + 1), "parent_no": frame.parent_no, "level": [LEVEL_IDS[rank] for rank in frame.level],
                "name": frame.name, "lon": frame.numbers["lon"], "lat": frame.numbers["lat"],
            }
        )
    )  # fmt: skip
