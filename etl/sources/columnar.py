"""Parquet and GeoParquet (列式文件)."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import DuckDBPyConnection
from pyproj import CRS
from pyproj.exceptions import CRSError

from etl.model.errors import AtlasError
from etl.sources.arrow_text import flat_columns, text_column
from etl.sources.config import Source
from etl.sources.raw_file import RawFile
from etl.sources.raw_table import BATCH, RawTable


def read_parquet(con: DuckDBPyConnection, source: Source, path: Path, name: str, table: str) -> RawFile:
    """Read one Parquet file; the geometry column of a GeoParquet file becomes `_geom`. `_row` counts rows from 1."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise AtlasError(f"{name} 不是完整的 Parquet 文件：{error}", f"{name} is no complete Parquet file: {error}") from error
    with file:
        geometry, crs = _geometry(file, name)
        raw: RawTable | None = None
        headers: tuple[str, ...] = ()
        for batch in file.iter_batches(batch_size=BATCH):
            columns = flat_columns(batch, frozenset({geometry}))
            if raw is None:
                headers = tuple(columns)
                raw = RawTable(con, table, len(headers))
            numbers = pa.array(range(raw.rows + 1, raw.rows + 1 + batch.num_rows), pa.int64())
            wkb = batch.column(geometry).cast(pa.binary()) if geometry else None
            raw.add(numbers, wkb, [text_column(column) for column in columns.values()])
        if raw is None:
            headers = tuple(field for field in file.schema_arrow.names if field != geometry)
            raw = RawTable(con, table, len(headers))
    return RawFile(source, name, table, headers, 1, raw.rows, "", source.crs or crs, bool(geometry), ())


def _geometry(file: pq.ParquetFile, name: str) -> tuple[str, str]:
    """(geometry column or "", its coordinate system or "")."""
    geo = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
    column = geo.get("primary_column", "")
    if not column:
        return "", ""
    about = geo.get("columns", {}).get(column, {})
    if about.get("encoding", "WKB") != "WKB":
        raise AtlasError(
            f"{name} 的几何编码 {about['encoding']} 不受支持，请存为 WKB 编码的 GeoParquet。",
            f"{name}: geometry encoding {about['encoding']} is not supported; save it as GeoParquet with WKB.",
        )
    if "crs" not in about:
        return column, "EPSG:4326"  # the format's own default
    return column, crs_label(about["crs"])


def crs_label(crs: object) -> str:
    """A coordinate system found in a file → "EPSG:n", else its WKT; "" when it says none."""
    if not crs:
        return ""
    try:
        known = CRS.from_user_input(crs)
    except CRSError:
        return ""
    code = known.to_epsg()
    return f"EPSG:{code}" if code else known.to_wkt()
