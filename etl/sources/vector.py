"""GeoJSON, GPKG, Shapefile and FlatGeobuf through GDAL (矢量文件): attributes as text, geometry as WKB."""

import mmap
import re
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyogrio
from duckdb import DuckDBPyConnection
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import open_arrow

from etl.model.checks import Finding
from etl.model.errors import AtlasError
from etl.model.tables import BY_NAME
from etl.sources.arrow_text import flat_columns, text_column
from etl.sources.columnar import crs_label
from etl.sources.config import Source
from etl.sources.dbf import dbf_encoding, decoded, whole_name
from etl.sources.geopackage import check_geopackage
from etl.sources.headers import find_header, wanted_headers
from etl.sources.place_in_toml import nearest
from etl.sources.raw_file import RawFile
from etl.sources.raw_table import RawTable
from etl.sources.vector_faults import fault_text

# nested objects become "a.b"; dates stay as written
GEOJSON_OPTIONS = {"FLATTEN_NESTED_ATTRIBUTES": "YES", "NESTED_ATTRIBUTE_SEPARATOR": ".", "DATE_AS_STRING": "YES"}
GEOJSON_CRS = re.compile(rb'"crs"\s*:\s*\{')
# GDAL would fetch the system from the address given: a file must not make this machine ask anybody anything
GEOJSON_LINK = re.compile(rb'"crs"\s*:\s*\{[^}]{0,1000}?"(?:link|url|href)"', re.I)
NO_NETWORK = {"GDAL_HTTP_PROXY": "http://127.0.0.1:1", "GDAL_HTTP_CONNECTTIMEOUT": "1", "GDAL_HTTP_TIMEOUT": "1", "GDAL_HTTP_MAX_RETRY": "0"}
UNZIPPED_LIMIT = 4 << 30
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)  # wrong sums or sizes, cut short, a method or password unknown
SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def read_vector(con: DuckDBPyConnection, source: Source, path: Path, name: str, table: str) -> RawFile:
    """Read one layer; `_row` is the 1-based feature number. GeoJSON says its system only where it has a "crs" member.

    AtlasError: unreadable, or no such layer (`sheet`).
    """
    is_json = _is_json(path)
    if is_json:
        _check_links(path, name)
    check_geopackage(path, name)
    pyogrio.set_gdal_config_options(NO_NETWORK)  # the second line, for spellings the check does not know
    options: dict[str, str] = dict(GEOJSON_OPTIONS) if is_json else {}
    findings: list[Finding] = []
    encoding = ""
    if path.suffix.lower() == ".shp":
        encoding, guessed = dbf_encoding(path, source.encoding)
        if guessed and encoding != "utf-8-sig":
            findings.append(Finding("encoding_guessed", source.feed, name, note=encoding))
    try:
        layer = _layer(source, path, name)
        # attributes of a shapefile are taken byte for byte and decoded here: GDAL refuses a name cut within a character
        with open_arrow(str(path), layer=layer, use_pyarrow=True, encoding="ISO-8859-1" if encoding else None, **options) as (meta, reader):
            geometry = (meta["geometry_name"] or "wkb_geometry") if meta["geometry_type"] is not None else ""
            raw, headers = _fill(con, table, reader, frozenset({geometry, meta["fid_column"]} - {""}), geometry, encoding)
    except (DataSourceError, DataLayerError, pa.ArrowException, UnicodeDecodeError) as error:
        why = fault_text(error)
        raise AtlasError(f"{name} 无法作为矢量文件读取：{why.zh}。", f"{name} cannot be read as a vector file: {why.en}.") from error
    if encoding:
        headers = tuple(whole_name(decoded(header, encoding), encoding, BY_NAME[source.feed]) for header in headers)
    crs = "" if is_json and not _names_crs(path) else crs_label(meta["crs"])
    return RawFile(source, name, table, headers, 1, raw.rows, encoding, source.crs or crs, bool(geometry), tuple(findings))


def read_zipped_shape(con: DuckDBPyConnection, source: Source, path: Path, name: str, table: str) -> RawFile:
    """Read the one shapefile of a zip. AtlasError: none or several, or too large when unpacked."""
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory(prefix="atlas-") as folder:
        shapes = [info for info in archive.infolist() if info.filename.lower().endswith(".shp")]
        if len(shapes) != 1:
            raise AtlasError(
                f"{name} 应只含一个 Shapefile，现有 {len(shapes)} 个。请分别解压后导入。",
                f"{name} should hold one shapefile, it holds {len(shapes)}. Unpack them and load each.",
            )
        stem = str(PurePosixPath(shapes[0].filename).with_suffix("")).lower()
        parts = {suffix: info for info in archive.infolist() for suffix in SHAPE_PARTS if info.filename.lower() == stem + suffix}
        if sum(info.file_size for info in parts.values()) > UNZIPPED_LIMIT:
            raise AtlasError(f"{name} 解压后超过 4 GB，请解压后导入。", f"{name} is larger than 4 GB when unpacked; unpack it first.")
        for suffix, info in parts.items():
            # fixed names: what the archive calls them may point anywhere
            try:
                with archive.open(info) as packed, (Path(folder) / f"layer{suffix}").open("wb") as out:
                    while block := packed.read(1 << 20):
                        out.write(block)
            except BROKEN as error:
                raise AtlasError(
                    f"{name} 中的 {suffix} 无法解压：{error}。文件已损坏或加了密码，请重新压缩。",
                    f"{suffix} of {name} cannot be unpacked: {error}. The archive is damaged or locked with a password; pack it anew.",
                ) from error
        return read_vector(con, source, Path(folder) / "layer.shp", name, table)


def _fill(
    con: DuckDBPyConnection, table: str, reader: pa.RecordBatchReader, without: frozenset[str], geometry: str, encoding: str
) -> tuple[RawTable, tuple[str, ...]]:
    headers = tuple(flat_columns(pa.table({f.name: pa.array([], f.type) for f in reader.schema}), without))
    raw = RawTable(con, table, len(headers))
    for batch in reader:
        numbers = pa.array(range(raw.rows + 1, raw.rows + 1 + batch.num_rows), pa.int64())
        wkb = batch.column(geometry).cast(pa.binary()) if geometry else None
        columns = [text_column(column) for column in flat_columns(batch, without).values()]
        if encoding:
            columns = [pa.array([decoded(cell, encoding) if cell else None for cell in c.to_pylist()], pa.string()) for c in columns]
        raw.add(numbers, wkb, columns)
    return raw, headers


def _layer(source: Source, path: Path, name: str) -> str | None:
    layers = [str(layer[0]) for layer in pyogrio.list_layers(path)]
    if not layers:
        raise DataSourceError("no layer")
    if source.sheet and source.sheet not in layers:
        near = nearest(source.sheet, layers)
        raise AtlasError(
            f"{name} 没有图层“{source.sheet}”；现有：{'、'.join(layers)}。" + (f"是否应为“{near}”？" if near else ""),
            f"{name} has no layer “{source.sheet}”; it has: {', '.join(layers)}." + (f" Did you mean “{near}”?" if near else ""),
        )
    if source.sheet or len(layers) < 2:
        return source.sheet or None
    fits = [
        find_header(BY_NAME[source.feed], [list(pyogrio.read_info(path, layer=layer)["fields"])], wanted_headers(source)).score
        for layer in layers
    ]
    return layers[fits.index(max(fits))]


def _is_json(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _check_links(path: Path, name: str) -> None:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as body:
        if GEOJSON_LINK.search(body):
            raise AtlasError(
                f"{name} 的 crs 是一个网址，不予读取。请删去文件中的 crs，在 sources.toml 该来源写 crs = \"EPSG:4490\"（按实际坐标系）。",
                f"{name} names its crs by an address, which is not asked. Take crs out of the file and write crs = \"EPSG:4490\" (the true one) in sources.toml.",
            )


def _names_crs(path: Path) -> bool:
    with path.open("rb") as file:
        return bool(GEOJSON_CRS.search(file.read(4096)))
