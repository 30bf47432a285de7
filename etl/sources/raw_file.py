"""What reading one file gives (原始文件)."""

from dataclasses import dataclass

from etl.model.checks import Finding
from etl.sources.config import Source


@dataclass(frozen=True)
class RawFile:
    """A file read into the raw table `table`: (_row BIGINT, _geom BLOB, c0 VARCHAR, …), c_i under headers[i].

    `name` is relative to the config's folder. `first_row` is the number of the first data row a person sees in the file
    (features and database rows count from 1). `rows` leaves out blank rows. `crs` is the declared system, else the file's own
    ("" when neither says one). `_geom` is WKB in that system.
    """

    source: Source
    name: str
    table: str
    headers: tuple[str, ...]
    first_row: int
    rows: int
    encoding: str
    crs: str
    has_geometry: bool
    findings: tuple[Finding, ...]
