"""Everything a browser loads from us besides Streamlit's own files: style, script, map engine. Served at /assets."""

import hashlib
from functools import cache, lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
# The map's frame loads its scripts one after the other; joined they come in one request each.
BUNDLES: dict[str, tuple[str, ...]] = {
    "map.js": ("leaflet-1.9.4/leaflet.js", "pmtiles-4.5.0/pmtiles.js", "fflate-0.8.2/fflate.js", "atlas-tiles.js", "atlas-paint.js", "atlas-look.js", "atlas-data.js",
               "atlas-labels.js", "atlas-tip.js", "atlas-controls.js", "atlas-draw.js", "atlas-months.js", "atlas-map.js"),
    "map.css": ("leaflet-1.9.4/leaflet.css", "atlas-map.css"),
}  # fmt: skip


@lru_cache(maxsize=1)
def asset_version() -> str:
    """A short hash over all assets, put into their addresses so that an upgrade is never hidden by a browser's cache."""
    digest = hashlib.sha256()
    for file in sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


@cache
def bundle(name: str) -> bytes:
    """The files of a bundle in their order, as one. KeyError when there is no such bundle."""
    between = b"\n;\n" if name.endswith(".js") else b"\n"
    return between.join(_moved(file) for file in BUNDLES[name])


def _moved(file: str) -> bytes:
    """A file's bytes; a style's relative addresses as seen from /assets, source maps (not served) left out."""
    body = (FOLDER / file).read_bytes().replace(b"//# sourceMappingURL=", b"// ")
    folder = file.rpartition("/")[0]
    return body.replace(b"url(images/", f"url({folder}/images/".encode()) if file.endswith(".css") else body
