"""Unit rows (网格行) from the typed table: which are units, which only bring a boundary, which are out or repeated."""

from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
import shapely

from etl.geo.crs import geometry_to_4490
from etl.geo.readable import from_wkb, from_wkt
from etl.geo.shapes import repaired
from etl.model.checks import Finding
from etl.model.errors import AtlasError

COLUMNS = ("unit_code", "name", "level", "parent_code", "kind", "households", "population", "pop_u18", "pop_60p", "focus_tags", "valid_from", "valid_to")


@dataclass(frozen=True)
class UnitRows:
    """`units`: one row per unit version with `shape` (EPSG:4490 or None). `rejected`, `duplicate`: row_seq numbers of the other rows."""

    units: pd.DataFrame
    rejected: list[int]
    duplicate: list[int]
    findings: list[Finding]


def read_unit_rows(con: duckdb.DuckDBPyConnection, crs_of_file: dict[int, str]) -> UnitRows:
    """Sort the rows of `t_unit`. A row with a level is a unit; one without it adds its boundary to a unit of the others."""
    frame = con.execute(
        f"""SELECT row_seq, file_no, src_row, f.name AS file, _geom, boundary_wkt, extra, {", ".join(f"t.{c}" for c in COLUMNS)},
            row_seq IN (SELECT row_seq FROM b_unit WHERE col = '网格级别' AND rule = 'bad_required') AS bad_level
            FROM t_unit t JOIN file f USING (file_no) ORDER BY row_seq"""
    ).df()
    frame["_geom"] = pd.Series([None if blob is None or blob is pd.NA or isinstance(blob, float) else bytes(blob) for blob in frame["_geom"]], dtype=object)
    for name in ("unit_code", "name", "level", "parent_code", "kind", "boundary_wkt", "extra"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    findings: list[Finding] = []
    shapes, unreadable = _shapes(frame, crs_of_file, findings)
    frame["shape"] = shapes
    is_unit = frame.level.notna() & frame.unit_code.notna() & frame.name.notna()
    only_shape = ~is_unit & frame.level.isna() & ~frame.bad_level & ~shapely.is_missing(shapes) & (frame.unit_code.notna() | frame.name.notna())
    out = ~is_unit & ~only_shape
    for row in frame[out & ~unreadable & ~frame.bad_level].rename(columns={"name": "name_"}).itertuples():
        empty = [header for header, value in (("网格编码", row.unit_code), ("网格名称", row.name_), ("网格级别", row.level)) if value is None]
        findings += [Finding("missing_required", "unit", row.file, row.src_row, header) for header in empty[:1]]
    units, duplicate = _without_duplicates(frame[is_unit])
    if units.empty:
        raise AtlasError(
            "没有可用的网格单元：需要至少一行同时有网格编码、网格名称和网格级别。请检查 unit 输入文件的表头与级别用词。",
            "No units: at least one row needs a unit code, a name and a level. Check the headers and level words of the unit files.",
        )
    unmatched = _add_shapes(units, frame[only_shape], findings)
    rejected = frame.row_seq[out].tolist() + unmatched
    return UnitRows(units.reset_index(drop=True), rejected, duplicate, findings)


def _shapes(frame: pd.DataFrame, crs_of_file: dict[int, str], findings: list[Finding]) -> tuple[np.ndarray, pd.Series]:
    """Valid EPSG:4490 areas per row (None where absent) and which rows held something that is no area."""
    raw = from_wkb(frame["_geom"].to_numpy())
    wkt = frame.boundary_wkt.notna().to_numpy() & shapely.is_missing(raw)
    if wkt.any():
        raw[wkt] = from_wkt(frame.boundary_wkt[wkt].to_numpy())
    had = frame["_geom"].notna().to_numpy() | frame.boundary_wkt.notna().to_numpy()
    shapes = np.full(len(frame), None, dtype=object)
    for file_no in frame.file_no[~shapely.is_missing(raw)].unique():
        at = (frame.file_no == file_no).to_numpy() & ~shapely.is_missing(raw)
        crs = crs_of_file[int(file_no)]
        if not crs:
            name = frame.file[at].iloc[0]
            raise AtlasError(f"文件 {name} 有边界但未声明坐标系。请在 sources.toml 为它写明 crs，例如 crs = \"EPSG:4490\"。",
                             f'File {name} has boundaries but no coordinate system. Declare it in sources.toml, e.g. crs = "EPSG:4490".')
        shapes[at] = geometry_to_4490(raw[at], crs)
    shapes, wrong = repaired(shapes)
    lost = had & shapely.is_missing(shapes)
    for rule, where in (("geometry_repaired", wrong & ~lost), ("geometry_unreadable", lost)):
        findings += [Finding(rule, "unit", r.file, r.src_row, "边界", r.unit_code or r.name_ or "") for r in
                     frame[where].rename(columns={"name": "name_"}).itertuples()]
    return shapes, pd.Series(lost, index=frame.index)


def _without_duplicates(units: pd.DataFrame) -> tuple[pd.DataFrame, list[int]]:
    """The later row of a code and start date counts. Two different names for one code inside one file are an error, not a correction:
    they stay, and the check of versions refuses them."""
    key = ["unit_code", "valid_from"]
    names_in_file = units.groupby([*key, "file_no"], dropna=False)["name"].transform("nunique")
    again = units.duplicated(key, keep="last") & (names_in_file == 1)
    return units[~again].copy(), units.row_seq[again].tolist()


def _add_shapes(units: pd.DataFrame, shapes: pd.DataFrame, findings: list[Finding]) -> list[int]:
    """Give each boundary-only row to its unit, by code, else by name within its parent; returns the row_seq of those that fit none."""
    by_code: dict[str, list[int]] = {}
    by_name: dict[str, list[int]] = {}
    for at, code, name in zip(units.index, units.unit_code, units.name, strict=True):
        by_code.setdefault(code, []).append(at)
        by_name.setdefault(name, []).append(at)
    unmatched = []
    for row in shapes.rename(columns={"name": "name_"}).itertuples():
        found = by_code.get(row.unit_code, []) if row.unit_code else []
        if not found and row.name_:
            found = [at for at in by_name.get(row.name_, []) if not row.parent_code or units.parent_code[at] == row.parent_code]
            if len({units.unit_code[at] for at in found}) > 1:
                found = []
        for at in found:
            units.at[at, "shape"] = row.shape
        if not found:
            unmatched.append(row.row_seq)
            findings.append(Finding("geometry_unmatched", "unit", row.file, row.src_row, "网格编码", row.unit_code or row.name_ or ""))
    return unmatched
