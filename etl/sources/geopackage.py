"""What a GeoPackage may hold (GeoPackage 检查): layers that are plain tables. It is an SQLite file, and SQLite computes views, generated columns
and virtual tables while they are read: a file of some kilobytes could keep the import busy for ever, fill the memory or name other files."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from etl.model.errors import AtlasError

COMPUTED = (2, 3)  # what PRAGMA table_xinfo says of a generated column


def check_geopackage(path: Path, name: str) -> None:
    """AtlasError when a layer, or a table that tells of layers, is anything but a plain table. A file that SQLite cannot open is left to GDAL's own words."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as con:
            con.execute("PRAGMA trusted_schema = OFF")
            odd = _odd_tables(con)
    except sqlite3.DatabaseError:
        return
    if odd:
        raise AtlasError(
            f"{name} 的图层“{odd[0]}”是视图、计算列或虚拟表，读取时要现算，不予读取。请在 GIS 软件中把它另存为普通图层再导入。",
            f"{name}: the layer “{odd[0]}” is a view, has generated columns or is a virtual table, to be computed while it is read. Save it as an ordinary layer first.",
        )


def _odd_tables(con: sqlite3.Connection) -> list[str]:
    """Names of layers, and of tables of the format, that are computed when read."""
    made = {str(name).lower(): (str(kind), str(sql or "")) for kind, name, sql in con.execute("SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'view')")}
    of_format = sorted(name for name in made if name.startswith("gpkg_"))
    if odd := [name for name in of_format if _is_computed(con, name, *made[name])]:
        return odd
    if "gpkg_contents" not in made:
        return []
    layers = [str(name) for (name,) in con.execute("SELECT table_name FROM gpkg_contents")]
    return [name for name in layers if name.lower() in made and _is_computed(con, name, *made[name.lower()])]


def _is_computed(con: sqlite3.Connection, name: str, kind: str, sql: str) -> bool:
    if kind != "table" or "virtual" in sql.lower().split(maxsplit=2)[:2]:
        return True
    return any(row[0] in COMPUTED for row in con.execute("SELECT hidden FROM pragma_table_xinfo(?)", (name,)))
