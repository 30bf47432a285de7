"""Names, parents and label points of all units, as the map asks for them once per build (`/names/<build>.json`)."""

import base64
import json

import numpy as np
import pandas as pd

from etl.model.levels import BY_ID

NO_RANK = 255  # a number whose unit is not told


def gazetteer_json(units: pd.DataFrame) -> bytes:
    """`units`: one row per unit_no (unit_no, parent_no, level, name, lon, lat; parent_no NULL or 0 for the root).

    JSON object: `name` (list, place n = unit n), `parent` (int32), `rank` (uint8), `lon`, `lat` (float32; NaN = no label),
    a unit left out has no name, rank 255 and no label; the arrays as base64 of little-endian bytes. 155,000 units: about 5 MB, 1.5 MB gzipped.
    """
    places = int(units["unit_no"].max()) + 1
    number = units["unit_no"].to_numpy(int)
    names = np.full(places, "", dtype=object)
    names[number] = units["name"].fillna("").to_numpy(object)
    ranks = units["level"].map({level: BY_ID[level].rank for level in BY_ID})
    arrays = {
        "parent": _filled(places, number, units["parent_no"].fillna(0), "<i4"),
        "rank": _filled(places, number, ranks, "u1", NO_RANK),
        "lon": _filled(places, number, units["lon"], "<f4", np.nan),
        "lat": _filled(places, number, units["lat"], "<f4", np.nan),
    }
    packed = {name: base64.b64encode(array.tobytes()).decode() for name, array in arrays.items()}
    return json.dumps({"name": names.tolist(), **packed}, ensure_ascii=False, separators=(",", ":")).encode()


def _filled(places: int, number: np.ndarray, column: pd.Series, kind: str, missing: float = 0) -> np.ndarray:
    array = np.full(places, missing, dtype=kind)
    array[number] = column.to_numpy(kind)
    return array
