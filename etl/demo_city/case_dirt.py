"""What goes wrong in real exports (脏数据), about 2% of the rows: repeated uploads, bad dates, missing cells, wrong points, unknown names, phones in texts."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo_city.case_text import pick
from etl.geo.gcj import wgs_to_gcj

BAD_TIMES = ("2025-13-05 10:00:00", "待补录", "2025-02-30 09:12:00", "昨天下午")
UNCLEAR = ("未办结", "另行通知", "见附件")
STRANGE = ("和平新村社区", "东方红社区", "市直机关", "外省市", "红星农场社区")
FALLBACK = (105.299318, 31.200552)  # where a geocoder puts addresses it does not know


def soil(rng: np.random.Generator, table: pa.Table) -> pa.Table:
    """The table with its dirt; which kinds depends on the columns it has."""
    names = table.column_names
    number, reported = names[0], next(name for name in ("来电时间", "上报时间") if name in names)
    closed = next(name for name in ("办结时间", "结案时间") if name in names)
    table = _put(rng, table, reported, 0.0012, BAD_TIMES)
    table = _put(rng, table, closed, 0.0015, UNCLEAR)
    table = _empty(rng, table, reported, 0.0006)
    table = _empty(rng, table, number, 0.0004)
    text = "主要内容" if "主要内容" in names else names[next(i for i, name in enumerate(names) if name.endswith("描述"))]
    table = _append(rng, table, text, 0.004)
    if "村/社区" in names:
        table = _lost(rng, table)
    if "经度" in names:
        table = _points(rng, table)
    if "X坐标" in names:
        table = _shift(rng, table)
    again = np.flatnonzero(rng.random(len(table)) < 0.004)
    return pa.concat_tables([table, table.take(pa.array(again))]) if len(again) else table


def _set(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, values)


def _some(rng: np.random.Generator, table: pa.Table, share: float) -> pa.Array:
    return pa.array(rng.random(len(table)) < share)


def _put(rng: np.random.Generator, table: pa.Table, name: str, share: float, words: tuple[str, ...]) -> pa.Table:
    return _set(table, name, pc.if_else(_some(rng, table, share), pick(rng, words, len(table)), table[name]))


def _empty(rng: np.random.Generator, table: pa.Table, name: str, share: float) -> pa.Table:
    return _set(table, name, pc.if_else(_some(rng, table, share), None, table[name]))


def _append(rng: np.random.Generator, table: pa.Table, name: str, share: float) -> pa.Table:
    """Personal data in the text, all invented: phones of a block nobody has."""
    n = len(table)
    digits = pc.utf8_lpad(pa.array(rng.integers(0, 10_000, n)).cast(pa.string()), 4, "0")
    told = pc.binary_join_element_wise(pick(rng, ("联系电话1900000", "请致电１９０００００", "回电1900000"), n), digits, "。", "")
    return _set(table, name, pc.if_else(_some(rng, table, share), pc.binary_join_element_wise(table[name], told, ""), table[name]))


def _lost(rng: np.random.Generator, table: pa.Table) -> pa.Table:
    """Communities nobody knows, without anything finer; a third of them without a street either."""
    at = rng.random(len(table)) < 0.006
    table = _set(table, "村/社区", pc.if_else(pa.array(at), pick(rng, STRANGE, len(table)), table["村/社区"]))
    table = _set(table, "小区点位", pc.if_else(pa.array(at), None, table["小区点位"]))
    far = pa.array(at & (rng.random(len(table)) < 0.4))
    for name in ("被反映街乡镇", "被反映区"):
        table = _set(table, name, pc.if_else(far, None, table[name]))
    return table


def _points(rng: np.random.Generator, table: pa.Table) -> pa.Table:
    """The geocoder's fallback point (with no code of the grid), exchanged axes, points outside, points that were not taken."""
    n, u = len(table), rng.random(len(table))
    lon, lat = table["经度"].to_numpy().copy(), table["纬度"].to_numpy().copy()
    fallback = u < 0.055
    spot = wgs_to_gcj(np.array([FALLBACK[0]]), np.array([FALLBACK[1]]))
    lon[fallback], lat[fallback] = np.round(spot[0][0], 6), np.round(spot[1][0], 6)
    swapped = (u >= 0.055) & (u < 0.059)
    lon[swapped], lat[swapped] = lat[swapped], lon[swapped]
    outside = (u >= 0.059) & (u < 0.064)
    lon[outside] += 2.0
    none = pa.array((u >= 0.064) & (u < 0.094))
    table = _set(table, "经度", pc.if_else(none, None, pa.array(lon)))
    table = _set(table, "纬度", pc.if_else(none, None, pa.array(lat)))
    table = _set(table, "微网格编码", pc.if_else(pa.array(fallback), None, table["微网格编码"]))
    wrong = pa.array(rng.random(n) < 0.002)
    return _set(table, "微网格编码", pc.if_else(wrong, "590199999999G001M001", table["微网格编码"]))


def _shift(rng: np.random.Generator, table: pa.Table) -> pa.Table:
    """Points far off, as when the zone number is typed wrong."""
    at = _some(rng, table, 0.005)
    return _set(table, "X坐标", pc.if_else(at, pc.add(table["X坐标"], 300_000.0), table["X坐标"]))
