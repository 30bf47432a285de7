"""Dates as people type them (日期写法): every office spells them differently, and the reader has to understand all."""

import numpy as np
import pandas as pd

STYLES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")


def spelled(days: np.ndarray | pd.Series, rng: np.random.Generator, styles: tuple[str, ...] = STYLES[:4]) -> pd.Series:
    """Days (datetime64, NaT stays empty) as text; each cell in one of `styles`, the first being the usual one."""
    days = pd.Series(pd.to_datetime(np.asarray(days)))
    usual = 0.85 if len(styles) > 1 else 1.0
    pick = np.where(rng.random(len(days)) < usual, 0, rng.integers(0, len(styles), len(days)))
    out = pd.Series(np.full(len(days), None, dtype=object))
    for i, style in enumerate(styles):
        rows = (pick == i) & days.notna().to_numpy()
        out[rows] = days[rows].dt.strftime(style).astype(object)
    return out


def days_between(first: str, last: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` random days from `first` to `last` inclusive (datetime64[D])."""
    start, end = np.datetime64(first, "D"), np.datetime64(last, "D")
    return start + rng.integers(0, int((end - start).astype(int)) + 1, n)


def emptied(days: np.ndarray, empty: np.ndarray) -> np.ndarray:
    """The days with NaT where `empty`."""
    return np.where(empty, np.datetime64("NaT", "D"), days)
