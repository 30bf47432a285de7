"""The dirt of real exports (脏数据): about two rows in a hundred have something wrong, none of it by accident."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.city import City

BAD_DATES = pa.array(["2026-13-45 25:61:00", "待定", "二〇二六年", "0000-00-00 00:00:00", "99999999"])
GONE = pa.array(["东湖社区（已撤并）", "未知社区", "测试社区", "城南片区"])


def placeholder(lon: np.ndarray, lat: np.ndarray, share: float, city: City, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A geocoder's fallback: `share` of the rows get one and the same point, whatever their text says."""
    hit = rng.random(len(lon)) < share
    return np.where(hit, round(float(city.lon["micro"].mean()) + 0.002, 6), lon), np.where(hit, round(float(city.lat["micro"].mean()), 6), lat)


def break_rows(table: pa.Table, rng: np.random.Generator) -> pa.Table:
    """The table with bad dates, missing numbers, swapped axes, far points, communities that do not exist."""
    n = table.num_rows
    columns = {name: table.column(name).combine_chunks() for name in table.column_names}
    reported = next(name for name in ("来电时间", "上报时间", "open_dt") if name in columns)
    number = table.column_names[0]
    columns[reported] = _replace(columns[reported], rng.random(n) < 0.004, BAD_DATES, rng)
    columns[number] = pc.if_else(pa.array(rng.random(n) < 0.002), "", columns[number])
    for x, y in (("经度", "纬度"), ("X坐标", "Y坐标")):
        if x in columns:
            swapped = pa.array(rng.random(n) < 0.003)
            columns[x], columns[y] = pc.if_else(swapped, columns[y], columns[x]), pc.if_else(swapped, columns[x], columns[y])
            far = pa.array(rng.random(n) < 0.003)
            columns[x] = pc.if_else(pc.and_(far, pc.is_valid(columns[x])), "107.500001", columns[x])
    for name in ("村/社区", "所属社区", "社区"):
        if name in columns:
            columns[name] = _replace(columns[name], rng.random(n) < 0.005, GONE, rng)
    return pa.table(columns)


def _replace(column: pa.Array, hit: np.ndarray, words: pa.Array, rng: np.random.Generator) -> pa.Array:
    other = words.take(pa.array(rng.integers(0, len(words), len(column))))
    return pc.if_else(pa.array(hit), other, column)
