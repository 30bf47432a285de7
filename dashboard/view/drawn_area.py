"""An area drawn on the map (自绘区域) as a short text for the address: corners in hundred-thousandths of a degree, about a metre.

`10412345.3009876_120.-45_…` — the first corner in full, every further one by its distance from the last; all signs may stand in
an address as they are.
"""

import re

Ring = tuple[tuple[float, float], ...]  # (lon, lat) corners in EPSG:4490, the last one not repeated
SCALE = 100_000
FEWEST, MOST = 3, 60
_PAIR = re.compile(r"-?\d{1,8}\.-?\d{1,8}")


def ring_text(ring: Ring) -> str:
    """The text of a ring; "" for none."""
    corners = [(round(lon * SCALE), round(lat * SCALE)) for lon, lat in ring]
    steps = [(x - px, y - py) for (x, y), (px, py) in zip(corners, [(0, 0), *corners], strict=False)]
    return "_".join(f"{x}.{y}" for x, y in steps)


def parse_ring(text: str) -> Ring:
    """The ring of a text; () when it is none, has too few or too many corners or leaves the globe."""
    parts = text.split("_") if text else []
    if not FEWEST <= len(parts) <= MOST or not all(_PAIR.fullmatch(part) for part in parts):
        return ()
    corners: list[tuple[float, float]] = []
    x = y = 0
    for part in parts:
        dx, dy = (int(step) for step in part.split("."))
        x, y = x + dx, y + dy
        if abs(x) > 180 * SCALE or abs(y) > 90 * SCALE:
            return ()
        corners.append((x / SCALE, y / SCALE))
    return tuple(corners) if len(set(corners)) >= FEWEST else ()


def ring_of(corners: object) -> Ring:
    """The ring of what a browser sent (a list of [lon, lat]); () when it is no ring."""
    if not isinstance(corners, list) or not FEWEST <= len(corners) <= MOST:
        return ()
    if not all(isinstance(one, list) and len(one) == 2 and all(isinstance(part, int | float) for part in one) for one in corners):
        return ()
    return parse_ring(ring_text(tuple((float(lon), float(lat)) for lon, lat in corners)))
