"""Columns as DuckDB hands them to NumPy (masked where empty) → plain arrays."""

import numpy as np
from numpy.typing import NDArray


def whole(column: NDArray) -> NDArray[np.int64]:
    """Whole numbers; the column has no gaps."""
    return np.ma.getdata(column).astype(np.int64)


def words(column: NDArray) -> NDArray[np.object_]:
    """Texts, None where empty."""
    return np.ma.filled(np.ma.asarray(column).astype(object), None)


def days(column: NDArray, missing: np.datetime64) -> NDArray[np.datetime64]:
    """Days, `missing` where empty."""
    return np.ma.filled(np.ma.asarray(column).astype("datetime64[D]"), missing)
