"""The units of a sealed build, as placing needs them (已封存的网格体系)."""

import duckdb
import numpy as np
import shapely

from etl.units.build import Units


def read_units(con: duckdb.DuckDBPyConnection) -> Units:
    """The units of the warehouse attached as `w`, numbered as they are there."""
    frame = con.execute("SELECT * FROM w.unit ORDER BY unit_no").df()
    frame["shape"] = shapely.from_wkb(np.array([bytes(blob) if isinstance(blob, (bytes, bytearray)) else None for blob in frame.pop("geom")], dtype=object))
    depth = np.zeros(len(frame), dtype=np.int64)
    for at, parent in enumerate(frame.parent_no.fillna(0).astype(int)):  # parents come before their children
        depth[at] = depth[parent - 1] + 1 if parent else 0
    frame["depth"] = depth
    return Units(frame, [], [], [])
