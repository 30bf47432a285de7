"""Placing by coordinates (坐标落格): declared CRS → EPSG:4490, fallback points of geocoders set aside, point → deepest polygon."""

from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
import shapely

from etl.clean.columns import filled
from etl.geo.crs import swapped, to_4490
from etl.geo.points import locate, nearest_within
from etl.model.checks import Finding
from etl.model.errors import AtlasError
from etl.model.rules import Rules
from etl.model.table import Table
from etl.place.days import day_sql
from etl.units.build import Units

_AREA_WORDS = ("community", "street", "district")


@dataclass(frozen=True)
class Shapes:
    """The units that have a boundary, deepest level first and by code within one: a point's first hit is its deepest unit."""

    layers: tuple[tuple[np.ndarray, np.ndarray], ...]  # (unit_no, shape) per depth, deepest first
    near: shapely.STRtree
    near_no: np.ndarray


def shapes_of(units: Units, in_force: np.ndarray) -> Shapes:
    """Layers for one day's boundaries."""
    frame, shapes = units.frame, units.frame["shape"].to_numpy()
    there = in_force & ~shapely.is_missing(shapes)
    layers = []
    depths = sorted(frame.depth[there].unique(), reverse=True)
    for depth in depths[:-1] if len(depths) > 1 and depths[-1] == 0 else depths:  # to lie in the city's outline alone is to lie in no unit
        at = np.flatnonzero(there & (frame.depth == depth).to_numpy())
        at = at[np.argsort(frame.unit_code.to_numpy()[at].astype(str), kind="stable")]
        layers.append((frame.unit_no.to_numpy()[at], shapes[at]))
    parents = set(frame.parent_no[there].dropna().astype(int))
    leaf = there & ~frame.unit_no.isin(parents).to_numpy()
    return Shapes(tuple(layers), shapely.STRtree(shapes[leaf]), frame.unit_no.to_numpy()[leaf])


def deepest(shapes: Shapes, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """unit_no of the deepest unit each point lies in, 0 for none."""
    found = np.zeros(len(lon), dtype=np.int64)
    for numbers, polygons in shapes.layers:
        open_at = np.flatnonzero(found == 0)
        if not len(open_at):
            break
        hit = locate(lon[open_at], lat[open_at], polygons)
        found[open_at[hit >= 0]] = numbers[hit[hit >= 0]]
    return found


def names_places(con: duckdb.DuckDBPyConnection, table: Table, rows: str) -> bool:
    """Whether any of `rows` (a table or subquery) has a place text (小区点位). Where none has, the source gives no places and its silence tells nothing."""
    has_column = any(column.name == "place" for column in table.columns)
    return has_column and con.execute(f"SELECT 1 FROM {rows} AS r WHERE {filled('r.place')} LIMIT 1").fetchone() is not None


def placeholder_text(table: Table, row: str, has_places: bool) -> str | None:
    """SQL: the words that say where a row lies: its place or, in a feed without places, its area; None for a feed without such columns."""
    words = ["place"] if has_places else [name for name in _AREA_WORDS if any(column.name == name for column in table.columns)]
    return "coalesce(" + ", ".join(f"CASE WHEN {filled(f'{row}.{name}')} THEN trim({row}.{name}) END" for name in words) + ")" if words else None


def _placeholders(con: duckdb.DuckDBPyConnection, table: Table, rules: Rules) -> str:
    """SQL giving the (lon, lat) pairs that are a geocoder's fallback: shared by many rows with many different places, or mostly without one."""
    text = placeholder_text(table, "t", names_places(con, table, f"(SELECT * FROM t_{table.name} WHERE NOT is_out AND NOT is_duplicate)"))
    if text is None:
        return "SELECT NULL::DOUBLE AS lon, NULL::DOUBLE AS lat WHERE false"
    limit = rules.placeholder
    often = f"SELECT lon, lat FROM t_{table.name} WHERE lon IS NOT NULL AND lat IS NOT NULL AND NOT is_out AND NOT is_duplicate GROUP BY lon, lat HAVING count(*) >= {limit.rows}"
    return f"""SELECT t.lon, t.lat FROM t_{table.name} t JOIN ({often}) o ON o.lon = t.lon AND o.lat = t.lat WHERE NOT t.is_out AND NOT t.is_duplicate GROUP BY t.lon, t.lat
        HAVING count(DISTINCT {text}) >= {limit.texts} OR count({text}) <= count(*) / 2"""


def place_points(con: duckdb.DuckDBPyConnection, table: Table, units: Units, crs_of_file: dict[int, str], rules: Rules, files: dict[int, str]) -> list[Finding]:
    """Create `g_<feed>`(row_seq, lon, lat in EPSG:4490, point_no, is_placeholder_point, is_outside) for rows with coordinates."""
    feed = table.name
    con.execute(f"CREATE TEMP TABLE fallback AS {_placeholders(con, table, rules)}")
    rows = con.execute(f"""
        SELECT t.row_seq, t.file_no, t.src_row, t.lon, t.lat, {day_sql(table)} AS day, f.lon IS NOT NULL AS is_fallback
        FROM t_{feed} t LEFT JOIN fallback f ON f.lon = t.lon AND f.lat = t.lat
        WHERE t.lon IS NOT NULL AND t.lat IS NOT NULL""").df()
    findings: list[Finding] = []
    lon, lat = rows.lon.to_numpy(dtype=float), rows.lat.to_numpy(dtype=float)
    out_lon, out_lat = np.empty_like(lon), np.empty_like(lat)
    order = np.argsort(rows.file_no.to_numpy(), kind="stable")
    numbers, begins = np.unique(rows.file_no.to_numpy()[order], return_index=True)
    for file_no, at in zip(numbers.tolist(), np.split(order, begins)[1:], strict=True):
        crs = crs_of_file[file_no]
        if not crs:
            raise AtlasError(
                f"文件 {files[file_no]} 有坐标列但未声明坐标系。请在 sources.toml 为它写明 crs，例如 crs = \"EPSG:4490\" 或 \"GCJ-02\"。",
                f'File {files[file_no]} has coordinates but no coordinate system. Declare it in sources.toml, e.g. crs = "EPSG:4490" or "GCJ-02".')
        x, y = lon[at], lat[at]
        if swapped(x, y, crs):
            findings.append(Finding("axes_swapped", feed, files[file_no], None, "经度、纬度", "", f"{len(at)} 行"))
            x, y = y, x
        elif crs.upper() != "BD-09MC" and np.abs(x).max(initial=0) <= 180 and np.abs(y).max(initial=0) <= 180:
            odd = np.abs(y) > 90  # a single row with its two numbers exchanged
            findings += [Finding("axes_swapped", feed, files[file_no], int(row), "经度、纬度", f"{a}, {b}") for row, a, b in
                         zip(rows.src_row.to_numpy()[at[odd]], x[odd], y[odd], strict=True)]
            x, y = np.where(odd, y, x), np.where(odd, x, y)
        out_lon[at], out_lat[at] = to_4490(x, y, crs)
    good = np.isfinite(out_lon) & np.isfinite(out_lat) & ~rows.is_fallback.to_numpy(dtype=bool)
    number = np.zeros(len(rows), dtype=np.int64)
    for shapes, at in _epochs(units, rows.day, good):
        number[at] = deepest(shapes, out_lon[at], out_lat[at])
    outside = good & (number == 0)
    findings += _outside(con, rows, outside, out_lon, out_lat, units, table, files, rules)
    placed = pd.DataFrame({"row_seq": rows.row_seq, "lon": out_lon, "lat": out_lat, "point_no": np.where(number > 0, number, -1).astype("int32"),
                           "is_placeholder_point": rows.is_fallback.to_numpy(dtype=bool)})
    findings += [Finding("placeholder_point", feed, files[int(file_no)], int(row), "经度、纬度", f"{a}, {b}") for file_no, row, a, b in
                 rows.loc[rows.is_fallback, ["file_no", "src_row", "lon", "lat"]].itertuples(index=False)]
    con.register("placed_frame", placed)
    con.execute(f"CREATE TABLE g_{feed} AS SELECT row_seq, lon, lat, nullif(point_no, -1) AS point_no, is_placeholder_point FROM placed_frame")
    con.unregister("placed_frame")
    con.execute("DROP TABLE fallback")
    return findings


def _epochs(units: Units, day: pd.Series, good: np.ndarray):
    """(boundaries in force, which rows) for each stretch of days between changes of boundary. Without dated units there is one."""
    frame = units.frame
    ends = frame.valid_to.dropna().astype("datetime64[s]") + pd.Timedelta(days=1)
    cuts = np.unique(pd.concat([frame.valid_from.dropna().astype("datetime64[s]"), ends]).to_numpy().astype("datetime64[s]"))
    if not len(cuts):
        yield shapes_of(units, np.ones(len(frame), dtype=bool)), np.flatnonzero(good)
        return
    days = day.astype("datetime64[s]").fillna(pd.Timestamp.today().floor("s").as_unit("s")).to_numpy().astype("datetime64[s]")
    stretch = np.searchsorted(cuts, days, side="right")
    for number in np.unique(stretch[good]):
        sample = cuts[0] - np.timedelta64(1, "D") if number == 0 else cuts[number - 1]
        yield shapes_of(units, units.in_force(pd.Timestamp(sample).date())), np.flatnonzero(good & (stretch == number))


def _outside(
    con: duckdb.DuckDBPyConnection, rows: pd.DataFrame, outside: np.ndarray, lon: np.ndarray, lat: np.ndarray, units: Units, table: Table,
    files: dict[int, str], rules: Rules,
) -> list[Finding]:
    """A finding for each row whose point lies in no unit, with its name (or number) and the nearest unit."""
    if not outside.any() or shapely.is_missing(units.frame["shape"].to_numpy()).all():
        return []
    shapes = shapes_of(units, np.ones(len(units.frame), dtype=bool))
    names = units.frame["name"].to_numpy()
    label = "name" if any(column.name == "name" for column in table.columns) else table.columns[0].name
    con.register("outside_frame", rows.loc[outside, ["row_seq"]])
    labels = dict(con.execute(f"SELECT row_seq, {label}::VARCHAR FROM t_{table.name} JOIN outside_frame USING (row_seq)").fetchall())
    con.unregister("outside_frame")
    at = np.flatnonzero(outside)
    found = []
    columns = (rows[name].to_numpy()[at].tolist() for name in ("row_seq", "file_no", "src_row", "lon", "lat"))
    for row_seq, file_no, src_row, given_lon, given_lat, x, y in zip(*columns, lon[at], lat[at], strict=True):
        near = nearest_within(x, y, shapes.near, rules.placeholder.near_metres)
        note = (labels[row_seq] or "") + (f"；最近单元 {names[shapes.near_no[near[0]] - 1]}，{near[1]:.0f} 米" if near else "")
        rule = "point_near" if near else "point_outside"
        found.append(Finding(rule, table.name, files[file_no], src_row, "经度、纬度", f"{given_lon}, {given_lat}", note))
    return found
