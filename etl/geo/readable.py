"""Geometry as files give it (边界解析): from WKB and WKT, but not what is nested deeper than any boundary is.

GEOS reads a collection within a collection by calling itself; a hundred thousand of them in one cell end the process, which no
handler can catch. So the depth is measured first, without recursion.
"""

import re
import struct

import numpy as np
import shapely

DEEPEST = 8  # a collection of multipolygons with holes has 4
LINES, POLYGON = (2, 8), 3  # what holds points; rings; all else holds geometries
_BRACKET = re.compile(r"[()]")


def from_wkb(cells: np.ndarray) -> np.ndarray:
    """Geometry of every cell, None where it cannot be read."""
    return shapely.from_wkb(np.array([bytes(cell) if isinstance(cell, bytes | bytearray) and is_shallow(cell) else None for cell in cells], dtype=object), on_invalid="ignore")


def from_wkt(cells: np.ndarray) -> np.ndarray:
    """Geometry of every text, None where it cannot be read."""
    return shapely.from_wkt(np.array([cell if _depth(cell) <= DEEPEST else None for cell in cells], dtype=object), on_invalid="ignore")


def _depth(text: str) -> int:
    """How many brackets are open at once, at most."""
    deep = most = 0
    for found in _BRACKET.finditer(text):
        deep += 1 if found[0] == "(" else -1
        most = max(most, deep)
        if most > DEEPEST:
            break
    return most


def is_shallow(wkb: bytes | bytearray) -> bool:
    """Whether a geometry is whole and holds others no deeper than `DEEPEST`. Read as GEOS reads it, kind by kind, without its recursion."""
    at, open_parts = 0, [1]  # geometries still to come, by depth
    try:
        while open_parts:
            if not open_parts[-1]:
                open_parts.pop()
                continue
            open_parts[-1] -= 1
            order = "<" if wkb[at] else ">"
            (code,) = struct.unpack_from(f"{order}I", wkb, at + 1)
            thousands, kind = divmod(code & 0xFFFF, 1000)
            size = 8 * (2 + bool(thousands in (1, 3) or code & 0x80000000) + bool(thousands in (2, 3) or code & 0x40000000))  # Z and M, in either spelling
            at += 9 if code & 0x20000000 else 5  # with the number of its system
            if kind == 1:
                at += size
                continue
            (count,) = struct.unpack_from(f"{order}I", wkb, at)
            at += 4
            if kind in LINES:
                at += count * size
            elif kind == POLYGON:
                for _ in range(count):
                    (points,) = struct.unpack_from(f"{order}I", wkb, at)
                    at += 4 + points * size
            else:
                open_parts.append(count)
                if len(open_parts) > DEEPEST:
                    return False
    except (struct.error, IndexError):
        return False
    return at <= len(wkb)
