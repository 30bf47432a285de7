"""The fictional city itself (虚构城市): units, compounds, buildings, organisations. All input files are written from this."""

from dataclasses import dataclass
from datetime import date
from zlib import crc32

import numpy as np
import pandas as pd

from etl.demo_city import names
from etl.demo_city.buildings import make_buildings
from etl.demo_city.compounds import make_compounds
from etl.demo_city.departments import make_departments
from etl.demo_city.plan import make_plan
from etl.demo_city.scales import Scale
from etl.demo_city.units import make_units

DATA_DATE = date(2026, 10, 31)
FIRST_DATE = date(2024, 11, 1)  # 24 months of history


@dataclass(frozen=True)
class City:
    """The truth behind the files. `quality` (0–1, how well a street works, smooth over the map) and `rim` (0 centre … 1 edge) are hidden."""

    scale: Scale
    seed: int
    data_date: date
    name: str
    code: str
    units: pd.DataFrame
    compounds: pd.DataFrame
    buildings: pd.DataFrame
    departments: pd.DataFrame

    def rng(self, theme: str) -> np.random.Generator:
        """An own stream of random numbers per theme, so that files do not depend on the order they are written in."""
        return stream(self.seed, theme)


def stream(seed: int, theme: str) -> np.random.Generator:
    """The generator of `theme` for `seed`."""
    return np.random.default_rng([seed, crc32(theme.encode())])


def make_city(scale: Scale, seed: int) -> City:
    """The city of `scale`; the same seed gives the same city."""
    plan = make_plan(scale, stream(seed, "plan"))
    units = make_units(plan, scale, stream(seed, "units"))
    compounds = make_compounds(units, stream(seed, "compounds"))
    buildings = make_buildings(units, compounds, stream(seed, "buildings"))
    departments = make_departments(units, compounds)
    units = units.drop(columns=["built_year", "parent_at"])
    return City(scale, seed, DATA_DATE, names.CITY, names.CITY_CODE, units, compounds, buildings, departments)
