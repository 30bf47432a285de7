"""The attribute table of a shapefile (DBF 属性表): which encoding it is in, and names cut off after ten bytes."""

import codecs
import tempfile
from pathlib import Path

from etl.model.table import Table
from etl.sources.encodings import WIDER, find_encoding

NAME_BYTES = 10
# what .cpg files say beside the names Python knows
CPG_NAMES = {"936": "gb18030", "cp936": "gb18030", "65001": "utf-8-sig", "utf-8": "utf-8-sig", "system": "", "ansi": ""}


def dbf_encoding(shape: Path, declared: str) -> tuple[str, bool]:
    """(codec, whether it was guessed): the declared one, else that of the .cpg, else found by trying the rows."""
    said = _said_by_cpg(shape)
    if declared != "auto" or said:
        return (declared if declared != "auto" else said), False
    table = next((path for path in (shape.with_suffix(".dbf"), shape.with_suffix(".DBF")) if path.exists()), None)
    if table is None:
        return "utf-8-sig", False
    content = table.read_bytes()
    start = int.from_bytes(content[8:10], "little")
    # the header is left out: its names may end within a character
    with tempfile.TemporaryDirectory(prefix="atlas-") as folder:
        rows = Path(folder) / "rows"
        rows.write_bytes(content[start:])
        return find_encoding(rows)[0], True


def _said_by_cpg(shape: Path) -> str:
    file = next((path for path in (shape.with_suffix(".cpg"), shape.with_suffix(".CPG")) if path.exists()), None)
    said = file.read_text(encoding="ascii", errors="ignore").strip().lower() if file else ""
    said = CPG_NAMES.get(said, said)
    try:
        found = codecs.lookup(said).name if said else ""
    except LookupError:
        return ""
    return WIDER.get(found, found)


def decoded(text: str, encoding: str) -> str:
    """Text that was read byte for byte (as ISO-8859-1) in its real encoding; a character cut off at the end is left out."""
    if text.isascii():
        return text
    return codecs.getincrementaldecoder(encoding)(errors="replace").decode(text.encode("latin-1"), final=False)


def whole_name(name: str, encoding: str, table: Table) -> str:
    """A column name that fills the ten bytes of a DBF name, completed when it begins the headers of just one column."""
    if len(name.encode(encoding.removesuffix("-sig"), "replace")) < NAME_BYTES - 2:
        return name
    accepted = {column.name: (column.header, column.name, *column.aliases) for column in table.columns}
    if any(name in words for words in accepted.values()):
        return name
    fitting = [[word for word in words if word.startswith(name)] for words in accepted.values()]
    fitting = [words for words in fitting if words]
    return fitting[0][0] if len(fitting) == 1 else name
