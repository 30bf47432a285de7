"""What a GeoPackage may hold (GeoPackage 检查): plain tables. It is an SQLite file, and SQLite computes views, generated columns and virtual
tables while they are read: a file of some kilobytes could keep the import busy for ever, fill the memory or name other files."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from etl.model.errors import AtlasError

MAGIC = b"SQLite format 3\0"
COMPUTED = (2, 3)  # what PRAGMA table_xinfo says of a generated column


def check_geopackage(path: Path, name: str) -> None:
    """AtlasError when something in an SQLite file is computed as it is read: GDAL counts the rows of every layer it finds, wanted or not.
    Other files, and what SQLite itself cannot open, are left to GDAL's own words."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as con:
            con.execute("PRAGMA trusted_schema = OFF")
            odd = [str(table) for kind, table, sql in con.execute("SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'view')").fetchall() if _is_computed(con, kind, table, sql or "")]
    except sqlite3.DatabaseError:
        return
    if odd:
        raise AtlasError(
            f"{name} 中的“{odd[0]}”是视图、虚拟表或含计算列，读取时要现算，不予读取。请在 GIS 软件中把需要的图层另存为只含普通图层的文件再导入。",
            f"{name}: “{odd[0]}” is a view, a virtual table or has generated columns, to be computed while it is read. Save the layer you need to a file of ordinary layers first.",
        )


def _is_computed(con: sqlite3.Connection, kind: str, name: str, sql: str) -> bool:
    words = sql.lower().split()
    if kind == "table" and words[1:2] == ["virtual"]:
        return not (name.lower().startswith("rtree_") and "rtree" in sql.lower().partition(" using ")[2].split("(")[0])  # the index every GeoPackage has
    return kind != "table" or any(row[0] in COMPUTED for row in con.execute("SELECT hidden FROM pragma_table_xinfo(?)", (name,)))
