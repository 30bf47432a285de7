"""When and where something takes place (事项的时间与地点): rows per unit, more where a street works well, spread over the two years."""

import numpy as np
import pandas as pd

from etl.demo_city.case_times import months
from etl.demo_city.city import City

LIKE = ("code", "name", "quality", "households")


def units_at(city: City, level: str) -> pd.DataFrame:
    """Units of one level: code, name, quality (0–1), households, in order of code."""
    units = city.units
    return units.loc[units.level == level, list(LIKE)].reset_index(drop=True)


def occasions(city: City, rng: np.random.Generator, level: str, per_year: float, pull: float = 0.0, by_size: bool = False) -> pd.DataFrame:
    """Some `per_year` rows for each unit of `level`: the unit's columns and `day` (datetime64[D]), in order of unit and day.

    `pull` > 0: more rows where quality is high, < 0: fewer. `by_size`: by households instead of per unit alike.
    """
    units = units_at(city, level)
    mean = 2 * per_year * np.exp(pull * (units.quality.to_numpy() - 0.5))
    if by_size:
        size = units.households.to_numpy(float)
        mean = mean * size / max(1.0, size.mean())
    times = rng.poisson(mean)
    rows = units.loc[np.repeat(np.arange(len(units)), times)].reset_index(drop=True)
    rows["day"] = days(city, rng, len(rows))
    return rows.sort_values(["code", "day"], kind="stable", ignore_index=True)


def days(city: City, rng: np.random.Generator, n: int) -> np.ndarray:
    """`n` days of the two years (datetime64[D])."""
    first = np.datetime64(months(city.data_date)[0], "D")
    last = np.datetime64(city.data_date, "D")
    return first + rng.integers(0, int((last - first).astype(int)) + 1, n)


def after(start: np.ndarray, rng: np.random.Generator, low: int, high: int) -> np.ndarray:
    """A day `low` to `high` days after each `start`; NaT stays."""
    return np.asarray(start, "datetime64[D]") + rng.integers(low, high + 1, len(start))


def until(city: City, day: np.ndarray) -> np.ndarray:
    """Days that have come; later ones NaT."""
    day = np.asarray(day, "datetime64[D]")
    return np.where(day <= np.datetime64(city.data_date, "D"), day, np.datetime64("NaT", "D"))


def blank(day: np.ndarray, where: np.ndarray) -> np.ndarray:
    """NaT where told."""
    return np.where(where, np.datetime64("NaT", "D"), np.asarray(day, "datetime64[D]"))


def numbered(prefix: str, n: int) -> list[str]:
    """TJ000001, TJ000002, …"""
    return [f"{prefix}{i:06}" for i in range(1, n + 1)]
