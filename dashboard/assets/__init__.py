"""Everything a browser loads from us besides Streamlit's own files: style, script, map engine. Served at /assets."""

import hashlib
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent


@lru_cache(maxsize=1)
def asset_version() -> str:
    """A short hash over all assets, put into their addresses so that an upgrade is never hidden by a browser's cache."""
    digest = hashlib.sha256()
    for file in sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]
