"""`[print]` of atlas.toml (打印设置): the Chinese font for pictures and PDF, where the system has none or another is wanted."""

from pathlib import Path

from dashboard.web.settings import atlas


def print_font() -> str:
    """A family name or the path of a font file (relative to atlas.toml); "" when the system's own is to be found."""
    table = atlas().tables.get("print", {})
    given = str(table.get("font", "")) if isinstance(table, dict) else ""
    base = atlas().path
    if given and base is not None and (base.parent / given).is_file():
        return str((base.parent / given).resolve())
    return str(Path(given).expanduser()) if given.startswith("~") else given
